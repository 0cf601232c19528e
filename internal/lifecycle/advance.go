package lifecycle

import (
	"container/heap"
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// Progress tells how far an advance has come.
type Progress struct {
	At    time.Time // registrar time
	Steps int       // steps taken, of names here and at the embedded registry
}

// Report is what an advance has caused: the event log between its marks.
type Report struct {
	From, To time.Time
	Steps    int
	Marks    command.Marks // the event log before it
	Events   []command.Event
	Took     time.Duration // wall time
}

// reportPage is how many lines of the event log are read at a time.
const reportPage = 5000

// Advance moves registrar time to a moment and lets everything that falls due in between happen in order: steps of names,
// orders that they place, the embedded registry's events and messages. It waits until no order is under way and holds new
// ones until it is done. Errors: Invalid (field "to": before the present), Busy (the clock is being moved already).
func (e *Engine) Advance(ctx context.Context, to time.Time, progress func(Progress)) (Report, error) {
	rep := Report{From: e.cfg.Clocks.Registrar(), To: to}
	if to.Before(rep.From) {
		return rep, errs.F(errs.Invalid, "to", "registrar time never goes back: it is %s", rep.From.Format(time.RFC3339))
	}
	resume, ok, err := e.cfg.Runner.Hold(ctx)
	if err != nil {
		return rep, err
	}
	if !ok {
		return rep, errs.E(errs.Busy, "the clock is being moved already")
	}
	defer resume()
	e.mu.Lock()
	defer e.mu.Unlock()
	began := e.cfg.Clocks.Wall()
	if rep.Marks, err = e.cfg.Store.View().Marks(ctx); err != nil {
		return rep, err
	}
	a := advance{Engine: e, to: to, rep: &rep, progress: progress, told: began}
	err = a.run(ctx)
	if saved := e.Save(context.WithoutCancel(ctx)); err == nil {
		err = saved
	}
	if err != nil {
		return rep, err
	}
	if rep.Events, err = e.timeline(ctx, rep.Marks); err != nil {
		return rep, err
	}
	rep.Took = e.cfg.Clocks.Wall().Sub(began)
	return rep, nil
}

// timeline reads the event log behind marks.
func (e *Engine) timeline(ctx context.Context, marks command.Marks) ([]command.Event, error) {
	var all []command.Event
	for {
		page, next, err := e.cfg.Store.View().Timeline(ctx, marks, reportPage)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < reportPage {
			return all, nil
		}
		marks = next
	}
}

// advance is one move of the clock.
type advance struct {
	*Engine
	to       time.Time
	rep      *Report
	progress func(Progress)
	told     time.Time
	followed int64
}

func (a *advance) run(ctx context.Context) error {
	a.cfg.Runner.ConsumeAll(ctx) // what waits at the registries already
	a.followed = a.cfg.Runner.Followed()
	if err := a.cfg.Runner.Settle(ctx); err != nil {
		return err
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		there, err := a.registryNext(ctx)
		if err != nil {
			return err
		}
		end := a.to
		if !there.IsZero() && !there.After(end) {
			end = there.Add(-time.Microsecond)
		}
		due, err := a.cfg.Store.View().DueUntil(ctx, end, a.cfg.Clocks.Wall(), a.cfg.Batch)
		if err != nil {
			return err
		}
		switch {
		case len(due) > 0 && command.NeedsOrder(due[0]):
			err = a.orderSteps(ctx, due)
		case len(due) > 0:
			err = a.quietSteps(ctx, due, end)
		case !there.IsZero() && !there.After(a.to):
			err = a.registrySteps(ctx, there)
		default:
			a.moveTo(a.to)
			return nil
		}
		if err != nil {
			return err
		}
		a.tell(ctx)
	}
}

// registryNext is when the embedded registry has something to do, zero for never.
func (a *advance) registryNext(ctx context.Context) (time.Time, error) {
	if a.cfg.Registry == nil {
		return time.Time{}, nil
	}
	at, ok, err := a.cfg.Registry.Next(ctx)
	if err != nil || !ok {
		return time.Time{}, err
	}
	return at, nil
}

// moveTo moves the clock forward to a moment; a moment before changes nothing.
func (a *advance) moveTo(at time.Time) { a.cfg.Clocks.Advance(at.Sub(a.cfg.Clocks.Registrar())) }

func (a *advance) registrySteps(ctx context.Context, at time.Time) error {
	a.moveTo(at)
	n, err := a.cfg.Registry.Tick(ctx)
	if err != nil {
		return err
	}
	a.rep.Steps += n
	return a.moved(ctx, true)
}

// orderSteps takes the orders that are due at the same moment as the first.
func (a *advance) orderSteps(ctx context.Context, due []command.DueEntry) error {
	a.moveTo(due[0].At)
	n := 1
	for n < len(due) && due[n].At.Equal(due[0].At) && command.NeedsOrder(due[n]) {
		n++
	}
	done, err := a.orders(ctx, due[:n])
	a.rep.Steps += done
	if err != nil {
		return err
	}
	return a.moved(ctx, false)
}

// moved lets come to an end what a step has set off: messages of the registries, and orders that ended orders brought along.
func (a *advance) moved(ctx context.Context, messages bool) error {
	if messages {
		a.cfg.Runner.ConsumeAll(ctx)
	}
	if n := a.cfg.Runner.Followed(); n != a.followed {
		a.followed = n
		return a.cfg.Runner.Settle(ctx)
	}
	return nil
}

// quietSteps takes steps that need no order, up to the first one that does, in one transaction. Each has the registrar time
// at which it fell due.
func (a *advance) quietSteps(ctx context.Context, due []command.DueEntry, end time.Time) error {
	var last time.Time
	steps := 0
	err := a.cfg.Store.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
		steps, last = 0, time.Time{}
		q := dueQueue(append([]command.DueEntry(nil), due...))
		full := len(due) == a.cfg.Batch // what lies behind the last one is not known
		limit := end
		if full {
			limit = due[len(due)-1].At
		}
		heap.Init(&q)
		for q.Len() > 0 && !command.NeedsOrder(q[0]) && steps < 2*a.cfg.Batch {
			d := heap.Pop(&q).(command.DueEntry)
			next, ok, err := a.cfg.Runner.StepByTime(ctx, tx.At(d.At), d)
			if err != nil {
				return err
			}
			steps, last = steps+1, d.At
			if ok && !next.At.After(limit) {
				heap.Push(&q, next)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	a.rep.Steps += steps
	a.moveTo(last)
	return nil
}

// dueQueue orders entries as the due list does.
type dueQueue []command.DueEntry

func (q dueQueue) Len() int      { return len(q) }
func (q dueQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q dueQueue) Less(i, j int) bool {
	x, y := q[i], q[j]
	switch {
	case !x.At.Equal(y.At):
		return x.At.Before(y.At)
	case x.Rank != y.Rank:
		return x.Rank < y.Rank
	case x.Kind != y.Kind:
		return x.Kind < y.Kind
	}
	return x.Object < y.Object
}
func (q *dueQueue) Push(v any) { *q = append(*q, v.(command.DueEntry)) }
func (q *dueQueue) Pop() any {
	last := len(*q) - 1
	v := (*q)[last]
	*q = (*q)[:last]
	return v
}

// tellEvery is how often progress is told and the clock kept.
const tellEvery = 250 * time.Millisecond

func (a *advance) tell(ctx context.Context) {
	wall := a.cfg.Clocks.Wall()
	if wall.Sub(a.told) < tellEvery {
		return
	}
	a.told = wall
	if err := a.Save(ctx); err != nil {
		a.cfg.Log.Warn("keeping the clock", "err", err)
	}
	if a.progress != nil {
		a.progress(Progress{At: a.cfg.Clocks.Registrar(), Steps: a.rep.Steps})
	}
}
