package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// judged holds that what must be true ends the transaction where it is not, even when the caller ignores the error.
func judged(t *testing.T, f *fixture) {
	ctx, a := t.Context(), f.account("a", 0)
	f.domain(a.ID, "held.com", nil)
	o := f.order(a.ID, "one.com", nil)
	no := errors.New("no")
	ended := o
	ended.State, ended.Finished = order.Done, f.View().Registrar()
	for _, c := range []struct {
		name string
		do   func(context.Context, command.Tx) error
		want error
		kind errs.Kind
	}{
		{name: "a good account", do: func(ctx context.Context, tx command.Tx) error {
			return tx.JudgeAccount(ctx, a.ID, func(got account.Account) error { f.same(got, a); return nil })
		}},
		{name: "a bad account", want: no, do: func(ctx context.Context, tx command.Tx) error {
			return tx.JudgeAccount(ctx, a.ID, func(account.Account) error { return no })
		}},
		{name: "no account", kind: errs.NotFound, do: func(ctx context.Context, tx command.Tx) error {
			return tx.JudgeAccount(ctx, 1, func(account.Account) error { return nil })
		}},
		{name: "a free name", do: func(ctx context.Context, tx command.Tx) error {
			return tx.MustBeUnheld(ctx, account.Live, "free.com", no)
		}},
		{name: "a name of the other environment", do: func(ctx context.Context, tx command.Tx) error {
			return tx.MustBeUnheld(ctx, account.Test, "held.com", no)
		}},
		{name: "a held name", want: no, do: func(ctx context.Context, tx command.Tx) error {
			return tx.MustBeUnheld(ctx, account.Live, "held.com", no)
		}},
		{name: "another attempt", want: no, do: func(ctx context.Context, tx command.Tx) error {
			return tx.MustFinish(ctx, &ended, command.Fenced{Attempt: 2, State: order.Sent}, no)
		}},
		{name: "the end", do: func(ctx context.Context, tx command.Tx) error {
			return tx.MustFinish(ctx, &ended, command.Fenced{Attempt: 1, State: order.Sent}, no)
		}},
		{name: "a second end", want: no, do: func(ctx context.Context, tx command.Tx) error {
			return tx.MustFinish(ctx, &ended, command.Fenced{Attempt: 1, State: order.Sent}, no)
		}},
	} {
		for _, between := range []bool{false, true} {
			key := c.name
			if between && c.name == "the end" {
				continue
			}
			err := f.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
				if err := tx.PutMeta(ctx, key, "written"); err != nil {
					return err
				}
				_ = c.do(ctx, tx)
				if between { // the error may come out of any call, or of none
					_, _ = tx.Meta(ctx, key)
				}
				return nil
			})
			if c.want != nil && !errors.Is(err, c.want) || c.kind != 0 && errs.KindOf(err) != c.kind || c.want == nil && c.kind == 0 && err != nil {
				t.Errorf("%s: error %v", c.name, err)
			}
			if _, merr := f.View().Meta(ctx, key); (merr == nil) != (err == nil) {
				t.Errorf("%s: committed %t, error %v", c.name, merr == nil, err)
			}
		}
	}
	f.same(must[order.Order](f)(f.View().AnyOrder(ctx, o.Number)).State, order.Done)
}

// nameStates looks several names up at once.
func nameStates(t *testing.T, f *fixture) {
	ctx, a, b := t.Context(), f.account("a", 0), f.account("b", 0)
	f.domain(a.ID, "held.com", nil)
	f.domain(a.ID, "both.com", nil)
	f.order(b.ID, "ordered.com", nil)
	f.order(a.ID, "both.com", nil)
	f.order(a.ID, "done.com", func(o *order.Order) { o.State = order.Done })
	f.order(a.ID, "free.com", func(o *order.Order) { o.ObjectKind = "contact" })
	names := []dname.Name{"held.com", "ordered.com", "free.com", "both.com", "done.com", "held.com"}
	for i := range 230 {
		names = append(names, dname.Name("n"+itoa(int64(i))+".com"))
	}
	want := map[dname.Name]command.NameState{"held.com": {Holder: a.ID}, "ordered.com": {Orderer: b.ID}, "both.com": {Holder: a.ID, Orderer: a.ID}}
	f.same(must[map[dname.Name]command.NameState](f)(f.View().Names(ctx, account.Live, names)), want)
	for _, got := range []map[dname.Name]command.NameState{must[map[dname.Name]command.NameState](f)(f.View().Names(ctx, account.Test, names)),
		must[map[dname.Name]command.NameState](f)(f.View().Names(ctx, account.Live, nil))} {
		f.same(got, map[dname.Name]command.NameState{})
	}
}

// contactsAt tells contacts that a registry has from those that it has not, and from those of others.
func contactsAt(t *testing.T, f *fixture) {
	ctx, a, b := t.Context(), f.account("a", 0), f.account("b", 0)
	made, fresh, foreign := f.contact(a.ID, "Made"), f.contact(a.ID, "Fresh"), f.contact(b.ID, "Foreign")
	at := contact.AtRegistry{Contact: made.ID, Registry: "demo", ID: "P1", Made: true, Version: 3}
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.PutAtRegistry(ctx, at))
		f.ok(tx.PutAtRegistry(ctx, contact.AtRegistry{Contact: fresh.ID, Registry: "other", ID: "P2"}))
	})
	ids := []contact.ID{made.ID, fresh.ID, foreign.ID, fresh.ID, 1}
	f.same(must[map[contact.ID]contact.AtRegistry](f)(f.View().ContactsAt(ctx, a.ID, "demo", ids)),
		map[contact.ID]contact.AtRegistry{made.ID: at, fresh.ID: {Contact: fresh.ID, Registry: "demo"}})
	f.same(must[map[contact.ID]contact.AtRegistry](f)(f.View().ContactsAt(ctx, a.ID, "demo", nil)), map[contact.ID]contact.AtRegistry{})
}

// drawnNumbers gives orders that bring no number one from the same sequence.
func drawnNumbers(t *testing.T, f *fixture) {
	a := f.account("a", 0)
	first := f.order(a.ID, "a.com", nil)
	next := f.order(a.ID, "b.com", func(o *order.Order) { o.Number = 0 })
	if next.Number <= first.Number {
		t.Fatalf("drew %d after %d", next.Number, first.Number)
	}
	f.same(must[order.Order](f)(f.View().Order(t.Context(), a.ID, next.Number)), next)
	f.kind(f.InTx(t.Context(), func(ctx context.Context, tx command.Tx) error {
		_, err := newOrder(ctx, tx, a.ID, "b.com", func(o *order.Order) { o.Number = 0 })
		return err
	}), errs.Busy)
}
