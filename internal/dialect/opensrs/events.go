package opensrs

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
)

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
	e, err := x.told(ctx, n)
	if err != nil {
		return nil, err
	}
	return hash("event_id", eventID(n.ID), "event", e.event, "event_date", n.Created.UTC().Format(eventTime), "object", e.object).set("object_data", e.data), nil
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
