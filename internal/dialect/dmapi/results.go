package dmapi

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// maxResults bounds the rows of one result-list.
const maxResults = command.MaxPage

// resultQuery is a result-list request: what the store selects, and what is left for match, because the store cannot.
type resultQuery struct {
	where         command.Filter
	rtype, objid  string // patterns, "" for any
	procid        string
	svtrid        string
	cltrid        string
	exact         bool // the store's selection is the answer
	offset, limit int
	count         bool
}

// resultList is result-list (§6.2): newest first, seven fields, no Columns.
func resultList(ctx context.Context, rq *request) (*reply, error) {
	q, err := rq.resultQuery()
	if err != nil {
		return nil, err
	}
	if q.count {
		n, err := rq.countResults(ctx, q)
		if err != nil {
			return nil, err
		}
		return &reply{body: "Records: " + strconv.Itoa(n), rowCount: strconv.Itoa(n)}, nil
	}
	t := rq.table()
	err = rq.eachResult(ctx, q, func(row resultRow) { t.add(row.fields()...) })
	rp := t.into(&reply{rowCount: strconv.Itoa(len(t.lines))})
	return rp, err
}

func (rq *request) resultQuery() (q resultQuery, err error) {
	f := rq.form
	pending, err1 := firstTruth(f, "pending", "showpending")
	all, err2 := firstTruth(f, "showall", "showdeleted")
	offset, err3 := f.number("offset", 0, 1<<30, 0)
	limit, err4 := f.number("limit", 0, 1<<30, maxResults)
	count, err5 := f.truth("count-only", false)
	since, until, err6 := rq.resultTimes()
	if err := join(err1, err2, err3, err4, err5, err6); err != nil {
		return q, err
	}
	q = resultQuery{exact: true, offset: offset, limit: min(limit, maxResults), count: count}
	for _, p := range []struct {
		name string
		to   *string
	}{{"rtype", &q.rtype}, {"objid", &q.objid}, {"procid", &q.procid}, {"svtrid", &q.svtrid}, {"cltrid", &q.cltrid}} {
		if *p.to, err = f.pattern(p.name); err != nil {
			return q, err
		}
	}
	conds := []command.Filter{
		shownOrders,
		command.Where("created", command.GreaterEq, since.Format(time.RFC3339Nano)),
	}
	if !until.IsZero() {
		conds = append(conds, command.Where("created", command.Less, until.Format(time.RFC3339Nano)))
	}
	if !all {
		conds = append(conds, command.Where("hidden", command.Equal, "0"))
	}
	states, err := resultStates(f.get("status"), pending)
	if err != nil {
		return q, err
	}
	conds = append(conds, states)
	q.where = command.And(append(conds, q.conditions()...)...)
	return q, nil
}

// shownOrders are those that the list shows: this dialect's, and what time does to the account's domains.
var shownOrders = command.Filter{Any: []command.Filter{
	command.Where("dialect", command.Equal, name),
	command.And(command.Where("dialect", command.Equal, ""), command.Where("operation", command.In, string(order.RenewDomain), string(order.DeleteDomain))),
}}

// byTime are the request types of orders that nobody placed but time.
var byTime = map[order.Operation]string{order.RenewDomain: "domain-renew", order.DeleteDomain: "domain-delete"}

// shown gives an order of the list its request type; ok is false for an order that is not of the list.
func shown(o order.Order) (order.Order, bool) {
	if o.Caller.Dialect == name {
		return o, true
	}
	o.Caller.Command = byTime[o.Operation]
	return o, o.Caller.Dialect == "" && o.Caller.Command != ""
}

// firstTruth reads a boolean that has two names.
func firstTruth(f form, names ...string) (bool, error) {
	for _, n := range names {
		if f.get(n) != "" {
			return f.truth(n, false)
		}
	}
	return false, nil
}

// resultTimes is the span of creation times: 90 days back from now, or with date one day back from that day's end.
func (rq *request) resultTimes() (since, until time.Time, err error) {
	now := rq.d.deps.Runner.Clocks().Registrar()
	def := retentionDays
	end := now
	if s := rq.form.get("date"); s != "" {
		def = 1
		var bad error
		if until, bad = time.Parse("20060102", s); bad != nil {
			if until, bad = time.Parse(time.DateOnly, s); bad != nil {
				return since, until, param("date", "YYYYMMDD or YYYY-MM-DD")
			}
		}
		until = until.AddDate(0, 0, 1)
		end = until
	}
	days, err := rq.form.number("period", 0, 36500, def)
	return end.AddDate(0, 0, -days), until, err
}

func resultStates(status string, pending bool) (command.Filter, error) {
	done, failed := string(order.Done), string(order.Failed)
	switch strings.ToLower(status) {
	case "":
		if pending {
			return command.Filter{}, nil
		}
		return command.Where("state", command.In, done, failed), nil
	case "ack":
		return command.Where("state", command.Equal, done), nil
	case "nack":
		return command.Where("state", command.Equal, failed), nil
	case "?", "pending":
		return command.Where("state", command.In, string(order.Sent), string(order.Pending)), nil
	}
	return command.Filter{}, param("status", "ack, nack or ?")
}

// conditions gives the store as much of the patterns as it can judge, and notes whether more remains.
func (q *resultQuery) conditions() []command.Filter {
	var conds []command.Filter
	if q.svtrid != "" {
		conds = append(conds, command.Where("request", command.Like, like(q.svtrid)))
	}
	if q.cltrid != "" {
		conds = append(conds, command.Where("cltrid", command.Like, like(q.cltrid)))
	}
	if q.procid != "" {
		conds = append(conds, command.Where("number", command.Like, like(q.procid)))
	}
	if q.rtype != "" && q.rtype != "*" { // the store knows operations, not our words
		q.exact = false
	}
	if q.objid != "" && q.objid != "*" { // nor does it know a contact's handle by its number
		q.exact = false
		conds = append(conds, command.Filter{Any: []command.Filter{
			command.Where("object_kind", command.Equal, "contact"), command.Where("object_name", command.Like, like(q.objid))}})
	}
	return conds
}

// resultRow is an order as result-list shows it.
type resultRow struct {
	order  order.Order
	object string
}

func (r resultRow) fields() []string {
	return []string{stamp(r.order.Created), r.order.Caller.Request, strconv.FormatInt(int64(r.order.Number), 10), r.order.Caller.Command,
		r.object, statusWord(r.order.State, "pending"), r.order.Caller.ClTRID}
}

// statusWord is ack, nack, or the word for an order that is still under way.
func statusWord(s order.State, open string) string {
	switch s {
	case order.Done:
		return "ack"
	case order.Failed:
		return "nack"
	}
	return open
}

func (q resultQuery) matches(row resultRow) bool {
	for _, c := range []struct{ pattern, value string }{
		{q.rtype, row.order.Caller.Command}, {q.objid, row.object}, {q.svtrid, row.order.Caller.Request}, {q.cltrid, row.order.Caller.ClTRID},
		{q.procid, strconv.FormatInt(int64(row.order.Number), 10)},
	} {
		if c.pattern != "" && !match(c.pattern, c.value) {
			return false
		}
	}
	return true
}

func (rq *request) countResults(ctx context.Context, q resultQuery) (int, error) {
	if q.exact {
		page, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.ListOrders{Query: command.Query{Where: q.where, Count: true}})
		return page.Total, err
	}
	n := 0
	q.offset, q.limit = 0, 1<<30
	err := rq.eachResult(ctx, q, func(resultRow) { n++ })
	return n, err
}

// eachResult walks the matching orders, newest first.
func (rq *request) eachResult(ctx context.Context, q resultQuery, do func(resultRow)) error {
	page := command.Query{Where: q.where, Sort: []command.Sort{{Field: "number", Desc: true}}}
	skip := q.offset
	if q.exact {
		page.Offset, skip = q.offset, 0
	}
	for left := q.limit; left > 0; {
		if page.Limit = 500; q.exact {
			page.Limit = min(left, command.MaxPage)
		}
		got, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.ListOrders{Query: page})
		if err != nil {
			return err
		}
		rows, err := rq.resultRows(ctx, got.Orders)
		if err != nil {
			return err
		}
		for _, row := range rows {
			switch {
			case !q.exact && !q.matches(row):
			case skip > 0:
				skip--
			case left > 0:
				left--
				do(row)
			}
		}
		if got.Next == "" || len(got.Orders) == 0 {
			return nil
		}
		page.After, page.Offset = got.Next, 0
	}
	return nil
}

// resultRows adds the objects' public names.
func (rq *request) resultRows(ctx context.Context, orders []order.Order) ([]resultRow, error) {
	var ids []contact.ID
	for _, o := range orders {
		if id := command.Detail(o).Contact; o.ObjectKind == "contact" && id != 0 && o.State == order.Done {
			ids = append(ids, id)
		}
	}
	handles, err := rq.allHandles(ctx, ids)
	if err != nil {
		return nil, err
	}
	rows := make([]resultRow, 0, len(orders))
	for _, o := range orders {
		o, _ = shown(o)
		row := resultRow{order: o, object: o.ObjectName}
		if o.ObjectKind == "contact" { // without a result there is no handle yet (§17.3)
			row.object = "-"
			if hs := handles[command.Detail(o).Contact]; len(hs) > 0 {
				row.object = strings.ToUpper(hs[0])
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// findResult finds the order that SvTrId, which has precedence, or Proc-ID names. Orders of other dialects are not in the list.
func (rq *request) findResult(ctx context.Context) (order.Order, error) {
	var cmd command.GetOrder
	asked := rq.form.first("svtrid")
	if asked != "" {
		cmd.Request = strings.ToLower(asked)
	} else {
		if asked = rq.form.first("proc-id", "procid"); asked == "" {
			return order.Order{}, missing("Proc-ID")
		}
		n, err := strconv.ParseInt(asked, 10, 64)
		if err != nil || n <= 0 {
			return order.Order{}, param("Proc-ID", "number")
		}
		cmd.Number = order.Number(n)
	}
	o, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, cmd)
	o, listed := shown(o)
	if errs.Is(err, errs.NotFound) || err == nil && !listed {
		return o, errs.E(errs.NotFound, "Result %s does not exist", clip(asked))
	}
	return o, err
}
