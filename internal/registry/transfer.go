package registry

import (
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/money"
)

// TransferOp is what is done about a transfer (RFC 5730 §2.9.3.4).
type TransferOp string

// The operations: the gaining registrar requests and cancels, the losing one approves and rejects.
const (
	TransferRequest TransferOp = "request"
	TransferCancel  TransferOp = "cancel"
	TransferApprove TransferOp = "approve"
	TransferReject  TransferOp = "reject"
)

// States of a transfer (RFC 5731 §3.1.3).
const (
	TransferPending         = "pending"
	TransferClientApproved  = "clientApproved"
	TransferClientRejected  = "clientRejected"
	TransferClientCancelled = "clientCancelled"
	TransferServerApproved  = "serverApproved"
	TransferServerCancelled = "serverCancelled"
)

// DomainTransfer is an operation on a domain's transfer (RFC 5731 §3.2.4).
type DomainTransfer struct {
	Op       TransferOp
	Name     dname.Name
	AuthInfo string       // needed by a request
	Years    int          // of a request; 0 leaves the term to the registry
	Fee      money.Amount // of a request, as in DomainCreate
}

// Transferred is what the registry answers to an operation. A request with Pending true waits for the losing registrar, or
// for time; its end comes as Message.Transfer, in rare cases as PanData.
type Transferred struct {
	Result
	Transfer
}

// Transfer is the state of a transfer (RFC 5731 §3.1.3, RFC 5733 §3.1.3).
type Transfer struct {
	Object  string // "domain" or "contact"
	Name    string // domain's name or contact's id
	Status  string // "pending", "clientApproved" …
	ReID    string // registrar who requested it
	ReDate  time.Time
	AcID    string    // registrar who has to act, or has acted
	AcDate  time.Time // by when it is acted, or was
	Expires time.Time // expiry that the transfer leads to, zero when it changes none
}

// Open reports whether the transfer waits for its end.
func (t Transfer) Open() bool { return t.Status == TransferPending }

// Done reports whether the transfer has taken place.
func (t Transfer) Done() bool {
	return t.Status == TransferClientApproved || t.Status == TransferServerApproved
}

// Grace periods and what comes after them (RFC 3915 §3.1), in Domain.RGPStatuses.
const (
	RGPAddPeriod        = "addPeriod"
	RGPAutoRenewPeriod  = "autoRenewPeriod"
	RGPRenewPeriod      = "renewPeriod"
	RGPTransferPeriod   = "transferPeriod"
	RGPRedemptionPeriod = "redemptionPeriod"
	RGPPendingRestore   = "pendingRestore"
	RGPPendingDelete    = "pendingDelete"
)

// DomainRestore asks for a domain back from its redemption period.
type DomainRestore struct {
	Name dname.Name
	Fee  money.Amount // as in DomainCreate
}

// Restored is what the registry answers to a restore or a report. RGPPendingRestore among the statuses of a restore says
// that a report is due; a registry may leave them out, and InfoDomain shows them.
type Restored struct {
	Result
	RGPStatuses []string
}

// RestoreReport is the report on a restore (RFC 3915 §4.2.5). All but Other is needed; without Statements those of
// RestoreStatements are sent.
type RestoreReport struct {
	Name       dname.Name
	PreData    string // registration data before the delete, as text
	PostData   string // the same after the restore
	Deleted    time.Time
	Restored   time.Time
	Reason     string
	Statements []string // two at most
	Other      string
}

// RestoreStatements are what a registrar has to affirm in a restore report.
func RestoreStatements() []string {
	return []string{
		"The registrar did not restore the name to use or sell it for itself or for a third party.",
		"What this report says is true to the best of the registrar's knowledge, and the registrar acknowledges that " +
			"supplying false information on purpose is a material breach of its agreement with the registry.",
	}
}

// Change tells what the registry or somebody else did to an object of ours (RFC 8590).
type Change struct {
	Before    bool    // Domain is as it was before the change, not as it is after it
	Domain    *Domain // nil when the message shows no domain
	Operation string  // "create", "delete", "renew", "transfer", "update", "restore", "autoRenew", "autoDelete", "autoPurge", "custom"
	Op        string  // more about it: the name of a custom operation, the step of a transfer or restore
	Date      time.Time
	SvTRID    string
	Who       string
	CaseType  string // "udrp", "urs", "custom" or empty
	CaseID    string
	Reason    string
}
