package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/store"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/store/storetest"
)

// recorder collects the statements that run through a database, with their arguments.
type recorder struct {
	db.DB
	statements *statements
}

type statements struct {
	mu   sync.Mutex
	args map[string][]any
}

func (s *statements) note(text string, args []any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.args[text] = args
}

func (r recorder) Query(ctx context.Context, text string, args ...any) (db.Rows, error) {
	r.statements.note(text, args)
	return r.DB.Query(ctx, text, args...)
}

func (r recorder) QueryRow(ctx context.Context, text string, args ...any) db.Row {
	r.statements.note(text, args)
	return r.DB.QueryRow(ctx, text, args...)
}

func (r recorder) InTx(ctx context.Context, fn func(context.Context, db.Tx) error) error {
	return r.DB.InTx(ctx, func(ctx context.Context, t db.Tx) error { return fn(ctx, recorderTx{t, r.statements}) })
}

type recorderTx struct {
	db.Tx
	statements *statements
}

func (r recorderTx) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	r.statements.note(text, args)
	return r.Tx.Exec(ctx, text, args...)
}

func (r recorderTx) Query(ctx context.Context, text string, args ...any) (db.Rows, error) {
	r.statements.note(text, args)
	return r.Tx.Query(ctx, text, args...)
}

func (r recorderTx) QueryRow(ctx context.Context, text string, args ...any) db.Row {
	r.statements.note(text, args)
	return r.Tx.QueryRow(ctx, text, args...)
}

func (r recorderTx) Queue(ctx context.Context, got func(db.Row) error, text string, args ...any) error {
	r.statements.note(text, args)
	return r.Tx.Queue(ctx, got, text, args...)
}

// TestPlans holds the promise that no statement's cost grows with the whole database: the plan of each one that the suite
// runs searches an index; only the proof of the ledger and lists of all accounts go through tables.
func TestPlans(t *testing.T) {
	t.Parallel()
	seen := &statements{args: map[string][]any{}}
	t.Run("record", func(t *testing.T) {
		storetest.Exercise(t, func(t *testing.T) command.Store {
			d := openSQLite(t)
			migrated(t, d)
			return store.New(recorder{d, seen}, clock.At(t0))
		})
	})
	d := openSQLite(t)
	migrated(t, d)
	if len(seen.args) < 80 {
		t.Fatalf("only %d statements were recorded", len(seen.args))
	}
	for text, args := range seen.args {
		if strings.Contains(text, "SUM(") || strings.Contains(text, "FROM hold h") || strings.Contains(text, "FROM entry e") ||
			strings.Contains(text, "balance - held + credit_limit <") {
			continue // the proof
		}
		lines := plan(t, d, text, args)
		for _, l := range lines {
			if strings.HasPrefix(l, "SCAN ") && !harmless(l) {
				t.Errorf("goes through a whole table (%s):\n%s\n%s", l, text, strings.Join(lines, "\n"))
			}
		}
	}
	followsIndex(t, d, seen.args)
	if testing.Verbose() {
		fmt.Println(len(seen.args), "statements")
	}
}

// followsIndex holds that what nodes ask for all the time reads rows in the order of an index, and sorts none.
func followsIndex(t *testing.T, d db.DB, statements map[string][]any) {
	t.Helper()
	for part, index := range map[string]string{"FROM due WHERE at <=": "due_next", "FROM mail WHERE state = 'queued'": "mail_due",
		"FROM reg_order WHERE state IN ('sent', 'pending') AND next_attempt <=": "reg_order_due"} {
		found := false
		for text, args := range statements {
			if !strings.Contains(text, part) {
				continue
			}
			found = true
			if p := strings.Join(plan(t, d, text, args), "\n"); !strings.Contains(p, "USING INDEX "+index+" (") || strings.Contains(p, "TEMP B-TREE") {
				t.Errorf("does not follow %s:\n%s\n%s", index, text, p)
			}
		}
		if !found {
			t.Errorf("nothing was asked %s", part)
		}
	}
}

// plan is how SQLite carries a statement out.
func plan(t *testing.T, d db.DB, text string, args []any) []string {
	t.Helper()
	rows, err := d.Query(t.Context(), "EXPLAIN QUERY PLAN "+text, args...)
	lines, err := db.Collect(rows, err, func(r db.Rows) (string, error) {
		var id, parent, unused int64
		var detail string
		err := r.Scan(&id, &parent, &unused, &detail)
		return detail, err
	})
	if err != nil {
		t.Errorf("%s: %v", text, err)
	}
	return lines
}

// harmless scans: of the rows of a subquery, of written-out rows, of the open orders alone.
func harmless(line string) bool {
	if strings.HasSuffix(line, "-ROW VALUES CLAUSE") {
		return true
	}
	for _, s := range []string{"SCAN tree", "SCAN d", "SCAN reg_order USING INDEX reg_order_due"} {
		if line == s || strings.HasPrefix(line, s+" ") {
			return true
		}
	}
	return false
}
