// Package zone holds DNS zones: their records, the rules on them (RFC 1034, 1035, 2181), change sets, and the zone-file text. It
// knows no wire format and no name server.
package zone

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
)

// ID is a zone's number.
type ID int64

// RecordID is a record's number within the platform; a record that a change leaves alone keeps it.
type RecordID int64

// Kind says who decides on a zone's records.
type Kind string

// The kinds. A secondary's records come from its masters and cannot be changed here.
const (
	Primary   Kind = "primary"
	Secondary Kind = "secondary"
)

// Type is a record type by its usual name ("A", "HTTPS").
type Type string

// Apex is the relative owner name of the zone itself.
const Apex = "@"

// Record is one resource record.
type Record struct {
	ID   RecordID
	Name string // relative to the origin, A-labels in small letters; "@" for the origin, "*" and leading "_" allowed
	Type Type
	TTL  int // seconds
	// Data in presentation form (RFC 1035 §5.1) as Canonical gives it: names absolute with a dot at the end, strings quoted.
	Data string
}

// SOA are the fields of the start of authority that are settings; the serial is the zone's.
type SOA struct {
	MName   dname.Name // primary name server
	RName   string     // mailbox as a domain name ("hostmaster.example.com")
	Refresh int
	Retry   int
	Expire  int
	Minimum int // negative TTL (RFC 2308)
	TTL     int
}

// Data is the start of authority with a serial, in presentation form.
func (s SOA) Data(serial uint32) string {
	return fmt.Sprintf("%s. %s. %d %d %d %d %d", s.MName, s.RName, serial, s.Refresh, s.Retry, s.Expire, s.Minimum)
}

// Master is where a secondary zone comes from.
type Master struct {
	Addr netip.AddrPort
	Key  string // name of the TSIG key, empty for none
}

// Zone is a zone's head; its records are read apart.
type Zone struct {
	ID          ID
	Account     account.ID
	Environment account.Environment
	Origin      dname.Name
	Kind        Kind
	SOA         SOA
	TTL         int    // of records without one of their own
	Serial      uint32 // of the served state
	VirtualNS   string // the system name server that names this zone where a dialect has one ("a.ns14.net")
	Masters     []Master
	AllowXFR    []netip.Prefix // who may transfer it without a key
	Signing     Signing
	Comment     string
	Version     int64     // raised by every change of served state or settings
	Staged      int       // changes that wait for a commit
	StagedAt    time.Time // wall time of the last of them
	Created     time.Time // registrar time
	Updated     time.Time
}

// Signing is whether and how a zone is signed (RFC 4033 to 4035).
type Signing struct {
	On        bool
	Algorithm int  // 13 ECDSA P-256, 15 Ed25519
	NSEC3     bool // RFC 9276 parameters; NSEC otherwise
}

// Change is an atomic change set: the served state with Remove taken out and Add put in. Records in Remove are named by ID; those
// in Add have none yet.
type Change struct {
	Remove []Record
	Add    []Record
}

// Empty reports whether nothing would change.
func (c Change) Empty() bool { return len(c.Remove)+len(c.Add) == 0 }

// Entry is one change that was made: the journal for incremental transfers (RFC 1995), for history and undo.
type Entry struct {
	Zone   ID
	From   uint32 // serial before
	To     uint32 // serial after
	Change Change
	Before SOA       // before it: incremental transfers name what they take away (RFC 1995 §4)
	SOA    SOA       // after it
	At     time.Time // registrar time
	Who    string    // dialect and command, for people
}

// Forward is a redirect of HTTP or mail below a zone (DMAPI URL, FRAME, MAILFW; Domainrobot redirect).
type Forward struct {
	ID     int64
	Zone   ID
	Kind   ForwardKind
	Source string // relative owner name for HTTP, local part or "*" with it for mail ("info@@", "*@sub")
	Target string // URL, or mail address
	Title  string // of a frame
	Status int    // HTTP status of a redirect: 301, 302, 307
}

// ForwardKind says what a forward does.
type ForwardKind string

// The kinds.
const (
	Redirect ForwardKind = "redirect"
	Frame    ForwardKind = "frame"
	Mail     ForwardKind = "mail"
)

// Credential is a log-in for dynamic DNS. Scopes are zones or names ("example.com", "_acme-challenge.example.com", "*").
type Credential struct {
	ID       int64
	Account  account.ID
	Username string
	Hash     string
	Scopes   []string
	Created  time.Time
	LastUsed time.Time // wall time
}

// Limits of a zone.
const (
	MaxRecords = 10_000        // by default
	MaxTTL     = 2_147_483_647 // RFC 2181 §8
)
