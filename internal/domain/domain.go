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
	PendingDelete          = "pendingDelete"
	PendingTransfer        = "pendingTransfer"
)

// ClientStatuses are those that a sponsor may set (RFC 5731 §2.3).
var ClientStatuses = []string{ClientTransferProhibit, ClientUpdateProhibit, ClientDeleteProhibit, ClientRenewProhibit, ClientHold}

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

	DNSSEC       *DNSSEC   // nil: unsigned
	OwnerChanged time.Time // the last change of registrant, zero for none
	// HeldFor are the platform's own reasons for clientHold ("expiry", "verification"), and "user" when the holder's account
	// had set it before.
	HeldFor []string
	// DeleteOn is when the account wants the name deleted, zero for no such wish.
	DeleteOn time.Time
	// Deleted is when the registry took the name's deletion; until RestoreUntil it can be restored, at Purge it is free.
	Deleted      time.Time
	RestoreUntil time.Time
	Purge        time.Time
	Outgoing     *Outgoing // a transfer away that waits, nil for none
}

// Outgoing is a transfer to another registrar that waits for its end (RFC 5731 §3.1.3).
type Outgoing struct {
	Gaining   string // the other registrar's id at the registry
	Requested time.Time
	ActBy     time.Time // when the registry carries it out by itself
}

// Has reports whether a status is set.
func (d Domain) Has(status string) bool { return slices.Contains(d.Statuses, status) }

// Locked reports whether transfers away are prohibited by a lock of ours.
func (d Domain) Locked() bool { return d.Has(ClientTransferProhibit) }

// MaxAhead is how many years an expiry may lie ahead at every registry of the built-in catalog (RFC 5731 leaves it to
// policy; ICANN's agreements say ten).
const MaxAhead = 10
