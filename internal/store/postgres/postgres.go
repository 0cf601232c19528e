// Package postgres opens PostgreSQL databases for store, natively through pgx, and brings its errors into the shared
// classes of store/db.
package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polyreg/polyreg/internal/store/db"
)

// DB is an open PostgreSQL database.
type DB struct{ pool *pgxpool.Pool }

// Options of Open.
type Options struct {
	MaxConns int32  // 16 by default
	Schema   string // search path, the user's default when empty
}

// Open connects and checks that the server answers. The DSN is libpq's or a URL; its password never reaches an error text.
func Open(ctx context.Context, dsn string, opt Options) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("the PostgreSQL connection string cannot be read")
	}
	cfg.MaxConns = 16
	if opt.MaxConns > 0 {
		cfg.MaxConns = opt.MaxConns
	}
	if opt.Schema != "" {
		cfg.ConnConfig.RuntimeParams["search_path"] = pgx.Identifier{opt.Schema}.Sanitize()
	}
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("connecting to PostgreSQL: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("connecting to PostgreSQL at %s:%d: %w", cfg.ConnConfig.Host, cfg.ConnConfig.Port, err)
	}
	return &DB{pool}, nil
}

// Engine is db.Postgres.
func (d *DB) Engine() db.Engine { return db.Postgres }

// Raw is the *pgxpool.Pool.
func (d *DB) Raw() any { return d.pool }

// Close closes all connections.
func (d *DB) Close() error { d.pool.Close(); return nil }

// Exec runs one statement.
func (d *DB) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	if err := db.CheckNested(ctx); err != nil {
		return 0, err
	}
	return exec(ctx, d.pool, text, args)
}

// Query reads outside a transaction.
func (d *DB) Query(ctx context.Context, text string, args ...any) (db.Rows, error) {
	if err := db.CheckNested(ctx); err != nil {
		return nil, err
	}
	return query(ctx, d.pool, text, args)
}

// QueryRow reads one row outside a transaction.
func (d *DB) QueryRow(ctx context.Context, text string, args ...any) db.Row {
	if err := db.CheckNested(ctx); err != nil {
		return failed{err}
	}
	return row{d.pool.QueryRow(ctx, text, args...)}
}

// InTx runs fn at READ COMMITTED: every rule is held by a unique index or a conditional UPDATE, so nothing stronger is needed.
func (d *DB) InTx(ctx context.Context, fn func(context.Context, db.Tx) error) error {
	if err := db.CheckNested(ctx); err != nil {
		return err
	}
	return db.Retry(ctx, func() error { return d.once(ctx, fn) })
}

type conn interface {
	Exec(context.Context, string, ...any) (pgconn.CommandTag, error)
	Query(context.Context, string, ...any) (pgx.Rows, error)
}

func exec(ctx context.Context, c conn, text string, args []any) (int64, error) {
	tag, err := c.Exec(ctx, text, args...)
	if err != nil {
		return 0, classify(err)
	}
	return tag.RowsAffected(), nil
}

func query(ctx context.Context, c conn, text string, args []any) (db.Rows, error) {
	r, err := c.Query(ctx, text, args...)
	if err != nil {
		return nil, classify(err)
	}
	return rows{r}, nil
}

type rows struct{ pgx.Rows }

func (r rows) Err() error { return classify(r.Rows.Err()) }

type row struct{ r pgx.Row }

func (r row) Scan(dest ...any) error { return classify(r.r.Scan(dest...)) }

type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }

// classify brings a driver's error into the shared classes (SQLSTATE 23505 unique, 40001 serialization, 40P01 deadlock).
func classify(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return db.ErrNoRows
	}
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code {
	case "23505":
		return &db.UniqueError{Constraint: e.ConstraintName, Cause: err}
	case "40001", "40P01", "55P03":
		return &db.RetryError{Cause: err}
	}
	return err
}
