package store_test

import (
	"context"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/ledger"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/store/db"
)

// benchOn runs a benchmark on a seeded store of each engine.
func benchOn(b *testing.B, fn func(*testing.B, command.Store, account.Account)) {
	for name, open := range map[string]func(testing.TB) db.DB{"sqlite": openSQLite, "postgres": openPostgres} {
		b.Run(name, func(b *testing.B) {
			s := migrated(b, open(b))
			a := account.Account{Name: "a", Environment: account.Live, Currency: "EUR"}
			err := s.InTx(b.Context(), func(ctx context.Context, tx command.Tx) error {
				if err := tx.AddAccount(ctx, &a); err != nil {
					return err
				}
				return tx.Deposit(ctx, a.ID, money.New(1_000_000_000, "EUR"), "x")
			})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			fn(b, s, a)
		})
	}
}

var benchNumber atomic.Int64

// register is the SQL of an order that succeeds, in its two transactions.
func register(ctx context.Context, s command.Store, a account.Account) (domain.Domain, error) {
	name := dname.Name("d" + strconv.FormatInt(benchNumber.Add(1), 10) + ".com")
	var o order.Order
	err := s.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
		n, err := tx.NextOrder(ctx)
		if err != nil {
			return err
		}
		o = order.Order{Number: n, Account: a.ID, Environment: a.Environment, ObjectKind: "domain", ObjectName: string(name), State: order.Sent,
			Price: money.New(100, "EUR"), Attempt: 1, NextAttempt: tx.Wall(), Created: tx.Registrar(), Input: []byte(`{"a":1}`)}
		if err := tx.AddOrder(ctx, &o); err != nil {
			return err
		}
		return tx.PlaceHold(ctx, &ledger.Hold{Account: a.ID, Order: int64(n), Amount: o.Price})
	})
	if err != nil {
		return domain.Domain{}, err
	}
	d := domain.Domain{Account: a.ID, Environment: a.Environment, Name: name, TLD: "com", AutoRenew: domain.Renew,
		Contacts: map[domain.Role]contact.ID{domain.Registrant: 1}}
	return d, s.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
		was := o.State
		o.State, o.Finished = order.Done, tx.Registrar()
		if _, err := tx.Finish(ctx, &o, 1, was); err != nil {
			return err
		}
		if err := tx.AddDomain(ctx, &d); err != nil {
			return err
		}
		h := command.History{Account: a.ID, ObjectKind: "domain", ObjectName: string(name), Order: o.Number, What: "registered"}
		if err := tx.AddHistory(ctx, h); err != nil {
			return err
		}
		_, err := tx.CaptureHold(ctx, ledger.Hold{Account: a.ID, Order: int64(o.Number), Amount: o.Price}, string(name))
		return err
	})
}

func BenchmarkRegister(b *testing.B) {
	benchOn(b, func(b *testing.B, s command.Store, a account.Account) {
		for b.Loop() {
			if _, err := register(b.Context(), s, a); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkDomainInfo(b *testing.B) {
	benchOn(b, func(b *testing.B, s command.Store, a account.Account) {
		c := contact.Contact{Account: a.ID, Data: contact.Data{FirstName: "Jane", LastName: "Doe"}}
		if err := s.InTx(b.Context(), func(ctx context.Context, tx command.Tx) error { return tx.AddContact(ctx, &c) }); err != nil {
			b.Fatal(err)
		}
		d, err := register(b.Context(), s, a)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			v := s.View()
			if _, err := v.Domain(b.Context(), a.ID, d.Name); err != nil {
				b.Fatal(err)
			}
			if _, err := v.Contacts(b.Context(), a.ID, []contact.ID{c.ID, c.ID + 1}); err != nil {
				b.Fatal(err)
			}
			v.OpenOrder(b.Context(), a.Environment, "domain", string(d.Name))
		}
	})
}
