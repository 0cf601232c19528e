package seed

import (
	"net/netip"
	"slices"
	"sort"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

// The registrars that hold foreign domains at the embedded registry, per environment.
const (
	OtherRegistrar     = "other-registrar"
	OtherTestRegistrar = "other-test"
)

func other(env account.Environment) string {
	if env == account.Test {
		return OtherTestRegistrar
	}
	return OtherRegistrar
}

// otherContact is the registrant of all foreign domains.
const otherContact = "OTHER-1"

// mirror makes the embedded registry's side of what the core holds: the same contacts, hosts and domains, with the same
// dates, statuses and authInfo.
type mirror struct {
	catalog *catalog.Catalog
	file    *File
	planted command.PlantReport
	ids     map[idKey]string // a contact's id at a registry
	sponsor map[hostKey]string
	hosts   map[hostKey][]netip.Addr
	ours    map[account.Environment]string // the platform's registrar
}

type idKey struct {
	registry string
	contact  contact.ID
}

type hostKey struct {
	env  account.Environment
	name dname.Name
}

func newMirror(r *command.Runner, f *File, p command.PlantReport) *mirror {
	m := &mirror{catalog: r.Catalog(), file: f, planted: p, ids: map[idKey]string{}, sponsor: map[hostKey]string{},
		hosts: map[hostKey][]netip.Addr{}, ours: map[account.Environment]string{}}
	for _, k := range p.Contacts {
		m.ids[idKey{k.Registry, k.ID}] = k.Object.ID
	}
	for _, d := range p.Domains {
		m.sponsor[hostKey{d.Environment, d.Name}] = d.Sponsor
		m.ours[d.Environment] = d.Sponsor
	}
	for _, d := range f.foreign {
		if k := (hostKey{d.env, d.name}); m.sponsor[k] == "" {
			m.sponsor[k] = other(d.env)
		}
	}
	return m
}

func (m *mirror) seed() SimSeed {
	var s SimSeed
	for _, k := range m.planted.Contacts {
		s.Contacts = append(s.Contacts, simContact(k))
	}
	for _, h := range m.file.plant.Hosts {
		m.hosts[hostKey{h.Account.Environment, h.Name}] = h.Addresses
	}
	for _, d := range m.planted.Domains {
		s.Domains = append(s.Domains, m.domain(d))
	}
	s.Domains = append(s.Domains, m.foreign(&s)...)
	s.Hosts = m.hostObjects()
	return s
}

func simContact(k command.PlantedContact) repo.Contact {
	postal := func(p *registry.Postal) *repo.Postal {
		if p == nil {
			return nil
		}
		return &repo.Postal{Name: p.Name, Org: p.Org, Street: p.Street, City: p.City, State: p.State, Code: p.Code, Country: p.Country}
	}
	o := k.Object
	return repo.Contact{Namespace: string(k.Environment), Handle: o.ID, Sponsor: k.Sponsor, Int: postal(o.Int), Loc: postal(o.Loc), Voice: o.Voice,
		VoiceExt: o.VoiceExt, Fax: o.Fax, Email: o.Email, AuthInfo: o.AuthInfo, Created: k.Created}
}

func (m *mirror) domain(d command.PlantedDomain) repo.Domain {
	out := repo.Domain{Namespace: string(d.Environment), Name: string(d.Name), Sponsor: d.Sponsor, AuthInfo: d.AuthInfo, Created: d.Created,
		Updated: d.Updated, Transferred: d.Transferred, Expires: d.Expires, NameServers: m.delegate(d.Environment, d.Servers)}
	for _, s := range d.Statuses {
		if strings.HasPrefix(s, "client") {
			out.Statuses = append(out.Statuses, s)
		}
	}
	for _, role := range domain.Roles {
		if id := m.ids[idKey{d.Registry, d.Contacts[role]}]; id != "" {
			out.Contacts = append(out.Contacts, repo.DomainContact{Role: repo.Role(role), Handle: id})
		}
	}
	return out
}

// delegate notes the servers as host objects and gives their names.
func (m *mirror) delegate(env account.Environment, servers []host.Server) []string {
	var names []string
	for _, s := range servers {
		k := hostKey{env, s.Name}
		if len(m.hosts[k]) == 0 {
			m.hosts[k] = s.Addresses
		}
		names = append(names, string(s.Name))
	}
	return names
}

// foreign are the names of other registrars, with one registrant for all.
func (m *mirror) foreign(s *SimSeed) []repo.Domain {
	var out []repo.Domain
	made := map[account.Environment]bool{}
	for _, f := range m.file.foreign {
		who := other(f.env)
		if m.sponsor[hostKey{f.env, f.name}] != who {
			continue
		}
		if !made[f.env] {
			made[f.env] = true
			s.Contacts = append(s.Contacts, repo.Contact{Namespace: string(f.env), Handle: otherContact, Sponsor: who, Voice: "+1.2025550100",
				Email: "owner@other.example", Created: f.created,
				Int: &repo.Postal{Name: "Other Owner", Street: []string{"Elsewhere 1"}, City: "Prague", Code: "11000", Country: "CZ"}})
		}
		d := repo.Domain{Namespace: string(f.env), Name: string(f.name), Sponsor: who, AuthInfo: f.auth, Created: f.created, Expires: f.expires}
		for _, role := range []repo.Role{repo.Registrant, repo.Admin, repo.Tech, repo.Billing} {
			d.Contacts = append(d.Contacts, repo.DomainContact{Role: role, Handle: otherContact})
		}
		if f.locked {
			d.Statuses = []string{domain.ClientTransferProhibit}
		}
		for _, n := range f.servers {
			d.NameServers = append(d.NameServers, m.delegate(f.env, []host.Server{{Name: n}})...)
		}
		out = append(out, d)
	}
	return out
}

// hostObjects: a host below a domain belongs to the domain's sponsor; one below an ending of the catalog whose domain is not
// here is somebody else's; any other is external and has no addresses (RFC 5732 §1.1).
func (m *mirror) hostObjects() []repo.Host {
	var out []repo.Host
	for k, addresses := range m.hosts {
		h := repo.Host{Namespace: string(k.env), Name: string(k.name), Sponsor: m.ours[k.env], Addresses: addresses}
		parent, below := m.above(k)
		switch {
		case parent != "":
			h.Sponsor = parent
		case below || h.Sponsor == "":
			h.Sponsor = other(k.env)
		}
		if parent == "" && !below {
			h.Addresses = nil
		}
		out = append(out, h)
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i], out[j]
		return slices.Compare([]string{a.Namespace, a.Name}, []string{b.Namespace, b.Name}) < 0
	})
	return out
}

// above finds the sponsor of the domain that a host lies below, and whether it lies below an ending that is sold.
func (m *mirror) above(k hostKey) (sponsor string, sold bool) {
	for _, rest, ok := k.name.Cut(); ok; _, rest, ok = rest.Cut() {
		if s := m.sponsor[hostKey{k.env, rest}]; s != "" {
			return s, true
		}
		if m.catalog.TLD(string(rest)) != nil {
			return "", true
		}
	}
	return "", false
}
