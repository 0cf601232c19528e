package opensrs

import (
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

// roles in the order they are shown, by the client's word.
var roles = []struct {
	word string
	role domain.Role
}{{"owner", domain.Registrant}, {"admin", domain.Admin}, {"billing", domain.Billing}, {"tech", domain.Tech}}

func roleOf(word string) (domain.Role, bool) {
	for _, r := range roles {
		if r.word == word {
			return r.role, true
		}
	}
	return "", false
}

// Fields without a counterpart in the core are kept under their own words.
const (
	extraURL    = "url"
	extraFaxExt = "fax_ext"
)

// readContact reads a contact as a whole: what is not sent is empty (opensrs.md §6).
func readContact(v *value) contact.Data {
	d := contact.Data{FirstName: v.str("first_name"), LastName: v.str("last_name"), Organisation: v.str("org_name"), Email: v.str("email"),
		City: v.str("city"), State: v.str("state"), PostalCode: v.str("postal_code"), Country: v.str("country"), VATID: v.str("vat")}
	for _, k := range []string{"address1", "address2", "address3"} {
		if s := v.str(k); s != "" {
			d.Street = append(d.Street, s)
		}
	}
	var faxExt string
	d.Phone, d.PhoneExt = splitPhone(v.str("phone"))
	d.Fax, faxExt = splitPhone(v.str("fax"))
	if lang := v.str("lang"); len(lang) == 2 {
		d.Language = strings.ToLower(lang)
	} else if lang := v.str("lang_pref"); len(lang) == 2 {
		d.Language = strings.ToLower(lang)
	}
	for k, s := range map[string]string{extraURL: v.str("url"), extraFaxExt: faxExt} {
		if s != "" {
			if d.Extra == nil {
				d.Extra = map[string]string{}
			}
			d.Extra[k] = s
		}
	}
	return d
}

// needNames adds the names that a contact lacks, for neither may be empty (opensrs.md §6), and reports whether there are any. A
// name that the old contact, made through another interface, does not have either may stay out.
func needNames(role domain.Role, d, old contact.Data, l *errs.List) bool {
	lacks := false
	for _, n := range []struct{ field, now, before string }{
		{contact.FieldFirstName, d.FirstName, old.FirstName}, {contact.FieldLastName, d.LastName, old.LastName}} {
		if n.now == "" && n.before != "" {
			lacks = true
			l.Add(errs.F(errs.Missing, string(role)+"."+n.field, "is required"))
		}
	}
	return lacks
}

// splitPhone parts "+1.4165550123x1902".
func splitPhone(s string) (number, ext string) {
	number, ext, _ = strings.Cut(strings.ToLower(s), "x")
	return strings.TrimSpace(number), strings.TrimSpace(ext)
}

func joinPhone(number, ext string) string {
	if number == "" || ext == "" {
		return number
	}
	return number + "x" + ext
}

// changedContact is what a contact becomes. While the party stays the same, what this dialect has no word for is kept.
func changedContact(old contact.Data, v *value) contact.Data {
	d := readContact(v).Normalize()
	if d.FirstName != old.FirstName || d.LastName != old.LastName || d.Organisation != old.Organisation {
		return d
	}
	d.Type, d.Title, d.Email2, d.CompanyNo, d.Protection, d.Alias, d.Comment = old.Type, old.Title, old.Email2, old.CompanyNo, old.Protection, old.Alias, old.Comment
	if d.Language == "" {
		d.Language = old.Language
	}
	if d.VATID == "" {
		d.VATID = old.VATID
	}
	for k, s := range old.Extra {
		if k == extraFaxExt {
			continue
		}
		if d.Extra == nil {
			d.Extra = map[string]string{}
		}
		if _, given := d.Extra[k]; !given {
			d.Extra[k] = s
		}
	}
	return d
}

// showContact is a contact as all_info shows it: exactly these items, empty ones too (recorded 2025).
func showContact(d contact.Data) *value {
	var street [3]string
	copy(street[:], d.Street)
	return hash("first_name", d.FirstName, "last_name", d.LastName, "org_name", d.Organisation, "address1", street[0], "address2", street[1],
		"address3", street[2], "city", d.City, "state", d.State, "postal_code", d.PostalCode, "country", d.Country,
		"phone", joinPhone(d.Phone, d.PhoneExt), "fax", joinPhone(d.Fax, d.Extra[extraFaxExt]), "email", d.Email, "status", "active")
}

// contactOf is the contact in a role. A role that the registry does not take is shown with the owner's contact, which is
// what this interface copies into it.
func contactOf(info command.DomainInfo, role domain.Role) contact.Data {
	if k, ok := info.Contacts[role]; ok {
		return k.Data
	}
	return info.Contacts[domain.Registrant].Data
}

// contactSet shows the contacts of the given words, all four without any.
func contactSet(info command.DomainInfo, words ...string) *value {
	set := hash()
	for _, r := range roles {
		if len(words) == 0 || words[0] == r.word {
			set.set(r.word, showContact(contactOf(info, r.role)))
		}
	}
	return set
}
