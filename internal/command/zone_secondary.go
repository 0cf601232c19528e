package command

import (
	"context"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// Received is a secondary zone as one of its masters has it. Records hold all types but SOA, those of DNSSEC and unknown ones too.
type Received struct {
	SOA     zone.SOA
	Serial  uint32
	Records []zone.Record
}

// fromMaster is who changes a secondary, for its history.
const fromMaster = "transfer"

// ReplaceSecondary stores a whole secondary zone that was transferred. Records that stay keep their numbers, and the journal tells
// the difference. Errors: NotFound, WrongState (no secondary).
func (r *Runner) ReplaceSecondary(ctx context.Context, id zone.ID, got Received) error {
	return r.onSecondary(ctx, id, func(ctx context.Context, tx Tx, z *zone.Zone) error {
		records, err := tx.Records(ctx, id, "")
		if err != nil {
			return err
		}
		extra, err := tx.ExtraRecords(ctx, id)
		if err != nil {
			return err
		}
		change := zone.Diff(append(records, extra...), got.Records)
		if change.Empty() && z.Serial == got.Serial && z.SOA == got.SOA {
			return nil
		}
		return writeReceived(ctx, tx, z, got.SOA, got.Serial, change)
	})
}

// ApplySecondary stores changes of a secondary zone that follow each other and the serial that it has. Errors: NotFound, WrongState
// (no secondary), Conflict (they do not fit: the whole zone is needed).
func (r *Runner) ApplySecondary(ctx context.Context, id zone.ID, entries []zone.Entry) error {
	return r.onSecondary(ctx, id, func(ctx context.Context, tx Tx, z *zone.Zone) error {
		for _, e := range entries {
			if e.From != z.Serial {
				return errs.F(errs.Conflict, "serial", "the serial is %d", z.Serial)
			}
			if err := numberRemoved(ctx, tx, *z, e.Change.Remove); err != nil {
				return err
			}
			if err := writeReceived(ctx, tx, z, e.SOA, e.To, e.Change); err != nil {
				return err
			}
		}
		return nil
	})
}

func (r *Runner) onSecondary(ctx context.Context, id zone.ID, do func(ctx context.Context, tx Tx, z *zone.Zone) error) error {
	return r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		z, err := tx.ZoneByID(ctx, id)
		if err == nil && z.Kind != zone.Secondary {
			err = errs.F(errs.WrongState, fieldZone, "%s is no secondary", z.Origin)
		}
		if err != nil {
			return err
		}
		return do(ctx, tx, &z)
	})
}

func writeReceived(ctx context.Context, tx Tx, z *zone.Zone, soa zone.SOA, serial uint32, change zone.Change) error {
	z.SOA = soa
	_, err := writeEntry(ctx, tx, z, serial, change, fromMaster)
	return err
}

// numberRemoved finds the numbers of records that are known by what they say.
func numberRemoved(ctx context.Context, tx Tx, z zone.Zone, list []zone.Record) error {
	have, err := tx.RecordsAt(ctx, z.ID, recordNames(list))
	if err != nil {
		return err
	}
	_, foreign := zone.Change{Remove: list}.Split()
	if len(foreign.Remove) > 0 {
		extra, err := tx.ExtraRecords(ctx, z.ID)
		if err != nil {
			return err
		}
		have = append(have, extra...)
	}
	byContent := make(map[zone.Record]zone.RecordID, len(have))
	for _, x := range have {
		byContent[bareRecord(x)] = x.ID
	}
	for i, x := range list {
		id, ok := byContent[bareRecord(x)]
		if !ok {
			return errs.F(errs.Conflict, "serial", "a record to be removed is not there")
		}
		list[i].ID = id
	}
	return nil
}
