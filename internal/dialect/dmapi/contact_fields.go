package dmapi

import (
	"strings"
	"unicode"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
)

// emptied is the value that means "set this field to nothing" (§2).
const emptied = "!@!"

// field is a contact parameter's value; the literal for "nothing" is nothing.
func (f form) field(name string) string {
	if v := f.get(name); v != emptied {
		return v
	}
	return ""
}

// contactData reads the fields of section 8 and reports every bad one, in the order of §8.1.
func (rq *request) contactData(tld *catalog.TLD) (contact.Data, error) {
	f := rq.form
	d := contact.Data{
		Title: f.field("title"), Organisation: f.field("organization"), Email: f.field("email"), City: f.field("city"), State: f.field("state"),
		PostalCode: f.field("postal-code"), Country: f.field("country"), Phone: f.field("phone"), PhoneExt: f.field("extension"), Fax: f.field("fax"),
	}
	for _, n := range []string{"address-1", "address-2", "address-3"} {
		if s := f.field(n); s != "" {
			d.Street = append(d.Street, s)
		}
	}
	d.FirstName, d.LastName = rq.partyName()
	var l errs.List
	add := func(err error) {
		if err != nil {
			l.Add(errs.As(err))
		}
	}
	if d.FirstName+d.LastName == "" {
		add(missing("name"))
	}
	typ, err := rq.partyType(d)
	add(err)
	d.Type = typ
	if typ == contact.Organisation && d.Organisation == "" {
		add(missing("organization"))
	}
	if f.field("address-1") == "" && len(d.Street) > 0 {
		add(missing("address-1"))
	}
	add(phoneGiven(d.Phone))
	d = d.Normalize()
	d.Extra = rq.extras(tld, &l)
	for _, e := range problemsOf(d) {
		l.Add(e)
	}
	addTLDRules(d, tld, &l)
	return d, l.Err()
}

// problemsOf are the common rules' complaints, singly and in the dialect's words, so that none is reported twice.
func problemsOf(d contact.Data) []*errs.Error {
	e := d.Validate("contact.")
	if e == nil {
		return nil
	}
	var out []*errs.Error
	for _, p := range e.All() {
		name, _ := paramOf(p.Field)
		if name == "name" && p.Kind == errs.Missing {
			continue // told already
		}
		if p.Kind == errs.Missing {
			out = append(out, errs.As(missing(name)))
			continue
		}
		one := *p
		one.More = nil
		out = append(out, &one)
	}
	return out
}

// partyName is fname and lname, or name split at its last blank; name wins when they disagree.
func (rq *request) partyName() (first, last string) {
	full := strings.Join(strings.Fields(rq.form.field("name")), " ")
	first, last = rq.form.field("fname"), rq.form.field("lname")
	if full == "" || strings.TrimSpace(first+" "+last) == full {
		return first, last
	}
	if i := strings.LastIndexByte(full, ' '); i > 0 {
		return full[:i], full[i+1:]
	}
	return "", full
}

// partyType follows individual; without it an organization makes an organisation (§8.1).
func (rq *request) partyType(d contact.Data) (contact.Type, error) {
	byDefault := d.Organisation == ""
	person, err := rq.form.truth("individual", byDefault)
	if err != nil {
		err = param("individual", "Y or N")
	}
	if person {
		return contact.Person, err
	}
	return contact.Organisation, err
}

// phoneGiven asks for a number of at least seven digits.
func phoneGiven(s string) error {
	if s == "" {
		return missing("phone")
	}
	digits := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	if digits < 7 {
		return param("phone", "international phone number")
	}
	return nil
}
