package lifecycle_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
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
	before = w.balance()
	do(w, transferIn("incoming.com", "in-AuthInfo-1"))
	w.ok(w.Sim.Approve(w.ctx, repo.Live, "incoming.com"))
	w.advance(4 * day)
	if got := before.Minor - w.balance().Minor; got != 900 {
		t.Errorf("the transfer cost %d", got)
	}
	do(w, command.UpdateDomain{Name: "incoming.com", Lock: ptr(false)})
	do(w, command.DeleteDomain{Name: "incoming.com"})
	if w.balance() != before {
		t.Errorf("the transfer of the days before was not given back: %s of %s", w.balance(), before)
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

// TestDeleteOnAndRenewals does not renew what is to be deleted, nor deletes what was wanted renewed.
func TestDeleteOnAndRenewals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var d domain.Domain
	for _, name := range []string{"end.com", "kept.com", "again.com"} {
		d = w.register(name, func(c *command.RegisterDomain) { c.AutoRenew = domain.Renew })
		do(w, command.UpdateDomain{Name: name, DeleteOn: ptr(d.Expires.Add(-day))})
	}
	w.advance(d.Expires.Add(-3 * day).Sub(d.Created)) // the time for renewals has begun
	do(w, command.UpdateDomain{Name: "end.com", Lock: ptr(true)})
	do(w, command.UpdateDomain{Name: "again.com", AutoRenew: ptr(domain.Renew)})
	before := w.balance()
	_, err := command.Do(w.ctx, w.Runner, w.c, command.RenewDomain{Name: "end.com", Years: 1})
	if e := errs.As(err); e == nil || e.Kind != errs.Exists || e.Field != "cancelation" || w.balance() != before {
		t.Errorf("paid for, and deleted all the same: %v", err)
	}
	if out := do(w, command.RenewDomain{Name: "kept.com", Years: 1, Keep: true}); !out.Domain.DeleteOn.IsZero() || out.Domain.AutoRenew != domain.Renew {
		t.Errorf("kept: %+v", out.Domain)
	}
	rep := w.advance(4 * day)
	w.same(about(rep, "notice", "end.com", d.Created), "+364 domain_deleted")
	w.same(about(rep, "notice", "kept.com", d.Created), "+365 domain_data_reminder")
	if now := must(w.domain("again.com")); !now.Expires.After(d.Expires) {
		t.Errorf("it was not renewed: %v", now.Expires)
	}
	if now := must(w.domain("kept.com")); !now.Expires.Equal(d.Expires.AddDate(1, 0, 0)) {
		t.Errorf("kept until %v", now.Expires)
	}
}

// TestProfileOfAnother gives a name to no registrant profile but the account's own.
func TestProfileOfAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	alpha := w.c
	w.c = w.Caller(t, "beta")
	theirs := w.register("theirs.com", func(c *command.RegisterDomain) {
		c.Profile = &command.Profile{Username: "theirs", Password: "a-password-1"}
	})
	w.c = alpha
	w.register("mine.com")
	_, err := command.Do(w.ctx, w.Runner, w.c, command.UpdateDomain{Name: "mine.com", Profile: &theirs.Profile})
	if e := errs.As(err); theirs.Profile == 0 || e == nil || e.Kind != errs.NotFound || e.Field != "profile" {
		t.Errorf("profile %d: %v", theirs.Profile, err)
	}
}

// TestNoGraceNoRefund gives nothing back where the registry has no grace period, in the very moment of the registration either.
func TestNoGraceNoRefund(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *core.Options) {
		var tlds []catalog.TLD
		for _, tld := range dialecttest.Catalog().TLDs() {
			x := *tld
			x.Grace.Add = 0
			tlds = append(tlds, x)
		}
		o.Catalog = catalog.New(tlds, nil)
	})
	before := w.balance()
	w.register("moment.com")
	do(w, command.DeleteDomain{Name: "moment.com"})
	if got := before.Minor - w.balance().Minor; got != 1000 {
		t.Errorf("%d was charged", got)
	}
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
	if _, why := w.locked(now); why != "owner changed" {
		t.Errorf("lock: %q", why)
	}
	locked := now.OwnerChanged
	w.advance(day)
	third := other(4)
	do(w, command.UpdateDomain{Name: "owner.com", NoOwnerLock: true, Contacts: map[domain.Role]command.ContactRef{domain.Registrant: {New: &third}}})
	if now = must(w.domain("owner.com")); !now.OwnerChanged.Equal(locked) {
		t.Errorf("without a lock of its own, the change moved that of the first from %v to %v", locked, now.OwnerChanged)
	}
	w.register("free.com")
	do(w, command.UpdateDomain{Name: "free.com", NoOwnerLock: true, Contacts: map[domain.Role]command.ContactRef{domain.Registrant: {New: &next}}})
	if now = must(w.domain("free.com")); !now.OwnerChanged.IsZero() {
		t.Errorf("a lock in spite of the opt-out: %v", now.OwnerChanged)
	}
	for _, to := range []string{next.Email, "jane@alpha.example"} {
		found := false
		for _, m := range must(w.Runner.Mails(w.ctx, command.MailQuery{To: to, Object: "owner.com"})) {
			found = found || m.Kind == "owner_change"
		}
		if !found {
			t.Errorf("%s was not told", to)
		}
	}
}

// TestContactBecomesAnother makes the change of a contact to another person a change of registrant of its names.
func TestContactBecomesAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	k := do(w, command.CreateContact{Data: other(5)})
	for _, name := range []string{"one.com", "two.com"} {
		w.register(name, func(c *command.RegisterDomain) { c.Contacts[domain.Registrant] = command.ContactRef{ID: k.Contact.ID} })
	}
	w.advance(100 * day)
	moved := other(5)
	moved.City = "Bonn"
	do(w, command.UpdateContact{ID: k.Contact.ID, Data: moved})
	if now := must(w.domain("one.com")); !now.OwnerChanged.IsZero() {
		t.Error("who moves house becomes another")
	}
	do(w, command.UpdateContact{ID: k.Contact.ID, Data: other(6)})
	for _, name := range []string{"one.com", "two.com"} {
		if _, why := w.locked(must(w.domain(name))); why != "owner changed" {
			t.Errorf("%s: lock %q", name, why)
		}
		for _, to := range []string{other(5).Email, other(6).Email} {
			told := 0
			for _, m := range must(w.Runner.Mails(w.ctx, command.MailQuery{To: to, Object: name})) {
				if m.Kind == "owner_change" {
					told++
				}
			}
			if told != 1 {
				t.Errorf("%s: %s was told %d times", name, to, told)
			}
		}
	}
}

// TestTestEnvironmentAsksNobody sends no mail to the people that tests invent.
func TestTestEnvironmentAsksNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	acc := must(w.Store.View().AccountByName(w.ctx, account.Test, "alpha"))
	w.c.Account = acc
	w.ok(w.Store.InTx(w.ctx, deposit(acc.ID, 100000)))
	d := w.register("invented.com", func(c *command.RegisterDomain) {
		c.Contacts[domain.Registrant] = command.ContactRef{New: ptr(other(8))}
	})
	rep := w.advance(20 * day)
	w.same(about(rep, "notice", "invented.com", d.Created), "")
	for _, m := range must(w.Runner.Mails(w.ctx, command.MailQuery{Account: acc.ID})) {
		if m.State != notify.MailSuppressed || m.Kind == "verification" {
			t.Errorf("mail: %+v", m)
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
