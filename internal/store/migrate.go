package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"hash/fnv"
	"io/fs"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/store/simstore"
)

// migrations holds the core's schema, one folder per engine. A released file never changes.
//
//go:embed migrations/*/*.sql
var migrations embed.FS

// schemas are the sets of migrations with the tables that hold their versions.
var schemas = []schema{
	{"core", "schema_version", migrations},
	{"registry", "sim_schema_version", simstore.Migrations},
}

// SchemaVersion is the version of the core's schema that this program knows.
func SchemaVersion() int64 {
	found, err := fs.Glob(migrations, "migrations/sqlite/*.sql")
	if err != nil { // the pattern is fixed
		panic(err)
	}
	return int64(len(found))
}

// VersionError says that a database does not fit the program.
type VersionError struct {
	Schema     string // "core" or "registry"
	Have, Want int64
}

// Error tells what to do about it.
func (e *VersionError) Error() string {
	if e.Have > e.Want {
		return fmt.Sprintf("the database has version %d of the %s schema, newer than this program's %d: use a newer program", e.Have, e.Schema, e.Want)
	}
	return fmt.Sprintf("the database has version %d of the %s schema, this program needs %d: migrate it first", e.Have, e.Schema, e.Want)
}

// Migrate brings the schemas of the core and of the embedded registry up to date. Several nodes may call it at once: on
// PostgreSQL an advisory lock lets one work, on SQLite the writer's connection does. A database newer than the program is
// refused with a VersionError and left alone.
func Migrate(ctx context.Context, d db.DB) error {
	return eachSchema(ctx, d, schemas, migrateUp)
}

// MigrateCore is Migrate for a database without the embedded registry's tables.
func MigrateCore(ctx context.Context, d db.DB) error {
	return eachSchema(ctx, d, schemas[:1], migrateUp)
}

// MigrateSim is Migrate for a database with the embedded registry's tables alone.
func MigrateSim(ctx context.Context, d db.DB) error {
	return eachSchema(ctx, d, schemas[1:], migrateUp)
}

func migrateUp(ctx context.Context, name string, p *goose.Provider) error {
	if err := compare(ctx, name, p, true); err != nil {
		return err
	}
	_, err := p.Up(ctx)
	return err
}

// CheckVersion gives a VersionError unless the database has exactly the core's schema of this program.
func CheckVersion(ctx context.Context, d db.DB) error {
	return eachSchema(ctx, d, schemas[:1], func(ctx context.Context, name string, p *goose.Provider) error { return compare(ctx, name, p, false) })
}

func compare(ctx context.Context, name string, p *goose.Provider, olderIsFine bool) error {
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if have > want || have < want && !olderIsFine {
		return &VersionError{Schema: name, Have: have, Want: want}
	}
	return nil
}

// schema is one set of migrations.
type schema struct {
	name  string
	table string
	files embed.FS
}

func eachSchema(ctx context.Context, d db.DB, which []schema, do func(ctx context.Context, name string, p *goose.Provider) error) error {
	for _, s := range which {
		if err := withProvider(ctx, d, s.table, s.files, func(p *goose.Provider) error { return do(ctx, s.name, p) }); err != nil {
			if _, ok := err.(*VersionError); ok {
				return err
			}
			return fmt.Errorf("migrating the %s schema: %w", s.name, err)
		}
	}
	return nil
}

func withProvider(ctx context.Context, d db.DB, table string, files embed.FS, do func(*goose.Provider) error) error {
	options := []goose.ProviderOption{goose.WithTableName(table), goose.WithDisableGlobalRegistry(true)}
	dialect, folder := goose.DialectSQLite3, "migrations/sqlite"
	raw, _ := d.Raw().(*sql.DB)
	if d.Engine() == db.Postgres {
		dialect, folder = goose.DialectPostgres, "migrations/postgres"
		raw = stdlib.OpenDBFromPool(d.Raw().(*pgxpool.Pool))
		defer raw.Close() // gives its connections back, the pool stays open
		locker, err := postgresLock(ctx, d)
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	sub, err := fs.Sub(files, folder)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(dialect, raw, sub, options...)
	if err != nil {
		return err
	}
	return do(p)
}

// postgresLock is an advisory lock of the schema that the tables lie in: advisory locks span the whole database.
func postgresLock(ctx context.Context, d db.DB) (lock.SessionLocker, error) {
	var schema string
	if err := d.QueryRow(ctx, `SELECT COALESCE(current_schema(), '')`).Scan(&schema); err != nil {
		return nil, err
	}
	h := fnv.New64a()
	h.Write([]byte("polyreg migrations " + schema))
	return lock.NewPostgresSessionLocker(lock.WithLockID(int64(h.Sum64()>>1)), lock.WithLockTimeout(1, 300), lock.WithUnlockTimeout(1, 60))
}
