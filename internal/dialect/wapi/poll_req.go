package wapi

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// noticeKinds are the notices that this dialect has a form for: results of requests answered 1001, domains that left for
// another registrar or another account, and the seeded test.
var noticeKinds = []notify.Kind{notify.OrderDone, notify.OrderFailed, notify.TransferredAway, notify.PushedAway, notify.Test}

// pollReq shows the oldest notification and leaves it in the queue (wapi.md §7.1). A test always finds the queue empty.
func pollReq(ctx context.Context, c *call) (jsonx.Obj, error) {
	if c.test {
		return nil, queueEmpty
	}
	w, err := do(ctx, c, command.NextNotices{Limit: 1, Kinds: noticeKinds})
	if err != nil {
		return nil, err
	}
	if len(w.Notices) == 0 {
		return nil, queueEmpty
	}
	n, err := c.notification(ctx, w.Notices[0])
	if err != nil {
		return nil, err
	}
	return jsonx.Obj{{"notify", n}}, nil
}

// notification is the document of wapi.md §5.1. clTRID, svTRID and command are those of the request that it answers.
func (c *call) notification(ctx context.Context, n notify.Notice) (jsonx.Obj, error) {
	switch n.Kind {
	case notify.Test: // no domain left: the pseudo-command with the ordinary code, and the text alone
		return systemNotify(n, ok, jsonx.Obj{{"msg", n.Text}}), nil
	case notify.TransferredAway, notify.PushedAway:
		return c.departure(ctx, n)
	}
	o, err := do(ctx, c, command.GetOrder{Number: order.Number(n.Order)})
	if err != nil {
		return nil, err
	}
	var clTRID *string
	if o.Caller.ClTRID != "" {
		clTRID = &o.Caller.ClTRID
	}
	if n.Kind == notify.OrderFailed {
		return noticeDoc(n, failureCode(o, n), clTRID, o.Caller.Request, o.Caller.Command, nil), nil
	}
	data, err := c.resultData(ctx, o, n)
	return noticeDoc(n, ok, clTRID, o.Caller.Request, o.Caller.Command, data), err
}

func noticeDoc(n notify.Notice, c code, clTRID *string, svTRID, cmd string, data jsonx.Obj) jsonx.Obj {
	doc := jsonx.Obj{{"code", int(c)}, {"result", c.text()}, {"timestamp", n.Wall.Unix()}}
	if clTRID != nil {
		doc.Add("clTRID", *clTRID)
	}
	doc = append(doc, jsonx.Obj{{"svTRID", svTRID}, {"command", cmd}, {"id", int64(n.ID)}}...)
	doc.AddIf(data != nil, "data", data)
	return doc
}

// failureCode is the code that the request would have been answered with.
func failureCode(o order.Order, n notify.Notice) code {
	e := o.Error
	if e == nil {
		e = errs.E(errs.ParseKind(n.Data["error_kind"]), "%s", n.Data["error"])
	}
	return codeFor(o.Caller.Command, e)
}

// resultData is the data that the request would have been answered with; the deposit is as it is now.
func (c *call) resultData(ctx context.Context, o order.Order, n notify.Notice) (jsonx.Obj, error) {
	expires, err := time.Parse(time.RFC3339, n.Data["expires"])
	if err != nil {
		expires = command.Detail(o).Expires
	}
	switch o.Operation {
	case order.RenewDomain, order.RestoreDomain:
		return jsonx.Obj{{"expiration", date(expires)}}, nil
	case order.Register, order.TransferIn:
		b, err := do(ctx, c, command.Balance{})
		if err != nil {
			return nil, err
		}
		return jsonx.Obj{{"num", orderNumber(o.Number)}, {"expiration", date(expires)}, {"credit", credit(deposit(b))}}, nil
	}
	return nil, nil
}
