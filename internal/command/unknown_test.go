package command_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

// faulty loses answers: mode says what happens to the next create or renewal.
type faulty struct {
	registry.Registry
	mode  *atomic.Value // "", "lost after", "lost before", "down"
	sends *atomic.Int32
}

func faults(mode *atomic.Value, sends *atomic.Int32) dialecttest.Option {
	mode.Store("")
	return func(o *core.Options) {
		o.Wrap = func(r registry.Registry) registry.Registry { return faulty{r, mode, sends} }
	}
}

var errLost = errors.New("connection lost")

func (f faulty) CreateDomain(ctx context.Context, id string, in registry.DomainCreate) (registry.DomainCreated, error) {
	f.sends.Add(1)
	switch f.mode.Swap("") {
	case "lost after":
		if _, err := f.Registry.CreateDomain(ctx, id, in); err != nil {
			return registry.DomainCreated{}, err
		}
		return registry.DomainCreated{}, registry.Unknown(0, "", errLost)
	case "lost before":
		return registry.DomainCreated{}, registry.Unknown(0, "", errLost)
	case "down":
		return registry.DomainCreated{}, registry.NotSent("no connection", errLost)
	}
	return f.Registry.CreateDomain(ctx, id, in)
}

func (f faulty) RenewDomain(ctx context.Context, id string, in registry.DomainRenew) (registry.DomainRenewed, error) {
	f.sends.Add(1)
	switch f.mode.Swap("") {
	case "lost after":
		if _, err := f.Registry.RenewDomain(ctx, id, in); err != nil {
			return registry.DomainRenewed{}, err
		}
		return registry.DomainRenewed{}, registry.Unknown(2400, "", errLost)
	case "lost before":
		return registry.DomainRenewed{}, registry.Unknown(2500, "", errLost)
	}
	return f.Registry.RenewDomain(ctx, id, in)
}

func TestUnknownOutcomesAreFoundOutBeforeAnythingIsSentAgain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mode  string
		sends int32
	}{{"lost after", 1}, {"lost before", 2}} {
		t.Run(c.mode, func(t *testing.T) {
			t.Parallel()
			var mode atomic.Value
			var sends atomic.Int32
			ctx, w := context.Background(), dialecttest.New(t, faults(&mode, &sends))
			who := alpha(t, w)
			mode.Store(c.mode)
			out, err := command.Do(ctx, w.Runner, who, registerCmd("unknown.com"))
			if err != nil || out.Order.State != order.Done || sends.Load() != c.sends || out.Balance.Balance != 99000 {
				t.Fatalf("%+v, %v after %d sends", out, err, sends.Load())
			}
			sends.Store(0)
			mode.Store(c.mode)
			ren, err := command.Do(ctx, w.Runner, who, command.RenewDomain{Name: "unknown.com", Years: 1})
			if err != nil || sends.Load() != c.sends || !ren.Domain.Expires.Equal(dialecttest.Now.AddDate(2, 0, 0)) || ren.Balance.Balance != 97900 {
				t.Fatalf("%+v, %v after %d sends", ren, err, sends.Load())
			}
			proof(t, w)
		})
	}
}

func TestNothingSentIsARefusal(t *testing.T) {
	t.Parallel()
	var mode atomic.Value
	var sends atomic.Int32
	ctx, w := context.Background(), dialecttest.New(t, faults(&mode, &sends))
	mode.Store("down")
	who := alpha(t, w)
	if _, err := command.Do(ctx, w.Runner, who, registerCmd("down.com")); !errs.Is(err, errs.RegistryDown) {
		t.Fatalf("%v", err)
	}
	b, err := command.Do(ctx, w.Runner, who, command.Balance{})
	if err != nil || b.Balance != 100000 || b.Held != 0 {
		t.Fatalf("%+v, %v", b, err)
	}
}

// stuck never answers until the test ends.
type stuck struct {
	registry.Registry
	block chan struct{}
	once  *atomic.Bool
}

func (s stuck) CreateDomain(ctx context.Context, id string, in registry.DomainCreate) (registry.DomainCreated, error) {
	out, err := s.Registry.CreateDomain(ctx, id, in)
	if s.once.Swap(true) {
		return out, err
	}
	<-s.block
	return registry.DomainCreated{}, registry.Unknown(0, "", errLost)
}

func TestTheSweepTakesOverWhatANodeLeft(t *testing.T) {
	t.Parallel()
	ctx, block := context.Background(), make(chan struct{})
	w := dialecttest.New(t, func(o *core.Options) {
		o.Timing.Inline, o.Timing.Exchange, o.Timing.Margin = 200*time.Millisecond, 300*time.Millisecond, 100*time.Millisecond
		o.Wrap = func(r registry.Registry) registry.Registry { return stuck{r, block, &atomic.Bool{}} }
	})
	who := alpha(t, w)
	out, err := command.Do(ctx, w.Runner, who, registerCmd("stuck.com"))
	if err != nil || !out.Pending {
		t.Fatalf("%+v, %v", out, err)
	}
	o := waitEnd(t, w, who, out.Order.Number) // the lease runs out, the sweep probes
	close(block)                              // the first driver wakes up, too late
	if o.State != order.Done {
		t.Fatalf("ended as %s: %v", o.State, o.Error)
	}
	drain, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := w.Runner.Drain(drain); err != nil {
		t.Fatal(err)
	}
	b, err := command.Do(ctx, w.Runner, who, command.Balance{})
	if err != nil || b.Balance != 99000 || b.Held != 0 {
		t.Fatalf("one charge: %+v, %v", b, err)
	}
	proof(t, w)
	notices, err := command.Do(ctx, w.Runner, who, command.NextNotices{Limit: 10})
	if err != nil || notices.Total != 2 { // the seeded one and one result
		t.Fatalf("one notice: %+v, %v", notices, err)
	}
}
