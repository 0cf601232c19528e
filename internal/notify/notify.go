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
