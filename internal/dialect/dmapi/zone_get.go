package dmapi

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/obs"
	"github.com/polyreg/polyreg/internal/zone"
)

// legacyAgents are the clients that cut TXT records as they were shown in 2020 (§9.3).
func legacyAgent(agent string) bool {
	return strings.HasPrefix(agent, "WHMCS") || agent == "ClientExec"
}

// zoneGet is dns-zone-get (§7.6): the zone in its text form, with two settings before it. A domain whose zone is not served here has
// an empty one.
func zoneGet(ctx context.Context, rq *request) (*reply, error) {
	text, err := rq.form.require("domain")
	if err != nil {
		return nil, err
	}
	whole, err := rq.form.truth("include-defaults", false)
	if err != nil {
		return nil, err
	}
	v, z, err := rq.zoneView(ctx, text)
	if err != nil {
		return nil, err
	}
	signed := "no"
	if z.Signing.On {
		signed = "yes"
	}
	login := v.put.login
	if login.user != "" && !rq.caller.Access.Allows(account.Modify) { // or a key that only reads could change the zone
		login.password = obs.Masked
	}
	lines := []string{"$dnssec=" + signed, login.show()}
	if whole {
		for _, x := range v.records {
			if isApexServer(x) {
				lines = append(lines, drawLine(x).show(true, false))
			}
		}
	}
	legacy := legacyAgent(rq.http.UserAgent())
	for _, l := range v.lines() {
		lines = append(lines, l.show(whole, legacy))
	}
	return &reply{body: strings.Join(lines, "\n"), bodyLF: true}, nil
}

// zoneView reads the zone of a domain. A domain of the account that no zone is served for has an empty one.
func (rq *request) zoneView(ctx context.Context, text string) (zoneView, zone.Zone, error) {
	run := rq.d.deps.Runner
	out := zoneView{platform: run.Platform()}
	v, err := command.Do(ctx, run, rq.caller, command.ZoneInfo{Origin: text})
	if errs.Is(err, errs.NotFound) {
		_, err = command.Do(ctx, run, rq.caller, command.InfoDomain{Name: text})
		if errs.Is(err, errs.UnsupportedTLD) { // such a name is simply unknown here
			err = errs.E(errs.NotFound, "%s does not exist", clip(text))
		}
		return out, zone.Zone{}, err
	}
	if err != nil {
		return out, zone.Zone{}, err
	}
	out.records, out.origin = v.Records, v.Zone.Origin
	if out.forwards, err = command.Do(ctx, run, rq.caller, command.Forwards{Origin: text}); err != nil {
		return out, v.Zone, err
	}
	out.put, err = rq.d.noted(ctx, v.Zone)
	return out, v.Zone, err
}

// noted reads what was put last. A line that cannot be read any more is left out.
func (d *Dialect) noted(ctx context.Context, z zone.Zone) (zoneText, error) {
	note, err := d.deps.Runner.ZoneNote(ctx, z, name)
	if err != nil || note == "" {
		return zoneText{}, err
	}
	text, _ := readZone(note, z.Origin, nil)
	return text, nil
}

// originOf reads the parameter domain.
func originOf(text string) (dname.Name, error) {
	n, err := dname.Parse(text)
	if err != nil {
		return "", param("domain", "valid domain name")
	}
	return n, nil
}
