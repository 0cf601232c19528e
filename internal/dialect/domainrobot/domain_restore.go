package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// domainRestore is PUT /domain/{name}/_restore (0101005): the domain comes back from its redemption, for a fee. RESTORE_RENEW also
// undoes a cancelation that waits, without one (domainrobot-json.md §8.2).
func domainRestore(ctx context.Context, d *Dialect, q *request) (answer, error) {
	r := &reader{v: q.body, path: "domain"}
	action, _ := r.text("action")
	if action != "DELETE" && action != "DROP" { // an object that comes back as it was read
		action = r.word("action", "RESTORE", "RESTORE_RENEW", "RESTORE_ARGP", "RESTORE_NE")
	}
	o, err := d.readDomain(ctx, q)
	if err != nil {
		return answer{}, err
	}
	if err := r.Err(); err != nil {
		return answer{}, err
	}
	name := q.arg("name")
	info, err := command.Do(ctx, d.run, q.caller, command.InfoDomain{Name: name})
	if err == nil {
		err = changesNothing(info.Domain, o)
	}
	if err != nil {
		return answer{}, err
	}
	q.caller.Notice = order.NoticeAlways
	if action == "RESTORE_RENEW" && ending(info.Domain) {
		out, err := command.Do(ctx, d.run, q.caller, kept(name))
		if err != nil {
			return answer{}, err
		}
		return q.started(out, shownName(name)), nil
	}
	out, err := command.Do(ctx, d.run, q.caller, command.RestoreDomain{Name: name})
	if err != nil {
		return answer{}, err
	}
	return q.started(out, shownName(name)), nil
}

// changesNothing refuses other contacts and name servers than those that a domain comes back with.
func changesNothing(d domain.Domain, o domainOrder) error {
	var l errs.List
	other := func(item string) {
		l.Add(bad(errs.Unsupported, "domain."+item, "", "change this once the domain is restored"))
	}
	for _, role := range domainRoles {
		if ref, ok := o.contacts[role]; ok && (ref.New != nil || ref.ID != d.Contacts[role]) {
			other(roleNames[string(role)])
		}
	}
	same := len(o.servers.Servers) == len(d.Servers)
	for i := 0; same && i < len(d.Servers); i++ {
		same = o.servers.Servers[i].Name == d.Servers[i].Name
	}
	if len(o.servers.Servers) > 0 && !same {
		other("nameServers")
	}
	return l.Err()
}
