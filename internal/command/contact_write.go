package command

import (
	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/contact"
)

// CreateContact makes a shared contact. It costs nothing and reaches a registry with the first order that needs it there.
// TLD, when given, adds that ending's requirements. Errors: Invalid and Missing with fields "contact.first_name" …,
// UnsupportedTLD (field "tld"), Exists (field "handle").
type CreateContact struct {
	Data contact.Data
	TLD  string
	// Reuse gives the oldest contact with equal data instead of a new one; Reused in the result tells.
	Reuse bool
	// Dialect, Group and Format make the public handle with the contact; Handle is the client's own choice instead.
	Dialect string
	Group   string
	Format  func(contact.ID) string
	Handle  string
}

// CreatedContact is the result; Order stands for the request in result lists.
type CreatedContact struct {
	Outcome
	Handle string
	Reused bool
}

func (CreateContact) need() account.Access { return account.Modify }

// UpdateContact replaces a contact's data and carries the change to every registry that has it, as one order. Owner, when
// set, is the domain on whose behalf a dialect without handles changes a contact: a shared one is then copied for that
// domain. Errors: NotFound, NotOwned, Conflict (another change came between), Invalid, Missing, Busy, RegistryDown.
type UpdateContact struct {
	ID      contact.ID
	Version int64 // as read; 0 compares nothing
	Data    contact.Data
	TLD     string
}

func (UpdateContact) need() account.Access { return account.Modify }
