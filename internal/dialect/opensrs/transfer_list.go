package opensrs

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// maxTransfers is the longest page of the lists of transfers (opensrs.md §2.3).
const maxTransfers = 40

// transferPaging reads limit and page.
func transferPaging(a *value) (limit, page, offset int, err error) {
	if limit, page, _, err = paging(a, 1); err != nil {
		return 0, 0, 0, err
	}
	limit = min(limit, maxTransfers)
	return limit, page, (page - 1) * limit, nil
}

// transfersIn is GET_TRANSFERS_IN (opensrs-commands.md §11.2), newest first.
func transfersIn(ctx context.Context, x *call) (*reply, error) {
	limit, page, offset, err := transferPaging(x.q.attrs)
	if err != nil {
		return nil, err
	}
	where, none, err := transfersInFilter(x.q.attrs)
	if err != nil {
		return nil, err
	}
	var found command.OrderPage
	if !none {
		if found, err = do(ctx, x, command.ListOrders{Query: command.Query{Count: true, Limit: limit, Offset: offset, Where: where,
			Sort: []command.Sort{{Field: "created", Desc: true}, {Field: "number", Desc: true}}}}); err != nil {
			return nil, err
		}
	}
	rows, open := make([]*value, len(found.Orders)), 0
	for _, o := range found.Orders {
		if o.State.Open() {
			open++
		}
	}
	for i, o := range found.Orders {
		losing := ""
		if open == 1 && o.State == order.Pending { // asks the registry, so only about a single one
			if losing, err = x.losingRegistrar(ctx, o); err != nil {
				return nil, err
			}
		}
		rows[i] = transferInRow(o, losing)
	}
	return ok("Command successful", hash("page_size", strconv.Itoa(limit), "page", strconv.Itoa(page)).set("transfers", list(rows...)).
		set("total", text(strconv.Itoa(found.Total)))), nil
}

func (x *call) losingRegistrar(ctx context.Context, o order.Order) (string, error) {
	st, err := do(ctx, x, command.TransferStatus{Name: o.ObjectName})
	if err != nil || st.Waiting == nil {
		return "", err
	}
	return st.Waiting.AcID, nil
}

func transferInRow(o order.Order, losing string) *value {
	number := strconv.FormatInt(int64(o.Number), 10)
	requested, completed, completedEpoch := o.Created, "", "0"
	if o.State == order.Sent {
		requested = time.Time{}
	}
	if o.State == order.Done {
		completed, completedEpoch = toronto(o.Finished), epoch(o.Finished)
	}
	return hash("owner_request_date", "", "registry_request_date", toronto(requested), "status", transferStatus(o), "owner_confirm_date", "",
		"completed_date", completed, "registry_request_date_epoch", epoch(requested), "owner_confirm_ip", "", "owner_confirm_date_epoch", "",
		"order_date_epoch", epoch(o.Created), "request_address", "", "losing_registrar", losing, "transfer_id", number, "order_id", number,
		"domain", o.ObjectName, "order_date", toronto(o.Created), "completed_date_epoch", completedEpoch, "owner_request_date_epoch", "")
}

// isTransfer finds orders that are transfers in: at a registry, or from another account of the platform by this interface. A
// push by the holder is an order of the holder's and no transfer in.
var isTransfer = command.Filter{Any: []command.Filter{command.Where("operation", command.Equal, string(order.TransferIn)),
	command.And(command.Where("operation", command.Equal, string(order.PushDomain)), command.Where("dialect", command.Equal, dialectName),
		command.Where("command", command.Equal, "SW_REGISTER DOMAIN"))}}

// transfersInFilter reads the conditions; none is set when no transfer can fulfil them.
func transfersInFilter(a *value) (where command.Filter, none bool, err error) {
	fs := []command.Filter{command.Where("object_kind", command.Equal, "domain"), isTransfer}
	if name := a.str("domain"); name != "" && name != "*" {
		fs = append(fs, wildcard("object_name", name))
	}
	for _, key := range []string{"transfer_id", "order_id"} {
		if s := a.str(key); s != "" {
			n, err := strconv.ParseInt(s, 10, 64)
			if err != nil || n <= 0 {
				return where, true, nil
			}
			fs = append(fs, command.Where("number", command.Equal, s))
		}
	}
	states := map[string][]string{"": nil, "completed": {string(order.Done)}, "cancelled": {string(order.Failed)}, "pending_registry": {string(order.Sent), string(order.Pending)}}
	state, known := states[strings.ToLower(a.str("status"))]
	if none = !known; state != nil {
		fs = append(fs, command.Where("state", command.In, state...))
	}
	if err := onlyAny(a, "losing_registrar", "request_address", "owner_confirm_ip"); err != nil {
		return where, false, err
	}
	for _, key := range []string{"owner_request_from", "owner_request_to", "owner_confirm_from", "owner_confirm_to"} {
		if at, err := day(a, key, false); err != nil {
			return where, false, err
		} else if !at.IsZero() {
			none = true // no owner is ever asked
		}
	}
	for prefix, field := range map[string]string{"req": "created", "order": "created", "completed": "finished"} {
		window, given, err := dayWindow(a, prefix, field)
		if err != nil {
			return where, false, err
		}
		fs = append(fs, window)
		if given && prefix == "completed" {
			fs = append(fs, command.Where("state", command.Equal, string(order.Done)))
		}
	}
	return command.And(fs...), none, nil
}

// wildcard compares with a text in which * stands for anything.
func wildcard(field, text string) command.Filter {
	text = strings.ToLower(strings.TrimSuffix(text, "."))
	if strings.Contains(text, "*") {
		return command.Where(field, command.Like, strings.ReplaceAll(text, "*", "%"))
	}
	return command.Where(field, command.Equal, text)
}

// onlyAny refuses conditions that cannot be judged, rather than answering as if they had not been made.
func onlyAny(a *value, keys ...string) error {
	for _, key := range keys {
		if s := a.str(key); s != "" && strings.Trim(s, "*") != "" {
			return refuse(errs.Unsupported, 465, "Lists cannot be filtered by "+key+" on this server")
		}
	}
	return nil
}

// dayWindow reads <prefix>_from and <prefix>_to: days in Toronto, as the dates are shown.
func dayWindow(a *value, prefix, field string) (f command.Filter, given bool, err error) {
	from, err := day(a, prefix+"_from", false)
	if err != nil {
		return f, false, err
	}
	until, err := day(a, prefix+"_to", false)
	if err != nil {
		return f, false, err
	}
	var fs []command.Filter
	if !from.IsZero() {
		fs = append(fs, moment(field, command.GreaterEq, inToronto(from)))
	}
	if !until.IsZero() {
		fs = append(fs, moment(field, command.Less, inToronto(nextDay(until))))
	}
	return command.And(fs...), len(fs) > 0, nil
}

// transfersAway is GET_TRANSFERS_AWAY (§11.3): those that wait. One that has taken place has left no row here.
func transfersAway(ctx context.Context, x *call) (*reply, error) {
	a := x.q.attrs
	limit, page, offset, err := transferPaging(a)
	if err != nil {
		return nil, err
	}
	where, none, err := transfersAwayFilter(a)
	if err != nil {
		return nil, err
	}
	var found command.DomainPage
	if !none {
		if found, err = do(ctx, x, command.ListTransfersOut{Query: command.Query{Count: true, Limit: limit, Offset: offset, Where: where,
			Sort: []command.Sort{{Field: "outgoing", Desc: true}}}}); err != nil {
			return nil, err
		}
	}
	rows := make([]*value, len(found.Domains))
	for i, d := range found.Domains {
		rows[i] = transferAwayRow(d)
	}
	return ok("Command successful", hash("page_size", strconv.Itoa(limit), "page", strconv.Itoa(page)).set("transfers", list(rows...)).
		set("total", text(strconv.Itoa(found.Total)))), nil
}

func transferAwayRow(d domain.Domain) *value {
	var out domain.Outgoing
	if d.Outgoing != nil {
		out = *d.Outgoing
	}
	return hash("owner_request_date", "", "owner_request_date_epoch", "", "registry_request_date", toronto(out.Requested), "registry_request_date_epoch", epoch(out.Requested),
		"owner_confirm_date", "", "owner_confirm_date_epoch", "", "completed_date", "", "completed_date_epoch", "0", "status", "pending_registry",
		"request_address", "", "gaining_registrar", out.Gaining, "transfer_id", strconv.FormatInt(int64(d.ID), 10), "domain", string(d.Name))
}

func transfersAwayFilter(a *value) (where command.Filter, none bool, err error) {
	var fs []command.Filter
	if name := a.str("domain"); name != "" && name != "*" {
		fs = append(fs, wildcard("name", name))
	}
	if s := a.str("transfer_id"); s != "" {
		if n, err := strconv.ParseInt(s, 10, 64); err != nil || n <= 0 {
			return where, true, nil
		}
		fs = append(fs, command.Where("id", command.Equal, s))
	}
	if s := strings.ToLower(a.str("status")); s != "" && s != "pending_registry" {
		none = true
	}
	return command.And(fs...), none, onlyAny(a, "gaining_registrar", "request_address", "owner_confirm_ip", "order_id", "req_from", "req_to",
		"order_from", "order_to", "owner_request_from", "owner_request_to", "owner_confirm_from", "owner_confirm_to", "completed_from", "completed_to")
}
