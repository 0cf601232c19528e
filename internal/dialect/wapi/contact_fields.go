package wapi

import (
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// contactParams are the items of a contact object that become fields of their own (wapi.md §6.6).
var contactParams = []struct {
	name string
	at   func(*contact.Data) *string
}{
	{"fname", func(d *contact.Data) *string { return &d.FirstName }},
	{"lname", func(d *contact.Data) *string { return &d.LastName }},
	{"company", func(d *contact.Data) *string { return &d.Organisation }},
	{"email", func(d *contact.Data) *string { return &d.Email }},
	{"email2", func(d *contact.Data) *string { return &d.Email2 }},
	{"phone", func(d *contact.Data) *string { return &d.Phone }},
	{"fax", func(d *contact.Data) *string { return &d.Fax }},
	{"ic", func(d *contact.Data) *string { return &d.CompanyNo }},
	{"dic", func(d *contact.Data) *string { return &d.VATID }},
	{"addr_city", func(d *contact.Data) *string { return &d.City }},
	{"addr_zip", func(d *contact.Data) *string { return &d.PostalCode }},
	{"addr_country", func(d *contact.Data) *string { return &d.Country }},
	{"addr_state", func(d *contact.Data) *string { return &d.State }},
}

// contactObject finds the contact's items: under contact, or flat beside tld, as one client sends them.
func (c *call) contactObject() (jsonx.Value, error) {
	v := c.params.Get("contact")
	switch {
	case v.Kind == jsonx.Object:
		return v, nil
	case isEmpty(v) && v.Given():
		return jsonx.Value{Kind: jsonx.Object}, nil
	case v.Given():
		return v, code(2217)
	}
	for _, p := range contactParams {
		if c.params.Get(p.name).Exists() {
			return c.params, nil
		}
	}
	return v, paramMissing
}

// readContact puts the items of v into base, which keeps what this dialect has no item for. It is a full replacement of the
// rest (wapi.md §7.3). Fields that the registry fixes at creation keep their value when there is an old one.
func readContact(v jsonx.Value, base contact.Data, tld *catalog.TLD, update bool) (contact.Data, error) {
	d := base
	for _, p := range contactParams {
		text, ok := plain(v.Get(p.name))
		if !ok {
			return d, code(2217)
		}
		*p.at(&d) = text
	}
	street, ok := plain(v.Get("addr_street"))
	if !ok {
		return d, code(2217)
	}
	if street != joinStreet(base.Street) {
		d.Street = strings.Split(strings.ReplaceAll(street, "\r\n", "\n"), "\n")
	}
	if update && (tld.Class == classEU || tld.Class == classSK) {
		d.Organisation, d.FirstName, d.LastName = base.Organisation, base.FirstName, base.LastName
	}
	if (d.Organisation != "") != (base.Organisation != "") {
		d.Type = "" // made up anew
	}
	extra, problem := readOther(v, base.Extra, tld)
	d.Extra = extra
	return d, checkRequired(d.Normalize(), tld, problem)
}

// plain reads a scalar; ok is false for an object or list that holds something.
func plain(v jsonx.Value) (text string, ok bool) {
	return scalar(v), v.Kind != jsonx.Object && v.Kind != jsonx.Array || isEmpty(v)
}

// checkRequired makes the checks of wapi.md §8 that the core does not make of every contact; problem is one found before.
func checkRequired(d contact.Data, tld *catalog.TLD, problem *errs.Error) error {
	var l errs.List
	required := []struct{ field, value string }{{contact.FieldFirstName, d.FirstName}, {contact.FieldLastName, d.LastName}}
	if tld.Class == classEU || tld.Class == classGTLD {
		required = append(required, struct{ field, value string }{contact.FieldPhone, d.Phone})
	}
	for _, r := range required {
		if r.value == "" {
			l.Add(errs.F(errs.Missing, "contact."+r.field, "is required below %s", tld.Name))
		}
	}
	if len(tld.Countries) > 0 && d.Country != "" && !slices.Contains(tld.Countries, d.Country) {
		l.Add(errs.F(errs.Invalid, "contact."+contact.FieldCountry, "is not eligible below %s", tld.Name))
	}
	l.Add(d.Validate("contact."))
	l.Add(problem)
	return l.Err()
}

// Items of "other" (wapi.md §8), kept under their own names. Below .sk the same item has a name that several dialects share.
var (
	otherItems = []string{"notify_email", "ident_type", "ident", "del_addr"}
	hideItems  = []string{"disclose_phone", "disclose_fax", "disclose_email", "disclose_ident", "disclose_notify_email"}
	sharedName = map[string]map[string]string{classSK: {"ident_type": "x-sk-contact-legal-form", "ident": "x-sk-contact-ident-number"}}
)

func extraName(class, item string) string {
	if n := sharedName[class][item]; n != "" {
		return n
	}
	return item
}

// readOther reads the registry-specific items, nested in other or flat. Registries without any leave what is stored alone.
func readOther(v jsonx.Value, old map[string]string, tld *catalog.TLD) (map[string]string, *errs.Error) {
	if tld.Class != classCZ && tld.Class != classSK {
		return old, nil
	}
	other := v.Get("other")
	if other.Given() && !isEmpty(other) && other.Kind != jsonx.Object {
		return old, badOther("other is no object")
	}
	extra := map[string]string{}
	for k, val := range old {
		extra[k] = val
	}
	for _, item := range slices.Concat(otherItems, hideItems) {
		val := other.Get(item)
		if !val.Exists() {
			val = v.Get(item)
		}
		text, ok := plain(val)
		if ok && slices.Contains(hideItems, item) {
			text, ok = hideFlag(text)
		}
		if !ok {
			return old, badOther(item + " has no such value")
		}
		if key := extraName(tld.Class, item); text == "" {
			delete(extra, key)
		} else {
			extra[key] = text
		}
	}
	if len(extra) == 0 {
		extra = nil
	}
	return extra, checkOther(extra, tld.Class)
}

// hideFlag reads a disclose_* item: "1" hides, "" shows (proposal of wapi.md §8).
func hideFlag(text string) (flag string, ok bool) {
	switch text {
	case "1", "true":
		return "1", true
	case "", "0", "false":
		return "", true
	}
	return "", false
}

func badOther(text string) *errs.Error {
	return errs.F(errs.Invalid, "contact."+otherField, "%s", text)
}

// identTypes are the kinds of identity numbers, per registry.
var identTypes = map[string][]string{
	classCZ: {"ico", "op", "birthday", "passport", "mpsv"},
	classSK: {"PERS", "CORP"},
}

// checkOther verifies the stored items against the registry's rules.
func checkOther(extra map[string]string, class string) *errs.Error {
	kind, ident := extra[extraName(class, "ident_type")], extra[extraName(class, "ident")]
	switch {
	case (kind == "") != (ident == "") || class == classSK && kind == "":
		return errs.F(errs.Missing, "contact."+otherField, "ident_type and ident belong together")
	case kind != "" && !slices.Contains(identTypes[class], kind):
		return badOther("ident_type is unknown")
	case kind == "birthday" && !isDate("02.01.2006", ident), kind == "PERS" && !isDate(time.DateOnly, ident):
		return badOther("ident is no date of birth")
	case len(ident) > 64 || len(extra["del_addr"]) > 1000:
		return badOther("an item is too long")
	}
	if m := extra["notify_email"]; m != "" {
		if a, err := mail.ParseAddress(m); err != nil || a.Address != m {
			return badOther("notify_email is no e-mail address")
		}
	}
	return nil
}

func isDate(layout, text string) bool {
	_, err := time.Parse(layout, text)
	return err == nil
}

// showOther is the object of registry-specific items in replies, as far as there are any.
func showOther(d contact.Data, class string) jsonx.Obj {
	o := jsonx.Obj{}
	for _, item := range otherItems {
		if v := d.Extra[extraName(class, item)]; v != "" {
			o.Add(item, v)
		}
	}
	return o
}

func joinStreet(lines []string) string { return strings.Join(lines, ", ") }

// phone shows +CC.number as +CC number.
func phone(p string) string { return strings.Replace(p, ".", " ", 1) }
