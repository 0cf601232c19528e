// Package registry is the port to domain registries: the operations, the capabilities and the errors that the core knows.
// It holds no protocol. The EPP client in registry/epp implements it; the core calls nothing else.
//
// Every command that changes something carries a client transaction id that was stored before it is sent. Its outcome is
// one of four: done (a result with Pending false), pending (the registry said 1001), refused (*Error with Unknown false)
// or unknown (*Error with Unknown true: no answer, connection lost, 2400, 25xx), which must be probed before anything is
// sent again.
package registry

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/money"
)

// Registry is one registrar's access to one registry. It is safe for concurrent use.
type Registry interface {
	// Name is the configured name ("embedded-live"), used in logs, metrics and as the key of stored poll messages.
	Name() string
	// Capabilities says what this registry needs and offers.
	Capabilities() Capabilities

	CheckDomains(ctx context.Context, names []dname.Name) ([]Availability, error)
	InfoDomain(ctx context.Context, name dname.Name) (Domain, error)
	CreateDomain(ctx context.Context, clTRID string, in DomainCreate) (DomainCreated, error)
	RenewDomain(ctx context.Context, clTRID string, in DomainRenew) (DomainRenewed, error)
	UpdateDomain(ctx context.Context, clTRID string, in DomainUpdate) (Result, error)
	// DeleteDomain deletes a domain. Where the registry has a redemption period, Pending says that the name is in it now: the
	// delete is done for the one who ordered it, and the end of the redemption comes as PanData much later (RFC 3915 §3.1).
	DeleteDomain(ctx context.Context, clTRID string, name dname.Name) (Result, error)

	// TransferDomain requests a transfer, or ends one that waits (RFC 5731 §3.2.4).
	TransferDomain(ctx context.Context, clTRID string, in DomainTransfer) (Transferred, error)
	// QueryTransfer shows the latest transfer of a domain to its parties and to whoever knows the authInfo, which may be empty
	// (RFC 5731 §3.1.3). That there was none is a refusal with 2301.
	QueryTransfer(ctx context.Context, name dname.Name, authInfo string) (Transfer, error)
	// RestoreDomain asks for a domain back from its redemption period, ReportRestore hands in the report that ends the restore
	// where one is due (RFC 3915 §4.2.5). Both need the capability RGP.
	RestoreDomain(ctx context.Context, clTRID string, in DomainRestore) (Restored, error)
	ReportRestore(ctx context.Context, clTRID string, in RestoreReport) (Restored, error)

	InfoContact(ctx context.Context, id string) (Contact, error)
	CreateContact(ctx context.Context, clTRID string, in Contact) (Result, error)
	UpdateContact(ctx context.Context, clTRID string, in Contact) (Result, error)
	DeleteContact(ctx context.Context, clTRID, id string) (Result, error)

	CheckHosts(ctx context.Context, names []dname.Name) ([]Availability, error)
	InfoHost(ctx context.Context, name dname.Name) (Host, error)
	CreateHost(ctx context.Context, clTRID string, in Host) (Result, error)
	UpdateHost(ctx context.Context, clTRID string, in HostUpdate) (Result, error)
	DeleteHost(ctx context.Context, clTRID string, name dname.Name) (Result, error)

	// PollRequest gives the oldest waiting message, or nil when there is none (RFC 5730 §2.9.2.3).
	PollRequest(ctx context.Context) (*Message, error)
	// PollAck removes a message; one that is gone already is no error.
	PollAck(ctx context.Context, id string) error
	// Ping proves that a session works (EPP hello).
	Ping(ctx context.Context) error
	// Close logs out and closes all sessions.
	Close() error
}

// Capabilities says what a registry needs and offers. What the extensions bring is known for sure once a session was opened;
// before, it is what the configuration hopes for.
type Capabilities struct {
	Contacts    bool // domains reference contact objects; false: thin or minimum data set
	HostObjects bool // name servers are host objects; false: host attributes inside the domain
	CheckLimit  int  // names per check command, at least 1

	RGP    bool // grace periods are shown, and domains can be restored (RFC 3915)
	DNSSEC bool // DNSSEC data can be set, and is shown (RFC 5910)
	// DNSSECKeys says that DNSSEC data are keys; DS records are refused with 2306. Without it both are taken.
	DNSSECKeys bool
	Fee        bool // checks bring fees, and commands may carry the agreed one (RFC 8748)
	// SecureAuth is RFC 9154: a domain has an authInfo only while a transfer away is wanted. It is set for that by UpdateDomain
	// (id.AuthInfo draws one) and taken away by DomainUpdate.UnsetAuth; one in a create is not sent, and none is ever shown.
	SecureAuth bool
}

// Result is a successful answer. Pending is the registry's 1001.
type Result struct {
	Code    int // EPP result code: 1000, 1001 …
	Pending bool
	SvTRID  string // server's transaction id
	Text    string
	// Fee is what the registry says it has charged; negative for what it gave back, without currency when it said nothing.
	Fee money.Amount
}

// Availability answers a check for one name.
type Availability struct {
	Name      dname.Name
	Available bool
	Reason    string // registry's words when not available

	// With the capability Fee; both are shared, and not to be changed.
	Fees  []Fee  // per command; none when the registry cannot tell
	Class string // premium class, empty for a standard name
}

// ContactRole is a domain contact's role at the registry (RFC 5731 §2.2); the registrant has a place of its own.
type ContactRole string

// The roles.
const (
	Admin   ContactRole = "admin"
	Tech    ContactRole = "tech"
	Billing ContactRole = "billing"
)

// Domain is a registered name as the registry shows it (RFC 5731 §3.1.2).
type Domain struct {
	Name        dname.Name
	ROID        string
	Statuses    []string // "ok", "clientTransferProhibited", "serverHold" …
	Registrant  string   // contact id, empty when the registry has none
	Contacts    map[ContactRole][]string
	NameServers []dname.Name
	Hosts       []dname.Name // subordinate hosts
	Sponsor     string       // clID
	Creator     string       // crID
	Updater     string       // upID
	Created     time.Time
	Updated     time.Time // zero when never updated
	Expires     time.Time
	Transferred time.Time
	AuthInfo    string // only shown to the sponsor

	RGPStatuses []string // "addPeriod", "redemptionPeriod" … (RFC 3915 §3.1), with the capability RGP
	DNSSEC      *DNSSEC  // nil when unsigned, with the capability DNSSEC
}

// DomainCreate orders a registration (RFC 5731 §3.2.1).
type DomainCreate struct {
	Name        dname.Name
	Years       int
	NameServers []dname.Name
	Registrant  string
	Contacts    map[ContactRole][]string
	AuthInfo    string
	DNSSEC      *DNSSEC
	Fee         money.Amount // the most that it may cost: the registry refuses more with 2004; without currency not sent
}

// DomainCreated is what the registry answers to a create.
type DomainCreated struct {
	Result
	Created time.Time
	Expires time.Time
}

// DomainRenew orders a renewal; CurExpiry is always compared by the registry (RFC 5731 §3.2.3), so that a repeat cannot buy
// a second term.
type DomainRenew struct {
	Name      dname.Name
	CurExpiry time.Time // only the date is sent
	Years     int
	Fee       money.Amount // as in DomainCreate
}

// DomainRenewed is what the registry answers to a renewal.
type DomainRenewed struct {
	Result
	Expires time.Time
}

// DomainUpdate changes a domain (RFC 5731 §3.2.5). Empty fields change nothing.
type DomainUpdate struct {
	Name         dname.Name
	AddNS, RemNS []dname.Name
	AddContacts  map[ContactRole][]string
	RemContacts  map[ContactRole][]string
	AddStatus    []string
	RemStatus    []string
	Registrant   string // new registrant
	AuthInfo     string // new authInfo
	UnsetAuth    bool   // take the authInfo away (RFC 5731 §3.2.5 null, RFC 9154 §5.1); AuthInfo is empty then

	// DNSSEC data, removed before anything is added (RFC 5910 §5.2.5): all of it, or records or keys, not both.
	RemAllDNSSEC bool
	RemDNSSEC    *DNSSEC // MaxSigLife does not count
	AddDNSSEC    *DNSSEC
	MaxSigLife   int // new maximum signature life in seconds, 0 to leave it
}

// Empty reports whether the update would change nothing.
func (u DomainUpdate) Empty() bool {
	return len(u.AddNS)+len(u.RemNS)+len(u.AddContacts)+len(u.RemContacts)+len(u.AddStatus)+len(u.RemStatus) == 0 &&
		u.Registrant == "" && u.AuthInfo == "" && !u.UnsetAuth &&
		!u.RemAllDNSSEC && u.RemDNSSEC.Empty() && u.AddDNSSEC.Empty() && u.MaxSigLife == 0
}

// Postal is one postal address of a contact (RFC 5733 §2.3), in internationalized ("int", ASCII) or local ("loc") form.
type Postal struct {
	Name    string
	Org     string
	Street  []string // up to three lines
	City    string
	State   string
	Code    string
	Country string // ISO 3166-1 alpha-2
}

// Contact is a contact object (RFC 5733 §3.1.2). At least one of Int and Loc is set.
type Contact struct {
	ID       string // 3 to 16 characters
	ROID     string // answer only
	Int      *Postal
	Loc      *Postal
	Voice    string // +CC.number
	VoiceExt string
	Fax      string
	Email    string
	AuthInfo string
	Statuses []string  // answer only
	Sponsor  string    // answer only
	Created  time.Time // answer only
	Updated  time.Time // answer only
}

// Host is a host object (RFC 5732 §3.1.2).
type Host struct {
	Name      dname.Name
	Addresses []netip.Addr // glue; only for hosts below a domain of the registry
	Statuses  []string     // answer only
	Sponsor   string       // answer only
}

// HostUpdate changes a host's addresses or its name (RFC 5732 §3.2.5).
type HostUpdate struct {
	Name     dname.Name
	Add, Rem []netip.Addr
	NewName  dname.Name // empty to leave it
}

// Message is a poll message (RFC 5730 §2.9.2.3).
type Message struct {
	ID    string
	Count int // messages waiting, this one included
	Date  time.Time
	Text  string
	// PanData is set for the end of a pending action (RFC 5731 §3.3).
	PanData *PanData
	// Transfer is set when a transfer was requested or has ended (RFC 5731 §3.2.4, RFC 5733 §3.2.4).
	Transfer *Transfer
	// Change is set when the registry or somebody else changed one of our domains (RFC 8590).
	Change *Change
}

// PanData tells how a pending action ended.
type PanData struct {
	Object string // "domain", "contact"
	Name   string
	Done   bool
	ClTRID string // of the command that was pending
	SvTRID string
	Date   time.Time
}

// Error is a registry's refusal or an unknown outcome.
type Error struct {
	Code    int    // EPP result code; 0 when there was no answer
	Text    string // registry's message and reason
	Unknown bool   // the command may have been carried out
	cause   error
}

// Refused makes a definite refusal.
func Refused(code int, text string) *Error { return &Error{Code: code, Text: text} }

// Unknown makes an unknown outcome: no answer (code 0), 2400 or 25xx.
func Unknown(code int, text string, cause error) *Error {
	return &Error{Code: code, Text: text, Unknown: true, cause: cause}
}

// NotSent is a failure before anything reached the registry: a definite refusal with code 0.
func NotSent(text string, cause error) *Error { return &Error{Text: text, cause: cause} }

// Error is for logs.
func (e *Error) Error() string {
	s := fmt.Sprintf("registry: %d %s", e.Code, e.Text)
	if e.Unknown {
		s += " (outcome unknown)"
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Codes of RFC 5730 §3 that the core decides on.
const (
	CodeOK              = 1000
	CodePending         = 1001
	CodeNoMessages      = 1300
	CodeAckToDequeue    = 1301
	CodeRange           = 2004
	CodeExtension       = 2103
	CodeBillingFailure  = 2104
	CodeNotEligible     = 2105 // for renewal
	CodeNotTransferable = 2106
	CodeAuthorization   = 2201
	CodeBadAuthInfo     = 2202
	CodePendingTransfer = 2300
	CodeNotPending      = 2301 // no transfer waits
	CodeObjectExists    = 2302
	CodeNotExist        = 2303
	CodeStatusProhibits = 2304
	CodeInUse           = 2305
	CodePolicy          = 2306
	CodeObjectService   = 2307
	CodeFailed          = 2400
)

// IsUnknown reports whether err leaves the outcome open. An error that is no *Error leaves it open too.
func IsUnknown(err error) bool {
	if err == nil {
		return false
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Unknown
	}
	return true
}

// CodeOf is the EPP code of err, 0 when there is none.
func CodeOf(err error) int {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

type freshKey struct{}

// Fresh marks a context whose availability checks must be asked of the registry itself: an answer kept from an earlier check
// is not good enough. Whoever decides on the answer, and not only shows it, asks so.
func Fresh(ctx context.Context) context.Context { return context.WithValue(ctx, freshKey{}, true) }

// IsFresh reports whether ctx was marked by Fresh.
func IsFresh(ctx context.Context) bool {
	fresh, _ := ctx.Value(freshKey{}).(bool)
	return fresh
}
