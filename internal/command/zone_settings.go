package command

import (
	"context"
	"net/netip"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// UpdateZone changes settings of a zone; nil stays as it is, and so do zero fields of SOA. A changed SOA is served under the next
// serial. Errors: as CreateZone, and Conflict (field "serial").
type UpdateZone struct {
	Origin    string
	SOA       *zone.SOA
	TTL       *int // of records to come that have none of their own
	VirtualNS *string
	Masters   *[]zone.Master
	AllowXFR  *[]netip.Prefix
	Comment   *string
	Serial    *uint32 // what the caller believes to be the present one
}

func (UpdateZone) need() account.Access { return account.Modify }

func (cmd UpdateZone) run(ctx context.Context, r *Runner, c Caller) (zone.Zone, error) {
	var out zone.Zone
	err := r.onZones(ctx, c, func(ctx context.Context, tx Tx) error {
		was, err := ownZone(ctx, tx, c, cmd.Origin)
		if err == nil {
			err = sameSerial(was, cmd.Serial)
		}
		if err != nil {
			return err
		}
		z := was
		cmd.onto(&z)
		var l errs.List
		checkZoneSettings(z, &l)
		if err := l.Err(); err != nil {
			return err
		}
		if z.SOA != was.SOA && z.Kind == zone.Primary {
			_, err = r.writeZone(ctx, tx, &z, zone.Change{}, zoneActor(c))
		} else {
			z.Updated = tx.Registrar()
			err = tx.PutZone(ctx, &z)
		}
		if err != nil {
			return err
		}
		out = z
		return zoneHistory(ctx, tx, z, "settings changed")
	})
	return out, err
}

func (cmd UpdateZone) onto(z *zone.Zone) {
	if cmd.SOA != nil {
		next := *cmd.SOA
		fillSOA(&next, z.SOA)
		z.SOA = next
	}
	if cmd.TTL != nil {
		z.TTL = *cmd.TTL
	}
	if cmd.VirtualNS != nil {
		z.VirtualNS = strings.ToLower(strings.TrimSuffix(*cmd.VirtualNS, "."))
	}
	if cmd.Masters != nil {
		z.Masters = *cmd.Masters
	}
	if cmd.AllowXFR != nil {
		z.AllowXFR = *cmd.AllowXFR
	}
	if cmd.Comment != nil {
		z.Comment = *cmd.Comment
	}
}

// DeleteZone ends the service of a zone and removes all that belongs to it. Errors: NotFound, NotOwned (field "zone").
type DeleteZone struct{ Origin string }

func (DeleteZone) need() account.Access { return account.Modify }

func (cmd DeleteZone) run(ctx context.Context, r *Runner, c Caller) (zone.Zone, error) {
	var z zone.Zone
	err := r.onZones(ctx, c, func(ctx context.Context, tx Tx) error {
		var err error
		if z, err = ownZone(ctx, tx, c, cmd.Origin); err != nil {
			return err
		}
		if err := tx.DeleteZone(ctx, z.ID); err != nil {
			return err
		}
		return zoneHistory(ctx, tx, z, "deleted")
	})
	return z, err
}
