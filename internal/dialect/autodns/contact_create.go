package autodns

import (
	"context"
	"strconv"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/internetx"
)

// decimal is the public number of a new contact, the same in both interfaces of the vendor.
func decimal(id contact.ID) string { return strconv.FormatInt(int64(id), 10) }

// contactCreate is task 0301. It is answered at once, so no message follows; equal data gives the contact that is there already,
// unless a new one is forced (autodns-xml.md §12.2).
func contactCreate(ctx context.Context, t *task) (result, error) {
	t.subject = object{}
	if t.object == nil {
		return result{}, bad(errs.Missing, "request.task.handle", "", "is required")
	}
	var l errs.List
	data := newContact(t, t.object, "request.task.handle", "contact.", &l)
	if err := l.Err(); err != nil {
		return result{}, err
	}
	t.c.Notice = order.NoticeNever
	out, err := do(ctx, t, command.CreateContact{Data: data, Reuse: !t.forced(), Dialect: shared, Format: decimal})
	if err != nil {
		return result{}, err
	}
	if out.Handle != "" { // a demo order makes none
		t.subject = object{"handle", out.Handle}
	}
	if out.Reused {
		return t.done('S', t.q.reused(out.Handle)), nil
	}
	return t.done('S'), nil
}

// forced reports whether a contact is to be made even though an identical one exists. Three places occur (autodns-xml.md §12.1).
func (t *task) forced() bool {
	return truthy(t.node.ChildText("force_handle_create")) || truthy(t.object.ChildText("force_handle_create")) ||
		t.keys()["force_handle_create"]
}

// reused says that an identical contact was there; made that a new one came along with another order.
func (q *request) reused(handle string) message {
	return message{text: internetx.Reused.Text.In(q.german()), code: internetx.Reused.Code, kind: "notice", object: object{"handle", handle}}
}

func (q *request) made(handle string) message {
	return message{text: statusText("S0301", q.german()), code: "S0301", kind: "success", object: object{"handle", handle}}
}
