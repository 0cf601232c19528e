package command

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
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

// ConsumeMessage takes the oldest message of a registry: stores it, applies it in the same transaction, acknowledges it
// after. more is false when the queue is empty.
func (r *Runner) ConsumeMessage(ctx context.Context, reg registry.Registry) (more bool, err error) {
	m, err := reg.PollRequest(ctx)
	if err != nil || m == nil {
		return false, err
	}
	end, err := r.endOfPending(ctx, reg, m)
	if err != nil {
		return false, err
	}
	err = r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		fresh, err := tx.AddRegistryMessage(ctx, reg.Name(), m.ID, tx.Registrar())
		if err != nil || !fresh || end == nil {
			return err
		}
		o := *end.x.o
		if !end.step.ended() {
			return r.askSoon(ctx, tx, o)
		}
		was := end.step.close(tx, &o)
		won, err := tx.Finish(ctx, &o, was.Attempt, was.State)
		if err != nil || !won { // the message is dealt with all the same
			return err
		}
		return r.applyEnd(ctx, tx, end.op, end.x, &o, end.step, true)
	})
	if err != nil {
		return false, err
	}
	return true, reg.PollAck(ctx, m.ID)
}

// pendingEnd is the end of a pending order that a message tells; its step has not ended when the object does not bear that out.
type pendingEnd struct {
	op   operation
	x    *exchange
	step stepResult
}

// endOfPending finds the order that a message is about and what it achieved; nil when it is about none of ours that is open.
func (r *Runner) endOfPending(ctx context.Context, reg registry.Registry, m *registry.Message) (*pendingEnd, error) {
	if m.PanData == nil {
		return nil, nil
	}
	n, attempt, ok := order.ParseEPPID(m.PanData.ClTRID)
	if !ok {
		return nil, nil
	}
	o, err := r.cfg.Store.View().AnyOrder(ctx, n)
	if errs.Is(err, errs.NotFound) || err == nil && (!o.State.Open() || o.Registry != reg.Name()) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !m.PanData.Done && attempt != o.Attempt {
		return nil, nil // of an attempt before or of a step besides: the one under way may yet succeed
	}
	in, err := decodeIntent(o)
	if err != nil {
		return nil, err
	}
	op, err := operationOf(o.Operation)
	if err != nil {
		return nil, err
	}
	end := &pendingEnd{op: op, x: &exchange{r: r, o: &o, in: in, reg: reg}}
	if !m.PanData.Done {
		end.step.refused = errs.E(errs.RegistryRejected, "the registry refused: %s", m.Text).On(o.ObjectKind, o.ObjectName)
		return end, nil
	}
	v, got, err := op.probe(ctx, end.x)
	if err != nil {
		return nil, err
	}
	if v == wasDone {
		end.step.got = &got
	} else { // the message must not keep those behind it waiting
		r.cfg.Log.Warn("a registry's message says done, its object does not yet", "registry", reg.Name(), "message", m.ID, "order", o.Number)
	}
	return end, nil
}

// askSoon makes a pending order due in a moment, when the registry's object may show what its message told.
func (r *Runner) askSoon(ctx context.Context, tx Tx, o order.Order) error {
	if o.State != order.Pending {
		return nil // its driver probes anyway
	}
	o.NextAttempt = tx.Wall().Add(min(time.Minute, r.cfg.ProbeEvery))
	_, err := tx.Fence(ctx, &o, o.Attempt, o.State)
	return err
}

// Background runs sweep and message consumption until ctx ends. every is the ticker's pace.
func (r *Runner) Background(ctx context.Context, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		if _, err := r.Sweep(ctx); err != nil && ctx.Err() == nil {
			r.cfg.Log.Error("sweep failed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// PollRegistries consumes the messages of all registries every so often until ctx ends.
func (r *Runner) PollRegistries(ctx context.Context, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
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
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}
