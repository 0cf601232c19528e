package epp

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// setServer answers for name-server sets, and for domains that name them, on top of a test server.
type setServer struct {
	mu      sync.Mutex
	sets    map[string]*wire.NSSetInfoData
	sponsor string
	cut     func(*wire.Command) (before, after bool) // lose the line before or after the command is carried out
	creates []string                                 // ids of the sets that domains were created with
}

func (m *setServer) handle(c *wire.Command) (*wire.Response, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before, after := m.cut(c)
	if before {
		return nil, true
	}
	switch {
	case c.CreateNSSet != nil:
		in := c.CreateNSSet
		if m.sets[in.ID] != nil {
			return code(wire.CodeExists), after
		}
		m.sets[in.ID] = &wire.NSSetInfoData{ID: in.ID, ROID: "N1-TEST", Statuses: wire.SetStatuses("ok"), ClID: m.sponsor, CrDate: time.Now(), Servers: in.Servers}
		return ok(&wire.ResData{NSSetCreate: &wire.SetCreateData{ID: in.ID, CrDate: time.Now()}}), after
	case c.InfoNSSet != nil:
		if s := m.sets[c.InfoNSSet.ID]; s != nil {
			return ok(&wire.ResData{NSSetInfo: s}), after
		}
		return code(wire.CodeNotExist), after
	case c.CreateDomain != nil:
		id := c.Ext.SetsCreate.NSSet
		if m.sets[id] == nil {
			return code(wire.CodeNotExist), after
		}
		m.creates = append(m.creates, id)
	}
	return nil, false
}

func startSets(t *testing.T) (*setServer, *Client) {
	t.Helper()
	s := newServer(t)
	g := *s.greeting.Load()
	g.Menu.Objects = append(slices.Clone(g.Menu.Objects), wire.NSNSSet, wire.NSKeyset)
	g.Menu.Extensions = &wire.ExtURIs{URIs: []string{wire.NSSets}}
	s.greeting.Store(&g)
	m := &setServer{sets: map[string]*wire.NSSetInfoData{}, sponsor: testUser, cut: func(*wire.Command) (bool, bool) { return false, false }}
	s.onCommand(m.handle)
	return m, s.client(t, func(cfg *Config) { cfg.SetTLDs = []string{AllTLDs} })
}

func withServers(n string, servers ...dname.Name) registry.DomainCreate {
	in := order(n)
	in.NameServers = servers
	return in
}

// A set that may or may not have been made leaves the registration unsent, and the next attempt finds out.
func TestSetOfUnknownOutcome(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		m, c := startSets(t)
		lost := false
		m.cut = func(cmd *wire.Command) (bool, bool) {
			if cmd.CreateNSSet == nil || lost {
				return false, false
			}
			lost = true
			return !after, after
		}
		in := withServers("one.example", "ns1.x.net", "ns2.x.net")
		_, err := c.CreateDomain(t.Context(), "T-1", in)
		outcome(t, err, 0, false)
		if len(m.creates) != 0 {
			t.Fatal("the registration was sent without its set")
		}
		if _, err := c.CreateDomain(t.Context(), "T-1", in); err != nil {
			t.Fatal(err)
		}
		if len(m.sets) != 1 || len(m.creates) != 1 {
			t.Errorf("after=%v: %d sets, %d registrations", after, len(m.sets), len(m.creates))
		}
	}
}

// What stands under an id is compared: another's set, or one whose content was changed, is not used.
func TestSetsOfOthersAreNotUsed(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*wire.NSSetInfoData){
		"another sponsor": func(s *wire.NSSetInfoData) { s.ClID = "somebody" },
		"other content":   func(s *wire.NSSetInfoData) { s.Servers = s.Servers[:1] },
	} {
		m, c := startSets(t)
		servers := []dname.Name{"ns1.x.net", "ns2.x.net"}
		first := content{servers: servers}.id(testUser, 0)
		m.sets[first] = &wire.NSSetInfoData{ID: first, ROID: "N1-TEST", Statuses: wire.SetStatuses("ok"), ClID: testUser, CrDate: time.Now(),
			Servers: []wire.SetHost{wire.SetHostOf("ns2.x.net"), wire.SetHostOf("NS1.x.net")}}
		if _, err := c.CreateDomain(t.Context(), "T-1", withServers("one.example", servers...)); err != nil || m.creates[0] != first {
			t.Fatalf("%s: %v %v", name, m.creates, err)
		}
		c.sets.forget([]string{first})
		spoil(m.sets[first])
		if _, err := c.CreateDomain(t.Context(), "T-2", withServers("two.example", servers...)); err != nil || m.creates[1] == first {
			t.Errorf("%s: %v %v", name, m.creates, err)
		}
	}
}

// A set that was only remembered may be gone.
func TestRememberedSetIsGone(t *testing.T) {
	t.Parallel()
	m, c := startSets(t)
	for i, n := range []string{"one.example", "two.example"} {
		if _, err := c.CreateDomain(t.Context(), "T-1", withServers(n, "ns1.x.net")); err != nil || len(m.creates) != i+1 || len(m.sets) != 1 {
			t.Fatalf("%s: %v %v", n, m.creates, err)
		}
		clear(m.sets)
	}
}

func TestSetIDs(t *testing.T) {
	t.Parallel()
	key := registry.Key{Flags: 257, Protocol: 3, Alg: 13, PubKey: "AQID"}
	a, b := content{servers: []dname.Name{"a.net", "b.net"}}, content{servers: []dname.Name{"b.net", "a.net"}}
	seen := map[string]bool{}
	for _, id := range []string{a.id("u", 0), a.id("u", 1), a.id("v", 0), content{servers: a.servers[:1]}.id("u", 0), content{keys: []registry.Key{key}}.id("u", 0)} {
		if seen[id] || len(id) != 27 {
			t.Errorf("id %q", id)
		}
		seen[id] = true
	}
	if a.id("u", 0) != b.id("u", 0) {
		t.Error("the order of the servers counts")
	}
}

// Where sets count only if they are offered, a registry without them gets hosts, and one with them sets, from the first command on.
func TestSetsIfOffered(t *testing.T) {
	t.Parallel()
	all := []string{wire.NSNSSet, wire.NSKeyset}
	for name, d := range map[string]struct {
		objects, extensions []string
		sets                bool
	}{
		"offered":            {all, []string{wire.NSSets}, true},
		"not offered":        {nil, nil, false},
		"objects alone":      {all, []string{wire.NSRGP}, false},
		"extension alone":    {nil, []string{wire.NSSets}, false},
		"one of the objects": {all[:1], []string{wire.NSSets, wire.NSRGP}, false},
	} {
		s := newServer(t)
		g := *s.greeting.Load()
		g.Menu.Objects = append(slices.Clone(g.Menu.Objects), d.objects...)
		if g.Menu.Extensions = nil; d.extensions != nil {
			g.Menu.Extensions = &wire.ExtURIs{URIs: d.extensions}
		}
		s.greeting.Store(&g)
		m := &setServer{sets: map[string]*wire.NSSetInfoData{}, sponsor: testUser, cut: func(*wire.Command) (bool, bool) { return false, false }}
		var hosts []*wire.NameServers
		s.onCommand(func(c *wire.Command) (*wire.Response, bool) {
			if c.CreateDomain != nil && c.Ext.SetsCreate == nil {
				hosts = append(hosts, c.CreateDomain.NS)
				now := time.Now()
				return ok(&wire.ResData{DomainCreate: &wire.DomainCreateData{Name: c.CreateDomain.Name, CrDate: now, ExDate: now}}), false
			}
			return m.handle(c)
		})
		c := s.client(t, func(cfg *Config) { cfg.SetTLDs, cfg.SetsIfOffered = []string{"example"}, true })
		if _, err := c.CreateDomain(t.Context(), "T-1", withServers("one.example", "ns1.x.net")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if in := c.cfg.services.latest.Load(); in.Has(wire.NSSets) != d.sets || in.Has(wire.NSNSSet) != d.sets || in.Has(wire.NSKeyset) != d.sets {
			t.Errorf("%s: logged in with %+v", name, in)
		}
		if d.sets && (len(m.creates) != 1 || len(hosts) != 0) || !d.sets && (len(m.creates) != 0 || len(hosts) != 1 || hosts[0] == nil) {
			t.Errorf("%s: with sets %v, with hosts %v", name, m.creates, hosts)
		}
	}
}

// A registry that cannot be reached leaves a registration unsent, whether it has sets or not.
func TestSetsOfARegistryThatIsAway(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t, func(cfg *Config) { cfg.SetTLDs, cfg.SetsIfOffered, cfg.Addr = []string{"example"}, true, "127.0.0.1:1" })
	_, err := c.CreateDomain(t.Context(), "T-1", withServers("one.example", "ns1.x.net"))
	outcome(t, err, 0, false)
}
