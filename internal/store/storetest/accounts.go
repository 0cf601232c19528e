package storetest

import (
	"context"
	"net/netip"
	"testing"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

func accounts(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	root := f.account("root", 0)
	child := f.account("child", root.ID)
	grand := f.account("grand", child.ID)
	other := f.account("other", 0)
	if root.ID != 100001 || child.ID != 100002 {
		t.Fatalf("numbers %d and %d, want 100001 and 100002", root.ID, child.ID)
	}
	f.same(must[account.Account](f)(view.Account(ctx, root.ID)), root)
	f.same(must[account.Account](f)(view.AccountByName(ctx, account.Live, "child")), child)
	if !root.Created.Equal(view.Registrar()) {
		t.Fatalf("created %v, want registrar time %v", root.Created, view.Registrar())
	}
	_, err := view.AccountByName(ctx, account.Test, "child")
	f.kind(err, errs.NotFound)
	_, err = view.Account(ctx, 1)
	f.kind(err, errs.NotFound)
	f.same(must[[]account.Account](f)(view.Accounts(ctx, root.ID, 2)), []account.Account{child, grand})
	f.same(must[[]account.ID](f)(view.Tree(ctx, root.ID)), []account.ID{root.ID, child.ID, grand.ID})
	f.same(must[[]account.ID](f)(view.Tree(ctx, other.ID)), []account.ID{other.ID})
	err = f.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
		again := root
		return tx.AddAccount(ctx, &again)
	})
	f.kind(err, errs.Exists)
	twin := root
	twin.Environment = account.Test
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.AddAccount(ctx, &twin)) })
}

func settings(t *testing.T, f *fixture) {
	ctx, a := t.Context(), f.account("a", 0)
	f.same(must[account.Settings](f)(f.View().Settings(ctx, a.ID, "wapi")), account.Settings{Account: a.ID, Dialect: "wapi"})
	s := account.Settings{Account: a.ID, Dialect: "wapi", AllowedIPs: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")},
		Channel: "http", Target: "https://example.org/x", Protocol: "json", Extra: map[string]string{"a": "1"}}
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.PutSettings(ctx, s)) })
	f.same(must[account.Settings](f)(f.View().Settings(ctx, a.ID, "wapi")), s)
	s.Channel, s.AllowedIPs, s.Extra = "poll", nil, nil
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.PutSettings(ctx, s)) })
	f.same(must[account.Settings](f)(f.View().Settings(ctx, a.ID, "wapi")), s)
}

func profiles(t *testing.T, f *fixture) {
	ctx, a, b := t.Context(), f.account("a", 0), f.account("b", 0)
	p := account.Profile{Account: a.ID, Username: "jane", Hash: "h"}
	q := account.Profile{Account: b.ID, Username: "jane", Hash: "i"}
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.AddProfile(ctx, &p))
		f.ok(tx.AddProfile(ctx, &q))
		again := p
		f.kind(tx.AddProfile(ctx, &again), errs.Exists)
	})
	f.same(must[account.Profile](f)(f.View().Profile(ctx, a.ID, "jane")), p)
	f.same(must[account.Profile](f)(f.View().ProfileByID(ctx, b.ID, q.ID)), q)
	_, err := f.View().ProfileByID(ctx, a.ID, q.ID)
	f.kind(err, errs.NotFound)
	_, err = f.View().Profile(ctx, a.ID, "joe")
	f.kind(err, errs.NotFound)
}
