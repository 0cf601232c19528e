package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/order"
)

// domainDelete is DELETE /domain/{name} (0103), which follows the interface's pattern for addresses (domainrobot-json.md §1.2); the
// vendor's own way is a cancelation with execution NOW. How it ended is told by the message about the deletion itself.
func domainDelete(ctx context.Context, d *Dialect, q *request) (answer, error) {
	q.caller.Notice = order.NoticeIfPending
	out, err := command.Do(ctx, d.run, q.caller, command.DeleteDomain{Name: q.arg("name")})
	if err != nil {
		return answer{}, err
	}
	return q.started(out, shownName(q.arg("name"))), nil
}
