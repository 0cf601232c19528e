package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/polyreg/polyreg/internal/store/db"
)

func open(t *testing.T) *DB {
	t.Helper()
	d, err := OpenTemp()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	run(t, d, `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL)`)
	run(t, d, `CREATE UNIQUE INDEX t_v ON t (v)`)
	return d
}

func run(t *testing.T, d *DB, text string, args ...any) {
	t.Helper()
	if _, err := d.Exec(t.Context(), text, args...); err != nil {
		t.Fatal(err)
	}
}

func values(rows db.Rows, err error) (string, error) {
	list, err := db.Collect(rows, err, func(r db.Rows) (s string, err error) { return s, r.Scan(&s) })
	return strings.Join(list, ","), err
}

// TestNested runs a statement again while its rows are being read on the only writing connection.
func TestNested(t *testing.T) {
	t.Parallel()
	d := open(t)
	run(t, d, `INSERT INTO t (v) VALUES ($1), ($2)`, "a", "b")
	const text = `SELECT v FROM t ORDER BY v`
	for range 3 {
		err := d.InTx(t.Context(), func(ctx context.Context, tx db.Tx) error {
			rows, err := tx.Query(ctx, text)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				if got, err := values(tx.Query(ctx, text)); err != nil || got != "a,b" {
					t.Errorf("inner rows %q, %v", got, err)
				}
			}
			return rows.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestKept uses prepared statements over changes of the schema, failures, ends of contexts and more texts than are kept.
func TestKept(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := t.Context()
	insert := func(v string) error {
		return d.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO t (v) VALUES ($1)`, v)
			return err
		})
	}
	for _, v := range []string{"a", "b"} {
		if err := insert(v); err != nil {
			t.Fatal(err)
		}
		if err := insert(v); !db.IsUnique(err, "t.v") {
			t.Fatalf("the same value again: %v", err)
		}
	}
	one := func() (string, error) { return values(d.Query(ctx, `SELECT v FROM t ORDER BY v`)) }
	if got, err := one(); err != nil || got != "a,b" {
		t.Fatalf("%q, %v", got, err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	for range 8 {
		if _, err := values(d.Query(ended, `SELECT v FROM t ORDER BY v`)); !errors.Is(err, context.Canceled) {
			t.Fatalf("an ended context: %v", err)
		}
	}
	run(t, d, `ALTER TABLE t RENAME TO old`)
	run(t, d, `CREATE TABLE t (v TEXT NOT NULL)`)
	run(t, d, `INSERT INTO t (v) VALUES ($1)`, "new")
	for range 8 { // every reading connection
		if got, err := one(); err != nil || got != "new" {
			t.Fatalf("after a change of the schema: %q, %v", got, err)
		}
	}
	for i := range 3 * cacheSize {
		var n int
		if err := d.QueryRow(ctx, fmt.Sprintf(`SELECT %d + $1`, i), 1).Scan(&n); err != nil || n != i+1 {
			t.Fatalf("%d: %v", n, err)
		}
	}
	if err := d.QueryRow(ctx, `SELECT v FROM t WHERE v = $1`, "x").Scan(new(string)); !errors.Is(err, db.ErrNoRows) {
		t.Fatalf("no row: %v", err)
	}
}

// TestReadersAndWriter reads and writes at once: readers never see half a transaction and cannot write.
func TestReadersAndWriter(t *testing.T) {
	t.Parallel()
	d := open(t)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for k := range 25 {
				err := d.InTx(t.Context(), func(ctx context.Context, tx db.Tx) error {
					for _, half := range []string{"x", "y"} {
						if _, err := tx.Exec(ctx, `INSERT INTO t (v) VALUES ($1)`, fmt.Sprint(half, i, "-", k)); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range 50 {
				var n int
				if err := d.QueryRow(t.Context(), `SELECT COUNT(*) FROM t`).Scan(&n); err != nil || n%2 != 0 {
					t.Errorf("%d rows, %v", n, err)
				}
			}
		})
	}
	wg.Wait()
	if _, err := values(d.Query(t.Context(), `INSERT INTO t (v) VALUES ('z') RETURNING v`)); err == nil {
		t.Error("a reading connection wrote")
	}
}

func TestTempGoes(t *testing.T) {
	t.Parallel()
	d, err := OpenTemp()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(d.remove); !os.IsNotExist(err) {
		t.Errorf("the temporary folder is still there: %v", err)
	}
}

func TestKeep(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"SELECT 1": true, "\n\tINSERT INTO t VALUES (1)": true, "WITH x AS (SELECT 1) SELECT 1": true, "SELECT\n1": true,
		"CREATE TABLE t (x)": false, "PRAGMA user_version": false, "": false, "SELECT": false, "SELECT " + strings.Repeat("1", cacheText): false,
	} {
		if got := keep(text); got != want {
			t.Errorf("keep(%.30q) = %t", text, got)
		}
	}
}
