package dmapi

import (
	"context"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
)

// contactModify is contact-modify (§7.4.3): what is sent changes, the literal for "nothing" empties, the rest stays.
func contactModify(ctx context.Context, rq *request) (*reply, error) {
	found, err := rq.namedContact(ctx)
	if err != nil {
		return nil, err
	}
	if !rq.changesContact() {
		return nil, param("handle", "handle and at least one field to be changed")
	}
	tld := rq.tldOfPrefix(found.Group)
	if err := rq.fixedFields(found, tld); err != nil {
		return nil, err
	}
	data, err := rq.changedData(found.Contact.Data, tld)
	if err != nil {
		return nil, err
	}
	cmd := command.UpdateContact{ID: found.Contact.ID, Version: found.Contact.Version, Data: data}
	if rq.caller.IdempotencyKey != "" { // a repetition is the same command, though the contact has changed
		cmd.Version = 0
	}
	if tld != nil {
		cmd.TLD = tld.Name
	}
	out, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, cmd)
	if err != nil {
		return nil, err
	}
	return rq.warned(accepted(out)), nil
}

// baseFields are the parameters of §8.1 that are a contact's own.
var baseFields = []string{"name", "fname", "lname", "title", "individual", "organization", "email", "address-1", "address-2", "address-3", "city", "state",
	"postal-code", "country", "phone", "extension", "fax"}

// fixed are the parameters that no contact-modify changes (§7.4.3).
var fixed = []string{"lang", "language", "app-purpose", "nexus-category", "nexus-category-country", "orgid"}

// changesContact reports whether any field of a contact was sent.
func (rq *request) changesContact() bool {
	return slices.ContainsFunc(rq.form.names, func(n string) bool {
		known := slices.Contains(baseFields, n) || slices.Contains(fixed, n) || strings.HasPrefix(n, "x-") ||
			slices.ContainsFunc(aliases, func(a fieldAlias) bool { return a.base == n })
		return known && rq.form.get(n) != ""
	})
}

// tldOfPrefix is a TLD whose handles have the prefix; nil when none is sold any more.
func (rq *request) tldOfPrefix(prefix string) *catalog.TLD {
	for _, t := range rq.d.deps.Runner.Catalog().TLDs() {
		if prefix != "" && t.HandlePrefix == prefix {
			return t
		}
	}
	return nil
}

// fixedFields refuses another value for what cannot be changed; the present one may be sent, and a value where there is none.
func (rq *request) fixedFields(found command.FoundContact, tld *catalog.TLD) error {
	if text := rq.form.get("tld"); text != "" {
		if t := rq.d.deps.Runner.Catalog().TLD(text); t == nil || t.HandlePrefix != found.Group {
			return refuseValue("tld", "TLD of the contact, which cannot be changed")
		}
	}
	if tld == nil {
		return nil
	}
	for _, a := range aliases {
		if !slices.Contains(fixed, a.base) || !belongs(a.ext, tld.Name) {
			continue
		}
		now := found.Contact.Data.Extra[a.ext]
		if v := foldExtra(a.ext, rq.form.first(a.ext, a.base)); v != "" && now != "" && v != now {
			return refuseValue(rq.sentAs(a.ext), now+" (it cannot be changed)")
		}
	}
	return nil
}

// changedData lays the fields that were sent over the stored ones.
func (rq *request) changedData(d contact.Data, tld *catalog.TLD) (contact.Data, error) {
	var all problems
	for _, n := range []string{"name", "email", "address-1", "city", "postal-code", "country", "phone"} {
		if rq.form.get(n) == emptied {
			all.add(missing(n))
		}
	}
	rq.overlayNames(&d)
	for _, f := range []struct {
		name string
		to   *string
	}{{"title", &d.Title}, {"organization", &d.Organisation}, {"email", &d.Email}, {"city", &d.City}, {"state", &d.State}, {"postal-code", &d.PostalCode},
		{"country", &d.Country}, {"phone", &d.Phone}, {"extension", &d.PhoneExt}, {"fax", &d.Fax}} {
		rq.overlay(f.name, f.to)
	}
	d.Street = rq.overlayStreet(d.Street)
	all.add(rq.overlayType(&d))
	if rq.form.field("phone") != "" {
		all.add(phoneGiven(d.Phone))
	}
	d = d.Normalize()
	if tld != nil {
		rq.overlayExtras(&d, tld, &all)
	}
	if e := d.Validate("contact."); e != nil {
		for _, p := range e.All() {
			all.add(inOurWords(p))
		}
	}
	return d, all.list.Err()
}

// overlay sets what was sent.
func (rq *request) overlay(name string, to *string) {
	if rq.form.get(name) != "" {
		*to = rq.form.field(name)
	}
}

func (rq *request) overlayNames(d *contact.Data) {
	if rq.form.field("name") != "" {
		d.FirstName, d.LastName = rq.partyName()
		return
	}
	rq.overlay("fname", &d.FirstName)
	rq.overlay("lname", &d.LastName)
}

func (rq *request) overlayStreet(have []string) []string {
	lines := make([]string, 3)
	copy(lines, have)
	for i, n := range []string{"address-1", "address-2", "address-3"} {
		rq.overlay(n, &lines[i])
	}
	return slices.DeleteFunc(lines, func(s string) bool { return s == "" })
}

// overlayType follows individual; without it, an organisation that loses its name is a person.
func (rq *request) overlayType(d *contact.Data) error {
	person, err := rq.form.truth("individual", d.Type == contact.Person)
	switch {
	case err != nil:
		return param("individual", "Y or N")
	case person || d.Organisation == "" && rq.form.get("individual") == "" && d.Type == contact.Organisation:
		d.Type = contact.Person
	case d.Type == contact.Person:
		d.Type = contact.Organisation
	}
	if d.Type == contact.Organisation && d.Organisation == "" {
		return missing("organization")
	}
	return nil
}

// overlayExtras changes extension fields of the contact's registry, under either of their names.
func (rq *request) overlayExtras(d *contact.Data, tld *catalog.TLD, all *problems) {
	next := map[string]string{}
	for n, v := range d.Extra {
		next[n] = v
	}
	touched := false
	for _, n := range rq.form.names {
		if strings.HasPrefix(n, "x-") && rq.form.get(n) == emptied {
			delete(next, n)
			touched = true
		}
	}
	for _, a := range aliases {
		if rq.form.get(a.base) == emptied && rq.form.get(a.ext) == "" && belongs(a.ext, tld.Name) {
			delete(next, a.ext)
			touched = true
		}
	}
	for n, v := range rq.extras(tld, all) {
		next[n] = v
		touched = true
	}
	if !touched {
		return
	}
	if d.Extra = next; len(next) == 0 {
		d.Extra = nil
	}
	addTLDRules(*d, tld, all)
}
