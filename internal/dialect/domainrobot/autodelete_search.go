package domainrobot

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// autoDeleteColumns are the keys of the list of domains up for deletion.
var autoDeleteColumns = map[string]column{
	"name": {core: "name", read: nameValue}, "sld": {core: "sld", read: nameValue}, "tld": {core: "tld", read: nameValue},
	"payable": {core: "expires", dates: true}, "created": {core: "created", dates: true}, "updated": {core: "updated", dates: true},
	"status": {}, "paymentlimit": {}, "changed": {},
}

// firstNotice is how long before the expiry a domain enters the list, as its state NOTIFY_30 says.
const firstNotice = 30 * 24 * time.Hour

// autoDeleteSearch is POST /domain/autodelete/_search (0718): domains that are not renewed, from 30 days before their expiry until
// they are free.
func autoDeleteSearch(ctx context.Context, d *Dialect, q *request) (answer, error) {
	s := &search{d: d, q: q, columns: autoDeleteColumns}
	v, err := s.query(ctx)
	if err != nil {
		return answer{}, err
	}
	now := d.run.Clocks().Registrar()
	v.Where = command.And(v.Where, command.Filter{Any: []command.Filter{
		command.Where("deleted", command.NotNull),
		command.And(command.Where("auto_renew", command.Equal, string(domain.Expire)),
			command.Where("expires", command.LessEq, now.Add(firstNotice).UTC().Format(time.RFC3339Nano))),
	}})
	page, err := command.Do(ctx, d.run, q.caller, command.ListDomains{Query: v.Query, Children: v.children})
	if err != nil {
		return answer{}, err
	}
	data := make([]jsonx.Obj, len(page.Domains))
	for i, dom := range page.Domains {
		o := jsonx.Obj{{"created", stamp(dom.Created)}, {"updated", stamp(changed(dom.Created, dom.Updated))}}
		if dom.Account == q.caller.Account.ID {
			o.Add("owner", q.owner.json())
		}
		o.Add("domain", jsonx.Obj{{"name", string(dom.Name)}, {"idn", dom.Name.Unicode()}})
		o.Add("status", autoDeleteStatus(dom, now))
		addTime(&o, "paymentLimit", dom.DeletesAt(d.run.Policy(dom, now)))
		addTime(&o, "payable", dom.Expires)
		data[i] = o
	}
	return list(classAutoDelete, page.Total, data), nil
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
