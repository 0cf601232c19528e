package opensrs

import (
	"context"
	"strconv"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/order"
)

// deletedDomains is GET_DELETED_DOMAINS (opensrs-commands.md §4.4): names in redemption and on their way to release, the oldest
// deletion first. Names that are free again or with another registrar are not kept.
func deletedDomains(ctx context.Context, x *call) (*reply, error) {
	a := x.q.attrs
	limit, page, offset, err := paging(a, 1)
	if err != nil {
		return nil, err
	}
	if err := onlyAny(a, "owner_email", "admin_email", "billing_email", "tech_email"); err != nil {
		return nil, err
	}
	fs := []command.Filter{command.Where("deleted", command.NotNull)}
	if name := x.q.named(); name != "" && name != "*" {
		fs = append(fs, wildcard("name", name))
	}
	for prefix, field := range map[string]string{"del": "deleted", "exp": "expires"} {
		window, _, err := dayWindow(a, prefix, field)
		if err != nil {
			return nil, err
		}
		fs = append(fs, window)
	}
	found, err := do(ctx, x, command.ListDomains{Query: command.Query{Count: true, Limit: limit, Offset: offset, Where: command.And(fs...),
		Sort: []command.Sort{{Field: "deleted"}}}})
	if err != nil {
		return nil, err
	}
	rows := make([]*value, len(found.Domains))
	for i, d := range found.Domains {
		expires := toronto(d.Expires)
		rows[i] = hash("delete_date", toronto(d.Deleted), "name", string(d.Name), "reason", deletionWords[deletedBy(d)], "expiredate", expires, "expire_date", expires,
			"expiredate_epoch", epoch(d.Expires), "delete_date_epoch", epoch(d.Deleted))
	}
	return ok("Command successful", hash("page_size", strconv.Itoa(limit)).set("del_domains", list(rows...)).set("page", text(strconv.Itoa(page))).
		set("total", text(strconv.Itoa(found.Total)))), nil
}

// The reasons of a deletion as events name them, and as this list does.
var deletionWords = map[string]string{"expired": "Expired", "by-request": "By-Request"}

// deletedBy tells a deletion by time, after the expiry of a name that was not renewed, from one that somebody wanted.
func deletedBy(d domain.Domain) string {
	if d.Deleted.Before(d.Expires) {
		return "by-request"
	}
	return "expired"
}

// deletion finds the order that deleted a name at a moment, the zero order when nobody ordered it.
func (x *call) deletion(ctx context.Context, name string, at time.Time) (order.Order, error) {
	found, err := do(ctx, x, command.ListOrders{Query: command.Query{Limit: -1, Where: command.And(command.Where("object_kind", command.Equal, "domain"),
		command.Where("object_name", command.Equal, name), command.Where("operation", command.Equal, string(order.DeleteDomain)),
		command.Where("state", command.Equal, string(order.Done)),
		moment("finished", command.GreaterEq, at.Add(-time.Second)), moment("finished", command.LessEq, at.Add(time.Second)))}})
	for _, o := range found.Orders {
		if o.Finished.Equal(at) {
			return o, err
		}
	}
	return order.Order{}, err
}
