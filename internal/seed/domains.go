package seed

import (
	"net/netip"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/notify"
)

func (c *compiler) nssetsAll() {
	handles := map[string]string{}
	for _, env := range []string{"live", "test"} {
		handles[key(env, c.root.Platform.NSSet)] = "platform.nsset"
	}
	for i := range c.root.NSSets {
		s, path := &c.root.NSSets[i], item("nssets", i)
		owner, ok := c.accountKey(join(path, "account"), s.Account)
		if !c.given(join(path, "id"), s.ID) || !ok {
			continue
		}
		if k := key(s.Account, s.ID); c.sets[k] > 0 {
			c.bad(join(path, "id"), "the account has a set %q already", clip(s.ID))
		} else {
			c.sets[k] = i + 1
		}
		if s.Handle == "" {
			s.Handle = "NS-" + onlyHandle(s.Account) + "-" + onlyHandle(s.ID)
		}
		s.Handle = c.setHandle(join(path, "handle"), s.Handle)
		unique(c, handles, key(string(owner.Environment), s.Handle), path, "the set "+clip(s.Handle))
		if len(s.Servers) == 0 {
			s.Servers = c.root.Platform.NameServers
		}
		c.f.plant.NSSets = append(c.f.plant.NSSets, command.PlantNSSet{Account: owner, Handle: s.Handle,
			Servers: c.servers(join(path, "servers"), s.Servers, owner.Environment, "")})
	}
}

// setHandle brings a set's handle into its stored form.
func (c *compiler) setHandle(path, h string) string {
	h = strings.ToUpper(h)
	if h != onlyHandle(h) || len(h) > 64 {
		c.bad(path, "must be letters, digits, hyphens, dots and underscores")
	}
	return h
}

func onlyHandle(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_' {
			return r
		}
		return -1
	}, strings.ToUpper(s))
}

func (c *compiler) hostsAll() {
	seen := map[string]string{}
	for i, h := range c.root.Hosts {
		path := item("hosts", i)
		owner, ok := c.accountKey(join(path, "account"), h.Account)
		names := c.hostNames(join(path, "name"), []string{h.Name})
		if !ok || len(names) == 0 {
			continue
		}
		k := key(string(owner.Environment), string(names[0]))
		unique(c, seen, k, join(path, "name"), "the host "+string(names[0]))
		c.glue[k] = h.Addresses
		c.f.plant.Hosts = append(c.f.plant.Hosts, command.PlantHost{Account: owner, Name: names[0], Addresses: c.addresses(join(path, "addresses"), h.Addresses)})
	}
}

func (c *compiler) addresses(path string, list []string) []netip.Addr {
	var out []netip.Addr
	for i, s := range list {
		a, err := netip.ParseAddr(s)
		if err != nil || a.Zone() != "" || a.Is4In6() || a.IsUnspecified() || a.IsMulticast() {
			c.bad(item(path, i), "%q is not the address of a name server", clip(s))
			continue
		}
		out = append(out, a)
	}
	return out
}

// servers reads a delegation. A server below the name itself needs its addresses, which `hosts` gives.
func (c *compiler) servers(path string, list []string, env account.Environment, name dname.Name) []host.Server {
	var out []host.Server
	for i, n := range c.hostNames(path, list) {
		s := host.Server{Name: n}
		if name != "" && n.Within(name) {
			for _, text := range c.glue[key(string(env), string(n))] {
				if a, err := netip.ParseAddr(text); err == nil {
					s.Addresses = append(s.Addresses, a)
				}
			}
			if len(s.Addresses) == 0 {
				c.bad(item(path, i), "%s lies below %s and needs addresses: give them under hosts", n, name)
			}
		}
		out = append(out, s)
	}
	return out
}

func (c *compiler) domainsAll() {
	for i := range c.root.Domains {
		c.domain(&c.root.Domains[i], item("domains", i))
	}
}

// domainName reads a name that is free in the file and can be registered below an ending of the catalog.
func (c *compiler) domainName(path, text string, env account.Environment) (dname.Name, bool) {
	if !c.given(path, text) {
		return "", false
	}
	name, _, err := c.f.catalog.CheckName(text)
	if err != nil {
		c.bad(path, "%s", errs.As(err).Text)
		return name, false
	}
	unique(c, c.taken, key(string(env), string(name)), path, string(name))
	return name, true
}

func (c *compiler) domain(d *Domain, path string) {
	owner, ok := c.accountKey(join(path, "account"), d.Account)
	name, named := c.domainName(join(path, "name"), d.Name, c.environmentOf(d.Account))
	if !ok || !named {
		return
	}
	p := command.PlantDomain{Account: owner, Name: name, AuthInfo: d.AuthInfo, Profile: d.Profile, Comment: d.Comment, AutoRenew: domain.Renew}
	if d.AutoRenew != nil && !*d.AutoRenew {
		p.AutoRenew = domain.Expire
	}
	if d.Locked {
		p.Statuses = []string{domain.ClientTransferProhibit}
	}
	c.word(join(path, "auth_info"), d.AuthInfo, 255)
	c.roles(d, &p, owner, path)
	c.delegation(d, &p, owner, path)
	c.profile(join(path, "profile"), d)
	p.Created = c.when(join(path, "created"), d.Created, c.now)
	if p.Created.After(c.now) {
		c.bad(join(path, "created"), "lies in the future")
	}
	p.Expires = c.when(join(path, "expires"), d.Expires, nextExpiry(p.Created, c.now))
	if !p.Expires.After(p.Created) {
		c.bad(join(path, "expires"), "must lie behind created")
	}
	c.unserved(d, path)
	if d.Zone != "" || d.DNSSEC {
		c.zoneText(join(path, "zone"), name, d.Zone)
		c.f.plant.Zones = append(c.f.plant.Zones, command.PlantZone{Account: owner, Origin: name, Text: d.Zone, DNSSEC: d.DNSSEC})
	}
	c.f.plant.Domains = append(c.f.plant.Domains, p)
}

// nextExpiry is the first anniversary of created behind now.
func nextExpiry(created, now time.Time) time.Time {
	for n := 1; ; n++ {
		if t := clock.AddYears(created, n); t.After(now) {
			return t
		}
	}
}

func (c *compiler) roles(d *Domain, p *command.PlantDomain, owner command.PlantKey, path string) {
	d.Registrant = c.contactFor(join(path, "registrant"), owner, d.Registrant)
	p.Contacts = map[domain.Role]string{domain.Registrant: d.Registrant}
	for _, r := range []struct {
		role domain.Role
		id   *string
	}{{domain.Admin, &d.Admin}, {domain.Tech, &d.Tech}, {domain.Billing, &d.Billing}} {
		if *r.id == "" {
			*r.id = d.Registrant
		} else {
			c.contactFor(join(path, string(r.role)), owner, *r.id)
		}
		p.Contacts[r.role] = *r.id
	}
}

// delegation: own servers, a set by id or handle, or (neither given) the platform's.
func (c *compiler) delegation(d *Domain, p *command.PlantDomain, owner command.PlantKey, path string) {
	_, listed := c.at[join(path, "name_servers")]
	switch {
	case d.NSSet != "" && len(d.NameServers) > 0:
		c.bad(join(path, "nsset"), "give either name_servers or nsset")
	case d.NSSet != "":
		at := join(path, "nsset")
		handle := c.findSet(d.Account, d.NSSet)
		if handle == "" {
			c.bad(at, "the account %s has no set %q", d.Account, clip(d.NSSet))
		}
		p.Servers = command.ServerList{NSSet: handle}
	case len(d.NameServers) == 0 && !listed:
		p.Servers = command.ServerList{Platform: true}
	default:
		p.Servers = command.ServerList{Servers: c.servers(join(path, "name_servers"), d.NameServers, owner.Environment, p.Name)}
	}
}

// findSet gives the handle of a set that is named by id or handle.
func (c *compiler) findSet(acc, name string) string {
	if i := c.sets[key(acc, name)]; i > 0 {
		return c.root.NSSets[i-1].Handle
	}
	if h := strings.ToUpper(name); h == c.root.Platform.NSSet {
		return h
	}
	for _, s := range c.root.NSSets {
		if s.Account == acc && s.Handle == strings.ToUpper(name) {
			return s.Handle
		}
	}
	return ""
}

func (c *compiler) profile(path string, d *Domain) {
	if d.Profile == "" {
		return
	}
	if a := c.accounts[d.Account]; a.OpenSRS != nil {
		for _, f := range a.OpenSRS.Profiles {
			if f.Username == d.Profile {
				return
			}
		}
	}
	c.bad(path, "the account %s has no profile %q under opensrs.profiles", d.Account, clip(d.Profile))
}

// unserved notes what a domain asks for and this version does not do.
func (c *compiler) unserved(d *Domain, path string) {
	if d.Privacy != "" {
		if d.Privacy != "true" {
			c.when(join(path, "privacy"), string(d.Privacy), c.now)
		}
		c.notServed(join(path, "privacy"), "accepted; privacy is not served yet")
	}
}

func (c *compiler) foreignAll() {
	for i := range c.root.ForeignDomains {
		d, path := &c.root.ForeignDomains[i], item("foreign_domains", i)
		c.oneOf(join(path, "environment"), &d.Environment, "live", "test")
		env := account.Environment(d.Environment)
		name, ok := c.domainName(join(path, "name"), d.Name, env)
		if !ok {
			continue
		}
		c.word(join(path, "auth_info"), d.AuthInfo, 255)
		f := foreign{env: env, name: name, auth: d.AuthInfo, locked: d.Locked, servers: c.hostNames(join(path, "name_servers"), d.NameServers)}
		f.expires = c.when(join(path, "expires"), d.Expires, clock.AddYears(c.now, 1))
		f.created = c.when(join(path, "created"), d.Created, clock.AddYears(f.expires, -1))
		if f.created.After(c.now) {
			if d.Created != "" {
				c.bad(join(path, "created"), "lies in the future")
			}
			f.created = c.now
		}
		if !f.expires.After(f.created) {
			c.bad(join(path, "expires"), "must lie behind created")
		}
		c.f.foreign = append(c.f.foreign, f)
	}
}

func (c *compiler) noticesAll() {
	for i := range c.root.Notices {
		n, path := &c.root.Notices[i], item("notices", i)
		owner, ok := c.accountKey(join(path, "account"), n.Account)
		c.oneOf(join(path, "kind"), &n.Kind, string(notify.Test))
		if ok {
			c.f.plant.Notices = append(c.f.plant.Notices, command.PlantNotice{Account: owner, Kind: notify.Kind(n.Kind), Text: n.Text})
		}
	}
}
