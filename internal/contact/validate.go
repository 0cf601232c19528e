package contact

import (
	"net/mail"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"github.com/polyreg/polyreg/internal/errs"
)

// Field names used in errors: the Data field in small letters, words joined by an underscore, behind "contact." unless the
// caller says otherwise ("contact.postal_code", "contact.street").
const (
	FieldFirstName  = "first_name"
	FieldLastName   = "last_name"
	FieldOrg        = "organisation"
	FieldEmail      = "email"
	FieldEmail2     = "email2"
	FieldPhone      = "phone"
	FieldFax        = "fax"
	FieldStreet     = "street"
	FieldCity       = "city"
	FieldState      = "state"
	FieldPostalCode = "postal_code"
	FieldCountry    = "country"
	FieldType       = "type"
)

// Normalize brings data into the stored form: blanks trimmed, country in capitals (UK becomes GB), phone as +CC.number
// where it can be read, type made up when empty.
func (d Data) Normalize() Data {
	for _, p := range []*string{&d.FirstName, &d.LastName, &d.Title, &d.Organisation, &d.Email, &d.Email2, &d.Phone, &d.PhoneExt, &d.Fax,
		&d.City, &d.State, &d.PostalCode, &d.Country, &d.Language, &d.CompanyNo, &d.VATID, &d.Alias, &d.Comment} {
		*p = strings.TrimSpace(*p)
	}
	street := make([]string, 0, len(d.Street))
	for _, s := range d.Street {
		if s = strings.TrimSpace(s); s != "" {
			street = append(street, s)
		}
	}
	d.Street = street
	d.Country = strings.ToUpper(d.Country)
	if d.Country == "UK" {
		d.Country = "GB"
	}
	d.Phone, d.Fax = NormalizePhone(d.Phone, d.Country), NormalizePhone(d.Fax, d.Country)
	if d.Type == "" {
		d.Type = Person
		if d.Organisation != "" {
			d.Type = Organisation
		}
	}
	return d
}

// NormalizePhone gives +CC.number for a number in international form, or in the national form of country; text that is no
// phone number comes back unchanged, and Validate refuses it.
func NormalizePhone(text, country string) string {
	if text == "" || eppPhone.MatchString(text) {
		return text
	}
	n, err := phonenumbers.Parse(text, country)
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		if digits := strings.TrimPrefix(text, "+"); len(digits) > 8 && strings.HasPrefix(text, "+") && onlyPhoneSigns(digits) {
			// A number of a range the tables do not know (555 numbers, test numbers) still has a calling code.
			if n, err = phonenumbers.Parse(text, "ZZ"); err != nil {
				return text
			}
		} else {
			return text
		}
	}
	return "+" + itoa(int(n.GetCountryCode())) + "." + phonenumbers.GetNationalSignificantNumber(n)
}

func onlyPhoneSigns(s string) bool {
	for _, r := range s {
		if !unicode.IsDigit(r) && !strings.ContainsRune(" -./()", r) {
			return false
		}
	}
	return true
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

// eppPhone is RFC 5733 §2.5 (ITU E.164 with a dot behind the country code), at least seven digits in all.
var eppPhone = regexp.MustCompile(`^\+[0-9]{1,3}\.[0-9]{5,14}$`)

var countryForm = regexp.MustCompile(`^[A-Z]{2}$`)

// Validate reports every problem of normalized data that no registry would take. prefix stands before field names.
func (d Data) Validate(prefix string) *errs.Error {
	var l errs.List
	add := func(kind errs.Kind, field, text string) { l.Add(errs.F(kind, prefix+field, "%s", text)) }
	if d.FirstName == "" && d.LastName == "" && d.Organisation == "" {
		add(errs.Missing, FieldLastName, "a name is required")
	}
	required := []struct{ field, value string }{
		{FieldEmail, d.Email}, {FieldCity, d.City}, {FieldPostalCode, d.PostalCode}, {FieldCountry, d.Country},
	}
	for _, r := range required {
		if r.value == "" {
			add(errs.Missing, r.field, "is required")
		}
	}
	switch {
	case len(d.Street) == 0:
		add(errs.Missing, FieldStreet, "is required")
	case len(d.Street) > 3:
		add(errs.Invalid, FieldStreet, "has more than three lines")
	}
	if d.Country != "" && (!countryForm.MatchString(d.Country) || !isCountry(d.Country)) {
		add(errs.Invalid, FieldCountry, "is not an ISO 3166-1 alpha-2 code")
	}
	for _, m := range []struct{ field, value string }{{FieldEmail, d.Email}, {FieldEmail2, d.Email2}} {
		if m.value != "" && !validEmail(m.value) {
			add(errs.Invalid, m.field, "is not an e-mail address")
		}
	}
	for _, p := range []struct{ field, value string }{{FieldPhone, d.Phone}, {FieldFax, d.Fax}} {
		if p.value != "" && !eppPhone.MatchString(p.value) {
			add(errs.Invalid, p.field, "is not an international phone number (+CC.number)")
		}
	}
	switch d.Type {
	case Person, Organisation, Role:
	default:
		add(errs.Invalid, FieldType, "must be person, organisation or role")
	}
	d.checkText(add)
	err, _ := l.Err().(*errs.Error)
	return err
}

// checkText bounds lengths as RFC 5733's schema does and refuses control characters.
func (d Data) checkText(add func(errs.Kind, string, string)) {
	fields := []struct {
		name, value string
		max         int
	}{
		{FieldFirstName, d.FirstName, 255}, {FieldLastName, d.LastName, 255}, {FieldOrg, d.Organisation, 255}, {FieldCity, d.City, 255},
		{FieldState, d.State, 255}, {FieldPostalCode, d.PostalCode, 16}, {FieldEmail, d.Email, 255}, {"title", d.Title, 255},
		{"alias", d.Alias, 255}, {"comment", d.Comment, 1000}, {"company_number", d.CompanyNo, 64}, {"vat_id", d.VATID, 64}, {"phone_ext", d.PhoneExt, 10},
	}
	for _, s := range d.Street {
		fields = append(fields, struct {
			name, value string
			max         int
		}{FieldStreet, s, 255})
	}
	for _, f := range fields {
		if utf8.RuneCountInString(f.value) > f.max {
			add(errs.Invalid, f.name, "is too long")
		}
		if strings.ContainsFunc(f.value, unicode.IsControl) || !utf8.ValidString(f.value) {
			add(errs.Invalid, f.name, "has characters that are not allowed")
		}
	}
	for name, value := range d.Extra {
		if utf8.RuneCountInString(value) > 1000 {
			add(errs.Invalid, name, "is too long")
		}
		if !Lines(value) {
			add(errs.Invalid, name, "has characters that are not allowed")
		}
	}
	if n := utf8.RuneCountInString(d.Name()); n > 255 {
		add(errs.Invalid, FieldLastName, "is too long")
	}
}

// Lines reports whether a text of one or more lines holds nothing that databases or XML refuse: UTF-8 without control
// characters but tabs and line ends. Comments and remarks are such texts.
func Lines(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\t\r\n", r) })
}

func validEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s {
		return false
	}
	_, host, _ := strings.Cut(s, "@")
	return strings.Contains(host, ".") && !strings.HasSuffix(host, ".")
}
