package domainrobot

import (
	"context"
	"strconv"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// jobCancel is PUT /job/{id}/_cancel (300121). What can be taken back is a transfer to us that waits for the other registrar.
func jobCancel(ctx context.Context, d *Dialect, q *request) (answer, error) {
	id := q.arg("id")
	none := bad(errs.NotFound, "job", id, "there is no such job")
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n <= 0 {
		return answer{}, none
	}
	o, err := d.order(ctx, q, order.Number(n))
	switch {
	case errs.Is(err, errs.NotFound, errs.NotOwned):
		return answer{}, none
	case err != nil:
		return answer{}, err
	case o.Operation != order.TransferIn || !o.State.Open():
		return answer{}, errs.E(errs.WrongState, "only a transfer that waits can be taken back")
	}
	q.caller.Notice = order.NoticeNever // the transfer's own message tells
	_, err = command.Do(ctx, d.run, q.caller, command.CancelTransfer{Name: o.ObjectName})
	return one(classJob, strconv.FormatInt(n, 10)), err
}
