package autodns

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/internetx"
)

// A cancelation is what a domain says about its end: not renewed at the expiry (execdate expire), or deleted on a date before it.
// An executed one is a deletion (autodns-xml.md §10).

// Words of execdate.
const (
	execNow    = "now"
	execExpire = "expire"
)

// canceled reports whether an end of the domain is ordered that has not been carried out.
func canceled(d domain.Domain) bool {
	return d.Deleted.IsZero() && (d.AutoRenew == domain.Expire || !d.DeleteOn.IsZero())
}

// cancelationStatus is a domain's cancelation in one word, "" for none. A domain that is deleted already keeps the word for it.
func cancelationStatus(d domain.Domain) string {
	switch {
	case !d.Deleted.IsZero() || !d.DeleteOn.IsZero():
		return "DELETE"
	case d.AutoRenew == domain.Expire:
		return "DELETE_EXPIRE"
	}
	return ""
}

// exec is when a cancelation is to be carried out.
type exec struct {
	now, expire bool
	on          time.Time
}

// word is the execdate of an answer: a word, or the date.
func (x exec) word() string {
	switch {
	case x.now:
		return execNow
	case x.expire:
		return execExpire
	}
	return x.on.In(berlin).Format(time.DateOnly)
}

// execOf is when a domain's cancelation will be carried out.
func execOf(d domain.Domain) exec {
	return exec{expire: d.DeleteOn.IsZero(), on: d.DeleteOn}
}

// readCancelation reads the object; was is what stands when an item is left out.
func (t *task) readCancelation(was exec) (exec, error) {
	var l errs.List
	path := func(item string) string { return "request.task.cancelation." + item }
	switch word := t.object.ChildTrim("type"); lower(word) {
	case "delete":
	case "":
		if was == (exec{}) {
			l.Add(bad(errs.Missing, path("type"), "", "is required"))
		}
	case "transit", "preack":
		l.Add(bad(errs.Unsupported, path("type"), word, "only delete is offered"))
	default:
		l.Add(bad(errs.Invalid, path("type"), word, "must be delete"))
	}
	x := was
	switch text := t.object.ChildTrim("execdate"); lower(text) {
	case "":
		if was == (exec{}) {
			x = exec{expire: true}
		}
	case execNow:
		x = exec{now: true}
	case execExpire:
		x = exec{expire: true}
	default:
		from, _, ok := span(text)
		if !ok {
			l.Add(bad(errs.Invalid, path("execdate"), text, "must be now, expire or a date"))
		}
		x = exec{on: from}
	}
	return x, l.Err()
}

// cancel carries a cancelation out or notes it, and answers with it.
func (t *task) cancel(ctx context.Context, d domain.Domain, x exec) (result, error) {
	name := string(d.Name)
	if x.now {
		t.c.Notice = order.NoticeIfPending // the deletion itself is a message
		out, err := do(ctx, t, command.DeleteDomain{Name: name})
		if err != nil {
			return result{}, err
		}
		if out.Domain != nil {
			d = *out.Domain
		}
		r := t.done('S')
		r.data = []el{t.cancelationEl(d, made{exec: x, when: t.d.run.Clocks().Registrar(), order: out.Order})}
		return r, nil
	}
	if x.on.After(d.Expires) {
		return result{}, bad(errs.Invalid, "request.task.cancelation.execdate", t.object.ChildTrim("execdate"),
			"lies behind the expiry on "+stamp(d.Expires)+"; renew the domain first")
	}
	expire := domain.Expire
	t.c.Notice = order.NoticeNever
	out, err := do(ctx, t, command.UpdateDomain{Name: name, AutoRenew: &expire, DeleteOn: &x.on, Always: true})
	if err != nil {
		return result{}, err
	}
	if out.Domain != nil {
		d = *out.Domain
	}
	d.AutoRenew, d.DeleteOn = expire, x.on // a demo order changes nothing
	when, notice := d.Expires, internetx.AtExpiry
	if !x.expire {
		when, notice = x.on, internetx.AtDate
	}
	r := t.done('S', message{text: notice.Text.In(t.q.german()), code: notice.Code, kind: "notice", object: t.subject})
	r.data = []el{t.cancelationEl(d, made{exec: x, when: when, order: out.Order})}
	return r, nil
}

// made is how a cancelation came about: the order that made it, as far as one is known, and when it is or was carried out.
type made struct {
	exec
	when  time.Time
	order order.Order
}

// cancelationEl is a cancelation in the order of autodns-xml.md §20.17.
func (t *task) cancelationEl(d domain.Domain, m made) el {
	kids := []el{leaf("execdate", m.word())}
	text := func(name, value string) { kids = append(kids, some(leaf(name, value))...) }
	text("changed", stamp(changed(m.order.Created, m.order.Updated)))
	text("domain", string(d.Name))
	text("type", "DELETE")
	text("registry_when_date", stamp(m.when))
	text("status", cancelationStatus(d))
	if m.order.Number != 0 {
		text("log_id", strconv.FormatInt(int64(m.order.Number), 10))
	}
	if d.Account == t.c.Account.ID {
		kids = append(kids, t.q.owner.el("owner"), t.q.owner.el("updater"))
	}
	text("created", stamp(m.order.Created))
	return block("cancelation", kids...)
}

// cancelationOrders finds for each name the order by which its cancelation was made or last changed. A name whose cancelation was made
// otherwise has none, nor has one where it was taken back since, or that was registered anew.
func (t *task) cancelationOrders(ctx context.Context, ds []domain.Domain) (map[string]order.Order, error) {
	found := map[string]order.Order{}
	for len(ds) > 0 {
		part := ds[:min(len(ds), maxNames)]
		ds = ds[len(part):]
		names := make([]string, len(part))
		for i, d := range part {
			names[i] = string(d.Name)
		}
		q := command.Query{Limit: -1, Sort: []command.Sort{{Field: "number", Desc: true}}, Where: command.And(
			command.Where("object_name", command.In, names...), command.Where("command", command.In, "0103101", "0103102", "0103103"),
			command.Where("state", command.Equal, string(order.Done)))}
		page, err := do(ctx, t, command.ListOrders{Query: q, Children: true})
		if err != nil {
			return nil, err
		}
		since := map[string]time.Time{}
		for _, d := range part {
			since[string(d.Name)] = d.Created
		}
		seen := map[string]bool{}
		for _, o := range page.Orders {
			if !seen[o.ObjectName] && o.Caller.Command != "0103103" && !o.Created.Before(since[o.ObjectName]) {
				found[o.ObjectName] = o
			}
			seen[o.ObjectName] = true
		}
	}
	return found, nil
}

// maxNames bounds the names of one look-up of orders.
const maxNames = 200

// pendingCancelation is the domain, with a cancelation that has not been carried out; without one the task is refused.
func (t *task) pendingCancelation(ctx context.Context) (domain.Domain, error) {
	name, err := t.domainName()
	if err != nil {
		return domain.Domain{}, err
	}
	info, err := do(ctx, t, command.InfoDomain{Name: name})
	if err == nil && !canceled(info.Domain) {
		err = errs.F(errs.NotFound, "cancelation", "no cancelation waits").On("domain", string(info.Domain.Name))
	}
	return info.Domain, err
}

// domainWord reads a name of a list's column domain.
func domainWord(value string) string { return strings.ToLower(nameValue(value)) }
