package opensrs

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// cancelTransfer is CANCEL_TRANSFER, also called CANCEL_TRANSFER_FOR_ORDER (opensrs-commands.md §11.5): for a transfer that
// waits, at the registry too.
func cancelTransfer(ctx context.Context, x *call) (*reply, error) {
	prohibited := refuse(errs.WrongState, 400, "Command Failed: Transfer State Prohibits Cancellation")
	name := x.q.named()
	if given := x.q.attrs.str("order_id"); given != "" {
		o, err := x.transferOrder(ctx, given)
		if errs.Is(err, errs.NotFound) || err == nil && (!o.State.Open() || name != "" && !strings.EqualFold(o.ObjectName, name)) {
			return nil, prohibited
		}
		if err != nil {
			return nil, err
		}
		name = o.ObjectName
	}
	if name == "" {
		return nil, errNoDomain
	}
	out, err := do(ctx, x, command.CancelTransfer{Name: name})
	switch {
	case errs.Is(err, errs.NotFound, errs.WrongState, errs.UnsupportedTLD):
		return nil, prohibited
	case err != nil:
		return nil, err
	case out.Pending:
		return &reply{code: 250, text: pendingText}, nil
	}
	return ok("Command Successful", nil), nil
}

// transferOrder finds a transfer in by its number.
func (x *call) transferOrder(ctx context.Context, given string) (order.Order, error) {
	o, err := x.numbered(ctx, given)
	if err == nil && orderType(o) != typeTransfer {
		err = errs.E(errs.NotFound, "no such transfer")
	}
	return o, err
}

// processTransfer is PROCESS_TRANSFER (§11.4). What a cancelled order asked for is not kept, its authorization code least of
// all, so that it cannot be repeated: the client has to order anew.
func processTransfer(ctx context.Context, x *call) (*reply, error) {
	given := x.q.attrs.str("order_id")
	if given == "" {
		return nil, missing("order_id")
	}
	o, err := x.transferOrder(ctx, given)
	switch {
	case errs.Is(err, errs.NotFound):
		return nil, &refusal{kind: errs.NotFound, code: 465, text: "Can't find transfer request."} // recorded without attributes
	case err != nil:
		return nil, err
	case o.State == order.Failed:
		return nil, refuse(errs.Unsupported, 400, "Transfer cannot be resubmitted. Its data are not kept; order it again with sw_register.")
	}
	return nil, refuse(errs.WrongState, 400, "Transfer cannot be resubmitted. Transfer status does not allow for resubmit.")
}
