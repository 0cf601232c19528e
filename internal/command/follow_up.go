package command

import (
	"context"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// placeLater writes an order of the platform's own on a name, in the transaction of what it follows from: the sweep of any node
// carries it out, a moment later. Errors: Busy (another order for the name is open).
func (r *Runner) placeLater(ctx context.Context, tx Tx, d domain.Domain, op order.Operation, in intent) error {
	acc, err := tx.Account(ctx, d.Account)
	if err != nil {
		return err
	}
	in.Name, in.Before = d.Name, &d
	o := r.newOrder(system(acc), draft{op: op, kind: "domain", name: string(d.Name), registry: d.Registry}, in, tx)
	o.LeaseOwner, o.LeaseUntil, o.NextAttempt = "", tx.Wall(), tx.Wall()
	if err := tx.AddOrder(ctx, &o); err != nil {
		return err
	}
	r.wake()
	return nil
}

// followUp orders an update that an ended order brings along.
func (r *Runner) followUp(ctx context.Context, tx Tx, d domain.Domain, in intent) error {
	return r.placeLater(ctx, tx, d, order.UpdateDomain, in)
}

// releaseHold brings a name back into the zone when a reason for its suspension is over and no other is left.
func (r *Runner) releaseHold(ctx context.Context, tx Tx, d domain.Domain, reason string) error {
	if !slices.Contains(d.HeldFor, reason) {
		return nil
	}
	in := intent{Release: reason}
	if len(d.HeldFor) == 1 {
		in.RemStatus = []string{domain.ClientHold}
	}
	return r.followUp(ctx, tx, d, in)
}

// wake lets the sweep run at once.
func (r *Runner) wake() {
	r.followed.Add(1)
	select {
	case r.woken <- struct{}{}:
	default:
	}
}

// followUpTries is how often a follow-up that a registry refuses is ordered, a day apart.
const followUpTries = 10

// followAgain enters a refused follow-up into the due list, by the number of its order.
func (r *Runner) followAgain(ctx context.Context, tx Tx, o *order.Order, in intent) error {
	if in.Tries+1 >= followUpTries {
		r.cfg.Log.Error("the registry keeps refusing what an order has brought along", "order", o.Number, "name", o.ObjectName, "err", o.Error)
		return nil
	}
	return tx.PutDue(ctx, DueEntry{Kind: DueFollowUp, Object: int64(o.Number), Account: o.Account, Name: o.ObjectName, At: tx.Registrar().Add(retryRefused),
		Step: "follow_up", Rank: 10})
}

// planFollowUp orders a refused follow-up anew, unless the name is gone or another's, or what it was for is over.
func (r *Runner) planFollowUp(ctx context.Context, e DueEntry) error {
	return r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		o, err := tx.AnyOrder(ctx, order.Number(e.Object))
		if err != nil {
			return err
		}
		in, err := decodeIntent(o)
		if err != nil {
			return err
		}
		d, err := tx.AnyDomain(ctx, o.Environment, nameOf(o))
		if errs.Is(err, errs.NotFound) || err == nil && pointless(d, in) {
			return tx.DropDue(ctx, e.Kind, e.Object)
		}
		if err != nil {
			return err
		}
		in.Tries++
		err = r.followUp(ctx, tx, d, in)
		return r.afterFollowUp(ctx, tx, e, err)
	})
}

// pointless reports whether a refused follow-up is for a name that is not the same any more, or for a suspension that has come
// or gone meanwhile.
func pointless(d domain.Domain, in intent) bool {
	switch {
	case in.Before == nil || in.Before.ID != d.ID || in.Before.Account != d.Account || !d.Deleted.IsZero():
		return true
	case in.HoldFor != "":
		return slices.Contains(d.HeldFor, in.HoldFor)
	case in.Release != "":
		return !slices.Contains(d.HeldFor, in.Release)
	}
	return false
}

// afterFollowUp deals with the entry of the due list that a follow-up was placed for: where another order was just busy with the
// name, it is due again an hour later.
func (r *Runner) afterFollowUp(ctx context.Context, tx Tx, e DueEntry, err error) error {
	if errs.Is(err, errs.Busy) {
		e.At = tx.Registrar().Add(time.Hour)
		return tx.PutDue(ctx, e)
	}
	if err != nil {
		return err
	}
	return tx.DropDue(ctx, e.Kind, e.Object)
}
