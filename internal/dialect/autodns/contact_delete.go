package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/order"
)

// contactDelete is task 0303. It is answered S; N only when a registry has not answered yet, and a message follows then
// (autodns-xml.md §12.2).
func contactDelete(ctx context.Context, t *task) (result, error) {
	found, err := t.changed(ctx)
	if err != nil {
		return result{}, err
	}
	t.subject = object{"handle", found.Handle}
	t.c.Notice = order.NoticeIfPending
	out, err := do(ctx, t, command.DeleteContact{ID: found.Contact.ID})
	if err != nil {
		return result{}, err
	}
	if out.Pending {
		return t.done('N'), nil
	}
	return t.done('S'), nil
}
