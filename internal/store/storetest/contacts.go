package storetest

import (
	"context"
	"testing"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

func contacts(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a, b := f.account("a", 0), f.account("b", 0)
	c := contact.Contact{Account: a.ID, Verified: true, Data: person("Doe")}
	c.Data.Extra = map[string]string{"x-us-nexus-category": "C11"}
	c.Data.Alias, c.Data.Comment = "jd", "a comment"
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.AddContact(ctx, &c)) })
	if c.ID != 10000000 || c.Version != 1 || !c.Created.Equal(view.Registrar()) {
		t.Fatalf("new contact %+v", c)
	}
	f.same(must[contact.Contact](f)(view.Contact(ctx, a.ID, c.ID)), c)
	f.same(must[account.ID](f)(view.ContactAccount(ctx, c.ID)), a.ID)
	_, err := view.ContactAccount(ctx, 1)
	f.kind(err, errs.NotFound)
	second := f.contact(a.ID, "Roe")
	foreign := f.contact(b.ID, "Moe")
	f.same(must[map[contact.ID]contact.Contact](f)(view.Contacts(ctx, a.ID, []contact.ID{c.ID, second.ID, second.ID, foreign.ID, 1})),
		map[contact.ID]contact.Contact{c.ID: c, second.ID: second})
	f.same(must[map[contact.ID]contact.Contact](f)(view.Contacts(ctx, a.ID, nil)), map[contact.ID]contact.Contact{})

	like := c.Data
	like.Comment, like.Alias, like.City = "other", "", " Berlin "
	f.same(must[contact.Contact](f)(view.SameContact(ctx, a.ID, like)), c)
	_, err = view.SameContact(ctx, b.ID, like)
	f.kind(err, errs.NotFound)
	like.City = "Bonn"
	_, err = view.SameContact(ctx, a.ID, like)
	f.kind(err, errs.NotFound)

	stale := c
	c.Data.City, c.Owner = "Bonn", "example.com"
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.PutContact(ctx, &c))
		f.kind(tx.PutContact(ctx, &stale), errs.Conflict)
		strange := c
		strange.Account = b.ID
		f.kind(tx.PutContact(ctx, &strange), errs.Conflict)
	})
	if c.Version != 2 || !c.Updated.Equal(view.Registrar()) {
		t.Fatalf("changed contact %+v", c)
	}
	f.same(must[contact.Contact](f)(view.Contact(ctx, a.ID, c.ID)), c)
	_, err = view.SameContact(ctx, a.ID, c.Data) // it belongs to a domain now
	f.kind(err, errs.NotFound)

	f.domain(a.ID, "one.com", func(d *domain.Domain) {
		d.Contacts = map[domain.Role]contact.ID{domain.Registrant: c.ID, domain.Admin: c.ID, domain.Billing: second.ID}
	})
	f.domain(a.ID, "two.com", func(d *domain.Domain) { d.Contacts = map[domain.Role]contact.ID{domain.Tech: c.ID} })
	f.same(must[int](f)(view.ContactUse(ctx, c.ID)), 2)
	f.same(must[int](f)(view.ContactUse(ctx, second.ID)), 1)
	f.same(must[int](f)(view.ContactUse(ctx, foreign.ID)), 0)
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.AddHandle(ctx, account.Live, contact.Handle{Contact: second.ID, Dialect: "dmapi", Handle: "X-1"}))
		f.kind(tx.DeleteContact(ctx, b.ID, second.ID), errs.NotFound)
		f.ok(tx.DeleteContact(ctx, a.ID, second.ID))
		f.kind(tx.DeleteContact(ctx, a.ID, second.ID), errs.NotFound)
	})
	_, err = view.FindHandle(ctx, account.Live, "dmapi", "X-1")
	f.kind(err, errs.NotFound)
}

func handles(t *testing.T, f *fixture) {
	ctx, view, a := t.Context(), f.View(), f.account("a", 0)
	c, d := f.contact(a.ID, "Doe"), f.contact(a.ID, "Roe")
	h := contact.Handle{Contact: c.ID, Dialect: "dmapi", Group: "com", Handle: "CCOM-1"}
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.AddHandle(ctx, account.Live, h))
		f.ok(tx.AddHandle(ctx, account.Live, contact.Handle{Contact: c.ID, Dialect: "dmapi", Group: "com", Handle: "CCOM-2"}))
		f.ok(tx.AddHandle(ctx, account.Live, contact.Handle{Contact: c.ID, Dialect: "dmapi", Group: "eu", Handle: "CEU-1"}))
		f.kind(tx.AddHandle(ctx, account.Live, contact.Handle{Contact: d.ID, Dialect: "dmapi", Group: "com", Handle: "ccom-1"}), errs.Exists)
		f.ok(tx.AddHandle(ctx, account.Test, contact.Handle{Contact: d.ID, Dialect: "dmapi", Group: "com", Handle: "ccom-1"}))
	})
	f.same(must[contact.Handle](f)(view.FindHandle(ctx, account.Live, "dmapi", "ccOM-1")), h)
	_, err := view.FindHandle(ctx, account.Live, "wapi", "ccom-1")
	f.kind(err, errs.NotFound)
	_, err = view.FindHandle(ctx, account.Live, "dmapi", "ccom-2")
	f.kind(err, errs.NotFound)
	f.same(must[map[contact.ID]string](f)(view.Handles(ctx, "dmapi", "com", []contact.ID{c.ID, d.ID, 1})),
		map[contact.ID]string{c.ID: "CCOM-1", d.ID: "ccom-1"})
	many := make([]contact.ID, 2000)
	for i := range many {
		many[i] = contact.ID(i + 1)
	}
	f.same(must[map[contact.ID]string](f)(view.Handles(ctx, "dmapi", "com", append(many, c.ID))), map[contact.ID]string{c.ID: "CCOM-1"})
}

func atRegistries(t *testing.T, f *fixture) {
	ctx, view, a := t.Context(), f.View(), f.account("a", 0)
	c := f.contact(a.ID, "Doe")
	put := func(x contact.AtRegistry) {
		t.Helper()
		f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.PutAtRegistry(ctx, x)) })
	}
	x := contact.AtRegistry{Contact: c.ID, Registry: "demo", ID: "C-1"}
	put(x)
	f.same(must[map[contact.ID]contact.AtRegistry](f)(view.AtRegistry(ctx, "demo", []contact.ID{c.ID, 1})), map[contact.ID]contact.AtRegistry{c.ID: x})
	f.same(must[[]contact.AtRegistry](f)(view.RegistriesOf(ctx, c.ID)), []contact.AtRegistry{})
	x.Made, x.Version = true, 2
	put(x)
	put(contact.AtRegistry{Contact: c.ID, Registry: "demo", ID: "C-9", Version: 1})
	f.same(must[[]contact.AtRegistry](f)(view.RegistriesOf(ctx, c.ID)), []contact.AtRegistry{x})
	f.same(must[map[contact.ID]contact.AtRegistry](f)(view.AtRegistry(ctx, "other", []contact.ID{c.ID})), map[contact.ID]contact.AtRegistry{})
}

func contactLists(t *testing.T, f *fixture) {
	a := f.account("a", 0)
	cerny := contact.Contact{Account: a.ID, Data: person("Černý")}
	owned := contact.Contact{Account: a.ID, Data: person("Owned"), Owner: "example.com"}
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.AddContact(ctx, &cerny))
		f.ok(tx.AddContact(ctx, &owned))
	})
	doe, roe := f.contact(a.ID, "Doe"), f.contact(a.ID, "Roe")
	names := func(q command.Query) []string {
		t.Helper()
		cs, _, err := f.View().ListContacts(t.Context(), []account.ID{a.ID}, q)
		f.ok(err)
		var out []string
		for _, c := range cs {
			out = append(out, c.Data.LastName)
		}
		return out
	}
	f.same(names(command.Query{Limit: -1}), []string{"Černý", "Doe", "Roe"})
	f.same(names(command.Query{Limit: -1, Where: command.Where("last_name", command.Like, "ČER%")}), []string{"Černý"})
	f.same(names(command.Query{Limit: -1, Where: command.Where("last_name", command.In, "doe", "ROE"), Sort: []command.Sort{{Field: "last_name", Desc: true}}}),
		[]string{"Roe", "Doe"})
	f.same(names(command.Query{Limit: -1, Where: command.Where("email", command.Like, "%oe@example.org")}), []string{"Doe", "Roe"})
	f.same(names(command.Query{Limit: -1, Where: command.Where("street", command.IsNull)}), []string{})
	f.same(names(command.Query{Limit: -1, Where: command.Where("id", command.Greater, itoa(int64(doe.ID)))}), []string{"Roe"})
	roe.Data.LastName = "Zoe"
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.PutContact(ctx, &roe)) })
	f.same(names(command.Query{Limit: -1, Where: command.Where("updated", command.NotNull)}), []string{"Zoe"})
}
