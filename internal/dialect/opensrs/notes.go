package opensrs

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// getNotes is GET_NOTES (opensrs-commands.md §4.6): one note for each order that was made for a name, newest first. Of a name that
// has left the account there are the orders that were made for it here.
func getNotes(ctx context.Context, x *call) (*reply, error) {
	given, err := x.domain(ctx)
	if err != nil {
		return nil, err
	}
	name, err := dname.Parse(given)
	if err != nil {
		return nil, errs.F(errs.InvalidName, "name", "%q is not a domain name", clip(given, 80))
	}
	where, err := notesFilter(x.q.attrs, name)
	if err != nil {
		return nil, err
	}
	limit, page, offset, err := paging(x.q.attrs, 1)
	if err != nil {
		return nil, err
	}
	found, err := do(ctx, x, command.ListOrders{Query: command.Query{Count: true, Limit: limit, Offset: offset, Where: where,
		Sort: []command.Sort{{Field: "updated", Desc: true}, {Field: "number", Desc: true}}}})
	if err != nil {
		return nil, err
	}
	rows := make([]*value, len(found.Orders))
	for i, o := range found.Orders {
		at := o.Finished
		if at.IsZero() || o.State.Open() {
			at = o.Created
		}
		rows[i] = hash("timestamp", toronto(at), "note", note(o))
	}
	r := ok("Command successful", hash("page_size", strconv.Itoa(limit), "page", strconv.Itoa(page)).set("notes", list(rows...)).set("total", text(strconv.Itoa(found.Total))))
	r.transaction = transactionID(x.d.deps.Runner.Clocks().Wall())
	return r, nil
}

func notesFilter(a *value, name dname.Name) (command.Filter, error) {
	where := command.And(command.Where("object_kind", command.Equal, "domain"), command.Where("object_name", command.Equal, string(name)))
	key := ""
	switch kind := strings.ToLower(a.str("type")); kind {
	case "":
		return where, missing("type")
	case "domain":
		return where, nil
	case "order":
		key = "order_id"
	case "transfer":
		key = "transfer_id"
		where = command.And(where, isTransfer)
	default:
		return where, invalid("type", "is neither domain, order nor transfer")
	}
	n, err := a.number(key, 0)
	if err == nil && n == 0 {
		err = missing(key)
	}
	return command.And(where, command.Where("number", command.Equal, strconv.Itoa(n))), err
}

// noteWords are what orders are called in notes.
var noteWords = map[order.Operation]string{order.Register: "Domain Registration", order.RenewDomain: "Domain Renewal", order.TransferIn: "Domain Transfer",
	order.PushDomain: "Push Transfer", order.RestoreDomain: "Domain Redemption", order.DeleteDomain: "Domain Deletion", order.UpdateDomain: "Domain Update",
	order.ApproveTransfer: "Approval of a Transfer Away", order.RejectTransfer: "Refusal of a Transfer Away"}

// note is an order in a line: "Order #1311000001: Domain Registration (1 year: 10.00); completed".
func note(o order.Order) string {
	what := noteWords[o.Operation]
	if what == "" {
		what = string(o.Operation)
	}
	var in []string
	if y := orderYears(o); y != "0" {
		in = append(in, y+" year"+map[bool]string{true: "s"}[y != "1"])
	}
	if !o.Price.IsZero() {
		in = append(in, o.Price.Decimal())
	}
	bracket := ""
	if len(in) > 0 {
		bracket = " (" + strings.Join(in, ": ") + ")"
	}
	return fmt.Sprintf("Order #%d: %s%s; %s", o.Number, what, bracket, orderStatus(o))
}
