package command

import (
	"context"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
)

// NextNotices gives the oldest unread notices of the caller's channel. Kinds limits which count, for a dialect without a
// word for some. The same ones come again until they are acknowledged.
type NextNotices struct {
	Limit int // at least 1
	Kinds []notify.Kind
}

// Waiting is the head of the queue and its length.
type Waiting struct {
	Notices []notify.Notice
	Total   int
}

func (NextNotices) need() account.Access { return account.Read }

func (cmd NextNotices) run(ctx context.Context, r *Runner, c Caller) (Waiting, error) {
	ns, total, err := r.cfg.Store.View().OpenNotices(ctx, c.Account.ID, c.Channel, cmd.Kinds, max(cmd.Limit, 1))
	return Waiting{ns, total}, err
}

// AckNotice marks a notice as read in the caller's channel. Oldest allows the oldest open one alone (others: NotFound). A
// second acknowledgement is NotFound with Oldest, and no error without.
type AckNotice struct {
	ID     notify.ID
	Oldest bool
	Kinds  []notify.Kind
}

func (AckNotice) need() account.Access { return account.Read }

func (cmd AckNotice) run(ctx context.Context, r *Runner, c Caller) (bool, error) {
	if c.DryRun {
		ns, _, err := r.cfg.Store.View().OpenNotices(ctx, c.Account.ID, c.Channel, cmd.Kinds, MaxPage)
		for _, n := range ns {
			if n.ID == cmd.ID {
				return false, err
			}
			if cmd.Oldest {
				break
			}
		}
		return false, errs.F(errs.NotFound, "id", "notice %d does not wait", cmd.ID)
	}
	var known bool
	err := r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if cmd.Oldest {
			ns, _, err := tx.OpenNotices(ctx, c.Account.ID, c.Channel, cmd.Kinds, 1)
			if err != nil {
				return err
			}
			if len(ns) == 0 || ns[0].ID != cmd.ID {
				return errs.F(errs.NotFound, "id", "notice %d is not the oldest one that waits", cmd.ID)
			}
		}
		var err error
		known, err = tx.AckNotice(ctx, c.Account.ID, c.Channel, cmd.ID)
		return err
	})
	return known, err
}
