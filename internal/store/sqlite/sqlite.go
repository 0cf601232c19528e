// Package sqlite opens SQLite databases for store: one writer connection, several readers, WAL, and errors brought into
// the shared classes of store/db.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	msqlite "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/polyreg/polyreg/internal/store/db"
)

// Options say how durable the database is.
type Options struct {
	// Ephemeral switches synchronous writing off: the file is private and removed with the process.
	Ephemeral bool
	// Readers is the number of reading connections, 4 by default.
	Readers int
}

// DB is an open SQLite database.
type DB struct {
	write, read *sql.DB
	remove      string // folder to remove at Close
}

// Open opens or makes the file.
func Open(path string, opt Options) (*DB, error) {
	sync := "FULL"
	if opt.Ephemeral {
		sync = "OFF"
	}
	if opt.Readers == 0 {
		opt.Readers = 4
	}
	// Every pragma stands in the DSN: an Exec would reach one pooled connection only.
	dsn := func(lock string, pragmas ...string) string {
		q := url.Values{"_txlock": {lock}}
		for _, p := range append([]string{"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(" + sync + ")", "foreign_keys(1)", "cache_size(-16000)", "temp_store(MEMORY)"}, pragmas...) {
			q.Add("_pragma", p)
		}
		return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
	}
	write, err := openCached(dsn("immediate"))
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	write.SetMaxOpenConns(1)
	write.SetMaxIdleConns(1)
	if err := write.Ping(); err != nil {
		write.Close()
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	read, err := openCached(dsn("deferred", "query_only(1)"))
	if err != nil {
		write.Close()
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	read.SetMaxOpenConns(opt.Readers)
	read.SetMaxIdleConns(opt.Readers)
	return &DB{write: write, read: read}, nil
}

// OpenTemp makes a private database in a temporary folder that goes away at Close. It is a file, for an in-memory database
// cannot be shared by several connections.
func OpenTemp() (*DB, error) {
	dir, err := os.MkdirTemp("", "polyreg-")
	if err != nil {
		return nil, err
	}
	d, err := Open(filepath.Join(dir, "polyreg.db"), Options{Ephemeral: true})
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	d.remove = dir
	return d, nil
}

// Engine is db.SQLite.
func (d *DB) Engine() db.Engine { return db.SQLite }

// Raw is the writer's *sql.DB.
func (d *DB) Raw() any { return d.write }

// Close closes all connections and removes a temporary database.
func (d *DB) Close() error {
	err := errors.Join(d.read.Close(), d.write.Close())
	if d.remove != "" {
		err = errors.Join(err, os.RemoveAll(d.remove))
	}
	return err
}

// Exec runs one statement on the writer.
func (d *DB) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	if err := db.CheckNested(ctx); err != nil {
		return 0, err
	}
	return exec(ctx, d.write, text, args)
}

// Query reads on a reading connection.
func (d *DB) Query(ctx context.Context, text string, args ...any) (db.Rows, error) {
	if err := db.CheckNested(ctx); err != nil {
		return nil, err
	}
	return query(ctx, d.read, text, args)
}

// QueryRow reads one row on a reading connection.
func (d *DB) QueryRow(ctx context.Context, text string, args ...any) db.Row {
	if err := db.CheckNested(ctx); err != nil {
		return failed{err}
	}
	return row{d.read.QueryRowContext(ctx, text, args...)}
}

// InTx runs fn in a transaction that holds the write lock from its start.
func (d *DB) InTx(ctx context.Context, fn func(context.Context, db.Tx) error) error {
	if err := db.CheckNested(ctx); err != nil {
		return err
	}
	return db.Retry(ctx, func() error {
		raw, err := d.write.BeginTx(ctx, nil)
		if err != nil {
			return classify(err)
		}
		defer raw.Rollback() // no effect after a commit
		t := &tx{t: raw}
		if err := fn(db.Mark(ctx), t); err != nil {
			return err
		}
		if t.failed != nil {
			return t.failed
		}
		return classify(raw.Commit())
	})
}

type tx struct {
	t      *sql.Tx
	failed error // of a queued statement: there will be no commit
}

func (t *tx) Engine() db.Engine { return db.SQLite }
func (t *tx) Raw() any          { return t.t }
func (t *tx) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	return exec(ctx, t.t, text, args)
}
func (t *tx) Query(ctx context.Context, text string, args ...any) (db.Rows, error) {
	return query(ctx, t.t, text, args)
}
func (t *tx) QueryRow(ctx context.Context, text string, args ...any) db.Row {
	return row{t.t.QueryRowContext(ctx, text, args...)}
}

func (t *tx) Queue(ctx context.Context, got func(db.Row) error, text string, args ...any) error {
	var err error
	if got != nil {
		err = got(t.QueryRow(ctx, text, args...))
	} else {
		_, err = t.Exec(ctx, text, args...)
	}
	if err != nil {
		t.failed = err
	}
	return err
}

type conn interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

func exec(ctx context.Context, c conn, text string, args []any) (int64, error) {
	res, err := c.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, classify(err)
	}
	return res.RowsAffected()
}

func query(ctx context.Context, c conn, text string, args []any) (db.Rows, error) {
	r, err := c.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, classify(err)
	}
	return rows{r}, nil
}

type rows struct{ *sql.Rows }

func (r rows) Close()     { r.Rows.Close() }
func (r rows) Err() error { return classify(r.Rows.Err()) }

type row struct{ r *sql.Row }

func (r row) Scan(dest ...any) error { return classify(r.r.Scan(dest...)) }

type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }

// classify brings a driver's error into the shared classes.
func classify(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		return db.ErrNoRows
	}
	var e *msqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch code := e.Code(); {
	case code == lib.SQLITE_CONSTRAINT_UNIQUE || code == lib.SQLITE_CONSTRAINT_PRIMARYKEY:
		_, what, _ := strings.Cut(e.Error(), "UNIQUE constraint failed: ")
		return &db.UniqueError{Constraint: what, Cause: err}
	case code&0xff == lib.SQLITE_BUSY || code&0xff == lib.SQLITE_LOCKED:
		return &db.RetryError{Cause: err}
	}
	return err
}
