// Package errs is the closed set of error kinds that the registrar core speaks.
//
// It holds the kinds, the one error type and nothing else. A dialect has one table from Kind to its own codes; an error
// that is not an *Error is Internal: it is logged with the request id and its text never leaves the process.
package errs

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what went wrong in words that every dialect can translate.
type Kind int

// The kinds. Text in an Error is fit for the caller; a Kind is what code decides on.
const (
	Internal         Kind = iota + 1 // ours to mend; the text is never shown
	NotFound                         // the object does not exist, or is not the caller's
	NotOwned                         // exists on this platform under another account; shown as NotFound unless the dialect tells them apart
	Exists                           // the object to be made exists already
	NotAvailable                     // the name cannot be registered (taken, reserved) at the registry
	NoFunds                          // available balance would fall below the credit limit
	NoPrice                          // no price in the account's billing currency
	Auth                             // credentials missing or wrong
	SessionExpired                   // session unknown, expired or ended
	AddressRefused                   // the caller's IP address is not allowed
	Forbidden                        // authenticated, but not permitted
	AccountLocked                    // account or user is locked
	RateLimited                      // too many requests; RetryAfter says when
	Blocked                          // the address is blocked after too many invalid requests
	Invalid                          // a field has a wrong value; Field says which
	Missing                          // a required field is absent; Field says which
	Malformed                        // the request cannot be read at all
	TooLarge                         // over a size or complexity limit
	UnsupportedTLD                   // no catalog entry for the ending
	InvalidName                      // not a legal name, or not one this registry takes
	InvalidPeriod                    // period not sold, or beyond the longest registration
	WrongState                       // the object's status does not allow it
	Locked                           // a transfer/update/delete lock prohibits it
	Busy                             // another order for the same object is open
	Conflict                         // idempotency key used with another input, or a compared value (expiry) differs
	RegistryRejected                 // the registry refused the command
	RegistryDown                     // the registry cannot be reached or answered 2400/25xx
	Unsupported                      // the command or option is known but not offered
	UnknownCommand                   // no such command
	InUse                            // linked to another object, cannot be removed
	QuotaExceeded                    // a count limit (sessions, records, name servers)
)

// Kinds lists every kind once, in order; tests walk it through every dialect.
func Kinds() []Kind {
	ks := make([]Kind, 0, int(QuotaExceeded))
	for k := Internal; k <= QuotaExceeded; k++ {
		ks = append(ks, k)
	}
	return ks
}

var kindNames = [...]string{
	Internal: "internal", NotFound: "not_found", NotOwned: "not_owned", Exists: "exists", NotAvailable: "not_available",
	NoFunds: "no_funds", NoPrice: "no_price", Auth: "auth", SessionExpired: "session_expired", AddressRefused: "address_refused",
	Forbidden: "forbidden", AccountLocked: "account_locked", RateLimited: "rate_limited", Blocked: "blocked", Invalid: "invalid",
	Missing: "missing", Malformed: "malformed", TooLarge: "too_large", UnsupportedTLD: "unsupported_tld", InvalidName: "invalid_name",
	InvalidPeriod: "invalid_period", WrongState: "wrong_state", Locked: "locked", Busy: "busy", Conflict: "conflict",
	RegistryRejected: "registry_rejected", RegistryDown: "registry_down", Unsupported: "unsupported", UnknownCommand: "unknown_command",
	InUse: "in_use", QuotaExceeded: "quota_exceeded",
}

// String is the kind's stable name, as used in metrics and in stored outcomes.
func (k Kind) String() string {
	if k >= Internal && int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "internal"
}

// ParseKind reads a stored name back; an unknown one is Internal.
func ParseKind(s string) Kind {
	for k, n := range kindNames {
		if n == s && n != "" {
			return Kind(k)
		}
	}
	return Internal
}

// Error is one refusal. Text is fit for the caller. Field names the offending input in the core's words ("period",
// "registrant", "contact.email", "nameservers[1].name"); a dialect translates it to its own parameter.
type Error struct {
	Kind       Kind
	Text       string
	Field      string
	Object     string        // kind and name of the object concerned ("domain example.com"), may be empty
	RetryAfter time.Duration // only for RateLimited, Blocked, Busy
	Code       int           // EPP result code when the registry refused (RFC 5730 §3), else 0
	More       []*Error      // further problems of the same request: validation reports all at once
	cause      error
}

// E makes an error of a kind with a text for the caller.
func E(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Text: fmt.Sprintf(format, args...)}
}

// F makes an error about one field (Invalid, Missing, InvalidPeriod …).
func F(kind Kind, field, format string, args ...any) *Error {
	return &Error{Kind: kind, Field: field, Text: fmt.Sprintf(format, args...)}
}

// Wrap attaches a cause that is logged and never shown.
func (e *Error) Wrap(err error) *Error { e.cause = err; return e }

// On says which object is concerned, as "domain example.com".
func (e *Error) On(kind, name string) *Error { e.Object = kind + " " + name; return e }

// Error is for logs: kind, field, text and cause.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.String())
	if e.Field != "" {
		b.WriteString(" [" + e.Field + "]")
	}
	if e.Text != "" {
		b.WriteString(": " + e.Text)
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// All is the error followed by the further problems.
func (e *Error) All() []*Error { return append([]*Error{e}, e.More...) }

// KindOf is the kind of err; Internal for anything that is not an *Error. nil has kind 0.
func KindOf(err error) Kind {
	if err == nil {
		return 0
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is an *Error of one of the kinds.
func Is(err error, kinds ...Kind) bool {
	k := KindOf(err)
	for _, w := range kinds {
		if err != nil && k == w {
			return true
		}
	}
	return false
}

// As gives err as callers may be told of it. Anything that is no *Error becomes Internal with err as cause; so does an error
// with a fault of ours among its problems, whose text and neighbours are for the log alone.
func As(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if !errors.As(err, &e) {
		return internal(err)
	}
	for _, p := range e.All() {
		if p.Kind == Internal {
			return internal(err)
		}
	}
	return e
}

func internal(cause error) *Error { return E(Internal, "internal error").Wrap(cause) }

// List collects problems of one request and returns them as one error.
type List struct{ errs []*Error }

// Add takes a problem; nil is ignored, and the further problems of e are added singly.
func (l *List) Add(e *Error) {
	if e == nil {
		return
	}
	more := e.More
	one := *e
	one.More = nil
	l.errs = append(l.errs, &one)
	l.errs = append(l.errs, more...)
}

// Err is nil when nothing was added, else the first problem carrying the others in More.
func (l *List) Err() error {
	if len(l.errs) == 0 {
		return nil
	}
	first := *l.errs[0]
	first.More = append([]*Error(nil), l.errs[1:]...)
	return &first
}
