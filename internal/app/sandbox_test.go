package app

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/errs"
)

const shortSeed = `version: 1
platform: {name_servers: [ns1.polyreg.test, ns2.polyreg.test], nsset: POLYREG}
accounts:
  - name: alpha
    company: Alpha
    email: ops@alpha.example
    currency: EUR
    balances: {EUR: "100.00"}
contacts:
  - {id: jane, account: alpha, type: person, first_name: Jane, last_name: Doe, email: jane@alpha.example, phone: "+49.30123456",
     street: [Example Street 1], city: Berlin, postal_code: "10115", country: DE}
domains:
  - {name: gone.com, account: alpha, registrant: jane, created: -335d, expires: +30d, auto_renew: false}
`

// sandboxAt opens a sandbox in a folder; stop closes it.
func sandboxAt(t *testing.T, dir string) (a *App, stop func()) {
	t.Helper()
	a, err := NewSandbox(t.Context(), SandboxOptions{Data: dir, Seed: []byte(shortSeed), SeedName: "seed.yaml", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return a, func() {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			t.Error(err)
		}
	}
}

// ahead is how far registrar time is before wall time, in whole days.
func (a *App) ahead() int {
	c := a.opt.Core.Clocks
	return int(c.Registrar().Sub(c.Wall()).Round(time.Hour) / (24 * time.Hour))
}

func (a *App) move(t *testing.T, days int) {
	t.Helper()
	if _, err := a.core.Lifecycle.Advance(t.Context(), a.opt.Core.Clocks.Registrar().AddDate(0, 0, days), nil); err != nil {
		t.Fatal(err)
	}
}

// A clock that was moved stays where it is, however often the sandbox is reset before it is started again.
func TestMovedClockOutlivesResets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, stop := sandboxAt(t, dir)
	a.move(t, 700)
	for resets := range 3 {
		if err := a.Reset(t.Context()); err != nil {
			t.Fatal(err)
		}
		stop()
		if a, stop = sandboxAt(t, dir); a.ahead() != 700 {
			t.Errorf("%d days ahead after %d resets and a restart", a.ahead(), resets+1)
		}
		if err := a.Reset(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	stop()
}

// What is planted at a restart has its dates from where the clock is, not from wall time.
func TestRestartPlantsWhereTheClockIs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, stop := sandboxAt(t, dir)
	acc, err := a.core.Store.View().AccountByName(t.Context(), account.Live, "alpha")
	if err != nil {
		t.Fatal(err)
	}
	a.move(t, 700)
	if d, err := a.core.Store.View().Domain(t.Context(), acc.ID, "gone.com"); !errs.Is(err, errs.NotFound) {
		t.Fatalf("it should be gone by now: %+v %v", d, err)
	}
	stop()
	a, stop = sandboxAt(t, dir)
	defer stop()
	d, err := a.core.Store.View().Domain(t.Context(), acc.ID, "gone.com")
	if err != nil || !d.Expires.After(a.opt.Core.Clocks.Registrar()) {
		t.Errorf("planted again with an expiry at %v, %v", d.Expires, err)
	}
}
