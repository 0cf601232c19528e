package dmapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

const authIDRequest = "domain-transfer-get-auth-id"

// domainTransferGetAuthID is domain-transfer-get-auth-id (§7.3.6): it makes a new auth-id, which the result's text shows.
func domainTransferGetAuthID(ctx context.Context, rq *request) (*reply, error) {
	text, err := rq.form.require("domain")
	if err != nil {
		return nil, err
	}
	out, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.NewAuthInfo{Name: text})
	if err != nil {
		return nil, err
	}
	return accepted(out), nil
}

// authIDLine is the line of a result's text that shows the auth-id (§6.3). A later request has made the older ones invalid: only
// the result of the latest shows one, and to nobody who may not ask for it.
func (rq *request) authIDLine(ctx context.Context, o order.Order) (string, error) {
	if o.Caller.Command != authIDRequest || o.State != order.Done || o.Caller.Hidden {
		return "", nil
	}
	latest, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.ListOrders{Query: command.Query{Limit: 1,
		Sort: []command.Sort{{Field: "number", Desc: true}}, Where: command.And(
			command.Where("dialect", command.Equal, name),
			command.Where("object_name", command.Equal, o.ObjectName),
			command.Where("command", command.Equal, authIDRequest),
			command.Where("state", command.Equal, string(order.Done)))}})
	if err != nil || len(latest.Orders) == 0 || latest.Orders[0].Number != o.Number {
		return "", err
	}
	auth, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.AuthInfo{Name: o.ObjectName})
	switch {
	case errs.Is(err, errs.NotFound, errs.NotOwned, errs.WrongState, errs.Forbidden): // gone since, deleted, or not for this key
		return "", nil
	case err != nil:
		return "", err
	}
	return string(authLine) + ` "` + auth + `"`, nil
}
