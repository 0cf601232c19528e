package opensrs

import (
	"context"
	"strconv"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
)

// The pages of lists (opensrs.md §2.3). Large limits are honoured up to what one page of the core holds, for there are
// clients that take fewer rows than they asked for as the end.
const defaultPage = 40

// paging reads limit and page; first is the number of the first page. Both are bounded so that their product is.
func paging(a *value, first int) (limit, page, offset int, err error) {
	if limit, err = a.number("limit", defaultPage); err != nil {
		return 0, 0, 0, err
	}
	if page, err = a.number("page", first); err != nil {
		return 0, 0, 0, err
	}
	if limit == 0 {
		limit = defaultPage
	}
	limit = min(limit, command.MaxPage)
	page = min(max(page, first), 1_000_000)
	return limit, page, (page - first) * limit, nil
}

// domainsByExpiry is GET_DOMAINS_BY_EXPIREDATE (opensrs-commands.md §4.2), the usual list of all domains.
func domainsByExpiry(ctx context.Context, x *call) (*reply, error) {
	from, err := day(x.q.attrs, "exp_from", true)
	if err != nil {
		return nil, err
	}
	until, err := day(x.q.attrs, "exp_to", true)
	if err != nil {
		return nil, err
	}
	limit, page, offset, err := paging(x.q.attrs, 1)
	if err != nil {
		return nil, err
	}
	found, err := do(ctx, x, command.ListDomains{Query: command.Query{Count: true, Limit: limit, Offset: offset, Sort: []command.Sort{{Field: "expires"}},
		Where: command.And(notDeleted, moment("expires", command.GreaterEq, from), moment("expires", command.Less, nextDay(until)))}})
	if err != nil {
		return nil, err
	}
	rows := make([]*value, len(found.Domains))
	for i, d := range found.Domains {
		rows[i] = hash("name", string(d.Name), "expiredate", utc(d.Expires), "f_auto_renew", yesNo(renews(d)), "f_let_expire", "N")
	}
	return ok("Command successful", hash().set("exp_domains", list(rows...)).set("page", text(strconv.Itoa(page))).
		set("remainder", text(flag(offset+len(rows) < found.Total))).set("total", text(strconv.Itoa(found.Total)))), nil
}

// notDeleted leaves names out that are in redemption or later.
var notDeleted = command.Where("deleted", command.IsNull)

// moment compares a time, in the form that the core's filters take.
func moment(field string, op command.Op, t time.Time) command.Filter {
	return command.Where(field, op, t.UTC().Format(time.RFC3339))
}

// day reads YYYY-MM-DD.
func day(a *value, key string, required bool) (time.Time, error) {
	s := a.str(key)
	if s == "" {
		if required {
			return time.Time{}, missing(key)
		}
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return t, invalid(key, "is not a date (YYYY-MM-DD)")
	}
	return t, nil
}

// nextDay is the day after, as far as a time can be written down.
func nextDay(t time.Time) time.Time {
	if next := t.AddDate(0, 0, 1); next.UTC().Year() <= 9999 {
		return next
	}
	return time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
}

// listDomains is GET DOMAIN type=list: pages count from 0.
func listDomains(ctx context.Context, x *call) (*reply, error) {
	limit, page, offset, err := paging(x.q.attrs, 0)
	if err != nil {
		return nil, err
	}
	where, err := expiryWindow(x)
	where = command.And(notDeleted, where)
	if err != nil {
		return nil, err
	}
	if x.q.cookie() != "" { // the registrant's own
		s, err := x.registrant(ctx)
		if err != nil {
			return nil, err
		}
		where = command.And(where, ofProfile(s.Profile))
	}
	found, err := do(ctx, x, command.ListDomains{Query: command.Query{Count: true, Limit: limit, Offset: offset, Sort: []command.Sort{{Field: "name"}}, Where: where}})
	if err != nil {
		return nil, err
	}
	names, rows := make([]*value, len(found.Domains)), make([]*value, len(found.Domains))
	for i, d := range found.Domains {
		names[i], rows[i] = text(string(d.Name)), listed(d)
	}
	return ok("Command successful", hash().set("domain_list", list(names...)).set("ext_results", list(rows...)).
		set("count", text(strconv.Itoa(len(rows)))).set("page", text(strconv.Itoa(page))).
		set("remainder", text(flag(offset+len(rows) < found.Total))).set("total", text(strconv.Itoa(found.Total)))), nil
}

func listed(d domain.Domain) *value {
	return hash().set(string(d.Name), hash("expiredate", utc(d.Expires), "lock_state", flag(d.Locked()), "has_whois_privacy", "0", "auto_renew", flag(renews(d))))
}

// expiryWindow reads min_to_expiry and max_to_expiry, in days from registrar time.
func expiryWindow(x *call) (command.Filter, error) {
	now := x.d.deps.Runner.Clocks().Registrar()
	var fs []command.Filter
	for _, b := range []struct {
		key string
		op  command.Op
	}{{"min_to_expiry", command.GreaterEq}, {"max_to_expiry", command.LessEq}} {
		days, err := x.q.attrs.number(b.key, -1)
		if err != nil {
			return command.Filter{}, err
		}
		if days >= 0 {
			fs = append(fs, moment("expires", b.op, now.AddDate(0, 0, min(days, 100_000))))
		}
	}
	return command.And(fs...), nil
}
