package epp

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// memory is a registry in memory, just true enough to be exercised.
type memory struct {
	mu       sync.Mutex
	bare     bool // domains alone: neither contacts nor hosts are objects
	domains  map[string]*wire.DomainInfoData
	contacts map[string]*wire.ContactInfoData
	hosts    map[string]*wire.HostInfoData
	queue    []wire.MsgQueue
	pending  []*wire.ResData // of the messages in queue
}

func newMemory() *memory {
	return &memory{domains: map[string]*wire.DomainInfoData{}, contacts: map[string]*wire.ContactInfoData{},
		hosts: map[string]*wire.HostInfoData{}}
}

func code(c int) *wire.Response { return wire.Respond(c, "", "") }

func ok(d *wire.ResData) *wire.Response {
	r := code(wire.CodeOK)
	r.Data = d
	return r
}

func (m *memory) handle(c *wire.Command) *wire.Response {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case c.Poll != nil:
		return m.poll(c.Poll)
	case c.Object() == "domain":
		return m.domain(c)
	case m.bare:
		return code(wire.CodeObjectService)
	case c.Object() == "contact":
		return m.contact(c)
	}
	return m.host(c)
}

func (m *memory) poll(p *wire.Poll) *wire.Response {
	if p.Op == "ack" {
		if len(m.queue) == 0 || m.queue[0].ID != p.MsgID {
			return code(wire.CodeNotExist)
		}
		m.queue, m.pending = m.queue[1:], m.pending[1:]
		return code(wire.CodeOK)
	}
	if len(m.queue) == 0 {
		return code(wire.CodeNoMessages)
	}
	r := code(wire.CodeAckToDequeue)
	q := m.queue[0]
	q.Count = uint64(len(m.queue))
	r.MsgQ, r.Data = &q, m.pending[0]
	return r
}

func (m *memory) domain(c *wire.Command) *wire.Response {
	switch {
	case c.DeleteDomain != nil:
		d := m.domains[c.DeleteDomain.Name]
		if d == nil {
			return code(wire.CodeNotExist)
		}
		if hasStatus(d, wire.StatusClientDeleteProhibited) {
			return code(wire.CodeStatusProhibits)
		}
		delete(m.domains, d.Name)
		return code(wire.CodeOK)
	case c.CheckDomain != nil:
		var items []wire.DomainChecked
		for _, n := range c.CheckDomain.Names {
			_, taken := m.domains[n]
			i := wire.DomainChecked{Name: wire.CheckedName{Name: strings.ToUpper(n), Avail: !taken}}
			if taken {
				i.Reason = wire.Because("In use")
			}
			items = append(items, i)
		}
		return ok(&wire.ResData{DomainCheck: &wire.DomainCheckData{Items: items}})
	case c.CreateDomain != nil:
		return m.createDomain(c.CreateDomain)
	case c.InfoDomain != nil:
		d := m.domains[c.InfoDomain.Name.Name]
		if d == nil {
			return code(wire.CodeNotExist)
		}
		out := *d
		for n := range m.hosts {
			if strings.HasSuffix(n, "."+d.Name) {
				out.Hosts = append(out.Hosts, n)
			}
		}
		return ok(&wire.ResData{DomainInfo: &out})
	case c.RenewDomain != nil:
		return m.renew(c.RenewDomain)
	case c.TransferDomain != nil:
		return code(wire.CodeNotPendingTransfer)
	}
	return m.updateDomain(c.UpdateDomain)
}

// known reports whether all objects that a domain names are there.
func (m *memory) known(ns *wire.NameServers, contacts []wire.DomainContact, registrant string) bool {
	if ns != nil {
		for _, n := range ns.HostObj {
			if m.hosts[n] == nil {
				return false
			}
		}
	}
	for _, c := range contacts {
		if m.contacts[c.ID] == nil {
			return false
		}
	}
	return registrant == "" || m.contacts[registrant] != nil
}

func (m *memory) createDomain(c *wire.DomainCreate) *wire.Response {
	if m.domains[c.Name] != nil {
		return code(wire.CodeExists)
	}
	if m.bare && c.Registrant != "" {
		return code(wire.CodePolicy)
	}
	if !m.known(c.NS, c.Contacts, c.Registrant) {
		return code(wire.CodeNotExist)
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	d := &wire.DomainInfoData{Name: c.Name, ROID: "D1-TEST", Statuses: wire.DomainStatuses("ok"), Registrant: c.Registrant,
		Contacts: c.Contacts, NS: c.NS, ClID: testUser, CrID: testUser, CrDate: now, ExDate: clock.AddYears(now, c.Period.Value),
		AuthInfo: &c.AuthInfo}
	m.domains[c.Name] = d
	return ok(&wire.ResData{DomainCreate: &wire.DomainCreateData{Name: c.Name, CrDate: d.CrDate, ExDate: d.ExDate}})
}

func hasStatus(d *wire.DomainInfoData, s string) bool {
	return slices.ContainsFunc(d.Statuses, func(x wire.DomainStatus) bool { return x.S == s })
}

func (m *memory) renew(c *wire.DomainRenew) *wire.Response {
	d := m.domains[c.Name]
	switch {
	case d == nil:
		return code(wire.CodeNotExist)
	case hasStatus(d, wire.StatusClientRenewProhibited):
		return code(wire.CodeStatusProhibits)
	case !d.ExDate.Truncate(24 * time.Hour).Equal(c.CurExpDate):
		return code(wire.CodePolicy)
	}
	d.ExDate = clock.AddYears(d.ExDate, c.Period.Value)
	return ok(&wire.ResData{DomainRenew: &wire.DomainRenewData{Name: d.Name, ExDate: d.ExDate}})
}

func (m *memory) updateDomain(c *wire.DomainUpdate) *wire.Response {
	d := m.domains[c.Name]
	if d == nil {
		return code(wire.CodeNotExist)
	}
	add, rem, chg := wire.DomainAddRem{}, wire.DomainAddRem{}, wire.DomainChange{}
	if c.Add != nil {
		add = *c.Add
	}
	if c.Rem != nil {
		rem = *c.Rem
	}
	if c.Chg != nil {
		chg = *c.Chg
	}
	if hasStatus(d, wire.StatusClientUpdateProhibited) && !slices.ContainsFunc(rem.Statuses,
		func(s wire.DomainStatus) bool { return s.S == wire.StatusClientUpdateProhibited }) {
		return code(wire.CodeStatusProhibits)
	}
	registrant := ""
	if chg.Registrant != nil {
		registrant = *chg.Registrant
	}
	if !m.known(add.NS, add.Contacts, registrant) {
		return code(wire.CodeNotExist)
	}
	d.NS = editNS(d.NS, edit(d.NS.Names(), add.NS.Names(), rem.NS.Names()))
	d.Contacts = edit(d.Contacts, add.Contacts, rem.Contacts)
	d.Statuses = edit(d.Statuses, add.Statuses, append(rem.Statuses, wire.DomainStatus{S: "ok"}))
	if len(d.Statuses) == 0 {
		d.Statuses = wire.DomainStatuses("ok")
	}
	if registrant != "" {
		d.Registrant = registrant
	}
	if chg.AuthInfo != nil {
		d.AuthInfo = &wire.AuthInfo{PW: chg.AuthInfo.PW}
	}
	d.UpID, d.UpDate = testUser, time.Now().UTC()
	return code(wire.CodeOK)
}

// editNS keeps the form, objects or attributes, that the domain has.
func editNS(old *wire.NameServers, names []string) *wire.NameServers {
	if old == nil || len(old.HostAttr) == 0 {
		return wire.HostObjects(names...)
	}
	ns := &wire.NameServers{}
	for _, n := range names {
		ns.HostAttr = append(ns.HostAttr, wire.HostAttr{Name: n})
	}
	return ns
}

func edit[T comparable](have, add, rem []T) []T {
	var out []T
	for _, x := range append(slices.Clone(have), add...) {
		if !slices.Contains(rem, x) {
			out = append(out, x)
		}
	}
	return out
}

func (m *memory) contact(c *wire.Command) *wire.Response {
	switch {
	case c.CreateContact != nil:
		in := c.CreateContact
		if m.contacts[in.ID] != nil {
			return code(wire.CodeExists)
		}
		now := time.Now().UTC()
		m.contacts[in.ID] = &wire.ContactInfoData{ID: in.ID, ROID: "C1-TEST", Statuses: wire.ContactStatuses("ok"), Postal: in.Postal,
			Voice: in.Voice, Fax: in.Fax, Email: in.Email, ClID: testUser, CrID: testUser, CrDate: now, AuthInfo: &in.AuthInfo}
		return ok(&wire.ResData{ContactCreate: &wire.ContactCreateData{ID: in.ID, CrDate: now}})
	case c.InfoContact != nil:
		if got := m.contacts[c.InfoContact.ID]; got != nil {
			out := *got
			return ok(&wire.ResData{ContactInfo: &out})
		}
		return code(wire.CodeNotExist)
	}
	if c.DeleteContact != nil {
		n := c.DeleteContact.ID
		return remove(m.contacts, n, m.uses(func(d *wire.DomainInfoData) bool {
			return d.Registrant == n || slices.ContainsFunc(d.Contacts, func(x wire.DomainContact) bool { return x.ID == n })
		}))
	}
	have, chg := m.contacts[c.UpdateContact.ID], c.UpdateContact.Chg
	if have == nil {
		return code(wire.CodeNotExist)
	}
	have.Postal = nil
	for _, p := range chg.Postal {
		have.Postal = append(have.Postal, wire.PostalInfo{Type: p.Type, Name: *p.Name, Org: *p.Org, Addr: *p.Addr})
	}
	have.Voice, have.Fax, have.Email, have.UpDate = chg.Voice, chg.Fax, chg.Email, time.Now().UTC()
	return code(wire.CodeOK)
}

func (m *memory) uses(by func(*wire.DomainInfoData) bool) bool {
	for _, d := range m.domains {
		if by(d) {
			return true
		}
	}
	return false
}

func remove[T any](from map[string]*T, key string, used bool) *wire.Response {
	switch {
	case from[key] == nil:
		return code(wire.CodeNotExist)
	case used:
		return code(wire.CodeInUse)
	}
	delete(from, key)
	return code(wire.CodeOK)
}

func (m *memory) host(c *wire.Command) *wire.Response {
	switch {
	case c.CheckHost != nil:
		var items []wire.HostChecked
		for _, n := range c.CheckHost.Names {
			items = append(items, wire.HostChecked{Name: wire.CheckedName{Name: n, Avail: m.hosts[n] == nil}})
		}
		return ok(&wire.ResData{HostCheck: &wire.HostCheckData{Items: items}})
	case c.CreateHost != nil:
		in := c.CreateHost
		if m.hosts[in.Name] != nil {
			return code(wire.CodeExists)
		}
		if _, parent, _ := strings.Cut(in.Name, "."); strings.HasSuffix(in.Name, ".example") && m.domains[parent] == nil {
			return code(wire.CodeNotExist)
		}
		now := time.Now().UTC()
		m.hosts[in.Name] = &wire.HostInfoData{Name: in.Name, ROID: "H1-TEST", Statuses: wire.HostStatuses("ok"), Addresses: in.Addresses,
			ClID: testUser, CrID: testUser, CrDate: now}
		return ok(&wire.ResData{HostCreate: &wire.HostCreateData{Name: in.Name, CrDate: now}})
	case c.InfoHost != nil:
		if got := m.hosts[c.InfoHost.Name]; got != nil {
			out := *got
			return ok(&wire.ResData{HostInfo: &out})
		}
		return code(wire.CodeNotExist)
	}
	if c.DeleteHost != nil {
		n := c.DeleteHost.Name
		return remove(m.hosts, n, m.uses(func(d *wire.DomainInfoData) bool { return slices.Contains(d.NS.Names(), n) }))
	}
	have := m.hosts[c.UpdateHost.Name]
	if have == nil {
		return code(wire.CodeNotExist)
	}
	var add, rem wire.HostAddRem
	if c.UpdateHost.Add != nil {
		add = *c.UpdateHost.Add
	}
	if c.UpdateHost.Rem != nil {
		rem = *c.UpdateHost.Rem
	}
	have.Addresses = edit(have.Addresses, add.Addresses, rem.Addresses)
	if chg := c.UpdateHost.Chg; chg != nil {
		delete(m.hosts, have.Name)
		have.Name = chg.Name
		m.hosts[have.Name] = have
	}
	return code(wire.CodeOK)
}
