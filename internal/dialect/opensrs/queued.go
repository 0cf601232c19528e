package opensrs

import (
	"context"
	"strconv"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// queuedRequest is QUERY_QUEUED_REQUEST (opensrs-commands.md §2.5): an order that was answered with 250 has its own number as
// queue_request_id.
func queuedRequest(ctx context.Context, x *call) (*reply, error) {
	given := x.q.attrs.str("request_id")
	if given == "" {
		return nil, missing("request_id")
	}
	o, err := x.numbered(ctx, given)
	if errs.Is(err, errs.NotFound) {
		return nil, refuse(errs.NotFound, 480, "Request not found")
	}
	if err != nil {
		return nil, err
	}
	status := orderStatus(o)
	if o.State.Open() {
		status = "waiting"
	}
	number := strconv.FormatInt(int64(o.Number), 10)
	return ok("Command successful", hash().set("request_data", hash("id", number, "domain", o.ObjectName, "status", status, "order_id", number))), nil
}

// numbered finds an order for a domain by its number.
func (x *call) numbered(ctx context.Context, given string) (order.Order, error) {
	n, err := strconv.ParseInt(given, 10, 64)
	if err != nil || n <= 0 {
		return order.Order{}, errs.E(errs.NotFound, "no such order")
	}
	o, err := do(ctx, x, command.GetOrder{Number: order.Number(n)})
	if err == nil && o.ObjectKind != "domain" {
		err = errs.E(errs.NotFound, "no such order")
	}
	return o, err
}

// cancelProcess is CANCEL_ACTIVE_PROCESS (§2.4). What a registry is busy with cannot be called back, but for a transfer.
func cancelProcess(ctx context.Context, x *call) (*reply, error) {
	given, name := x.q.attrs.str("order_id"), x.q.named()
	switch {
	case given != "":
		o, err := x.numbered(ctx, given)
		if errs.Is(err, errs.NotFound) {
			return nil, refuse(errs.NotFound, 480, "Order not found")
		}
		if err != nil {
			return nil, err
		}
		if name = o.ObjectName; !o.State.Open() {
			return nil, errNotStopped
		}
	case name == "":
		return nil, missing("order_id")
	}
	out, err := do(ctx, x, command.CancelTransfer{Name: name})
	switch {
	case errs.Is(err, errs.NotFound, errs.WrongState, errs.UnsupportedTLD):
		return nil, errNotStopped
	case err != nil:
		return nil, err
	case out.Pending:
		return &reply{code: 250, text: pendingText}, nil
	}
	return ok("Command Successful", nil), nil
}

var errNotStopped = refuse(errs.WrongState, 400, "The process cannot be stopped")
