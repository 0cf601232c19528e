package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/store/pgtest"
	"github.com/polyreg/polyreg/internal/store/postgres"
)

// single is a database with one connection, so that what a transaction leaves behind on it meets the next one.
func single(t *testing.T) db.DB {
	t.Helper()
	_, schema := pgtest.OpenSchema(t)
	d, err := postgres.Open(t.Context(), pgtest.DSN(t), postgres.Options{Schema: schema, MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if _, err := d.Exec(t.Context(), `CREATE TABLE t (v TEXT PRIMARY KEY)`); err != nil {
		t.Fatal(err)
	}
	return d
}

const insert = `INSERT INTO t (v) VALUES ($1)`

// Whatever goes wrong in the middle of a transaction, nothing of it is written, its caller hears of it, and the connection
// serves the next one.
func TestAnInterruptedTransactionLeavesNothing(t *testing.T) {
	t.Parallel()
	ctx, d := t.Context(), single(t)
	boom := errors.New("boom")
	bad := func(r db.Row) error { return boom }
	for name, fn := range map[string]func(context.Context, context.CancelFunc, db.Tx) error{
		"a queued statement fails last": func(ctx context.Context, _ context.CancelFunc, tx db.Tx) error {
			_ = tx.Queue(ctx, nil, insert, "a")
			return tx.Queue(ctx, nil, insert, "a")
		},
		"a queued statement fails before one that is waited for": func(ctx context.Context, _ context.CancelFunc, tx db.Tx) error {
			_ = tx.Queue(ctx, nil, insert, "a")
			_ = tx.Queue(ctx, nil, insert, "a")
			_, _ = tx.Exec(ctx, insert, "b")
			return nil
		},
		"the one that is waited for fails and is ignored": func(ctx context.Context, _ context.CancelFunc, tx db.Tx) error {
			_ = tx.Queue(ctx, nil, insert, "a")
			_, _ = tx.Exec(ctx, insert, "a")
			return nil
		},
		"a row is judged bad, then more is written": func(ctx context.Context, _ context.CancelFunc, tx db.Tx) error {
			_ = tx.Queue(ctx, bad, `INSERT INTO t (v) VALUES ($1) RETURNING v`, "a")
			_, _ = tx.Exec(ctx, insert, "b")
			_, _ = tx.Exec(ctx, insert, "c")
			return nil
		},
		"the last row is judged bad": func(ctx context.Context, _ context.CancelFunc, tx db.Tx) error {
			_, _ = tx.Exec(ctx, insert, "a")
			return tx.Queue(ctx, bad, `INSERT INTO t (v) VALUES ($1) RETURNING v`, "b")
		},
		"no such table": func(ctx context.Context, _ context.CancelFunc, tx db.Tx) error {
			_ = tx.Queue(ctx, nil, insert, "a")
			return tx.Queue(ctx, nil, `INSERT INTO nothing (v) VALUES ($1)`, "b")
		},
		"the context ends before the commit": func(ctx context.Context, cancel context.CancelFunc, tx db.Tx) error {
			_, err := tx.Exec(ctx, insert, "a")
			_ = tx.Queue(ctx, nil, insert, "b")
			cancel()
			return err
		},
		"the context ends with everything queued": func(ctx context.Context, cancel context.CancelFunc, tx db.Tx) error {
			_ = tx.Queue(ctx, nil, insert, "a")
			cancel()
			return nil
		},
		"the context ends while a statement runs": func(ctx context.Context, cancel context.CancelFunc, tx db.Tx) error {
			_ = tx.Queue(ctx, nil, insert, "a")
			time.AfterFunc(50*time.Millisecond, cancel)
			_, _ = tx.Exec(ctx, `SELECT pg_sleep(5)`)
			return nil
		},
		"rows are left open": func(ctx context.Context, _ context.CancelFunc, tx db.Tx) error {
			_ = tx.Queue(ctx, nil, insert, "a")
			_, err := tx.Query(ctx, `SELECT generate_series(1, 100000)`)
			return errors.Join(err, boom)
		},
		"rows are left open and the commit comes": func(ctx context.Context, _ context.CancelFunc, tx db.Tx) error {
			_ = tx.Queue(ctx, nil, insert, "a")
			_, err := tx.Query(ctx, `SELECT generate_series(1, 100000)`)
			return err
		},
	} {
		inner, cancel := context.WithCancel(ctx)
		err := d.InTx(inner, func(ctx context.Context, tx db.Tx) error { return fn(ctx, cancel, tx) })
		cancel()
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		wait, done := context.WithTimeout(ctx, 10*time.Second)
		var n int
		if err := d.QueryRow(wait, `SELECT COUNT(*) FROM t`).Scan(&n); err != nil || n != 0 {
			t.Errorf("%s: %d rows written, %v", name, n, err)
		}
		if err := d.InTx(wait, func(ctx context.Context, tx db.Tx) error {
			_ = tx.Queue(ctx, nil, insert, "next")
			_, err := tx.Exec(ctx, `DELETE FROM t`)
			return err
		}); err != nil {
			t.Errorf("%s: the next transaction: %v", name, err)
		}
		done()
	}
}

// A transaction that panics gives its connection back.
func TestAPanicGivesTheConnectionBack(t *testing.T) {
	t.Parallel()
	ctx, d := t.Context(), single(t)
	func() {
		defer func() { _ = recover() }()
		_ = d.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
			_, _ = tx.Exec(ctx, insert, "a")
			panic("boom")
		})
	}()
	wait, done := context.WithTimeout(ctx, 10*time.Second)
	defer done()
	var n int
	if err := d.QueryRow(wait, `SELECT COUNT(*) FROM t`).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d rows, %v", n, err)
	}
}
