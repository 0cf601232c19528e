// Package notify holds notices to a reseller: one stream per account, read and acknowledged per channel. A channel is a
// dialect's queue; the two InterNetX dialects share one.
package notify

import (
	"time"

	"github.com/polyreg/polyreg/internal/account"
)

// ID is a notice's number, from one sequence; within an account it grows with time.
type ID int64

// Kind says what happened.
type Kind string

// Kinds. OrderDone and OrderFailed are shown in the channel that ordered; the others in every channel that has a word for them.
const (
	OrderDone   Kind = "order_done"
	OrderFailed Kind = "order_failed"
	Test        Kind = "test"
	Registered  Kind = "domain_registered"
	Renewed     Kind = "domain_renewed"
	NSChanged   Kind = "domain_ns_changed"

	// What time does to a domain. Data: "expires", "days" (to the expiry, negative after it), "restore_until", "purge".
	Expiring      Kind = "domain_expiring"
	Expired       Kind = "domain_expired" // the expiry has passed, and again at the notice after it
	AutoRenewed   Kind = "domain_auto_renewed"
	RenewFailed   Kind = "domain_renew_failed"   // "error_kind", "error"
	Suspended     Kind = "domain_suspended"      // "reason": expiry or verification
	Resumed       Kind = "domain_resumed"        // the suspension is over
	Deleted       Kind = "domain_deleted"        // the redemption begins
	RedemptionEnd Kind = "domain_redemption_end" // it cannot be restored any more
	Released      Kind = "domain_released"
	Restored      Kind = "domain_restored"
	DataReminder  Kind = "domain_data_reminder"

	// Transfers away and pushes. Data: "registrar", "act_by", "to", "from".
	TransferRequested Kind = "transfer_requested" // another registrar asks for the name
	TransferEnded     Kind = "transfer_ended"     // it did not take place: "status"
	TransferredAway   Kind = "transferred_away"
	PushedAway        Kind = "pushed_away"
	PushedIn          Kind = "pushed_in"

	OwnerChanged       Kind = "owner_changed"
	VerificationDone   Kind = "verification_done" // "email"
	VerificationFailed Kind = "verification_failed"
	RegistryChange     Kind = "registry_change" // the registry changed the domain by itself (RFC 8590): "operation", "reason"
)

// Notice is one event.
type Notice struct {
	ID         ID
	Account    account.ID
	Kind       Kind
	Channel    string // the only channel that shows it, or "" for all
	Order      int64  // 0 without an order
	ObjectKind string
	ObjectName string
	Text       string
	// Data holds what a dialect needs to show it later, by the core's words ("expires", "years").
	Data    map[string]string
	Created time.Time // registrar time
	Wall    time.Time // wall time, for envelopes
}

// Obligation is a mandatory notice to a registrant: evidence that it was due, sent and received. Source: the Expired
// Registration Recovery Policy, the Transfer Policy and the accuracy specification of the registrar accreditation agreement.
type Obligation struct {
	ID         int64
	Account    account.ID
	Kind       string // "expiry_notice", "expired_notice", "data_reminder", "transfer_notice", "owner_change", "verification"
	ObjectKind string
	ObjectName string
	Recipient  string    // e-mail address
	Due        time.Time // registrar times from here on; zero: not yet
	Sent       time.Time
	Delivered  time.Time
	Bounced    time.Time
	Mail       int64 // number of the mail that carries it
}

// MailState says how far a mail has come.
type MailState string

// The states of a mail. Suppressed ones are those of the test environment: written, never sent.
const (
	MailQueued     MailState = "queued"
	MailSent       MailState = "sent"
	MailDelivered  MailState = "delivered"
	MailBounced    MailState = "bounced"
	MailSuppressed MailState = "suppressed"
)

// Mail is a message to a person.
type Mail struct {
	ID         int64
	Account    account.ID
	Kind       string // as in Obligation, or "auth_info"
	ObjectName string
	To         string
	Subject    string
	Body       string // sealed in the store; command.Runner opens it
	State      MailState
	Tries      int
	Next       time.Time // wall time of the next attempt
	Created    time.Time // registrar time
	Wall       time.Time
	Error      string
}
