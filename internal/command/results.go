package command

import (
	"time"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/ledger"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/order"
)

// Outcome is what became of an order when the caller is answered.
type Outcome struct {
	Order   order.Order
	Pending bool // the outcome is still to come: the dialect answers in its "pending" form
	// Domain and Contact are the object after the order, nil while it is pending.
	Domain  *domain.Domain
	Contact *contact.Contact
	Price   money.Amount // what was (or, dry run, would be) charged
	Balance ledger.Balance
	// Repeated is set when an idempotency key gave an earlier order's outcome.
	Repeated bool
	// NoChange is set when there was nothing to do and no order was made.
	NoChange bool
}

// ContactRef names a contact by number, or brings its data along.
type ContactRef struct {
	ID  contact.ID
	New *contact.Data
	// Shared makes New a contact of its own right, reusing an identical one; otherwise it belongs to the domain alone.
	Shared bool
}

// Status of a name in an availability answer.
type Status string

// The statuses of a checked name.
const (
	Free        Status = "free"
	Taken       Status = "taken"
	ReservedFor Status = "reserved"
	Processing  Status = "processing" // an own registration is under way
	Refused     Status = "refused"    // Err says why: bad name, unsupported ending, registry unreachable
)

// Availability answers for one name, in the order asked.
type Availability struct {
	Input  string
	Name   dname.Name
	TLD    *catalog.TLD // nil when unsupported
	Status Status
	Mine   bool   // held by the caller's account
	Reason string // registry's or catalog's words
	Class  string // premium class, "" for an ordinary name; Price with it tells what it costs
	Err    *errs.Error
}

// DomainInfo is a domain with what belongs to it.
type DomainInfo struct {
	Domain   domain.Domain
	Contacts map[domain.Role]contact.Contact
	AuthInfo string
	Profile  string // registrant profile's user name, may be empty
	// Open is the state of an order under way for it, "" for none.
	Open order.State
}

// PriceLine is one price for the caller.
type PriceLine struct {
	TLD       string
	Operation catalog.Operation
	Years     int
	Amount    money.Amount
}

// ServerList is a delegation: explicit servers, a set's handle, or the platform's own servers.
type ServerList struct {
	Servers  []host.Server
	NSSet    string
	Platform bool
}

// Given reports whether anything was said.
func (s ServerList) Given() bool { return len(s.Servers) > 0 || s.NSSet != "" || s.Platform }

// now is registrar time.
func (r *Runner) now() time.Time { return r.cfg.Clocks.Registrar() }
