// Package db is the small querier that the SQL of polyreg is written against: one text runs on SQLite through
// database/sql and on PostgreSQL through pgx. It holds the interfaces, the error classes and the transaction rules; the
// two engines are opened by store/sqlite and store/postgres.
//
// House rules of the common subset: times are BIGINT microseconds (see Micros), flags BOOLEAN, lists and maps are text and
// never queried inside, parameters are $1 … in order of first use, every list has an ORDER BY, every rule has a unique
// index, CASE instead of GREATEST.
package db

import (
	"context"
	"errors"
	"strings"
	"time"
)

// Engine names the database behind a Querier, for the few statements that differ.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Row is one result row; Scan gives ErrNoRows when there is none.
type Row interface{ Scan(dest ...any) error }

// Rows is an open result; Close may be called twice.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close()
}

// Querier runs statements.
type Querier interface {
	Engine() Engine
	// Exec gives the number of rows changed.
	Exec(ctx context.Context, sql string, args ...any) (int64, error)
	Query(ctx context.Context, sql string, args ...any) (Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) Row
}

// Tx is a Querier inside a transaction. Raw is the driver's transaction (*sql.Tx or pgx.Tx), for the job queue alone.
type Tx interface {
	Querier
	Raw() any
	// Queue runs a statement whose outcome nobody waits for: in its turn, at the latest before the commit. On PostgreSQL
	// it travels with the next statement that is waited for; on SQLite it runs at once. got reads its row, where it gives
	// one. An error of either may come out of a later call, and the transaction does not commit whatever is made of it.
	Queue(ctx context.Context, got func(Row) error, text string, args ...any) error
}

// DB is an open database. Its own Querier methods read outside any transaction.
type DB interface {
	Querier
	// InTx runs fn in one transaction, again from the start when the engine says that it collided (Retryable), at most
	// ten times. fn must use the context and the Tx that it is given and nothing else of the DB: a nested use is refused
	// with ErrNested, for SQLite has one writer and would wait for itself.
	InTx(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
	// Raw is the driver's handle (*sql.DB of the writer, or *pgxpool.Pool), for migrations and the job queue alone.
	Raw() any
	Close() error
}

// Errors that both engines share.
var (
	ErrNoRows = errors.New("db: no rows")
	ErrNested = errors.New("db: database used inside one of its own transactions")
)

type nestedKey struct{}

// Mark is the context that fn of InTx gets.
func Mark(ctx context.Context) context.Context { return context.WithValue(ctx, nestedKey{}, true) }

// CheckNested gives ErrNested when ctx comes out of InTx.
func CheckNested(ctx context.Context) error {
	if ctx.Value(nestedKey{}) != nil {
		return ErrNested
	}
	return nil
}

// UniqueError is a violated unique index or primary key.
type UniqueError struct {
	Constraint string // name of the index or constraint, or "table.column" where the engine tells no name
	Cause      error
}

// Error names the constraint.
func (e *UniqueError) Error() string { return "db: unique violation: " + e.Constraint }

// Unwrap gives the driver's error.
func (e *UniqueError) Unwrap() error { return e.Cause }

// IsUnique reports a violated unique rule whose constraint or columns contain name ("" for any).
func IsUnique(err error, name string) bool {
	var u *UniqueError
	return errors.As(err, &u) && strings.Contains(u.Constraint, name)
}

// RetryError is a collision between transactions; InTx runs again.
type RetryError struct{ Cause error }

// Error is for logs.
func (e *RetryError) Error() string { return "db: transaction collided: " + e.Cause.Error() }

// Unwrap gives the driver's error.
func (e *RetryError) Unwrap() error { return e.Cause }

// Retryable reports a collision after which the whole transaction may run again.
func Retryable(err error) bool {
	var r *RetryError
	return errors.As(err, &r)
}

// Micros is the stored form of a time: microseconds since 1970 UTC, 0 for the zero time.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Time reads a stored time back.
func Time(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// Attempts is how often InTx runs a colliding transaction.
const Attempts = 10

// Retry runs once again while it collides, with a short growing pause.
func Retry(ctx context.Context, once func() error) error {
	var err error
	for i := range Attempts {
		if err = once(); !Retryable(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(i*i+1) * time.Millisecond):
		}
	}
	return err
}

// Collect reads all rows with scan and closes them.
func Collect[T any](rows Rows, err error, scan func(Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
