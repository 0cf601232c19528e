// Package simstore keeps the embedded registry's objects in SQL: repo.Store over the querier of store/db, one text for
// SQLite and PostgreSQL. Its tables begin with sim_ and lie in the default search path; the migrations are in Migrations,
// one folder per engine.
package simstore

import (
	"context"
	"embed"
	"errors"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/store/db"
)

// Migrations holds goose migrations in migrations/sqlite and migrations/postgres.
//
//go:embed migrations/*/*.sql
var Migrations embed.FS

// Store is a repo.Store over an open database whose migrations have run.
type Store struct {
	reader
	db db.DB
}

var _ repo.Store = (*Store)(nil)

// New makes a Store; the caller keeps the database and closes it.
func New(d db.DB) *Store { return &Store{reader: reader{d}, db: d} }

// InTx runs fn in one transaction (repo.Store).
func (s *Store) InTx(ctx context.Context, fn func(context.Context, repo.Tx) error) error {
	err := s.db.InTx(ctx, func(ctx context.Context, t db.Tx) error {
		return fn(ctx, &tx{reader{t}, t})
	})
	if referenced(err) { // links are written last: the object was removed after it had been looked up
		if strings.Contains(err.Error(), "sim_domain_host") {
			return &repo.MissingError{Kind: "host"}
		}
		if strings.Contains(err.Error(), "sim_domain_set") {
			return &repo.MissingError{Kind: "set"}
		}
		return &repo.MissingError{Kind: "contact"}
	}
	return err
}

// Reset removes every row and starts the numbers anew (repo.Store).
func (s *Store) Reset(ctx context.Context) error {
	return s.db.InTx(ctx, func(ctx context.Context, t db.Tx) error {
		if t.Engine() == db.Postgres {
			_, err := t.Exec(ctx, `TRUNCATE sim_message, sim_domain_set, sim_set_contact, sim_set, sim_domain_host, sim_domain_contact, sim_host, sim_domain,
				sim_contact, sim_registrar RESTART IDENTITY`)
			return err
		}
		for _, table := range []string{"sim_message", "sim_domain_set", "sim_set_contact", "sim_set", "sim_domain_host", "sim_domain_contact", "sim_host", "sim_domain",
			"sim_contact", "sim_registrar"} {
			if _, err := t.Exec(ctx, "DELETE FROM "+table); err != nil {
				return err
			}
		}
		_, err := t.Exec(ctx, `DELETE FROM sqlite_sequence WHERE name IN ('sim_message', 'sim_set', 'sim_host', 'sim_domain', 'sim_contact')`)
		return err
	})
}

// reader reads on any querier; tx adds what changes rows.
type reader struct{ q db.Querier }

type tx struct {
	reader
	own db.Tx
}

var _ repo.Tx = (*tx)(nil)

// lock keeps a row from being changed by others until the transaction ends. SQLite has one writer and needs nothing; on
// PostgreSQL it is a statement of its own, so that what is read after it is read after the wait.
func (t *tx) lock(ctx context.Context, table, key, namespace, name string) error {
	if t.q.Engine() != db.Postgres {
		return nil
	}
	var id int64
	err := t.q.QueryRow(ctx, "SELECT id FROM "+table+" WHERE namespace = $1 AND "+key+" = $2 FOR NO KEY UPDATE",
		namespace, name).Scan(&id)
	return absent(err)
}

func absent(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return repo.ErrNotFound
	}
	return err
}

// inUse turns a violated reference into repo.ErrInUse: the row was linked between the check and the removal.
func inUse(err error) error {
	if referenced(err) {
		return repo.ErrInUse
	}
	return err
}

// referenced reports a violated foreign key, by SQLSTATE on PostgreSQL; SQLite's single writer cannot get there.
func referenced(err error) bool {
	var state interface{ SQLState() string }
	return errors.As(err, &state) && state.SQLState() == "23503"
}

// places writes n parameter places from first on: "$3,$4,$5".
func places(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
	}
	return b.String()
}

// values writes rows of width parameter places from first on: "($2,$3),($4,$5)".
func values(first, rows, width int) string {
	var b strings.Builder
	for i := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		b.WriteString(places(first+i*width, width))
		b.WriteByte(')')
	}
	return b.String()
}

func anys(first string, list []string) []any {
	args := make([]any, 0, len(list)+1)
	args = append(args, first)
	for _, v := range list {
		args = append(args, v)
	}
	return args
}

func join(list []string) string { return strings.Join(list, "\n") }

func split(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}
