package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/wire/internetx"
)

// contactColumns are the keys of the contact list (autodns-xml.md §5.2).
var contactColumns = map[string]column{
	"id": {core: "id", read: contactNumber}, "alias": {core: "alias"}, "type": {core: "type", read: contactType},
	"fname": {core: "first_name"}, "lname": {core: "last_name"}, "title": {core: "title"}, "organization": {core: "organisation"},
	"address": {core: "street"}, "pcode": {core: "postal_code"}, "city": {core: "city"}, "state": {core: "state"},
	"country": {core: "country", text: internetx.CountryCode}, "phone": {core: "phone", text: phoneValue}, "fax": {core: "fax", text: phoneValue},
	"email": {core: "email"}, "comment": {core: "comment"}, "created": {core: "created", dates: true},
	"updated": {core: "updated", dates: true}, "domainsafe": {always: "false"},
}

// contactDefaults are the fields of each contact in a list; keys add others (autodns-xml.md §12.2).
var contactDefaults = []string{"id", "alias", "type", "fname", "lname", "organization", "owner"}

// contactList is task 0304 without an identifier.
func contactList(ctx context.Context, t *task) (result, error) {
	l := &listing{t: t, columns: contactColumns}
	p, err := l.page(ctx)
	if err != nil {
		return result{}, err
	}
	found, total, err := collect(ctx, p, func(ctx context.Context, q command.Query) ([]contact.Contact, command.Page, error) {
		got, err := do(ctx, t, command.ListContacts{Query: q, Children: p.children})
		return got.Contacts, got.Page, err
	})
	if err != nil {
		return result{}, err
	}
	ids := make([]contact.ID, len(found))
	for i, k := range found {
		ids[i] = k.ID
	}
	handles, err := t.handles(ctx, ids)
	if err != nil {
		return result{}, err
	}
	only := t.keys()
	for _, k := range contactDefaults {
		only[k] = true
	}
	out := make([]el, len(found))
	for i, k := range found {
		out[i] = block("handle", t.q.contactEls(k, handles[k.ID], only)...)
	}
	return listed(total, out), nil
}

// contactNumber turns a public number into the core's; a number of nobody's matches nothing.
func contactNumber(ctx context.Context, t *task, value string) (string, bool, error) {
	if value == "" {
		return "", false, nil
	}
	found, err := do(ctx, t, command.FindContact{Dialect: shared, Handle: value})
	if missing(err) {
		return "", false, nil
	}
	return decimal(found.Contact.ID), err == nil, err
}

func contactType(_ context.Context, _ *task, value string) (string, bool, error) {
	ct, ok := typeOf(value)
	return string(ct), ok, nil
}

func phoneValue(value string) string { return contact.NormalizePhone(value, "") }
