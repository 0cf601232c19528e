package opensrs

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
)

// eventKinds are the notices that are events here (opensrs.md §8.3).
var eventKinds = []notify.Kind{notify.OrderDone, notify.OrderFailed, notify.Registered, notify.Renewed, notify.NSChanged, notify.Test}

// maxEvents is the largest batch (§8.1).
const maxEvents = 100

// pollEvents is POLL EVENT (§8.1), oldest first. What is not acknowledged comes again.
func pollEvents(ctx context.Context, x *call) (*reply, error) {
	limit, err := x.q.attrs.number("limit", 1)
	if err != nil {
		return nil, err
	}
	waiting, err := do(ctx, x, command.NextNotices{Limit: min(max(limit, 1), maxEvents), Kinds: eventKinds})
	if err != nil {
		return nil, err
	}
	rows := make([]*value, len(waiting.Notices))
	for i, n := range waiting.Notices {
		if rows[i], err = x.event(ctx, n); err != nil {
			return nil, err
		}
	}
	r := ok("Command successful", hash("total", strconv.Itoa(waiting.Total)).set("events", list(rows...)))
	r.transaction = transactionID(x.d.deps.Runner.Clocks().Wall())
	return r, nil
}

// event shows one notice.
func (x *call) event(ctx context.Context, n notify.Notice) (*value, error) {
	kind, object, data, err := x.eventData(ctx, n)
	if err != nil {
		return nil, err
	}
	return hash("event_id", eventID(n.ID), "event", kind, "event_date", n.Created.UTC().Format(eventTime), "object", object).set("object_data", data), nil
}

func (x *call) eventData(ctx context.Context, n notify.Notice) (kind, object string, data *value, err error) {
	if n.Kind == notify.Test {
		// There is no word for a test; a message that was sent comes nearest.
		return "MESSAGE_STATUS_CHANGE", "DOMAIN", hash("domain_id", "", "domain_name", n.ObjectName, "message_type", "test", "message_status", n.Text, "to_address", ""), nil
	}
	if n.Kind == notify.OrderDone || n.Kind == notify.OrderFailed {
		status := "completed"
		if n.Kind == notify.OrderFailed {
			status = "declined"
		}
		return "STATUS_CHANGE", "ORDER", hash("order_id", strconv.FormatInt(n.Order, 10), "domain_name", n.ObjectName, "order_status", status,
			"order_reg_type", orderTypes[order.Operation(n.Data["operation"])]), nil
	}
	info, err := do(ctx, x, command.InfoDomain{Name: n.ObjectName})
	if err != nil && !errs.Is(err, errs.NotFound, errs.NotOwned, errs.UnsupportedTLD) {
		return "", "", nil, err
	}
	data = hash("domain_id", "", "domain_name", n.ObjectName)
	if id := info.Domain.ID; id != 0 {
		data = hash("domain_id", strconv.FormatInt(int64(id), 10), "domain_name", n.ObjectName)
	}
	switch n.Kind {
	case notify.Registered:
		data.set("expiration_date", text(isoDate(n.Data["expires"])))
		return "CREATED", "DOMAIN", data, nil
	case notify.Renewed:
		data.set("expiration_date", text(isoDate(n.Data["expires"]))).set("period", text(n.Data["years"]))
		return "RENEWED", "DOMAIN", data, nil
	}
	names := make([]*value, len(info.Domain.Servers))
	for i, s := range info.Domain.Servers {
		names[i] = text(string(s.Name))
	}
	return "NAMESERVER_UPDATE", "DOMAIN", data.set("nameserver_list", list(names...)), nil
}

// isoDate shows a notice's date; an unknown one is empty.
func isoDate(stored string) string {
	t, err := time.Parse(time.RFC3339, stored)
	if err != nil {
		return ""
	}
	return t.UTC().Format(eventTime)
}

// eventID is a notice's number as 32 hexadecimal digits.
func eventID(n notify.ID) string { return fmt.Sprintf("%032x", int64(n)) }

func parseEventID(s string) (notify.ID, bool) {
	if len(s) != 32 {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 16, 64)
	return notify.ID(n), err == nil && n > 0
}

// ackEvent is ACK EVENT (§8.2): a second time is a success too.
func ackEvent(ctx context.Context, x *call) (*reply, error) {
	given := x.q.attrs.str("event_id")
	if given == "" {
		return nil, missing("event_id")
	}
	n, valid := parseEventID(given)
	err := error(errs.E(errs.NotFound, "no such event"))
	if valid {
		_, err = do(ctx, x, command.AckNotice{ID: n})
	}
	if errs.Is(err, errs.NotFound) {
		return nil, refuse(errs.NotFound, 465, "Invalid event id")
	}
	if err != nil {
		return nil, err
	}
	tid := transactionID(x.d.deps.Runner.Clocks().Wall())
	r := ok("Command successful", hash("transaction_id", tid)) // inside and outside, clients differ
	r.transaction = tid
	return r, nil
}
