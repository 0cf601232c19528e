package lifecycle_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
)

// TestGraceRefund gives back what the registry gives back, at the price that was charged.
func TestGraceRefund(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.balance()
	w.register("grace.com")
	w.advance(4 * day)
	if out := do(w, command.DeleteDomain{Name: "grace.com"}); out.Domain != nil {
		t.Errorf("deleted within its add grace period, and still here: %+v", out.Domain)
	}
	if w.balance() != before {
		t.Errorf("%s, want %s", w.balance(), before)
	}
	w.register("grace.com")
	w.advance(10 * day)
	do(w, command.RenewDomain{Name: "grace.com", Years: 2})
	w.advance(day)
	paid := before.Minor - w.balance().Minor
	out := do(w, command.DeleteDomain{Name: "grace.com"})
	if got := before.Minor - w.balance().Minor; paid-got != 2200 {
		t.Errorf("the renewal of the day before was not given back: %d of %d", paid-got, paid)
	}
	if out.Domain == nil || out.Domain.Phase(w.Clocks.Registrar()) != domain.Redemption {
		t.Errorf("deleted: %+v", out.Domain)
	}
	if lines, err := w.Store.View().Proof(w.ctx); err != nil || len(lines) > 0 {
		t.Errorf("proof: %v %v", lines, err)
	}
}

// TestDeleteOn deletes on the wanted day, and not when the wish is withdrawn.
func TestDeleteOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.register("wish.com", func(c *command.RegisterDomain) { c.AutoRenew = domain.Renew })
	on := d.Created.Add(100 * day)
	do(w, command.UpdateDomain{Name: "wish.com", DeleteOn: &on})
	w.register("kept.com", func(c *command.RegisterDomain) { c.AutoRenew = domain.Renew })
	do(w, command.UpdateDomain{Name: "kept.com", DeleteOn: &on})
	do(w, command.UpdateDomain{Name: "kept.com", DeleteOn: &time.Time{}})
	rep := w.advance(101 * day)
	w.same(about(rep, "notice", "wish.com", d.Created), "+100 domain_deleted")
	w.same(about(rep, "notice", "kept.com", d.Created), "")
}

// TestDNSSEC sets, replaces and removes what the parent zone is to know.
func TestDNSSEC(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.register("signed.com")
	ds := func(tag int) *domain.DNSSEC {
		return &domain.DNSSEC{DS: []domain.DS{{KeyTag: tag, Alg: 13, DigestType: 2, Digest: "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D"}}}
	}
	reg := must(w.Core.Registries.Named(d.Registry))
	for _, want := range []*domain.DNSSEC{ds(1), ds(2), {}} {
		do(w, command.UpdateDomain{Name: "signed.com", DNSSEC: want})
		there := must(reg.InfoDomain(w.ctx, "signed.com"))
		here := must(w.domain("signed.com"))
		switch {
		case want.Empty():
			if !there.DNSSEC.Empty() || here.DNSSEC != nil {
				t.Errorf("removed: %+v %+v", there.DNSSEC, here.DNSSEC)
			}
		case len(there.DNSSEC.DS) != 1 || there.DNSSEC.DS[0].KeyTag != want.DS[0].KeyTag || here.DNSSEC.DS[0] != want.DS[0]:
			t.Errorf("set: %+v %+v", there.DNSSEC, here.DNSSEC)
		}
	}
	bad := ds(1)
	bad.DS[0].Digest = "AB"
	if _, err := command.Do(w.ctx, w.Runner, w.c, command.UpdateDomain{Name: "signed.com", DNSSEC: bad}); errs.As(err).Field != "dnssec.ds[0].digest" {
		t.Errorf("a short digest: %v", err)
	}
}

// TestHosts makes, changes, renames and removes a host below a name.
func TestHosts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.register("hosts.com")
	reg := must(w.Core.Registries.Named(d.Registry))
	addr := netip.MustParseAddr
	do(w, command.CreateHost{Name: "ns1.hosts.com", Addresses: []netip.Addr{addr("192.0.2.1")}})
	if _, err := command.Do(w.ctx, w.Runner, w.c, command.CreateHost{Name: "ns1.hosts.com", Addresses: []netip.Addr{addr("192.0.2.1")}}); !errs.Is(err, errs.Exists) {
		t.Errorf("twice: %v", err)
	}
	do(w, command.UpdateDomain{Name: "hosts.com", AddServers: []host.Server{{Name: "ns1.hosts.com"}}})
	do(w, command.UpdateHost{Name: "ns1.hosts.com", Addresses: []netip.Addr{addr("192.0.2.2"), addr("2001:db8::2")}, NewName: "ns9.hosts.com"})
	there := must(reg.InfoHost(w.ctx, "ns9.hosts.com"))
	if len(there.Addresses) != 2 {
		t.Errorf("at the registry: %+v", there)
	}
	now := must(w.domain("hosts.com"))
	if now.Servers[len(now.Servers)-1].Name != "ns9.hosts.com" {
		t.Errorf("the delegation did not follow: %v", now.Servers)
	}
	if _, err := command.Do(w.ctx, w.Runner, w.c, command.DeleteHost{Name: "ns9.hosts.com"}); !errs.Is(err, errs.InUse) {
		t.Errorf("a host in use: %v", err)
	}
	do(w, command.DeleteDomain{Name: "hosts.com"}) // takes its own host along
	if _, err := reg.InfoHost(w.ctx, "ns9.hosts.com"); err == nil {
		t.Error("the host has outlived its domain")
	}
}

// TestOwnerChange locks a name against transfers for sixty days when its registrant becomes another, and tells both.
func TestOwnerChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register("owner.com")
	w.advance(100 * day)
	next := other(3)
	do(w, command.UpdateDomain{Name: "owner.com", Contacts: map[domain.Role]command.ContactRef{domain.Registrant: {New: &next}}})
	now := must(w.domain("owner.com"))
	if _, why := w.Runner.LockState(now); why != "owner changed" {
		t.Errorf("lock: %q", why)
	}
	for _, to := range []string{next.Email, "jane@alpha.example"} {
		found := false
		for _, m := range must(w.Store.View().Mails(w.ctx, command.MailQuery{To: to, Object: "owner.com"})) {
			found = found || m.Kind == "owner_change"
		}
		if !found {
			t.Errorf("%s was not told", to)
		}
	}
}

// TestSuggest finds free names only.
func TestSuggest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	found := do(w, command.SuggestNames{Text: "example shop", TLDs: []string{"com"}, Max: 5})
	if len(found) != 5 || found[0].Name != "exampleshop.com" {
		t.Errorf("suggestions: %+v", found)
	}
	for _, a := range do(w, command.SuggestNames{Text: "example.com"}) {
		if a.Name == "example.com" || a.Status != command.Free {
			t.Errorf("%s is %s", a.Name, a.Status)
		}
	}
}
