package postgres

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polyreg/polyreg/internal/store/db"
)

// tx is a transaction. A round trip costs as much as a small statement does, so what nobody waits for (BEGIN, and what is
// queued) travels in one batch with the next statement that is waited for.
type tx struct {
	ctx    context.Context // of InTx, for Raw
	conn   *pgxpool.Conn
	begun  bool
	queue  []queued
	failed error // of a queued statement: there will be no commit
	raw    pgx.Tx
}

// queued is a statement that nobody waits for; got reads its row, nil for none.
type queued struct {
	text string
	args []any
	got  func(db.Row) error
}

// once runs fn in a transaction on a connection of the pool.
func (d *DB) once(ctx context.Context, fn func(context.Context, db.Tx) error) error {
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return classify(err)
	}
	defer conn.Release() // a connection that is still in a transaction is closed
	t := &tx{ctx: ctx, conn: conn}
	defer t.rollback() // no effect after a commit
	if err := fn(db.Mark(ctx), t); err != nil {
		return err
	}
	return t.commit(ctx)
}

func (t *tx) commit(ctx context.Context) error {
	if t.failed != nil || !t.begun && len(t.queue) == 0 {
		return t.failed
	}
	if slices.ContainsFunc(t.queue, func(q queued) bool { return q.got != nil }) {
		// Whether to commit is known when the rows have been read. Where there are none, a statement that fails makes a
		// rollback of the commit behind it.
		b, err := t.send(ctx, "", nil)
		if err != nil {
			return err
		}
		if err := b.Close(); err != nil {
			return classify(err)
		}
	}
	tag, err := t.exec(ctx, "COMMIT")
	if err == nil && tag.String() != "COMMIT" {
		err = errors.New("store/postgres: the transaction was rolled back instead of committed")
	}
	return err
}

// rollback ends what has not been committed. A connection on which that fails is closed when it is released.
func (t *tx) rollback() {
	if c := t.conn.Conn(); !c.IsClosed() && c.PgConn().TxStatus() != 'I' {
		_, _ = c.Exec(context.WithoutCancel(t.ctx), "rollback")
	}
}

func (t *tx) Engine() db.Engine { return db.Postgres }

// Raw is the transaction in pgx's form. pgx makes one only around a statement of its own, hence the savepoint; nobody but
// InTx commits.
func (t *tx) Raw() any {
	if t.raw == nil {
		if _, err := t.Exec(t.ctx, "SELECT 1"); err != nil { // begins, and runs what is queued
			return nil
		}
		raw, err := t.conn.BeginTx(t.ctx, pgx.TxOptions{BeginQuery: "SAVEPOINT raw"})
		if err != nil {
			t.failed = classify(err)
			return nil
		}
		t.raw = raw
	}
	return t.raw
}

func (t *tx) Queue(_ context.Context, got func(db.Row) error, text string, args ...any) error {
	t.queue = append(t.queue, queued{text, args, got})
	return t.failed
}

func (t *tx) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	tag, err := t.exec(ctx, text, args...)
	return tag.RowsAffected(), err
}

func (t *tx) exec(ctx context.Context, text string, args ...any) (pgconn.CommandTag, error) {
	if t.alone() {
		tag, err := t.conn.Exec(ctx, text, args...)
		return tag, classify(err)
	}
	b, err := t.send(ctx, text, args)
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	tag, err := b.Exec()
	if done := b.Close(); err == nil {
		err = done
	}
	return tag, classify(err)
}

func (t *tx) Query(ctx context.Context, text string, args ...any) (db.Rows, error) {
	if t.alone() {
		return query(ctx, t.conn, text, args)
	}
	b, err := t.send(ctx, text, args)
	if err != nil {
		return nil, err
	}
	r, err := b.Query()
	if err != nil {
		b.Close()
		return nil, classify(err)
	}
	return lastRows{rows{r}, b}, nil
}

func (t *tx) QueryRow(ctx context.Context, text string, args ...any) db.Row {
	if t.alone() {
		return row{t.conn.QueryRow(ctx, text, args...)}
	}
	b, err := t.send(ctx, text, args)
	if err != nil {
		return failed{err}
	}
	return lastRow{b}
}

// alone reports that a statement has nobody to travel with.
func (t *tx) alone() bool { return t.begun && len(t.queue) == 0 }

// send sends BEGIN where it has not been, what is queued, and one more statement, "" for none; it reads the answers of all
// but the last.
func (t *tx) send(ctx context.Context, text string, args []any) (pgx.BatchResults, error) {
	list := t.queue
	if !t.begun {
		list = append([]queued{{text: "BEGIN"}}, list...)
	}
	t.queue, t.begun = nil, true
	var batch pgx.Batch
	for _, q := range list {
		batch.Queue(q.text, q.args...)
	}
	if text != "" {
		batch.Queue(text, args...)
	}
	b := t.conn.SendBatch(ctx, &batch)
	for _, q := range list {
		if err := q.read(b); err != nil {
			t.failed = err
			b.Close()
			return nil, err
		}
	}
	return b, nil
}

func (q queued) read(b pgx.BatchResults) error {
	if q.got == nil {
		_, err := b.Exec()
		return classify(err)
	}
	return q.got(row{b.QueryRow()})
}

// lastRow is the row of a batch's last statement.
type lastRow struct{ b pgx.BatchResults }

func (r lastRow) Scan(dest ...any) error {
	err := r.b.QueryRow().Scan(dest...)
	if done := r.b.Close(); err == nil {
		err = done
	}
	return classify(err)
}

// lastRows are the rows of a batch's last statement; the batch ends with them.
type lastRows struct {
	rows
	b pgx.BatchResults
}

func (r lastRows) Close() {
	r.rows.Close()
	r.b.Close()
}
