package domainrobot

import (
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// domainView is a domain with what an answer about it needs.
type domainView struct {
	domain.Domain
	handles  map[contact.ID]string
	contacts map[domain.Role]contact.Contact // whole contacts, nil where numbers do
	authInfo string
	open     order.State // state of an order under way
	tld      *catalog.TLD
	now      time.Time // registrar time
}

// domainJSON writes a Domain object in the form of the vendor's captures (domainrobot-json.md §13); only says which items, nil
// for all.
func (q *request) domainJSON(v domainView, only map[string]bool) jsonx.Obj {
	var o jsonx.Obj
	add := func(name string, value any, given bool) {
		if given && (only == nil || only[strings.ToLower(name)]) {
			o.Add(name, value)
		}
	}
	own := v.Account == q.caller.Account.ID
	add("created", stamp(v.Created), true)
	add("updated", stamp(changed(v.Created, v.Updated)), true)
	add("owner", q.owner.json(), own)
	add("updater", q.owner.json(), own)
	add("name", string(v.Name), true)
	add("idn", v.Name.Unicode(), true)
	add("domainCreated", stamp(v.Created), true)
	add("registryStatus", registryStatus(v.Domain, v.open), true)
	add("nameServers", serversJSON(v.Servers), len(v.Servers) > 0)
	if v.tld != nil {
		add("period", period(v.tld.MinYears), true)
	}
	add("trustee", false, true)
	add("privacy", false, true)
	add("authinfo", v.authInfo, v.authInfo != "")
	add("domainsafe", false, true)
	add("comment", v.Comment, v.Comment != "")
	add("registrarStatus", "ACTIVE", true)
	add("rddsOptIn", "NOT_SET", true)
	for _, role := range domainRoles {
		id, ok := v.Contacts[role]
		handle := v.handles[id]
		if k, whole := v.contacts[role]; whole {
			add(roleNames[string(role)], q.contactJSON(k, handle, nil), ok)
			continue
		}
		add(roleNames[string(role)], jsonx.Obj{{"id", numberOf(handle)}}, ok && handle != "")
	}
	add("expire", stamp(v.Expires), !v.Expires.IsZero())
	add("payable", stamp(v.Expires), !v.Expires.IsZero())
	action := actionOf(v.Domain, v.now)
	add("action", action, action != "")
	add("dnssec", !v.DNSSEC.Empty(), true)
	cancelation := cancelationStatus(v.Domain)
	add("cancelationStatus", cancelation, cancelation != "")
	add("autoRenewStatus", autoRenews[v.AutoRenew], autoRenews[v.AutoRenew] != "")
	keys := keysJSON(v.DNSSEC)
	add("dnssecData", keys, len(keys) > 0)
	return o
}

// actionOf is the last operation, where the domain's state tells it: deleted, or deleted for good.
func actionOf(d domain.Domain, now time.Time) string {
	switch d.Phase(now) {
	case domain.Redemption:
		return "DELETE"
	case domain.Releasing:
		return "DROP"
	}
	return ""
}

// registryStatus is a domain's lock in one word; PENDING, before all others, while it is deleted, asked for by another registrar, or
// waits for the registry.
func registryStatus(d domain.Domain, open order.State) string {
	hold := d.Has(domain.ClientHold)
	switch {
	case !d.Deleted.IsZero() || d.Outgoing != nil || open == order.Pending:
		return "PENDING"
	case hold && d.Locked():
		return "HOLD_LOCK"
	case d.Locked():
		return "LOCK"
	case hold:
		return "HOLD"
	}
	return "ACTIVE"
}

func serversJSON(servers []host.Server) []jsonx.Obj {
	out := make([]jsonx.Obj, len(servers))
	for i, s := range servers {
		out[i] = jsonx.Obj{{"name", string(s.Name)}}
		if len(s.Addresses) > 0 {
			var ips []string
			for _, ip := range s.Addresses {
				ips = append(ips, ip.String())
			}
			out[i].Add("ipAddresses", ips)
		}
	}
	return out
}

func period(years int) jsonx.Obj { return jsonx.Obj{{"unit", "YEAR"}, {"period", years}} }

// tldOf finds the catalog's entry for a name; nil when it is not sold any more.
func (d *Dialect) tldOf(n dname.Name) *catalog.TLD {
	_, tld, err := d.run.Catalog().Split(n)
	if err != nil {
		return nil
	}
	return tld
}

// shownName is a domain name as envelopes show it: as A-labels where it can be read.
func shownName(text string) string {
	if n, err := dname.Parse(text); err == nil {
		return string(n)
	}
	return clip(text)
}
