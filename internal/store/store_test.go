package store_test

import (
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/store"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/store/pgtest"
	"github.com/polyreg/polyreg/internal/store/sqlite"
	"github.com/polyreg/polyreg/internal/store/storetest"
)

var t0 = time.Date(2026, 11, 22, 9, 0, 0, 123456000, time.UTC)

func openSQLite(t testing.TB) db.DB {
	d, err := sqlite.OpenTemp()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func openPostgres(t testing.TB) db.DB { return pgtest.Open(t) }

func migrated(t testing.TB, d db.DB) command.Store {
	if err := store.Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	return store.New(d, clock.At(t0))
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	storetest.Exercise(t, func(t *testing.T) command.Store { return migrated(t, openSQLite(t)) })
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	pgtest.DSN(t)
	storetest.Exercise(t, func(t *testing.T) command.Store { return migrated(t, openPostgres(t)) })
}
