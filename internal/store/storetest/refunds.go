package storetest

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/order"
)

func refunds(t *testing.T, f *fixture) {
	a := f.account("a", 0)
	f.deposit(a.ID, 1000)
	one, free, open := f.held(a.ID, "one.com", 300), f.held(a.ID, "free.com", 0), f.held(a.ID, "open.com", 100)
	failed := f.held(a.ID, "failed.com", 50)
	f.end(one, order.Done)
	f.end(free, order.Done)
	f.end(failed, order.Failed)
	back := func(n order.Number, reason string) (given money.Amount, ok bool) {
		t.Helper()
		f.in(func(ctx context.Context, tx command.Tx) {
			var err error
			given, ok, err = tx.Refund(ctx, n, reason, "given back")
			f.ok(err)
		})
		return given, ok
	}
	given, ok := back(one, "add_grace")
	f.same(ok, true)
	f.same(given, eur(300))
	f.balance(a.ID, 1000, 100, 0)
	f.proof()
	for _, n := range []order.Number{one, free, open, failed, 7} {
		for _, reason := range []string{"add_grace", "other"} {
			if given, ok := back(n, reason); ok || given != (money.Amount{}) {
				t.Errorf("order %d: %s given back for %s", n, given, reason)
			}
		}
	}
	f.balance(a.ID, 1000, 100, 0)
	f.end(open, order.Done)
	f.balance(a.ID, 900, 0, 0)
	f.proof()
}

// refundsAtOnce races for one order's money, for several reasons.
func refundsAtOnce(t *testing.T, f *fixture) {
	a := f.account("a", 0)
	f.deposit(a.ID, 1000)
	n := f.held(a.ID, "x.com", 300)
	f.end(n, order.Done)
	var given, refused atomic.Int32
	together(8, func(i int) {
		var ok bool
		err := f.InTx(t.Context(), func(ctx context.Context, tx command.Tx) (err error) {
			_, ok, err = tx.Refund(ctx, n, []string{"add_grace", "denied"}[i%2], "x")
			return err
		})
		switch {
		case err != nil:
			t.Error(err)
		case ok:
			given.Add(1)
		default:
			refused.Add(1)
		}
	})
	if given.Load() != 1 || refused.Load() != 7 {
		t.Fatalf("%d refunds given and %d refused, want 1 and 7", given.Load(), refused.Load())
	}
	f.balance(a.ID, 1000, 0, 0)
	f.proof()
}

func orderKinds(t *testing.T, f *fixture) {
	ctx, a, b := t.Context(), f.account("a", 0), f.account("b", 0)
	state := func(s order.State, price int64) func(*order.Order) {
		return func(o *order.Order) { o.State, o.Price = s, eur(price) }
	}
	first := f.order(a.ID, "x.com", state(order.Done, 100))
	f.order(a.ID, "x.com", state(order.Done, 0))
	f.order(a.ID, "x.com", state(order.Failed, 100))
	second := f.order(a.ID, "x.com", state(order.Done, 200))
	sent := f.order(a.ID, "x.com", state(order.Sent, 300))
	f.order(a.ID, "y.com", state(order.Done, 100))
	f.order(b.ID, "x.com", state(order.Done, 100))
	f.order(a.ID, "x.com", func(o *order.Order) { o.State, o.ObjectKind = order.Done, "contact" })
	pending := f.order(b.ID, "z.com", state(order.Pending, 0))
	list := func(os []order.Order, err error) (out []order.Number) {
		t.Helper()
		f.ok(err)
		for _, o := range os {
			out = append(out, o.Number)
		}
		return out
	}
	f.same(list(f.View().ChargedOrders(ctx, a.ID, "x.com", 10)), []order.Number{second.Number, first.Number})
	f.same(list(f.View().ChargedOrders(ctx, a.ID, "x.com", 1)), []order.Number{second.Number})
	f.same(list(f.View().OpenOrders(ctx, 0, 10)), []order.Number{sent.Number, pending.Number})
	f.same(list(f.View().OpenOrders(ctx, 0, 1)), []order.Number{sent.Number})
	f.same(list(f.View().OpenOrders(ctx, sent.Number, 10)), []order.Number{pending.Number})
	f.same(list(f.View().OpenOrders(ctx, pending.Number, 10)), []order.Number{})
}
