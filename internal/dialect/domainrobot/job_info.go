package domainrobot

import (
	"context"
	"strconv"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// jobInfo is GET /job/{id} (300114). It finds finished jobs too, for some clients ask nowhere else (domainrobot-json.md §5).
func jobInfo(ctx context.Context, d *Dialect, q *request) (answer, error) {
	return d.jobBy(ctx, q, false)
}

// jobHistoryInfo is GET /job/history/{id} (300134): finished jobs alone.
func jobHistoryInfo(ctx context.Context, d *Dialect, q *request) (answer, error) {
	return d.jobBy(ctx, q, true)
}

func (d *Dialect) jobBy(ctx context.Context, q *request, finished bool) (answer, error) {
	id := q.arg("id")
	none := bad(errs.NotFound, "job", id, "there is no such job")
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n <= 0 {
		return answer{}, none
	}
	o, err := d.order(ctx, q, order.Number(n))
	if errs.Is(err, errs.NotFound, errs.NotOwned) || err == nil && finished && o.State.Open() {
		return answer{}, none
	}
	if err != nil {
		return answer{}, err
	}
	data, err := d.objectJob(ctx, q, o)
	return one(classJob, strconv.FormatInt(n, 10), data), err
}
