package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

func (f *fixture) credential(acc account.ID, login string) account.Credential {
	f.t.Helper()
	c := account.Credential{Account: acc, Dialect: "wapi", Kind: account.Password, Login: login, Context: 4, Secret: "hash", Access: account.Full, Note: "n"}
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.AddCredential(ctx, &c)) })
	return c
}

func credentials(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	live := f.account("a", 0)
	test := live
	test.Environment = account.Test
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.AddAccount(ctx, &test)) })
	ct := f.credential(test.ID, "jane")
	cl := f.credential(live.ID, "jane")
	if ct.ID != 200001 || cl.Version < 1 {
		t.Fatalf("number %d, version %d", ct.ID, cl.Version)
	}
	f.same(must[[]account.Credential](f)(view.FindCredentials(ctx, "wapi", account.Password, "jane", 4)), []account.Credential{cl, ct})
	f.same(must[[]account.Credential](f)(view.FindCredentials(ctx, "wapi", account.Password, "jane", 5)), []account.Credential{})
	f.same(must[[]account.Credential](f)(view.FindCredentials(ctx, "wapi", account.APIKey, "jane", 4)), []account.Credential{})
	f.same(must[account.Credential](f)(view.Credential(ctx, cl.ID)), cl)
	f.same(must[[]account.Credential](f)(view.CredentialsOf(ctx, live.ID, "wapi")), []account.Credential{cl})
	_, err := view.Credential(ctx, 1)
	f.kind(err, errs.NotFound)
	err = f.InTx(ctx, func(ctx context.Context, tx command.Tx) error { again := cl; return tx.AddCredential(ctx, &again) })
	f.kind(err, errs.Exists)
	f.in(func(ctx context.Context, tx command.Tx) {
		for step, want := range map[int64]bool{100: true} {
			f.same(must[bool](f)(tx.UseTOTP(ctx, cl.ID, step)), want)
		}
		f.same(must[bool](f)(tx.UseTOTP(ctx, cl.ID, 100)), false)
		f.same(must[bool](f)(tx.UseTOTP(ctx, cl.ID, 99)), false)
		f.same(must[bool](f)(tx.UseTOTP(ctx, cl.ID, 101)), true)
	})
}

func noteLogin(t *testing.T, f *fixture) {
	c := f.credential(f.account("a", 0).ID, "jane")
	wall := f.View().Wall()
	note := func(n command.LoginNote) account.Credential {
		f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.NoteLogin(ctx, c.ID, n)) })
		return must[account.Credential](f)(f.View().Credential(t.Context(), c.ID))
	}
	want := c
	want.Failures, want.LastError, want.LastErrorIP = 1, wall, "192.0.2.1"
	f.same(note(command.LoginNote{Wall: wall, IP: "192.0.2.1"}), want)
	until := wall.Add(time.Hour)
	got := note(command.LoginNote{Wall: wall, IP: "192.0.2.2", LockedUntil: until})
	if got.Failures != 2 || !got.LockedUntil.Equal(until) || got.Version <= c.Version {
		t.Fatalf("a lock: %+v", got)
	}
	version := got.Version
	got = note(command.LoginNote{OK: true, Wall: wall, IP: "192.0.2.3"})
	if got.Failures != 0 || got.LastIP != "192.0.2.3" || !got.LastLogin.Equal(wall) || got.Version != version || got.LastErrorIP != "192.0.2.2" {
		t.Fatalf("a success: %+v", got)
	}
}

func sessions(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	c := f.credential(f.account("a", 0).ID, "jane")
	wall := view.Wall()
	add := func(hash string, at time.Time) account.Session {
		s := account.Session{TokenHash: hash, Account: c.Account, Credential: c.ID, Dialect: "dmapi", Created: at, Used: at, Idle: time.Hour}
		f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.AddSession(ctx, s)) })
		return s
	}
	s := add("one", wall)
	f.same(must[account.Session](f)(view.Session(ctx, "dmapi", "one")), s)
	_, err := view.Session(ctx, "wapi", "one")
	f.kind(err, errs.NotFound)
	s.Used = wall.Add(time.Minute)
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.TouchSession(ctx, "dmapi", "one", s.Used))
		f.ok(tx.TouchSession(ctx, "dmapi", "none", s.Used))
	})
	f.same(must[account.Session](f)(view.Session(ctx, "dmapi", "one")), s)
	registrant := account.Session{TokenHash: "reg", Account: c.Account, Credential: c.ID, Dialect: "opensrs-cookie", Created: wall, Used: wall,
		Idle: time.Hour, Profile: 7, Domain: "a.com"}
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.AddSession(ctx, registrant)) })
	f.same(must[account.Session](f)(view.Session(ctx, "opensrs-cookie", "reg")), registrant)
	registrant.Domain = "b.com"
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.MoveSession(ctx, "opensrs-cookie", "reg", "b.com"))
		f.ok(tx.MoveSession(ctx, "dmapi", "reg", "c.com"))
	})
	f.same(must[account.Session](f)(view.Session(ctx, "opensrs-cookie", "reg")), registrant)
	add("two", wall)
	add("three", wall)
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.TrimSessions(ctx, c.ID, "dmapi", 2)) })
	_, err = view.Session(ctx, "dmapi", "one")
	f.kind(err, errs.NotFound)
	must[account.Session](f)(view.Session(ctx, "dmapi", "two"))
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.DeleteSession(ctx, "dmapi", "two"))
		f.ok(tx.DeleteSession(ctx, "dmapi", "two"))
	})
	_, err = view.Session(ctx, "dmapi", "two")
	f.kind(err, errs.NotFound)
	must[account.Session](f)(view.Session(ctx, "dmapi", "three"))
}
