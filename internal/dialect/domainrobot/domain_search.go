package domainrobot

import (
	"context"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// domainColumns are the keys of POST /domain/_search (domainrobot-json.md §8.2).
var domainColumns = map[string]column{
	"name": {core: "name", read: nameValue}, "sld": {core: "sld", read: nameValue}, "tld": {core: "tld", read: nameValue},
	"expire": {core: "expires", dates: true}, "payable": {core: "expires", dates: true},
	"created": {core: "created", dates: true}, "updated": {core: "updated", dates: true}, "comment": {core: "comment"},
	"ownerc": {core: "registrant", read: contactNumber, exact: true}, "adminc": {core: "admin", read: contactNumber, exact: true},
	"techc": {core: "tech", read: contactNumber, exact: true}, "zonec": {core: "billing", read: contactNumber, exact: true},
	"nserver": {core: "server", read: nameValue}, "autorenew": {core: "auto_renew", read: autoRenewValue, exact: true},
	"status": {core: "status", build: statusFilter, exact: true},
	"subtld": {}, "authinfo": {}, "action": {}, "certificate": {}, "cancelationstatus": {}, "domainsafe": {}, "dnssec": {},
}

// domainItems are the items of a Domain object that some keys stand for under another name.
var domainItems = map[string][]string{
	"nserver": {"nameservers"}, "autorenew": {"autorenewstatus"}, "status": {"registrystatus", "registrarstatus"},
	"registry_status": {"registrystatus"}, "use_privacy": {"privacy"},
}

// domainDefaults are the columns of a list without further keys.
var domainDefaults = []string{"created", "updated", "owner", "updater", "name", "idn"}

// domainSearch is POST /domain/_search (0105).
func domainSearch(ctx context.Context, d *Dialect, q *request) (answer, error) {
	s := &search{d: d, q: q, columns: domainColumns}
	v, err := s.query(ctx)
	if err != nil {
		return answer{}, err
	}
	page, err := command.Do(ctx, d.run, q.caller, command.ListDomains{Query: v.Query, Children: v.children})
	if err != nil {
		return answer{}, err
	}
	data, err := d.listed(ctx, q, page.Domains)
	return list(classDomain, page.Total, data), err
}

// listed writes a list's domains: the usual items and those of the keys.
func (d *Dialect) listed(ctx context.Context, q *request, ds []domain.Domain, more ...string) ([]jsonx.Obj, error) {
	only := map[string]bool{}
	for _, k := range slices.Concat(q.keys(), domainDefaults, more) {
		k = strings.ToLower(k)
		only[k] = true
		for _, item := range domainItems[k] {
			only[item] = true
		}
	}
	var ids []contact.ID
	for _, dom := range ds {
		for _, role := range domainRoles {
			if id, ok := dom.Contacts[role]; ok && only[roleNames[string(role)]] {
				ids = append(ids, id)
			}
		}
	}
	handles, err := d.handles(ctx, q, distinct(ids))
	if err != nil {
		return nil, err
	}
	data := make([]jsonx.Obj, len(ds))
	for i, dom := range ds {
		data[i] = q.domainJSON(domainView{Domain: dom, handles: handles, tld: d.tldOf(dom.Name), now: d.run.Clocks().Registrar()}, only)
	}
	return data, nil
}

// nameValue brings a name or a part of one into A-labels in small letters, without a dot at either end; other text stays.
func nameValue(_ context.Context, _ *search, value string) (string, bool, error) {
	value = strings.Trim(strings.TrimSpace(value), ".")
	if n, err := dname.ParseHost(value); err == nil {
		return string(n), true, nil
	}
	return strings.ToLower(value), true, nil
}

func autoRenewValue(_ context.Context, _ *search, value string) (string, bool, error) {
	a, ok := autoRenewOf(value)
	return string(a), ok, nil
}

// statusFilter asks for domains by the words of registryStatus, as registryStatus gives them.
func statusFilter(value string) (command.Filter, bool) {
	is := func(status string, set bool) command.Filter {
		return command.Where("status", map[bool]command.Op{true: command.Equal, false: command.NotEqual}[set], status)
	}
	locks := func(lock, hold bool) command.Filter {
		return command.Filter{All: []command.Filter{is(domain.ClientTransferProhibit, lock), is(domain.ClientHold, hold),
			command.Where("deleted", command.IsNull), command.Where("outgoing", command.IsNull)}}
	}
	switch strings.ToUpper(strings.TrimSpace(value)) {
	case "ACTIVE":
		return locks(false, false), true
	case "LOCK":
		return locks(true, false), true
	case "HOLD":
		return locks(false, true), true
	case "HOLD_LOCK":
		return locks(true, true), true
	case "PENDING":
		return command.Filter{Any: []command.Filter{command.Where("deleted", command.NotNull), command.Where("outgoing", command.NotNull)}}, true
	}
	return command.Filter{}, false
}
