package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// contactDelete is DELETE /contact/{id} (0303): one that no domain uses. It is answered S; N only when a registry has not answered
// yet, and a message follows then.
func contactDelete(ctx context.Context, d *Dialect, q *request) (answer, error) {
	found, err := d.findContact(ctx, q, q.arg("id"))
	if err != nil {
		return answer{}, err
	}
	q.caller.Notice = order.NoticeIfPending
	out, err := command.Do(ctx, d.run, q.caller, command.DeleteContact{ID: found.Contact.ID})
	if err != nil {
		return answer{}, err
	}
	a := one(classContact, found.Handle)
	if out.Pending {
		a.letter, a.data = 'N', []jsonx.Obj{q.jobJSON(out.Order)}
	}
	return a, nil
}
