package sim_test

import (
	"context"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/epp"
	"github.com/polyreg/polyreg/internal/registry/registrytest"
	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/store/postgres"
	"github.com/polyreg/polyreg/internal/store/simstore"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// The port's conformance suite, through the EPP client that the core uses, in both name spaces and on both databases: with
// all extensions and prices, where a delete leads to redemption, under RFC 9154, and without any extension.
func TestConformance(t *testing.T) {
	t.Parallel()
	everything := func(cfg *sim.Config) {
		withPrices(cfg)
		cfg.TLDs["com"] = sim.TLD{TransferLock: -1}
	}
	for name, v := range map[string]struct {
		who, other string
		change     func(*sim.Config)
		extensions []string
	}{
		"live": {who: "reg-a", other: "reg-b", change: everything},
		"test": {who: "reg-t"},
		"redemption": {who: "reg-a", change: func(cfg *sim.Config) {
			cfg.TLDs["com"] = sim.TLD{Grace: sim.Grace{Add: -1}}
		}},
		"no report": {who: "reg-a", other: "reg-b", change: func(cfg *sim.Config) {
			cfg.TLDs["com"] = sim.TLD{TransferLock: -1, InstantTransfer: true, NoReport: true, Grace: sim.Grace{Add: -1}}
		}},
		"secure authInfo": {who: "reg-a", other: "reg-b", change: func(cfg *sim.Config) {
			everything(cfg)
			cfg.SecureAuthInfo = true
		}, extensions: append(epp.DefaultExtensions(), wire.NSSecureAuthInfo)},
		"bare": {who: "reg-a", change: func(cfg *sim.Config) { cfg.Extensions = []string{} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conform(t, v.who, v.other, v.change, v.extensions)
		})
	}
	t.Run("postgres", func(t *testing.T) {
		dsn := os.Getenv("POLYREG_TEST_POSTGRES")
		if dsn == "" {
			t.Skip("POLYREG_TEST_POSTGRES is not set")
		}
		conform(t, "reg-a", "reg-b", func(cfg *sim.Config) {
			everything(cfg)
			cfg.Store = onPostgres(t, dsn)
		}, nil)
	})
}

// conform runs the suite over a registry in real time; other may be empty, change nil.
func conform(t *testing.T, who, other string, change func(*sim.Config), extensions []string) {
	w := start(t, func(cfg *sim.Config) {
		cfg.Clocks = clock.System()
		if change != nil {
			change(cfg)
		}
	})
	as := func(who string) func(*testing.T) registry.Registry {
		return func(*testing.T) registry.Registry { return w.access(who, extensions) }
	}
	opt := registrytest.Options{TLD: "com", Open: as(who)}
	if other != "" {
		opt.Other = as(other)
	}
	registrytest.ExerciseWith(t, opt)
}

// access is a registrar's EPP client; nil extensions are the client's own choice.
func (w *world) access(who string, extensions []string) *epp.Client {
	w.t.Helper()
	c, err := epp.New(w.conf(who, extensions))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { c.Close() })
	return c
}

func (w *world) conf(who string, extensions []string) epp.Config {
	return epp.Config{Name: "embedded", Addr: w.addr, RootCAs: w.roots, User: who, Password: "password-" + who[4:],
		CheckCache: time.Hour, Extensions: extensions,
		Capabilities: registry.Capabilities{Contacts: true, HostObjects: true, CheckLimit: 50}}
}

// onPostgres makes a store in a schema of its own.
func onPostgres(t testing.TB, dsn string) *simstore.Store {
	t.Helper()
	ctx := context.Background()
	schema := "simtest_" + id.Hex(6)
	d, err := postgres.Open(ctx, dsn, postgres.Options{Schema: schema})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Exec(ctx, "CREATE SCHEMA "+schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := d.Exec(ctx, "DROP SCHEMA "+schema+" CASCADE"); err != nil {
			t.Error(err)
		}
		d.Close()
	})
	files, err := fs.Sub(simstore.Migrations, "migrations/postgres")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectPostgres, stdlib.OpenDBFromPool(d.Raw().(*pgxpool.Pool)), files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Up(ctx); err != nil {
		t.Fatal(err)
	}
	return simstore.New(d)
}

// What the extensions bring to the client beside what the suite shows: premium classes, messages about changes, data of
// extensions that the login did not name, and long passwords.
func TestClientExtensions(t *testing.T) {
	t.Parallel()
	w := start(t, func(cfg *sim.Config) {
		withPrices(cfg)
		cfg.TLDs["com"] = sim.TLD{TransferLock: -1}
	})
	ctx := t.Context()
	a := w.access("reg-a", nil)
	got, err := a.CheckDomains(ctx, []dname.Name{"gold.com", "plain.com", "taken.com", "name.org"})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		class  string
		create int64
		free   bool
	}{{"premium", 10000, true}, {"", 800, true}, {"", 800, false}, {"", 1000, true}} {
		f, ok := got[i].FeeFor(registry.FeeCreate)
		if got[i].Class != want.class || got[i].Available != want.free || !ok || f.Amount != money.New(want.create, "USD") || f.Standard == (want.class != "") {
			t.Errorf("check: %+v, want %+v", got[i], want)
		}
	}
	if f, ok := got[0].FeeFor(registry.FeeRestore); !ok || f.Years != 0 || f.Amount != money.New(4000, "USD") {
		t.Errorf("restore: %+v", f)
	}

	signed := registry.DomainCreate{Name: "signed.com", Years: 1, AuthInfo: "domain-auth",
		DNSSEC: &registry.DNSSEC{Keys: []registry.Key{{Flags: 257, Protocol: 3, Alg: 13, PubKey: "AQID"}}}}
	if _, err := a.CreateDomain(ctx, "a-1", signed); err != nil {
		t.Fatal(err)
	}
	if err := w.srv.SetStatuses(ctx, "live", "signed.com", sim.StatusChange{Add: []string{"serverHold"}, Reason: "abuse"}); err != nil {
		t.Fatal(err)
	}
	m, err := a.PollRequest(ctx)
	if err != nil || m == nil || m.Change == nil || m.Change.Domain == nil {
		t.Fatalf("message: %+v %v", m, err)
	}
	if c := m.Change; c.Before || c.Operation != "update" || c.Reason != "abuse" || c.Date.IsZero() || c.SvTRID == "" || c.Who == "" ||
		!slices.Contains(c.Domain.Statuses, "serverHold") || len(c.Domain.DNSSEC.Keys) != 1 || m.Transfer != nil {
		t.Errorf("change: %+v %+v", c, c.Domain)
	}

	few := w.access("reg-a", []string{wire.NSUnhandled, "urn:example:not-offered"})
	if m, err = few.PollRequest(ctx); err != nil || m == nil || m.Change == nil || m.Change.Domain.DNSSEC == nil {
		t.Errorf("unhandled in a message: %+v %v", m, err)
	}
	if caps := few.Capabilities(); caps.RGP || caps.DNSSEC || caps.Fee || caps.SecureAuth || !caps.HostObjects {
		t.Errorf("capabilities of a bare session: %+v", caps)
	}
	if none, err := w.access("reg-a", []string{}).PollRequest(ctx); err != nil || none.Change != nil {
		t.Errorf("without unhandled namespaces: %+v %v", none, err)
	}

	long := strings.Repeat("correct horse ", 20) + "battery"
	if err := a.ChangePassword(ctx, long); err != nil {
		t.Fatal(err)
	}
	cfg := w.conf("reg-a", nil)
	cfg.Password = long
	again, err := epp.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { again.Close() })
	if err := again.Ping(ctx); err != nil {
		t.Errorf("login with a long password: %v", err)
	}
}
