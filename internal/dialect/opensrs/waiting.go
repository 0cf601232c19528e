package opensrs

import (
	"context"
	"strconv"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/order"
)

// finishedKept is how long finished requests stay in the history (opensrs-commands.md §4.1).
const finishedKept = 14 * 24 * time.Hour

// waitingHistory is GET DOMAIN type=waiting_history and xpack_waiting_history: what is under way for a domain, and what has
// ended within two weeks, newest first.
func waitingHistory(ctx context.Context, x *call, key string) (*reply, error) {
	info, err := x.own(ctx)
	if err != nil {
		return nil, err
	}
	since := x.d.deps.Runner.Clocks().Registrar().Add(-finishedKept)
	found, err := do(ctx, x, command.ListOrders{Query: command.Query{Limit: defaultPage, Sort: []command.Sort{{Field: "number", Desc: true}},
		Where: command.And(command.Where("object_kind", command.Equal, "domain"), command.Where("object_name", command.Equal, string(info.Domain.Name)),
			command.Filter{Any: []command.Filter{command.Where("state", command.In, string(order.Sent), string(order.Pending)), moment("finished", command.GreaterEq, since)}})}})
	if err != nil {
		return nil, err
	}
	rows := make([]*value, len(found.Orders))
	for i, o := range found.Orders {
		rows[i] = hash("request_id", strconv.FormatInt(int64(o.Number), 10), "request_type", requestType(o), "status", orderStatus(o), "date", utc(o.Created))
	}
	return ok("Query Successful", hash().set(key, list(rows...))), nil
}

// requestType is the client's word for an order, and the core's where it has none.
func requestType(o order.Order) string {
	if word := orderType(o); word != "" {
		return word
	}
	return string(o.Operation)
}

// resellerInfo is GET DOMAIN type=rsp_whois_info: who the domain's reseller is. It is never shown in whois here.
func resellerInfo(ctx context.Context, x *call) (*reply, error) {
	if _, err := x.own(ctx); err != nil {
		return nil, err
	}
	acc := x.c.Account
	return ok("Query Successful", hash("business", acc.Company, "email", acc.Email, "phone", "", "fax", "", "url", "", "opt_info", "", "rsp_enabled", "N")), nil
}
