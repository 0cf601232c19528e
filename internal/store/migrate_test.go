package store_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/polyreg/polyreg/internal/store"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/store/pgtest"
)

// onBoth runs a test on a fresh database of each engine.
func onBoth(t *testing.T, fn func(*testing.T, db.DB)) {
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); fn(t, openSQLite(t)) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); fn(t, openPostgres(t)) })
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d db.DB) {
		ctx := t.Context()
		var v *store.VersionError
		if err := store.CheckVersion(ctx, d); !errors.As(err, &v) || v.Have != 0 || v.Want != store.SchemaVersion() {
			t.Fatalf("an empty database: %v", err)
		}
		for range 2 {
			if err := store.Migrate(ctx, d); err != nil {
				t.Fatal(err)
			}
			if err := store.CheckVersion(ctx, d); err != nil {
				t.Fatal(err)
			}
		}
		newer := store.SchemaVersion() + 5
		if _, err := d.Exec(ctx, `INSERT INTO schema_version (version_id, is_applied) VALUES ($1, $2)`, newer, true); err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{"Migrate": store.Migrate(ctx, d), "CheckVersion": store.CheckVersion(ctx, d)} {
			if !errors.As(err, &v) || v.Have != newer || v.Schema != "core" {
				t.Errorf("%s of a newer database: %v", name, err)
			}
		}
	})
}

// TestMigrateAtOnce starts several nodes on an empty database.
func TestMigrateAtOnce(t *testing.T) {
	t.Parallel()
	first, schema := pgtest.OpenSchema(t)
	nodes := []db.DB{first, pgtest.Again(t, schema), pgtest.Again(t, schema)}
	var wg sync.WaitGroup
	for _, d := range nodes {
		wg.Go(func() {
			if err := store.Migrate(t.Context(), d); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := store.CheckVersion(t.Context(), nodes[1]); err != nil {
		t.Error(err)
	}
}
