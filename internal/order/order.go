// Package order holds an order's life: intent, attempts, outcome. An order has one outcome, whatever crashes, times out or
// is repeated. States are sent → pending → done | failed and nothing else.
package order

import (
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/money"
)

// Number is an order's number, from one sequence; dialects format it.
type Number int64

// State of an order.
type State string

// The states. Sent: an attempt may be on its way or its outcome unknown. Pending: the registry said 1001; it is never sent
// again, and ends by the registry's message or a probe.
const (
	Sent    State = "sent"
	Pending State = "pending"
	Done    State = "done"
	Failed  State = "failed"
)

// Open reports whether the outcome is still to come.
func (s State) Open() bool { return s == Sent || s == Pending }

// Operation says what is ordered.
type Operation string

// Operations.
const (
	Register      Operation = "register"
	RenewDomain   Operation = "renew"
	UpdateDomain  Operation = "update"
	UpdateContact Operation = "contact_update"
	CreateContact Operation = "contact_create"
	DeleteContact Operation = "contact_delete"

	DeleteDomain    Operation = "delete"
	RestoreDomain   Operation = "restore"
	TransferIn      Operation = "transfer"         // requested by us; ends when the other side or time decides
	CancelTransfer  Operation = "transfer_cancel"  // of a transfer in that waits
	ApproveTransfer Operation = "transfer_approve" // of a transfer away that waits
	RejectTransfer  Operation = "transfer_reject"
	PushDomain      Operation = "push" // to another account of the platform

	CreateHost Operation = "host_create"
	UpdateHost Operation = "host_update"
	DeleteHost Operation = "host_delete"
)

// TransferRejected is the Field of the Error of a transfer to us that the losing registrar has rejected (RFC 5731 §3.2.4:
// clientRejected); one that ended otherwise without taking place has the Field "transfer".
const TransferRejected = "transfer.rejected"

// Order is one intent and what became of it.
type Order struct {
	Number      Number
	Account     account.ID
	Environment account.Environment
	Operation   Operation
	ObjectKind  string // "domain", "contact", "host", "transfer" (an operation on a transfer in that waits)
	ObjectName  string // domain name as A-labels, contact number
	State       State
	Registry    string
	Price       money.Amount
	Input       []byte // the intent, encoded by command; holds no plain secret
	Result      []byte // what was achieved, encoded by command
	Error       *errs.Error
	Caller      Caller

	Attempt     int // 1 for the first
	LeaseOwner  string
	LeaseUntil  time.Time // wall time
	NextAttempt time.Time // wall time; when the sweep looks at it
	// Unknown is set once an attempt ended without a definite answer: from then on "exists" may be our own doing.
	Unknown bool

	Created  time.Time // registrar time
	Updated  time.Time // registrar time
	Finished time.Time // registrar time
}

// Caller is where the order came from.
type Caller struct {
	Dialect    string
	Channel    string // notice queue of the caller
	Command    string // the dialect's own word for it
	Request    string // request id as shown to the client (Tracking-Id, svTRID, stid)
	ClTRID     string // the client's own id: stored and echoed, never a key
	Credential account.CredentialID
	// Notice says when the outcome becomes a notice in the dialect that ordered.
	Notice NoticeWhen
	// Hidden is set when a client deleted the result from its list.
	Hidden bool
}

// NoticeWhen says when an order's outcome is also queued as a notice.
type NoticeWhen string

// The choices.
const (
	NoticeNever     NoticeWhen = "never"
	NoticeIfPending NoticeWhen = "pending" // only if the caller had been told "pending"
	NoticeAlways    NoticeWhen = "always"
)

// EPPID is the client transaction id of an attempt: every attempt has its own, stored before it is sent. part tells the
// steps of one attempt apart; the step that decides has none.
func EPPID(n Number, attempt int, part string) string {
	s := strconv.FormatInt(int64(n), 10) + "-" + strconv.Itoa(attempt)
	if part != "" {
		s += "-" + part
	}
	return s
}

// ParseEPPID reads the order's number and attempt back from a client transaction id. The attempt is 0 for a step besides the
// deciding one.
func ParseEPPID(clTRID string) (n Number, attempt int, ok bool) {
	number, rest, _ := strings.Cut(clTRID, "-")
	v, err := strconv.ParseInt(number, 10, 64)
	if err != nil || v <= 0 || rest == "" {
		return 0, 0, false
	}
	if attempt, err = strconv.Atoi(rest); err != nil {
		attempt = 0
	}
	return Number(v), attempt, true
}
