package command

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

// ConsumeMessage takes the oldest message of a registry: stores it, applies it in the same transaction, acknowledges it
// after. more is false when the queue is empty.
func (r *Runner) ConsumeMessage(ctx context.Context, reg registry.Registry) (more bool, err error) {
	m, err := reg.PollRequest(ctx)
	if err != nil || m == nil {
		return false, err
	}
	end, err := r.endOfPending(ctx, reg, m)
	if err == nil && end == nil {
		end, err = r.endOfTransfer(ctx, reg, m)
	}
	stale := false
	if err == nil {
		stale, err = r.cameBack(ctx, reg, m)
	}
	if err != nil {
		return false, err
	}
	err = r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		fresh, err := tx.AddRegistryMessage(ctx, reg.Name(), m.ID, tx.Registrar())
		if err != nil || !fresh {
			return err
		}
		if end == nil {
			return r.applyMessage(ctx, tx, reg, m, stale)
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
