package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/ledger"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/store/db"
)

func notices(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a, b := f.account("a", 0), f.account("b", 0)
	add := func(acc account.ID, channel string, kind notify.Kind) notify.Notice {
		n := notify.Notice{Account: acc, Kind: kind, Channel: channel, Order: 3, ObjectKind: "domain", ObjectName: "x.com", Text: "text", Data: map[string]string{"years": "2"}}
		f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.AddNotice(ctx, &n)) })
		return n
	}
	one := add(a.ID, "wapi", notify.OrderDone)
	all := add(a.ID, "", notify.Renewed)
	two := add(a.ID, "wapi", notify.OrderFailed)
	foreign := add(b.ID, "", notify.Test)
	if one.ID != 51000001 || !one.Created.Equal(view.Registrar()) || one.Wall.IsZero() {
		t.Fatalf("new notice %+v", one)
	}
	open := func(channel string, kinds []notify.Kind, limit int) ([]notify.Notice, int) {
		t.Helper()
		ns, total, err := view.OpenNotices(ctx, a.ID, channel, kinds, limit)
		f.ok(err)
		return ns, total
	}
	expect := func(channel string, kinds []notify.Kind, limit, total int, want ...notify.Notice) {
		t.Helper()
		ns, n := open(channel, kinds, limit)
		f.same(ns, want)
		f.same(n, total)
	}
	expect("wapi", nil, 2, 3, one, all)
	expect("dmapi", nil, 2, 1, all)
	expect("wapi", []notify.Kind{notify.Renewed, notify.OrderFailed}, 5, 2, all, two)
	expect("wapi", nil, 0, 3)
	ack := func(channel string, id notify.ID) (known bool, err error) {
		err = f.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
			var err error
			known, err = tx.AckNotice(ctx, a.ID, channel, id)
			return err
		})
		return known, err
	}
	f.same(must[bool](f)(ack("wapi", one.ID)), false)
	f.same(must[bool](f)(ack("wapi", one.ID)), true)
	f.same(must[bool](f)(ack("wapi", all.ID)), false)
	f.same(must[bool](f)(ack("wapi", all.ID)), true)
	expect("wapi", nil, 5, 1, two)
	expect("dmapi", nil, 5, 1, all) // read in one channel, not in the others
	for _, id := range []notify.ID{two.ID, foreign.ID, 1} {
		_, err := ack("dmapi", id)
		f.kind(err, errs.NotFound)
	}
	f.same(must[bool](f)(ack("dmapi", all.ID)), false)
	expect("dmapi", nil, 5, 0)
}

func registryMessages(t *testing.T, f *fixture) {
	f.in(func(ctx context.Context, tx command.Tx) {
		f.same(must[bool](f)(tx.AddRegistryMessage(ctx, "demo", "1", tx.Wall())), true)
		f.same(must[bool](f)(tx.AddRegistryMessage(ctx, "demo", "1", tx.Wall())), false)
		f.same(must[bool](f)(tx.AddRegistryMessage(ctx, "other", "1", tx.Wall())), true)
	})
}

func meta(t *testing.T, f *fixture) {
	_, err := f.View().Meta(t.Context(), "clock.distance")
	f.kind(err, errs.NotFound)
	for _, v := range []string{"1h", "2h"} {
		f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.PutMeta(ctx, "clock.distance", v)) })
		f.same(must[string](f)(f.View().Meta(t.Context(), "clock.distance")), v)
	}
}

// transactions: what fails leaves nothing, what is nested is refused, times stand still inside.
func transactions(t *testing.T, f *fixture) {
	ctx, broken := t.Context(), errors.New("broken")
	err := f.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
		f.ok(tx.PutMeta(ctx, "k", "v"))
		f.same(must[string](f)(tx.Meta(ctx, "k")), "v")
		return broken
	})
	if !errors.Is(err, broken) {
		t.Fatalf("error %v, want the function's own", err)
	}
	_, err = f.View().Meta(ctx, "k")
	f.kind(err, errs.NotFound)
	f.in(func(ctx context.Context, tx command.Tx) {
		if err := f.InTx(ctx, func(context.Context, command.Tx) error { return nil }); !errors.Is(err, db.ErrNested) {
			t.Errorf("a transaction in a transaction: error %v", err)
		}
		if _, err := f.View().Meta(ctx, "k"); !errors.Is(err, db.ErrNested) {
			t.Errorf("a view in a transaction: error %v", err)
		}
		if _, _, err := f.View().ListDomains(ctx, []account.ID{1}, command.Query{Limit: 1}); !errors.Is(err, db.ErrNested) {
			t.Errorf("a list in a transaction: error %v", err)
		}
		if tx.Raw() == nil || tx.Wall().IsZero() || tx.Registrar().IsZero() {
			t.Error("a transaction without its times or its driver's transaction")
		}
		start := tx.Wall()
		time.Sleep(time.Millisecond)
		if !tx.Wall().Equal(start) {
			t.Error("wall time moved inside a transaction")
		}
	})
}

// views cannot write.
func views(t *testing.T, f *fixture) {
	ctx, v := t.Context(), f.View()
	a := f.account("a", 0)
	c := f.contact(a.ID, "Doe")
	for name, err := range map[string]error{
		"AddAccount":    v.AddAccount(ctx, &account.Account{Name: "x", Environment: account.Live}),
		"PutSettings":   v.PutSettings(ctx, account.Settings{Account: a.ID}),
		"AddProfile":    v.AddProfile(ctx, &account.Profile{Account: a.ID}),
		"AddCredential": v.AddCredential(ctx, &account.Credential{Account: a.ID}),
		"Deposit":       v.Deposit(ctx, a.ID, eur(1), ""),
		"NextOrder":     second(v.NextOrder(ctx)),
		"AddContact":    v.AddContact(ctx, &contact.Contact{Account: a.ID}),
		"PutContact":    v.PutContact(ctx, &c),
		"DeleteContact": v.DeleteContact(ctx, a.ID, c.ID),
		"AddNotice":     v.AddNotice(ctx, &notify.Notice{Account: a.ID}),
		"PutMeta":       v.PutMeta(ctx, "k", "v"),
		"CaptureHold":   second(v.CaptureHold(ctx, ledger.Hold{Order: 1}, "")),
		"FreeLeases":    v.FreeLeases(ctx),
	} {
		if err == nil {
			t.Errorf("%s of a view succeeds", name)
		}
	}
	if v.Raw() != nil {
		t.Error("a view has a driver's transaction")
	}
	f.same(must[contact.Contact](f)(v.Contact(ctx, a.ID, c.ID)), c)
}

// scope: no list and no read gives another account's rows.
func scope(t *testing.T, f *fixture) {
	ctx, v := t.Context(), f.View()
	a, b := f.account("a", 0), f.account("b", 0)
	c := f.contact(b.ID, "Doe")
	f.domain(b.ID, "b.com", nil)
	o := f.order(b.ID, "b.com", nil)
	mine := []account.ID{a.ID}
	q := command.Query{Limit: -1, Count: true, Where: command.Filter{Any: []command.Filter{command.Where("id", command.NotEqual, "0"), command.Where("id", command.Equal, "0")}}}
	ds, page, err := v.ListDomains(ctx, mine, q)
	f.ok(err)
	cs, cpage, err := v.ListContacts(ctx, mine, q)
	f.ok(err)
	q.Where = command.Filter{}
	os, opage, err := v.ListOrders(ctx, mine, q)
	f.ok(err)
	if len(ds)+len(cs)+len(os)+page.Total+cpage.Total+opage.Total != 0 {
		t.Fatalf("foreign rows: %v %v %v", ds, cs, os)
	}
	for _, err := range []error{second(v.Domain(ctx, a.ID, "b.com")), second(v.Contact(ctx, a.ID, c.ID)), second(v.Order(ctx, a.ID, o.Number))} {
		f.kind(err, errs.NotFound)
	}
	n, _, err := v.CountDomains(ctx, a.ID)
	f.ok(err)
	f.same(n, 0)
}
