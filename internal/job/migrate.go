package job

import (
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/polyreg/polyreg/internal/store/db"
)

// Migrate brings River's tables up to date. Several nodes may call it at once.
func Migrate(ctx context.Context, d db.DB) error {
	var err error
	switch raw := d.Raw().(type) {
	case *sql.DB:
		err = migrateSQLite(ctx, raw)
	case *pgxpool.Pool:
		err = migratePostgres(ctx, raw)
	default:
		err = fmt.Errorf("a database of type %T has no queue", raw)
	}
	if err != nil {
		return fmt.Errorf("migrating the job queue: %w", err)
	}
	return nil
}

func config() *rivermigrate.Config {
	return &rivermigrate.Config{Logger: quiet(slog.Default())}
}

func migrateSQLite(ctx context.Context, raw *sql.DB) error {
	m, err := rivermigrate.New(riversqlite.New(raw), config())
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// migratePostgres holds a session's advisory lock on a connection of its own: River's migrations cannot all run in one
// transaction, for a new value of an enumeration is usable only after a commit.
func migratePostgres(ctx context.Context, pool *pgxpool.Pool) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	var schema string
	if err := conn.QueryRow(ctx, `SELECT COALESCE(current_schema(), '')`).Scan(&schema); err != nil {
		return err
	}
	h := fnv.New64a()
	h.Write([]byte("polyreg job migrations " + schema))
	key := int64(h.Sum64() >> 1)
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, key); err != nil {
		return err
	}
	defer conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, key)
	m, err := rivermigrate.New(riverpgxv5.New(pool), config())
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}
