package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
)

// domainInquire is task 0105: with a name one domain, else a list.
func domainInquire(ctx context.Context, t *task) (result, error) {
	name := t.object.ChildTrim("name")
	if name == "" {
		return domainList(ctx, t)
	}
	info, err := do(ctx, t, command.InfoDomain{Name: name})
	if err != nil {
		return result{}, err
	}
	v, err := t.view(ctx, info)
	if err != nil {
		return result{}, err
	}
	t.subject = object{"domain", string(info.Domain.Name)}
	r := t.done('S')
	r.data = []el{block("domain", t.q.domainEls(v, nil)...)}
	return r, nil
}

// view gathers what an answer about one domain needs.
func (t *task) view(ctx context.Context, info command.DomainInfo) (domainView, error) {
	v := domainView{Domain: info.Domain, authInfo: info.AuthInfo, open: info.Open != "", whole: t.wholeContacts(), contacts: map[contact.ID]contact.Contact{}}
	ids := make([]contact.ID, 0, len(info.Contacts))
	for role, k := range info.Contacts {
		v.contacts[k.ID] = k
		ids = append(ids, info.Domain.Contacts[role])
	}
	v.years = t.d.years(info.Domain.TLD)
	var err error
	v.handles, err = t.handles(ctx, ids)
	return v, err
}

// years is the period by which domains of an ending renew themselves; 0 for an ending that is not sold any more.
func (d *Dialect) years(ending string) int {
	if tld := d.run.Catalog().TLD(ending); tld != nil {
		return tld.MinYears
	}
	return 0
}
