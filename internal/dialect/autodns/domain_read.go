package autodns

import (
	"context"
	"net/netip"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// domainOrder is what a domain element orders, as far as this server carries it out (autodns-xml.md §9.1).
type domainOrder struct {
	contacts  map[domain.Role]command.ContactRef
	inline    []inlineContact
	servers   command.ServerList
	autoRenew *domain.AutoRenew
	lock      *bool
	hold      *bool
}

// inlineContact is a contact that came with its data; known says that an identical one was there before.
type inlineContact struct {
	data  contact.Data
	known bool
}

// domainRoles are the roles in the order of a domain element.
var domainRoles = []domain.Role{domain.Registrant, domain.Admin, domain.Tech, domain.Billing}

// readDomain reads what create and update have in common. All problems are told at once.
func (t *task) readDomain(ctx context.Context) (domainOrder, error) {
	var l errs.List
	o := domainOrder{contacts: map[domain.Role]command.ContactRef{}}
	refuseServices(t.object, &l)
	seen := map[string]command.ContactRef{}
	for _, role := range domainRoles {
		n := t.object.Child(roleNames[string(role)])
		if !given(n) {
			continue
		}
		ref, ok, err := t.contactRef(ctx, n, role, seen, &l)
		if err != nil {
			return o, err
		}
		if ok {
			o.contacts[role] = ref
		}
	}
	o.servers = t.readServers(&l)
	o.autoRenew = readAutoRenew(t.object, &l)
	o.lock, o.hold = readRegistryStatus(t.object, &l)
	return o, l.Err()
}

// contactRef reads a contact of a domain: a number, a block with an id (which wins), or a block of contact fields.
func (t *task) contactRef(ctx context.Context, n *xmlx.Node, role domain.Role, seen map[string]command.ContactRef, l *errs.List) (ref command.ContactRef, ok bool, err error) {
	item := roleNames[string(role)]
	id := n.ChildTrim("id")
	if len(n.Children) == 0 {
		id = n.Trim()
	}
	if id == "" {
		var own errs.List
		data := newContact(t, n, "request.task.domain."+item, string(role)+".", &own)
		if err := own.Err(); err != nil {
			l.Add(errs.As(err))
			return ref, false, nil
		}
		return command.ContactRef{New: &data, Shared: true}, true, nil
	}
	if ref, ok := seen[id]; ok {
		return ref, true, nil
	}
	found, err := do(ctx, t, command.FindContact{Dialect: shared, Handle: id})
	switch {
	case missing(err):
		l.Add(errs.F(errs.NotFound, string(role), "the contact does not exist").On("contact", clip(id)))
		return ref, false, nil
	case err != nil:
		return ref, false, err
	}
	seen[id] = command.ContactRef{ID: found.Contact.ID}
	return seen[id], true, nil
}

// readServers reads the delegation: name servers with their glue, or the group of this platform's.
func (t *task) readServers(l *errs.List) command.ServerList {
	const path = "request.task.domain.nserver"
	var out command.ServerList
	for _, n := range t.object.ChildrenNamed("nserver") {
		if !given(n) {
			continue
		}
		text := n.ChildTrim("name")
		if n.Child("name") == nil {
			text = n.Trim()
		}
		server, err := dname.ParseHost(text)
		if err != nil {
			l.Add(bad(errs.Invalid, path+".name", text, "is not a host name"))
			continue
		}
		s := host.Server{Name: server}
		for _, item := range []string{"ip", "ip6"} {
			for _, v := range texts(n, item) {
				a, err := netip.ParseAddr(v)
				if err != nil {
					l.Add(bad(errs.Invalid, path+"."+item, v, "is not an IP address"))
					continue
				}
				s.Addresses = append(s.Addresses, a)
			}
		}
		out.Servers = append(out.Servers, s)
	}
	group := lower(t.object.ChildText("ns_group"))
	switch {
	case group == "" || len(out.Servers) > 0:
	case group == t.d.serverGroup():
		out.Platform = true
	default:
		l.Add(bad(errs.Invalid, "request.task.domain.ns_group", group, "there is no such name server group"))
	}
	return out
}

// serverGroup is the name of the platform's own servers: what their names have in common, as in the vendor's ns14.net.
func (d *Dialect) serverGroup() string {
	for _, s := range d.run.Platform().NameServers {
		if _, rest, ok := strings.Cut(s, "."); ok {
			return rest
		}
	}
	return ""
}

// autoRenews are the gateway's words for what happens at expiry.
var autoRenews = map[domain.AutoRenew]string{domain.Renew: "true", domain.Expire: "false", domain.RenewOnce: "once"}

func autoRenewOf(word string) (domain.AutoRenew, bool) {
	switch lower(word) {
	case "true", "1":
		return domain.Renew, true
	case "false", "0":
		return domain.Expire, true
	case "once":
		return domain.RenewOnce, true
	}
	return "", false
}

func readAutoRenew(n *xmlx.Node, l *errs.List) *domain.AutoRenew {
	text := n.ChildTrim("autorenew")
	if text == "" {
		return nil
	}
	a, ok := autoRenewOf(text)
	if !ok {
		l.Add(bad(errs.Invalid, "request.task.domain.autorenew", text, "must be true, false or once"))
		return nil
	}
	return &a
}

// lockWords are the settable values of registry_status, as transfer lock and hold (autodns-xml.md §9.1).
var lockWords = map[string]struct{ lock, hold bool }{"ACTIVE": {}, "LOCK": {lock: true}, "HOLD": {hold: true}, "HOLD_LOCK": {true, true}}

// readRegistryStatus reads locks, in any case and with the old spelling hold-lock. What only an answer can say is ignored when it
// comes back.
func readRegistryStatus(n *xmlx.Node, l *errs.List) (lock, hold *bool) {
	const path = "request.task.domain.registry_status"
	text := n.ChildTrim("registry_status")
	word := strings.ReplaceAll(strings.ToUpper(text), "-", "_")
	if w, ok := lockWords[word]; ok {
		return &w.lock, &w.hold
	}
	switch word {
	case "", "AUTO", "PENDING", "NONE":
	case "LOCK_OWNER", "LOCK_UPDATE":
		l.Add(bad(errs.Unsupported, path, text, "this lock is not offered"))
	default:
		l.Add(bad(errs.Invalid, path, text, "must be ACTIVE, LOCK, HOLD or HOLD_LOCK"))
	}
	return nil, nil
}

// refuseServices refuses what a domain element can order and this server does not do, rather than leaving it out silently. What is
// empty or switched off is no order.
func refuseServices(n *xmlx.Node, l *errs.List) {
	for _, flag := range []string{"use_privacy", "use_trustee", "use_auto_dnssec"} {
		if truthy(n.ChildText(flag)) {
			l.Add(bad(errs.Unsupported, "request.task.domain."+flag, "1", "this service is not offered"))
		}
	}
	for item, why := range map[string]string{
		"zone":        "a zone is made by a task of its own (0201)",
		"nsentry":     "entries without delegation are not offered",
		"price_class": "premium domains are not offered",
	} {
		if v := n.Child(item); says(v) {
			l.Add(bad(errs.Unsupported, "request.task.domain."+item, v.Trim(), why))
		}
	}
	if v := n.ChildTrim("rdds_opt_in"); v != "" && !strings.EqualFold(v, "NOT_SET") {
		l.Add(bad(errs.Unsupported, "request.task.domain.rdds_opt_in", v, "this service is not offered"))
	}
}

// refuseKeys refuses DNSSEC keys in an order that cannot carry them.
func refuseKeys(n *xmlx.Node, l *errs.List) {
	if v := n.Child("dnssec"); says(v) {
		l.Add(bad(errs.Unsupported, "request.task.domain.dnssec", v.Trim(), "send the keys by task 0102007 once the domain is here"))
	}
}

// says reports whether there is a text anywhere in an element.
func says(n *xmlx.Node) bool {
	if n == nil {
		return false
	}
	if n.Trim() != "" {
		return true
	}
	for _, c := range n.Children {
		if says(c) {
			return true
		}
	}
	return false
}

// shownName is the name of a domain or zone as statuses show it: as A-labels where it can be read; other identifiers stay.
func shownName(element, text string) string {
	if element == "domain" || element == "zone" {
		if n, err := dname.Parse(text); err == nil {
			return string(n)
		}
	}
	return text
}
