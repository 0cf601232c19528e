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
// serial. Errors: as CreateZone, Conflict (field "serial"), and with Records those of ChangeZone.
type UpdateZone struct {
	Origin    string
	SOA       *zone.SOA
	TTL       *int // of records to come that have none of their own
	VirtualNS *string
	Masters   *[]zone.Master
	AllowXFR  *[]netip.Prefix
	Comment   *string
	Serial    *uint32 // what the caller believes to be the present one
	// Records change along, at once and under the same serial; the command's Origin counts.
	Records *ChangeZone
	Note    *Note // in place of what is noted beside the zone; nil: as it is
}

// Note is what an interface, or several that agree on it, keep beside a zone. It is sealed.
type Note struct {
	Of   string // name under which Runner.ZoneNote finds it
	Text string
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
		if err := cmd.write(ctx, tx, r, was, &z, zoneActor(c)); err != nil {
			return err
		}
		if err := r.putNote(ctx, tx, z, cmd.Note); err != nil {
			return err
		}
		out = z
		return zoneHistory(ctx, tx, z, "settings changed")
	})
	return out, err
}

// write writes the changed settings of a zone, with the records that change along.
func (cmd UpdateZone) write(ctx context.Context, tx Tx, r *Runner, was zone.Zone, z *zone.Zone, who string) error {
	if cmd.Records != nil {
		if err := changeable(*z); err != nil {
			return err
		}
		done, err := r.changeRecords(ctx, tx, z, *cmd.Records, who)
		if err != nil || !done.Change.Empty() {
			return err // the settings went along
		}
	}
	if z.SOA != was.SOA && z.Kind == zone.Primary {
		_, err := r.writeZone(ctx, tx, z, zone.Change{}, who)
		return err
	}
	z.Updated = tx.Registrar()
	return tx.PutZone(ctx, z)
}

// putNote keeps a note beside a zone; nil leaves what is there.
func (r *Runner) putNote(ctx context.Context, tx Tx, z zone.Zone, n *Note) error {
	if n == nil {
		return nil
	}
	sealed, err := r.cfg.Secrets.Seal(n.Text, noteAAD(z.Origin, n.Of))
	if err != nil {
		return err
	}
	return tx.PutZoneNote(ctx, z.ID, n.Of, sealed)
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

// DeleteZone ends the service of a zone and removes all that belongs to it; the registry is to forget the DS records of its keys.
// Errors: NotFound, NotOwned (field "zone"), Busy (it has some, and another order for the name is open).
type DeleteZone struct{ Origin string }

func (DeleteZone) need() account.Access { return account.Modify }

func (cmd DeleteZone) run(ctx context.Context, r *Runner, c Caller) (zone.Zone, error) {
	var z zone.Zone
	err := r.onZones(ctx, c, func(ctx context.Context, tx Tx) error {
		var err error
		if z, err = ownZone(ctx, tx, c, cmd.Origin); err != nil {
			return err
		}
		if z.Signing.On {
			if err := r.dropDS(ctx, tx, z); err != nil {
				return err
			}
		}
		if err := tx.DeleteZone(ctx, z.ID); err != nil {
			return err
		}
		return zoneHistory(ctx, tx, z, "deleted")
	})
	return z, err
}
