package autodns

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
)

// pollKinds are the notices that the dialect has a form for: results of orders, and a test message as an event of type test.
var pollKinds = []notify.Kind{notify.OrderDone, notify.OrderFailed, notify.Test}

// pollInfo is task 0905: the oldest message, again and again until it is confirmed. An empty queue is a success (autodns-xml.md §16).
func pollInfo(ctx context.Context, t *task) (result, error) {
	w, err := do(ctx, t, command.NextNotices{Limit: 1, Kinds: pollKinds})
	if err != nil {
		return result{}, err
	}
	r := t.done('S')
	r.data = []el{leaf("summary", strconv.Itoa(w.Total))}
	if len(w.Notices) == 0 {
		return r, nil
	}
	n := w.Notices[0]
	id := strconv.FormatInt(int64(n.ID), 10)
	body, err := t.messageBody(ctx, n)
	r.object = object{"message", id}
	r.data = append(r.data, block("message", leaf("id", id), t.q.owner.el("owner"), body))
	return r, err
}

// messageBody is what a message says: how an order ended, or an event (autodns-xml.md §7.2, §7.3).
func (t *task) messageBody(ctx context.Context, n notify.Notice) (el, error) {
	if n.Order == 0 {
		var kids []el
		if n.ObjectKind == "domain" {
			kids = append(kids, block("domain", leaf("name", n.ObjectName)))
		}
		kids = append(kids, some(leaf("text", n.Text))...)
		return block("notify", append(kids, leaf("type", string(n.Kind)))...), nil
	}
	o, err := do(ctx, t, command.GetOrder{Number: order.Number(n.Order)})
	if err != nil {
		return el{}, err
	}
	return t.jobMessage(ctx, o)
}

// jobMessage writes an order's end. stid and ctid are those of the order, not of this request.
func (t *task) jobMessage(ctx context.Context, o order.Order) (el, error) {
	subjects, err := t.subjects(ctx, []order.Order{o})
	if err != nil {
		return el{}, err
	}
	about := subjects[o.Number]
	head, err := t.jobObject(ctx, o, about)
	if err != nil {
		return el{}, err
	}
	code := taskOf(o)
	ended := result{letter: 'S', code: code, object: about}
	if o.State == order.Failed {
		ended.letter = 'E'
		ended.msgs = t.orderProblems(o, about)
	}
	status := ended.status(t.q.german())
	status.kids[0], status.kids[1] = status.kids[1], status.kids[0] // text first, as in the vendor's messages
	kids := []el{head, status}
	for _, m := range ended.msgs {
		kids = append(kids, m.el())
	}
	kids = append(kids, some(leaf("nic_response", nicResponse(o)), leaf("ctid", o.Caller.ClTRID), leaf("stid", o.Caller.Request))...)
	return block("job", kids...), nil
}

// jobObject is the object of an order as it is now; of a failed order its name alone.
func (t *task) jobObject(ctx context.Context, o order.Order, about object) (el, error) {
	if about.kind == "handle" {
		return block("handle", leaf("id", about.value), t.q.owner.el("owner")), nil
	}
	only := block("domain", leaf("name", about.value), t.q.owner.el("owner"))
	if o.State == order.Failed {
		return only, nil
	}
	info, err := do(ctx, t, command.InfoDomain{Name: about.value})
	if missing(err) {
		return only, nil // gone meanwhile
	}
	if err != nil {
		return el{}, err
	}
	ids := make([]contact.ID, 0, len(info.Domain.Contacts))
	for _, id := range info.Domain.Contacts {
		ids = append(ids, id)
	}
	handles, err := t.handles(ctx, ids)
	v := domainView{Domain: info.Domain, handles: handles, authInfo: info.AuthInfo, years: command.Detail(o).Years}
	return block("domain", t.q.domainEls(v, jobFields)...), err
}

// jobFields are the fields of a domain in the message about an order (autodns-xml.md §7.2).
var jobFields = map[string]bool{"name": true, "idn": true, "ownerc": true, "adminc": true, "techc": true, "zonec": true, "nserver": true,
	"period": true, "authinfo": true, "registry_status": true, "payable": true, "expire": true, "owner": true}

// orderProblems are the messages of an order that failed.
func (t *task) orderProblems(o order.Order, about object) []message {
	e := o.Error
	if e == nil || e.Kind == errs.Internal {
		e = errs.E(errs.Internal, "")
	}
	var out []message
	for _, p := range e.All() {
		c := causeOf(taskOf(o), about.kind, p)
		out = append(out, message{text: c.Text.In(t.q.german()), code: c.Code, kind: "error", object: about, help: help(p)})
	}
	return out
}

// nicResponse is what the registry said, with its result code.
func nicResponse(o order.Order) string {
	code, text := command.Detail(o).Code, command.Detail(o).Text
	if o.State == order.Failed && o.Error != nil {
		code, text = o.Error.Code, strings.TrimPrefix(o.Error.Text, "the registry refused: ")
	}
	if code == 0 {
		return ""
	}
	return strings.TrimSpace(strconv.Itoa(code) + " " + text)
}
