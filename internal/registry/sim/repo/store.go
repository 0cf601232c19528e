package repo

import (
	"context"
	"errors"
	"strings"
	"time"
)

// Errors of a Store.
var (
	ErrNotFound = errors.New("repo: no such object")
	ErrExists   = errors.New("repo: object exists")
	ErrInUse    = errors.New("repo: object is in use")
	ErrFunds    = errors.New("repo: balance too low")
)

// MissingError names contacts, hosts or sets that an object refers to and that do not exist.
type MissingError struct {
	Kind  string // "contact", "host", NSSet or Keyset
	Names []string
}

// Error names them.
func (e *MissingError) Error() string {
	return "repo: no such " + e.Kind + ": " + strings.Join(e.Names, ", ")
}

// Reader reads single objects; each call is one statement and so consistent in itself. An absent object is ErrNotFound.
type Reader interface {
	Registrar(ctx context.Context, id string) (Registrar, error)
	Domain(ctx context.Context, namespace, name string) (Domain, error)
	Contact(ctx context.Context, namespace, handle string) (Contact, error)
	Host(ctx context.Context, namespace, name string) (Host, error)
	Set(ctx context.Context, key SetKey) (Set, error)
	// Taken… give those of the names that exist; TakenDomains with the time at which something falls due on each.
	TakenDomains(ctx context.Context, namespace string, names []string) (map[string]time.Time, error)
	TakenContacts(ctx context.Context, namespace string, handles []string) (map[string]bool, error)
	TakenHosts(ctx context.Context, namespace string, names []string) (map[string]bool, error)
	TakenSets(ctx context.Context, namespace, kind string, handles []string) (map[string]bool, error)
	// FirstMessage is the oldest message of a registrar and the number that wait, itself included.
	FirstMessage(ctx context.Context, registrar string) (Message, int, error)
	// Due gives what falls due until a time, the earliest first, at most limit of it.
	Due(ctx context.Context, until time.Time, limit int) ([]Due, error)
}

// Tx is one transaction that changes objects. The Lock… methods read an object and keep others from changing it until
// the transaction ends; an Update… or Delete… takes an object so locked. Insert… set the ID.
type Tx interface {
	Reader

	LockDomain(ctx context.Context, namespace, name string) (Domain, error)
	// InsertDomain gives ErrExists, or a *MissingError for a contact or host that is not there.
	InsertDomain(ctx context.Context, d *Domain) error
	// UpdateDomain writes the domain as it now is; it gives a *MissingError as InsertDomain does.
	UpdateDomain(ctx context.Context, d *Domain) error
	// SaveDomain is UpdateDomain for a domain whose contacts and name servers are as they were read.
	SaveDomain(ctx context.Context, d *Domain) error
	// DeleteDomain gives ErrInUse when there are host objects below the domain.
	DeleteDomain(ctx context.Context, d *Domain) error
	// PurgeDomain removes the domain and the hosts below it, from the domains that are delegated to them too.
	PurgeDomain(ctx context.Context, d *Domain) error
	// MoveHosts gives the hosts below a domain to another sponsor.
	MoveHosts(ctx context.Context, domain int64, sponsor string) error

	LockContact(ctx context.Context, namespace, handle string) (Contact, error)
	InsertContact(ctx context.Context, c *Contact) error
	UpdateContact(ctx context.Context, c *Contact) error
	// DeleteContact gives ErrInUse when a domain or a set uses it.
	DeleteContact(ctx context.Context, c *Contact) error

	LockHost(ctx context.Context, namespace, name string) (Host, error)
	InsertHost(ctx context.Context, h *Host) error
	// UpdateHost gives ErrExists when a new name is taken.
	UpdateHost(ctx context.Context, h *Host) error
	// DeleteHost gives ErrInUse when a domain is delegated to it.
	DeleteHost(ctx context.Context, h *Host) error
	// ForeignLinks reports whether a domain of another sponsor is delegated to the host.
	ForeignLinks(ctx context.Context, host int64, sponsor string) (bool, error)

	LockSet(ctx context.Context, key SetKey) (Set, error)
	// InsertSet gives ErrExists, or a *MissingError for a contact that is not there.
	InsertSet(ctx context.Context, s *Set) error
	// UpdateSet gives a *MissingError as InsertSet does.
	UpdateSet(ctx context.Context, s *Set) error
	// DeleteSet gives ErrInUse when a domain names it.
	DeleteSet(ctx context.Context, s *Set) error

	SetPassword(ctx context.Context, registrar, hash string) error
	// SetBalance sets a registrar's balance, or takes it away with nil.
	SetBalance(ctx context.Context, registrar string, balance *int64) error
	// Charge takes an amount off a registrar's balance and gives what is left; ErrFunds when force is false and it would
	// fall below zero. A registrar without a balance is not charged: nil.
	Charge(ctx context.Context, registrar string, amount int64, force bool) (*int64, error)

	InsertMessage(ctx context.Context, m *Message) error
	// DeleteMessage removes a registrar's message and gives ErrNotFound when there is none of that number.
	DeleteMessage(ctx context.Context, registrar string, id int64) error
}

// Store keeps the registry's objects. Its own Reader methods read outside a transaction.
type Store interface {
	Reader
	// InTx runs fn in one transaction, again from the start when it collided with another. fn uses the context and the
	// Tx that it gets and nothing else of the Store.
	InTx(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
	// Seed adds the objects that are not there in one transaction and leaves those that are.
	Seed(ctx context.Context, s Seed) error
	// Reset removes every object, registrars and messages too, and starts the numbers anew.
	Reset(ctx context.Context) error
}
