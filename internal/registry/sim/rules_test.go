package sim_test

import (
	"net/netip"
	"testing"

	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// Names: host names are those of RFC 1123, and an IDN table bounds the characters of domains.
func TestNames(t *testing.T) {
	t.Parallel()
	w := start(t, func(cfg *sim.Config) { cfg.TLDs["com"] = sim.TLD{IDNTable: "äöü"} })
	c := w.login("reg-a")
	c.want(epp.CodeValueSyntax, &epp.Command{CreateHost: &epp.HostCreate{Name: "_ns1.example.net"}})
	r := c.want(epp.CodeOK, &epp.Command{CheckHost: &epp.HostCheck{Names: []string{"_ns1.example.net", "ns9.example.net"}}})
	if h := r.Data.HostCheck.Items; h[0].Name.Avail || !h[1].Name.Avail {
		t.Errorf("hosts: %+v", h)
	}
	r = c.want(epp.CodeOK, &epp.Command{CheckDomain: &epp.DomainCheck{Names: []string{"xn--bcher-kva.com", "xn--aj-nka.com", "xn--aj-nka.org"}}})
	for i, free := range []bool{true, false, true} { // bücher, čaj, and a TLD without a table
		if d := r.Data.DomainCheck.Items[i]; d.Name.Avail != free {
			t.Errorf("%+v", d)
		}
	}
	c.want(epp.CodeOK, makeDomain("xn--bcher-kva.com"))
	c.want(epp.CodeValueSyntax, makeDomain("xn--aj-nka.com"))
}

// A registry without contact objects takes none with a domain, even where some are left from other times.
func TestDomainsWithoutContacts(t *testing.T) {
	t.Parallel()
	w := start(t, func(cfg *sim.Config) { cfg.Objects = []string{epp.NSDomain, epp.NSHost} })
	c := w.connect()
	l := credentials("reg-a", "password-a")
	l.Services.Objects = []string{epp.NSDomain, epp.NSHost}
	c.want(epp.CodeOK, &epp.Command{Login: l})
	c.want(epp.CodePolicy, makeDomain("thin.com"))
	bare := makeDomain("thin.com")
	bare.CreateDomain.Registrant = ""
	c.want(epp.CodeOK, bare)
	owner := "SEED-1"
	c.want(epp.CodePolicy, &epp.Command{UpdateDomain: &epp.DomainUpdate{Name: "thin.com", Chg: &epp.DomainChange{Registrant: &owner}}})
	c.want(epp.CodePolicy, &epp.Command{UpdateDomain: &epp.DomainUpdate{Name: "thin.com", Add: &epp.DomainAddRem{Contacts: []epp.DomainContact{{Type: "tech", ID: owner}}}}})
	owner = ""
	c.want(epp.CodeOK, &epp.Command{UpdateDomain: &epp.DomainUpdate{Name: "thin.com", Chg: &epp.DomainChange{Registrant: &owner}}})
}

// A host attribute below the domain needs an address, any other has none.
func TestGlueOfHostAttributes(t *testing.T) {
	t.Parallel()
	w := start(t, func(cfg *sim.Config) { cfg.TLDs["com"] = sim.TLD{HostAttributes: true} })
	c := w.login("reg-a")
	ip := epp.HostAddrs(netip.MustParseAddr("192.0.2.1"))
	for _, v := range []struct {
		server epp.HostAttr
		code   int
	}{
		{epp.HostAttr{Name: "ns1.glue.com"}, epp.CodePolicy},
		{epp.HostAttr{Name: "ns1.other.com", Addresses: ip}, epp.CodePolicy},
		{epp.HostAttr{Name: "ns1.example.net"}, epp.CodeOK},
	} {
		cmd := makeDomain("glue.com")
		cmd.CreateDomain.NS = &epp.NameServers{HostAttr: []epp.HostAttr{v.server}}
		c.want(v.code, cmd)
		add := &epp.Command{UpdateDomain: &epp.DomainUpdate{Name: "glue.com", Add: &epp.DomainAddRem{NS: cmd.CreateDomain.NS}}}
		if v.code != epp.CodeOK {
			c.want(epp.CodeNotExist, add)
			continue
		}
		add.UpdateDomain.Add.NS = &epp.NameServers{HostAttr: []epp.HostAttr{{Name: "ns1.glue.com"}}}
		c.want(epp.CodePolicy, add)
		add.UpdateDomain.Add.NS.HostAttr[0].Addresses = ip
		c.want(epp.CodeOK, add)
	}
}

// A name whose ending is served no more cannot be renewed, and one that must have a registrant keeps it.
func TestRefusalsOfData(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	err := w.srv.Seed(t.Context(), sim.Seed{Domains: []repo.Domain{{Namespace: repo.Live, Name: "old.gone", Sponsor: "reg-a", AuthInfo: "seed-auth",
		Created: t0.AddDate(-1, 0, 0), Expires: t0.AddDate(1, 0, 0)}}})
	if err != nil {
		t.Fatal(err)
	}
	c := w.login("reg-a")
	c.want(epp.CodeNotRenewable, &epp.Command{RenewDomain: &epp.DomainRenew{Name: "old.gone", CurExpDate: t0.AddDate(1, 0, 0), Period: epp.Years(1)}})
	c.want(epp.CodeOK, makeDomain("must.org"))
	none := ""
	c.want(epp.CodeDataPolicy, &epp.Command{UpdateDomain: &epp.DomainUpdate{Name: "must.org", Chg: &epp.DomainChange{Registrant: &none}}})
	if d := c.want(epp.CodeOK, infoDomain("must.org")).Data.DomainInfo; d.Registrant != "SEED-1" {
		t.Errorf("registrant %q", d.Registrant)
	}
}
