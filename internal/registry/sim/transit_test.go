package sim_test

import (
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// A deleted domain is the registry's for four weeks: others take it by the authInfo, or it is purged. One that nobody renews
// goes the same way.
func TestTransit(t *testing.T) {
	t.Parallel()
	w := start(t, func(cfg *sim.Config) {
		cfg.TLDs["de"] = sim.TLD{Transit: true, NoAutoRenew: true, TransferNoYear: true, HostAttributes: true, Grace: sim.Grace{Redemption: 28}}
	})
	a, b := w.loginWith("reg-a"), w.loginWith("reg-b")
	register := func(name string) {
		t.Helper()
		cmd := makeDomain(name)
		cmd.CreateDomain.NS = &epp.NameServers{HostAttr: []epp.HostAttr{{Name: "ns1.elsewhere.net"}}}
		a.want(epp.CodeOK, cmd)
	}
	shown := func(name, sponsor string, status ...string) {
		t.Helper()
		d := a.rgp(name)
		if d.ClID != sponsor || len(d.Statuses) != 1 || d.Statuses[0].S != status[0] || len(d.NS.HostAttr) != 1 {
			t.Errorf("%s: %+v, want it with %s and %v", name, d, sponsor, status)
		}
	}
	register("one.de")
	register("two.de")
	register("three.de")
	for _, n := range []string{"one.de", "two.de"} {
		a.want(epp.CodeOK, &epp.Command{DeleteDomain: &epp.DomainDelete{Name: n}})
		shown(n, sim.TransitSponsor, "pendingDelete")
		a.want(epp.CodeAuthorization, &epp.Command{DeleteDomain: &epp.DomainDelete{Name: n}})
	}
	a.want(epp.CodeExists, makeDomainAttr("one.de"))
	b.want(epp.CodeBadAuthInfo, epp.TransferDomainCommand("request", "one.de", "wrong"))
	w.clocks.Advance(20 * day)
	b.want(epp.CodeOK, epp.TransferDomainCommand("request", "one.de", "domain-auth"))
	shown("one.de", "reg-b", "ok")
	w.clocks.Advance(8*day + time.Second)
	w.tick()
	a.want(epp.CodeNotExist, infoDomain("two.de"))
	shown("one.de", "reg-b", "ok")
	w.clocks.Advance(340 * day)
	w.tick()
	shown("three.de", sim.TransitSponsor, "pendingDelete")
	a.want(epp.CodeOK, epp.TransferDomainCommand("request", "three.de", "domain-auth"))
	d := a.rgp("three.de")
	if left := d.ExDate.Sub(w.clocks.Registrar()); d.ClID != "reg-a" || left < 364*day || left > 367*day {
		t.Errorf("taken back: %+v", d)
	}
}

func makeDomainAttr(name string) *epp.Command {
	cmd := makeDomain(name)
	cmd.CreateDomain.NS = nil
	return cmd
}
