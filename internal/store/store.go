// Package store keeps everything the registrar core knows, in SQLite or PostgreSQL: it implements command.Store with one
// SQL text over the querier of store/db. One file per feature; the schema is in migrations, one folder per engine.
//
// Rules that hold here: every rule of the core that two writers could break is a unique index or a conditional UPDATE;
// inserts use ON CONFLICT DO NOTHING, for a violated index would end a PostgreSQL transaction; a balance row is the last
// row that a ledger method locks; nothing references the account table by a foreign key, which would take share locks on it.
package store

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/store/db"
)

// Store is command.Store over an open database whose migrations have run. It is safe for concurrent use.
type Store struct {
	db     db.DB
	clocks *clock.Clocks
}

var _ command.Store = (*Store)(nil)

// New makes a Store; the caller keeps the database and closes it.
func New(d db.DB, clocks *clock.Clocks) *Store { return &Store{db: d, clocks: clocks} }

// InTx runs fn in one transaction (command.Store). A use of the Store inside fn is refused with db.ErrNested.
func (s *Store) InTx(ctx context.Context, fn func(ctx context.Context, tx command.Tx) error) error {
	return s.db.InTx(ctx, func(ctx context.Context, t db.Tx) error {
		return fn(ctx, &tx{q: t, own: t, registrar: s.clocks.Registrar(), wall: s.clocks.Wall()})
	})
}

// View reads outside any transaction (command.Store); its times are those of the call.
func (s *Store) View() command.Tx {
	return &tx{q: s.db, view: true, registrar: s.clocks.Registrar(), wall: s.clocks.Wall()}
}

// ErrView is what a writing method of View answers.
var ErrView = errors.New("store: a view cannot write")

// tx is a transaction, or the view.
type tx struct {
	q               db.Querier
	own             db.Tx // q of a transaction, nil for a view
	view            bool
	registrar, wall time.Time
}

var _ command.Tx = (*tx)(nil)

// Registrar is registrar time at the start (command.Tx).
func (t *tx) Registrar() time.Time { return t.registrar }

// Wall is wall time at the start (command.Tx).
func (t *tx) Wall() time.Time { return t.wall }

// At is the same transaction at another registrar time (command.Tx).
func (t *tx) At(registrar time.Time) command.Tx {
	c := *t
	c.registrar = registrar
	return &c
}

// Raw is the driver's transaction, nil for a view (command.Tx).
func (t *tx) Raw() any {
	if t.view {
		return nil
	}
	return t.own.Raw()
}

// exec runs a writing statement.
func (t *tx) exec(ctx context.Context, text string, args ...any) (int64, error) {
	if t.view {
		return 0, ErrView
	}
	return t.q.Exec(ctx, text, args...)
}

// queue runs a writing statement that nobody waits for (db.Tx.Queue).
func (t *tx) queue(ctx context.Context, got func(db.Row) error, text string, args ...any) error {
	if t.view {
		return ErrView
	}
	return t.own.Queue(ctx, got, text, args...)
}

// returning runs a writing statement that gives one row.
func (t *tx) returning(ctx context.Context, text string, args ...any) db.Row {
	if t.view {
		return failed{ErrView}
	}
	return t.q.QueryRow(ctx, text, args...)
}

type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }

// insert runs an INSERT … ON CONFLICT DO NOTHING RETURNING id; taken is what a conflict becomes.
func (t *tx) insert(ctx context.Context, id any, taken *errs.Error, text string, args ...any) error {
	return conflict(t.returning(ctx, text, args...).Scan(id), taken)
}

// conflict turns "no row" of an INSERT … ON CONFLICT DO NOTHING RETURNING into what it means.
func conflict(err error, taken *errs.Error) error {
	if errors.Is(err, db.ErrNoRows) {
		return taken
	}
	return err
}

// absent turns "no row" into NotFound of a kind of object.
func absent(err error, kind string) error {
	if errors.Is(err, db.ErrNoRows) {
		return errs.E(errs.NotFound, "the %s does not exist", kind)
	}
	return err
}

// places writes n parameter places from first on: "$3, $4, $5".
func places(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
	}
	return b.String()
}

// of names a table's columns in a statement over several tables: "t.a, t.b".
func of(table, columns string) string {
	list := strings.Split(columns, ",")
	for i, c := range list {
		list[i] = table + "." + strings.TrimSpace(c)
	}
	return strings.Join(list, ", ")
}

// builder collects a statement's text and its arguments, which are numbered in order of use as SQLite needs it.
type builder struct {
	strings.Builder
	args []any
}

// arg adds an argument and gives its place.
func (b *builder) arg(v any) string {
	b.args = append(b.args, v)
	return "$" + strconv.Itoa(len(b.args))
}

// maxPlaces bounds the places of one IN list; longer lists of numbers are written out.
const maxPlaces = 500

// in is "column = $1" or "column IN (…)" for numbers; no number at all is false.
func in[N ~int64](b *builder, column string, ids []N) string {
	switch {
	case len(ids) == 0:
		return "1 = 0"
	case len(ids) == 1:
		return column + " = " + b.arg(int64(ids[0]))
	}
	list := make([]string, len(ids))
	for i, id := range ids {
		if len(ids) <= maxPlaces {
			list[i] = b.arg(int64(id))
		} else {
			list[i] = strconv.FormatInt(int64(id), 10)
		}
	}
	return column + " IN (" + strings.Join(list, ", ") + ")"
}
