package command

import (
	"context"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/zone"
)

// ChangeZone changes the records of a zone, all at once and at once served. Errors: NotFound, NotOwned and WrongState (a secondary;
// all with field "zone"), Conflict (field "serial"), NotFound ("remove[0]"), Invalid ("records[0].name" …), Exists ("records[0]": it is
// there already), QuotaExceeded ("records").
type ChangeZone struct {
	Origin string
	// Change: a record to be removed is named by its number or, without one, by name, type and data. One to be added without a TTL
	// gets that of its set or of the zone; one with the number of a record that is removed takes its place and keeps the number.
	Change zone.Change
	// Replace, when set, is what the zone (or the part of it that Name and Type tell) shall hold in place of what it holds. Records
	// that stay the same keep their numbers. Name servers of the origin stay where Replace has none.
	Replace *[]zone.Record
	Name    string    // relative; "" for all names
	Type    zone.Type // "" for all types
	Serial  *uint32   // what the caller believes to be the present one
}

// ZoneChanged is what a change came to.
type ZoneChanged struct {
	Zone   zone.Zone    // after it
	Change zone.Change  // as carried out, with all numbers; empty when nothing was to be changed
	Number order.Number // of the change, where one was asked for (ReplaceZone)
}

func (ChangeZone) need() account.Access { return account.Modify }

func (cmd ChangeZone) run(ctx context.Context, r *Runner, c Caller) (ZoneChanged, error) {
	var out ZoneChanged
	err := r.onZones(ctx, c, func(ctx context.Context, tx Tx) error {
		z, err := primaryZone(ctx, tx, c, cmd.Origin)
		if err != nil {
			return err
		}
		out, err = r.changeRecords(ctx, tx, &z, cmd, zoneActor(c))
		return err
	})
	return out, err
}

// changeRecords carries a change of records out.
func (r *Runner) changeRecords(ctx context.Context, tx Tx, z *zone.Zone, cmd ChangeZone, who string) (ZoneChanged, error) {
	if err := sameSerial(*z, cmd.Serial); err != nil {
		return ZoneChanged{}, err
	}
	change, adds, err := cmd.resolve(ctx, tx, *z)
	if err != nil {
		return ZoneChanged{}, err
	}
	if change, err = r.keepApex(ctx, tx, *z, change); err != nil {
		return ZoneChanged{}, err
	}
	if change.Empty() {
		return ZoneChanged{Zone: *z}, nil
	}
	if err := r.checkChange(ctx, tx, *z, change, adds); err != nil {
		return ZoneChanged{}, err
	}
	if err := dropStagedBeside(ctx, tx, z, change); err != nil {
		return ZoneChanged{}, err
	}
	change, err = r.writeZone(ctx, tx, z, change, who)
	if err != nil {
		return ZoneChanged{}, err
	}
	return ZoneChanged{Zone: *z, Change: change}, zoneHistory(ctx, tx, *z, "changed")
}

func sameSerial(z zone.Zone, want *uint32) error {
	if want != nil && *want != z.Serial {
		return errs.F(errs.Conflict, "serial", "the serial is %d", z.Serial).On("zone", string(z.Origin))
	}
	return nil
}

// writeZone writes a change of records, or of settings that others see, under the next serial. Every change of what is served goes
// through here, and is signed here. The change comes back with the numbers of what was added.
func (r *Runner) writeZone(ctx context.Context, tx Tx, z *zone.Zone, change zone.Change, who string) (zone.Change, error) {
	next := *z
	next.Serial = zone.NextSerial(z.Serial, tx.Registrar())
	served, err := r.signChange(ctx, tx, next, change)
	if err != nil {
		return change, err
	}
	written, err := writeEntry(ctx, tx, z, next.Serial, served, who)
	own, _ := written.Split()
	return own, err
}

// writeEntry brings a zone to a serial: its journal gets the change, and its settings are kept as they are in z. The change comes back
// with the numbers of what was added.
func writeEntry(ctx context.Context, tx Tx, z *zone.Zone, serial uint32, change zone.Change, who string) (zone.Change, error) {
	e := zone.Entry{Zone: z.ID, From: z.Serial, To: serial, Change: change, SOA: z.SOA, At: tx.Registrar(), Who: who}
	z.Serial, z.Updated = serial, tx.Registrar()
	if err := tx.ApplyChange(ctx, &e); err != nil {
		return change, err
	}
	return e.Change, tx.PutZone(ctx, z)
}

// resolve turns what is asked for into records to be removed, as they are, and records to be added.
func (cmd ChangeZone) resolve(ctx context.Context, tx Tx, z zone.Zone) (zone.Change, *additions, error) {
	var l errs.List
	if cmd.Replace != nil {
		adds := readRecords(z, *cmd.Replace, &l)
		scope := cmd.scope(z, adds, &l)
		if err := l.Err(); err != nil {
			return zone.Change{}, nil, err
		}
		have, err := scope.read(ctx, tx, z)
		if err != nil {
			return zone.Change{}, nil, err
		}
		adds.fillTTL(have, z.TTL)
		return zone.Diff(have, adds.records), adds, nil
	}
	adds := readRecords(z, cmd.Change.Add, &l)
	gone, err := findRecords(ctx, tx, z, cmd.Change.Remove, &l)
	if err == nil {
		err = l.Err()
	}
	if err != nil {
		return zone.Change{}, nil, err
	}
	var beside []zone.Record
	if slices.ContainsFunc(adds.records, func(x zone.Record) bool { return x.TTL == 0 }) {
		if beside, err = tx.RecordsAt(ctx, z.ID, recordNames(adds.records)); err != nil {
			return zone.Change{}, nil, err
		}
	}
	adds.fillTTL(beside, z.TTL)
	return cancelled(zone.Change{Remove: gone, Add: adds.records}), adds, nil
}

// cancelled leaves out what is removed and added again just so, which keeps its number. Added records may take the number of
// removed ones.
func cancelled(c zone.Change) zone.Change {
	gone, same := map[zone.RecordID]bool{}, map[zone.Record][]int{}
	for i, x := range c.Remove {
		gone[x.ID] = true
		x.ID = 0
		same[x] = append(same[x], i)
	}
	stays := map[int]bool{}
	var out zone.Change
	for _, x := range c.Add {
		if !gone[x.ID] {
			x.ID = 0
		}
		plain := x
		plain.ID = 0
		if at := same[plain]; len(at) > 0 && (x.ID == 0 || x.ID == c.Remove[at[0]].ID) {
			same[plain], stays[at[0]] = at[1:], true
			gone[c.Remove[at[0]].ID] = false
			continue
		}
		gone[x.ID] = false // a number is kept once
		out.Add = append(out.Add, x)
	}
	for i, x := range c.Remove {
		if !stays[i] {
			out.Remove = append(out.Remove, x)
		}
	}
	return out
}

// keepApex gives a zone that would lose its last name server those of the platform.
func (r *Runner) keepApex(ctx context.Context, tx Tx, z zone.Zone, c zone.Change) (zone.Change, error) {
	if !slices.ContainsFunc(c.Remove, isApexNS) || slices.ContainsFunc(c.Add, isApexNS) {
		return c, nil
	}
	have, err := tx.Records(ctx, z.ID, zone.Apex)
	if err != nil || slices.ContainsFunc(zone.Apply(have, zone.Change{Remove: c.Remove}), isApexNS) {
		return c, err
	}
	c.Add = r.withApex(c.Add)
	return cancelled(c), nil
}

// largeZone is the number of records from which only the names that a change touches are checked.
const largeZone = 2000

// checkChange applies the rules of zones on what a zone will be.
func (r *Runner) checkChange(ctx context.Context, tx Tx, z zone.Zone, c zone.Change, adds *additions) error {
	count, err := tx.CountRecords(ctx, z.ID)
	if err != nil {
		return err
	}
	limit := zone.MaxRecords
	if after := count - len(c.Remove) + len(c.Add); after > min(limit, count) {
		if limit, err = r.zoneLimit(after); err != nil {
			return err
		}
		if after > limit {
			return errs.F(errs.QuotaExceeded, "records", "a zone holds at most %d records", limit)
		}
	}
	var have []zone.Record
	if count <= largeZone || slices.ContainsFunc(c.Add, func(x zone.Record) bool { return x.Type == "DNAME" }) {
		have, err = tx.Records(ctx, z.ID, "")
	} else {
		have, err = tx.RecordsAt(ctx, z.ID, withAncestors(recordNames(c.Remove, c.Add)))
	}
	if err != nil {
		return err
	}
	kept := zone.Apply(have, zone.Change{Remove: c.Remove})
	if err := checkRecords(z.Origin, kept, c.Add, max(limit, len(kept)+len(c.Add))); err != nil {
		return adds.located(err, kept, c.Add)
	}
	return nil
}

// withAncestors adds to relative names all above them, and the origin.
func withAncestors(names []string) []string {
	seen := map[string]bool{zone.Apex: true}
	out := []string{zone.Apex}
	for _, n := range names {
		for n != "" && !seen[n] {
			seen[n] = true
			out = append(out, n)
			_, n, _ = strings.Cut(n, ".")
		}
	}
	return out
}
