package command_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/secret"
)

// unreliable loses commands and answers, and carries some commands out long after everybody gave them up.
type unreliable struct{ registry.Registry }

// chance runs do or does not, and reports whether its answer is lost.
func chance(ctx context.Context, do func(context.Context)) (lost bool) {
	switch rand.IntN(8) {
	case 0:
		return true
	case 1:
		do(ctx)
		return true
	case 2:
		time.Sleep(500 * time.Millisecond)
		do(context.WithoutCancel(ctx))
		return rand.IntN(2) == 0
	}
	do(ctx)
	return false
}

func (u unreliable) CreateDomain(ctx context.Context, id string, in registry.DomainCreate) (made registry.DomainCreated, err error) {
	if chance(ctx, func(ctx context.Context) { made, err = u.Registry.CreateDomain(ctx, id, in) }) {
		return registry.DomainCreated{}, registry.Unknown(0, "", errLost)
	}
	return made, err
}

func (u unreliable) RenewDomain(ctx context.Context, id string, in registry.DomainRenew) (res registry.DomainRenewed, err error) {
	if chance(ctx, func(ctx context.Context) { res, err = u.Registry.RenewDomain(ctx, id, in) }) {
		return registry.DomainRenewed{}, registry.Unknown(2400, "", errLost)
	}
	return res, err
}

// Two nodes take over each other's orders as soon as the short leases run out, while the registry loses what it likes: every
// order is carried out once, charged once and told once.
func TestTwoNodesAndAnUnreliableRegistry(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(context.Background())
	w := dialecttest.New(t, func(o *core.Options) {
		o.Timing = core.Timing{Inline: 200 * time.Millisecond, Exchange: 200 * time.Millisecond, Margin: 50 * time.Millisecond, ProbeEvery: 100 * time.Millisecond,
			Sweep: 20 * time.Millisecond, Poll: 50 * time.Millisecond}
		o.Wrap = func(r registry.Registry) registry.Registry { return unreliable{r} }
	})
	other := command.NewRunner(command.Config{Store: w.Store, Clocks: w.Clocks, Registries: w.Core.Registries, Secrets: w.Ring(), Passwords: secret.NewPasswords(secret.MinParams),
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Node: "other", Platform: w.Runner.Platform(), Inline: 200 * time.Millisecond, Exchange: 200 * time.Millisecond,
		Margin: 50 * time.Millisecond, ProbeEvery: 100 * time.Millisecond}, w.Runner.Catalog())
	var sweep sync.WaitGroup
	sweep.Add(1)
	go func() { defer sweep.Done(); other.Background(ctx, 15*time.Millisecond) }()
	t.Cleanup(func() {
		stop()
		sweep.Wait()
		wait, done := context.WithTimeout(context.Background(), 10*time.Second)
		defer done()
		_ = other.Drain(wait)
	})
	c, nodes := alpha(t, w), []*command.Runner{w.Runner, other}
	const names = 10
	var wg sync.WaitGroup
	for i := range names {
		wg.Add(1)
		go func() {
			defer wg.Done()
			name := fmt.Sprintf("chaos-%d.com", i)
			carriedOut(t, w, c, name, func() (command.Outcome, error) { return command.Do(ctx, nodes[i%2], c, registerCmd(name)) })
			carriedOut(t, w, c, name, func() (command.Outcome, error) {
				return command.Do(ctx, nodes[(i+1)%2], c, command.RenewDomain{Name: name, Years: 1})
			})
			d, err := command.Do(ctx, w.Runner, c, command.InfoDomain{Name: name})
			if err != nil || !d.Domain.Expires.Equal(dialecttest.Now.AddDate(2, 0, 0)) {
				t.Errorf("%s expires %v, %v", name, d.Domain.Expires, err)
			}
		}()
	}
	wg.Wait()
	if b, err := command.Do(ctx, w.Runner, c, command.Balance{}); err != nil || b.Balance != 100000-names*(1000+1100) || b.Held != 0 {
		t.Errorf("%+v, %v", b, err)
	}
	n, err := command.Do(ctx, w.Runner, c, command.NextNotices{Limit: command.MaxPage})
	if err != nil {
		t.Fatal(err)
	}
	told, done := map[int64]int{}, 0
	for _, x := range n.Notices {
		if told[x.Order]++; told[x.Order] > 1 {
			t.Errorf("order %d was told twice", x.Order)
		}
		if x.Kind == notify.OrderDone {
			done++
		}
	}
	if done != 2*names {
		t.Errorf("%d orders were told as done", done)
	}
	proof(t, w)
}

// carriedOut gives an order until it is done: one that was refused because the registry was out of reach may be given again.
func carriedOut(t *testing.T, w *dialecttest.World, c command.Caller, name string, give func() (command.Outcome, error)) {
	t.Helper()
	for range 20 {
		out, err := give()
		if err == nil {
			o := patient(t, w, c, out.Order.Number)
			if o.State == order.Done {
				return
			}
			if err = o.Error; o.Error == nil {
				t.Errorf("%s: %s", name, o.State)
				return
			}
		}
		if !errs.Is(err, errs.RegistryDown) {
			t.Errorf("%s: %v", name, err)
			return
		}
	}
	t.Errorf("%s: the registry is out of reach", name)
}

// patient is waitEnd for orders whose pauses between attempts grow.
func patient(t *testing.T, w *dialecttest.World, c command.Caller, n order.Number) (o order.Order) {
	t.Helper()
	for range 400 {
		var err error
		if o, err = command.Do(context.Background(), w.Runner, c, command.GetOrder{Number: n}); err != nil || !o.State.Open() {
			return o
		}
		time.Sleep(100 * time.Millisecond)
	}
	return o
}
