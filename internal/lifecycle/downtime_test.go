package lifecycle_test

import (
	"sync"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/lifecycle"
	"github.com/polyreg/polyreg/internal/store/pgtest"
)

// TestDowntime lets three days pass in which nobody works: what fell due in between is told once, and by one of two nodes.
func TestDowntime(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		downtime(t)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		d := pgtest.Open(t)
		downtime(t, func(o *core.Options) { o.DB = d })
	})
}

func downtime(t *testing.T, options ...dialecttest.Option) {
	w := newWorld(t, options...)
	d := w.register("down.com")
	w.register("auto.com", func(c *command.RegisterDomain) { c.AutoRenew = domain.Renew })
	marks, err := w.Store.View().Marks(w.ctx)
	w.ok(err)
	w.Clocks.Advance(d.Expires.Sub(w.Clocks.Registrar()) - 8*day + 3*day) // the notice of day −7 and the renewal fell due
	engines := []*lifecycle.Engine{w.Core.Lifecycle, lifecycle.New(lifecycle.Config{Runner: w.Runner, Store: w.Store, Clocks: w.Clocks, Registry: w.Sim, Node: "other", Log: quiet})}
	var wg sync.WaitGroup
	for range 3 {
		for _, e := range engines {
			wg.Add(1)
			go func() {
				defer wg.Done()
				if _, err := e.Work(w.ctx); err != nil {
					t.Error(err)
				}
			}()
		}
	}
	wg.Wait()
	for _, e := range engines {
		if n, err := e.Work(w.ctx); n != 0 || err != nil {
			t.Errorf("there was more to do: %d %v", n, err)
		}
	}
	rep := w.since(marks)
	w.same(about(rep, "notice", "down.com", d.Expires), "-5 domain_expiring\n-5 domain_expiring")
	w.same(about(rep, "mail", "down.com", d.Expires), "-5 expiry_notice\n-5 expiry_notice")
	w.same(about(rep, "ledger", "auto.com", d.Expires), "-5 charge")
	due := must(w.Store.View().Obligations(w.ctx, w.c.Account.ID, "domain", "down.com"))
	for i, want := range []time.Duration{-30 * day, -7 * day} {
		o := due[len(due)-2+i]
		if !o.Due.Equal(d.Expires.Add(want)) || !o.Sent.Equal(w.Clocks.Registrar()) {
			t.Errorf("obligation %d: due %v, sent %v", i, o.Due, o.Sent)
		}
	}
}
