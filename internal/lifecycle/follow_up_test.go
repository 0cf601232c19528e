package lifecycle_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

// moody is a registry that refuses updates, shows no transfer, or shows every name as ours, while it is told to.
type moody struct {
	registry.Registry
	noUpdates, noTransfers, ours *atomic.Bool
}

func (m moody) InfoDomain(ctx context.Context, name dname.Name) (registry.Domain, error) {
	d, err := m.Registry.InfoDomain(ctx, name)
	if m.ours.Load() {
		d.Sponsor = core.PlatformLogins[repo.Live]
	}
	return d, err
}

func (m moody) UpdateDomain(ctx context.Context, id string, in registry.DomainUpdate) (registry.Result, error) {
	if m.noUpdates.Load() {
		return registry.Result{}, registry.Refused(registry.CodePolicy, "not today")
	}
	return m.Registry.UpdateDomain(ctx, id, in)
}

func (m moody) QueryTransfer(ctx context.Context, name dname.Name, auth string) (registry.Transfer, error) {
	if m.noTransfers.Load() {
		return registry.Transfer{}, registry.Refused(registry.CodeNotPending, "none")
	}
	return m.Registry.QueryTransfer(ctx, name, auth)
}

func moodyWorld(t *testing.T, options ...dialecttest.Option) (*world, moody) {
	m := moody{noUpdates: new(atomic.Bool), noTransfers: new(atomic.Bool), ours: new(atomic.Bool)}
	return newWorld(t, append(options, func(o *core.Options) {
		o.Wrap = func(r registry.Registry) registry.Registry {
			n := m
			n.Registry = r
			return n
		}
	})...), m
}

// orders counts those for a name.
func (w *world) orders(name string) int {
	return len(do(w, command.ListOrders{Query: command.Query{Limit: 100, Where: command.Where("object_name", command.Equal, name)}}).Orders)
}

// TestFollowUpRefused orders what a taken name needs again when the registry refuses it first; the name is not suspended.
func TestFollowUpRefused(t *testing.T) {
	t.Parallel()
	w, m := moodyWorld(t)
	m.noUpdates.Store(true)
	cmd := transferIn("beta-owned.com", "ex-AuthInfo-1")
	cmd.Servers.Servers = []host.Server{{Name: "a.example.net"}, {Name: "b.example.net"}}
	do(w, cmd)
	w.advance(2 * day)
	now := must(w.domain("beta-owned.com"))
	if now.Has(domain.ClientHold) || len(now.HeldFor) > 0 || now.Servers[0].Name == "a.example.net" {
		t.Fatalf("while the registry refuses: held for %v, %v, servers %v", now.HeldFor, now.Statuses, now.Servers)
	}
	m.noUpdates.Store(false)
	w.advance(2 * day)
	now = must(w.domain("beta-owned.com"))
	there := must(must(w.Core.Registries.Named(now.Registry)).InfoDomain(w.ctx, now.Name))
	if !now.Locked() || now.Servers[0].Name != "a.example.net" || there.Registrant == "SEEDBOB1" || there.AuthInfo == "beta-AuthInfo-1" {
		t.Errorf("afterwards: %v %v here, %+v there", now.Statuses, now.Servers, there)
	}
	before := w.orders("beta-owned.com")
	if w.advance(20 * day); w.orders("beta-owned.com") != before {
		t.Error("it is ordered again and again")
	}
}

// TestFollowUpPointless lets a refused follow-up go with its name.
func TestFollowUpPointless(t *testing.T) {
	t.Parallel()
	w, m := moodyWorld(t)
	m.noUpdates.Store(true)
	do(w, transferIn("beta-owned.com", "ex-AuthInfo-1"))
	w.advance(time.Hour)
	do(w, command.DeleteDomain{Name: "beta-owned.com"})
	before := w.orders("beta-owned.com")
	if w.advance(3 * day); w.orders("beta-owned.com") != before {
		t.Errorf("%d orders, then %d", before, w.orders("beta-owned.com"))
	}
}

// TestTransferThatIsNotShown ends a transfer that the registry knows nothing of any more, but not in its first hour.
func TestTransferThatIsNotShown(t *testing.T) {
	t.Parallel()
	w, m := moodyWorld(t, func(o *core.Options) { o.Timing.ProbeEvery = 50 * time.Millisecond })
	before := w.balance()
	do(w, transferIn("incoming.com", "in-AuthInfo-1"))
	m.noTransfers.Store(true)
	w.advance(30 * time.Minute)
	time.Sleep(200 * time.Millisecond)
	if st := do(w, command.TransferStatus{Name: "incoming.com"}); st.Order.State != order.Pending {
		t.Fatalf("after half an hour: %s %v", st.Order.State, st.Order.Error)
	}
	w.advance(time.Hour)
	deadline := time.Now().Add(20 * time.Second)
	for {
		st := do(w, command.TransferStatus{Name: "incoming.com"})
		if st.Order.State == order.Failed && w.balance() == before {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("it is %s, %s of %s", st.Order.State, w.balance(), before)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// TestTransferRejectedBecauseOf tells the losing registrar's word from other ends.
func TestTransferRejectedBecauseOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	do(w, transferIn("incoming.com", "in-AuthInfo-1"))
	w.ok(w.Sim.Reject(w.ctx, repo.Live, "incoming.com"))
	w.advance(time.Hour)
	if st := do(w, command.TransferStatus{Name: "incoming.com"}); st.Order.Error == nil || st.Order.Error.Field != order.TransferRejected {
		t.Errorf("rejected: %v", st.Order.Error)
	}
	do(w, transferIn("incoming.com", "in-AuthInfo-1"))
	do(w, command.CancelTransfer{Name: "incoming.com"})
	if st := do(w, command.TransferStatus{Name: "incoming.com"}); st.Order.Error == nil || st.Order.Error.Field != "transfer" {
		t.Errorf("taken back: %v", st.Order.Error)
	}
}

// TestStaleTransferMessage keeps a name that is with us when the registry's message about its way out arrives late.
func TestStaleTransferMessage(t *testing.T) {
	t.Parallel()
	w, m := moodyWorld(t, func(o *core.Options) { o.Timing.Poll = time.Hour })
	w.ok(w.Sim.TakeByTransfer(w.ctx, repo.Live, "example.com", core.OtherRegistrar))
	w.ok(w.Sim.Approve(w.ctx, repo.Live, "example.com"))
	m.ours.Store(true) // it has come back
	w.Runner.ConsumeAll(w.ctx)
	if now, err := w.domain("example.com"); err != nil || now.Outgoing != nil {
		t.Errorf("after the late messages: %+v %v", now.Outgoing, err)
	}
}

// TestTransferInUnderTAC gives a name that comes here under the rules with codes on request none that the loser knows.
func TestTransferInUnderTAC(t *testing.T) {
	t.Parallel()
	w := newWorld(t, next)
	w.advance(11 * day)
	do(w, transferIn("incoming.com", "in-AuthInfo-1"))
	w.ok(w.Sim.Approve(w.ctx, repo.Live, "incoming.com"))
	w.advance(time.Hour)
	now := must(w.domain("incoming.com"))
	if there := must(must(w.Core.Registries.Named(now.Registry)).InfoDomain(w.ctx, now.Name)); there.AuthInfo == "in-AuthInfo-1" {
		t.Error("the losing registrar's code would still take the name back")
	}
	if _, err := command.Do(w.ctx, w.Runner, w.c, command.AuthInfo{Name: "incoming.com"}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a code that nobody asked for: %v", err)
	}
}
