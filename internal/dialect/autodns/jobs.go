package autodns

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// jobStates are the gateway's words for an order's states (autodns-xml.md §16).
var jobStates = map[order.State]string{order.Sent: "RUNNING", order.Pending: "RUNNING", order.Done: "SUCCESS", order.Failed: "FAILED"}

// jobActions are the gateway's words for what was ordered.
var jobActions = map[order.Operation]string{
	order.Register: "create", order.RenewDomain: "renew", order.UpdateDomain: "update", order.CreateContact: "create", order.UpdateContact: "update",
	order.DeleteContact: "delete", order.DeleteDomain: "delete", order.RestoreDomain: "restore", order.TransferIn: "transfer", order.PushDomain: "transfer",
	order.CancelTransfer: "cancel", order.ApproveTransfer: "transferout", order.RejectTransfer: "transferout",
	order.CreateHost: "create", order.UpdateHost: "update", order.DeleteHost: "delete",
}

// jobColumns are the keys of the job lists (autodns-xml.md §5.2).
var jobColumns = map[string]column{
	"id": {core: "number"}, "created": {core: "created", dates: true}, "updated": {core: "updated", dates: true},
	"execution": {core: "created", dates: true}, "object": {core: "object_name", text: nameValue}, "type": {core: "object_kind", read: kindValue},
	"action": {build: actionFilter}, "status": {build: stateFilter(jobStates)},
}

// taskOf is the code of the task that an order carries out, whichever interface it came from.
func taskOf(o order.Order) string {
	if o.Caller.Dialect == name || o.Caller.Dialect == shared {
		if _, ok := knownTasks[o.Caller.Command]; ok {
			return o.Caller.Command
		}
	}
	return tasksOf[o.Operation]
}

// tasksOf are the tasks that order what other interfaces and time order too. Hosts have none.
var tasksOf = map[order.Operation]string{
	order.Register: "0101", order.RenewDomain: "0101003", order.UpdateDomain: "0102", order.CreateContact: "0301", order.UpdateContact: "0302",
	order.DeleteContact: "0303", order.DeleteDomain: "0103", order.RestoreDomain: "0101005", order.TransferIn: "0104", order.PushDomain: "0104",
	order.CancelTransfer: "300121", order.ApproveTransfer: "0106002", order.RejectTransfer: "0106002",
}

// endOf is the code of the message that tells how an order ended: long jobs have a number of their own for their end. A transfer that
// the registry refused never started (autodns-xml.md §7.4).
func endOf(o order.Order) string {
	switch code := taskOf(o); code {
	case "0104":
		if o.State == order.Failed && o.Error != nil && o.Error.Code != 0 {
			return code
		}
		return "0104001"
	case "0104010":
		return "0104011"
	case "0106002":
		return "0106"
	default:
		return code
	}
}

// jobInfo is task 300114, and 300134 for jobs that have ended.
func jobInfo(ctx context.Context, t *task) (result, error) {
	id, err := t.identifier()
	if err != nil {
		return result{}, err
	}
	o, err := t.order(ctx, id)
	if err == nil && t.code == "300134" && o.State.Open() {
		err = errs.E(errs.NotFound, "the job is still under way")
	}
	if missing(err) {
		t.ownStatus = true
		return result{}, bad(errs.NotFound, "request.task.job.id", id, "there is no such job")
	}
	if err != nil {
		return result{}, err
	}
	subjects, err := t.subjects(ctx, []order.Order{o})
	r := t.done('S')
	r.data = []el{t.jobEl(o, subjects)}
	return r, err
}

func (t *task) order(ctx context.Context, number string) (order.Order, error) {
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n <= 0 {
		return order.Order{}, errs.E(errs.NotFound, "there is no such job")
	}
	return do(ctx, t, command.GetOrder{Number: order.Number(n)})
}

// jobList is task 300115: jobs under way. jobHistoryList is 300135: those that have ended.
func jobList(ctx context.Context, t *task) (result, error) {
	return t.jobs(ctx, order.Sent, order.Pending)
}

func jobHistoryList(ctx context.Context, t *task) (result, error) {
	return t.jobs(ctx, order.Done, order.Failed)
}

func (t *task) jobs(ctx context.Context, a, b order.State) (result, error) {
	os, total, err := t.orders(ctx, jobColumns, command.Where("state", command.In, string(a), string(b)))
	if err != nil {
		return result{}, err
	}
	subjects, err := t.subjects(ctx, os)
	out := make([]el, len(os))
	for i, o := range os {
		out[i] = t.jobEl(o, subjects)
	}
	return listed(total, out), err
}

// orders lists the caller's orders by the task's query and a further condition.
func (t *task) orders(ctx context.Context, columns map[string]column, also command.Filter) ([]order.Order, int, error) {
	l := &listing{t: t, columns: columns}
	p, err := l.page(ctx)
	if err != nil {
		return nil, 0, err
	}
	p.query.Where = command.And(p.query.Where, also)
	if from := t.node.Path("view").ChildTrim("from"); from != "" {
		at, _, ok := span(from)
		if !ok {
			return nil, 0, bad(errs.Invalid, "request.task.view.from", from, "is not a date and time")
		}
		p.query.Where = command.And(p.query.Where, spanFilter("created", command.GreaterEq, at, at))
	}
	if to := t.node.Path("view").ChildTrim("to"); to != "" {
		at, end, ok := span(to)
		if !ok {
			return nil, 0, bad(errs.Invalid, "request.task.view.to", to, "is not a date and time")
		}
		p.query.Where = command.And(p.query.Where, spanFilter("created", command.LessEq, at, end))
	}
	return collect(ctx, p, func(ctx context.Context, q command.Query) ([]order.Order, command.Page, error) {
		got, err := do(ctx, t, command.ListOrders{Query: q, Children: p.children})
		return got.Orders, got.Page, err
	})
}

// subjects are the objects of orders under their public names.
func (t *task) subjects(ctx context.Context, os []order.Order) (map[order.Number]object, error) {
	out := map[order.Number]object{}
	var ids []contact.ID
	for _, o := range os {
		out[o.Number] = object{"domain", o.ObjectName}
		switch o.ObjectKind {
		case "contact":
			ids = append(ids, contactOf(o))
		case "host":
			out[o.Number] = object{"nserver", o.ObjectName}
		}
	}
	handles, err := t.handles(ctx, ids)
	for _, o := range os {
		if o.ObjectKind == "contact" {
			out[o.Number] = object{"handle", handles[contactOf(o)]}
		}
	}
	return out, err
}

func contactOf(o order.Order) contact.ID { return command.Detail(o).Contact }

func (t *task) jobEl(o order.Order, subjects map[order.Number]object) el {
	about := subjects[o.Number]
	kids := some(leaf("id", strconv.FormatInt(int64(o.Number), 10)), leaf("status", jobStates[o.State]))
	if o.State == order.Failed && o.Error != nil {
		kids = append(kids, leaf("sub_status", causeOf(taskOf(o), about.kind, o.Error).Code))
	}
	kids = append(kids, leaf("type", about.kind), leaf("action", jobActions[o.Operation]))
	kids = append(kids, about.els()...)
	kids = append(kids, some(leaf("execution", stamp(o.Created)), leaf("created", stamp(o.Created)), leaf("updated", stamp(changed(o.Created, o.Updated))))...)
	if o.Account == t.c.Account.ID {
		kids = append(kids, t.q.owner.el("owner"))
	}
	return block("job", kids...)
}

func kindValue(_ context.Context, _ *task, value string) (string, bool, error) {
	kind := map[string]string{"domain": "domain", "handle": "contact", "contact": "contact"}[lower(value)]
	return kind, kind != "", nil
}

func actionFilter(value string) command.Filter {
	var any []command.Filter
	for op, word := range jobActions {
		if strings.EqualFold(word, value) {
			any = append(any, command.Where("operation", command.Equal, string(op)))
		}
	}
	return allOrNone(any)
}

// stateFilter asks for orders by words for their states.
func stateFilter(words map[order.State]string) func(string) command.Filter {
	return func(value string) command.Filter {
		var any []command.Filter
		for state, word := range words {
			if strings.EqualFold(word, value) {
				any = append(any, command.Where("state", command.Equal, string(state)))
			}
		}
		return allOrNone(any)
	}
}

func allOrNone(any []command.Filter) command.Filter {
	if len(any) == 0 {
		return always(false)
	}
	return command.Filter{Any: any}
}
