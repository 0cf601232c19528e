package command

import (
	"context"
	"net/netip"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// Transfers fetches whole zones from name servers elsewhere (AXFR, RFC 5936).
type Transfers interface {
	Fetch(ctx context.Context, origin dname.Name, from zone.Master) (Received, error)
}

// SetTransfers says who fetches zones; until then nobody does. It is called before anything is served.
func (r *Runner) SetTransfers(t Transfers) { r.transfers = t }

// FetchZone replaces the records of a primary zone, its SOA and its serial's place with what a name server elsewhere gives (AXFR);
// it is for a zone that moves here. Records of DNSSEC stay behind. Errors: as ImportZone, and with Create as CreateZone; Unsupported
// where nothing is fetched; Invalid (field "server": no address, or it gives no zone, and why).
type FetchZone struct {
	Origin string
	Server netip.AddrPort
	Create bool    // makes the zone where none is served
	Serial *uint32 // what the caller believes to be the present one
}

func (FetchZone) need() account.Access { return account.Modify }

func (cmd FetchZone) run(ctx context.Context, r *Runner, c Caller) (ZoneChanged, error) {
	origin, err := cmd.into(ctx, r, c)
	if err != nil {
		return ZoneChanged{}, err
	}
	parsed, err := r.fetch(ctx, origin, cmd.Server)
	if err != nil {
		return ZoneChanged{}, err
	}
	var out ZoneChanged
	err = r.onZones(ctx, c, func(ctx context.Context, tx Tx) error {
		now, err := ReplaceZone{Origin: cmd.Origin, Create: cmd.Create}.zone(ctx, tx, r, c)
		if err == nil {
			err = sameSerial(now, cmd.Serial)
		}
		if err != nil {
			return err
		}
		out, err = r.importZone(ctx, tx, now, parsed, zoneActor(c))
		return err
	})
	return out, err
}

// into is the zone that is to be filled, before anybody is asked for it.
func (cmd FetchZone) into(ctx context.Context, r *Runner, c Caller) (dname.Name, error) {
	view := r.cfg.Store.View()
	z, err := primaryZone(ctx, view, c, cmd.Origin)
	if !cmd.Create || !errs.Is(err, errs.NotFound) {
		return z.Origin, err
	}
	origin, err := parseOrigin(cmd.Origin)
	if err != nil {
		return "", err
	}
	return origin, r.mayServe(ctx, view, c.Account, origin)
}

// fetch gets a zone's own records from a server.
func (r *Runner) fetch(ctx context.Context, origin dname.Name, server netip.AddrPort) (zone.Parsed, error) {
	if r.transfers == nil {
		return zone.Parsed{}, errs.F(errs.Unsupported, "server", "no zones are fetched here")
	}
	if !server.IsValid() || !validGlue(server.Addr()) || server.Port() == 0 {
		return zone.Parsed{}, errs.F(errs.Invalid, "server", "%s is no address of a server", server)
	}
	got, err := r.transfers.Fetch(ctx, origin, zone.Master{Addr: server})
	if err != nil {
		return zone.Parsed{}, errs.F(errs.Invalid, "server", "%s gives no zone %s: %v", server, origin, err)
	}
	own, _ := zone.Change{Add: got.Records}.Split()
	return zone.Parsed{SOA: &got.SOA, Serial: got.Serial, Records: own.Add}, nil
}
