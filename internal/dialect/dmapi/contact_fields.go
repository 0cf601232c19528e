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
	var all problems
	if d.FirstName+d.LastName == "" {
		all.add(missing("name"))
	}
	var err error
	d.Type, err = rq.partyType(d)
	all.add(err)
	if d.Type == contact.Organisation && d.Organisation == "" {
		all.add(missing("organization"))
	}
	if f.field("address-1") == "" {
		all.add(missing("address-1"))
	}
	all.add(phoneGiven(d.Phone))
	d = d.Normalize()
	d.Extra = rq.extras(tld, &all)
	if e := d.Validate("contact."); e != nil {
		for _, p := range e.All() {
			all.add(inOurWords(p))
		}
	}
	addTLDRules(d, tld, &all)
	return d, all.list.Err()
}

// problems collects the first problem of each parameter.
type problems struct {
	list errs.List
	seen map[string]bool
}

func (p *problems) add(err error) {
	if err == nil {
		return
	}
	e := errs.As(err)
	if n, _ := paramOf(e.Field); n != "" {
		e.Field, e.Text = paramPrefix+n, expectation(e, n)+" ("+e.Text+")"
	}
	if p.seen[e.Field] {
		return
	}
	if p.seen == nil {
		p.seen = map[string]bool{}
	}
	p.seen[e.Field] = true
	p.list.Add(e)
}

// inOurWords is one complaint of the common rules, without those that it carries along.
func inOurWords(e *errs.Error) error {
	one := *e
	one.More = nil
	if n, _ := paramOf(e.Field); e.Kind == errs.Missing && n != "" {
		return missing(n)
	}
	return &one
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
