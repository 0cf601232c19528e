package storetest

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

func orders(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a, b := f.account("a", 0), f.account("b", 0)
	o := f.order(a.ID, "one.com", func(o *order.Order) { o.Unknown, o.Caller.Credential, o.LeaseUntil = true, 200001, view.Wall() })
	if o.Number != 1311000001 {
		t.Fatalf("first number %d", o.Number)
	}
	f.same(must[order.Order](f)(view.Order(ctx, a.ID, o.Number)), o)
	f.same(must[order.Order](f)(view.AnyOrder(ctx, o.Number)), o)
	f.same(must[order.Order](f)(view.OrderByRequest(ctx, a.ID, "dmapi", "rone.com")), o)
	f.same(must[order.Order](f)(view.OpenOrder(ctx, account.Live, "domain", "one.com")), o)
	for _, err := range []error{second(view.Order(ctx, b.ID, o.Number)), second(view.AnyOrder(ctx, 1)), second(view.OpenOrder(ctx, account.Test, "domain", "one.com")),
		second(view.OrderByRequest(ctx, a.ID, "wapi", "rone.com")), second(view.OrderByRequest(ctx, b.ID, "dmapi", "rone.com"))} {
		f.kind(err, errs.NotFound)
	}
	f.in(func(ctx context.Context, tx command.Tx) { f.kind(tx.HideOrder(ctx, a.ID, o.Number), errs.NotFound) })

	o.State, o.Result, o.Finished, o.Updated = order.Failed, []byte(`{"r":2}`), view.Registrar(), view.Registrar()
	o.Error = errs.F(errs.RegistryRejected, "contact.email", "no %s", "way").On("domain", "one.com")
	o.Error.Code, o.Error.RetryAfter, o.Error.More = 2306, time.Minute, []*errs.Error{errs.E(errs.Missing, "more")}
	f.in(func(ctx context.Context, tx command.Tx) {
		f.same(must[bool](f)(tx.Finish(ctx, &o, 1, order.Sent)), true)
		f.ok(tx.HideOrder(ctx, a.ID, o.Number))
		f.kind(tx.HideOrder(ctx, b.ID, o.Number), errs.NotFound)
	})
	o.Caller.Hidden = true
	f.same(must[order.Order](f)(view.Order(ctx, a.ID, o.Number)), o)
	_, err := view.OpenOrder(ctx, account.Live, "domain", "one.com")
	f.kind(err, errs.NotFound)
	later := f.order(a.ID, "one.com", nil) // the object is free again
	f.same(must[order.Order](f)(view.OrderByRequest(ctx, a.ID, "dmapi", "rone.com")), later)
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.AddHistory(ctx, command.History{Account: a.ID, ObjectKind: "domain", ObjectName: "one.com", Order: o.Number, What: "registered", At: tx.Registrar()}))
	})
}

func second[T any](_ T, err error) error { return err }

func orderLists(t *testing.T, f *fixture) {
	a := f.account("a", 0)
	for i, name := range []string{"a.com", "b.com", "c.com"} {
		o := f.order(a.ID, name, func(o *order.Order) {
			if i == 1 {
				o.Caller.Dialect, o.Operation = "wapi", order.RenewDomain
			}
		})
		if i == 2 {
			f.in(func(ctx context.Context, tx command.Tx) {
				o.State, o.Finished = order.Done, tx.Registrar()
				f.same(must[bool](f)(tx.Finish(ctx, &o, 1, order.Sent)), true)
				f.ok(tx.HideOrder(ctx, a.ID, o.Number))
			})
		}
	}
	w := command.Where
	for _, c := range []struct {
		q    command.Query
		want []string
	}{
		{command.Query{Limit: -1}, []string{"a.com", "b.com", "c.com"}},
		{command.Query{Limit: -1, Where: w("hidden", command.Equal, "0"), Sort: []command.Sort{{Field: "number", Desc: true}}}, []string{"b.com", "a.com"}},
		{command.Query{Limit: -1, Where: w("hidden", command.NotEqual, "0")}, []string{"c.com"}},
		{command.Query{Limit: -1, Sort: []command.Sort{{Field: "hidden", Desc: true}, {Field: "object_name"}}}, []string{"c.com", "a.com", "b.com"}},
		{command.Query{Limit: -1, Where: w("state", command.In, "sent", "pending")}, []string{"a.com", "b.com"}},
		{command.Query{Limit: -1, Where: w("dialect", command.Equal, "wapi")}, []string{"b.com"}},
		{command.Query{Limit: -1, Where: w("operation", command.NotEqual, "renew")}, []string{"a.com", "c.com"}},
		{command.Query{Limit: -1, Where: w("object_name", command.Equal, "A.com")}, []string{"a.com"}},
		{command.Query{Limit: -1, Where: w("request", command.Like, "RB%")}, []string{"b.com"}},
		{command.Query{Limit: -1, Where: command.And(w("cltrid", command.Equal, "c"), w("object_kind", command.Equal, "domain"), w("finished", command.NotNull))}, []string{"c.com"}},
		{command.Query{Limit: -1, Where: w("number", command.Less, "1311000002")}, []string{"a.com"}},
	} {
		os, _, err := f.View().ListOrders(t.Context(), []account.ID{a.ID}, c.q)
		f.ok(err)
		var got []string
		for _, o := range os {
			got = append(got, o.ObjectName)
		}
		if len(got) != len(c.want) || !equal(got, c.want) {
			t.Errorf("%+v: %q, want %q", c.q, got, c.want)
		}
	}
	q := command.Query{Limit: 1, Sort: []command.Sort{{Field: "hidden", Desc: true}}}
	for _, want := range []string{"c.com", "b.com", "a.com"} {
		os, page, err := f.View().ListOrders(t.Context(), []account.ID{a.ID}, q)
		f.ok(err)
		if len(os) != 1 || os[0].ObjectName != want {
			t.Fatalf("page %+v, want %s", os, want)
		}
		q.After = page.Next
	}
}

// fencing lets several finish and take over the same attempt: one wins.
func fencing(t *testing.T, f *fixture) {
	a := f.account("a", 0)
	o := f.order(a.ID, "a.com", nil)
	var fenced, finished atomic.Int32
	together(8, func(i int) {
		err := f.InTx(t.Context(), func(ctx context.Context, tx command.Tx) error {
			n := o
			n.Attempt, n.LeaseOwner, n.Unknown, n.NextAttempt = 2, "n"+itoa(int64(i)), true, tx.Wall().Add(time.Hour)
			ok, err := tx.Fence(ctx, &n, 1, order.Sent)
			if ok {
				fenced.Add(1)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	together(8, func(i int) {
		err := f.InTx(t.Context(), func(ctx context.Context, tx command.Tx) error {
			n := o
			n.State = order.Done
			if i%2 == 0 {
				n.State = order.Failed
			}
			ok, err := tx.Finish(ctx, &n, 2, order.Sent)
			if ok {
				finished.Add(1)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	if fenced.Load() != 1 || finished.Load() != 1 {
		t.Fatalf("%d took over and %d finished, want one each", fenced.Load(), finished.Load())
	}
	got := must[order.Order](f)(f.View().AnyOrder(t.Context(), o.Number))
	if got.Attempt != 2 || !got.Unknown || got.State.Open() {
		t.Fatalf("order %+v", got)
	}
	f.in(func(ctx context.Context, tx command.Tx) {
		got.Attempt = 3
		f.same(must[bool](f)(tx.Fence(ctx, &got, 2, order.Sent)), false) // an ended order stays as it is
	})
}

// openOnce races for one object.
func openOnce(t *testing.T, f *fixture) {
	a, b := f.account("a", 0), f.account("b", 0)
	var made, busy atomic.Int32
	together(8, func(i int) {
		acc := a.ID
		if i%2 == 0 {
			acc = b.ID
		}
		err := f.InTx(t.Context(), func(ctx context.Context, tx command.Tx) error {
			_, err := newOrder(ctx, tx, acc, "x.com", nil)
			return err
		})
		switch {
		case err == nil:
			made.Add(1)
		case errs.Is(err, errs.Busy):
			busy.Add(1)
		default:
			t.Error(err)
		}
	})
	if made.Load() != 1 || busy.Load() != 7 {
		t.Fatalf("%d orders made and %d refused, want 1 and 7", made.Load(), busy.Load())
	}
	f.order(a.ID, "x.com", func(o *order.Order) { o.Environment = account.Test })
	f.order(a.ID, "x.com", func(o *order.Order) { o.ObjectKind = "contact" })
	f.order(a.ID, "x.com", func(o *order.Order) { o.State = order.Done })
}

// sweepers claims due orders from several nodes at once: each is claimed once.
func sweepers(t *testing.T, f *fixture) {
	a := f.account("a", 0)
	wall := f.View().Wall()
	for i := range 30 {
		f.order(a.ID, "d"+itoa(int64(i))+".com", func(o *order.Order) {
			o.NextAttempt = wall.Add(-time.Duration(i%7) * time.Second)
			if i%2 == 0 {
				o.State = order.Pending
			}
		})
	}
	f.order(a.ID, "later.com", func(o *order.Order) { o.NextAttempt = wall.Add(time.Hour) })
	f.order(a.ID, "done.com", func(o *order.Order) { o.State = order.Done })
	due := must[[]order.Order](f)(f.View().DueOrders(t.Context(), wall, 4))
	if len(due) != 4 || due[0].NextAttempt.After(due[3].NextAttempt) {
		t.Fatalf("due: %+v", due)
	}
	var claims [31]atomic.Int32
	together(6, func(node int) {
		for range 20 {
			err := f.InTx(t.Context(), func(ctx context.Context, tx command.Tx) error {
				due, err := tx.DueOrders(ctx, wall, 4)
				for _, o := range due {
					was := o.State
					o.LeaseOwner, o.NextAttempt, o.Attempt = "n"+itoa(int64(node)), wall.Add(time.Hour), o.Attempt+1
					ok, err := tx.Fence(ctx, &o, o.Attempt-1, was)
					if err != nil {
						return err
					}
					if ok {
						claims[o.Number-1311000001].Add(1)
					}
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
	for i := range 30 {
		if n := claims[i].Load(); n != 1 {
			t.Errorf("order %d was claimed %d times", i, n)
		}
	}
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.FreeLeases(ctx)) })
	if due := must[[]order.Order](f)(f.View().DueOrders(t.Context(), f.View().Wall(), 100)); len(due) != 31 || due[0].LeaseOwner != "" {
		t.Fatalf("%d orders due once the leases are free, want 31", len(due))
	}
}

func keys(t *testing.T, f *fixture) {
	ctx, a, b := t.Context(), f.account("a", 0), f.account("b", 0)
	_, _, err := f.View().OrderKey(ctx, a.ID, "k")
	f.kind(err, errs.NotFound)
	var bound, refused atomic.Int32
	together(6, func(i int) {
		err := f.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
			n, err := tx.NextOrder(ctx)
			if err != nil {
				return err
			}
			return tx.BindKey(ctx, a.ID, "k", "hash", n)
		})
		if errs.Is(err, errs.Conflict) {
			refused.Add(1)
		} else if err == nil {
			bound.Add(1)
		} else {
			t.Error(err)
		}
	})
	if bound.Load() != 1 || refused.Load() != 5 {
		t.Fatalf("%d bound, %d refused", bound.Load(), refused.Load())
	}
	hash, n, err := f.View().OrderKey(ctx, a.ID, "k")
	f.ok(err)
	if hash != "hash" || n == 0 {
		t.Fatalf("key gives %q and %d", hash, n)
	}
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.BindKey(ctx, b.ID, "k", "other", 1)) })
}
