package epp

// Operations of a transfer, for Command.TransferOp (RFC 5730 §2.9.3.4).
const (
	TransferRequest = "request"
	TransferQuery   = "query"
	TransferApprove = "approve"
	TransferReject  = "reject"
	TransferCancel  = "cancel"
)

// States of a transfer, for the trStatus of its answers (RFC 5731 §3.1.3, RFC 5733 §3.1.3).
const (
	TransferPending         = "pending"
	TransferClientApproved  = "clientApproved"
	TransferClientRejected  = "clientRejected"
	TransferClientCancelled = "clientCancelled"
	TransferServerApproved  = "serverApproved"
	TransferServerCancelled = "serverCancelled"
)

// TransferDomainCommand is a transfer command for a domain; pw may be empty where the operation needs none.
func TransferDomainCommand(op, name, pw string) *Command {
	t := &DomainTransfer{Name: name}
	if pw != "" {
		auth := Auth(pw)
		t.AuthInfo = &auth
	}
	return &Command{TransferOp: op, TransferDomain: t}
}

// TransferContactCommand is a transfer command for a contact; pw may be empty where the operation needs none.
func TransferContactCommand(op, id, pw string) *Command {
	t := &ContactTransfer{ID: id}
	if pw != "" {
		auth := Auth(pw)
		t.AuthInfo = &auth
	}
	return &Command{TransferOp: op, TransferContact: t}
}
