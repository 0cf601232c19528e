package autodns

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/order"
)

// domainColumns are the keys of the domain list (autodns-xml.md §5.2).
var domainColumns = map[string]column{
	"name": {core: "name", text: nameValue}, "sld": {core: "sld", text: nameValue}, "tld": {core: "tld", text: nameValue},
	"expire": {core: "expires", dates: true}, "payable": {core: "expires", dates: true},
	"created": {core: "created", dates: true}, "updated": {core: "updated", dates: true}, "comment": {core: "comment"},
	"ownerc": {core: "registrant", read: contactNumber}, "adminc": {core: "admin", read: contactNumber},
	"techc": {core: "tech", read: contactNumber}, "zonec": {core: "billing", read: contactNumber},
	"nserver": {core: "server", text: nameValue}, "autorenew": {core: "auto_renew", read: autoRenewValue},
	"registry_status": {build: lockFilter}, "cancelation": {build: cancelationFilter},
	"use_privacy": {always: "false"}, "domainsafe": {always: "false"},
}

// Fields of each domain in a list: those that always stand there, and those that stand there when no key asks for others
// (autodns-xml.md §9.3, §20.6).
var (
	domainAlways   = []string{"owner", "name", "idn", "created"}
	domainDefaults = []string{"updated", "payable", "status", "registry_status"}
)

// domainList is task 0105 without a name.
func domainList(ctx context.Context, t *task) (result, error) {
	l := &listing{t: t, columns: domainColumns}
	p, err := l.page(ctx)
	if err != nil {
		return result{}, err
	}
	found, total, err := collect(ctx, p, func(ctx context.Context, q command.Query) ([]domain.Domain, command.Page, error) {
		got, err := do(ctx, t, command.ListDomains{Query: q, Children: p.children})
		return got.Domains, got.Page, err
	})
	if err != nil {
		return result{}, err
	}
	only := t.domainFields()
	whole := t.wholeContacts()
	for role := range whole {
		only[roleNames[string(role)]] = true
	}
	views, err := t.views(ctx, found, only, p.children)
	if err != nil {
		return result{}, err
	}
	contacts, err := t.contactsOf(ctx, found, whole)
	if err != nil {
		return result{}, err
	}
	out := make([]el, len(views))
	for i, v := range views {
		v.contacts, v.whole = contacts, whole
		out[i] = block("domain", t.q.domainEls(v, only)...)
	}
	return listed(total, out), nil
}

// domainFields are the fields that the answer shows.
func (t *task) domainFields() map[string]bool {
	only := t.keys()
	delete(only, "full_contact")
	defaults := domainAlways
	if len(only) == 0 {
		defaults = append(append([]string{}, domainAlways...), domainDefaults...)
	}
	for _, k := range defaults {
		only[k] = true
	}
	return only
}

// views gathers what the answer shows of each domain.
func (t *task) views(ctx context.Context, found []domain.Domain, only map[string]bool, children bool) ([]domainView, error) {
	var ids []contact.ID
	for _, d := range found {
		for _, role := range domainRoles {
			if only[roleNames[string(role)]] {
				ids = append(ids, d.Contacts[role])
			}
		}
	}
	handles, err := t.handles(ctx, ids)
	if err != nil {
		return nil, err
	}
	open := map[string]bool{}
	if only["status"] && len(found) > 0 {
		if open, err = t.openOrders(ctx, children); err != nil {
			return nil, err
		}
	}
	views := make([]domainView, len(found))
	for i, d := range found {
		views[i] = domainView{Domain: d, handles: handles, open: open[string(d.Name)], years: t.d.years(d.TLD), list: true}
	}
	return views, nil
}

// openOrders are the names with an order under way.
func (t *task) openOrders(ctx context.Context, children bool) (map[string]bool, error) {
	where := command.And(command.Where("state", command.In, string(order.Sent), string(order.Pending)), command.Where("object_kind", command.Equal, "domain"))
	p := page{query: command.Query{Where: where}, limit: maxListed}
	os, _, err := collect(ctx, p, func(ctx context.Context, q command.Query) ([]order.Order, command.Page, error) {
		got, err := do(ctx, t, command.ListOrders{Query: q, Children: children})
		return got.Orders, got.Page, err
	})
	names := map[string]bool{}
	for _, o := range os {
		names[o.ObjectName] = true
	}
	return names, err
}

// contactsOf reads the whole contacts that the answer shows. Contacts of descendants stay numbers.
func (t *task) contactsOf(ctx context.Context, found []domain.Domain, whole map[domain.Role]bool) (map[contact.ID]contact.Contact, error) {
	out := map[contact.ID]contact.Contact{}
	for _, d := range found {
		for role := range whole {
			id := d.Contacts[role]
			if _, seen := out[id]; seen || id == 0 || d.Account != t.c.Account.ID {
				continue
			}
			k, err := do(ctx, t, command.FindContact{ID: id})
			if missing(err) {
				continue
			}
			if err != nil {
				return nil, err
			}
			out[id] = k.Contact
		}
	}
	return out, nil
}

// nameValue brings a name, a part of one or a pattern into A-labels in small letters, without a dot at its end.
func nameValue(value string) string {
	value = strings.TrimSuffix(strings.ToLower(value), ".")
	labels := strings.Split(value, ".")
	for i, l := range labels {
		if n, err := dname.ParseHost(l); err == nil {
			labels[i] = string(n)
		}
	}
	return strings.Join(labels, ".")
}

func autoRenewValue(_ context.Context, _ *task, value string) (string, bool, error) {
	a, ok := autoRenewOf(value)
	return string(a), ok, nil
}

// cancelationFilter asks for domains that are canceled at their expiry, or deleted. One on a date before the expiry counts among the
// former.
func cancelationFilter(value string) command.Filter {
	switch strings.ToUpper(strings.TrimSpace(value)) {
	case "DELETE_EXPIRE":
		return whereEnding()
	case "DELETE":
		return command.Filter{All: []command.Filter{command.Where("deleted", command.NotNull)}}
	}
	return always(false)
}

// lockFilter asks for lock and hold by the words of registry_status.
func lockFilter(value string) command.Filter {
	word := strings.ReplaceAll(strings.ToUpper(value), "-", "_")
	if word == "PENDING" {
		return command.Filter{Any: []command.Filter{command.Where("deleted", command.NotNull), command.Where("outgoing", command.NotNull)}}
	}
	w, ok := lockWords[word]
	if !ok {
		return always(false)
	}
	is := func(status string, set bool) command.Filter {
		return command.Where("status", map[bool]command.Op{true: command.Equal, false: command.NotEqual}[set], status)
	}
	return command.Filter{All: []command.Filter{is(domain.ClientTransferProhibit, w.lock), is(domain.ClientHold, w.hold),
		command.Where("deleted", command.IsNull), command.Where("outgoing", command.IsNull)}}
}
