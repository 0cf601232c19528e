package sqlite

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/store/db"
)

const slow = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000000) SELECT COUNT(*) FROM n`

// A context that ends in the middle of a transaction takes all of it back, and what it interrupts on the only writing
// connection does not meet the next transaction.
func TestAnInterruptedTransactionLeavesNothing(t *testing.T) {
	t.Parallel()
	d := open(t)
	for name, fn := range map[string]func(context.Context, context.CancelFunc, db.Tx) error{
		"before the commit": func(ctx context.Context, cancel context.CancelFunc, tx db.Tx) error {
			err := tx.Queue(ctx, nil, `INSERT INTO t (v) VALUES ($1)`, "a")
			cancel()
			return err
		},
		"in a statement": func(ctx context.Context, cancel context.CancelFunc, tx db.Tx) error {
			err := tx.Queue(ctx, nil, `INSERT INTO t (v) VALUES ($1)`, "a")
			time.AfterFunc(20*time.Millisecond, cancel)
			var n int
			_ = tx.QueryRow(ctx, slow).Scan(&n)
			_, _ = tx.Exec(context.WithoutCancel(ctx), `INSERT INTO t (v) VALUES ($1)`, "b")
			return err
		},
		"in a change": func(ctx context.Context, cancel context.CancelFunc, tx db.Tx) error {
			err := tx.Queue(ctx, nil, `INSERT INTO t (v) VALUES ($1)`, "a")
			time.AfterFunc(20*time.Millisecond, cancel)
			_, _ = tx.Exec(ctx, `INSERT INTO t (v) `+slow)
			_, _ = tx.Exec(context.WithoutCancel(ctx), `INSERT INTO t (v) VALUES ($1)`, "b")
			return err
		},
		"with rows open": func(ctx context.Context, cancel context.CancelFunc, tx db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO t (v) VALUES ($1)`, "a")
			if err != nil {
				return err
			}
			rows, err := tx.Query(ctx, `SELECT v FROM t`)
			if err != nil {
				return err
			}
			rows.Next()
			cancel()
			return nil
		},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		err := d.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return fn(ctx, cancel, tx) })
		cancel()
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		wait, done := context.WithTimeout(t.Context(), 10*time.Second)
		if got, err := values(d.Query(wait, `SELECT v FROM t`)); err != nil || got != "" {
			t.Errorf("%s: written %q, %v", name, got, err)
		}
		err = d.InTx(wait, func(ctx context.Context, tx db.Tx) error {
			if _, err := tx.Exec(ctx, `INSERT INTO t (v) VALUES ($1)`, "next"); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `DELETE FROM t`)
			return err
		})
		if err != nil {
			t.Errorf("%s: the next transaction: %v", name, err)
		}
		done()
	}
}

// Transactions that nobody interrupts succeed beside ones whose contexts end at any moment, and see only whole ones.
func TestInterruptionsBesideOthers(t *testing.T) {
	t.Parallel()
	d := open(t)
	pair := func(ctx context.Context, name string) error {
		return d.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
			for _, half := range []string{"1", "2"} {
				if _, err := tx.Exec(ctx, `INSERT INTO t (v) VALUES ($1)`, name+half); err != nil {
					return err
				}
				var n int
				if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM t WHERE v LIKE $1`, name+"%").Scan(&n); err != nil {
					return err
				}
			}
			return nil
		})
	}
	var wg sync.WaitGroup
	kept := make([]bool, 400)
	for w := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := w * 100; i < w*100+100; i++ {
				ctx, cancel := context.WithCancel(t.Context())
				if w > 0 {
					time.AfterFunc(time.Duration(rand.IntN(400))*time.Microsecond, cancel)
				}
				err := pair(ctx, fmt.Sprintf("n%d-", i))
				cancel()
				if kept[i] = err == nil; w == 0 && err != nil {
					t.Errorf("not interrupted: %v", err)
				}
			}
		}()
	}
	wg.Wait()
	for i, k := range kept {
		var n int
		if err := d.QueryRow(t.Context(), `SELECT COUNT(*) FROM t WHERE v LIKE $1`, fmt.Sprintf("n%d-%%", i)).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n == 1 || k && n != 2 {
			t.Errorf("pair %d: committed %t, %d rows", i, k, n)
		}
	}
}
