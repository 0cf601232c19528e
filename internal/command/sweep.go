package command

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/order"
)

// sweepBatch is how many orders one sweep takes.
const sweepBatch = 32

// Sweep takes over open orders whose time has come: attempts whose node died, unknown outcomes, pending ones to be asked
// about. It gives how many it took. Every node calls it on a short ticker and once at its start.
func (r *Runner) Sweep(ctx context.Context) (int, error) {
	var due []order.Order
	err := r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		due = due[:0]
		found, err := tx.DueOrders(ctx, tx.Wall(), sweepBatch)
		if err != nil {
			return err
		}
		for _, o := range found {
			o.LeaseOwner, o.LeaseUntil = r.cfg.Node, tx.Wall().Add(r.lease())
			o.NextAttempt = o.LeaseUntil
			if o.State == order.Sent {
				o.Unknown = true
			}
			ok, err := tx.Fence(ctx, &o, o.Attempt, o.State)
			if err != nil {
				return err
			}
			if ok {
				due = append(due, o)
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for _, o := range due {
		r.running.begin()
		go func() {
			defer r.running.end()
			if _, err := r.drive(context.WithoutCancel(ctx), o, nil, true); err != nil {
				r.cfg.Log.Error("order could not be carried to its end", "order", o.Number, "err", err)
			}
		}()
	}
	return len(due), nil
}

// Recover makes the orders of an earlier process of this node due at once. Only for a store that no other node uses.
func (r *Runner) Recover(ctx context.Context) error {
	return r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.FreeLeases(ctx) })
}

// Background runs sweep and message consumption until ctx ends. every is the ticker's pace.
func (r *Runner) Background(ctx context.Context, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		if !r.gate.closed() {
			if _, err := r.Sweep(ctx); err != nil && ctx.Err() == nil {
				r.cfg.Log.Error("sweep failed", "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		case <-r.woken:
		}
	}
}

// PollRegistries consumes the messages of all registries every so often until ctx ends.
func (r *Runner) PollRegistries(ctx context.Context, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		if !r.gate.closed() {
			r.ConsumeAll(ctx)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// ConsumeAll takes all messages that wait at the registries; a registry that cannot be asked is logged and left for the next
// time.
func (r *Runner) ConsumeAll(ctx context.Context) {
	for _, reg := range r.cfg.Registries.All() {
		for {
			more, err := r.ConsumeMessage(ctx, reg)
			if err != nil && ctx.Err() == nil {
				r.cfg.Log.Warn("registry messages", "registry", reg.Name(), "err", err)
			}
			if err != nil || !more {
				break
			}
		}
	}
}
