package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/store/db"
)

// zoneChannel is where PostgreSQL tells of changed zones; the text is the origin.
const zoneChannel = "polyreg_zones"

// feed notes that a zone changed. Transactions that tell others commit one after the other, so a new zone, which comes with
// every registration, is left to be found.
func (t *tx) feed(ctx context.Context, origin dname.Name, tell bool) error {
	err := t.queue(ctx, nil, `INSERT INTO zone_feed (origin, wall) VALUES ($1, $2)`, origin, db.Micros(t.wall))
	if err != nil || !tell || t.q.Engine() == db.SQLite {
		return err
	}
	return t.queue(ctx, nil, `SELECT pg_notify($1, $2)`, zoneChannel, string(origin))
}

// settled is, on PostgreSQL, the last transaction such that it and all before it have ended; and the next one to come.
const settled = `CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT) - 1, CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS TEXT) AS BIGINT)`

// ZoneChanges is the end of the change feed (command.ZoneStoreTx).
func (t *tx) ZoneChanges(ctx context.Context) (n int64, err error) {
	if t.q.Engine() == db.Postgres {
		var next int64
		return n, t.q.QueryRow(ctx, `SELECT `+settled).Scan(&n, &next)
	}
	return n, t.q.QueryRow(ctx, `SELECT COALESCE(MAX(number), 0) FROM zone_feed`).Scan(&n)
}

// change is one row of the feed; at is what readers go by.
type change struct {
	at, number int64
	origin     dname.Name
}

func (t *tx) changes(ctx context.Context, text string, args ...any) ([]change, error) {
	rows, err := t.q.Query(ctx, text, args...)
	return db.Collect(rows, err, func(r db.Rows) (change, error) {
		var c change
		return c, r.Scan(&c.at, &c.number, &c.origin)
	})
}

// ChangedZones reads the change feed (command.ZoneStoreTx).
func (t *tx) ChangedZones(ctx context.Context, after int64, limit int) ([]dname.Name, int64, error) {
	if t.q.Engine() == db.Postgres {
		return t.changedPostgres(ctx, after, limit)
	}
	list, err := t.changes(ctx, `SELECT number, number, origin FROM zone_feed WHERE number > $1 ORDER BY number LIMIT $2`, after, limit)
	if len(list) > 0 {
		after = list[len(list)-1].at
	}
	return origins(list), after, err
}

// changedPostgres goes by the numbers of transactions. Those that have ended before the oldest one under way are settled: what
// they wrote is read once. What was written by younger ones is given, too, and again later, for something may come before it yet.
func (t *tx) changedPostgres(ctx context.Context, after int64, limit int) ([]dname.Name, int64, error) {
	var low, next int64
	if err := t.q.QueryRow(ctx, `SELECT `+settled).Scan(&low, &next); err != nil {
		return nil, after, err
	}
	const page = `SELECT xid, number, origin FROM zone_feed WHERE xid > $1 AND xid < $2 ORDER BY xid, number`
	list, err := t.changes(ctx, page+` LIMIT $3`, after, next, limit)
	if err != nil || len(list) == 0 {
		return nil, after, err
	}
	if len(list) < limit {
		return origins(list), max(after, low), nil
	}
	last := list[len(list)-1].at
	upTo, end := last+1, last // the rest of that transaction
	if last > low {
		upTo, end = next, max(after, low)
	}
	more, err := t.changes(ctx, page, last-1, upTo)
	return origins(append(list, more...)), end, err
}

// origins are those of changes, each once, by its first change.
func origins(list []change) []dname.Name {
	names := make([]dname.Name, len(list))
	for i, c := range list {
		names[i] = c.origin
	}
	return distinct(names)
}

// TrimZoneFeed forgets old changes (command.ZoneStoreTx).
func (t *tx) TrimZoneFeed(ctx context.Context, before time.Time) error {
	_, err := t.exec(ctx, `DELETE FROM zone_feed WHERE wall < $1`, db.Micros(before))
	return err
}

// How often the feed is looked at: on SQLite, which tells nobody; on PostgreSQL besides listening, and without.
const (
	watchEvery   = 250 * time.Millisecond
	watchBesides = 500 * time.Millisecond
)

// WatchZones calls wake whenever zones may have changed after a number of the change feed, until ctx ends, and gives its error.
// It may call without need.
func (s *Store) WatchZones(ctx context.Context, after int64, wake func()) error {
	every := watchEvery
	if pool, ok := s.db.Raw().(*pgxpool.Pool); ok {
		stop := s.listen(ctx, pool, wake)
		defer stop()
		every = watchBesides
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		names, _, err := s.View().ChangedZones(ctx, after, 1)
		if err == nil && len(names) > 0 {
			if after, err = s.View().ZoneChanges(ctx); err == nil {
				wake()
			}
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// listen has PostgreSQL tell of changes, on a connection of its own: one of the pool would be missing there. Where that fails, the
// feed is looked at all the same. stop waits for its end.
func (s *Store) listen(ctx context.Context, pool *pgxpool.Pool, wake func()) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			listenOnce(ctx, pool.Config().ConnConfig, wake)
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}()
	return func() { cancel(); <-done }
}

func listenOnce(ctx context.Context, cfg *pgx.ConnConfig, wake func()) {
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN "+zoneChannel); err != nil {
		return
	}
	wake()
	for {
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return
		}
		wake()
	}
}
