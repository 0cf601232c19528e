package autodns

import (
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/host"
)

// domainView is a domain with what an answer about it needs.
type domainView struct {
	domain.Domain
	handles map[contact.ID]string
	// contacts are whole contacts, by number; whole says for which roles they stand in place of the number.
	contacts map[contact.ID]contact.Contact
	whole    map[domain.Role]bool
	authInfo string
	open     bool // an order is under way
	years    int  // the period, 0 when unknown
	list     bool // in a list
}

// domainEls are a domain's fields in the order of autodns-xml.md §20.5; only says which of them, nil for all.
func (q *request) domainEls(v domainView, only map[string]bool) []el {
	var out []el
	add := func(e el) {
		if (only == nil || only[e.name]) && (e.text != "" || len(e.kids) > 0) {
			out = append(out, e)
		}
	}
	text := func(name, value string) { add(leaf(name, value)) }
	own := v.Account == q.caller.Account.ID
	if v.list && own {
		add(q.owner.el("owner"))
	}
	text("name", string(v.Name))
	if v.Name.IDN() {
		text("idn", v.Name.Unicode())
	}
	for _, role := range domainRoles {
		add(q.contactEl(v, role))
	}
	for _, s := range v.Servers {
		add(block("nserver", serverEls(s)...))
	}
	for _, k := range keyEls(v.DNSSEC) {
		if !v.list {
			add(k)
		}
	}
	if v.years > 0 {
		text("period", strconv.Itoa(v.years))
	}
	text("authinfo", v.authInfo)
	text("status", map[bool]string{true: "PENDING", false: "SUCCESS"}[v.open])
	text("registry_status", registryStatus(v.Domain))
	text("registrar_status", map[bool]string{true: "HOLD", false: "ACTIVE"}[suspension(v.Domain) != ""])
	text("registrar_status_reason", suspension(v.Domain))
	text("autorenew", autoRenews[v.AutoRenew])
	text("cancelation", cancelationStatus(v.Domain))
	text("use_privacy", "0")
	text("use_trustee", "0")
	if v.list {
		text("domainsafe", "false")
		text("dnssec", map[bool]string{true: "false", false: "true"}[v.DNSSEC.Empty()])
	} else {
		text("domainsafe", "0")
	}
	text("comment", v.Comment)
	if !v.Deleted.IsZero() {
		text("action", "DELETE")
	}
	text("created", stamp(v.Created))
	text("updated", stamp(changed(v.Created, v.Updated)))
	text("payable", stamp(v.Expires))
	text("expire", stamp(v.Expires))
	text("deleted", stamp(v.Deleted))
	if !v.list {
		add(q.owner.el("owner"))
	}
	if own {
		add(q.owner.el("updater"))
	}
	return out
}

// contactEl is a role's contact: its number, or the whole contact.
func (q *request) contactEl(v domainView, role domain.Role) el {
	item := roleNames[string(role)]
	id, ok := v.Contacts[role]
	if !ok {
		return el{}
	}
	if k, known := v.contacts[id]; known && v.whole[role] {
		return block(item, q.contactEls(k, v.handles[id], nil)...)
	}
	return leaf(item, v.handles[id])
}

func serverEls(s host.Server) []el {
	out := []el{leaf("name", string(s.Name))}
	for _, a := range s.Addresses {
		if a.Unmap().Is4() {
			out = append(out, leaf("ip", a.Unmap().String()))
		}
	}
	for _, a := range s.Addresses {
		if !a.Unmap().Is4() {
			out = append(out, leaf("ip6", a.String()))
		}
	}
	return out
}

// suspension is why the platform took a domain out of the zone, "" when it did not.
func suspension(d domain.Domain) string {
	for _, why := range d.HeldFor {
		if word := suspensions[why]; word != "" {
			return word
		}
	}
	return ""
}

// suspensions are the reasons by the core's words.
var suspensions = map[string]string{domain.HeldExpiry: "expire", domain.HeldVerification: "ocval"}

// registryStatus is a domain's lock and hold in one word; PENDING while it is on its way out, deleted or asked for by another
// registrar.
func registryStatus(d domain.Domain) string {
	if !d.Deleted.IsZero() || d.Outgoing != nil {
		return "PENDING"
	}
	for word, w := range lockWords {
		if w.lock == d.Locked() && w.hold == d.Has(domain.ClientHold) {
			return word
		}
	}
	return "NONE"
}

// wholeContacts are the roles that the task asks whole contacts for: show_handle_details in the task or its view ("all", or a list
// of roles), or full_contact in the task, the domain or among the keys (autodns-xml.md §5, §9.3).
func (t *task) wholeContacts() map[domain.Role]bool {
	keys := t.keys()
	all := truthy(t.node.ChildText("full_contact")) || truthy(t.object.ChildText("full_contact")) || keys["full_contact"]
	details := lower(t.node.ChildText("show_handle_details")) + "," + lower(t.node.Path("view").ChildText("show_handle_details"))
	whole := map[domain.Role]bool{}
	for _, w := range strings.Split(details, ",") {
		w = strings.TrimSpace(w)
		all = all || w == "all"
		for _, role := range domainRoles {
			if w == roleNames[string(role)] {
				whole[role] = true
			}
		}
	}
	if all {
		for _, role := range domainRoles {
			whole[role] = true
		}
	}
	return whole
}
