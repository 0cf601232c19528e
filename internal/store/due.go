package store

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/store/db"
)

const selectDue = `SELECT kind, object, account_id, name, at, step, step_rank, tries, retry FROM due `

func scanDue(r db.Row) (command.DueEntry, error) {
	var e command.DueEntry
	var at, retry int64
	err := r.Scan(&e.Kind, &e.Object, &e.Account, &e.Name, &at, &e.Step, &e.Rank, &e.Tries, &retry)
	e.At, e.Retry = db.Time(at), db.Time(retry)
	return e, absent(err, "entry of the due list")
}

// PutDue queues an object's place in the due list (command.DueTx).
func (t *tx) PutDue(ctx context.Context, e command.DueEntry) error {
	return t.queue(ctx, nil, `INSERT INTO due (kind, object, account_id, name, at, step, step_rank, tries, retry)
		VALUES (`+places(1, 9)+`) ON CONFLICT (kind, object) DO UPDATE SET account_id = excluded.account_id, name = excluded.name,
		at = excluded.at, step = excluded.step, step_rank = excluded.step_rank, tries = excluded.tries, retry = excluded.retry`,
		e.Kind, e.Object, e.Account, e.Name, db.Micros(e.At), e.Step, e.Rank, e.Tries, db.Micros(e.Retry))
}

// DropDue takes an object off the due list; one that is not on it is no error (command.DueTx).
func (t *tx) DropDue(ctx context.Context, kind string, object int64) error {
	return t.queue(ctx, nil, `DELETE FROM due WHERE kind = $1 AND object = $2`, kind, object)
}

// DueUntil reads the head of the due list (command.DueTx).
func (t *tx) DueUntil(ctx context.Context, at, wall time.Time, limit int) ([]command.DueEntry, error) {
	rows, err := t.q.Query(ctx, selectDue+`WHERE at <= $1 AND retry <= $2 ORDER BY at, step_rank, kind, object LIMIT $3`,
		db.Micros(at), db.Micros(wall), max(limit, 0))
	return db.Collect(rows, err, func(r db.Rows) (command.DueEntry, error) { return scanDue(r) })
}

// Due finds an object's place in the due list (command.DueTx).
func (t *tx) Due(ctx context.Context, kind string, object int64) (command.DueEntry, error) {
	return scanDue(t.q.QueryRow(ctx, selectDue+`WHERE kind = $1 AND object = $2`, kind, object))
}

// TakeLease gives a piece of work to an owner (command.DueTx). A second taker waits for the first one's transaction.
func (t *tx) TakeLease(ctx context.Context, name, owner string, until time.Time) (bool, error) {
	n, err := t.exec(ctx, `INSERT INTO lease (name, owner, until) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE
		SET owner = excluded.owner, until = excluded.until WHERE lease.owner = excluded.owner OR lease.until <= $4`,
		name, owner, db.Micros(until), db.Micros(t.wall))
	return n == 1, err
}

// DropLease gives a piece of work back; one that another owner has stays his (command.DueTx).
func (t *tx) DropLease(ctx context.Context, name, owner string) error {
	_, err := t.exec(ctx, `DELETE FROM lease WHERE name = $1 AND owner = $2`, name, owner)
	return err
}
