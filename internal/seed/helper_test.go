package seed_test

import (
	"context"
	"os"
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/store/postgres"
	"github.com/polyreg/polyreg/internal/store/sqlite"
)

type contactID = contact.ID

func firstContact(t testing.TB, w world, c command.Caller) contact.ID {
	t.Helper()
	page, err := command.Do(context.Background(), w.Runner, c, command.ListContacts{Query: command.Query{Limit: 1}})
	if err != nil || len(page.Contacts) == 0 {
		t.Fatalf("%v %v", page, err)
	}
	return page.Contacts[0].ID
}

// databases are two fresh ones: PostgreSQL where POLYREG_TEST_POSTGRES holds a DSN, else SQLite. They go with the test.
func databases(t testing.TB) (main, registry db.DB) {
	t.Helper()
	open := func() db.DB { return temporary(t) }
	if dsn := os.Getenv("POLYREG_TEST_POSTGRES"); dsn != "" {
		open = func() db.DB { return schema(t, dsn) }
	}
	return open(), open()
}

func temporary(t testing.TB) db.DB {
	d, err := sqlite.OpenTemp()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func schema(t testing.TB, dsn string) db.DB {
	t.Helper()
	ctx, name := context.Background(), "seedtest_"+id.Hex(6)
	admin, err := postgres.Open(ctx, dsn, postgres.Options{MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { admin.Close() })
	if _, err := admin.Exec(ctx, "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	d, err := postgres.Open(ctx, dsn, postgres.Options{Schema: name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.Close()
		if _, err := admin.Exec(ctx, "DROP SCHEMA "+name+" CASCADE"); err != nil {
			t.Error(err)
		}
	})
	return d
}
