package dmapi

import (
	"context"
	"errors"
	"strconv"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// zonePut is dns-zone-put (§7.6): the text replaces the whole zone, or nothing. Every line that cannot be taken is named.
func zonePut(ctx context.Context, rq *request) (*reply, error) {
	var l errs.List
	text, err := rq.form.require("domain")
	l.Add(asError(err))
	if rq.form.get("zone") == "" {
		l.Add(asError(missing("zone")))
	}
	if err := l.Err(); err != nil {
		return nil, err
	}
	origin, err := originOf(text)
	if err != nil {
		return nil, err
	}
	before, z, err := rq.zoneView(ctx, string(origin))
	if err != nil {
		return nil, err
	}
	put, err := readZone(rq.form.raw("zone"), origin, rq.apexServers(before))
	if err != nil {
		return nil, err
	}
	if !put.said { // many clients drop the line (§9.3)
		put.login = before.put.login
	}
	run := rq.d.deps.Runner
	cmd := command.ReplaceZone{Origin: string(origin), Create: z.ID == 0, Records: put.records(run.Platform()), Forwards: before.forwardsWith(put.forwards()), Note: put.note(), Number: true,
		Keep: func(x zone.Record) bool { return lineOf(x, origin) == nil }}
	if was := before.put.login; was != put.login {
		cmd.DropLogin = was.user
		if put.login.user != "" {
			cmd.Login = &command.AddDNSCredential{Username: put.login.user, Password: put.login.password, Scopes: []string{string(origin)}}
		}
	}
	out, err := command.Do(ctx, run, rq.caller, cmd)
	if err != nil {
		return nil, put.refused(err)
	}
	return &reply{procID: strconv.FormatInt(int64(out.Number), 10)}, nil
}

func asError(err error) *errs.Error {
	if err == nil {
		return nil
	}
	return errs.As(err)
}

// apexServers are the name servers of the zone itself that a text may repeat: those that it has, and the platform's.
func (rq *request) apexServers(v zoneView) []string {
	out := append([]string(nil), rq.d.deps.Runner.Platform().NameServers...)
	for _, x := range v.records {
		if isApexServer(x) {
			out = append(out, string(dname.Name(x.Data[:len(x.Data)-1])))
		}
	}
	return out
}

// refused has the core's refusals name lines.
func (z zoneText) refused(err error) error {
	var e *errs.Error
	if !errors.As(err, &e) {
		return err
	}
	lines := lineErrors{}
	var rest []*errs.Error
	for _, p := range e.All() {
		switch line := z.lineOfField(p.Field); {
		case line != nil:
			lines.add(line.number, line.source, p.Text)
		case p.Field == "username" || p.Field == "password":
			rest = append(rest, errs.E(errs.Invalid, "$dyndns: %s %s", p.Field, p.Text))
		default:
			one := *p
			one.More = nil
			rest = append(rest, &one)
		}
	}
	return lines.err(rest...)
}
