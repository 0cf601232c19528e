package sim_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

func TestContact(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	a, b := w.login("reg-a"), w.login("reg-b")
	for i, tt := range []struct {
		code   int
		change func(*epp.ContactCreate)
	}{
		{epp.CodeExists, func(c *epp.ContactCreate) { c.ID = "SEED-1" }},
		{epp.CodeValueSyntax, func(c *epp.ContactCreate) { c.ID = "A B C" }},
		{epp.CodeValueSyntax, func(c *epp.ContactCreate) { c.Postal[0].Addr.CC = "XX" }},
		{epp.CodeValueSyntax, func(c *epp.ContactCreate) { c.Postal[0].Name = "Jäne" }},
		{epp.CodePolicy, func(c *epp.ContactCreate) { c.Postal = append(c.Postal, c.Postal[0]) }},
		{epp.CodeValueSyntax, func(c *epp.ContactCreate) { c.Voice.Number = "" }},
		{epp.CodeValueSyntax, func(c *epp.ContactCreate) { c.Email = "example" }},
		{epp.CodeValueSyntax, func(c *epp.ContactCreate) { c.Email = "@example.com" }},
		{epp.CodeValueSyntax, func(c *epp.ContactCreate) { c.Email = "a@example" }},
		{epp.CodeValueSyntax, func(c *epp.ContactCreate) { c.Email = strings.Repeat("x", 65) + "@example.com" }},
	} {
		cmd := makeContact("NEW-1")
		tt.change(cmd.CreateContact)
		if r := a.do(cmd); r.Code() != tt.code {
			t.Errorf("create %d: got %d, want %d: %+v", i, r.Code(), tt.code, r.Results)
		}
	}
	a.want(epp.CodeOK, makeContact("NEW-1"))
	r := a.want(epp.CodeOK, &epp.Command{CheckContact: &epp.ContactCheck{IDs: []string{"NEW-1", "NEW-2", "A B"}}})
	if got := r.Data.ContactCheck.Items; got[0].ID.Avail || !got[1].ID.Avail || got[2].ID.Avail {
		t.Errorf("check: %+v", got)
	}
	info := &epp.Command{InfoContact: &epp.ContactInfo{ID: "NEW-1"}}
	b.want(epp.CodeAuthorization, info)
	wrong, right := epp.Auth("wrong"), epp.Auth("contact-auth")
	b.want(epp.CodeBadAuthInfo, &epp.Command{InfoContact: &epp.ContactInfo{ID: "NEW-1", AuthInfo: &wrong}})
	b.want(epp.CodeOK, &epp.Command{InfoContact: &epp.ContactInfo{ID: "NEW-1", AuthInfo: &right}})
	name, org := "Jon Doe", ""
	update := &epp.Command{UpdateContact: &epp.ContactUpdate{ID: "NEW-1",
		Add: &epp.ContactAddRem{Statuses: epp.ContactStatuses("clientUpdateProhibited", "clientDeleteProhibited")},
		Chg: &epp.ContactChange{Postal: []epp.PostalChange{{Type: "int", Name: &name, Org: &org},
			{Type: "loc", Name: &name, Addr: &epp.Address{Street: []string{"Straße 1"}, City: "Köln", CC: "DE"}}},
			Voice: &epp.Phone{}, Fax: &epp.Phone{Number: "+49.302"}, Email: "jon@example.org", Disclose: &epp.Disclose{Email: true}}}}
	b.want(epp.CodeAuthorization, update)
	a.want(epp.CodeOK, update)
	a.want(epp.CodeStatusProhibits, update)
	got := a.want(epp.CodeOK, info).Data.ContactInfo
	want := &epp.ContactInfoData{ID: "NEW-1", ROID: got.ROID, Statuses: epp.ContactStatuses("clientDeleteProhibited", "clientUpdateProhibited"),
		Postal: []epp.PostalInfo{{Type: "int", Name: "Jon Doe", Addr: epp.Address{Street: []string{"Street 1"}, City: "Berlin", PC: "10115", CC: "DE"}},
			{Type: "loc", Name: "Jon Doe", Addr: epp.Address{Street: []string{"Straße 1"}, City: "Köln", CC: "DE"}}},
		Fax: &epp.Phone{Number: "+49.302"}, Email: "jon@example.org", ClID: "reg-a", CrID: "reg-a", CrDate: t0, UpID: "reg-a", UpDate: t0,
		AuthInfo: &right, Disclose: &epp.Disclose{Email: true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("info:\n%s", diff)
	}
	del := &epp.Command{DeleteContact: &epp.ContactDelete{ID: "NEW-1"}}
	a.want(epp.CodeStatusProhibits, del)
	a.want(epp.CodeOK, &epp.Command{UpdateContact: &epp.ContactUpdate{ID: "NEW-1",
		Rem: &epp.ContactAddRem{Statuses: epp.ContactStatuses("clientUpdateProhibited", "clientDeleteProhibited")}}})
	a.want(epp.CodeOK, del)
	a.want(epp.CodeNotExist, info)
	b.want(epp.CodeInUse, &epp.Command{DeleteContact: &epp.ContactDelete{ID: "SEED-1"}})
}

func TestHost(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	a, b := w.login("reg-a"), w.login("reg-b")
	v4, v6 := netip.MustParseAddr("192.0.2.53"), netip.MustParseAddr("2001:db8::53")
	glue := epp.HostAddrs(v4, v6)
	for _, tt := range []struct {
		code  int
		name  string
		addrs []epp.HostAddr
	}{
		{epp.CodeValueSyntax, "!.example.net", nil},
		{epp.CodeValueSyntax, "single", nil},
		{epp.CodeExists, "ns1.example.net", nil},
		{epp.CodeValueSyntax, "com", nil},
		{epp.CodePolicy, "ns3.example.net", glue},
		{epp.CodeNotExist, "ns.missing.com", glue},
		{epp.CodeAuthorization, "ns.seed.com", glue}, // reg-a's command, reg-b's domain
		{epp.CodeValueSyntax, "ns.seed.com", []epp.HostAddr{{IP: "v4", Text: "2001:db8::1"}}},
		{epp.CodeValueSyntax, "ns.seed.com", []epp.HostAddr{{IP: "v4", Text: "256.1.1.1"}}},
		{epp.CodePolicy, "ns.seed.com", []epp.HostAddr{{IP: "v4", Text: "127.0.0.1"}}},
		{epp.CodePolicy, "ns.seed.com", []epp.HostAddr{{IP: "v6", Text: "::1"}}},
		{epp.CodePolicy, "ns.seed.com", append(glue, glue...)},
	} {
		a.want(tt.code, &epp.Command{CreateHost: &epp.HostCreate{Name: tt.name, Addresses: tt.addrs}})
	}
	if t.Failed() {
		t.FailNow()
	}
	b.want(epp.CodeOK, &epp.Command{CreateHost: &epp.HostCreate{Name: "NS.seed.com", Addresses: glue}})
	if d := b.want(epp.CodeOK, infoDomain("seed.com")).Data.DomainInfo; !cmp.Equal(d.Hosts, []string{"ns.seed.com"}) {
		t.Errorf("subordinate hosts: %v", d.Hosts)
	}
	b.want(epp.CodeOK, &epp.Command{UpdateDomain: &epp.DomainUpdate{Name: "seed.com", Add: &epp.DomainAddRem{NS: epp.HostObjects("ns.seed.com")}}})
	up := func(u epp.HostUpdate) *epp.Command { u.Name = "ns.seed.com"; return &epp.Command{UpdateHost: &u} }
	a.want(epp.CodeAuthorization, up(epp.HostUpdate{Add: &epp.HostAddRem{Statuses: epp.HostStatuses("clientUpdateProhibited")}}))
	b.want(epp.CodePolicy, up(epp.HostUpdate{Add: &epp.HostAddRem{Addresses: epp.HostAddrs(v4)}}))
	b.want(epp.CodePolicy, up(epp.HostUpdate{Rem: &epp.HostAddRem{Addresses: epp.HostAddrs(netip.MustParseAddr("192.0.2.9"))}}))
	b.want(epp.CodePolicy, up(epp.HostUpdate{Add: &epp.HostAddRem{Statuses: epp.HostStatuses("linked")}}))
	b.want(epp.CodePolicy, up(epp.HostUpdate{Chg: &epp.HostChange{Name: "ns.example.net"}})) // external, with addresses
	b.want(epp.CodeNotExist, up(epp.HostUpdate{Chg: &epp.HostChange{Name: "ns.missing.com"}}))
	b.want(epp.CodeExists, up(epp.HostUpdate{Rem: &epp.HostAddRem{Addresses: glue}, Chg: &epp.HostChange{Name: "ns1.example.net"}}))
	b.want(epp.CodeOK, up(epp.HostUpdate{Rem: &epp.HostAddRem{Addresses: epp.HostAddrs(v6)}, Chg: &epp.HostChange{Name: "dns.seed.com"}}))
	got := a.want(epp.CodeOK, &epp.Command{InfoHost: &epp.HostInfo{Name: "dns.seed.com"}}).Data.HostInfo
	want := &epp.HostInfoData{Name: "dns.seed.com", ROID: got.ROID, Statuses: epp.HostStatuses("ok", "linked"), Addresses: epp.HostAddrs(v4),
		ClID: "reg-b", CrID: "reg-b", CrDate: t0, UpID: "reg-b", UpDate: t0}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("info:\n%s", diff)
	}
	if d := b.want(epp.CodeOK, infoDomain("seed.com")).Data.DomainInfo; !cmp.Equal(d.NS.HostObj, []string{"ns1.example.net", "dns.seed.com"}) {
		t.Errorf("name servers after the rename: %v", d.NS.HostObj)
	}
	b.want(epp.CodeInUse, &epp.Command{DeleteHost: &epp.HostDelete{Name: "dns.seed.com"}})
	r := a.want(epp.CodeOK, &epp.Command{CheckHost: &epp.HostCheck{Names: []string{"dns.seed.com", "free.example.net", "!.x.y"}}})
	if got := r.Data.HostCheck.Items; got[0].Name.Avail || !got[1].Name.Avail || got[2].Name.Avail {
		t.Errorf("check: %+v", got)
	}
	// an external host that another registrar's domain uses keeps its name
	a.want(epp.CodeOK, &epp.Command{CreateDomain: &epp.DomainCreate{Name: "mine.com", NS: epp.HostObjects("ns2.example.net"), AuthInfo: epp.Auth("x")}})
	b.want(epp.CodeInUse, &epp.Command{UpdateHost: &epp.HostUpdate{Name: "ns2.example.net", Chg: &epp.HostChange{Name: "ns3.example.net"}}})
}

func TestSeedIsQuickAndReset(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	in := sim.Seed{Registrars: []sim.SeedRegistrar{{ID: "reg-a", Namespace: repo.Live, Password: "other-password"}}}
	for i := range 1000 {
		id, name := fmt.Sprintf("C-%d", i), fmt.Sprintf("bulk%d.com", i)
		in.Contacts = append(in.Contacts, repo.Contact{Namespace: repo.Live, Handle: id, Sponsor: "reg-a", Email: "x@example.org",
			AuthInfo: "auth", Int: &repo.Postal{Name: "N", City: "C", Country: "DE"}})
		in.Hosts = append(in.Hosts, repo.Host{Namespace: repo.Live, Name: "ns." + name, Sponsor: "reg-a", Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.1")}})
		in.Domains = append(in.Domains, repo.Domain{Namespace: repo.Live, Name: name, Sponsor: "reg-a", AuthInfo: "auth-" + name,
			Expires: t0.AddDate(1, 0, 0), Contacts: []repo.DomainContact{{Role: repo.Registrant, Handle: id}}, NameServers: []string{"ns." + name}})
	}
	begin := time.Now()
	if err := w.srv.Seed(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	t.Logf("1000 domains seeded in %v", time.Since(begin))
	c := w.login("reg-a") // the password of before
	d := c.want(epp.CodeOK, infoDomain("bulk777.com")).Data.DomainInfo
	if d.AuthInfo.Password() != "auth-bulk777.com" || !cmp.Equal(d.Hosts, []string{"ns.bulk777.com"}) || !d.CrDate.Equal(t0) {
		t.Errorf("seeded: %+v", d)
	}
	if err := w.srv.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.seed()
	c.want(epp.CodeNotExist, infoDomain("bulk777.com"))
	c.want(epp.CodeOK, infoDomain("seed.com"))
}
