package command

import (
	"context"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// maxForwards bounds a zone's forwards, maxTarget the octets of a target or title.
const (
	maxForwards = 1000
	maxTarget   = 2048
)

// Forwards lists the forwards of a zone. Errors: NotFound, NotOwned (field "zone").
type Forwards struct{ Origin string }

func (Forwards) need() account.Access { return account.Read }

func (cmd Forwards) run(ctx context.Context, r *Runner, c Caller) ([]zone.Forward, error) {
	view := r.cfg.Store.View()
	z, err := ownZone(ctx, view, c, cmd.Origin)
	if err != nil {
		return nil, err
	}
	return view.Forwards(ctx, z.ID)
}

// SetForwards replaces all forwards of a zone; those that stay the same keep their numbers. The records that bring people to them
// are the zone's. Errors: NotFound, NotOwned (field "zone"), Invalid ("forwards[0].source", ".target", ".kind", ".status"), Exists
// ("forwards[0].source": it has one already), QuotaExceeded ("forwards").
type SetForwards struct {
	Origin   string
	Forwards []zone.Forward // ID and Zone are not read; Status 0 is 302
	// Edit, when set, makes the new forwards of those that are there, in place of Forwards; nobody changes them meanwhile. Its error
	// is the command's.
	Edit func(present []zone.Forward) ([]zone.Forward, error)
}

func (SetForwards) need() account.Access { return account.Modify }

func (cmd SetForwards) run(ctx context.Context, r *Runner, c Caller) ([]zone.Forward, error) {
	var out []zone.Forward
	err := r.onZones(ctx, c, func(ctx context.Context, tx Tx) error {
		z, err := ownZone(ctx, tx, c, cmd.Origin)
		if err != nil {
			return err
		}
		want := cmd.Forwards
		if cmd.Edit != nil {
			present, err := tx.Forwards(ctx, z.ID)
			if err != nil {
				return err
			}
			if want, err = cmd.Edit(present); err != nil {
				return err
			}
		}
		if out, err = readForwards(z, want); err != nil {
			return err
		}
		if err := tx.PutForwards(ctx, z.ID, out); err != nil {
			return err
		}
		return zoneHistory(ctx, tx, z, "forwards changed")
	})
	return out, err
}

// readForwards brings forwards into the form in which they are kept.
func readForwards(z zone.Zone, in []zone.Forward) ([]zone.Forward, error) {
	if len(in) > maxForwards {
		return nil, errs.F(errs.QuotaExceeded, "forwards", "a zone has at most %d forwards", maxForwards)
	}
	var l errs.List
	out, seen := slices.Clone(in), map[string]bool{}
	for i := range out {
		f := &out[i]
		at := fmt.Sprintf("forwards[%d]", i)
		f.ID, f.Zone = 0, z.ID
		readForward(z, f, at, &l)
		key := f.Source
		if f.Kind == zone.Mail {
			key = "mail " + f.Source + " " + strings.ToLower(f.Target) // to several people at once
		}
		if seen[key] {
			l.Add(errs.F(errs.Exists, at+".source", "%s is forwarded already", clipText(f.Source)))
		}
		seen[key] = true
	}
	return out, l.Err()
}

func readForward(z zone.Zone, f *zone.Forward, at string, l *errs.List) {
	local, host := "", f.Source
	if f.Kind == zone.Mail {
		i := strings.LastIndexByte(strings.TrimSuffix(f.Source, zone.Apex), '@') // "info@@" and "info@sub"
		if i <= 0 && f.Source != "*"+zone.Apex {
			l.Add(errs.F(errs.Invalid, at+".source", "%q has no mailbox", clipText(f.Source)))
			return
		}
		local, host = f.Source[:i], f.Source[i+1:]
	}
	name, err := zone.CanonicalName(host, z.Origin)
	if err != nil {
		l.Add(errs.F(errs.Invalid, at+".source", "%q %v", clipText(host), err))
	}
	if !printable(f.Title) {
		l.Add(errs.F(errs.Invalid, at+".title", "is too long or has characters that are not allowed"))
	}
	switch f.Kind {
	case zone.Mail:
		f.Status, f.Source = 0, local+"@"+name
		a, err := mail.ParseAddress(f.Target)
		if err != nil || a.Address != f.Target || !printable(f.Target) {
			l.Add(errs.F(errs.Invalid, at+".target", "%q is not a mail address", clipText(f.Target)))
		}
		if local != "*" {
			if _, err := mail.ParseAddress(local + "@example.com"); err != nil || !printable(local) {
				l.Add(errs.F(errs.Invalid, at+".source", "%q is not a mailbox", clipText(local)))
			}
		}
	case zone.Redirect, zone.Frame:
		f.Source = name
		u, err := url.Parse(f.Target)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || !printable(f.Target) {
			l.Add(errs.F(errs.Invalid, at+".target", "%q is not an address of the web", clipText(f.Target)))
		}
		if f.Status == 0 && f.Kind == zone.Redirect {
			f.Status = 302
		}
		if f.Kind == zone.Redirect && !slices.Contains([]int{301, 302, 303, 307, 308}, f.Status) {
			l.Add(errs.F(errs.Invalid, at+".status", "%d is not the status of a redirect", f.Status))
		}
	default:
		l.Add(errs.F(errs.Invalid, at+".kind", "must be redirect, frame or mail"))
	}
}

// printable takes text of one line that a database can keep.
func printable(s string) bool {
	return len(s) <= maxTarget && storable(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f })
}

// Leads are the records that lead a name of a zone to the redirector; their TTL is the zone's.
func (p Platform) Leads(name string) []zone.Record {
	var out []zone.Record
	for _, a := range p.Redirect {
		a = a.Unmap()
		x := zone.Record{Name: name, Type: "AAAA", Data: a.String()}
		if a.Is4() {
			x.Type = "A"
		}
		out = append(out, x)
	}
	return out
}

// ForwardFor finds where a host name that is asked for by HTTP is forwarded to. Errors: NotFound.
func (r *Runner) ForwardFor(ctx context.Context, host string) (zone.Forward, error) {
	name, err := zone.CanonicalName(strings.TrimSuffix(host, "."), "")
	if err != nil || name == zone.Apex {
		return zone.Forward{}, errs.E(errs.NotFound, "the forward does not exist")
	}
	return r.cfg.Store.View().ForwardFor(ctx, dname.Name(name))
}
