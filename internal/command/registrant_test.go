package command_test

import (
	"context"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/errs"
)

// A registrant's session is good for its account, its profile's domains and its time.
func TestRegistrantSession(t *testing.T) {
	t.Parallel()
	ctx, w := t.Context(), dialecttest.New(t)
	c := alpha(t, w)
	login := command.Profile{Username: "jane", Password: "Abcdef123456"}
	for name, p := range map[string]command.Profile{"one.com": login, "two.com": login, "other.com": {Username: "joe", Password: "Abcdef123456"}} {
		cmd := registerCmd(name)
		cmd.Profile = &p
		if _, err := command.Do(ctx, w.Runner, c, cmd); err != nil {
			t.Fatal(err)
		}
	}
	p, err := command.Do(ctx, w.Runner, c, command.CheckProfile{Domain: "one.com", Profile: login})
	if err != nil {
		t.Fatal(err)
	}
	open := func(token string, idle time.Duration, keep int) {
		t.Helper()
		if err := w.Runner.OpenRegistrant(ctx, c, command.RegistrantSession{Token: token, Profile: p.ID, Domain: "one.com", Idle: idle, Keep: keep}); err != nil {
			t.Fatal(err)
		}
	}
	gone := func(token string) {
		t.Helper()
		if _, err := w.Runner.Registrant(ctx, c, token); !errs.Is(err, errs.SessionExpired) {
			t.Errorf("%s: %v", token, err)
		}
	}
	open("first", time.Hour, 2)
	if s, err := w.Runner.Registrant(ctx, c, "first"); err != nil || s.Domain != "one.com" || s.Profile != p.ID {
		t.Fatal(s, err)
	}
	if s, err := w.Runner.MoveRegistrant(ctx, c, "first", "TWO.com"); err != nil || s.Domain != "two.com" {
		t.Fatal(s, err)
	}
	for name, kind := range map[string]errs.Kind{"other.com": errs.Auth, "example.com": errs.Auth, "none.com": errs.NotFound, "beta-owned.com": errs.NotOwned} {
		if _, err := w.Runner.MoveRegistrant(ctx, c, "first", name); !errs.Is(err, kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s, err := w.Runner.Registrant(ctx, c, "first"); err != nil || s.Domain != "two.com" {
		t.Fatal(s, err)
	}
	stranger := c
	stranger.Account.ID++
	if _, err := w.Runner.Registrant(ctx, stranger, "first"); !errs.Is(err, errs.SessionExpired) {
		t.Error(err)
	}
	if err := w.Runner.EndRegistrant(ctx, stranger, "first"); !errs.Is(err, errs.SessionExpired) {
		t.Error(err)
	}
	gone("nobody's")
	open("short", time.Nanosecond, 2)
	gone("short")
	open("third", time.Hour, 2)
	gone("first") // two are kept
	if err := w.Runner.EndRegistrant(ctx, c, "third"); err != nil {
		t.Error(err)
	}
	gone("third")
	open("last", time.Hour, 2)
	err = w.Store.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
		d, err := tx.Domain(ctx, c.Account.ID, "one.com")
		d.Profile++
		if err != nil {
			return err
		}
		return tx.PutDomain(ctx, &d)
	})
	if err != nil {
		t.Fatal(err)
	}
	gone("last") // the domain is in another profile now
}
