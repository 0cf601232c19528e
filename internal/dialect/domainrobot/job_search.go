package domainrobot

import (
	"context"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// jobColumns are the keys of the job lists (domainrobot-json.md §8.11).
var jobColumns = map[string]column{
	"id": {core: "number"}, "created": {core: "created", dates: true}, "updated": {core: "updated", dates: true},
	"execution": {core: "created", dates: true}, "object": {core: "object_name", read: nameValue}, "type": {core: "object_kind", read: kindValue},
	"action": {core: "operation", read: actionValue, exact: true}, "status": {core: "state", read: stateValue, exact: true},
	"parent": {}, "substatus": {},
}

// jobSearch is POST /job/_search (300115): jobs under way.
func jobSearch(ctx context.Context, d *Dialect, q *request) (answer, error) {
	s := &search{d: d, q: q, columns: jobColumns}
	v, err := s.query(ctx)
	if err != nil {
		return answer{}, err
	}
	return d.jobs(ctx, q, v, command.Where("state", command.In, string(order.Sent), string(order.Pending)))
}

// jobHistorySearch is POST /job/history/_search (300135): finished jobs ordered between view.from and view.to, which are
// mandatory.
func jobHistorySearch(ctx context.Context, d *Dialect, q *request) (answer, error) {
	s := &search{d: d, q: q, columns: jobColumns}
	v, err := s.query(ctx)
	if err != nil {
		return answer{}, err
	}
	var l errs.List
	for _, w := range []struct {
		path string
		at   time.Time
	}{{"view.from", v.from}, {"view.to", v.to}} {
		if w.at.IsZero() {
			l.Add(bad(errs.Missing, w.path, "", "is required"))
		}
	}
	if err := l.Err(); err != nil {
		return answer{}, err
	}
	if !v.from.Before(v.to) {
		return answer{}, bad(errs.Invalid, "view.to", q.body.Path("view", "to").Str(), "must lie after view.from")
	}
	window := command.And(
		command.Where("created", command.GreaterEq, v.from.Format(time.RFC3339Nano)),
		command.Where("created", command.Less, v.to.Format(time.RFC3339Nano)),
	)
	return d.jobs(ctx, q, v, command.And(command.Where("state", command.In, string(order.Done), string(order.Failed)), window))
}

func (d *Dialect) jobs(ctx context.Context, q *request, v view, also command.Filter) (answer, error) {
	v.Where = command.And(v.Where, also)
	page, err := command.Do(ctx, d.run, q.caller, command.ListOrders{Query: v.Query, Children: v.children})
	if err != nil {
		return answer{}, err
	}
	data := make([]jsonx.Obj, len(page.Orders))
	for i, o := range page.Orders {
		if data[i], err = d.objectJob(ctx, q, o); err != nil {
			return answer{}, err
		}
	}
	return list(classJob, page.Total, data), nil
}

func kindValue(_ context.Context, _ *search, value string) (string, bool, error) {
	return strings.ToLower(value), true, nil
}

func actionValue(_ context.Context, _ *search, value string) (string, bool, error) {
	// One word of the vendor's stands for an operation on domains or on contacts; domains are what jobs are about.
	for _, op := range []order.Operation{order.Register, order.RenewDomain, order.UpdateDomain, order.DeleteDomain, order.RestoreDomain,
		order.TransferIn, order.PushDomain, order.ApproveTransfer, order.RejectTransfer} {
		if strings.EqualFold(jobActions[op], value) {
			return string(op), true, nil
		}
	}
	return "", false, nil
}

func stateValue(_ context.Context, _ *search, value string) (string, bool, error) {
	switch strings.ToUpper(value) {
	case "RUNNING":
		return string(order.Sent), true, nil
	case "WAIT":
		return string(order.Pending), true, nil
	case "SUCCESS":
		return string(order.Done), true, nil
	case "FAILED":
		return string(order.Failed), true, nil
	}
	return "", false, nil
}
