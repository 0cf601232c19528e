package domainrobot

import (
	"context"
	"net/netip"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// order is what a Domain object orders, as far as this server carries it out (domainrobot-json.md §9.2).
type domainOrder struct {
	contacts  map[domain.Role]command.ContactRef
	servers   command.ServerList
	autoRenew *domain.AutoRenew
	lock      *bool
	hold      *bool
	keys      *domain.DNSSEC // nil: not given
	consent   bool           // the owner agrees
}

// domainRoles are the roles in the order of a Domain object.
var domainRoles = []domain.Role{domain.Registrant, domain.Admin, domain.Tech, domain.Billing}

// readDomain reads what create and update have in common. All problems are told at once.
func (d *Dialect) readDomain(ctx context.Context, q *request) (domainOrder, error) {
	r := &reader{v: q.body, path: "domain"}
	o := domainOrder{contacts: map[domain.Role]command.ContactRef{}}
	refuseServices(r, q)
	known := map[string]command.ContactRef{}
	for _, role := range domainRoles {
		ref, given, err := d.contactRef(ctx, q, r, role, known)
		if err != nil {
			return o, err
		}
		if given {
			o.contacts[role] = ref
		}
	}
	o.servers = d.readServers(r)
	o.autoRenew = readAutoRenew(r)
	o.lock, o.hold = readRegistryStatus(r)
	o.keys = readKeys(r)
	o.consent, _ = r.flag("confirmOwnerConsent")
	return o, r.Err()
}

// contactRef reads a contact of a domain: a number alone, an object with an id (which wins), or a new contact.
func (d *Dialect) contactRef(ctx context.Context, q *request, r *reader, role domain.Role, known map[string]command.ContactRef) (ref command.ContactRef, given bool, err error) {
	item := roleNames[string(role)]
	v := r.v.Get(item)
	id, single := v.AsString()
	switch {
	case !v.Given():
		return ref, false, nil
	case v.Kind == jsonx.Object && len(v.Members) == 0:
		return ref, false, nil
	case v.Kind == jsonx.Object:
		id = v.Get("id").Str()
	case !single:
		r.Add(bad(errs.Invalid, r.at(item), "", "is not a contact"))
		return ref, false, nil
	}
	if id = strings.TrimSpace(id); id != "" && id != "0" {
		ref, ok := known[id]
		if !ok {
			found, err := d.findContact(ctx, q, id)
			if errs.Is(err, errs.NotFound, errs.NotOwned) {
				r.Add(errs.F(errs.NotFound, string(role), "the contact does not exist").On("contact", clip(id)))
				return ref, false, nil
			}
			if err != nil {
				return ref, false, err
			}
			ref = command.ContactRef{ID: found.Contact.ID}
			known[id] = ref
		}
		return ref, true, nil
	}
	one := &reader{v: v, path: r.at(item)}
	data := q.freshContact(one, string(role)+".")
	if bad := errs.As(one.Err()); bad != nil {
		r.Add(bad)
		return ref, false, nil
	}
	return command.ContactRef{New: &data, Shared: true}, true, nil
}

// readServers reads the delegation: name servers, or the group of this platform's.
func (d *Dialect) readServers(r *reader) command.ServerList {
	var out command.ServerList
	items, _ := r.objects("nameServers")
	for _, v := range items {
		one := &reader{v: v, path: r.at("nameServers")}
		name, _ := one.text("name")
		if s, ok := v.AsString(); ok {
			name = s
		}
		n, err := dname.ParseHost(strings.TrimSpace(name))
		if err != nil {
			one.Add(bad(errs.Invalid, one.at("name"), name, "is not a host name"))
		}
		server := host.Server{Name: n}
		addresses, _ := one.texts("ipAddresses")
		for _, a := range addresses {
			ip, err := netip.ParseAddr(strings.TrimSpace(a))
			if err != nil {
				one.Add(bad(errs.Invalid, one.at("ipAddresses"), a, "is not an IP address"))
				continue
			}
			server.Addresses = append(server.Addresses, ip)
		}
		r.Add(errs.As(one.Err()))
		out.Servers = append(out.Servers, server)
	}
	group, given := r.text("nameServerGroup")
	switch {
	case !given || group == "" || len(out.Servers) > 0:
	case strings.EqualFold(group, d.nameServerGroup()):
		out.Platform = true
	default:
		r.Add(bad(errs.Invalid, r.at("nameServerGroup"), group, "there is no such name server group"))
	}
	return out
}

// nameServerGroup is the name of the platform's own servers: what their names have in common.
func (d *Dialect) nameServerGroup() string {
	for _, s := range d.run.Platform().NameServers {
		if _, rest, ok := strings.Cut(s, "."); ok {
			return rest
		}
	}
	return ""
}

// autoRenews are the vendor's words for what happens at expiry.
var autoRenews = map[domain.AutoRenew]string{domain.Renew: "TRUE", domain.Expire: "FALSE", domain.RenewOnce: "ONCE"}

func autoRenewOf(word string) (domain.AutoRenew, bool) {
	switch strings.ToUpper(strings.TrimSpace(word)) {
	case "TRUE", "1":
		return domain.Renew, true
	case "FALSE", "0":
		return domain.Expire, true
	case "ONCE":
		return domain.RenewOnce, true
	}
	return "", false
}

func readAutoRenew(r *reader) *domain.AutoRenew {
	text, given := r.text("autoRenewStatus")
	if !given || text == "" {
		return nil
	}
	a, ok := autoRenewOf(text)
	if !ok {
		r.Add(bad(errs.Invalid, r.at("autoRenewStatus"), text, "must be one of TRUE, FALSE, ONCE"))
		return nil
	}
	return &a
}

// readRegistryStatus reads locks. What only an answer can say (PENDING, AUTO, NONE) is ignored when it comes back.
func readRegistryStatus(r *reader) (lock, hold *bool) {
	set := func(l, h bool) (*bool, *bool) { return &l, &h }
	switch s := r.word("registryStatus", "ACTIVE", "HOLD", "LOCK", "HOLD_LOCK", "AUTO", "LOCK_OWNER", "LOCK_UPDATE", "PENDING", "NONE"); s {
	case "ACTIVE":
		return set(false, false)
	case "LOCK":
		return set(true, false)
	case "HOLD":
		return set(false, true)
	case "HOLD_LOCK":
		return set(true, true)
	case "LOCK_OWNER", "LOCK_UPDATE":
		r.Add(bad(errs.Unsupported, r.at("registryStatus"), s, "this lock is not supported"))
	}
	return nil, nil
}

// refuseServices refuses what a Domain object can order and this server does not do, rather than leaving it out silently. What
// is switched off or empty is no order, for clients send back what they read.
func refuseServices(r *reader, q *request) {
	for _, flag := range []string{"privacy", "privacyPlus", "trustee", "autoDnssec"} {
		if on, _ := r.flag(flag); on {
			r.Add(bad(errs.Unsupported, r.at(flag), "true", "this service is not supported"))
		}
	}
	items := []string{"zone", "nameServerEntries", "servicesAdd", "servicesRem", "parking", "extensions"}
	if q.route == nil || q.route.code != codeCreate { // agreePrice reads it
		items = append(items, "priceClass")
	}
	for _, item := range items {
		if v := r.v.Get(item); !isEmpty(v) {
			r.Add(bad(errs.Unsupported, r.at(item), v.Str(), "this is not supported"))
		}
	}
	if check, _ := q.query.LastFold("nsCheck"); check != "" && !strings.EqualFold(check, "NONE") {
		r.Add(bad(errs.Unsupported, "nsCheck", check, "name server checks are not supported"))
	}
}

// isEmpty reports whether a value says nothing: null, "", or only of such parts.
func isEmpty(v jsonx.Value) bool {
	switch v.Kind {
	case jsonx.Absent, jsonx.Null:
		return true
	case jsonx.String:
		return v.Text == ""
	case jsonx.Array:
		for _, it := range v.Items {
			if !isEmpty(it) {
				return false
			}
		}
		return true
	case jsonx.Object:
		for _, m := range v.Members {
			if !isEmpty(m.Value) {
				return false
			}
		}
		return true
	}
	return false
}

// readYears reads a period as years; 0 for none given. Months are taken where they make whole years.
func readYears(r *reader) int {
	v := r.v.Get("period")
	if !v.Given() {
		return 0
	}
	unit, months := "YEAR", int64(12)
	n, given := int64(0), false
	if v.Kind == jsonx.Object {
		p := &reader{v: v, path: r.at("period")}
		n, given = p.number("period")
		if u := p.word("unit", "YEAR", "MONTH"); u != "" {
			unit = u
		}
		r.Add(errs.As(p.Err()))
	} else {
		n, given = r.number("period")
	}
	if unit == "MONTH" {
		months = 1
	}
	switch {
	case !given:
		return 0
	case n < 1 || n > 1200 || n*months%12 != 0:
		r.Add(errs.F(errs.InvalidPeriod, "period", "the period is not a number of whole years"))
		return 0
	}
	return int(n * months / 12)
}
