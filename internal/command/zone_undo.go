package command

import (
	"context"
	"slices"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// UndoZone takes one change of the history back, as a new change: what it removed comes back under new numbers. Errors: NotFound
// (field "serial": the history has no such change), Conflict (field "serial": what it added is gone, or what it removed is there
// again), and those of ChangeZone.
type UndoZone struct {
	Origin string
	Serial uint32 // that the change led to
}

func (UndoZone) need() account.Access { return account.Modify }

func (cmd UndoZone) run(ctx context.Context, r *Runner, c Caller) (ZoneChanged, error) {
	var out ZoneChanged
	err := r.onZones(ctx, c, func(ctx context.Context, tx Tx) error {
		z, err := primaryZone(ctx, tx, c, cmd.Origin)
		if err != nil {
			return err
		}
		change, err := cmd.reverse(ctx, tx, z)
		if err != nil {
			return err
		}
		out, err = r.changeRecords(ctx, tx, &z, ChangeZone{Change: change}, zoneActor(c))
		if errs.Is(err, errs.NotFound, errs.Exists) {
			err = errs.F(errs.Conflict, "serial", "what the change %d was about has been changed since", cmd.Serial)
		}
		return err
	})
	return out, err
}

// reverse is the change that takes one back.
func (cmd UndoZone) reverse(ctx context.Context, tx Tx, z zone.Zone) (zone.Change, error) {
	list, err := tx.ZoneHistory(ctx, z.ID, maxHistory)
	if err != nil {
		return zone.Change{}, err
	}
	i := slices.IndexFunc(list, func(e zone.Entry) bool { return e.To == cmd.Serial })
	if i < 0 {
		return zone.Change{}, errs.F(errs.NotFound, "serial", "the history has no change to %d", cmd.Serial)
	}
	own, _ := list[i].Change.Split()
	return own.Reverse(), nil
}
