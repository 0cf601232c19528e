package command

import (
	"net/netip"
	"strings"
	"unicode/utf8"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// Caller says who asks, through which door and under which request id. A log-in method of Runner makes it; the dialect adds
// what belongs to the single request.
type Caller struct {
	Account account.Account
	// Actor is the account that logged in; it differs from Account when it acts for a descendant.
	Actor      account.Account
	Credential account.Credential // without secrets
	Access     account.Access
	Dialect    string     // "dmapi", "opensrs", "wapi", "domainrobot", "autodns"
	Channel    string     // notice queue: the dialect's name; "domainrobot" for both InterNetX dialects
	IP         netip.Addr // the client's address

	// Of the single request:
	Command        string // the dialect's own word for the command
	RequestID      string // as shown to the client (Tracking-Id, svTRID, stid)
	ClTRID         string // client's id: stored and echoed, never a key
	IdempotencyKey string // header Idempotency-Key, empty for none
	DryRun         bool   // all checks, nothing written
	Notice         order.NoticeWhen
}

// For gives the caller with the data of a single request.
func (c Caller) For(cmd, requestID, clTRID string) Caller {
	c.Command, c.RequestID, c.ClTRID = cmd, requestID, clTRID
	if !storable(clTRID) { // it is no key: what cannot be kept of it may go
		c.ClTRID = strings.ReplaceAll(strings.ToValidUTF8(clTRID, "\ufffd"), "\x00", "\ufffd")
	}
	return c
}

// storable reports whether a database can keep a text or compare with it: PostgreSQL knows no NUL and nothing but UTF-8.
func storable(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// maxComment bounds a domain's comment, in characters.
const maxComment = 4000

// checkComment applies the rules on a domain's comment.
func checkComment(s string, l *errs.List) {
	if !contact.Lines(s) {
		l.Add(errs.F(errs.Invalid, "comment", "has characters that are not allowed"))
	}
	if utf8.RuneCountInString(s) > maxComment {
		l.Add(errs.F(errs.Invalid, "comment", "is longer than %d characters", maxComment))
	}
}
