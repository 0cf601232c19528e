package storetest

import (
	"context"
	"net/netip"
	"strconv"
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

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func hosts(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a, b := f.account("a", 0), f.account("b", 0)
	own := host.Set{Account: a.ID, Handle: "MINE", Servers: []host.Server{{Name: "ns1.example.net"}, {Name: "ns.example.com", Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")}}}}
	platform := host.Set{Handle: "HOUSE", Servers: []host.Server{{Name: "ns1.house.net"}}}
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.AddNSSet(ctx, account.Live, &own))
		f.ok(tx.AddNSSet(ctx, account.Live, &platform))
		again := host.Set{Account: b.ID, Handle: "mine"}
		f.kind(tx.AddNSSet(ctx, account.Live, &again), errs.Exists)
	})
	f.same(must[host.Set](f)(view.NSSet(ctx, account.Live, a.ID, "mine")), own)
	f.same(must[host.Set](f)(view.NSSet(ctx, account.Live, b.ID, "House")), platform)
	_, err := view.NSSet(ctx, account.Live, b.ID, "mine")
	f.kind(err, errs.NotFound)
	_, err = view.NSSet(ctx, account.Test, a.ID, "mine")
	f.kind(err, errs.NotFound)

	h := host.Host{Account: a.ID, Name: "ns.example.com", Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.PutHost(ctx, account.Live, &h)) })
	f.same(must[host.Host](f)(view.Host(ctx, account.Live, h.Name)), h)
	id := h.ID
	h.ID, h.Addresses = 0, nil
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.PutHost(ctx, account.Live, &h))
		foreign := host.Host{Account: b.ID, Name: h.Name}
		f.kind(tx.PutHost(ctx, account.Live, &foreign), errs.Exists)
	})
	if h.ID != id {
		t.Fatalf("the host's number changed from %d to %d", id, h.ID)
	}
	f.same(must[host.Host](f)(view.Host(ctx, account.Live, h.Name)), h)
	_, err = view.Host(ctx, account.Test, h.Name)
	f.kind(err, errs.NotFound)
}

func domains(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a, b := f.account("a", 0), f.account("b", 0)
	now := view.Registrar()
	d := f.domain(a.ID, "example.com", func(d *domain.Domain) {
		d.Statuses = []string{"ok", domain.ClientTransferProhibit}
		d.Contacts = map[domain.Role]contact.ID{domain.Registrant: 1, domain.Admin: 2, domain.Tech: 3, domain.Billing: 4}
		d.Servers = []host.Server{{Name: "ns1.example.net"}, {Name: "ns.example.com", Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}}
		d.NSSet, d.AuthInfo, d.Profile, d.Comment = "HOUSE", "sealed", 5, "A comment"
		d.Expires, d.Transferred = now.AddDate(1, 0, 0), now.AddDate(0, -1, 0)
	})
	if d.ID != 310001 || d.Version != 1 {
		t.Fatalf("new domain %+v", d)
	}
	f.same(must[domain.Domain](f)(view.Domain(ctx, a.ID, "example.com")), d)
	f.same(must[account.ID](f)(view.DomainAccount(ctx, account.Live, "example.com")), a.ID)
	_, err := view.DomainAccount(ctx, account.Test, "example.com")
	f.kind(err, errs.NotFound)
	_, err = view.Domain(ctx, b.ID, "example.com")
	f.kind(err, errs.NotFound)
	f.in(func(ctx context.Context, tx command.Tx) {
		again := domain.Domain{Account: b.ID, Environment: account.Live, Name: "example.com", TLD: "com"}
		f.kind(tx.AddDomain(ctx, &again), errs.Exists)
		again.Environment = account.Test
		f.ok(tx.AddDomain(ctx, &again))
	})
	stale := d
	d.Expires, d.Updated, d.AutoRenew = d.Expires.AddDate(1, 0, 0), now, domain.Expire
	d.Contacts, d.Servers, d.Statuses = map[domain.Role]contact.ID{domain.Registrant: 9}, nil, nil
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.PutDomain(ctx, &d))
		f.kind(tx.PutDomain(ctx, &stale), errs.Conflict)
	})
	f.same(must[domain.Domain](f)(view.Domain(ctx, a.ID, "example.com")), d)
	f.domain(a.ID, "second.com", nil)
	f.domain(a.ID, "third.com", func(d *domain.Domain) { d.AutoRenew = domain.RenewOnce })
	all, auto, err := view.CountDomains(ctx, a.ID)
	f.ok(err)
	f.same([]int{all, auto}, []int{3, 2})
}

// domainNames runs a list and gives the names.
func (f *fixture) domainNames(q command.Query, accs ...account.ID) []string {
	f.t.Helper()
	ds, _, err := f.View().ListDomains(f.t.Context(), accs, q)
	f.ok(err)
	var out []string
	for _, d := range ds {
		if d.AuthInfo != "" {
			f.t.Fatal("a list shows authInfo")
		}
		out = append(out, string(d.Name))
	}
	return out
}

func domainLists(t *testing.T, f *fixture) {
	a, b := f.account("a", 0), f.account("b", 0)
	base := f.View().Registrar()
	at := func(days int) time.Time { return base.AddDate(0, 0, days) }
	f.domain(a.ID, "alpha.com", func(d *domain.Domain) {
		d.Expires, d.Comment, d.AuthInfo = at(10), "First ÄÖ", "sealed"
		d.Statuses, d.Servers = []string{"ok"}, []host.Server{{Name: "ns1.one.net"}, {Name: "ns2.one.net"}}
	})
	f.domain(a.ID, "beta.de", func(d *domain.Domain) {
		d.Expires, d.Profile, d.Statuses = at(5), 7, []string{domain.ClientHold, domain.ClientTransferProhibit}
		d.Servers = []host.Server{{Name: "ns1.two.net"}}
	})
	f.domain(b.ID, "gamma.com", func(d *domain.Domain) {
		d.Expires, d.AutoRenew = at(7), domain.Expire
		d.Contacts = map[domain.Role]contact.ID{domain.Admin: 77}
	})
	all := []account.ID{a.ID, b.ID}
	where := func(f command.Filter) command.Query { return command.Query{Where: f, Limit: -1} }
	w := command.Where
	for _, c := range []struct {
		q    command.Query
		want []string
	}{
		{where(command.Filter{}), []string{"alpha.com", "beta.de", "gamma.com"}},
		{where(w("name", command.Equal, "Alpha.COM")), []string{"alpha.com"}},
		{where(w("name", command.NotEqual, "alpha.com", "beta.de")), []string{"gamma.com"}},
		{where(w("name", command.NotIn, "alpha.com")), []string{"beta.de", "gamma.com"}},
		{where(w("name", command.Like, "%A.C_m")), []string{"alpha.com", "gamma.com"}},
		{where(w("name", command.NotLike, "%a.com")), []string{"beta.de"}},
		{where(w("name", command.Like, `alpha\`)), nil},
		{where(w("name", command.Like, `%\%%`)), nil},
		{where(w("sld", command.In, "alpha", "gamma")), []string{"alpha.com", "gamma.com"}},
		{where(w("tld", command.Equal, "de")), []string{"beta.de"}},
		{where(w("status", command.Equal, "clienthold")), []string{"beta.de"}},
		{where(w("status", command.NotEqual, "ok")), []string{"beta.de", "gamma.com"}},
		{where(w("status", command.IsNull)), []string{"gamma.com"}},
		{where(w("server", command.Equal, "NS1.two.net")), []string{"beta.de"}},
		{where(w("server", command.Equal, "two.net")), nil},
		{where(w("server", command.Like, "ns_.one.%")), []string{"alpha.com"}},
		{where(w("comment", command.Like, "%äö%")), []string{"alpha.com"}},
		{where(w("comment", command.NotNull)), []string{"alpha.com"}},
		{where(w("auto_renew", command.Equal, "expire")), []string{"gamma.com"}},
		{where(w("auto_renew", command.Like, "RENEW")), []string{"alpha.com", "beta.de"}},
		{where(w("expires", command.Less, at(7).Format(time.RFC3339Nano))), []string{"beta.de"}},
		{where(w("expires", command.LessEq, at(7).Format(time.RFC3339Nano))), []string{"beta.de", "gamma.com"}},
		{where(w("updated", command.IsNull)), []string{"alpha.com", "beta.de", "gamma.com"}},
		{where(w("created", command.GreaterEq, base.Add(time.Second).Format(time.RFC3339))), nil},
		{where(w("admin", command.Equal, "77")), []string{"gamma.com"}},
		{where(w("profile", command.NotNull)), []string{"beta.de"}},
		{where(w("id", command.Like, "3100%2")), []string{"beta.de"}},
		{where(command.Filter{Any: []command.Filter{w("tld", command.Equal, "de"), command.And(w("tld", command.Equal, "com"), w("sld", command.Like, "g%"))}}), []string{"beta.de", "gamma.com"}},
		{where(command.Filter{Any: []command.Filter{w("tld", command.Equal, "de"), {}}}), []string{"alpha.com", "beta.de", "gamma.com"}},
		{command.Query{Limit: 2, Sort: []command.Sort{{Field: "expires"}}}, []string{"beta.de", "gamma.com"}},
		{command.Query{Limit: 2, Offset: 1, Sort: []command.Sort{{Field: "expires"}}}, []string{"gamma.com", "alpha.com"}},
		{command.Query{Limit: 5, Sort: []command.Sort{{Field: "tld"}, {Field: "name", Desc: true}}}, []string{"gamma.com", "alpha.com", "beta.de"}},
		{command.Query{Limit: 5, Sort: []command.Sort{{Field: "created", Desc: true}}}, []string{"gamma.com", "beta.de", "alpha.com"}},
		{command.Query{Limit: 1, Sort: []command.Sort{{Field: "id", Desc: true}, {Field: "name"}}}, []string{"gamma.com"}},
	} {
		if got := f.domainNames(c.q, all...); len(got) != len(c.want) || len(got) > 0 && !equal(got, c.want) {
			t.Errorf("%+v: %q, want %q", c.q, got, c.want)
		}
	}
	f.same(f.domainNames(where(command.Filter{})), []string{})
	_, page, err := f.View().ListDomains(t.Context(), all, command.Query{Where: w("tld", command.Equal, "com")})
	f.ok(err)
	f.same(page, command.Page{Total: 2})
	ds, page, err := f.View().ListDomains(t.Context(), all, command.Query{Limit: 3, Count: true})
	f.ok(err)
	if len(ds) != 3 || page != (command.Page{Total: 3}) {
		t.Fatalf("%d rows and page %+v at the end", len(ds), page)
	}
}

func equal(a, b []string) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// cursors walks lists page by page while rows come and go: what was there from the first page on is seen exactly once.
func cursors(t *testing.T, f *fixture) {
	a := f.account("a", 0)
	base := f.View().Registrar()
	for i := range 23 {
		f.domain(a.ID, dname.Name("d"+itoa(int64(i+10))+".com"), func(d *domain.Domain) { d.Expires = base.AddDate(0, 0, i%3) })
	}
	for _, sort := range [][]command.Sort{nil, {{Field: "expires"}}, {{Field: "expires", Desc: true}}, {{Field: "expires"}, {Field: "name", Desc: true}},
		{{Field: "auto_renew", Desc: true}, {Field: "tld"}}, {{Field: "id", Desc: true}}} {
		q := command.Query{Sort: sort, Limit: -1}
		want := f.domainNames(q, a.ID)
		q.Limit = 5
		var got []string
		for pages := 0; ; pages++ {
			ds, page, err := f.View().ListDomains(t.Context(), []account.ID{a.ID}, q)
			f.ok(err)
			for _, d := range ds {
				got = append(got, string(d.Name))
			}
			if q.After = page.Next; q.After == "" || pages > 10 {
				break
			}
		}
		if len(got) != 23 || !equal(got, want) {
			t.Errorf("sorted by %+v: got %q, want %q", sort, got, want)
		}
	}
	q := command.Query{Sort: []command.Sort{{Field: "name"}}, Limit: 10}
	_, page, err := f.View().ListDomains(t.Context(), []account.ID{a.ID}, q)
	f.ok(err)
	f.domain(a.ID, "a.com", nil)
	f.domain(a.ID, "d199.com", nil)
	q.After, q.Offset = page.Next, 5
	f.same(f.domainNames(q, a.ID)[:2], []string{"d199.com", "d20.com"})
}

func badQueries(t *testing.T, f *fixture) {
	a := f.account("a", 0)
	deep := command.Where("name", command.Equal, "x")
	for range 40 {
		deep = command.Filter{All: []command.Filter{deep}}
	}
	many := command.Where("name", command.In, make([]string, 5000)...)
	_, page, _ := f.View().ListDomains(t.Context(), []account.ID{a.ID}, command.Query{Limit: 1})
	for _, c := range []struct {
		q    command.Query
		want errs.Kind
	}{
		{command.Query{Limit: 1, Where: command.Where("auth_info", command.Like, "%")}, errs.Invalid},
		{command.Query{Limit: 1, Where: command.Where("name; DROP TABLE domain", command.Equal, "x")}, errs.Invalid},
		{command.Query{Limit: 1, Where: command.Where("name", "; DROP TABLE domain", "x")}, errs.Invalid},
		{command.Query{Limit: 1, Where: command.Where("name", command.Equal)}, errs.Missing},
		{command.Query{Limit: 1, Where: command.Where("name", command.Less, "a", "b")}, errs.Invalid},
		{command.Query{Limit: 1, Where: command.Where("id", command.Equal, "one")}, errs.Invalid},
		{command.Query{Limit: 1, Where: command.Where("id", command.Equal, "99999999999999999999")}, errs.Invalid},
		{command.Query{Limit: 1, Where: command.Where("expires", command.Equal, "tomorrow")}, errs.Invalid},
		{command.Query{Limit: 1, Where: command.Where("expires", command.Like, "2026%")}, errs.Invalid},
		{command.Query{Limit: 1, Where: command.Where("name", command.Equal, "a\x00b")}, errs.Invalid},
		{command.Query{Limit: 1, Where: command.Where("auto_renew", command.Equal, "a\xff")}, errs.Invalid},
		{command.Query{Limit: 1, Where: deep}, errs.TooLarge},
		{command.Query{Limit: 1, Where: many}, errs.TooLarge},
		{command.Query{Limit: 1, Sort: []command.Sort{{Field: "auth_info"}}}, errs.Invalid},
		{command.Query{Limit: 1, Sort: []command.Sort{{Field: "server"}}}, errs.Invalid},
		{command.Query{Limit: 1, After: "x"}, errs.Invalid},
		{command.Query{Limit: 1, After: "eyJzIjoiLCIsImsiOlsieCJdfQ"}, errs.Invalid}, // text for a number
		{command.Query{Limit: 1, After: page.Next + "e30"}, errs.Invalid},
	} {
		_, _, err := f.View().ListDomains(t.Context(), []account.ID{a.ID}, c.q)
		if !errs.Is(err, c.want) {
			t.Errorf("%+v: error %v, want %s", c.q, err, c.want)
		}
	}
}
