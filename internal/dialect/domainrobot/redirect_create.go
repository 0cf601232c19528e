package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// redirectCreate is POST /redirect (0501). keys[]=dnsProvisioning also puts the records into the zone that lead to the platform's
// redirector.
func redirectCreate(ctx context.Context, d *Dialect, q *request) (answer, error) {
	r := &reader{v: q.body, path: "redirect"}
	text, _ := r.text("source")
	if err := r.Err(); err != nil {
		return answer{}, err
	}
	s, err := parseSource(text, "redirect.source")
	if err != nil {
		return answer{}, err
	}
	f, err := readRedirect(q, s, redirect{})
	if err != nil {
		return answer{}, err
	}
	if err := d.mayProvision(q, s); err != nil {
		return answer{}, err
	}
	z, err := d.redirectZone(ctx, q, s)
	if err != nil {
		return answer{}, err
	}
	out, err := d.editForwards(ctx, q, z.Origin, s, func(have []zone.Forward, at int) ([]zone.Forward, error) {
		if at >= 0 {
			return nil, errs.F(errs.Exists, "source", "").On("redirect", s.text)
		}
		return append(have, f), nil
	})
	if err != nil {
		return answer{}, err
	}
	if q.on("dnsProvisioning") {
		if err := d.provision(ctx, q, z.Origin, s, true); err != nil {
			_, undo := d.editForwards(ctx, q, z.Origin, s, func(have []zone.Forward, at int) ([]zone.Forward, error) {
				return without(have, at), nil
			})
			if undo != nil {
				d.log.Error("domainrobot: redirect without its records stays", "stid", q.stid, "error", undo)
			}
			return answer{}, err
		}
	}
	return redirectAnswer(q, s, z.Origin, out), nil
}

// redirectAnswer is the answer with a redirect among a zone's forwards.
func redirectAnswer(q *request, s source, origin dname.Name, list []zone.Forward) answer {
	for _, f := range list {
		if r := shownRedirect(f, origin); s.leads(r) {
			return one(classRedirect, r.source, r.json(q, true))
		}
	}
	return one(classRedirect, s.text)
}

// editForwards changes the forwards of a zone while nobody else does; at is the place of the one that leads from the source, -1 for none.
func (d *Dialect) editForwards(ctx context.Context, q *request, origin dname.Name, s source, edit func(have []zone.Forward, at int) ([]zone.Forward, error)) ([]zone.Forward, error) {
	return command.Do(ctx, d.run, q.caller, command.SetForwards{Origin: string(origin), Edit: func(have []zone.Forward) ([]zone.Forward, error) {
		at := -1
		for i, f := range have {
			if at < 0 && s.leads(shownRedirect(f, origin)) {
				at = i
			}
		}
		return edit(have, at)
	}})
}

// without is a list without one of its items.
func without(list []zone.Forward, at int) []zone.Forward {
	var out []zone.Forward
	for i, f := range list {
		if i != at {
			out = append(out, f)
		}
	}
	return out
}

// mayProvision refuses records for what leads nowhere here.
func (d *Dialect) mayProvision(q *request, s source) error {
	if q.on("dnsProvisioning") && (s.mail || len(d.run.Platform().Redirect) == 0) {
		return bad(errs.Unsupported, "keys", "dnsProvisioning", "there are no records to be made for such a redirect")
	}
	return nil
}

// provision puts the addresses of the redirector at a host name in place of the addresses and aliases that are there, or takes them away.
func (d *Dialect) provision(ctx context.Context, q *request, origin dname.Name, s source, on bool) error {
	name, err := zone.CanonicalName(s.host+".", origin)
	if err != nil {
		return err
	}
	want := d.run.Platform().Leads(name)
	return command.Contend(nil, func() error {
		info, err := command.Do(ctx, d.run, q.caller, command.ZoneInfo{Origin: string(origin)})
		if err != nil {
			return err
		}
		c := zone.Change{}
		for _, x := range info.Records {
			if x.Name == name && (x.Type == "A" || x.Type == "AAAA" || x.Type == "CNAME") && (on || holds(want, x)) {
				c.Remove = append(c.Remove, x)
			}
		}
		if on {
			c.Add = want
		}
		_, err = command.Do(ctx, d.run, q.caller, command.ChangeZone{Origin: string(origin), Change: c})
		return meanwhile(err)
	})
}

func holds(list []zone.Record, x zone.Record) bool {
	for _, y := range list {
		if y.Type == x.Type && y.Data == x.Data {
			return true
		}
	}
	return false
}
