package store_test

import (
	"context"
	"slices"
	"testing"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/store"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/store/pgtest"
	"github.com/polyreg/polyreg/internal/store/sqlite"
	"github.com/polyreg/polyreg/internal/zone"
)

func TestResetEmptiesEveryTableAndStartsTheNumbersAnew(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T) db.DB{
		"sqlite": func(t *testing.T) db.DB {
			d, err := sqlite.OpenTemp()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { d.Close() })
			return d
		},
		"postgres": func(t *testing.T) db.DB { return pgtest.Open(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, d := context.Background(), open(t)
			if err := store.MigrateCore(ctx, d); err != nil {
				t.Fatal(err)
			}
			s := store.New(d, clock.System())
			var first [2]account.ID
			for i := range first {
				err := s.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
					a := account.Account{Name: "a", Environment: account.Live, Currency: "EUR"}
					if err := tx.AddAccount(ctx, &a); err != nil {
						return err
					}
					first[i] = a.ID
					if err := tx.AddZone(ctx, &zone.Zone{Account: a.ID, Environment: account.Live, Origin: "example.com", Kind: zone.Primary, Serial: 1}); err != nil {
						return err
					}
					return tx.PutMeta(ctx, "k", "v")
				})
				if err != nil {
					t.Fatal(err)
				}
				feed, err := s.View().ZoneChanges(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if err := s.Reset(ctx); err != nil {
					t.Fatal(err)
				}
				// name servers hear that the zone is gone
				if names, _, err := s.View().ChangedZones(ctx, feed, 10); err != nil || !slices.Contains(names, "example.com") {
					t.Errorf("changed zones %v %v", names, err)
				}
			}
			if first[0] != first[1] {
				t.Errorf("numbers %v: the second must be the first again", first)
			}
			dump, err := s.Dump(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if name == "sqlite" { // the schema's tables are what is emptied
				rows, err := d.Query(ctx, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
					AND name NOT IN ('schema_version', 'sequence') ORDER BY name`)
				all, err := db.Collect(rows, err, func(r db.Rows) (n string, err error) { return n, r.Scan(&n) })
				if err != nil {
					t.Fatal(err)
				}
				for _, table := range all {
					if _, ok := dump[table]; !ok {
						t.Errorf("nothing empties %s", table)
					}
				}
			}
			for table, rows := range dump {
				if len(rows) > 0 && table != "zone_feed" {
					t.Errorf("%s still has rows: %v", table, rows)
				}
			}
		})
	}
}
