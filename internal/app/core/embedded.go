package core

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/store"
	"github.com/polyreg/polyreg/internal/store/simstore"
)

// Names of the embedded registry's connections, stored with objects and orders.
const (
	EmbeddedLive = "embedded-live"
	EmbeddedTest = "embedded-test"
)

// PlatformLogins are the user names of the platform at the embedded registry, by name space.
var PlatformLogins = map[string]string{repo.Live: "polyreg", repo.Test: "polyreg-test"}

// OtherRegistrar is who holds the names that are to be transferred in.
const OtherRegistrar = "other-registrar"

// NewSim makes the embedded registry's server for the endings of a catalog.
func NewSim(opt Options, e *Embedded) (*sim.Server, error) {
	cfg, err := simConfig(opt, e)
	if err != nil {
		return nil, err
	}
	return sim.New(cfg)
}

// simConfig makes the registry one of its profile, if it has one. It names prices where the profile has fees or names are premium.
func simConfig(opt Options, e *Embedded) (sim.Config, error) {
	cfg := sim.Config{Store: simstore.New(e.DB), Clocks: opt.Clocks, TLS: &tls.Config{Certificates: []tls.Certificate{e.Cert}, MinVersion: tls.VersionTLS12},
		TLDs: simTLDs(opt.Catalog), Passwords: opt.Passwords, Vault: opt.Ring, Logger: opt.Log, Pending: e.Pending,
		OpenHosts: true, Names: simNames(opt.Catalog)}
	named := len(cfg.Names) > 0
	if e.Profile != "" {
		p, err := profileNamed(e.Profile)
		if err != nil {
			return cfg, err
		}
		ProfileServer(p, &cfg)
		named = named || p.Capabilities.Fee
	}
	if named {
		cfg.Prices = simPrices(opt.Catalog, opt.Clocks.Registrar())
	}
	return cfg, nil
}

func simTLDs(cat *catalog.Catalog) map[string]sim.TLD {
	out := map[string]sim.TLD{}
	for _, t := range cat.TLDs() {
		tld := sim.TLD{MinYears: t.MinYears, MaxYears: t.MaxYears, MaxTotal: t.MaxAhead, RequireRegistrant: true, Grace: simGrace(t.Grace),
			NoRGP: t.Grace.Redemption == 0 && t.Grace.PendingDelete == 0}
		ofClass(t.Class, &tld)
		out[t.Name] = tld
	}
	return out
}

// simNames are the premium names of the catalog.
func simNames(cat *catalog.Catalog) map[string]sim.NameRule {
	out := map[string]sim.NameRule{}
	for name, class := range cat.PremiumNames() {
		out[string(name)] = sim.NameRule{Class: class}
	}
	return out
}

// simCurrency is what the embedded registry sells in.
const simCurrency money.Currency = "EUR"

// simPrices lets the registry name the prices of the catalog, those of premium classes included, that are in force at a time.
func simPrices(cat *catalog.Catalog, at time.Time) *sim.PriceTable {
	t := &sim.PriceTable{Currency: simCurrency, TLDs: map[string]sim.Prices{}, Classes: map[string]sim.Prices{}}
	for _, tld := range cat.TLDs() {
		t.TLDs[tld.Name] = simClass(tld, "", at)
	}
	for name, class := range cat.PremiumNames() {
		_, rest, _ := name.Cut()
		if tld := cat.TLD(string(rest)); tld != nil {
			t.Classes[class] = simClass(tld, class, at)
		}
	}
	return t
}

func simClass(tld *catalog.TLD, class string, at time.Time) sim.Prices {
	price := func(op catalog.Operation) int64 {
		a, _ := tld.Price(catalog.Query{Operation: op, Years: 1, Currency: simCurrency, Group: "standard", Class: class, At: at})
		return a.Minor
	}
	return sim.Prices{Create: price(catalog.Create), Renew: price(catalog.Renew), Transfer: price(catalog.Transfer), Restore: price(catalog.Restore)}
}

// simGrace gives the registry the catalog's grace times, so that both sides agree on when a name is free.
func simGrace(g catalog.Grace) sim.Grace {
	days := func(d time.Duration) int {
		if d <= 0 {
			return -1 // none
		}
		return int(d / (24 * time.Hour))
	}
	return sim.Grace{Add: days(g.Add), AutoRenew: days(g.AutoRenew), Renew: days(g.Renew), Transfer: days(g.Transfer),
		Redemption: days(g.Redemption), PendingDelete: days(g.PendingDelete)}
}

func (c *Core) startEmbedded(ctx context.Context) error {
	e := c.opt.Embedded
	if err := store.MigrateSim(ctx, e.DB); err != nil {
		return fmt.Errorf("preparing the embedded registry's database: %w", err)
	}
	srv, err := NewSim(c.opt, e)
	if err != nil {
		return err
	}
	c.Sim = srv
	if err := c.SeedLogins(ctx); err != nil {
		return err
	}
	c.spawn(func() {
		if err := srv.Serve(e.Listener); err != nil && !errors.Is(err, sim.ErrClosed) {
			c.opt.Log.Error("the embedded registry has stopped", "err", err)
		}
	})
	return nil
}

// tickEvery is how often the embedded registry looks for what time does to its objects. What a command touches is brought up
// to date before the command sees it, so that this only matters for what nobody asks about.
const tickEvery = 5 * time.Second

// Tick carries out what falls due at the embedded registry until ctx ends.
func Tick(ctx context.Context, srv *sim.Server, log *slog.Logger) {
	t := time.NewTicker(tickEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if _, err := srv.Tick(ctx); err != nil && ctx.Err() == nil {
				log.Error("the embedded registry's due list", "err", err)
			}
		}
	}
}

// SeedRegistrars adds further registrars in a name space.
func (c *Core) SeedRegistrars(ctx context.Context, namespace string, logins ...Login) error {
	var in sim.Seed
	for _, l := range logins {
		in.Registrars = append(in.Registrars, sim.SeedRegistrar{ID: l.User, Namespace: namespace, Password: l.Password})
	}
	return c.Sim.Seed(ctx, in)
}

// SeedLogins makes the platform's registrars at the embedded registry, if they are not there.
func (c *Core) SeedLogins(ctx context.Context) error {
	return c.Sim.Seed(ctx, sim.Seed{Registrars: c.opt.Embedded.registrars()})
}

func (e *Embedded) registrars() []sim.SeedRegistrar {
	var out []sim.SeedRegistrar
	for _, ns := range []string{repo.Live, repo.Test} {
		if l, ok := e.Logins[ns]; ok {
			out = append(out, sim.SeedRegistrar{ID: l.User, Namespace: ns, Password: l.Password})
		}
	}
	return out
}

// remotes are the connections to the embedded registry: one per name space.
func (e *Embedded) remotes() []Remote {
	var out []Remote
	for _, n := range []struct {
		name, space string
		env         account.Environment
	}{{EmbeddedLive, repo.Live, account.Live}, {EmbeddedTest, repo.Test, account.Test}} {
		l, ok := e.Logins[n.space]
		if !ok {
			continue
		}
		out = append(out, Remote{Name: n.name, Environment: n.env, Addr: e.Listener.Addr().String(), ServerName: "localhost", Trust: e.Trust,
			User: l.User, Password: l.Password, Sessions: 8, Capabilities: registry.Capabilities{Contacts: true, HostObjects: true, CheckLimit: 50}})
	}
	return out
}
