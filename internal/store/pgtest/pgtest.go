// Package pgtest gives tests a PostgreSQL schema of their own. The server is named by POLYREG_TEST_POSTGRES (a libpq
// connection string or URL of a role that may create schemas); without it tests are skipped, unless
// POLYREG_REQUIRE_POSTGRES=1 makes its absence a failure.
package pgtest

import (
	"context"
	"os"
	"testing"

	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/store/postgres"
)

// DSN is the connection string of the test server; without one the test is skipped or fails.
func DSN(t testing.TB) string {
	t.Helper()
	dsn := os.Getenv("POLYREG_TEST_POSTGRES")
	switch {
	case dsn != "":
	case os.Getenv("POLYREG_REQUIRE_POSTGRES") == "1":
		t.Fatal("POLYREG_TEST_POSTGRES is not set, and POLYREG_REQUIRE_POSTGRES=1 asks for it")
	default:
		t.Skip("POLYREG_TEST_POSTGRES is not set")
	}
	return dsn
}

// Open gives a database whose search path is a new, empty schema, which is dropped with the test.
func Open(t testing.TB) *postgres.DB {
	t.Helper()
	d, _ := OpenSchema(t)
	return d
}

// OpenSchema is Open with the schema's name, for a second node on the same data (see Again).
func OpenSchema(t testing.TB) (*postgres.DB, string) {
	t.Helper()
	dsn, ctx := DSN(t), context.Background()
	schema := "test_" + id.Hex(8)
	run := func(text string) error {
		admin, err := postgres.Open(ctx, dsn, postgres.Options{MaxConns: 1})
		if err != nil {
			return err
		}
		defer admin.Close()
		_, err = admin.Exec(ctx, text)
		return err
	}
	if err := run("CREATE SCHEMA " + schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := run("DROP SCHEMA " + schema + " CASCADE"); err != nil {
			t.Errorf("dropping the test's schema: %v", err)
		}
	})
	return Again(t, schema), schema
}

// Again opens a further pool on a schema of OpenSchema.
func Again(t testing.TB, schema string) *postgres.DB {
	t.Helper()
	d, err := postgres.Open(context.Background(), DSN(t), postgres.Options{Schema: schema, MaxConns: 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}
