package epp

import (
	"context"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// roles is the order in which contacts are sent.
var roles = []registry.ContactRole{registry.Admin, registry.Tech, registry.Billing}

type checked struct {
	name   wire.CheckedName
	reason *wire.Reason
}

// check asks in groups of the registry's limit and answers in the order of the names.
func (c *Client) check(ctx context.Context, names []dname.Name,
	ask func(context.Context, []string) ([]checked, error)) ([]registry.Availability, error) {
	var out []registry.Availability
	for group := range slices.Chunk(names, c.cfg.Capabilities.CheckLimit) {
		answers, err := ask(ctx, plain(group))
		if err != nil {
			return nil, err
		}
		got := map[dname.Name]checked{}
		for _, a := range answers {
			got[name(a.name.Name)] = a
		}
		for _, n := range group {
			a, ok := got[n]
			if !ok {
				return nil, incomplete("an asked name")
			}
			av := registry.Availability{Name: n, Available: a.name.Avail}
			if a.reason != nil {
				av.Reason = a.reason.Text
			}
			out = append(out, av)
		}
	}
	return out, nil
}

// InfoDomain asks for all hosts (RFC 5731 §3.1.2).
func (c *Client) InfoDomain(ctx context.Context, n dname.Name) (registry.Domain, error) {
	res, err := c.do(ctx, &wire.Command{InfoDomain: &wire.DomainInfo{Name: wire.DomainInfoName{Hosts: "all", Name: n.String()}},
		ClTRID: transactionID()})
	if err != nil {
		return registry.Domain{}, err
	}
	if res.Data == nil || res.Data.DomainInfo == nil {
		return registry.Domain{}, incomplete("domain data")
	}
	d := domainOf(res.Data.DomainInfo, &res.Ext)
	if err := c.unfold(ctx, &d, res.Ext.Sets); err != nil {
		return registry.Domain{}, err
	}
	return d, nil
}

// domainOf is a domain as an info or a message shows it.
func domainOf(i *wire.DomainInfoData, ext *wire.ResponseExt) registry.Domain {
	d := registry.Domain{
		Name: name(i.Name), ROID: i.ROID, Registrant: i.Registrant,
		NameServers: typed(i.NS.Names()), Hosts: typed(i.Hosts),
		Sponsor: i.ClID, Creator: i.CrID, Updater: i.UpID,
		Created: i.CrDate, Updated: i.UpDate, Expires: i.ExDate, Transferred: i.TrDate,
		AuthInfo: i.AuthInfo.Password(), RGPStatuses: ext.RGPInfo.Names(), DNSSEC: signedIn(ext.SecDNS),
	}
	for _, s := range i.Statuses {
		d.Statuses = append(d.Statuses, s.S)
	}
	for _, ct := range i.Contacts {
		if d.Contacts == nil {
			d.Contacts = map[registry.ContactRole][]string{}
		}
		d.Contacts[registry.ContactRole(ct.Type)] = append(d.Contacts[registry.ContactRole(ct.Type)], ct.ID)
	}
	return d
}

// CreateDomain registers a name (RFC 5731 §3.2.1). A success without dates is an unknown outcome: the probe brings them.
func (c *Client) CreateDomain(ctx context.Context, clTRID string, in registry.DomainCreate) (registry.DomainCreated, error) {
	res, err := c.doSets(ctx, clTRID, func(ctx context.Context, use *setUse) (*wire.Command, error) { return c.create(ctx, in, use) })
	if err != nil {
		return registry.DomainCreated{}, err
	}
	out := registry.DomainCreated{Result: result(res)}
	if res.Data != nil && res.Data.DomainCreate != nil {
		out.Created, out.Expires = res.Data.DomainCreate.CrDate, res.Data.DomainCreate.ExDate
	}
	if !out.Pending && (out.Created.IsZero() || out.Expires.IsZero()) {
		return registry.DomainCreated{}, incomplete("dates")
	}
	return out, nil
}

// create makes the command of a registration.
func (c *Client) create(ctx context.Context, in registry.DomainCreate, use *setUse) (*wire.Command, error) {
	cmd := &wire.DomainCreate{Name: in.Name.String(), Registrant: in.Registrant, Contacts: domainContacts(in.Contacts),
		AuthInfo: wire.Auth(in.AuthInfo)}
	if in.Years != 0 {
		cmd.Period = wire.Years(in.Years)
	}
	out := &wire.Command{CreateDomain: cmd, Ext: wire.CommandExt{FeeCreate: agreed(in.Fee)}}
	sets, err := c.usesSets(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	if sets {
		out.Ext.SetsCreate, err = c.createSets(ctx, in, use)
	} else {
		cmd.NS, out.Ext.SecDNSCreate = c.nameServers(in.NameServers), signedOut(in.DNSSEC)
	}
	return out, err
}

// RenewDomain prolongs a domain; the registry compares the date of CurExpiry in UTC (RFC 5731 §3.2.3).
func (c *Client) RenewDomain(ctx context.Context, clTRID string, in registry.DomainRenew) (registry.DomainRenewed, error) {
	cmd := &wire.DomainRenew{Name: in.Name.String(), CurExpDate: in.CurExpiry, Period: wire.Years(in.Years)}
	res, err := c.do(ctx, &wire.Command{RenewDomain: cmd, ClTRID: clTRID, Ext: wire.CommandExt{FeeRenew: agreed(in.Fee)}})
	if err != nil {
		return registry.DomainRenewed{}, err
	}
	out := registry.DomainRenewed{Result: result(res)}
	if res.Data != nil && res.Data.DomainRenew != nil {
		out.Expires = res.Data.DomainRenew.ExDate
	}
	if !out.Pending && out.Expires.IsZero() {
		return registry.DomainRenewed{}, incomplete("the new expiry")
	}
	return out, nil
}

// UpdateDomain changes a domain (RFC 5731 §3.2.5). An update that would change nothing is refused here with 2003, as the
// RFC wants at least one change.
func (c *Client) UpdateDomain(ctx context.Context, clTRID string, in registry.DomainUpdate) (registry.Result, error) {
	if in.Empty() {
		return registry.Result{}, registry.Refused(wire.CodeMissingParameter, "nothing to change")
	}
	if in.UnsetAuth && in.AuthInfo != "" {
		return registry.Result{}, registry.Refused(wire.CodeSyntax, "an authInfo is either set or taken away")
	}
	res, err := c.doSets(ctx, clTRID, func(ctx context.Context, use *setUse) (*wire.Command, error) { return c.update(ctx, in, use) })
	if err != nil {
		return registry.Result{}, err
	}
	return result(res), nil
}

// update makes the command of an update.
func (c *Client) update(ctx context.Context, in registry.DomainUpdate, use *setUse) (*wire.Command, error) {
	out := &wire.Command{UpdateDomain: &wire.DomainUpdate{Name: in.Name.String()}}
	cmd := out.UpdateDomain
	sets, err := c.usesSets(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	if sets {
		if out.Ext.SetsUpdate, err = c.updateSets(ctx, in, use); err != nil {
			return nil, err
		}
		in.AddNS, in.RemNS = nil, nil
	} else {
		out.Ext.SecDNSUpdate = signing(in)
	}
	cmd.Add, cmd.Rem = c.addRem(in.AddNS, in.AddContacts, in.AddStatus), c.addRem(in.RemNS, in.RemContacts, in.RemStatus)
	if in.Registrant != "" || in.AuthInfo != "" || in.UnsetAuth {
		cmd.Chg = &wire.DomainChange{}
		if in.Registrant != "" {
			cmd.Chg.Registrant = &in.Registrant
		}
		if in.AuthInfo != "" || in.UnsetAuth {
			cmd.Chg.AuthInfo = wire.SetAuth(in.AuthInfo)
		}
	}
	return out, nil
}

// DeleteDomain deletes a domain (RFC 5731 §3.2.2).
func (c *Client) DeleteDomain(ctx context.Context, clTRID string, n dname.Name) (registry.Result, error) {
	return c.change(ctx, &wire.Command{DeleteDomain: &wire.DomainDelete{Name: n.String()}, ClTRID: clTRID})
}

func (c *Client) addRem(ns []dname.Name, contacts map[registry.ContactRole][]string, status []string) *wire.DomainAddRem {
	a := &wire.DomainAddRem{NS: c.nameServers(ns), Contacts: domainContacts(contacts), Statuses: wire.DomainStatuses(status...)}
	if a.NS == nil && len(a.Contacts) == 0 && len(a.Statuses) == 0 {
		return nil
	}
	return a
}

// nameServers gives them as objects or attributes, as the registry has it.
func (c *Client) nameServers(names []dname.Name) *wire.NameServers {
	if len(names) == 0 {
		return nil
	}
	if c.cfg.Capabilities.HostObjects {
		return wire.HostObjects(plain(names)...)
	}
	ns := &wire.NameServers{}
	for _, n := range names {
		ns.HostAttr = append(ns.HostAttr, wire.HostAttr{Name: n.String()})
	}
	return ns
}

func domainContacts(in map[registry.ContactRole][]string) []wire.DomainContact {
	var out []wire.DomainContact
	for _, role := range roles {
		for _, id := range in[role] {
			out = append(out, wire.DomainContact{Type: string(role), ID: id})
		}
	}
	return out
}

// name types a name that the registry sent. One that this side would not take at registration is kept in small letters, for
// an answer must stay readable.
func name(s string) dname.Name {
	if n, err := dname.ParseHost(s); err == nil {
		return n
	}
	return dname.Name(strings.ToLower(strings.TrimSuffix(s, ".")))
}

func typed(names []string) []dname.Name {
	var out []dname.Name
	for _, n := range names {
		out = append(out, name(n))
	}
	return out
}

func plain(names []dname.Name) []string {
	var out []string
	for _, n := range names {
		out = append(out, n.String())
	}
	return out
}
