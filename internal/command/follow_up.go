package command

import (
	"context"
	"slices"

	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/order"
)

// followUp orders an update that an ended order brings along, in the transaction that ended it: the sweep of any node carries
// it out, a moment later.
func (r *Runner) followUp(ctx context.Context, tx Tx, d domain.Domain, in intent) error {
	acc, err := tx.Account(ctx, d.Account)
	if err != nil {
		return err
	}
	in.Name, in.Before = d.Name, &d
	o := r.newOrder(system(acc), draft{op: order.UpdateDomain, kind: "domain", name: string(d.Name), registry: d.Registry}, in, tx)
	o.LeaseOwner, o.LeaseUntil, o.NextAttempt = "", tx.Wall(), tx.Wall()
	if err := tx.AddOrder(ctx, &o); err != nil {
		return err
	}
	r.wake()
	return nil
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
