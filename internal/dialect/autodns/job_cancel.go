package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// jobCancel is task 300121. What can be taken back is a transfer to us that waits for the other registrar (autodns-xml.md §16).
func jobCancel(ctx context.Context, t *task) (result, error) {
	id, err := t.identifier()
	if err != nil {
		return result{}, err
	}
	t.ownStatus = true
	o, err := t.order(ctx, id)
	if missing(err) {
		return result{}, bad(errs.NotFound, "request.task.job.id", id, "there is no such job")
	}
	if err != nil {
		return result{}, err
	}
	if o.Operation != order.TransferIn || !o.State.Open() {
		return result{}, errs.E(errs.WrongState, "only a transfer that waits can be taken back")
	}
	t.c.Notice = order.NoticeNever // the transfer's own message tells
	if _, err := do(ctx, t, command.CancelTransfer{Name: o.ObjectName}); err != nil {
		return result{}, err
	}
	return t.done('S'), nil
}
