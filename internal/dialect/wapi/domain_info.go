package wapi

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// registrar is what reg_owner, reg_creator and reg_update show: this platform.
const registrar = "POLYREG"

// domainInfo shows an own domain (wapi.md §7.2).
func domainInfo(ctx context.Context, c *call) (jsonx.Obj, error) {
	n, err := c.ownName()
	if err != nil {
		return nil, err
	}
	info, err := do(ctx, c, command.InfoDomain{Name: n})
	if err != nil {
		return nil, err
	}
	class := c.classOf(info.Domain)
	var ids []contact.ID
	for _, role := range domain.Roles {
		if id := info.Domain.Contacts[role]; id != 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	handles, err := c.showHandles(ctx, class, ids)
	if err != nil {
		return nil, err
	}
	return jsonx.Obj{{"domain", c.showDomain(info, handles, class)}}, nil
}

// classOf is the handle group of a domain's registry; a TLD that is not sold any more counts as a registry of its own.
func (c *call) classOf(d domain.Domain) string {
	if tld := c.d.runner.Catalog().TLD(d.TLD); tld != nil {
		return tld.Class
	}
	return d.TLD
}

// showDomain gives every field, in the order of the manual's XML sample with the others appended.
func (c *call) showDomain(info command.DomainInfo, handles map[contact.ID]string, class string) jsonx.Obj {
	d, now := info.Domain, c.d.runner.Clocks().Registrar()
	handle := func(r domain.Role) string { return handles[d.Contacts[r]] }
	nsset, changedBy := any(nil), ""
	if class == classCZ {
		nsset = textOrNil(d.NSSet)
	}
	if !d.Updated.IsZero() {
		changedBy = registrar
	}
	o := jsonx.Obj{
		{"name", string(d.Name)}, {"status", showStatus(d)}, {"owner_c", handle(domain.Registrant)}, {"nsset", nsset},
		{"reg_owner", registrar}, {"reg_creator", registrar}, {"setup_date", dateTime(d.Created)}, {"expiration", dateOrNil(d.Expires)},
		{"reg_update", changedBy}, {"updated_date", dateTime(d.Updated)}, {"transfer_date", dateTime(d.Transferred)},
		{"dns", showServers(d.Servers)},
	}
	o = append(o, showOwner(info.Contacts[domain.Registrant].Data, class)...)
	o = append(o, jsonx.Obj{
		{"keyset", nil}, {"admin_c", handle(domain.Admin)}, {"tech_c", handle(domain.Tech)}, {"billing_c", handle(domain.Billing)},
		{"rgp_status", textOrNil(rgpStatus(d, class, now))},
	}...)
	o.AddIf(!d.DNSSEC.Empty(), "dnssec_keys", showDNSSEC(d.DNSSEC))
	return o
}

// showStatus is the state at the registry: its statuses (RFC 5731 §2.3), "ok" without any.
func showStatus(d domain.Domain) string {
	all := slices.Clone(d.Statuses)
	add := func(s string, on bool) {
		if on && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	add(domain.PendingDelete, !d.Deleted.IsZero())
	add(domain.PendingTransfer, d.Outgoing != nil)
	if len(all) == 0 {
		return domain.StatusOK
	}
	return strings.Join(all, ",")
}

// rgpStatus is the grace period in which a name of a gTLD stands after its expiration or deletion (RFC 3915 §3.1), "" in none.
func rgpStatus(d domain.Domain, class string, now time.Time) string {
	if class != classGTLD {
		return ""
	}
	switch d.Phase(now) {
	case domain.Expired:
		return "autoRenewPeriod"
	case domain.Redemption:
		return "redemptionPeriod"
	case domain.Releasing:
		return "pendingDelete"
	}
	return ""
}

// showDNSSEC lists the delegation's keys, or its DS records as digests (wapi.md §7.2): all texts, null where the reference
// allows it.
func showDNSSEC(d *domain.DNSSEC) []jsonx.Obj {
	var list []jsonx.Obj
	if d == nil {
		return list
	}
	for _, s := range d.DS {
		alg := strconv.Itoa(s.Alg)
		list = append(list, jsonx.Obj{{"key_tag", strconv.Itoa(s.KeyTag)}, {"key", ""}, {"alg", alg}, {"flag", ""}, {"protocol", ""}, {"handle", nil},
			{"digest", s.Digest}, {"digest_alg", alg}, {"digest_type", strconv.Itoa(s.DigestType)}})
	}
	for _, k := range d.Keys {
		list = append(list, jsonx.Obj{{"key_tag", nil}, {"key", k.PubKey}, {"alg", strconv.Itoa(k.Alg)}, {"flag", strconv.Itoa(k.Flags)},
			{"protocol", strconv.Itoa(k.Protocol)}, {"handle", nil}, {"digest", nil}, {"digest_alg", nil}, {"digest_type", nil}})
	}
	return list
}

func showOwner(k contact.Data, class string) jsonx.Obj {
	return jsonx.Obj{
		{"own_company", k.Organisation}, {"own_name", k.Name()}, {"own_lname", k.LastName}, {"own_fname", k.FirstName},
		{"own_email", k.Email}, {"own_email2", textOrNil(k.Email2)}, {"own_phone", phone(k.Phone)}, {"own_fax", phone(k.Fax)},
		{"own_ic", textOrNil(k.CompanyNo)}, {"own_dic", textOrNil(k.VATID)}, {"own_taxpayer", nil},
		{"own_addr_street", joinStreet(k.Street)}, {"own_addr_city", k.City}, {"own_addr_zip", k.PostalCode},
		{"own_addr_country", strings.ToLower(k.Country)}, {"own_addr_state", k.State}, {"own_other", showOther(k, class)},
	}
}
