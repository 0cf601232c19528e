// Package lifecycle is what time does to names: it works the due list off in the order in which things fall due. In
// production it does so as the clock goes, one node at a time; in a sandbox the clock is moved, and everything in between
// happens in order, the embedded registry's part included. What a single step does is in package command.
package lifecycle

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// Registry is the time of a registry in this process.
type Registry interface {
	// Tick carries out what has fallen due by registrar time and gives the number of events.
	Tick(ctx context.Context) (int, error)
	// Next is when something falls due next; false when nothing will.
	Next(ctx context.Context) (time.Time, bool, error)
}

// Config is what an Engine is made of.
type Config struct {
	Runner   *command.Runner
	Store    command.Store
	Clocks   *clock.Clocks
	Registry Registry // nil: every registry has a clock of its own
	Node     string
	Log      *slog.Logger
	Batch    int // steps of one transaction, 500 by default
	Parallel int // orders under way at a time, 8 by default
}

// Engine works the due list off. It is safe for concurrent use.
type Engine struct {
	cfg Config
	mu  sync.Mutex // one piece of work at a time in this process
}

// New makes an Engine.
func New(cfg Config) *Engine {
	if cfg.Batch <= 0 {
		cfg.Batch = 500
	}
	if cfg.Parallel <= 0 {
		cfg.Parallel = 8
	}
	return &Engine{cfg: cfg}
}

// lease is how long a node has the due list to itself without renewing that.
const lease = time.Minute

const leaseName = "lifecycle"

// Run works off what falls due until ctx ends, looking every so often.
func (e *Engine) Run(ctx context.Context, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		if _, err := e.Work(ctx); err != nil && ctx.Err() == nil {
			e.cfg.Log.Error("the due list", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// Work takes the steps that are due now, those that fell due while nobody worked included, each once. It gives how many; none
// while another node does that.
func (e *Engine) Work(ctx context.Context) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	total := 0
	defer func() {
		if total > 0 {
			e.dropLease(context.WithoutCancel(ctx))
		}
	}()
	for {
		due, err := e.cfg.Store.View().DueUntil(ctx, e.cfg.Clocks.Registrar(), e.cfg.Clocks.Wall(), e.cfg.Batch)
		if err != nil || len(due) == 0 {
			return total, err
		}
		if mine, err := e.takeLease(ctx); err != nil || !mine {
			return total, err
		}
		n, err := e.workBatch(ctx, due)
		total += n
		if err != nil || n == 0 {
			return total, err
		}
	}
}

func (e *Engine) takeLease(ctx context.Context) (mine bool, err error) {
	err = e.cfg.Store.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
		mine, err = tx.TakeLease(ctx, leaseName, e.cfg.Node, tx.Wall().Add(lease))
		return err
	})
	return mine, err
}

func (e *Engine) dropLease(ctx context.Context) {
	err := e.cfg.Store.InTx(ctx, func(ctx context.Context, tx command.Tx) error { return tx.DropLease(ctx, leaseName, e.cfg.Node) })
	if err != nil {
		e.cfg.Log.Warn("giving the due list back", "err", err)
	}
}

// workBatch takes the first steps of a list: those of the platform's alone in one transaction, or orders side by side.
func (e *Engine) workBatch(ctx context.Context, due []command.DueEntry) (int, error) {
	quiet := 0
	for quiet < len(due) && !command.NeedsOrder(due[quiet]) {
		quiet++
	}
	if quiet > 0 {
		return quiet, e.quiet(ctx, due[:quiet])
	}
	orders := 0
	for orders < len(due) && orders < 4*e.cfg.Parallel && command.NeedsOrder(due[orders]) {
		orders++
	}
	return e.orders(ctx, due[:orders])
}

// quiet takes steps of the platform's alone in one transaction; when that fails each in its own, so that one that cannot be
// taken keeps no other waiting.
func (e *Engine) quiet(ctx context.Context, due []command.DueEntry) error {
	all := func(list []command.DueEntry) error {
		return e.cfg.Store.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
			for _, d := range list {
				if _, _, err := e.cfg.Runner.StepByTime(ctx, tx, d); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := all(due); err == nil || ctx.Err() != nil {
		return err
	}
	for _, d := range due {
		if err := all([]command.DueEntry{d}); err != nil {
			if err := e.postpone(ctx, d, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// postpone leaves a step that cannot be taken for a while, longer with every try.
func (e *Engine) postpone(ctx context.Context, d command.DueEntry, why error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	e.cfg.Log.Error("a step of the due list cannot be taken, it is tried again later", "kind", d.Kind, "name", d.Name, "step", d.Step, "tries", d.Tries+1, "err", why)
	return e.cfg.Store.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
		now, err := tx.Due(ctx, d.Kind, d.Object)
		if errs.Is(err, errs.NotFound) || err == nil && (!now.At.Equal(d.At) || now.Step != d.Step) {
			return nil
		}
		if err != nil {
			return err
		}
		now.Tries++
		now.Retry = tx.Wall().Add(min(time.Minute<<min(now.Tries, 7), 2*time.Hour))
		return tx.PutDue(ctx, now)
	})
}

// orders plans the steps in order, carries them out side by side, and has their outcomes written in order again. What was planned
// when ctx ends is carried out still: its orders are written, and nobody else would take them before their lease is over.
func (e *Engine) orders(ctx context.Context, due []command.DueEntry) (int, error) {
	plans, n, err := e.plan(ctx, due)
	command.InTurn(len(plans), e.cfg.Parallel, func(i int, turn <-chan struct{}) {
		if _, err := e.cfg.Runner.RunByTime(context.WithoutCancel(ctx), plans[i], turn); err != nil {
			e.cfg.Log.Error("an order of the due list could not be carried to its end", "name", plans[i].Entry.Name, "step", plans[i].Entry.Step, "err", err)
		}
	})
	return n, err
}

// plan places the orders of steps, and gives how many steps it came to.
func (e *Engine) plan(ctx context.Context, due []command.DueEntry) (plans []command.TimePlan, n int, err error) {
	for i, d := range due {
		p, err := e.cfg.Runner.PlanByTime(ctx, d)
		if errs.Is(err, errs.Conflict) {
			continue // worked off elsewhere
		}
		if err != nil {
			if err := e.postpone(ctx, d, err); err != nil {
				return plans, i, err
			}
			continue
		}
		if p.Open() {
			plans = append(plans, p)
		}
	}
	return plans, len(due), nil
}
