package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// domainUpdate is PUT /domain/{name} (0102). Items that are not given stay; name servers are replaced as a whole; the comment and
// the authinfo of an object that comes back are ignored (domainrobot-json.md §8.2).
func domainUpdate(ctx context.Context, d *Dialect, q *request) (answer, error) {
	o, err := d.readDomain(ctx, q)
	if err != nil {
		return answer{}, err
	}
	if err := d.consents(ctx, q, q.arg("name"), o); err != nil {
		return answer{}, err
	}
	cmd := command.UpdateDomain{Name: q.arg("name"), Contacts: o.contacts, AutoRenew: o.autoRenew, Lock: o.lock, Hold: o.hold, DNSSEC: o.keys}
	// The list replaces the stored one, even if it is empty (domainrobot-json.md §8.2).
	if empty := q.body.Get("nameServers").Kind == jsonx.Array; o.servers.Given() || empty {
		cmd.Servers = &o.servers
	}
	return d.changeDomain(ctx, q, cmd)
}

// domainStatus is PUT /domain/{name}/_statusUpdate (0102002): ACTIVE, LOCK, HOLD, HOLD_LOCK.
func domainStatus(ctx context.Context, d *Dialect, q *request) (answer, error) {
	r := &reader{v: q.body, path: "domain"}
	lock, hold := readRegistryStatus(r)
	if err := r.Err(); err != nil {
		return answer{}, err
	}
	if lock == nil {
		return answer{}, bad(errs.Missing, "domain.registryStatus", r.v.Get("registryStatus").Str(), "must be one of ACTIVE, HOLD, LOCK, HOLD_LOCK")
	}
	return d.changeDomain(ctx, q, command.UpdateDomain{Name: q.arg("name"), Lock: lock, Hold: hold})
}

func (d *Dialect) changeDomain(ctx context.Context, q *request, cmd command.UpdateDomain) (answer, error) {
	q.caller.Notice, cmd.Always = order.NoticeAlways, true // the job that is announced exists also when nothing differs
	out, err := command.Do(ctx, d.run, q.caller, cmd)
	if err != nil {
		return answer{}, err
	}
	return q.started(out, shownName(cmd.Name)), nil
}

// domainComment is PUT /domain/{name}/_comment (0102004); it is done at once.
func domainComment(ctx context.Context, d *Dialect, q *request) (answer, error) {
	comment, err := commentOf(&reader{v: q.body, path: "domain"})
	if err != nil {
		return answer{}, err
	}
	out, err := command.Do(ctx, d.run, q.caller, command.UpdateDomain{Name: q.arg("name"), Comment: &comment})
	if err != nil {
		return answer{}, err
	}
	a := one(classDomain, shownName(q.arg("name")))
	if out.Pending {
		return q.started(out, shownName(q.arg("name"))), nil
	}
	return a, nil
}
