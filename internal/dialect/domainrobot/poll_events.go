package domainrobot

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// pollKinds are the notices that the dialect has a form for: results of jobs, also of those that time places, events, and a test
// message as a plain notice. They are those of the vendor's other interface, for both share a queue.
var pollKinds = []notify.Kind{notify.OrderDone, notify.OrderFailed, notify.Test,
	notify.AutoRenewed, notify.RenewFailed, notify.Suspended, notify.Resumed, notify.Deleted, notify.Released,
	notify.TransferRequested, notify.TransferEnded, notify.TransferredAway, notify.PushedAway,
	notify.VerificationDone, notify.VerificationFailed}

// pollMessage writes a notice: how a job ended, or an event (domainrobot-json.md §5).
func (d *Dialect) pollMessage(ctx context.Context, q *request, n notify.Notice) (jsonx.Obj, error) {
	m := jsonx.Obj{{"id", int64(n.ID)}, {"owner", q.owner.json()}}
	switch n.Kind {
	case notify.OrderDone, notify.OrderFailed, notify.AutoRenewed:
		o, err := d.order(ctx, q, order.Number(n.Order))
		if err != nil {
			return nil, err
		}
		return d.jobMessage(ctx, q, m, n, o)
	case notify.Deleted, notify.Released:
		o, found, err := d.orderBehind(ctx, q, n, order.DeleteDomain)
		if err != nil {
			return nil, err
		}
		if found {
			return d.jobMessage(ctx, q, m, n, o)
		}
		return event(m, n, "domain_away", nil), nil
	case notify.Suspended, notify.Resumed, notify.RenewFailed:
		return d.timeMessage(ctx, q, m, n)
	case notify.TransferRequested, notify.TransferEnded, notify.TransferredAway:
		return d.transferEvent(ctx, q, m, n)
	case notify.PushedAway:
		return event(m, n, "domain_away", nil), nil
	case notify.VerificationDone:
		return event(m, n, "ocval_success", verifiedObject(n)), nil
	case notify.VerificationFailed:
		return event(m, n, "ocval_deactivation", verifiedObject(n)), nil
	}
	addTime(&m, "created", n.Created)
	m.AddIf(n.Text != "", "notice", n.Text)
	if n.ObjectName != "" {
		class, value, err := d.subject(ctx, q, n.ObjectKind, n.ObjectName)
		m.Add("object", generic(class, value))
		return m, err
	}
	return m, nil
}

// jobMessage completes a message about an order's end. stid and ctid are those of the order, not of this request.
func (d *Dialect) jobMessage(ctx context.Context, q *request, m jsonx.Obj, n notify.Notice, o order.Order) (jsonx.Obj, error) {
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

// event completes a message about something that nobody ordered; what is the event's own object, nil for none.
func event(m jsonx.Obj, n notify.Notice, word string, what jsonx.Obj) jsonx.Obj {
	about := jsonx.Obj{{"type", word}}
	about.AddIf(what != nil, "object", what)
	m.Add("notify", about)
	m.AddIf(n.Text != "", "notice", n.Text)
	addTime(&m, "created", n.Created)
	if n.ObjectKind == "domain" {
		o := generic(classDomain, n.ObjectName)
		o.Add("data", jsonx.Obj{{"name", n.ObjectName}})
		m.Add("object", o)
	}
	return m
}

// verifiedObject is a contact whose address was proven, or was not in time: its number is not told, for many may have the address.
func verifiedObject(n notify.Notice) jsonx.Obj {
	return jsonx.Obj{{"type", classContact}, {"data", jsonx.Obj{{"email", n.Data["email"]}}}}
}

// timeMessage is a job of the platform's own: a domain taken out of the zone or back into it, or not renewed.
func (d *Dialect) timeMessage(ctx context.Context, q *request, m jsonx.Obj, n notify.Notice) (jsonx.Obj, error) {
	action, status := "registrar_update_status", "SUCCESS"
	if n.Kind == notify.RenewFailed {
		action, status = "renew", "FAILED"
	}
	m.Add("job", jsonx.Obj{{"created", stamp(n.Created)}, {"updated", stamp(n.Created)}, {"status", status}, {"execution", stamp(n.Created)}, {"action", action}})
	if n.Kind == notify.RenewFailed {
		why := errs.E(errs.ParseKind(n.Data["error_kind"]), "%s", n.Data["error"])
		if why.Kind == errs.Internal {
			why.Text = ""
		}
		c := causeOf(&route{object: classDomain, code: "0101003"}, why)
		m.Add("messages", []jsonx.Obj{message{text: c.Text.In(q.german()), notice: why.Text, code: c.Code, status: "ERROR", objects: objects("domain", n.ObjectName)}.json()})
	}
	m.AddIf(n.Data["reason"] != "", "notice", n.Data["reason"])
	addTime(&m, "created", n.Created)
	o := generic(classDomain, n.ObjectName)
	data, err := d.domainNow(ctx, q, n.ObjectName)
	o.Add("data", data)
	m.Add("object", o)
	return m, err
}

// orderBehind finds the order whose end set a notice off: they have the same moment.
func (d *Dialect) orderBehind(ctx context.Context, q *request, n notify.Notice, op order.Operation) (order.Order, bool, error) {
	at := n.Created.UTC().Format(time.RFC3339Nano)
	list := command.ListOrders{Query: command.Query{Limit: 1, Sort: []command.Sort{{Field: "number", Desc: true}}, Where: command.And(
		command.Where("object_name", command.Equal, n.ObjectName), command.Where("operation", command.Equal, string(op)),
		command.Where("state", command.Equal, string(order.Done)), command.Where("finished", command.GreaterEq, at), command.Where("finished", command.LessEq, at))}}
	page, err := command.Do(ctx, d.run, q.caller, list)
	if err != nil || len(page.Orders) == 0 {
		return order.Order{}, false, err
	}
	return page.Orders[0], true, nil
}

// transferEvent tells what becomes of a transfer away. One that was answered here has its job; that the domain has gone, or stays
// because the other registrar took its request back, is told without words of the vendor's for the latter.
func (d *Dialect) transferEvent(ctx context.Context, q *request, m jsonx.Obj, n notify.Notice) (jsonx.Obj, error) {
	out := domain.Outgoing{Gaining: n.Data["registrar"]}
	word, status := "transfer_start", "START"
	var err error
	switch n.Kind {
	case notify.TransferRequested:
		out.Requested = n.Created
		if at, err := time.Parse(time.RFC3339, n.Data["act_by"]); err == nil {
			out.ActBy = at
		}
	case notify.TransferEnded:
		word, status, err = d.stayed(ctx, q, n)
	case notify.TransferredAway:
		word, status, err = d.went(ctx, q, n)
	}
	data := jsonx.Obj{{"domain", n.ObjectName}}
	d.addOutgoing(&data, out)
	data.Add("status", status)
	return event(m, n, word, jsonx.Obj{{"type", classTransfer}, {"data", data}}), err
}

// stayed is how a transfer ended that did not take place: refused by the platform's policy, or by the holder, or taken back.
func (d *Dialect) stayed(ctx context.Context, q *request, n notify.Notice) (word, status string, err error) {
	if n.Data["status"] != "clientRejected" {
		return "transfer_end", "FAILED", nil
	}
	o, found, err := d.orderBehind(ctx, q, n, order.RejectTransfer)
	if found && o.Caller.Dialect == "" {
		return "transfer_autonack", "NACK", err
	}
	return "transfer_end", "NACK", err
}

// went is how a transfer took place: by the holder's answer, or because nobody answered in time.
func (d *Dialect) went(ctx context.Context, q *request, n notify.Notice) (word, status string, err error) {
	_, answered, err := d.orderBehind(ctx, q, n, order.ApproveTransfer)
	if answered || n.Data["registrar"] == "" {
		return "domain_away", "ACK", err
	}
	return "transfer_autoack", "ACK", err
}

// transferObject is the object of a message about a transfer to us: ACK when it is here, NACK when the other registrar refused,
// FAILED otherwise (domainrobot-json.md §5).
func transferObject(o order.Order) jsonx.Obj {
	status := "START"
	switch {
	case o.State == order.Done:
		status = "ACK"
	case o.State == order.Failed && o.Error != nil && o.Error.Field == order.TransferRejected:
		status = "NACK"
	case o.State == order.Failed:
		status = "FAILED"
	}
	obj := generic(classTransfer, o.ObjectName)
	obj.Add("data", jsonx.Obj{{"domain", o.ObjectName}, {"status", status}})
	return obj
}
