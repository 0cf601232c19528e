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

// orderProblems are the messages of an order that failed.
func (q *request) orderProblems(o order.Order) []jsonx.Obj {
	e := o.Error
	if e == nil || e.Kind == errs.Internal {
		e = errs.E(errs.Internal, "")
	}
	var out []jsonx.Obj
	for _, p := range e.All() {
		c := causeOf(routeOf(o), p)
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
	if o.Operation == order.TransferIn {
		return transferObject(o), nil
	}
	obj := generic(class, value)
	if class == classServer {
		return obj, nil
	}
	if class == classContact {
		obj.Add("data", jsonx.Obj{{"id", numberOf(value)}})
		return obj, nil
	}
	data, err := d.domainNow(ctx, q, value)
	obj.Add("data", data)
	return obj, err
}

// domainNow is what may be said about a domain at present; its name alone when it has gone.
func (d *Dialect) domainNow(ctx context.Context, q *request, name string) (jsonx.Obj, error) {
	data := jsonx.Obj{{"name", name}}
	info, err := command.Do(ctx, d.run, q.caller, command.InfoDomain{Name: name})
	switch {
	case err == nil:
		data.Add("registryStatus", registryStatus(info.Domain, info.Open))
		addTime(&data, "expire", info.Domain.Expires)
		addTime(&data, "payable", info.Domain.Expires)
		word := cancelationStatus(info.Domain)
		data.AddIf(word != "", "cancelationStatus", word)
	case errs.Is(err, errs.Internal):
		return nil, err
	}
	return data, nil
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
