package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// cancelationHistory is task 0103124: a cancelation that was carried out, by its log_id. That is the number of the order that made
// it, or of the deletion itself (autodns-xml.md §10).
func cancelationHistory(ctx context.Context, t *task) (result, error) {
	id, err := t.identifier()
	if err != nil {
		return result{}, err
	}
	t.ownStatus = true
	made, err := t.executed(ctx, id)
	if missing(err) {
		return result{}, bad(errs.NotFound, "request.task.cancelation.log_id", id, "no such cancelation was executed")
	}
	if err != nil {
		return result{}, err
	}
	d := domain.Domain{Name: dname.Name(made.order.ObjectName), Account: made.order.Account, Deleted: made.when}
	t.subject = object{"domain", string(d.Name)}
	r := t.done('S')
	r.data = []el{t.cancelationEl(d, made)}
	return r, nil
}

// executed finds the deletion that a log_id leads to.
func (t *task) executed(ctx context.Context, id string) (made, error) {
	o, err := t.order(ctx, id)
	if err != nil {
		return made{}, err
	}
	if o.Operation == order.DeleteDomain && o.State == order.Done {
		m := made{when: o.Finished, order: o, exec: exec{on: o.Finished}}
		m.now = o.Caller.Dialect != "" // by a client, and not by time
		return m, nil
	}
	none := errs.E(errs.NotFound, "there is no such cancelation")
	if o.Caller.Command != "0103101" && o.Caller.Command != "0103102" {
		return made{}, none
	}
	q := command.Query{Limit: 1, Sort: []command.Sort{{Field: "number"}}, Where: command.And(command.Where("object_name", command.Equal, o.ObjectName),
		command.Where("operation", command.Equal, string(order.DeleteDomain)), command.Where("state", command.Equal, string(order.Done)),
		command.Where("number", command.Greater, id))}
	page, err := do(ctx, t, command.ListOrders{Query: q})
	if err == nil && len(page.Orders) == 0 {
		err = none
	}
	if err != nil {
		return made{}, err
	}
	gone := page.Orders[0]
	return made{when: gone.Finished, order: o, exec: exec{on: gone.Finished}}, nil
}
