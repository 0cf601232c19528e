package dmapi

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// States of a transfer that this server has reasons to show (§7.3.7). It asks nobody for a form of authorization.
const (
	transferSent      = "REGISTRY_REQUEST_SENT"
	transferWaits     = "REGISTRY_REQUEST_RECEIVED_NOW_WAITING"
	transferCanceling = "REGISTRY_CANCELATION_PENDING"
	transferNack      = "REGISTRY_NACK"
	transferAck       = "REGISTRY_ACK"
	transferDone      = "DONE"
	transferCanceled  = "CANCELED"
)

// domainTransferControl is domain-transfer-control (§7.3.7): transfers to this account.
func domainTransferControl(ctx context.Context, rq *request) (*reply, error) {
	action, err := rq.form.require("action")
	if err != nil {
		return nil, err
	}
	if action = strings.ToLower(action); action == "list" {
		return rq.listTransfers(ctx)
	}
	do := map[string]func(context.Context, string) (*reply, error){
		"show": rq.showTransfer, "resend-foa": rq.resendFOA, "cancel": rq.cancelTransfer,
	}[action]
	if do == nil {
		return nil, param("action", "list, show, resend-foa or cancel")
	}
	text, err := rq.form.require("domain")
	if err != nil {
		return nil, err
	}
	return do(ctx, text)
}

// listTransfers are all transfers that wait, by name. Whom the losing registrar could write to is not known here.
func (rq *request) listTransfers(ctx context.Context) (*reply, error) {
	open := command.Where("state", command.In, string(order.Sent), string(order.Pending))
	canceling := map[string]bool{}
	err := rq.eachOrder(ctx, order.CancelTransfer, open, func(o order.Order) { canceling[o.ObjectName] = true })
	if err != nil {
		return nil, err
	}
	t := &rows{sep: "\t"}
	err = rq.eachOrder(ctx, order.TransferIn, open, func(o order.Order) {
		state := openTransfer(o)
		if canceling[o.ObjectName] {
			state = transferCanceling
		}
		t.add(o.ObjectName, state, "-", "-")
	})
	return t.into(&reply{columns: []string{"domain", "state", "owner-email", "admin-email"}}), err
}

// eachOrder walks the account's orders of an operation by their objects' names, whatever dialect they came from.
func (rq *request) eachOrder(ctx context.Context, op order.Operation, where command.Filter, do func(order.Order)) error {
	q := command.Query{Where: command.And(command.Where("operation", command.Equal, string(op)), where),
		Sort: []command.Sort{{Field: "object_name"}}, Limit: command.MaxPage}
	for {
		page, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.ListOrders{Query: q})
		if err != nil {
			return err
		}
		for _, o := range page.Orders {
			do(o)
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}

func openTransfer(o order.Order) string {
	if o.State == order.Sent {
		return transferSent
	}
	return transferWaits
}

// showTransfer tells where the latest transfer of a name stands, or how it ended.
func (rq *request) showTransfer(ctx context.Context, text string) (*reply, error) {
	st, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.TransferStatus{Name: text})
	if err != nil {
		return nil, err
	}
	state, err := rq.transferState(ctx, st)
	if err != nil {
		return nil, err
	}
	var f facts
	f.add("domain", st.Order.ObjectName)
	f.add("state", state)
	return &reply{body: f.String()}, nil
}

func (rq *request) transferState(ctx context.Context, st command.TransferState) (string, error) {
	switch {
	case st.Order.State == order.Done:
		return transferDone, nil
	case st.Waiting != nil && st.Waiting.Done():
		return transferAck, nil
	case st.Waiting != nil && !st.Waiting.Open():
		return transferNack, nil
	}
	var last order.Order // the last attempt to take this transfer back
	err := rq.eachOrder(ctx, order.CancelTransfer, command.Where("object_name", command.Equal, st.Order.ObjectName), func(o order.Order) {
		if o.Number > st.Order.Number && o.Number > last.Number {
			last = o
		}
	})
	switch {
	case last.State.Open():
		return transferCanceling, err
	case st.Order.State.Open():
		return openTransfer(st.Order), err
	case last.State == order.Done:
		return transferCanceled, err
	}
	return transferNack, err
}

// resendFOA has nothing to send: a transfer that waits does so at the registry.
func (rq *request) resendFOA(ctx context.Context, text string) (*reply, error) {
	st, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.TransferStatus{Name: text})
	switch {
	case err != nil:
		return nil, err
	case !st.Order.State.Open():
		return nil, errs.E(errs.NotFound, "no transfer of %s waits", st.Order.ObjectName)
	}
	return nil, errs.E(errs.WrongState, "the transfer of %s waits for the registry, not for its owner", st.Order.ObjectName)
}

func (rq *request) cancelTransfer(ctx context.Context, text string) (*reply, error) {
	out, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.CancelTransfer{Name: text})
	if err != nil {
		return nil, err
	}
	return accepted(out), nil
}
