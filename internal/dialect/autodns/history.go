package autodns

import (
	"context"
	"strconv"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/order"
)

// historyStates are the words of the object log. A client waits for the literal "success" (autodns-xml.md §16).
var historyStates = map[order.State]string{order.Sent: "pending", order.Pending: "pending", order.Done: "success", order.Failed: "failed"}

// historyColumns are the keys of the object log (autodns-xml.md §5.2).
var historyColumns = map[string]column{
	"object": {core: "object_name", text: nameValue}, "type": {core: "object_kind", read: kindValue}, "action": {build: actionFilter},
	"status": {build: stateFilter(historyStates)}, "created": {core: "created", dates: true},
}

// historyInquire is task 0713: one entry by its id, else a list. An entry is an order.
func historyInquire(ctx context.Context, t *task) (result, error) {
	id := t.object.ChildTrim("id")
	if id == "" {
		os, total, err := t.orders(ctx, historyColumns, command.Filter{})
		if err != nil {
			return result{}, err
		}
		out, err := t.historyEls(ctx, os)
		return listed(total, out), err
	}
	o, err := t.order(ctx, id)
	if missing(err) {
		t.ownStatus = true
	}
	if err != nil {
		return result{}, err
	}
	r := t.done('S')
	r.data, err = t.historyEls(ctx, []order.Order{o})
	return r, err
}

func (t *task) historyEls(ctx context.Context, os []order.Order) ([]el, error) {
	subjects, err := t.subjects(ctx, os)
	out := make([]el, len(os))
	for i, o := range os {
		about := subjects[o.Number]
		kids := some(leaf("id", strconv.FormatInt(int64(o.Number), 10)), leaf("action", jobActions[o.Operation]), leaf("object", about.value),
			leaf("type", about.kind), leaf("status", historyStates[o.State]), leaf("function_code", taskOf(o)))
		if o.Account == t.c.Account.ID {
			kids = append(kids, t.q.owner.el("owner"))
		}
		out[i] = block("history", append(kids, leaf("created", stamp(o.Created)))...)
	}
	return out, err
}
