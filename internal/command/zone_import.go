package command

import (
	"context"
	"slices"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/zone"
)

// ImportZone replaces the records of a zone with those of a zone file (RFC 1035 §5; no $INCLUDE), and its SOA and default TTL where
// the file has them. The file's serial is not taken, but it is passed. Name servers of the origin stay where the file has none.
// Errors: as ChangeZone, and Invalid (field "text", with the line).
type ImportZone struct {
	Origin string
	Text   string
	Serial *uint32 // what the caller believes to be the present one
}

func (ImportZone) need() account.Access { return account.Modify }

func (cmd ImportZone) run(ctx context.Context, r *Runner, c Caller) (ZoneChanged, error) {
	origin, err := parseOrigin(cmd.Origin)
	if err != nil {
		return ZoneChanged{}, err
	}
	parsed, err := r.parseZone(cmd.Text, origin, 0)
	if err != nil {
		return ZoneChanged{}, err
	}
	var out ZoneChanged
	err = r.onZones(ctx, c, func(ctx context.Context, tx Tx) error {
		z, err := primaryZone(ctx, tx, c, cmd.Origin)
		if err == nil {
			err = sameSerial(z, cmd.Serial)
		}
		if err != nil {
			return err
		}
		out, err = r.importZone(ctx, tx, z, parsed, zoneActor(c))
		return err
	})
	return out, err
}

func (r *Runner) importZone(ctx context.Context, tx Tx, z zone.Zone, p zone.Parsed, who string) (ZoneChanged, error) {
	was := z
	if p.TTL > 0 {
		z.TTL = p.TTL
	}
	if p.SOA != nil {
		soa := *p.SOA
		fillSOA(&soa, z.SOA)
		z.SOA = soa
	}
	records := slices.Clone(p.Records)
	change, adds, err := ChangeZone{Replace: &records}.resolve(ctx, tx, z)
	if err == nil {
		change, err = r.keepApex(ctx, tx, z, change)
	}
	if err != nil || change.Empty() && z.SOA == was.SOA && z.TTL == was.TTL {
		return ZoneChanged{Zone: z}, err
	}
	if err := r.checkChange(ctx, tx, z, change, adds); err != nil {
		return ZoneChanged{}, err
	}
	if err := dropStagedBeside(ctx, tx, &z, change); err != nil {
		return ZoneChanged{}, err
	}
	if p.SOA != nil && int32(p.Serial-z.Serial) > 0 { // RFC 1982
		// the next one lies behind it, for servers that have that one
		if _, err := writeEntry(ctx, tx, &z, p.Serial, zone.Change{}, "serial"); err != nil {
			return ZoneChanged{}, err
		}
	}
	if change, err = r.writeZone(ctx, tx, &z, change, who); err != nil {
		return ZoneChanged{}, err
	}
	return ZoneChanged{Zone: z, Change: change}, zoneHistory(ctx, tx, z, "imported")
}
