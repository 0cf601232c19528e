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

// A cancelation is the day on which a domain is to be deleted: that of its expiry (execdate expire), or one before it. A domain that
// merely does not renew itself is shown like one at the expiry. An executed one is a deletion (autodns-xml.md §10).

// Words of execdate.
const (
	execNow    = "now"
	execExpire = "expire"
)

// canceled reports whether there is a cancelation that has not been carried out.
func canceled(d domain.Domain) bool { return d.Deleted.IsZero() && !d.DeleteOn.IsZero() }

// ending reports whether a cancelation is shown: there is one, or the domain does not renew itself.
func ending(d domain.Domain) bool {
	return d.Deleted.IsZero() && (d.AutoRenew == domain.Expire || !d.DeleteOn.IsZero())
}

// whereEnding asks for the domains that ending is about.
func whereEnding() command.Filter {
	return command.And(command.Where("deleted", command.IsNull), command.Filter{Any: []command.Filter{
		command.Where("auto_renew", command.Equal, string(domain.Expire)), command.Where("delete_on", command.NotNull)}})
}

// cancelationStatus is a domain's cancelation in one word, "" for none. A domain that is deleted already keeps the word for it.
func cancelationStatus(d domain.Domain) string {
	switch {
	case !d.Deleted.IsZero():
		return "DELETE"
	case !ending(d):
		return ""
	case execOf(d).expire:
		return "DELETE_EXPIRE"
	}
	return "DELETE"
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
	if d.DeleteOn.IsZero() || d.DeleteOn.Equal(d.Expires) {
		return exec{expire: true}
	}
	return exec{on: d.DeleteOn}
}

// at is the point in time for a domain, unless it is now.
func (x exec) at(d domain.Domain) time.Time {
	if x.expire {
		return d.Expires
	}
	return x.on
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
	when := x.at(d)
	if when.After(d.Expires) {
		return result{}, bad(errs.Invalid, "request.task.cancelation.execdate", t.object.ChildTrim("execdate"),
			"lies behind the expiry on "+stamp(d.Expires)+"; renew the domain first")
	}
	expire := domain.Expire
	cmd := command.UpdateDomain{Name: name, AutoRenew: &expire, DeleteOn: &when, Always: true}
	if x.expire && when.Before(t.d.run.Clocks().Registrar()) { // expired already: time will delete it
		cmd.DeleteOn = nil
	}
	t.c.Notice = order.NoticeNever
	out, err := do(ctx, t, cmd)
	if err != nil {
		return result{}, err
	}
	d.AutoRenew, d.DeleteOn = expire, when // a demo order changes nothing
	notice := internetx.AtExpiry
	if !x.expire {
		notice = internetx.AtDate
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

// cancelationOrders finds for each name the order by which its cancelation was made or last changed, through either of the vendor's
// interfaces. A name whose cancelation was made otherwise has none, nor has one where it was taken back since, or that was registered
// anew.
func (t *task) cancelationOrders(ctx context.Context, ds []domain.Domain) (map[string]order.Order, error) {
	var names []string
	for _, dom := range ds {
		if canceled(dom) {
			names = append(names, string(dom.Name))
		}
	}
	found, err := do(ctx, t, command.LatestOrders{Names: names, Where: aboutCancelations, Children: true})
	for _, dom := range ds {
		if o := found[string(dom.Name)]; !makesCancelation(o) || o.Created.Before(dom.Created) {
			delete(found, string(dom.Name))
		}
	}
	return found, err
}

// aboutCancelations are orders that made cancelations of names, or took them back: a name with one is renewed only without it.
var aboutCancelations = command.Filter{Any: []command.Filter{command.Where("command", command.In, "0103101", "0103102", "0103103"),
	command.Where("operation", command.In, string(order.RenewDomain), string(order.RestoreDomain))}}

// makesCancelation reports whether an order noted a cancelation for later.
func makesCancelation(o order.Order) bool {
	return o.Operation == order.UpdateDomain && (o.Caller.Command == "0103101" || o.Caller.Command == "0103102")
}

// pendingCancelation is the domain, with a cancelation that is shown; without one the task is refused.
func (t *task) pendingCancelation(ctx context.Context) (domain.Domain, error) {
	name, err := t.domainName()
	if err != nil {
		return domain.Domain{}, err
	}
	info, err := do(ctx, t, command.InfoDomain{Name: name})
	if err == nil && !ending(info.Domain) {
		err = errs.F(errs.NotFound, "cancelation", "no cancelation waits").On("domain", string(info.Domain.Name))
	}
	return info.Domain, err
}

// domainWord reads a name of a list's column domain.
func domainWord(value string) string { return strings.ToLower(nameValue(value)) }
