package bench

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/app/ca"
	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/secret"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/store/pgtest"
	"github.com/polyreg/polyreg/internal/store/sqlite"
)

// engine opens databases that keep their promises: every commit is on the disk.
type engine struct {
	name string
	open func(t testing.TB) db.DB
}

var engines = []engine{
	{"sqlite", func(t testing.TB) db.DB {
		d, err := sqlite.Open(filepath.Join(t.TempDir(), "bench.db"), sqlite.Options{})
		must(t, err)
		t.Cleanup(func() { d.Close() })
		return d
	}},
	{"postgres", func(t testing.TB) db.DB { return pgtest.Open(t) }},
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// world is a core with many accounts behind the embedded registry; both are on the same engine, in databases of their own.
type world struct {
	*core.Core
	db      db.DB
	opt     core.Options
	callers []command.Caller // one per account
	jane    []contact.ID     // a contact of each account that the registry has
	// instant puts a registry in the place of the embedded one that answers at once.
	instant atomic.Bool
}

// eppPassword is the platform's at the embedded registry.
const eppPassword = "bench-pass-1"

// options are a core's as `serve` has them, with the embedded registry.
func options(t testing.TB, e engine) core.Options {
	t.Helper()
	authority, err := ca.Load(t.TempDir(), time.Now())
	must(t, err)
	cert, err := authority.Issue(time.Now(), "localhost", "127.0.0.1")
	must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	params := secret.MinParams
	if *reportFlag {
		params = secret.DefaultParams
	}
	return core.Options{DB: e.open(t), Clocks: clock.System(), Ring: secret.NewRing(), Passwords: secret.NewPasswords(params),
		Catalog: dialecttest.Catalog(), Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Node: "bench",
		Platform: command.Platform{NameServers: []string{"ns1.polyreg.test", "ns2.polyreg.test"}, NSSet: "POLYREG"}, Single: true,
		Embedded: &core.Embedded{DB: e.open(t), Listener: l, Cert: cert, Trust: authority.Pool(),
			Logins: map[string]core.Login{repo.Live: {User: core.PlatformLogins[repo.Live], Password: eppPassword}}}}
}

// newWorld makes a core with so many accounts.
func newWorld(t testing.TB, e engine, accounts int) *world {
	t.Helper()
	ctx := context.Background()
	w := &world{opt: options(t, e)}
	w.opt.Wrap = func(r registry.Registry) registry.Registry { return instant{r, w.opt.Clocks, &w.instant} }
	w.db = w.opt.DB
	var err error
	w.Core, err = core.Open(ctx, w.opt)
	must(t, err)
	t.Cleanup(func() {
		stop, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		w.Close(stop)
	})
	w.plant(t, accounts)
	return w
}

// plant makes accounts with money and a contact each, and name servers at the registry.
func (w *world) plant(t testing.TB, accounts int) {
	t.Helper()
	ctx := context.Background()
	in := sim.Seed{}
	for _, n := range w.opt.Platform.NameServers {
		in.Hosts = append(in.Hosts, repo.Host{Namespace: repo.Live, Name: n, Sponsor: core.PlatformLogins[repo.Live]})
	}
	must(t, w.Store.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
		for i := range accounts {
			a := account.Account{Name: fmt.Sprintf("bench%d", i), Environment: account.Live, Language: "en", Currency: "EUR", PriceGroup: "standard"}
			if err := tx.AddAccount(ctx, &a); err != nil {
				return err
			}
			if err := tx.Deposit(ctx, a.ID, money.New(1<<40, "EUR"), "bench"); err != nil {
				return err
			}
			k := contact.Contact{Account: a.ID, Data: dialecttest.Jane(), Verified: true}
			if err := tx.AddContact(ctx, &k); err != nil {
				return err
			}
			handle := fmt.Sprintf("BENCH%d", i)
			at := contact.AtRegistry{Contact: k.ID, Registry: core.EmbeddedLive, ID: handle, Made: true, Version: k.Version}
			if err := tx.PutAtRegistry(ctx, at); err != nil {
				return err
			}
			in.Contacts = append(in.Contacts, simContact(handle))
			w.jane = append(w.jane, k.ID)
			w.callers = append(w.callers, command.Caller{Account: a, Actor: a, Access: account.Full, Dialect: "dmapi", Channel: "dmapi",
				Command: "domain-register", Notice: order.NoticeAlways})
		}
		return nil
	}))
	must(t, w.Sim.Seed(ctx, in))
}

func simContact(handle string) repo.Contact {
	return repo.Contact{Namespace: repo.Live, Handle: handle, Sponsor: core.PlatformLogins[repo.Live], Email: "jane@alpha.example",
		Voice: "+49.30123456", AuthInfo: "contact-Auth-1", Int: &repo.Postal{Name: "Jane Doe", Street: []string{"Example Street 1"},
			City: "Berlin", Code: "10115", Country: "DE"}}
}
