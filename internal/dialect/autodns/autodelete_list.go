package autodns

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
)

// autoDeleteColumns are the keys of the list of domains that will be deleted unless they are renewed.
var autoDeleteColumns = map[string]column{
	"name": {core: "name", text: nameValue}, "sld": {core: "sld", text: nameValue}, "tld": {core: "tld", text: nameValue},
	"payable": {core: "expires", dates: true}, "expire": {core: "expires", dates: true}, "created": {core: "created", dates: true},
	"updated": {core: "updated", dates: true},
}

// firstNotice is how long before the expiry a domain enters the list, as its state NOTIFY_30 says.
const firstNotice = 30 * 24 * time.Hour

// autoDeleteList is task 0718: domains that are not renewed, from 30 days before their expiry until they are free
// (autodns-xml.md §9.3).
func autoDeleteList(ctx context.Context, t *task) (result, error) {
	l := &listing{t: t, columns: autoDeleteColumns}
	p, err := l.page(ctx)
	if err != nil {
		return result{}, err
	}
	now := t.d.run.Clocks().Registrar()
	p.query.Where = command.And(p.query.Where, command.Filter{Any: []command.Filter{
		command.Where("deleted", command.NotNull),
		command.And(command.Where("auto_renew", command.Equal, string(domain.Expire)),
			command.Where("expires", command.LessEq, now.Add(firstNotice).UTC().Format(time.RFC3339Nano))),
	}})
	found, total, err := t.domains(ctx, p)
	out := make([]el, len(found))
	for i, d := range found {
		kids := []el{leaf("name", string(d.Name)), leaf("status", autoDeleteStatus(d, now)), leaf("payable", stamp(d.Expires)),
			leaf("payment_limit", stamp(d.DeletesAt(t.d.run.Policy(d, now))))}
		if d.Account == t.c.Account.ID {
			kids = append(kids, t.q.owner.el("owner"))
		}
		out[i] = block("autodelete", kids...)
	}
	return listed(total, out), err
}

// autoDeleteStatus is how far a domain is on its way out.
func autoDeleteStatus(d domain.Domain, now time.Time) string {
	switch d.Phase(now) {
	case domain.Redemption, domain.Releasing:
		return "DELETED"
	case domain.Expired:
		return "PENDING"
	}
	return "NOTIFY_30"
}
