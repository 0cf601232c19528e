package domainrobot

import (
	"strings"

	"github.com/nyaruka/phonenumbers"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// Types and protections of contacts by the core's words.
var (
	contactTypes = map[contact.Type]string{contact.Person: "PERSON", contact.Organisation: "ORG", contact.Role: "ROLE"}
	protections  = map[string]string{"all": "SHOW_ALL", "none": "SHOW_NONE"}
)

// readContact reads a Contact object over what is stored already (domainrobot-json.md §9.3): an item that is not given stays.
func readContact(r *reader, d contact.Data) contact.Data {
	d.Extra = cloned(d.Extra)
	for _, f := range []struct {
		name string
		to   *string
	}{
		{"alias", &d.Alias}, {"organization", &d.Organisation}, {"title", &d.Title}, {"city", &d.City}, {"state", &d.State},
		{"email", &d.Email}, {"comment", &d.Comment}, {"fname", &d.FirstName}, {"lname", &d.LastName}, {"pcode", &d.PostalCode},
		{"phone", &d.Phone}, {"fax", &d.Fax}, {"country", &d.Country},
	} {
		if s, given := r.text(f.name); given {
			*f.to = strings.TrimSpace(s)
		}
	}
	d.Country = internetx.CountryCode(d.Country)
	switch r.word("type", "PERSON", "ORG", "ROLE") {
	case "PERSON":
		d.Type = contact.Person
	case "ORG":
		d.Type = contact.Organisation
	case "ROLE":
		d.Type = contact.Role
	}
	switch r.word("protection", "SHOW_ALL", "SHOW_NONE") {
	case "SHOW_ALL":
		d.Protection = "all"
	case "SHOW_NONE":
		d.Protection = "none"
	}
	if lines, given := r.texts("address"); given {
		d.Street = nil
		for _, l := range lines {
			if l = strings.TrimSpace(l); l != "" {
				d.Street = append(d.Street, l)
			}
		}
	}
	if sip, given := r.text("sip"); given {
		setExtra(&d, "sip", sip)
	}
	if !isASCII(d.Comment) {
		r.Add(bad(errs.Invalid, r.at("comment"), d.Comment, "may hold ASCII characters only"))
	}
	readExtensions(r, &d)
	return d
}

// newContact reads a contact that is to be made, and reports all that is missing in it (domainrobot-json.md §7).
func newContact(r *reader) contact.Data {
	d := readContact(r, contact.Data{})
	need := func(name, value string) {
		// What was given in the wrong type has been told already.
		if _, readable := r.v.Get(name).AsString(); value == "" && (readable || !r.v.Get(name).Given()) {
			r.Add(bad(errs.Missing, r.at(name), "", "is required"))
		}
	}
	need("type", r.v.Get("type").Str())
	need("lname", d.LastName)
	switch d.Type {
	case contact.Person:
		need("fname", d.FirstName)
	case contact.Organisation:
		need("organization", d.Organisation)
	}
	if d.Alias == "" {
		d.Alias = strings.Join(strings.Fields(d.Name()), "-")
	}
	return d
}

func cloned(m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	out := make(map[string]string, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

func setExtra(d *contact.Data, key, value string) {
	if value = strings.TrimSpace(value); value == "" {
		delete(d.Extra, key)
		return
	}
	if d.Extra == nil {
		d.Extra = map[string]string{}
	}
	d.Extra[key] = value
}

// contactJSON writes the items of a contact; only says which of them, nil for all.
func (q *request) contactJSON(k contact.Contact, handle string, only map[string]bool) jsonx.Obj {
	d := k.Data
	var o jsonx.Obj
	add := func(name string, value any, given bool) {
		if given && (only == nil || only[strings.ToLower(name)]) {
			o.Add(name, value)
		}
	}
	text := func(name, value string) { add(name, value, value != "") }
	own := k.Account == q.caller.Account.ID
	add("created", stamp(k.Created), !k.Created.IsZero())
	add("updated", stamp(changed(k.Created, k.Updated)), !k.Created.IsZero())
	add("owner", q.owner.json(), own)
	add("updater", q.owner.json(), own)
	add("id", numberOf(handle), handle != "")
	text("alias", aliasOf(d))
	text("type", contactTypes[d.Type])
	text("organization", d.Organisation)
	text("title", d.Title)
	text("city", d.City)
	text("country", d.Country)
	text("state", d.State)
	text("email", d.Email)
	text("protection", protections[d.Protection])
	text("sip", d.Extra["sip"])
	add("domainsafe", false, true)
	text("comment", d.Comment)
	text("verification", map[bool]string{true: "SUCCESS", false: "NOT_SET"}[k.Verified])
	text("fname", d.FirstName)
	text("lname", d.LastName)
	add("address", d.Street, len(d.Street) > 0)
	text("pcode", d.PostalCode)
	text("phone", phoneOut(d.Phone, d.Country))
	text("fax", phoneOut(d.Fax, d.Country))
	ext := writeExtensions(d)
	add("extensions", ext, ext != nil)
	text("ownedBy", k.Owner)
	return o
}

func aliasOf(d contact.Data) string {
	if d.Alias != "" {
		return d.Alias
	}
	return strings.Join(strings.Fields(d.Name()), "-")
}

// phoneOut gives a stored number as +country-area-number where its area code is known, and only if that reads back equal.
func phoneOut(stored, country string) string {
	cc, rest, ok := strings.Cut(stored, ".")
	n, err := phonenumbers.Parse(strings.Replace(stored, ".", "", 1), "ZZ")
	if !ok || err != nil {
		return stored
	}
	out := cc + "-" + rest
	if area := phonenumbers.GetLengthOfNationalDestinationCode(n); area > 0 && area < len(rest) {
		out = cc + "-" + rest[:area] + "-" + rest[area:]
	}
	if contact.NormalizePhone(out, country) != stored {
		return stored
	}
	return out
}

// handleCommand asks for the public numbers of contacts.
func handleCommand(ids ...contact.ID) command.Handles {
	return command.Handles{Dialect: name, IDs: ids, Format: decimal}
}
