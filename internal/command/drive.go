package command

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/ledger"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

// waiter couples the caller that waits with the exchange that goes on. Either the caller is told "pending" first, and then
// the outcome becomes a notice, or the outcome is being written first, and then the caller waits for it.
type waiter struct {
	mu     sync.Mutex
	told   bool
	ending bool
	done   chan struct{}
	ended  order.Order
	left   ending
	err    error
}

// ending is what tx 2 left behind, for the answer to the caller: nil where it is to be read.
type ending struct {
	domain  *domain.Domain
	balance *ledger.Balance
}

// tell marks the caller as told "pending"; false when the outcome is being written already.
func (w *waiter) tell() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ending {
		return false
	}
	w.told = true
	return true
}

// end marks the outcome as being written and reports whether the caller had been told "pending". Without a waiter (sweep,
// registry's message) the caller is long gone and counts as told.
func (w *waiter) end() (told bool) {
	if w == nil {
		return true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.told {
		w.ending = true
	}
	return w.told
}

// verdict is what a probe found out. What the registry itself keeps pending (RFC 5731 §2.3: pendingCreate …) is open: its
// object is there and says nothing yet about the outcome.
type verdict int

const (
	notDone verdict = iota + 1 // send it again
	wasDone                    // the registry has carried it out
	lost                       // it can never succeed: somebody else has the name
	open                       // the registry still works on it, or nothing can be said yet
)

// operation is how one kind of order meets the registry and the store. Functions are given the order and its intent.
type operation struct {
	// send carries the order out; every step but the deciding one may be repeated without harm.
	send func(context.Context, *exchange) (achieved, bool, error)
	// probe finds out whether an attempt with unknown outcome was carried out.
	probe func(context.Context, *exchange) (verdict, achieved, error)
	// apply writes the achieved into the store, in tx 2.
	apply func(context.Context, Tx, *exchange, *order.Order, achieved) error
	// revert takes back in tx 2 what tx 1 wrote for an order that failed.
	revert func(context.Context, Tx, *order.Order, intent) error
}

// exchange is one order on its way.
type exchange struct {
	r   *Runner
	o   *order.Order
	in  intent
	reg registry.Registry // nil for orders that concern several registries
	// made are contact objects that the registry has taken; noted in tx 2 whatever the outcome.
	made []madeContact
	// trusting is set when name servers were taken for existing from memory, without asking.
	trusting []dname.Name
	end      ending // of the transaction that ended the order
	// turn, when set, is waited for before the outcome is written.
	turn <-chan struct{}
	// refusal is the error that a probe found with its verdict "lost", nil for "not available"; or that ended a send.
	refusal *errs.Error
}

// clTRID of a step of the present attempt.
func (x *exchange) clTRID(part string) string { return order.EPPID(x.o.Number, x.o.Attempt, part) }

func operationOf(o order.Operation) (operation, error) {
	switch o {
	case order.Register:
		return registerOp, nil
	case order.RenewDomain:
		return renewOp, nil
	case order.UpdateDomain:
		return updateOp, nil
	case order.UpdateContact:
		return contactOp, nil
	case order.DeleteContact:
		return contactDeleteOp, nil
	case order.DeleteDomain:
		return deleteOp, nil
	case order.RestoreDomain:
		return restoreOp, nil
	case order.TransferIn:
		return transferOp, nil
	case order.CancelTransfer:
		return cancelOp(), nil
	case order.ApproveTransfer, order.RejectTransfer:
		return decideOp, nil
	case order.CreateHost, order.UpdateHost, order.DeleteHost:
		return hostOp, nil
	}
	return operation{}, fmt.Errorf("command: no operation %q", o)
}

// carry carries an order to its end, or as far as the exchange time allows; the sweep goes on from there. probeFirst is set when
// an earlier attempt may have been carried out. The lease is held by this node.
func (r *Runner) carry(ctx context.Context, x *exchange, w *waiter, probeFirst bool) (order.Order, error) {
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Exchange+r.cfg.Margin)
	defer cancel()
	o := x.o
	ctx = registry.WithTrace(ctx, registry.Trace{Order: int64(o.Number), Account: int64(o.Account), Operation: string(o.Operation), Command: o.Caller.Command, Object: o.ObjectName})
	op, err := operationOf(o.Operation)
	if err != nil {
		return *o, err
	}
	if o.Registry != manyRegistries {
		if x.reg, err = r.cfg.Registries.Named(o.Registry); err != nil {
			return *o, err
		}
	}
	pause := 250 * time.Millisecond
	for {
		var step stepResult
		if probeFirst {
			step = r.probeStep(ctx, op, x)
		} else {
			step = r.sendStep(ctx, op, x)
		}
		if step.ended() {
			x.waitTurn(ctx)
			return r.finish(ctx, op, x, step, w)
		}
		if o.State == order.Pending || step.pending {
			return r.park(ctx, x, order.Pending, r.cfg.ProbeEvery)
		}
		if step.again { // the probe says that nothing was done: a new attempt with its own id
			was := o.Attempt
			o.Attempt++
			if ok, err := r.fence(ctx, o, was); err != nil || !ok {
				return r.reread(ctx, *o, err)
			}
			probeFirst = false
			continue
		}
		o.Unknown, probeFirst = true, true
		select {
		case <-ctx.Done():
			return r.park(context.WithoutCancel(ctx), x, order.Sent, backoff(o.Attempt))
		case <-time.After(pause):
			pause = min(pause*2, 4*time.Second)
		}
	}
}

// waitTurn lets outcomes of one moment be written in the order in which they were placed.
func (x *exchange) waitTurn(ctx context.Context) {
	if x.turn == nil {
		return
	}
	select {
	case <-x.turn:
	case <-ctx.Done():
	}
}

// stepResult is what one step of drive led to; the zero value means "unknown, go on".
type stepResult struct {
	got     *achieved
	refused *errs.Error
	pending bool
	again   bool
}

func (s stepResult) ended() bool { return s.got != nil || s.refused != nil }

func (r *Runner) sendStep(ctx context.Context, op operation, x *exchange) stepResult {
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Exchange)
	defer cancel()
	got, pending, err := op.send(ctx, x)
	switch {
	case err == nil && pending:
		return stepResult{pending: true}
	case err == nil:
		return stepResult{got: &got}
	case x.refusal != nil && errors.Is(err, x.refusal):
		return stepResult{refused: x.refusal.On(x.o.ObjectKind, x.o.ObjectName)}
	case registry.IsUnknown(err):
		r.cfg.Log.Warn("outcome of an order is unknown", "order", x.o.Number, "attempt", x.o.Attempt, "err", err)
		return stepResult{}
	case x.o.Unknown:
		// A refusal may be the echo of an earlier attempt that was carried out ("exists"): it stands only when the registry says
		// that none was. Without an answer to that nothing is known yet.
		if p := r.probeStep(ctx, op, x); !p.again {
			return p
		}
	}
	if x.misled(err) {
		return stepResult{again: true}
	}
	if e := new(registry.Error); errors.As(err, &e) && e.Code == 0 {
		if x.o.Attempt > 1 || x.o.Unknown {
			return stepResult{} // nothing was sent now, but an earlier attempt was: keep asking
		}
	}
	return stepResult{refused: registryProblem(err).On(x.o.ObjectKind, x.o.ObjectName)}
}

func (r *Runner) probeStep(ctx context.Context, op operation, x *exchange) stepResult {
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Exchange)
	defer cancel()
	v, got, err := op.probe(ctx, x)
	if err != nil {
		r.cfg.Log.Warn("probe failed", "order", x.o.Number, "err", err)
		return stepResult{}
	}
	switch v {
	case wasDone:
		return stepResult{got: &got}
	case lost:
		if x.refusal != nil {
			return stepResult{refused: x.refusal.On(x.o.ObjectKind, x.o.ObjectName)}
		}
		return stepResult{refused: errs.E(errs.NotAvailable, "%s is not available", x.o.ObjectName).On(x.o.ObjectKind, x.o.ObjectName)}
	case notDone:
		return stepResult{again: x.o.State == order.Sent, pending: x.o.State == order.Pending}
	}
	return stepResult{pending: true}
}

// backoff is how long the sweep waits before it looks at an order again.
func backoff(attempt int) time.Duration {
	return min(time.Duration(1<<min(attempt, 8))*time.Second, 5*time.Minute)
}

// park leaves an order to the sweep or to the registry's message. Where a message has ended it already, it gives the order so.
func (r *Runner) park(ctx context.Context, x *exchange, state order.State, after time.Duration) (order.Order, error) {
	was := x.o.State
	x.o.State, x.o.LeaseOwner, x.o.LeaseUntil = state, "", time.Time{}
	x.o.NextAttempt = r.cfg.Clocks.Wall().Add(after)
	var held bool
	err := r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := x.noteMade(ctx, tx); err != nil {
			return err
		}
		var err error
		held, err = tx.Fence(ctx, x.o, x.o.Attempt, was)
		return err
	})
	if err != nil || held {
		return *x.o, err
	}
	return r.reread(ctx, *x.o, nil)
}

// fence stores a new attempt before it is sent, and renews the lease.
func (r *Runner) fence(ctx context.Context, o *order.Order, wasAttempt int) (bool, error) {
	var ok bool
	err := r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		o.LeaseOwner, o.LeaseUntil = r.cfg.Node, tx.Wall().Add(r.lease())
		o.NextAttempt = o.LeaseUntil
		var err error
		ok, err = tx.Fence(ctx, o, wasAttempt, o.State)
		return err
	})
	return ok, err
}

// reread answers from the order as another node left it.
func (r *Runner) reread(ctx context.Context, o order.Order, err error) (order.Order, error) {
	if err != nil {
		return o, err
	}
	return r.cfg.Store.View().AnyOrder(ctx, o.Number)
}
