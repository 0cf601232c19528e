package autodns

import (
	"strings"

	"github.com/nyaruka/phonenumbers"

	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// contactTypes are the vendor's words for types of contacts (autodns-xml.md §12.1).
var contactTypes = map[contact.Type]string{contact.Person: "PERSON", contact.Organisation: "ORG", contact.Role: "ROLE"}

func typeOf(word string) (contact.Type, bool) {
	for t, w := range contactTypes {
		if strings.EqualFold(w, word) {
			return t, true
		}
	}
	return "", false
}

// protections are what may be published, by the core's words.
var protections = map[string]string{"all": "A", "none": "B"}

// extra names under which what the core has no field for is kept.
const (
	extraSIP     = "sip"
	extraRemarks = "remarks"
)

// readContact reads contact fields over what is stored already: elements that are absent or empty change nothing. path stands
// before names in messages.
func readContact(n *xmlx.Node, d contact.Data, path string, l *errs.List) contact.Data {
	d.Extra = cloned(d.Extra)
	for _, f := range []struct {
		name string
		to   *string
	}{
		{"alias", &d.Alias}, {"fname", &d.FirstName}, {"lname", &d.LastName}, {"title", &d.Title}, {"organization", &d.Organisation},
		{"pcode", &d.PostalCode}, {"city", &d.City}, {"state", &d.State}, {"country", &d.Country}, {"phone", &d.Phone}, {"fax", &d.Fax},
		{"email", &d.Email}, {"comment", &d.Comment},
	} {
		if v := n.ChildTrim(f.name); v != "" {
			*f.to = v
		}
	}
	d.Country = internetx.CountryCode(d.Country)
	if !isASCII(d.Comment) {
		l.Add(bad(errs.Invalid, path+".comment", d.Comment, "may hold ASCII characters only"))
	}
	readWords(n, &d, path, l)
	if lines := texts(n, "address"); len(lines) > 0 {
		d.Street = lines
	}
	setExtra(&d, extraSIP, n.ChildTrim("sip"))
	setExtra(&d, extraRemarks, strings.Join(texts(n, "remarks"), "\n"))
	readExtension(n.Child("extension"), &d, path, l)
	return d
}

// readWords reads the enumerations.
func readWords(n *xmlx.Node, d *contact.Data, path string, l *errs.List) {
	if w := n.ChildTrim("type"); w != "" {
		t, ok := typeOf(w)
		if !ok {
			l.Add(bad(errs.Invalid, path+".type", w, "must be PERSON, ORG or ROLE"))
		}
		d.Type = t
	}
	switch w := n.ChildTrim("protection"); strings.ToUpper(w) {
	case "":
	case "A":
		d.Protection = "all"
	case "B":
		d.Protection = "none"
	default:
		l.Add(bad(errs.Invalid, path+".protection", w, "must be A or B"))
	}
}

// newContact reads a contact that is to be made and reports all that is wrong with it: what the gateway asks for, then what the
// core does, under the core's prefix for its fields.
func newContact(t *task, n *xmlx.Node, path, prefix string, l *errs.List) contact.Data {
	var own errs.List
	d := readContact(n, contact.Data{}, path, &own)
	need := func(name, value string) {
		if value == "" {
			own.Add(bad(errs.Missing, path+"."+name, "", "is required"))
		}
	}
	need("type", n.ChildTrim("type"))
	need("lname", d.LastName)
	switch d.Type {
	case contact.Person:
		need("fname", d.FirstName)
	case contact.Organisation:
		need("organization", d.Organisation)
	}
	if d.Alias == "" {
		d.Alias = aliasOf(d)
	}
	told := map[string]bool{}
	if err := own.Err(); err != nil {
		for _, p := range errs.As(err).All() {
			told[p.Field] = true
			l.Add(&errs.Error{Kind: p.Kind, Text: p.Text, Field: p.Field, Object: p.Object})
		}
	}
	if err := d.Normalize().Validate(prefix); err != nil {
		for _, p := range err.All() {
			if !told[ownPath+t.path(p.Field)] {
				l.Add(&errs.Error{Kind: p.Kind, Text: p.Text, Field: p.Field})
			}
		}
	}
	return d
}

// texts are the texts of all children of a name that have one.
func texts(n *xmlx.Node, name string) []string {
	var out []string
	for _, c := range n.ChildrenNamed(name) {
		if v := c.Trim(); v != "" {
			out = append(out, v)
		}
	}
	return out
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
	if value == "" {
		return
	}
	if d.Extra == nil {
		d.Extra = map[string]string{}
	}
	d.Extra[key] = value
}

func aliasOf(d contact.Data) string {
	if d.Alias != "" {
		return d.Alias
	}
	return strings.Join(strings.Fields(d.Name()), "-")
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0
}

// contactEls are the fields of a contact in the order of autodns-xml.md §12.1; only says which of them, nil for all. Empty ones
// are left out, but for those that clients read without looking.
func (q *request) contactEls(k contact.Contact, handle string, only map[string]bool) []el {
	d := k.Data
	var out []el
	add := func(e el, always bool) {
		if (only == nil || only[e.name]) && (always || e.text != "" || len(e.kids) > 0) {
			out = append(out, e)
		}
	}
	text := func(name, value string) { add(leaf(name, value), false) }
	text("id", handle)
	text("alias", aliasOf(d))
	text("type", contactTypes[d.Type])
	add(leaf("fname", d.FirstName), true)
	add(leaf("lname", d.LastName), true)
	text("title", d.Title)
	add(leaf("organization", d.Organisation), true)
	for _, line := range d.Street {
		text("address", line)
	}
	text("pcode", d.PostalCode)
	text("city", d.City)
	text("state", d.State)
	text("country", d.Country)
	text("phone", phoneOut(d.Phone, d.Country))
	text("fax", phoneOut(d.Fax, d.Country))
	text("email", d.Email)
	text("sip", d.Extra[extraSIP])
	text("protection", protections[d.Protection])
	for _, line := range strings.Split(d.Extra[extraRemarks], "\n") {
		text("remarks", line)
	}
	text("comment", d.Comment)
	add(block("extension", extensionEls(d)...), false)
	text("domainsafe", "0")
	text("verification", map[bool]string{true: "SUCCESS", false: "NOT_SET"}[k.Verified])
	if k.Account == q.caller.Account.ID {
		add(q.owner.el("owner"), true)
		add(q.owner.el("updater"), true)
	}
	text("created", stamp(k.Created))
	text("updated", stamp(changed(k.Created, k.Updated)))
	return out
}

// phoneOut gives a stored number as +country-area-number where its area code is known, and only if that reads back equal.
func phoneOut(stored, country string) string {
	cc, rest, ok := strings.Cut(stored, ".")
	n, err := phonenumbers.Parse(cc+rest, "ZZ")
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
