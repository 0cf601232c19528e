package simstore_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/store/postgres"
	"github.com/polyreg/polyreg/internal/store/simstore"
	"github.com/polyreg/polyreg/internal/store/sqlite"
)

var t0 = time.Date(2026, 11, 22, 9, 0, 0, 123456000, time.UTC)

// each runs a test on SQLite, and on PostgreSQL in a schema of its own when POLYREG_TEST_POSTGRES holds a DSN.
func each(t *testing.T, fn func(t *testing.T, s *simstore.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		d, err := sqlite.OpenTemp()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		migrate(t, goose.DialectSQLite3, d.Raw().(*sql.DB), "sqlite")
		fn(t, simstore.New(d))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		dsn := os.Getenv("POLYREG_TEST_POSTGRES")
		if dsn == "" {
			t.Skip("POLYREG_TEST_POSTGRES is not set")
		}
		fn(t, simstore.New(openPostgres(t, dsn)))
	})
}

func openPostgres(t *testing.T, dsn string) db.DB {
	t.Helper()
	ctx := context.Background()
	schema := "simtest_" + id.Hex(6)
	admin, err := postgres.Open(ctx, dsn, postgres.Options{MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Exec(ctx, "CREATE SCHEMA "+schema); err != nil {
		t.Fatal(err)
	}
	d, err := postgres.Open(ctx, dsn, postgres.Options{Schema: schema})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.Close()
		if _, err := admin.Exec(ctx, "DROP SCHEMA "+schema+" CASCADE"); err != nil {
			t.Error(err)
		}
		admin.Close()
	})
	migrate(t, goose.DialectPostgres, stdlib.OpenDBFromPool(d.Raw().(*pgxpool.Pool)), "postgres")
	return d
}

func migrate(t *testing.T, dialect goose.Dialect, raw *sql.DB, folder string) {
	t.Helper()
	files, err := fs.Sub(simstore.Migrations, "migrations/"+folder)
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(dialect, raw, files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func contact(handle string) repo.Contact {
	return repo.Contact{Namespace: repo.Live, Handle: handle, Sponsor: "core", Creator: "core",
		Int: &repo.Postal{Name: "Jane Doe", Street: []string{"Street 1"}, City: "Berlin", Country: "DE"}, Voice: "+49.301",
		Email: "jane@example.org", Disclose: "x", AuthInfo: "sealed", Statuses: []string{"clientDeleteProhibited"}, Created: t0}
}

func host(name string) repo.Host {
	return repo.Host{Namespace: repo.Live, Name: name, Sponsor: "core", Creator: "core", Created: t0}
}

func domain(name string) repo.Domain {
	return repo.Domain{Namespace: repo.Live, Name: name, Sponsor: "core", Creator: "core", AuthInfo: "sealed", Created: t0,
		Expires:     t0.AddDate(1, 0, 0),
		Contacts:    []repo.DomainContact{{Role: repo.Registrant, Handle: "C-1"}, {Role: repo.Admin, Handle: "C-2"}, {Role: repo.Tech, Handle: "C-1"}},
		NameServers: []string{"ns2.example.org", "ns1.example.org"}}
}

// base is what domain() refers to.
func base(t *testing.T, s *simstore.Store) {
	t.Helper()
	err := s.Seed(t.Context(), repo.Seed{
		Registrars: []repo.Registrar{{ID: "core", Namespace: repo.Live, PasswordHash: "h1", Created: t0}},
		Contacts:   []repo.Contact{contact("C-1"), contact("C-2")},
		Hosts:      []repo.Host{host("ns1.example.org"), host("ns2.example.org")},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func in(t *testing.T, s *simstore.Store, fn func(ctx context.Context, tx repo.Tx) error) error {
	t.Helper()
	return s.InTx(t.Context(), fn)
}

func TestDomainLife(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *simstore.Store) {
		base(t, s)
		d := domain("example.com")
		d.Pending = &repo.Pending{Op: "update", ClTRID: "cl-1", SvTRID: "sv-1", Target: &repo.Target{Contacts: d.Contacts,
			NameServers: []string{"a"}, Statuses: []string{"clientHold"}, AuthInfo: "z", Expires: t0}}
		insert := func(ctx context.Context, tx repo.Tx) error { return tx.InsertDomain(ctx, &d) }
		if err := in(t, s, insert); err != nil {
			t.Fatal(err)
		}
		if err := in(t, s, insert); !errors.Is(err, repo.ErrExists) {
			t.Errorf("second insert: %v", err)
		}
		got, err := s.Domain(t.Context(), repo.Live, "example.com")
		if diff := cmp.Diff(d, got); err != nil || diff != "" {
			t.Fatalf("read back: %v\n%s", err, diff)
		}
		if _, err := s.Domain(t.Context(), repo.Test, "example.com"); !errors.Is(err, repo.ErrNotFound) {
			t.Errorf("other name space: %v", err)
		}
		below := host("ns.example.com")
		below.Addresses = []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")}
		err = in(t, s, func(ctx context.Context, tx repo.Tx) error {
			got, err := tx.LockDomain(ctx, repo.Live, "example.com")
			if err != nil {
				return err
			}
			below.Parent = got.ID
			if err := tx.InsertHost(ctx, &below); err != nil {
				return err
			}
			got.NameServers = append(got.NameServers[:1], "ns.example.com")
			got.Contacts, got.Pending, got.Updated, got.Updater = got.Contacts[:1], nil, t0.Add(time.Hour), "other"
			d = got
			return tx.UpdateDomain(ctx, &got)
		})
		if err != nil {
			t.Fatal(err)
		}
		d.Hosts = []string{"ns.example.com"}
		got, err = s.Domain(t.Context(), repo.Live, "example.com")
		if diff := cmp.Diff(d, got); err != nil || diff != "" {
			t.Fatalf("after update: %v\n%s", err, diff)
		}
		err = in(t, s, func(ctx context.Context, tx repo.Tx) error { return tx.DeleteDomain(ctx, &got) })
		if !errors.Is(err, repo.ErrInUse) {
			t.Errorf("delete with subordinate host: %v", err)
		}
		h, err := s.Host(t.Context(), repo.Live, "ns.example.com")
		below.Linked = true
		if diff := cmp.Diff(below, h, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); err != nil || diff != "" {
			t.Errorf("host: %v\n%s", err, diff)
		}
		c, err := s.Contact(t.Context(), repo.Live, "C-1")
		want := contact("C-1")
		want.ID, want.Linked = c.ID, true
		if diff := cmp.Diff(want, c); err != nil || diff != "" {
			t.Errorf("contact: %v\n%s", err, diff)
		}
	})
}

func TestMissingReferencesLeaveNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *simstore.Store) {
		base(t, s)
		for _, change := range []func(*repo.Domain){
			func(d *repo.Domain) {
				d.Contacts = append(d.Contacts, repo.DomainContact{Role: repo.Tech, Handle: "C-9"})
			},
			func(d *repo.Domain) { d.NameServers = append(d.NameServers, "ns9.example.org") },
		} {
			d := domain("missing.com")
			change(&d)
			var missing *repo.MissingError
			err := in(t, s, func(ctx context.Context, tx repo.Tx) error { return tx.InsertDomain(ctx, &d) })
			if !errors.As(err, &missing) || len(missing.Names) != 1 {
				t.Errorf("insert: %v", err)
			}
		}
		if taken, err := s.TakenDomains(t.Context(), repo.Live, []string{"missing.com"}); err != nil || len(taken) != 0 {
			t.Errorf("taken: %v %v", taken, err)
		}
	})
}

func TestLinkedObjectsStay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *simstore.Store) {
		base(t, s)
		d := domain("example.com")
		if err := in(t, s, func(ctx context.Context, tx repo.Tx) error { return tx.InsertDomain(ctx, &d) }); err != nil {
			t.Fatal(err)
		}
		remove := func(ctx context.Context, tx repo.Tx) error {
			c, err := tx.LockContact(ctx, repo.Live, "C-2")
			if err != nil {
				return err
			}
			return tx.DeleteContact(ctx, &c)
		}
		if err := in(t, s, remove); !errors.Is(err, repo.ErrInUse) {
			t.Errorf("delete linked contact: %v", err)
		}
		err := in(t, s, func(ctx context.Context, tx repo.Tx) error {
			h, err := tx.LockHost(ctx, repo.Live, "ns1.example.org")
			if err != nil {
				return err
			}
			if foreign, err := tx.ForeignLinks(ctx, h.ID, "core"); err != nil || foreign {
				t.Errorf("foreign links: %v %v", foreign, err)
			}
			return tx.DeleteHost(ctx, &h)
		})
		if !errors.Is(err, repo.ErrInUse) {
			t.Errorf("delete linked host: %v", err)
		}
		if err := in(t, s, func(ctx context.Context, tx repo.Tx) error { return tx.DeleteDomain(ctx, &d) }); err != nil {
			t.Fatal(err)
		}
		if err := in(t, s, remove); err != nil {
			t.Errorf("delete free contact: %v", err)
		}
	})
}

// One of many that create the same domain, and of those that remove what it uses, wins; the references always hold.
func TestRaces(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *simstore.Store) {
		base(t, s)
		var (
			wg   sync.WaitGroup
			mu   sync.Mutex
			wins int
		)
		for range 12 {
			wg.Go(func() {
				d := domain("race.com")
				err := s.InTx(t.Context(), func(ctx context.Context, tx repo.Tx) error { return tx.InsertDomain(ctx, &d) })
				var missing *repo.MissingError
				switch {
				case err == nil:
					mu.Lock()
					wins++
					mu.Unlock()
				case !errors.Is(err, repo.ErrExists) && !errors.As(err, &missing):
					t.Errorf("create: %v", err)
				}
			})
			wg.Go(func() {
				err := s.InTx(t.Context(), func(ctx context.Context, tx repo.Tx) error {
					c, err := tx.LockContact(ctx, repo.Live, "C-2")
					if err != nil {
						return err
					}
					return tx.DeleteContact(ctx, &c)
				})
				if err != nil && !errors.Is(err, repo.ErrInUse) && !errors.Is(err, repo.ErrNotFound) {
					t.Errorf("delete: %v", err)
				}
			})
		}
		wg.Wait()
		_, gone := s.Contact(t.Context(), repo.Live, "C-2")
		if d, err := s.Domain(t.Context(), repo.Live, "race.com"); wins > 1 || err == nil && (gone != nil || len(d.Contacts) != 3) {
			t.Errorf("%d creates won, domain %v, contact %v", wins, err, gone)
		}
	})
}

// Read, change, write under the lock loses no change.
func TestLockedUpdates(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *simstore.Store) {
		base(t, s)
		d := domain("count.com")
		if err := in(t, s, func(ctx context.Context, tx repo.Tx) error { return tx.InsertDomain(ctx, &d) }); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				err := s.InTx(t.Context(), func(ctx context.Context, tx repo.Tx) error {
					d, err := tx.LockDomain(ctx, repo.Live, "count.com")
					if err != nil {
						return err
					}
					d.Expires = d.Expires.AddDate(0, 0, 1)
					d.NameServers = []string{fmt.Sprintf("ns%d.example.org", 1+i%2)}
					return tx.UpdateDomain(ctx, &d)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		got, err := s.Domain(t.Context(), repo.Live, "count.com")
		if err != nil || !got.Expires.Equal(d.Expires.AddDate(0, 0, 10)) || len(got.NameServers) != 1 {
			t.Errorf("after ten updates: %v %v %v", got.Expires, got.NameServers, err)
		}
	})
}

func TestMessages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *simstore.Store) {
		if _, _, err := s.FirstMessage(t.Context(), "core"); !errors.Is(err, repo.ErrNotFound) {
			t.Errorf("empty queue: %v", err)
		}
		m := repo.Message{Registrar: "core", Queued: t0, Text: "one", PanData: &repo.PanData{Name: "example.com", Done: true,
			ClTRID: "c", SvTRID: "s", Date: t0}}
		err := in(t, s, func(ctx context.Context, tx repo.Tx) error {
			if err := tx.InsertMessage(ctx, &m); err != nil {
				return err
			}
			return tx.InsertMessage(ctx, &repo.Message{Registrar: "core", Queued: t0, Text: "two"})
		})
		if err != nil {
			t.Fatal(err)
		}
		got, n, err := s.FirstMessage(t.Context(), "core")
		if diff := cmp.Diff(m, got); err != nil || n != 2 || diff != "" {
			t.Errorf("first: %d %v\n%s", n, err, diff)
		}
		ack := func(who string) error {
			return in(t, s, func(ctx context.Context, tx repo.Tx) error { return tx.DeleteMessage(ctx, who, m.ID) })
		}
		if err := ack("other"); !errors.Is(err, repo.ErrNotFound) {
			t.Errorf("another's message: %v", err)
		}
		if err := ack("core"); err != nil {
			t.Error(err)
		}
		if got, n, err := s.FirstMessage(t.Context(), "core"); err != nil || n != 1 || got.Text != "two" {
			t.Errorf("second: %v %d %v", got, n, err)
		}
	})
}

func TestSeedAndReset(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *simstore.Store) {
		base(t, s)
		seed := repo.Seed{Registrars: []repo.Registrar{{ID: "core", Namespace: repo.Live, PasswordHash: "h2", Created: t0}}}
		for i := range 1000 {
			c, h, d := contact(fmt.Sprintf("S-%d", i)), host(fmt.Sprintf("ns.seed%d.com", i)), domain(fmt.Sprintf("seed%d.com", i))
			d.Contacts[0].Handle = c.Handle
			d.NameServers = append(d.NameServers, h.Name)
			seed.Contacts, seed.Hosts, seed.Domains = append(seed.Contacts, c), append(seed.Hosts, h), append(seed.Domains, d)
		}
		twin := contact("T-1")
		twin.Namespace = repo.Test
		seed.Contacts = append(seed.Contacts, twin)
		start := time.Now()
		for range 2 { // the second changes nothing
			if err := s.Seed(t.Context(), seed); err != nil {
				t.Fatal(err)
			}
			t.Logf("seeded after %v", time.Since(start))
		}
		got, err := s.Domain(t.Context(), repo.Live, "seed999.com")
		if err != nil || len(got.Contacts) != 3 || len(got.NameServers) != 3 || !cmp.Equal(got.Hosts, []string{"ns.seed999.com"}) {
			t.Errorf("seeded domain: %+v %v", got, err)
		}
		if g, err := s.Registrar(t.Context(), "core"); err != nil || g.PasswordHash != "h1" {
			t.Errorf("existing registrar: %+v %v", g, err)
		}
		if err := s.Reset(t.Context()); err != nil {
			t.Fatal(err)
		}
		base(t, s)
		if c, err := s.Contact(t.Context(), repo.Live, "C-1"); err != nil || c.ID != 1 {
			t.Errorf("after reset: %+v %v", c, err)
		}
	})
}
