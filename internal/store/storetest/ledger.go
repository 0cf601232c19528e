package storetest

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/ledger"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/order"
)

func eur(minor int64) money.Amount { return money.New(minor, "EUR") }

// balance fails unless the account's money is as said.
func (f *fixture) balance(acc account.ID, balance, held, limit int64) {
	f.t.Helper()
	f.same(must[ledger.Balance](f)(f.View().Balance(f.t.Context(), acc, "EUR")),
		ledger.Balance{Account: acc, Currency: "EUR", Balance: balance, Held: held, CreditLimit: limit})
}

// proof fails unless the ledger's sums agree.
func (f *fixture) proof() {
	f.t.Helper()
	if lines := must[[]string](f)(f.View().Proof(f.t.Context())); len(lines) != 0 {
		f.t.Fatalf("the ledger does not balance: %q", lines)
	}
}

// held makes an order with a hold.
func (f *fixture) held(acc account.ID, object string, minor int64) order.Number {
	f.t.Helper()
	var n order.Number
	f.in(func(ctx context.Context, tx command.Tx) {
		o, err := newOrder(ctx, tx, acc, object, func(o *order.Order) { o.Price = eur(minor) })
		f.ok(err)
		h := ledger.Hold{Account: acc, Order: int64(o.Number), Amount: o.Price}
		f.ok(tx.PlaceHold(ctx, &h))
		if h.ID == 0 || h.State != ledger.Open {
			f.t.Fatalf("hold %+v", h)
		}
		n = o.Number
	})
	return n
}

// end finishes an order together with its hold.
func (f *fixture) end(n order.Number, state order.State) money.Amount {
	f.t.Helper()
	var charged money.Amount
	f.in(func(ctx context.Context, tx command.Tx) {
		o := must[order.Order](f)(tx.AnyOrder(ctx, n))
		was := o.State
		if o.State = state; state == order.Done {
			charged = o.Price
			left := must[ledger.Balance](f)(tx.CaptureHold(ctx, ledger.Hold{Account: o.Account, Order: int64(n), Amount: o.Price}, "a name"))
			if !o.Price.IsZero() {
				f.same(must[ledger.Balance](f)(tx.Balance(ctx, o.Account, o.Price.Currency)), left)
			}
		} else {
			f.ok(tx.ReleaseHold(ctx, n))
		}
		o.Finished = tx.Registrar()
		f.same(must[bool](f)(tx.Finish(ctx, &o, o.Attempt, was)), true)
	})
	return charged
}

func moneyFlow(t *testing.T, f *fixture) {
	ctx, a, b := t.Context(), f.account("a", 0), f.account("b", 0)
	f.balance(a.ID, 0, 0, 0)
	f.deposit(a.ID, 1000)
	f.deposit(b.ID, 50)
	one, two, three := f.held(a.ID, "one.com", 300), f.held(a.ID, "two.com", 200), f.held(a.ID, "three.com", 0)
	f.balance(a.ID, 1000, 500, 0)
	f.proof()
	f.same(f.end(one, order.Done), eur(300))
	f.end(two, order.Failed)
	f.same(f.end(three, order.Done), eur(0))
	f.balance(a.ID, 700, 0, 0)
	f.in(func(ctx context.Context, tx command.Tx) { // a second time nothing happens
		f.ok(tx.ReleaseHold(ctx, two))
		f.kind(tx.ReleaseHold(ctx, one), errs.WrongState)
	})
	for what, h := range map[string]ledger.Hold{
		"captured": {Account: a.ID, Order: int64(one), Amount: eur(300)}, "released": {Account: a.ID, Order: int64(two), Amount: eur(200)},
		"unknown": {Account: a.ID, Order: 7, Amount: eur(1)}, "captured, of nothing": {Account: a.ID, Order: int64(three), Amount: eur(0)},
	} {
		f.kind(f.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
			_, _ = tx.CaptureHold(ctx, h, what) // whatever the caller makes of it, nothing is committed
			return nil
		}), errs.WrongState)
	}
	f.balance(a.ID, 700, 0, 0)
	f.balance(b.ID, 50, 0, 0)
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.Deposit(ctx, a.ID, money.New(5, "USD"), "dollars"))
		f.ok(tx.SetCreditLimit(ctx, a.ID, eur(300)))
	})
	f.balance(a.ID, 700, 0, 300)
	f.held(a.ID, "four.com", 1000)
	f.same(must[[]ledger.Balance](f)(f.View().Balances(ctx, a.ID)), []ledger.Balance{
		{Account: a.ID, Currency: "EUR", Balance: 700, Held: 1000, CreditLimit: 300}, {Account: a.ID, Currency: "USD", Balance: 5}})
	f.proof()
}

func moneyRefusals(t *testing.T, f *fixture) {
	ctx, a := t.Context(), f.account("a", 0)
	place := func(minor int64) error {
		return f.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
			o, err := newOrder(ctx, tx, a.ID, "x.com", nil)
			f.ok(err)
			return tx.PlaceHold(ctx, &ledger.Hold{Account: a.ID, Order: int64(o.Number), Amount: eur(minor)})
		})
	}
	f.kind(place(1), errs.NoFunds)
	f.deposit(a.ID, 100)
	f.kind(place(101), errs.NoFunds)
	f.in(func(ctx context.Context, tx command.Tx) { // a refusal that the caller swallows leaves nothing behind
		h := ledger.Hold{Account: a.ID, Order: 7, Amount: eur(101)}
		f.kind(tx.PlaceHold(ctx, &h), errs.NoFunds)
		f.kind(tx.ReleaseHold(ctx, 7), errs.NotFound)
		f.kind(tx.Deposit(ctx, a.ID, eur(0), "nothing"), errs.Invalid)
		f.kind(tx.SetCreditLimit(ctx, a.ID, eur(-1)), errs.Invalid)
	})
	f.balance(a.ID, 100, 0, 0)
	n := f.held(a.ID, "y.com", 100)
	f.in(func(ctx context.Context, tx command.Tx) {
		f.kind(tx.PlaceHold(ctx, &ledger.Hold{Account: a.ID, Order: int64(n), Amount: eur(0)}), errs.Conflict)
		f.ok(tx.SetCreditLimit(ctx, a.ID, eur(50)))
	})
	f.held(a.ID, "z.com", 50)
	f.in(func(ctx context.Context, tx command.Tx) {
		f.kind(tx.SetCreditLimit(ctx, a.ID, eur(49)), errs.WrongState)
	})
	f.proof()
}

// holdsAtOnce races for money that covers ten of sixteen.
func holdsAtOnce(t *testing.T, f *fixture) {
	a := f.account("a", 0)
	f.deposit(a.ID, 1000)
	var placed, refused atomic.Int32
	together(16, func(i int) {
		err := f.InTx(t.Context(), func(ctx context.Context, tx command.Tx) error {
			o, err := newOrder(ctx, tx, a.ID, string(rune('a'+i))+".com", nil)
			if err != nil {
				return err
			}
			return tx.PlaceHold(ctx, &ledger.Hold{Account: a.ID, Order: int64(o.Number), Amount: eur(100)})
		})
		switch {
		case err == nil:
			placed.Add(1)
		case errs.Is(err, errs.NoFunds):
			refused.Add(1)
		default:
			t.Error(err)
		}
	})
	if placed.Load() != 10 || refused.Load() != 6 {
		t.Fatalf("%d holds placed and %d refused, want 10 and 6", placed.Load(), refused.Load())
	}
	f.balance(a.ID, 1000, 1000, 0)
	f.proof()
}

// together runs fn n times at once and waits.
func together(n int, fn func(i int)) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() { <-start; fn(i) })
	}
	close(start)
	wg.Wait()
}

func proofFinds(t *testing.T, f *fixture) {
	a := f.account("a", 0)
	f.deposit(a.ID, 1000)
	n := f.held(a.ID, "x.com", 100)
	f.in(func(ctx context.Context, tx command.Tx) { // a charge for an order that failed
		_, err := tx.CaptureHold(ctx, ledger.Hold{Account: a.ID, Order: int64(n), Amount: eur(100)}, "x")
		f.ok(err)
		o := must[order.Order](f)(tx.AnyOrder(ctx, n))
		o.State = order.Failed
		f.same(must[bool](f)(tx.Finish(ctx, &o, 1, order.Sent)), true)
		f.ok(tx.PlaceHold(ctx, &ledger.Hold{Account: a.ID, Order: 7, Amount: eur(1)})) // a hold without an order
	})
	if lines := must[[]string](f)(f.View().Proof(t.Context())); len(lines) != 2 {
		t.Fatalf("found %q, want two lines", lines)
	}
}

// proofAtWork proves the ledger while orders begin and end: it never cries wolf.
func proofAtWork(t *testing.T, f *fixture) {
	a := f.account("a", 0)
	f.deposit(a.ID, 100_000)
	together(4, func(node int) {
		if node == 0 {
			for range 10 {
				lines, err := f.View().Proof(t.Context())
				if err != nil || len(lines) != 0 {
					t.Errorf("in the middle of work: %q, %v", lines, err)
				}
			}
			return
		}
		for i := range 12 {
			n, err := f.begin(a.ID, itoa(int64(node*100+i))+".com", 100)
			if err == nil {
				err = f.finish(a.ID, n, i%3 != 0)
			}
			if err != nil {
				t.Error(err)
			}
		}
	})
	f.balance(a.ID, 100_000-3*8*100, 0, 0)
	f.proof()
}

// begin and finish are an order's two transactions for goroutines, which may not end a test.
func (f *fixture) begin(acc account.ID, object string, minor int64) (n order.Number, err error) {
	return n, f.InTx(f.t.Context(), func(ctx context.Context, tx command.Tx) error {
		o, err := newOrder(ctx, tx, acc, object, nil)
		if err != nil {
			return err
		}
		n = o.Number
		return tx.PlaceHold(ctx, &ledger.Hold{Account: acc, Order: int64(n), Amount: eur(minor)})
	})
}

func (f *fixture) finish(acc account.ID, n order.Number, well bool) error {
	return f.InTx(f.t.Context(), func(ctx context.Context, tx command.Tx) error {
		o := order.Order{Number: n, State: order.Failed}
		if well {
			o.State = order.Done
		}
		if _, err := tx.Finish(ctx, &o, 1, order.Sent); err != nil {
			return err
		}
		if !well {
			return tx.ReleaseHold(ctx, n)
		}
		_, err := tx.CaptureHold(ctx, ledger.Hold{Account: acc, Order: int64(n), Amount: eur(100)}, "a name")
		return err
	})
}
