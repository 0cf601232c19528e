package sim_test

import (
	"context"
	"io/fs"
	"os"
	"testing"

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
)

// The port's conformance suite, through the EPP client that the core uses, in both name spaces and on both databases.
func TestConformance(t *testing.T) {
	t.Parallel()
	for _, who := range []string{"reg-a", "reg-t"} {
		t.Run(who, func(t *testing.T) {
			registrytest.ExerciseTLD(t, "com", func(t *testing.T) registry.Registry { return connect(t, who, nil) })
		})
	}
	t.Run("postgres", func(t *testing.T) {
		dsn := os.Getenv("POLYREG_TEST_POSTGRES")
		if dsn == "" {
			t.Skip("POLYREG_TEST_POSTGRES is not set")
		}
		registrytest.ExerciseTLD(t, "com", func(t *testing.T) registry.Registry {
			return connect(t, "reg-a", func(cfg *sim.Config) { cfg.Store = onPostgres(t, dsn) })
		})
	})
}

// connect starts a registry in real time and gives its client.
func connect(t *testing.T, who string, change func(*sim.Config)) registry.Registry {
	t.Helper()
	w := start(t, func(cfg *sim.Config) {
		cfg.Clocks = clock.System()
		if change != nil {
			change(cfg)
		}
	})
	c, err := epp.New(epp.Config{Name: "embedded", Addr: w.addr, RootCAs: w.roots, User: who, Password: "password-" + who[4:],
		Capabilities: registry.Capabilities{Contacts: true, HostObjects: true, CheckLimit: 50}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
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
