// Package contact holds people and organisations: their data and the rules on it that hold at every registry. What one
// registry asks beyond that is in the catalog.
package contact

import (
	"time"

	"github.com/polyreg/polyreg/internal/account"
)

// ID is a contact's number, from one sequence.
type ID int64

// Type is what the contact stands for.
type Type string

// Contact types.
const (
	Person       Type = "person"
	Organisation Type = "organisation"
	Role         Type = "role"
)

// Data is what a caller says about a contact.
type Data struct {
	Type         Type // made up from Organisation when empty
	FirstName    string
	LastName     string
	Title        string
	Organisation string
	Email        string
	Email2       string
	Phone        string // +CC.number after Normalize (RFC 5733 §2.5)
	PhoneExt     string
	Fax          string
	Street       []string // one to three lines
	City         string
	State        string
	PostalCode   string
	Country      string // ISO 3166-1 alpha-2 in capitals
	Language     string // ISO 639-1, may be empty
	CompanyNo    string
	VATID        string
	Protection   string // what may be published: "", "all", "none"
	Alias        string // a name for lists
	Comment      string
	// Extra holds registry-specific items under the field's usual names ("x-us-nexus-category", "ident_type"); dialects
	// share the names of dmapi.md §8.3 where one exists there.
	Extra map[string]string
}

// Contact is a stored contact.
type Contact struct {
	ID       ID
	Account  account.ID
	Data     Data
	Verified bool
	// Owner is the domain that an implicit contact belongs to (dialects without handles), empty for a shared one.
	Owner   string
	Created time.Time // registrar time
	Updated time.Time // zero when never changed
	Version int64     // raised by every change
}

// Name is first and last name joined; the organisation's when both are empty.
func (d Data) Name() string {
	switch {
	case d.FirstName != "" && d.LastName != "":
		return d.FirstName + " " + d.LastName
	case d.FirstName+d.LastName != "":
		return d.FirstName + d.LastName
	}
	return d.Organisation
}

// Same reports whether two contacts say the same about the same party, comment and alias aside.
func (d Data) Same(o Data) bool {
	a, b := d, o
	if len(a.Street) != len(b.Street) || len(a.Extra) != len(b.Extra) {
		return false
	}
	for i := range a.Street {
		if a.Street[i] != b.Street[i] {
			return false
		}
	}
	for k, v := range a.Extra {
		if w, ok := b.Extra[k]; !ok || v != w {
			return false
		}
	}
	return a.Type == b.Type && a.FirstName == b.FirstName && a.LastName == b.LastName && a.Title == b.Title &&
		a.Organisation == b.Organisation && a.Email == b.Email && a.Email2 == b.Email2 && a.Phone == b.Phone &&
		a.PhoneExt == b.PhoneExt && a.Fax == b.Fax && a.City == b.City && a.State == b.State && a.PostalCode == b.PostalCode &&
		a.Country == b.Country && a.Language == b.Language && a.CompanyNo == b.CompanyNo && a.VATID == b.VATID && a.Protection == b.Protection
}

// Handle is a contact's public name in one dialect and handle group (a TLD family, or "" where one handle serves all).
type Handle struct {
	Contact ID
	Dialect string
	Group   string
	Handle  string
}

// AtRegistry is a contact's object at a registry. ID is drawn before it is sent, so that a repeat is harmless.
type AtRegistry struct {
	Contact  ID
	Registry string
	ID       string // 3 to 16 characters
	Made     bool   // the registry has it
	Version  int64  // the contact's version it was last sent with
}
