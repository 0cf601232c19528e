package domainrobot

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// domainCreate is POST /domain (0101). A refusal is an error at once; an accepted order answers with its job, which may have ended
// already (domainrobot-json.md §5, §8.2).
func domainCreate(ctx context.Context, d *Dialect, q *request) (answer, error) {
	var l errs.List
	r := &reader{v: q.body, path: "domain"}
	name, _ := r.text("name")
	if name = strings.TrimSpace(name); name == "" {
		r.Add(bad(errs.Missing, "domain.name", "", "is required"))
	}
	years := readYears(r)
	o, err := d.readDomain(ctx, q)
	if errs.Is(err, errs.Internal) {
		return answer{}, err
	}
	l.Add(errs.As(r.Err()))
	l.Add(errs.As(err))
	if !o.keys.Empty() {
		l.Add(bad(errs.Unsupported, "domain.dnssecData", "", "set the keys once the domain is registered"))
	}
	if err := l.Err(); err != nil {
		return answer{}, err
	}
	// The zone contact is the one that clients may leave out (domainrobot-json.md §8.2).
	if tech, ok := o.contacts[domain.Tech]; ok && !hasRole(o, domain.Billing) {
		o.contacts[domain.Billing] = tech
	}
	cmd := command.RegisterDomain{Name: name, Years: years, Contacts: o.contacts, Servers: o.servers, AutoRenew: domain.Renew}
	if o.autoRenew != nil {
		cmd.AutoRenew = *o.autoRenew
	}
	cmd.Lock = o.lock != nil && *o.lock
	if err := d.agreePrice(ctx, q, &cmd); err != nil {
		return answer{}, err
	}
	q.caller.Notice = order.NoticeAlways
	out, err := command.Do(ctx, d.run, q.caller, cmd)
	if err != nil {
		return answer{}, err
	}
	return q.started(out, shownName(name)), nil
}

func hasRole(o domainOrder, role domain.Role) bool {
	_, ok := o.contacts[role]
	return ok
}

// started answers an order: N and its job. Where nothing had to be done there is no job to wait for: the answer is S, with what
// such a job would have said, for clients read data[0].
func (q *request) started(out command.Outcome, name string) answer {
	a := one(classDomain, name)
	if out.Order.Number == 0 && !q.caller.DryRun {
		a.data = []jsonx.Obj{{{"owner", q.owner.json()}, {"updater", q.updater.json()}, {"status", "SUCCESS"}}}
		return a
	}
	a.letter, a.data = 'N', []jsonx.Obj{q.jobJSON(out.Order)}
	return a
}
