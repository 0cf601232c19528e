// Package domain holds registered names: their data and the rules on their state that hold at every registry.
package domain

import (
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/host"
)

// ID is a domain's number, from one sequence.
type ID int64

// Role is a contact's part in a domain.
type Role string

// The roles. Billing is also what some dialects call zone contact.
const (
	Registrant Role = "registrant"
	Admin      Role = "admin"
	Tech       Role = "tech"
	Billing    Role = "billing"
)

// Roles in the order of RFC 5731.
var Roles = []Role{Registrant, Admin, Tech, Billing}

// AutoRenew is what happens at expiry.
type AutoRenew string

// The choices at expiry.
const (
	Renew     AutoRenew = "renew"
	RenewOnce AutoRenew = "once"
	Expire    AutoRenew = "expire" // let it expire
)

// Status values of RFC 5731 §2.3 that the core sets or asks for.
const (
	StatusOK               = "ok"
	ClientTransferProhibit = "clientTransferProhibited"
	ClientUpdateProhibit   = "clientUpdateProhibited"
	ClientDeleteProhibit   = "clientDeleteProhibited"
	ClientRenewProhibit    = "clientRenewProhibited"
	ClientHold             = "clientHold"
)

// Domain is a name held by an account of this platform.
type Domain struct {
	ID          ID
	Account     account.ID
	Environment account.Environment
	Name        dname.Name
	TLD         string
	Registry    string   // name of the registry it lives at
	Statuses    []string // client statuses set through us, and what the registry last told
	Contacts    map[Role]contact.ID
	Servers     []host.Server
	NSSet       string // handle of the set it was delegated with, may be empty
	AuthInfo    string // sealed; never shown by a list
	Profile     account.ProfileID
	Created     time.Time // registrar time, the registry's crDate
	Updated     time.Time // zero when never changed
	Expires     time.Time
	Transferred time.Time
	AutoRenew   AutoRenew
	Comment     string
	Version     int64
}

// Has reports whether a status is set.
func (d Domain) Has(status string) bool { return slices.Contains(d.Statuses, status) }

// Locked reports whether transfers away are prohibited by a lock of ours.
func (d Domain) Locked() bool { return d.Has(ClientTransferProhibit) }

// MaxAhead is how many years an expiry may lie ahead at every registry of the built-in catalog (RFC 5731 leaves it to
// policy; ICANN's agreements say ten).
const MaxAhead = 10
