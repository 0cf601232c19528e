package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/polyreg/polyreg/internal/store/db"
)

// tx is a transaction. Statements that are queued travel in one batch with the next one that is waited for, for a round
// trip costs as much as a small statement does.
type tx struct {
	t      pgx.Tx
	queue  []queued
	failed error // of a queued statement: there will be no commit
}

// queued is a statement that nobody waits for; got reads its row, nil for none.
type queued struct {
	text string
	args []any
	got  func(db.Row) error
}

func (t *tx) Engine() db.Engine { return db.Postgres }
func (t *tx) Raw() any          { return t.t }

func (t *tx) Queue(_ context.Context, got func(db.Row) error, text string, args ...any) error {
	t.queue = append(t.queue, queued{text, args, got})
	return t.failed
}

func (t *tx) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	if len(t.queue) == 0 {
		return exec(ctx, t.t, text, args)
	}
	b, err := t.send(ctx, text, args)
	if err != nil {
		return 0, err
	}
	tag, err := b.Exec()
	if done := b.Close(); err == nil {
		err = done
	}
	return tag.RowsAffected(), classify(err)
}

func (t *tx) Query(ctx context.Context, text string, args ...any) (db.Rows, error) {
	if len(t.queue) == 0 {
		return query(ctx, t.t, text, args)
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
	if len(t.queue) == 0 {
		return row{t.t.QueryRow(ctx, text, args...)}
	}
	b, err := t.send(ctx, text, args)
	if err != nil {
		return failed{err}
	}
	return lastRow{b}
}

// send sends what is queued and one more statement, and reads the answers of what was queued.
func (t *tx) send(ctx context.Context, text string, args []any) (pgx.BatchResults, error) {
	list := t.queue
	t.queue = nil
	var batch pgx.Batch
	for _, q := range list {
		batch.Queue(q.text, q.args...)
	}
	if text != "" {
		batch.Queue(text, args...)
	}
	b := t.t.SendBatch(ctx, &batch)
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

// flush runs what is still queued and tells whether the transaction may commit.
func (t *tx) flush(ctx context.Context) error {
	if len(t.queue) > 0 && t.failed == nil {
		b, err := t.send(ctx, "", nil)
		if err != nil {
			return err
		}
		t.failed = classify(b.Close())
	}
	return t.failed
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
