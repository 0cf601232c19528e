package storetest

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
)

// lifeOfDomain keeps what time and transfers leave in a domain.
func lifeOfDomain(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a := f.account("a", 0)
	now := view.Registrar()
	plain := f.domain(a.ID, "plain.com", nil)
	d := f.domain(a.ID, "signed.com", func(d *domain.Domain) {
		d.DNSSEC = &domain.DNSSEC{DS: []domain.DS{{KeyTag: 12345, Alg: 13, DigestType: 2, Digest: "AB12"}}}
		d.OwnerChanged, d.HeldFor = now.AddDate(0, 0, -3), []string{domain.HeldUser, domain.HeldExpiry}
		d.DeleteOn, d.Deleted = now.AddDate(0, 0, 1), now.AddDate(0, 0, 2)
		d.RestoreUntil, d.Purge = now.AddDate(0, 0, 32), now.AddDate(0, 0, 37)
		d.Outgoing = &domain.Outgoing{Gaining: "other", Requested: now, ActBy: now.AddDate(0, 0, 5)}
	})
	f.same(must[domain.Domain](f)(view.Domain(ctx, a.ID, "signed.com")), d)
	f.same(must[command.WholeDomain](f)(view.WholeDomain(ctx, a.ID, "signed.com")).Domain, d)
	f.same(must[domain.Domain](f)(view.AnyDomain(ctx, account.Live, "signed.com")), d)
	f.same(must[domain.Domain](f)(view.DomainByID(ctx, plain.ID)), plain)
	_, err := view.AnyDomain(ctx, account.Test, "signed.com")
	f.kind(err, errs.NotFound)
	_, err = view.DomainByID(ctx, 7)
	f.kind(err, errs.NotFound)

	w := func(field string, op command.Op, values ...string) command.Query {
		return command.Query{Where: command.Where(field, op, values...), Limit: -1}
	}
	f.same(f.domainNames(w("outgoing", command.NotNull), a.ID), []string{"signed.com"})
	f.same(f.domainNames(w("outgoing", command.IsNull), a.ID), []string{"plain.com"})
	f.same(f.domainNames(w("deleted", command.NotNull), a.ID), []string{"signed.com"})
	f.same(f.domainNames(w("deleted", command.Equal, d.Deleted.Format(time.RFC3339Nano)), a.ID), []string{"signed.com"})

	d.DNSSEC = &domain.DNSSEC{Keys: []domain.Key{{Flags: 257, Protocol: 3, Alg: 13, PubKey: "AwEAAa=="}}}
	d.OwnerChanged, d.HeldFor, d.DeleteOn, d.Deleted, d.RestoreUntil, d.Purge, d.Outgoing = time.Time{}, nil, time.Time{}, time.Time{}, time.Time{}, time.Time{}, nil
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.PutDomain(ctx, &d)) })
	f.same(must[domain.Domain](f)(view.DomainByID(ctx, d.ID)), d)
	d.DNSSEC = nil
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.PutDomain(ctx, &d)) })
	if got := must[domain.Domain](f)(view.DomainByID(ctx, d.ID)); got.DNSSEC != nil || got.Outgoing != nil {
		t.Fatalf("an unsigned domain that nobody asks for: %+v", got)
	}
}

func moveDomain(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a, b := f.account("a", 0), f.account("b", 0)
	d := f.domain(a.ID, "x.com", nil)
	e := command.DueEntry{Kind: command.DueDomain, Object: int64(d.ID), Account: a.ID, Name: "x.com", At: view.Registrar(), Step: "expired"}
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.PutDue(ctx, e)) })
	stale := d
	d.AuthInfo, d.Transferred = "fresh", view.Registrar()
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.MoveDomain(ctx, &d, b.ID))
		f.kind(tx.MoveDomain(ctx, &stale, b.ID), errs.Conflict)
	})
	if d.Account != b.ID || d.Version != 2 || stale.Account != a.ID {
		t.Fatalf("moved: %+v, %+v", d, stale)
	}
	f.same(must[domain.Domain](f)(view.Domain(ctx, b.ID, "x.com")), d)
	_, err := view.Domain(ctx, a.ID, "x.com")
	f.kind(err, errs.NotFound)
	e.Account = b.ID
	f.same(must[command.DueEntry](f)(view.Due(ctx, e.Kind, e.Object)), e)
}

// removeDomain takes along what belongs to the domain alone.
func removeDomain(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a, b := f.account("a", 0), f.account("b", 0)
	owned := func(acc account.ID, last string) contact.ID {
		c := contact.Contact{Account: acc, Owner: "x.com", Data: person(last)}
		f.in(func(ctx context.Context, tx command.Tx) {
			f.ok(tx.AddContact(ctx, &c))
			f.ok(tx.AddHandle(ctx, account.Live, contact.Handle{Contact: c.ID, Dialect: "dmapi", Handle: "H-" + itoa(int64(c.ID))}))
			f.ok(tx.PutAtRegistry(ctx, contact.AtRegistry{Contact: c.ID, Registry: "demo", ID: "R" + itoa(int64(c.ID))}))
		})
		return c.ID
	}
	registrant, old, lent, foreign, shared := owned(a.ID, "Doe"), owned(a.ID, "Roe"), owned(a.ID, "Poe"), owned(b.ID, "Moe"), f.contact(a.ID, "Zoe").ID
	d := f.domain(a.ID, "x.com", func(d *domain.Domain) {
		d.Contacts = map[domain.Role]contact.ID{domain.Registrant: registrant, domain.Admin: shared, domain.Tech: lent}
	})
	f.domain(a.ID, "y.com", func(d *domain.Domain) { d.Contacts = map[domain.Role]contact.ID{domain.Billing: lent} })
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.PutDue(ctx, command.DueEntry{Kind: command.DueDomain, Object: int64(d.ID), Account: a.ID, Name: "x.com", At: tx.Registrar()}))
	})
	other := d
	other.Account = b.ID
	f.in(func(ctx context.Context, tx command.Tx) { f.kind(tx.RemoveDomain(ctx, other), errs.NotFound) })
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.RemoveDomain(ctx, d)) })
	f.in(func(ctx context.Context, tx command.Tx) { f.kind(tx.RemoveDomain(ctx, d), errs.NotFound) })
	_, err := view.AnyDomain(ctx, account.Live, "x.com")
	f.kind(err, errs.NotFound)
	_, err = view.Due(ctx, command.DueDomain, int64(d.ID))
	f.kind(err, errs.NotFound)
	for id, stays := range map[contact.ID]bool{registrant: false, old: false, lent: true, foreign: true, shared: true} {
		_, err := view.ContactAccount(ctx, id)
		if (err == nil) != stays {
			t.Errorf("contact %d: %v", id, err)
		}
	}
	_, err = view.FindHandle(ctx, account.Live, "dmapi", "H-"+itoa(int64(registrant)))
	f.kind(err, errs.NotFound)
	f.same(len(must[map[contact.ID]contact.AtRegistry](f)(view.AtRegistry(ctx, "demo", []contact.ID{registrant, old, lent}))), 1)
	f.domain(b.ID, "x.com", nil) // the name is free
}

func hostObjects(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a, b := f.account("a", 0), f.account("b", 0)
	add := func(acc account.ID, env account.Environment, name string) host.Host {
		h := host.Host{Account: acc, Name: dname.Name(name), Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}
		f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.AddHost(ctx, env, &h)) })
		return h
	}
	two, one := add(a.ID, account.Live, "ns2.x.com"), add(a.ID, account.Live, "ns1.x.com")
	apex, deep := add(a.ID, account.Live, "x.com"), add(a.ID, account.Live, "a.b.x.com")
	near, test := add(a.ID, account.Live, "ns1.box.com"), add(b.ID, account.Test, "ns1.x.com")
	f.in(func(ctx context.Context, tx command.Tx) {
		f.kind(tx.AddHost(ctx, account.Live, &host.Host{Account: b.ID, Name: "ns1.x.com"}), errs.Exists)
	})
	names := func(q command.Query, accs ...account.ID) (out []string) {
		hs, _, err := f.View().ListHosts(ctx, accs, q)
		f.ok(err)
		for _, h := range hs {
			out = append(out, string(h.Name))
		}
		return out
	}
	all := command.Query{Limit: -1}
	f.same(names(all, a.ID), []string{"a.b.x.com", "ns1.box.com", "ns1.x.com", "ns2.x.com", "x.com"})
	hs, page, err := view.ListHosts(ctx, []account.ID{a.ID}, command.Query{Limit: 2, Count: true, Where: command.Where("name", command.Like, "ns%")})
	f.ok(err)
	f.same(hs, []host.Host{near, one})
	f.same(page.Total, 3)
	f.same(names(command.Query{Limit: 2, After: page.Next, Where: command.Where("name", command.Like, "ns%")}, a.ID), []string{"ns2.x.com"})

	two.Name, two.Addresses = "ns3.x.com", nil
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.ChangeHost(ctx, two))
		f.ok(tx.ChangeHost(ctx, two)) // its own name is not taken
		taken := two
		taken.Name = "ns1.x.com"
		f.kind(tx.ChangeHost(ctx, taken), errs.Exists)
		f.kind(tx.ChangeHost(ctx, host.Host{ID: 999, Name: "ns9.x.com"}), errs.NotFound)
	})
	f.same(must[host.Host](f)(view.Host(ctx, account.Live, "ns3.x.com")), two)
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.RehomeHosts(ctx, account.Live, "x.com", b.ID)) })
	f.same(names(all, a.ID), []string{"ns1.box.com"})
	f.same(names(all, b.ID), []string{"a.b.x.com", "ns1.x.com", "ns1.x.com", "ns3.x.com", "x.com"})
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.DeleteHost(ctx, deep.ID))
		f.kind(tx.DeleteHost(ctx, deep.ID), errs.NotFound)
	})
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.RehomeHosts(ctx, account.Live, "x.com", 0)) })
	f.same(names(all, b.ID), []string{"ns1.x.com"})
	f.same(must[host.Host](f)(view.Host(ctx, account.Test, "ns1.x.com")), test)
	_, err = view.Host(ctx, account.Live, apex.Name)
	f.kind(err, errs.NotFound)
}
