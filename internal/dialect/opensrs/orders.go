package opensrs

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// typeTransfer is the word for an incoming transfer.
const typeTransfer = "transfer"

// orderTypes are the operations that are orders in this interface; changes of a domain are none.
var orderTypes = map[order.Operation]string{order.Register: "new", order.RenewDomain: "renewal", order.TransferIn: typeTransfer}

// orderType is the client's word for an order, "" for one that is none here. A transfer between resellers of the platform is
// one too, where it was ordered as such.
func orderType(o order.Order) string {
	if o.Operation == order.PushDomain && o.Caller.Dialect == dialectName && o.Caller.Command == "SW_REGISTER DOMAIN" {
		return typeTransfer
	}
	return orderTypes[o.Operation]
}

// orderStatus is the client's word for a state (opensrs.md §6).
func orderStatus(o order.Order) string {
	transfer := orderType(o) == typeTransfer
	switch {
	case o.State == order.Done:
		return "completed"
	case o.State == order.Failed && transfer:
		return "cancelled"
	case o.State == order.Failed:
		return "declined"
	case transfer:
		return "processed"
	}
	return "waiting"
}

// getOrderInfo is GET_ORDER_INFO (opensrs-commands.md §2.6).
func getOrderInfo(ctx context.Context, x *call) (*reply, error) {
	given := x.q.attrs.str("order_id")
	if given == "" {
		return nil, missing("order_id")
	}
	unknown := refuse(errs.NotFound, 480, "Order not found")
	n, err := strconv.ParseInt(given, 10, 64)
	if err != nil || n <= 0 {
		return nil, unknown
	}
	o, err := do(ctx, x, command.GetOrder{Number: order.Number(n)})
	if errs.Is(err, errs.NotFound) || err == nil && orderType(o) == "" {
		return nil, unknown
	}
	if err != nil {
		return nil, err
	}
	// The order keeps what was asked for; contacts and servers are the domain's as they are now, empty when it is not held.
	info, err := do(ctx, x, command.InfoDomain{Name: o.ObjectName})
	if err != nil && !errs.Is(err, errs.NotFound, errs.NotOwned, errs.UnsupportedTLD) {
		return nil, err
	}
	return ok("Command completed successfully", hash().set("field_hash", orderFields(o, info))), nil
}

func orderFields(o order.Order, info command.DomainInfo) *value {
	number, held := strconv.FormatInt(int64(o.Number), 10), info.Domain.ID != 0
	completed := ""
	if !o.State.Open() {
		completed = epoch(o.Finished)
	}
	v := hash("id", number, "domain", o.ObjectName, "reg_type", orderType(o), "status", orderStatus(o),
		"period", orderYears(o), "cost", o.Price.Decimal(), "affiliate_id", "", "comments", info.Domain.Comment,
		"encoding_type", "", "reg_domain", "", "master_order_id", "0", "forwarding_email", "", "f_auto_renew", yesNo(held && renews(info.Domain)),
		"f_lock_domain", flag(held && info.Domain.Locked()), "f_bypass_confirm", "", "flag_saved_ns_fields", "1", "flag_saved_tech_fields", "1",
		"order_date", epoch(o.Created), "processed_date", "", "completed_date", completed)
	for i := range 6 {
		fqdn := ""
		if i < len(info.Domain.Servers) {
			fqdn = string(info.Domain.Servers[i].Name)
		}
		v.set("fqdn"+strconv.Itoa(i+1), text(fqdn))
	}
	v.set("notes", list())
	for _, r := range roles {
		for _, it := range showContact(contactOf(info, r.role)).items {
			if it.key == "status" {
				continue
			}
			v.set(r.word+"_"+it.key, it.value)
		}
	}
	return v
}

// orderYears is an order's period; a transfer's is the year that it adds.
func orderYears(o order.Order) string {
	years := command.Detail(o).Years
	if years == 0 && o.Operation == order.TransferIn {
		years = 1
	}
	return strconv.Itoa(years)
}

// getOrdersByDomain is GET_ORDERS_BY_DOMAIN (§2.7), newest first.
func getOrdersByDomain(ctx context.Context, x *call) (*reply, error) {
	given, err := x.domain(ctx)
	if err != nil {
		return nil, err
	}
	name, err := dname.Parse(given)
	if err != nil {
		return nil, errs.F(errs.InvalidName, "name", "%q is not a domain name", clip(given, 80))
	}
	limit, page, offset, err := paging(x.q.attrs, 1)
	if err != nil {
		return nil, err
	}
	where, none, err := orderFilter(x.q.attrs, name)
	if err != nil {
		return nil, err
	}
	var found command.OrderPage
	if !none {
		found, err = do(ctx, x, command.ListOrders{Query: command.Query{Count: true, Limit: limit, Offset: offset, Where: where,
			Sort: []command.Sort{{Field: "created", Desc: true}, {Field: "number", Desc: true}}}})
		if err != nil {
			return nil, err
		}
	}
	rows := make([]*value, len(found.Orders))
	for i, o := range found.Orders {
		rows[i] = hash("order_date", toronto(o.Created), "status", orderStatus(o), "id", strconv.FormatInt(int64(o.Number), 10), "type", orderType(o))
	}
	return ok("Command successful", hash("page_size", strconv.Itoa(limit), "page", strconv.Itoa(page)).set("orders", list(rows...)).
		set("total", text(strconv.Itoa(found.Total)))), nil
}

// orderFilter reads the conditions; none is set when no order can fulfil them.
func orderFilter(a *value, name dname.Name) (where command.Filter, none bool, err error) {
	fs := []command.Filter{command.Where("object_kind", command.Equal, "domain"), command.Where("object_name", command.Equal, string(name))}
	kinds, known := typeFilter(strings.ToLower(a.str("type")))
	states, possible := stateFilter(strings.ToLower(a.str("status")))
	if !known || !possible {
		return where, true, nil
	}
	fs = append(fs, kinds, states)
	// Order dates are shown in Toronto's time, so a day is one there.
	window, _, err := dayWindow(a, "order", "created")
	return command.And(append(fs, window)...), false, err
}

// typeFilter finds orders of a type, of all types without one; known is false when there are none of it.
func typeFilter(want string) (f command.Filter, known bool) {
	var any []command.Filter
	for _, op := range []order.Operation{order.Register, order.RenewDomain} {
		if want == "" || want == orderTypes[op] {
			any = append(any, command.Where("operation", command.Equal, string(op)))
		}
	}
	if want == "" || want == typeTransfer {
		any = append(any, isTransfer)
	}
	return command.Filter{Any: any}, len(any) > 0
}

// stateFilter finds orders by the client's word for their state; known is false when no order can have it.
func stateFilter(want string) (f command.Filter, known bool) {
	of := func(state ...order.State) command.Filter {
		words := make([]string, len(state))
		for i, s := range state {
			words[i] = string(s)
		}
		return command.Where("state", command.In, words...)
	}
	others := command.Where("operation", command.In, string(order.Register), string(order.RenewDomain))
	switch want {
	case "":
		return f, true
	case "completed":
		return of(order.Done), true
	case "declined":
		return command.And(of(order.Failed), others), true
	case "cancelled":
		return command.And(of(order.Failed), isTransfer), true
	case "waiting":
		return command.And(of(order.Sent, order.Pending), others), true
	case "processed":
		return command.And(of(order.Sent, order.Pending), isTransfer), true
	}
	return f, false
}
