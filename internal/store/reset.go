package store

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/polyreg/polyreg/internal/store/db"
)

// tables are the core's tables, children before what they refer to.
var tables = []string{"verification", "obligation", "mail", "lease", "due", "zone_feed", "dns_credential", "zone_forward", "zone_staged", "zone_change", "zone_key", "zone_note", "zone_record", "zone", "registry_message", "notice_ack", "notice", "history", "order_key", "reg_order", "domain", "host", "nsset",
	"contact_at_registry", "contact_handle", "contact", "posting", "entry", "hold", "balance", "profile", "account_setting", "session",
	"credential", "account", "meta"}

// zoneFeed is the one table that a reset leaves: name servers learn from it that zones are gone, and its numbers go on.
const zoneFeed = "zone_feed"

// Reset removes every row of the core and starts the numbers anew. Only a sandbox has a use for it.
func (s *Store) Reset(ctx context.Context) error {
	wall := db.Micros(s.clocks.Wall())
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO zone_feed (origin, wall) SELECT origin, CAST($1 AS BIGINT) FROM zone`, wall); err != nil {
			return err
		}
		if tx.Engine() == db.Postgres {
			gone := slices.DeleteFunc(slices.Clone(tables), func(t string) bool { return t == zoneFeed })
			_, err := tx.Exec(ctx, `TRUNCATE `+strings.Join(gone, ", ")+` RESTART IDENTITY`)
			if err == nil {
				_, err = tx.Exec(ctx, `ALTER SEQUENCE reg_order_number RESTART`)
			}
			if err == nil {
				_, err = tx.Exec(ctx, `ALTER SEQUENCE zone_record_number RESTART`)
			}
			return err
		}
		for _, t := range tables {
			if t == zoneFeed {
				continue
			}
			if _, err := tx.Exec(ctx, `DELETE FROM `+t); err != nil {
				return err
			}
		}
		return restartSQLite(ctx, tx)
	})
}

// Dump gives every row of the core's tables as text, by table, for comparing before and after. Tables named in except are
// left out.
func (s *Store) Dump(ctx context.Context, except ...string) (map[string][]string, error) {
	skip := map[string]bool{}
	for _, t := range except {
		skip[t] = true
	}
	out := map[string][]string{}
	for _, t := range tables {
		if skip[t] {
			continue
		}
		rows, err := s.dumpTable(ctx, t)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", t, err)
		}
		sort.Strings(rows)
		out[t] = rows
	}
	return out, nil
}

// dumpTable reads a table's rows as JSON text, whatever its columns are.
func (s *Store) dumpTable(ctx context.Context, table string) ([]string, error) {
	text := `SELECT CAST(to_jsonb(t) AS TEXT) FROM ` + table + ` t`
	if s.db.Engine() == db.SQLite {
		cols, err := scanTexts(s.db.Query(ctx, `SELECT name FROM pragma_table_info($1) ORDER BY cid`, table))
		if err != nil {
			return nil, err
		}
		for i, c := range cols { // JSON takes no blobs
			cols[i] = "CASE typeof(" + c + ") WHEN 'blob' THEN CAST(" + c + " AS TEXT) ELSE " + c + " END"
		}
		text = `SELECT json_array(` + strings.Join(cols, ", ") + `) FROM ` + table
	}
	return scanTexts(s.db.Query(ctx, text))
}

func scanTexts(rows db.Rows, err error) ([]string, error) {
	return db.Collect(rows, err, func(r db.Rows) (string, error) {
		var t string
		return t, r.Scan(&t)
	})
}

// restartSQLite puts the numbers back to where the first migration started them.
func restartSQLite(ctx context.Context, tx db.Tx) error {
	for _, text := range []string{
		`UPDATE sqlite_sequence SET seq = CASE name WHEN 'account' THEN 100000 WHEN 'credential' THEN 200000 WHEN 'contact' THEN 9999999
			WHEN 'domain' THEN 310000 WHEN 'notice' THEN 51000000 ELSE 0 END
			WHERE name <> 'zone_feed' AND name IN ('` + strings.Join(tables, "', '") + `')`,
		`UPDATE sequence SET value = CASE name WHEN 'order' THEN 1311000000 ELSE 900 END`,
	} {
		if _, err := tx.Exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}
