package command

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/polyreg/polyreg/internal/order"
)

// sweepBatch is how many orders one sweep takes.
const sweepBatch = 32

// Sweep takes over open orders whose time has come: attempts whose node died, unknown outcomes, pending ones to be asked
// about. It gives how many it took. Every node calls it on a short ticker and once at its start.
func (r *Runner) Sweep(ctx context.Context) (int, error) {
	due, err := r.takeOver(ctx)
	if err != nil {
		return 0, err
	}
	for _, o := range due {
		r.running.begin()
		go func() {
			defer r.running.end()
			r.sweepOne(ctx, o, nil)
		}()
	}
	return len(due), nil
}

// takeOver leases open orders whose time has come.
func (r *Runner) takeOver(ctx context.Context) (due []order.Order, err error) {
	err = r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
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
	return due, err
}

// sweepOne carries an order on that was taken over.
func (r *Runner) sweepOne(ctx context.Context, o order.Order, turn <-chan struct{}) {
	ctx = context.WithoutCancel(ctx)
	in, err := decodeIntent(o)
	if err == nil {
		_, err = r.carry(ctx, &exchange{r: r, o: &o, in: in, turn: turn}, nil, true)
	}
	if err != nil {
		r.cfg.Log.Error("order could not be carried to its end", "order", o.Number, "err", err)
	}
}

// Settle carries out what open orders wait for nothing but a sweep, until none is left. Their outcomes are written in the order
// of their numbers.
func (r *Runner) Settle(ctx context.Context) error {
	for {
		due, err := r.takeOver(ctx)
		if err != nil || len(due) == 0 {
			return err
		}
		slices.SortFunc(due, func(a, b order.Order) int { return cmp.Compare(a.Number, b.Number) })
		InTurn(len(due), settleAtOnce, func(i int, turn <-chan struct{}) {
			r.running.begin()
			defer r.running.end()
			r.sweepOne(ctx, due[i], turn)
		})
	}
}

// settleAtOnce is how many orders Settle has under way at a time.
const settleAtOnce = 8

// InTurn runs n pieces of work, at most atOnce side by side. The turn of a piece comes when those before it have ended: a piece
// that waits for it before it writes its outcome lets outcomes be written in order.
func InTurn(n, atOnce int, work func(i int, turn <-chan struct{})) {
	turns := make([]chan struct{}, n+1)
	for i := range turns {
		turns[i] = make(chan struct{})
	}
	close(turns[0])
	slots := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for i := range n {
		slots <- struct{}{}
		all.Add(1)
		go func() {
			defer all.Done()
			defer func() { <-slots }()
			work(i, turns[i])
			<-turns[i]
			close(turns[i+1])
		}()
	}
	all.Wait()
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
		r.unlessHeld(func() {
			if _, err := r.Sweep(ctx); err != nil && ctx.Err() == nil {
				r.cfg.Log.Error("sweep failed", "err", err)
			}
		})
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		case <-r.woken:
		}
	}
}

// ServeStaged has staged changes of zones served that nobody commits (AutoCommit), until ctx ends.
func (r *Runner) ServeStaged(ctx context.Context, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		r.unlessHeld(func() {
			if _, err := r.AutoCommit(ctx); err != nil && ctx.Err() == nil {
				r.cfg.Log.Error("serving staged changes of zones", "err", err)
			}
		})
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// KeepSigned has signatures of zones made anew before they end (ResignZones), until ctx ends.
func (r *Runner) KeepSigned(ctx context.Context, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		r.unlessHeld(func() {
			if _, err := r.ResignZones(ctx); err != nil && ctx.Err() == nil {
				r.cfg.Log.Error("making signatures anew", "err", err)
			}
		})
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// unlessHeld does a piece of background work, unless somebody holds it; who does so waits for what has begun.
func (r *Runner) unlessHeld(work func()) {
	r.running.begin()
	defer r.running.end()
	if !r.gate.closed() {
		work()
	}
}

// PollRegistries consumes the messages of all registries every so often until ctx ends.
func (r *Runner) PollRegistries(ctx context.Context, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		r.unlessHeld(func() { r.ConsumeAll(ctx) })
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
