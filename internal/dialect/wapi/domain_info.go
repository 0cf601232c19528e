package wapi

import (
	"context"
	"slices"
	"strings"

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
	return jsonx.Obj{{"domain", showDomain(info, handles, class)}}, nil
}

// classOf is the handle group of a domain's registry; a TLD that is not sold any more counts as a registry of its own.
func (c *call) classOf(d domain.Domain) string {
	if tld := c.d.runner.Catalog().TLD(d.TLD); tld != nil {
		return tld.Class
	}
	return d.TLD
}

// showDomain gives every field, in the order of the manual's XML sample with the others appended.
func showDomain(info command.DomainInfo, handles map[contact.ID]string, class string) jsonx.Obj {
	d := info.Domain
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
	return append(o, jsonx.Obj{
		{"keyset", nil}, {"admin_c", handle(domain.Admin)}, {"tech_c", handle(domain.Tech)}, {"billing_c", handle(domain.Billing)},
		{"rgp_status", nil},
	}...)
}

// showStatus is the state at the registry: its statuses, "ok" without any.
func showStatus(d domain.Domain) string {
	if len(d.Statuses) == 0 {
		return domain.StatusOK
	}
	return strings.Join(d.Statuses, ",")
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
