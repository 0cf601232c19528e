package domainrobot

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// A cancelation is the day on which a domain is to be deleted: that of its expiry (EXPIRE), or one before it (DATE). A domain that
// merely does not renew itself is shown like one at the expiry. An executed one is a deletion (domainrobot-json.md §8.2, §9.2).

// Words of ExecutionTypeConstants.
const (
	execNow    = "NOW"
	execExpire = "EXPIRE"
	execDate   = "DATE"
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
	case execOf(d).word == execExpire:
		return "DELETE_EXPIRE"
	}
	return "DELETE"
}

// execution is when a cancelation is to be carried out; on counts for DATE alone.
type execution struct {
	word string
	on   time.Time
}

// execOf is when a domain's cancelation will be carried out.
func execOf(d domain.Domain) execution {
	if d.DeleteOn.IsZero() || d.DeleteOn.Equal(d.Expires) {
		return execution{word: execExpire}
	}
	return execution{execDate, d.DeleteOn}
}

// at is the point in time for a domain.
func (x execution) at(d domain.Domain, now time.Time) time.Time {
	switch x.word {
	case execNow:
		return now
	case execDate:
		return x.on
	}
	return d.Expires
}

const cancelationPath = "domainCancelation"

// readCancelation reads the object; was is what stands when an item is left out (domainrobot-json.md §7: DELETE, EXPIRE).
func readCancelation(q *request, was execution) (execution, error) {
	r := &reader{v: q.body, path: cancelationPath}
	if kind := r.word("type", "DELETE", "TRANSIT", "PREACK"); kind == "TRANSIT" || kind == "PREACK" {
		r.Add(bad(errs.Unsupported, r.at("type"), kind, "only DELETE is supported"))
	}
	if on, _ := r.flag("disconnect"); on {
		r.Add(bad(errs.Unsupported, r.at("disconnect"), "true", "belongs to TRANSIT, which is not supported"))
	}
	when := r.date("registryWhen")
	x := was
	if word := r.word("execution", execNow, execExpire, execDate); word != "" {
		x = execution{word: word}
	}
	if x.word != execDate {
		return x, r.Err() // what an answer has said comes back
	}
	if !when.IsZero() {
		x.on = when
	}
	if x.on.IsZero() {
		r.Add(bad(errs.Missing, r.at("registryWhen"), "", "is required for the execution DATE"))
	}
	return x, r.Err()
}

// cancel carries a cancelation out or notes it, and answers with it (domainrobot-json.md §15, no. 11).
func (d *Dialect) cancel(ctx context.Context, q *request, dom domain.Domain, x execution) (answer, error) {
	now := d.run.Clocks().Registrar()
	if x.word == execNow {
		q.caller.Notice = order.NoticeIfPending // the deletion itself is a message
		out, err := command.Do(ctx, d.run, q.caller, command.DeleteDomain{Name: string(dom.Name)})
		if err != nil {
			return answer{}, err
		}
		return one(classCancelation, string(dom.Name), q.cancelationJSON(dom, x, now, out.Order)), nil
	}
	when, path := x.at(dom, now), cancelationPath+".registryWhen"
	switch {
	case when.After(dom.Expires):
		return answer{}, bad(errs.Invalid, path, stamp(when), "lies behind the expiry on %s; renew the domain first", stamp(dom.Expires))
	case when.Before(now) && x.word == execDate:
		return answer{}, bad(errs.Invalid, path, stamp(when), "lies in the past")
	}
	expire := domain.Expire
	cmd := command.UpdateDomain{Name: string(dom.Name), AutoRenew: &expire, DeleteOn: &when, Always: true}
	if x.word == execExpire && when.Before(now) { // expired already: time will delete it
		cmd.DeleteOn = nil
	}
	q.caller.Notice = order.NoticeNever
	out, err := command.Do(ctx, d.run, q.caller, cmd)
	if err != nil {
		return answer{}, err
	}
	notice := internetx.AtExpiry
	if x.word == execDate {
		notice = internetx.AtDate
	}
	a := one(classCancelation, string(dom.Name), q.cancelationJSON(dom, x, now, out.Order))
	a.messages = []message{q.notice(notice, "domain", string(dom.Name))}
	return a, nil
}

// notice is a message that tells something beside a success.
func (q *request) notice(c internetx.Cause, class, value string) message {
	return message{text: c.Text.In(q.german()), code: c.Code, status: "NOTICE", objects: objects(class, value)}
}

// cancelationJSON writes a DomainCancelation; o is the order that made it, as far as one is known.
func (q *request) cancelationJSON(d domain.Domain, x execution, now time.Time, o order.Order) jsonx.Obj {
	var c jsonx.Obj
	addTime(&c, "created", o.Created)
	addTime(&c, "updated", changed(o.Created, o.Updated))
	if d.Account == q.caller.Account.ID {
		c.Add("owner", q.owner.json())
		c.Add("updater", q.owner.json())
	}
	c.Add("domain", string(d.Name))
	addTime(&c, "registryWhen", x.at(d, now))
	c.Add("disconnect", false)
	c.AddIf(o.Number != 0, "logId", int64(o.Number))
	c.Add("registryStatus", registryStatus(d, ""))
	c.Add("status", map[bool]string{true: "DELETE_EXPIRE", false: "DELETE"}[x.word == execExpire])
	c.Add("type", "DELETE")
	c.Add("execution", x.word)
	return c
}

// cancelationOrders finds for each name the order by which its cancelation was made or last changed, through either of the vendor's
// interfaces. A name whose cancelation was made otherwise has none, nor has one where it was taken back since, or that was registered
// anew.
func (d *Dialect) cancelationOrders(ctx context.Context, q *request, ds []domain.Domain) (map[string]order.Order, error) {
	var names []string
	for _, dom := range ds {
		if canceled(dom) {
			names = append(names, string(dom.Name))
		}
	}
	found, err := command.Do(ctx, d.run, q.caller, command.LatestOrders{Names: names, Where: aboutCancelations, Children: true})
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

// pendingCancelation is the domain of the address, with a cancelation that is shown.
func (d *Dialect) pendingCancelation(ctx context.Context, q *request) (domain.Domain, error) {
	info, err := command.Do(ctx, d.run, q.caller, command.InfoDomain{Name: q.arg("name")})
	if err == nil && !ending(info.Domain) {
		err = errs.F(errs.NotFound, "cancelation", "no cancelation waits").On("domain", string(info.Domain.Name))
	}
	return info.Domain, err
}
