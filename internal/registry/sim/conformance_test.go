package sim_test

import (
	"context"
	"io/fs"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/id"
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
	c, err := epp.New(epp.Config{Name: "embedded", Addr: w.addr, RootCAs: w.roots, User: who, Password: "password-" + who[4:],
		CheckCache: time.Hour, Extensions: extensions,
		Capabilities: registry.Capabilities{Contacts: true, HostObjects: true, CheckLimit: 50}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { c.Close() })
	return c
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
