package bench

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/app"
	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/seed"
	"github.com/polyreg/polyreg/internal/store/db"
)

// site is the whole program on one engine: the dialects behind their listeners, the demo seed, and alpha with many domains.
type site struct {
	app     *app.App
	db      db.DB
	http    string // host:port, without TLS
	https   string
	opensrs string // TLS
	trust   *x509.CertPool
	alpha   account.ID
	domains int
}

// domainName is one of alpha's many.
func domainName(i int) string { return fmt.Sprintf("info-%d.com", i) }

func newSite(t testing.TB, e engine, domains int) *site {
	t.Helper()
	opt := app.Options{Core: options(t, e)}
	file, err := seed.Parse(seed.Demo(), "demo", clock.Cut(time.Now()))
	must(t, err)
	opt.Core.Catalog, err = seed.CatalogFrom(file)
	must(t, err)
	opt.Core.Embedded.Logins[repo.Test] = core.Login{User: core.PlatformLogins[repo.Test], Password: eppPassword}
	cert := opt.Core.Embedded.Cert
	opt.Cert = func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &cert, nil }
	s := &site{db: opt.Core.DB, trust: opt.Core.Embedded.Trust, domains: domains}
	for _, l := range []struct {
		to   *[]net.Listener
		addr *string
	}{{&opt.HTTP, &s.http}, {&opt.HTTPS, &s.https}, {&opt.OpenSRS, &s.opensrs}} {
		x, err := net.Listen("tcp", "127.0.0.1:0")
		must(t, err)
		*l.to, *l.addr = append(*l.to, x), x.Addr().String()
	}
	s.app, err = app.New(t.Context(), opt)
	must(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		s.app.Stop(ctx)
	})
	c := s.app.Core()
	must(t, c.Sim.Seed(t.Context(), sim.Seed{Registrars: []sim.SeedRegistrar{{ID: core.OtherRegistrar, Namespace: repo.Live, Password: eppPassword}}}))
	_, err = seed.Apply(t.Context(), c.Runner, func(ctx context.Context, in seed.SimSeed) error {
		return c.Sim.Seed(ctx, sim.Seed{Contacts: in.Contacts, Hosts: in.Hosts, Domains: in.Domains})
	}, file)
	must(t, err)
	s.plant(t, opt)
	s.app.Start()
	return s
}

// plant gives alpha its domains.
func (s *site) plant(t testing.TB, opt app.Options) {
	t.Helper()
	now := time.Now()
	must(t, s.app.Core().Store.InTx(t.Context(), func(ctx context.Context, tx command.Tx) error {
		alpha, err := tx.AccountByName(ctx, account.Live, "alpha")
		if err != nil {
			return err
		}
		s.alpha = alpha.ID
		var ids []contact.ID
		for _, handle := range []string{"100101", "100102"} {
			h, err := tx.FindHandle(ctx, account.Live, "domainrobot", handle)
			if err != nil {
				return err
			}
			ids = append(ids, h.Contact)
		}
		for i := range s.domains {
			name := domainName(i)
			sealed, err := opt.Core.Ring.Seal("ex-AuthInfo-1", "domain/auth_info/live/"+name)
			if err != nil {
				return err
			}
			d := domain.Domain{Account: alpha.ID, Environment: account.Live, Name: dname.Name(name), TLD: "com", Registry: core.EmbeddedLive,
				Contacts: map[domain.Role]contact.ID{domain.Registrant: ids[0], domain.Admin: ids[0], domain.Tech: ids[1], domain.Billing: ids[1]},
				Servers:  []host.Server{{Name: "ns1.polyreg.test"}, {Name: "ns2.polyreg.test"}}, NSSet: "POLYREG", AuthInfo: sealed,
				AutoRenew: domain.Renew, Created: now.AddDate(0, 0, -100), Expires: now.AddDate(0, 0, 265)}
			if err := tx.AddDomain(ctx, &d); err != nil {
				return err
			}
		}
		return nil
	}))
}
