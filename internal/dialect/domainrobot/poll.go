package domainrobot

import (
	"context"
	"strconv"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// pollKinds are the notices that the dialect has a form for: results of jobs, and a test message as a plain notice.
var pollKinds = []notify.Kind{notify.OrderDone, notify.OrderFailed, notify.Test}

// pollInfo is GET /poll (0905): the oldest message, again and again until it is confirmed. An empty queue is a success without
// data (domainrobot-json.md §5).
func pollInfo(ctx context.Context, d *Dialect, q *request) (answer, error) {
	w, err := command.Do(ctx, d.run, q.caller, command.NextNotices{Limit: 1, Kinds: pollKinds})
	if err != nil {
		return answer{}, err
	}
	if len(w.Notices) == 0 {
		return answer{object: jsonx.Obj{{"type", classMessage}, {"summary", 0}}}, nil
	}
	n := w.Notices[0]
	m, err := d.pollMessage(ctx, q, n)
	if err != nil {
		return answer{}, err
	}
	a := one(classMessage, strconv.FormatInt(int64(n.ID), 10), m)
	a.object.Add("summary", w.Total)
	return a, nil
}

// pollMessage writes a notice. stid and ctid are those of the order, not of this request.
func (d *Dialect) pollMessage(ctx context.Context, q *request, n notify.Notice) (jsonx.Obj, error) {
	m := jsonx.Obj{{"id", int64(n.ID)}, {"owner", q.owner.json()}}
	if n.Order == 0 {
		addTime(&m, "created", n.Created)
		m.AddIf(n.Text != "", "notice", n.Text)
		if n.ObjectName != "" {
			class, value, err := d.subject(ctx, q, n.ObjectKind, n.ObjectName)
			m.Add("object", generic(class, value))
			return m, err
		}
		return m, nil
	}
	o, err := d.order(ctx, q, order.Number(n.Order))
	if err != nil {
		return nil, err
	}
	m.Add("job", q.jobJSON(o))
	m.AddIf(o.Caller.Request != "", "stid", o.Caller.Request)
	m.AddIf(o.Caller.ClTRID != "", "ctid", o.Caller.ClTRID)
	if o.State == order.Failed {
		m.Add("messages", q.orderProblems(o))
	}
	addTime(&m, "created", n.Created)
	object, err := d.pollObject(ctx, q, o)
	m.Add("object", object)
	return m, err
}

// orderProblems are the messages of an order that failed.
func (q *request) orderProblems(o order.Order) []jsonx.Obj {
	e := o.Error
	if e == nil || e.Kind == errs.Internal {
		e = errs.E(errs.Internal, "")
	}
	var out []jsonx.Obj
	for _, p := range e.All() {
		c := causeOf(&route{object: classDomain, code: o.Caller.Command}, p)
		out = append(out, message{text: c.Text.In(q.german()), notice: p.Text, code: c.Code, status: "ERROR"}.json())
	}
	return out
}

// pollObject is the order's object with what may be said about it now.
func (d *Dialect) pollObject(ctx context.Context, q *request, o order.Order) (jsonx.Obj, error) {
	class, value, err := d.subject(ctx, q, o.ObjectKind, o.ObjectName)
	if err != nil {
		return nil, err
	}
	obj := generic(class, value)
	if class == classContact {
		obj.Add("data", jsonx.Obj{{"id", numberOf(value)}})
		return obj, nil
	}
	data := jsonx.Obj{{"name", value}}
	info, err := command.Do(ctx, d.run, q.caller, command.InfoDomain{Name: value})
	switch {
	case err == nil:
		data.Add("registryStatus", registryStatus(info.Domain, info.Open))
		addTime(&data, "expire", info.Domain.Expires)
		addTime(&data, "payable", info.Domain.Expires)
	case errs.Is(err, errs.Internal):
		return nil, err
	}
	obj.Add("data", data)
	return obj, nil
}

// pollConfirm is PUT /poll/{id} (0906).
func pollConfirm(ctx context.Context, d *Dialect, q *request) (answer, error) {
	id := q.arg("id")
	none := bad(errs.NotFound, "message", id, "there is no such message")
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n <= 0 {
		return answer{}, none
	}
	if q.caller.DryRun {
		err = d.findNotice(ctx, q, notify.ID(n))
	} else {
		_, err = command.Do(ctx, d.run, q.caller, command.AckNotice{ID: notify.ID(n), Kinds: pollKinds})
	}
	if errs.Is(err, errs.NotFound, errs.NotOwned) {
		return answer{}, none
	}
	return one(classMessage, strconv.FormatInt(n, 10)), err
}

// findNotice looks for a waiting message without changing anything.
func (d *Dialect) findNotice(ctx context.Context, q *request, id notify.ID) error {
	w, err := command.Do(ctx, d.run, q.caller, command.NextNotices{Limit: command.MaxPage, Kinds: pollKinds})
	if err != nil {
		return err
	}
	for _, n := range w.Notices {
		if n.ID == id {
			return nil
		}
	}
	return errs.E(errs.NotFound, "")
}
