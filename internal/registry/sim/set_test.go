package sim_test

import (
	"slices"
	"testing"

	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

func withSets(cfg *sim.Config) { cfg.TLDs["cz"] = sim.TLD{Sets: true, NoRGP: true} }

// loginSets is loginWith for a session that uses sets as well.
func (w *world) loginSets(who string) *client {
	w.t.Helper()
	c, l := w.connect(), credentials(who, "password-"+who[4:])
	l.Services.Objects = append(l.Services.Objects, epp.NSNSSet, epp.NSKeyset)
	l.Services.Extensions = &epp.ExtURIs{URIs: []string{epp.NSSets, epp.NSSecDNS}}
	c.want(epp.CodeOK, &epp.Command{Login: l})
	return c
}

var aKey = epp.KeyData{Flags: 257, Protocol: 3, Alg: 13, PubKey: "AQID"}

func makeNSSet(id string, servers ...string) *epp.Command {
	cmd := &epp.NSSetCreate{ID: id, Tech: []string{"SEED-1"}, AuthInfo: "set-auth"}
	for _, s := range servers {
		cmd.Servers = append(cmd.Servers, epp.SetHostOf(s))
	}
	return &epp.Command{CreateNSSet: cmd}
}

func makeCZ(name string, sets *epp.DomainSets) *epp.Command {
	cmd := makeDomain(name)
	cmd.CreateDomain.NS, cmd.Ext.SetsCreate = nil, sets
	return cmd
}

func TestNSSets(t *testing.T) {
	t.Parallel()
	w := start(t, withSets)
	a, b := w.loginSets("reg-a"), w.loginSets("reg-b")
	a.want(epp.CodeOK, makeNSSet("ns-1", "ns1.x.net", "ns2.x.net"))
	for code, cmd := range map[int]*epp.Command{
		epp.CodeExists:      makeNSSet("NS-1", "ns1.y.net"),
		epp.CodeValueSyntax: makeNSSet("NS--2", "ns1.y.net"),
		epp.CodePolicy:      makeNSSet("NS-2", "ns1.y.net", "NS1.y.net"),
		epp.CodeNotExist:    {CreateNSSet: &epp.NSSetCreate{ID: "NS-2", Servers: []epp.SetHost{{Name: "ns1.y.net"}}, Tech: []string{"NOBODY"}}},
	} {
		b.want(code, cmd)
	}
	checked := a.want(epp.CodeOK, &epp.Command{CheckNSSet: &epp.SetCheck{IDs: []string{"Ns-1", "NS-2", "-"}}}).Data.NSSetCheck.Items
	if checked[0].ID.Avail || !checked[1].ID.Avail || checked[2].ID.Avail {
		t.Errorf("check: %+v", checked)
	}
	a.want(epp.CodeOK, &epp.Command{UpdateNSSet: &epp.NSSetUpdate{ID: "NS-1", Rem: &epp.NSSetRem{Names: []string{"ns2.x.net"}},
		Add: &epp.NSSetAdd{Servers: []epp.SetHost{{Name: "ns3.x.net", Addresses: []string{"192.0.2.1"}}}}, Chg: &epp.SetChange{AuthInfo: "other"}}})
	b.want(epp.CodeAuthorization, &epp.Command{DeleteNSSet: &epp.SetDelete{ID: "NS-1"}})
	b.want(epp.CodeBadAuthInfo, &epp.Command{InfoNSSet: &epp.SetInfo{ID: "NS-1", AuthInfo: "set-auth"}})
	if i := b.want(epp.CodeOK, &epp.Command{InfoNSSet: &epp.SetInfo{ID: "NS-1"}}).Data.NSSetInfo; i.AuthInfo != "" || i.ClID != "reg-a" {
		t.Errorf("info by another: %+v", i)
	}
	a.want(epp.CodePolicy, &epp.Command{UpdateNSSet: &epp.NSSetUpdate{ID: "NS-1", Rem: &epp.NSSetRem{Names: []string{"ns1.x.net", "ns3.x.net"}}}})
	a.want(epp.CodeMissingParameter, &epp.Command{UpdateNSSet: &epp.NSSetUpdate{ID: "NS-1"}})

	b.want(epp.CodeOK, makeCZ("one.cz", &epp.DomainSets{NSSet: "ns-1"})) // another's set may be named
	i := a.want(epp.CodeOK, &epp.Command{InfoNSSet: &epp.SetInfo{ID: "NS-1"}}).Data.NSSetInfo
	if i.AuthInfo != "other" || len(i.Servers) != 2 || i.Servers[1].Name != "ns3.x.net" || i.Servers[1].Addresses[0] != "192.0.2.1" ||
		!slices.Equal(i.Statuses, epp.SetStatuses("ok", "linked")) || i.Tech[0] != "SEED-1" || i.UpID != "reg-a" {
		t.Errorf("info: %+v", i)
	}
	a.want(epp.CodeInUse, &epp.Command{DeleteNSSet: &epp.SetDelete{ID: "NS-1"}})
	b.want(epp.CodeInUse, &epp.Command{DeleteContact: &epp.ContactDelete{ID: "SEED-1"}})
	b.want(epp.CodeOK, &epp.Command{DeleteDomain: &epp.DomainDelete{Name: "one.cz"}})
	a.want(epp.CodeOK, &epp.Command{DeleteNSSet: &epp.SetDelete{ID: "NS-1"}})
	a.want(epp.CodeNotExist, &epp.Command{InfoNSSet: &epp.SetInfo{ID: "NS-1"}})
}

func TestDomainsNameSets(t *testing.T) {
	t.Parallel()
	w := start(t, withSets)
	a := w.loginSets("reg-a")
	a.want(epp.CodeOK, makeNSSet("NS-1", "ns1.x.net"))
	a.want(epp.CodeOK, &epp.Command{CreateKeyset: &epp.KeysetCreate{ID: "K1", Keys: []epp.KeyData{aKey}}})
	a.want(epp.CodePolicy, makeDomain("one.cz"))
	a.want(epp.CodePolicy, makeCZ("one.com", &epp.DomainSets{NSSet: "NS-1"}))
	a.want(epp.CodeNotExist, makeCZ("one.cz", &epp.DomainSets{NSSet: "NS-1", Keyset: "K2"}))
	signed := makeCZ("one.cz", nil)
	signed.Ext.SecDNSCreate = &epp.SecDNSData{Keys: []epp.KeyData{aKey}}
	a.want(epp.CodePolicy, signed)
	w.login("reg-a").want(epp.CodeExtension, makeCZ("one.cz", &epp.DomainSets{NSSet: "NS-1"}))
	w.login("reg-a").want(epp.CodeObjectService, makeNSSet("NS-2", "ns1.x.net"))
	a.want(epp.CodeOK, makeCZ("one.cz", &epp.DomainSets{NSSet: "NS-1", Keyset: "K1"}))
	shows := func(want *epp.DomainSets, status string) {
		t.Helper()
		r := a.want(epp.CodeOK, infoDomain("one.cz"))
		if got := r.Ext.Sets; (got == nil) != (want == nil) || got != nil && *got != *want || r.Data.DomainInfo.NS != nil ||
			r.Data.DomainInfo.Statuses[0].S != status {
			t.Errorf("info: %+v %+v, want %+v", r.Data.DomainInfo, got, want)
		}
	}
	shows(&epp.DomainSets{NSSet: "NS-1", Keyset: "K1"}, "ok")
	none, other := "", "k2"
	update := func(x *epp.DomainSetsChange) *epp.Command {
		return &epp.Command{UpdateDomain: &epp.DomainUpdate{Name: "one.cz"}, Ext: epp.CommandExt{SetsUpdate: x}}
	}
	a.want(epp.CodeNotExist, update(&epp.DomainSetsChange{Keyset: &other}))
	a.want(epp.CodeOK, &epp.Command{CreateKeyset: &epp.KeysetCreate{ID: "K2", Keys: []epp.KeyData{aKey}}})
	a.want(epp.CodeOK, update(&epp.DomainSetsChange{NSSet: &none, Keyset: &other}))
	shows(&epp.DomainSets{Keyset: "K2"}, "inactive")
	a.want(epp.CodeOK, &epp.Command{DeleteKeyset: &epp.SetDelete{ID: "K1"}})
	a.want(epp.CodeOK, update(&epp.DomainSetsChange{Keyset: &none}))
	shows(nil, "inactive")
	gone := epp.KeysetAddRem{Keys: []epp.KeyData{aKey}}
	a.want(epp.CodePolicy, &epp.Command{UpdateKeyset: &epp.KeysetUpdate{ID: "K2", Rem: &gone}})
	if i := a.want(epp.CodeOK, &epp.Command{InfoKeyset: &epp.SetInfo{ID: "K2"}}).Data.KeysetInfo; len(i.Keys) != 1 || i.Keys[0] != aKey {
		t.Errorf("keyset: %+v", i)
	}
}

// A seed may bring a domain hosts where it names sets now: a set takes their place.
func TestSetsReplaceSeededHosts(t *testing.T) {
	t.Parallel()
	w := start(t, withSets)
	err := w.srv.Seed(t.Context(), sim.Seed{Domains: []repo.Domain{{Namespace: repo.Live, Name: "old.cz", Sponsor: "reg-a", Created: t0,
		Expires: t0.AddDate(1, 0, 0), NameServers: []string{"ns1.example.net", "ns2.example.net"}}}})
	if err != nil {
		t.Fatal(err)
	}
	a, id := w.loginSets("reg-a"), "NS-1"
	if ns := a.want(epp.CodeOK, infoDomain("old.cz")).Data.DomainInfo.NS; len(ns.Names()) != 2 {
		t.Errorf("seeded: %+v", ns)
	}
	a.want(epp.CodeOK, &epp.Command{UpdateDomain: &epp.DomainUpdate{Name: "old.cz", Rem: &epp.DomainAddRem{NS: epp.HostObjects("ns2.example.net")}}})
	a.want(epp.CodeOK, makeNSSet("NS-1", "ns1.x.net"))
	a.want(epp.CodeOK, &epp.Command{UpdateDomain: &epp.DomainUpdate{Name: "old.cz"}, Ext: epp.CommandExt{SetsUpdate: &epp.DomainSetsChange{NSSet: &id}}})
	if r := a.want(epp.CodeOK, infoDomain("old.cz")); r.Data.DomainInfo.NS != nil || r.Ext.Sets.NSSet != "NS-1" {
		t.Errorf("after the change: %+v", r.Data.DomainInfo)
	}
}
