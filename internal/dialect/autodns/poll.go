package autodns

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/internetx"
)

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

// jobMessage writes an order's end under a task's code. stid and ctid are those of the order, not of this request.
func (t *task) jobMessage(ctx context.Context, o order.Order, code string) (el, error) {
	subjects, err := t.subjects(ctx, []order.Order{o})
	if err != nil {
		return el{}, err
	}
	about := subjects[o.Number]
	head, err := t.jobObject(ctx, o, about)
	if err != nil {
		return el{}, err
	}
	ended := result{letter: 'S', code: code, object: about}
	switch {
	case o.State == order.Failed:
		ended.letter = 'E'
		ended.msgs = t.orderProblems(o, about)
	case o.Operation == order.ApproveTransfer:
		gone := internetx.Removed
		ended.msgs = []message{{text: gone.Text.In(t.q.german()), code: gone.Code, kind: "notice", object: about}}
	}
	return t.jobBlock(head, ended, t.orderLines(o)), nil
}

// orderLines are what a message says of its order last. Ids of an order from elsewhere mean nothing here.
func (t *task) orderLines(o order.Order) []el {
	els := []el{leaf("nic_response", nicResponse(o))}
	if ours(o) {
		els = append(els, leaf("ctid", o.Caller.ClTRID), leaf("stid", o.Caller.Request))
	}
	return some(els...)
}

// ours reports whether an order came through one of the vendor's interfaces.
func ours(o order.Order) bool { return o.Caller.Dialect == name || o.Caller.Dialect == shared }

// jobBlock puts the message about a job together.
func (t *task) jobBlock(head el, ended result, last []el) el {
	status := ended.status(t.q.german())
	status.kids[0], status.kids[1] = status.kids[1], status.kids[0] // text first, as in the vendor's messages
	kids := []el{head, status}
	for _, m := range ended.msgs {
		kids = append(kids, m.el())
	}
	return block("job", append(kids, last...)...)
}

// jobObject is the object of an order as it is now; of a failed order its name alone.
func (t *task) jobObject(ctx context.Context, o order.Order, about object) (el, error) {
	if about.kind == "handle" {
		return block("handle", leaf("id", about.value), t.q.owner.el("owner")), nil
	}
	if o.State == order.Failed || o.ObjectKind != "domain" {
		return block(about.kind, leaf("name", about.value), t.q.owner.el("owner")), nil
	}
	return t.domainNow(ctx, about.value, command.Detail(o).Years, jobFields)
}

// domainNow is a domain of a message as it is now; its name alone when it is gone meanwhile.
func (t *task) domainNow(ctx context.Context, name string, years int, only map[string]bool) (el, error) {
	info, err := do(ctx, t, command.InfoDomain{Name: name})
	if missing(err) {
		return block("domain", leaf("name", name), t.q.owner.el("owner")), nil
	}
	if err != nil {
		return el{}, err
	}
	ids := make([]contact.ID, 0, len(info.Domain.Contacts))
	for _, id := range info.Domain.Contacts {
		ids = append(ids, id)
	}
	handles, err := t.handles(ctx, ids)
	v := domainView{Domain: info.Domain, handles: handles, authInfo: info.AuthInfo, years: years}
	return block("domain", t.q.domainEls(v, only)...), err
}

// jobFields are the fields of a domain in the message about an order (autodns-xml.md §7.2).
var jobFields = map[string]bool{"name": true, "idn": true, "ownerc": true, "adminc": true, "techc": true, "zonec": true, "nserver": true,
	"dnssec": true, "period": true, "authinfo": true, "registry_status": true, "cancelation": true, "payable": true, "expire": true, "deleted": true, "owner": true}

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
