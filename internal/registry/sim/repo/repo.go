// Package repo is the port between the embedded registry and its database: the objects of a registry as plain types, and
// the Store that keeps them. It knows neither SQL nor EPP; store/simstore implements it and registry/sim uses it.
//
// Every object lives in a name space ("live", "test"); the same name may exist in both, and nothing crosses over.
package repo

import (
	"net/netip"
	"time"
)

// The two name spaces, told apart by the registrar that logs in.
const (
	Live = "live"
	Test = "test"
)

// Registrar is a client of the registry. Its ID (clID, RFC 5730 §2.9.1.1) is unique over both name spaces.
type Registrar struct {
	ID           string // 3 to 16 characters
	Namespace    string
	PasswordHash string // in the form of the server's Passwords
	Created      time.Time
	Balance      *int64 // minor units of the registry's currency; nil for a registrar that is not charged
}

// Role is what a contact is to a domain.
type Role string

// The roles; a domain has at most one registrant (RFC 5731 §2.2).
const (
	Registrant Role = "registrant"
	Admin      Role = "admin"
	Tech       Role = "tech"
	Billing    Role = "billing"
)

// DomainContact is one association of a domain with a contact.
type DomainContact struct {
	Role   Role
	Handle string
}

// Domain is a registered name (RFC 5731).
type Domain struct {
	ID          int64 // given by the store; the number in the ROID
	Namespace   string
	Name        string // A-labels, small letters
	Sponsor     string
	Creator     string
	Updater     string // empty when never updated
	Contacts    []DomainContact
	NameServers []string     // host names, in the order given
	HostAttrs   []NameServer // name servers that are no host objects
	NSSet       string       // handle of the set that it names instead, empty for none
	Keyset      string
	Statuses    []string // set client… and server… statuses only; "ok", "inactive" and "pending…" follow from the rest
	AuthInfo    string   // sealed or hashed, see sim.Vault
	AuthSet     time.Time
	Created     time.Time
	Updated     time.Time // zero when never updated
	Transferred time.Time // zero when never transferred
	Expires     time.Time
	Pending     *Pending  // nil when no action is pending
	Periods     []Period  // grace periods; those that have ended may still be there
	Deletion    *Deletion // nil unless the domain was deleted and is not purged yet
	Transfer    *Transfer // the latest one; nil when there was none
	DNSSEC      *DNSSEC   // nil for an unsigned domain

	Hosts []string // answer only: subordinate host objects, sorted
}

// Pending is an action that was answered with 1001 and waits for a decision (RFC 5731 §3.3).
type Pending struct {
	Op     string // "create", "renew", "update" or "delete"
	ClTRID string // of the command; may be empty
	SvTRID string
	Target *Target // what the domain becomes when a renew or an update is approved
	Fee    int64   // what was charged for it, given back when it is refused
}

// Target is the part of a domain that a pending renew or update changes, as it will be.
type Target struct {
	Contacts    []DomainContact
	NameServers []string
	HostAttrs   []NameServer
	NSSet       string
	Keyset      string
	Statuses    []string
	AuthInfo    string
	AuthSet     time.Time
	Expires     time.Time
	Periods     []Period
	DNSSEC      *DNSSEC
}

// Postal is one form of a contact's address (RFC 5733 §2.3).
type Postal struct {
	Name    string
	Org     string
	Street  []string // up to three lines
	City    string
	State   string
	Code    string
	Country string // ISO 3166-1 alpha-2
}

// Contact is a contact object (RFC 5733).
type Contact struct {
	ID        int64
	Namespace string
	Handle    string // 3 to 16 characters, unique in the name space
	Sponsor   string
	Creator   string
	Updater   string
	Int, Loc  *Postal // at least one of them
	Voice     string  // +CC.number
	VoiceExt  string
	Fax       string
	FaxExt    string
	Email     string
	Disclose  string   // the server's own form of the disclosure wishes, opaque to the store
	AuthInfo  string   // sealed
	Statuses  []string // set statuses only
	Created   time.Time
	Updated   time.Time

	Transferred time.Time // zero when never transferred
	Transfer    *Transfer // the latest one; nil when there was none

	Linked bool // answer only: a domain or a set uses it
}

// Host is a host object (RFC 5732). Parent is the domain of this registry that it lies below, 0 for an external host.
type Host struct {
	ID        int64
	Namespace string
	Name      string
	Parent    int64
	Sponsor   string
	Creator   string
	Updater   string
	Addresses []netip.Addr
	Statuses  []string
	Created   time.Time
	Updated   time.Time

	Linked bool // answer only: a domain is delegated to it
}

// Message is one waiting poll message of a registrar (RFC 5730 §2.9.2.3).
type Message struct {
	ID        int64
	Registrar string
	Queued    time.Time
	Text      string
	PanData   *PanData // how a pending action ended, or nil
	Transfer  *TransferNote
	Change    *ChangeNote
}

// PanData tells how a pending action on a domain ended (RFC 5731 §3.3).
type PanData struct {
	Name   string
	Done   bool
	ClTRID string
	SvTRID string
	Date   time.Time
}

// Seed is a bulk of objects. Passwords are hashes and authorization values are sealed already. A domain names its
// contacts and hosts, which are in the seed or exist; a host's Parent is found by its name.
type Seed struct {
	Registrars []Registrar
	Contacts   []Contact
	Hosts      []Host
	Sets       []Set
	Domains    []Domain
}
