package command

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// StageZone changes records of a zone without serving the change: it waits for CommitZone, or for some minutes without a further
// one (AutoCommit). Numbers are drawn for added records at once. Errors: as ChangeZone; numbers and records are those of the state
// that StagedZone shows.
type StageZone struct {
	Origin string
	Change zone.Change
	Note   *NoteEdit // of what is noted beside the zone
}

// NoteEdit changes a note (Note) in the transaction of the change that it goes with. Edit gets what is noted ("" for nothing) and the
// zone as it will be, and gives what is to be noted; it may be called again when the transaction is.
type NoteEdit struct {
	Of   string
	Edit func(text string, v StagedView) string
}

// StagedView is a zone as it will be.
type StagedView struct {
	Zone    zone.Zone
	Records []zone.Record // with what waits; by name, type and number
	Change  zone.Change   // what waits
}

func (StageZone) need() account.Access { return account.Modify }

func (cmd StageZone) run(ctx context.Context, r *Runner, c Caller) (StagedView, error) {
	var out StagedView
	err := r.onZones(ctx, c, func(ctx context.Context, tx Tx) error {
		z, err := primaryZone(ctx, tx, c, cmd.Origin)
		if err != nil {
			return err
		}
		served, waits, err := stagedState(ctx, tx, z)
		if err != nil {
			return err
		}
		next, err := cmd.apply(ctx, tx, r, z, zone.Apply(served, waits))
		if err != nil {
			return err
		}
		if err := tx.PutStaged(ctx, z.ID, between(served, next)); err != nil {
			return err
		}
		if z, err = tx.Zone(ctx, c.Account.ID, z.Origin); err != nil {
			return err
		}
		if out, err = stagedView(ctx, tx, z); err != nil {
			return err
		}
		return r.editNote(ctx, tx, out, cmd.Note)
	})
	return out, err
}

// editNote carries a change of a note out; nil leaves what is there.
func (r *Runner) editNote(ctx context.Context, tx Tx, v StagedView, e *NoteEdit) error {
	if e == nil {
		return nil
	}
	old, err := r.noteIn(ctx, tx, v.Zone, e.Of)
	if err != nil {
		return err
	}
	text := e.Edit(old, v)
	if text == old {
		return nil
	}
	return r.putNote(ctx, tx, v.Zone, &Note{Of: e.Of, Text: text})
}

// stagedState reads what is served and what waits.
func stagedState(ctx context.Context, tx Tx, z zone.Zone) (served []zone.Record, waits zone.Change, err error) {
	if served, err = tx.Records(ctx, z.ID, ""); err != nil || z.Staged == 0 {
		return served, waits, err
	}
	waits, err = tx.Staged(ctx, z.ID)
	return served, waits, err
}

func stagedView(ctx context.Context, tx Tx, z zone.Zone) (StagedView, error) {
	served, waits, err := stagedState(ctx, tx, z)
	return StagedView{Zone: z, Records: zone.Sorted(zone.Apply(served, waits)), Change: waits}, err
}

// apply gives the staged state after the change.
func (cmd StageZone) apply(ctx context.Context, tx Tx, r *Runner, z zone.Zone, have []zone.Record) ([]zone.Record, error) {
	var l errs.List
	adds := readRecords(z, cmd.Change.Add, &l)
	gone := pickRecords(z, cmd.Change.Remove, have, &l)
	adds.fillTTL(have, z.TTL)
	change := cancelled(zone.Change{Remove: gone, Add: adds.records})
	if err := l.Err(); err != nil {
		return nil, err
	}
	kept := zone.Apply(have, zone.Change{Remove: change.Remove})
	if !slices.ContainsFunc(kept, isApexNS) && !slices.ContainsFunc(change.Add, isApexNS) {
		change.Add = r.withApex(change.Add)
	}
	limit, err := r.zoneLimit(len(kept) + len(change.Add))
	if err != nil {
		return nil, err
	}
	if err := checkRecords(z.Origin, kept, change.Add, limit); err != nil {
		return nil, adds.located(err, kept, change.Add)
	}
	return append(kept, change.Add...), nil
}

// between is what leads from the served state to another one. Records that were added keep numbers that they have.
func between(served, next []zone.Record) zone.Change {
	c := zone.Diff(served, next)
	numbers := map[zone.Record]zone.RecordID{}
	for _, x := range next {
		numbers[bareRecord(x)] = x.ID
	}
	for i, x := range c.Add {
		c.Add[i].ID = numbers[bareRecord(x)]
	}
	return c
}

// StagedZone shows a zone as it will be. Errors: NotFound, NotOwned (field "zone").
type StagedZone struct{ Origin string }

func (StagedZone) need() account.Access { return account.Read }

func (cmd StagedZone) run(ctx context.Context, r *Runner, c Caller) (StagedView, error) {
	view := r.cfg.Store.View()
	z, err := ownZone(ctx, view, c, cmd.Origin)
	if err != nil {
		return StagedView{}, err
	}
	return stagedView(ctx, view, z)
}

// CommitZone serves what waits; without anything that waits it does nothing. Errors: as ChangeZone.
type CommitZone struct{ Origin string }

func (CommitZone) need() account.Access { return account.Modify }

func (cmd CommitZone) run(ctx context.Context, r *Runner, c Caller) (ZoneChanged, error) {
	var out ZoneChanged
	err := r.onZones(ctx, c, func(ctx context.Context, tx Tx) error {
		z, err := ownZone(ctx, tx, c, cmd.Origin)
		if err != nil {
			return err
		}
		out, err = r.commitStaged(ctx, tx, &z, zoneActor(c))
		return err
	})
	return out, err
}

func (r *Runner) commitStaged(ctx context.Context, tx Tx, z *zone.Zone, who string) (ZoneChanged, error) {
	if z.Staged == 0 {
		return ZoneChanged{Zone: *z}, nil
	}
	change, err := tx.Staged(ctx, z.ID)
	if err != nil {
		return ZoneChanged{}, err
	}
	if err := r.checkChange(ctx, tx, *z, change, &additions{}); err != nil {
		return ZoneChanged{}, err
	}
	if err := putStaged(ctx, tx, z, zone.Change{}); err != nil {
		return ZoneChanged{}, err
	}
	if change, err = r.writeZone(ctx, tx, z, change, who); err != nil {
		return ZoneChanged{}, err
	}
	return ZoneChanged{Zone: *z, Change: change}, zoneHistory(ctx, tx, *z, "changed")
}

// putStaged replaces what waits, and says so in the head.
func putStaged(ctx context.Context, tx Tx, z *zone.Zone, c zone.Change) error {
	z.Staged, z.StagedAt = len(c.Remove)+len(c.Add), tx.Wall()
	if c.Empty() {
		z.StagedAt = time.Time{}
	}
	return tx.PutStaged(ctx, z.ID, c)
}

// dropStagedBeside drops from what waits all that is of the same name and type as a direct change, and what could not stand beside
// it.
func dropStagedBeside(ctx context.Context, tx Tx, z *zone.Zone, change zone.Change) error {
	if z.Staged == 0 {
		return nil
	}
	waits, err := tx.Staged(ctx, z.ID)
	if err != nil {
		return err
	}
	touched, added := change.Touched(), map[string]bool{} // names, and whether a CNAME comes there
	for _, x := range change.Add {
		added[x.Name] = added[x.Name] || x.Type == "CNAME"
	}
	drop := func(x zone.Record) bool { return touched[zone.Set(x.Name, x.Type)] }
	beside := func(x zone.Record) bool {
		alias, there := added[x.Name]
		return drop(x) || there && (alias || x.Type == "CNAME")
	}
	left := zone.Change{Remove: slices.DeleteFunc(slices.Clone(waits.Remove), drop), Add: slices.DeleteFunc(slices.Clone(waits.Add), beside)}
	if len(left.Remove) == len(waits.Remove) && len(left.Add) == len(waits.Add) {
		return nil
	}
	return putStaged(ctx, tx, z, left)
}

// autoCommit is how long changes wait for a commit that nobody makes, in wall time; with AutoCommit once a minute they are served
// five minutes after the last of them at the latest.
const autoCommit = 4 * time.Minute

// autoBatch bounds one run of AutoCommit; feedKept is how long the change feed reaches back, in wall time.
const (
	autoBatch = 200
	feedKept  = 24 * time.Hour
)

// AutoCommit serves changes that have waited long enough, and gives how many zones that concerned; it also forgets old entries of
// the change feed. Every node calls it once a minute. A zone whose changes cannot be served (a rule, a limit) keeps them and is tried
// again minutes later.
func (r *Runner) AutoCommit(ctx context.Context) (int, error) {
	wall := r.cfg.Clocks.Wall()
	due, err := r.cfg.Store.View().StagedBefore(ctx, wall.Add(-autoCommit), autoBatch)
	if err != nil {
		return 0, err
	}
	done, failed := 0, []error(nil)
	for _, z := range due {
		ok, err := r.autoCommitOne(ctx, z)
		if ok {
			done++
		}
		failed = append(failed, err)
	}
	failed = append(failed, r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.TrimZoneFeed(ctx, wall.Add(-feedKept)) }))
	return done, errors.Join(failed...)
}

func (r *Runner) autoCommitOne(ctx context.Context, z zone.Zone) (bool, error) {
	err := r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		now, err := tx.ZoneByID(ctx, z.ID)
		if errs.Is(err, errs.NotFound) || err == nil && !now.StagedAt.Equal(z.StagedAt) {
			return errs.E(errs.Conflict, "somebody else was faster")
		}
		if err != nil {
			return err
		}
		_, err = r.commitStaged(ctx, tx, &now, "autocommit")
		return err
	})
	switch {
	case err == nil:
		return true, nil
	case errs.Is(err, errs.Internal):
		return false, err
	case errs.Is(err, errs.Conflict):
		return false, nil
	}
	r.cfg.Log.Warn("staged changes of a zone cannot be served", "zone", z.Origin, "err", err)
	return false, r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error { // their time begins anew
		now, err := tx.ZoneByID(ctx, z.ID)
		if err != nil || now.Staged == 0 {
			return err
		}
		waits, err := tx.Staged(ctx, z.ID)
		if err != nil {
			return err
		}
		return tx.PutStaged(ctx, z.ID, waits)
	})
}
