package opensrs

import (
	"context"
	"slices"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// errNoZone is read by clients: "not found" means that a zone must be created first (opensrs.md §5.3).
var errNoZone = refuse(errs.NotFound, 480, "DNS zone not found.")

// zone reads the zone of the domain that the command names, and the domain. The domain is empty where the account has a zone for
// a name that is not registered here.
func (x *call) zone(ctx context.Context) (command.ZoneView, command.DomainInfo, error) {
	var none command.ZoneView
	name, err := x.domain(ctx)
	if err != nil {
		return none, command.DomainInfo{}, err
	}
	info, notHeld := do(ctx, x, command.InfoDomain{Name: name})
	switch {
	case notHeld == nil && !info.Domain.Deleted.IsZero():
		return none, info, isDeleted(info.Domain)
	case notHeld != nil && !errs.Is(notHeld, errs.NotFound, errs.NotOwned, errs.UnsupportedTLD, errs.InvalidName):
		return none, info, notHeld
	}
	v, err := do(ctx, x, command.ZoneInfo{Origin: name})
	switch {
	case err == nil:
		return v, info, nil
	case notHeld != nil:
		return none, info, notHeld
	case errs.Is(err, errs.NotFound):
		return none, info, errNoZone
	}
	return none, info, err
}

// zoneAnswer shows a zone (opensrs-commands.md §8).
func (x *call) zoneAnswer(v command.ZoneView, info command.DomainInfo) *reply {
	return ok("Command Successful", hash().set("records", showRecords(v.Records)).with("nameservers_ok", flag(x.onPlatform(info))))
}

// onPlatform reports whether a domain is delegated to the platform's name servers.
func (x *call) onPlatform(info command.DomainInfo) bool {
	own := x.d.deps.Runner.Platform().NameServers
	for _, s := range info.Domain.Servers {
		if !slices.Contains(own, string(s.Name)) {
			return false
		}
	}
	return len(info.Domain.Servers) > 0
}

// wanted makes what a zone shall hold from what it holds.
type zoneWanted func(v command.ZoneView) (givenRecords, error)

// replaceZone gives a zone the wanted records and shows it. Records that lead forwarded names to the redirector are added.
func (x *call) replaceZone(ctx context.Context, v command.ZoneView, info command.DomainInfo, want zoneWanted) (*reply, error) {
	origin := string(v.Zone.Origin)
	err := command.Contend(nil, func() error {
		given, err := want(v)
		if err != nil {
			return err
		}
		forwards, err := do(ctx, x, command.Forwards{Origin: origin})
		if err != nil {
			return err
		}
		all := append(slices.Clone(given.records), x.leads(forwards, given.records)...)
		serial := v.Zone.Serial
		_, refused := do(ctx, x, command.ChangeZone{Origin: origin, Replace: &all, Serial: &serial})
		if refused != nil && !errs.Is(refused, errs.Conflict) {
			return given.refused(refused)
		}
		if v, err = do(ctx, x, command.ZoneInfo{Origin: origin}); err != nil {
			return err
		}
		return refused
	})
	if err != nil {
		return nil, err
	}
	return x.zoneAnswer(v, info), nil
}

// leads are the records that lead forwarded names to the redirector, for names that have no address or alias beside them.
func (x *call) leads(forwards []zone.Forward, beside []zone.Record) []zone.Record {
	taken := map[string]bool{}
	for _, r := range beside {
		switch r.Type {
		case "A", "AAAA", "CNAME":
			taken[r.Name] = true
		case "NS":
			taken[r.Name] = taken[r.Name] || r.Name != zone.Apex
		}
	}
	var out []zone.Record
	for _, f := range forwards {
		if f.Kind == zone.Mail || taken[f.Source] {
			continue
		}
		out = append(out, x.d.deps.Runner.Platform().Leads(f.Source)...)
	}
	return out
}
