package command

import (
	"encoding/json"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

// intent is what an order sets out to do, written with the order in tx 1. It holds no plain secret.
type intent struct {
	Name      dname.Name
	Years     int
	Contacts  map[domain.Role]contact.ID // register: all roles; update: the roles that change
	Servers   []host.Server              // register: the delegation; update: the wanted one, with Delegate
	Delegate  bool                       // update: Servers is wanted, even if empty
	NSSet     string
	AuthInfo  string // sealed
	AutoRenew domain.AutoRenew
	Comment   *string
	Profile   account.ProfileID
	OldExpiry time.Time // renew
	AddStatus []string
	RemStatus []string
	Contact   contact.ID     // contact orders
	Version   int64          // contact orders: the version to be sent
	Old       *contact.Data  // contact orders: what to go back to on a refusal
	Made      []contact.ID   // contacts made with this order; a refusal removes the implicit ones
	Before    *domain.Domain // update: the domain as it was

	HoldFor     string         // update by the platform: the reason to take the name out of the zone
	Release     string         // update by the platform: the reason that is over
	Tries       int            // follow-up: how often the registry has refused it
	SetDNSSEC   bool           // update: DNSSEC is wanted, nil for none
	DNSSEC      *domain.DNSSEC // also what a transfer in brings along
	ForKeys     bool           // update by the platform: DNSSEC follows the keys of the name's zone
	NewOwner    bool           // update: the registrant is another one afterwards (Transfer Policy II.A)
	NoOwnerLock bool           // the registrant had opted out of the lock that follows
	DropAuth    bool           // update: take the authInfo away
	DeleteOn    *time.Time     // update: when the account wants the name deleted, zero for never mind
	SetProfile  *account.ProfileID
	Reason      string     // why a transfer is rejected
	To          account.ID // push
	Lock        bool       // transfer in: transfers away are locked afterwards
	KeepServers bool       // transfer in: the delegation stays as the registry has it
	Host        *hostIntent
	Fee         money.Amount // the most that the registry may charge; without currency for what it charges anyway

	// made are the ids of the contacts at the registry, when tx 1 saw that it has all of them; nil for an intent that was
	// read back.
	made map[contact.ID]string
}

// hostIntent is what a host order sets out to do.
type hostIntent struct {
	ID        int64
	Old, New  host.Host
	Dependent []dname.Name `json:",omitempty"` // domains of the platform that are delegated to a renamed host
}

// achieved is what an ended order brought.
type achieved struct {
	Created time.Time
	Expires time.Time
	Code    int // registry's result code
	SvTRID  string
	Text    string
	Gone    bool `json:",omitempty"` // delete: without a redemption, the name is free
	// Transfer in: how the domain came.
	Servers  []host.Server  `json:",omitempty"`
	Statuses []string       `json:",omitempty"`
	DNSSEC   *domain.DNSSEC `json:",omitempty"`
	// Waiting is the transfer that the registry waits for, while it is pending.
	Waiting *registry.Transfer `json:",omitempty"`
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil { // plain structs of this package always encode
		panic(err)
	}
	return b
}

func decodeIntent(o order.Order) (intent, error) {
	var in intent
	err := json.Unmarshal(o.Input, &in)
	return in, err
}

// OrderDetail is what dialects show of an order besides its state.
type OrderDetail struct {
	Name    dname.Name
	Years   int
	Contact contact.ID
	Created time.Time // of the object, when the order made it
	Expires time.Time // after the order, when it is a registration or renewal that is done
	Code    int       // registry's result code
	Text    string    // registry's words
}

// Detail reads what an order set out to do and achieved.
func Detail(o order.Order) OrderDetail {
	var in intent
	var got achieved
	// Both columns were written by this package; what cannot be read shows as absent.
	_ = json.Unmarshal(o.Input, &in)
	_ = json.Unmarshal(o.Result, &got)
	return OrderDetail{Name: in.Name, Years: in.Years, Contact: in.Contact, Created: got.Created, Expires: got.Expires, Code: got.Code, Text: got.Text}
}
