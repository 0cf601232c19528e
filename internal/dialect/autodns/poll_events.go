package autodns

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
)

// pollKinds are the notices that the dialect has a form for: results of orders, also of those that time places, events, and a test
// message as an event of type test.
var pollKinds = []notify.Kind{notify.OrderDone, notify.OrderFailed, notify.Test,
	notify.AutoRenewed, notify.RenewFailed, notify.Suspended, notify.Resumed, notify.Deleted, notify.Released,
	notify.TransferRequested, notify.TransferEnded, notify.TransferredAway, notify.PushedAway,
	notify.VerificationDone, notify.VerificationFailed}

// messageBody is what a message says: how an order ended, or an event (autodns-xml.md §7.2, §7.3).
func (t *task) messageBody(ctx context.Context, n notify.Notice) (el, error) {
	switch n.Kind {
	case notify.OrderDone, notify.OrderFailed, notify.AutoRenewed:
		o, err := do(ctx, t, command.GetOrder{Number: order.Number(n.Order)})
		if err != nil {
			return el{}, err
		}
		return t.jobMessage(ctx, o, endOf(o))
	case notify.Suspended, notify.Resumed:
		return t.statusMessage(ctx, n)
	case notify.RenewFailed:
		return t.renewMessage(ctx, n)
	case notify.Deleted, notify.Released:
		return t.deletionMessage(ctx, n)
	case notify.TransferRequested, notify.TransferEnded, notify.TransferredAway:
		return t.transferEvent(ctx, n)
	case notify.PushedAway:
		return t.event(n, "domain_away"), nil
	case notify.VerificationDone:
		return verificationEvent(n, "ocval_success", "SUCCESS"), nil
	case notify.VerificationFailed:
		return verificationEvent(n, "ocval_failed", "FAILED"), nil
	}
	return t.event(n, string(n.Kind)), nil
}

// event is an event about a domain that is, or was, in the inventory, or about nothing.
func (t *task) event(n notify.Notice, word string, more ...el) el {
	var kids []el
	if n.ObjectKind == "domain" {
		kids = append(kids, block("domain", leaf("name", n.ObjectName)))
	}
	kids = append(kids, more...)
	kids = append(kids, some(leaf("text", n.Text))...)
	return block("notify", append(kids, leaf("type", word))...)
}

func verificationEvent(n notify.Notice, word, status string) el {
	return block("notify", block("verification", leaf("name", n.Data["email"]), leaf("status", status)), leaf("type", word))
}

// statusFields are the fields of a domain whose status the platform has changed.
var statusFields = map[string]bool{"name": true, "idn": true, "registry_status": true, "registrar_status": true, "registrar_status_reason": true,
	"payable": true, "expire": true, "owner": true}

// statusMessage tells that the platform took a domain out of the zone, or back into it: the registrar's own task 0102005.
func (t *task) statusMessage(ctx context.Context, n notify.Notice) (el, error) {
	head, err := t.domainNow(ctx, n.ObjectName, 0, statusFields)
	ended := result{letter: 'S', code: "0102005", object: object{"domain", n.ObjectName}}
	return t.jobBlock(head, ended, nil), err
}

// renewMessage tells that a domain could not be renewed by itself, and why.
func (t *task) renewMessage(ctx context.Context, n notify.Notice) (el, error) {
	about := object{"domain", n.ObjectName}
	head, err := t.domainNow(ctx, n.ObjectName, 0, statusFields)
	why := errs.E(errs.ParseKind(n.Data["error_kind"]), "%s", n.Data["error"])
	if why.Kind == errs.Internal {
		why.Text = ""
	}
	c := causeOf("0101003", "domain", why)
	ended := result{letter: 'E', code: "0101003", object: about,
		msgs: []message{{text: c.Text.In(t.q.german()), code: c.Code, kind: "error", object: about, help: help(why)}}}
	return t.jobBlock(head, ended, nil), err
}

// deletionMessage tells that a domain was deleted: as the end of the order for it, whoever placed it, else as an event. A name that leaves its redemption has left the inventory.
func (t *task) deletionMessage(ctx context.Context, n notify.Notice) (el, error) {
	o, found, err := t.orderBehind(ctx, n, order.DeleteDomain)
	switch {
	case err != nil:
		return el{}, err
	case !found:
		return t.event(n, "domain_away"), nil
	}
	return t.jobMessage(ctx, o, taskOf(o))
}

// orderBehind finds the order whose end set a notice off: they have the same moment.
func (t *task) orderBehind(ctx context.Context, n notify.Notice, op order.Operation) (order.Order, bool, error) {
	at := n.Created.UTC().Format(time.RFC3339Nano)
	q := command.Query{Limit: 1, Sort: []command.Sort{{Field: "number", Desc: true}}, Where: command.And(
		command.Where("object_name", command.Equal, n.ObjectName), command.Where("operation", command.Equal, string(op)),
		command.Where("state", command.Equal, string(order.Done)), command.Where("finished", command.GreaterEq, at), command.Where("finished", command.LessEq, at))}
	page, err := do(ctx, t, command.ListOrders{Query: q})
	if err != nil || len(page.Orders) == 0 {
		return order.Order{}, false, err
	}
	return page.Orders[0], true, nil
}

// transferEvent tells what becomes of a transfer away (autodns-xml.md §7.3).
func (t *task) transferEvent(ctx context.Context, n notify.Notice) (el, error) {
	out := domain.Outgoing{Gaining: n.Data["registrar"]}
	word, status := "transfer_start", ""
	var err error
	switch n.Kind {
	case notify.TransferRequested:
		out.Requested = n.Created
		if at, err := time.Parse(time.RFC3339, n.Data["act_by"]); err == nil {
			out.ActBy = at
		}
	case notify.TransferEnded:
		word, status, err = t.stayed(ctx, n)
	case notify.TransferredAway:
		word, status, err = t.went(ctx, n)
	}
	kids := append(t.outgoingEls(out), some(leaf("status", status))...)
	return t.event(n, word, block("transfer", append(kids, t.q.owner.el("owner"))...)), err
}

// stayed is how a transfer ended that did not take place: refused by the platform's policy, or by the holder, or taken back.
func (t *task) stayed(ctx context.Context, n notify.Notice) (word, status string, err error) {
	if n.Data["status"] != "clientRejected" {
		return "transfer_end", "FAILED", nil
	}
	o, found, err := t.orderBehind(ctx, n, order.RejectTransfer)
	if found && o.Caller.Dialect == "" {
		return "transfer_autonack", "NACK", err
	}
	return "transfer_end", "NACK", err
}

// went is how a transfer took place: by the holder's answer, or because nobody answered in time.
func (t *task) went(ctx context.Context, n notify.Notice) (word, status string, err error) {
	_, answered, err := t.orderBehind(ctx, n, order.ApproveTransfer)
	if answered || n.Data["registrar"] == "" {
		return "domain_away", "", err
	}
	return "transfer_autoack", "ACK", err
}
