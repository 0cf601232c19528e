package dns

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	mdns "github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// Snapshot is a zone ready to be answered from; it never changes.
type Snapshot struct {
	origin   string // "example.com", small letters, no dot at the end
	wire     []byte // the origin in wire form
	serial   uint32
	nodes    []node // sorted by relative name; names without data (empty non-terminals) included
	soa      int32  // index of the origin's SOA in its node
	negative uint32 // TTL of negative answers (RFC 2308)
	signed   bool
	nsec3    *nsec3Chain // nil with NSEC, and unsigned
	wild     bool        // there is a wildcard somewhere
	cuts     bool        // there is a delegation or DNAME below the origin
	data     Data        // what it was made from, for transfers
}

// node is a name of a zone.
type node struct {
	name string // relative to the origin, "" for it
	wire []byte // the relative labels in wire form, without the origin's
	sets []rrset
}

// rrset are the records of one type at a name, ready to be written.
type rrset struct {
	typ   uint16
	ttl   uint32
	rdata [][]byte // uncompressed, without the length
	sigs  [][]byte // RRSIG rdata that cover it
}

func (n *node) set(typ uint16) *rrset {
	for i := range n.sets {
		if n.sets[i].typ == typ {
			return &n.sets[i]
		}
	}
	return nil
}

// build makes a snapshot.
func build(d Data) (*Snapshot, error) {
	origin := string(d.Zone.Origin)
	s := &Snapshot{origin: origin, serial: d.Zone.Serial, data: d}
	var err error
	if s.wire, err = packName(origin); err != nil {
		return nil, err
	}
	b := builder{s: s, nodes: map[string]*node{}}
	soa := soaData(d.Zone)
	if err := b.add("", "SOA", d.Zone.SOA.TTL, soa); err != nil {
		return nil, err
	}
	for _, r := range d.Records {
		if err := b.add(relative(r.Name), string(r.Type), r.TTL, r.Data); err != nil {
			return nil, err
		}
	}
	for _, x := range d.Extra {
		if err := b.add(relative(x.Name), x.Type, x.TTL, x.Data); err != nil {
			return nil, err
		}
	}
	s.negative = uint32(min(d.Zone.SOA.TTL, d.Zone.SOA.Minimum))
	b.finish()
	return s, s.chain()
}

func relative(name string) string {
	if name == zone.Apex {
		return ""
	}
	return name
}

// soaData is the start of authority in presentation form.
func soaData(z zone.Zone) string {
	return fmt.Sprintf("%s. %s. %d %d %d %d %d", z.SOA.MName, z.SOA.RName, z.Serial, z.SOA.Refresh, z.SOA.Retry, z.SOA.Expire, z.SOA.Minimum)
}

// builder gathers a snapshot's nodes.
type builder struct {
	s     *Snapshot
	nodes map[string]*node
}

func (b *builder) add(name, typ string, ttl int, data string) error {
	owner := b.s.origin + "."
	if name != "" {
		owner = name + "." + owner
	}
	t, ok := mdns.StringToType[typ]
	if !ok {
		return fmt.Errorf("dns: no type %q", typ)
	}
	raw, err := packData(owner, typ, data)
	if err != nil {
		return fmt.Errorf("dns: %s %s: %w", owner, typ, err)
	}
	n, err := b.node(name)
	if err != nil {
		return err
	}
	if t == mdns.TypeRRSIG {
		if len(raw) < 2 {
			return errors.New("dns: a short signature")
		}
		set := n.ensure(uint16(raw[0])<<8|uint16(raw[1]), uint32(ttl))
		set.sigs = append(set.sigs, raw)
		b.s.signed = true
		return nil
	}
	set := n.ensure(t, uint32(ttl))
	set.ttl = uint32(ttl)
	set.rdata = append(set.rdata, raw)
	return nil
}

func (n *node) ensure(typ uint16, ttl uint32) *rrset {
	if s := n.set(typ); s != nil {
		return s
	}
	n.sets = append(n.sets, rrset{typ: typ, ttl: ttl})
	return &n.sets[len(n.sets)-1]
}

// node gives the node of a name and makes those above it.
func (b *builder) node(name string) (*node, error) {
	if n := b.nodes[name]; n != nil {
		return n, nil
	}
	n := &node{name: name}
	if name != "" {
		wire, err := packName(name)
		if err != nil {
			return nil, err
		}
		n.wire = wire[:len(wire)-1]
		b.s.wild = b.s.wild || strings.HasPrefix(name, "*")
	}
	b.nodes[name] = n
	if name == "" {
		return n, nil
	}
	_, up, _ := strings.Cut(name, ".")
	if _, err := b.node(up); err != nil {
		return nil, err
	}
	return n, nil
}

func (b *builder) finish() {
	s := b.s
	s.nodes = make([]node, 0, len(b.nodes))
	for _, n := range b.nodes {
		n.sets = slices.Clip(n.sets)
		s.cuts = s.cuts || n.name != "" && (n.set(mdns.TypeNS) != nil || n.set(mdns.TypeDNAME) != nil) || n.name == "" && n.set(mdns.TypeDNAME) != nil
		s.nodes = append(s.nodes, *n)
	}
	sort.Slice(s.nodes, func(i, j int) bool { return s.nodes[i].name < s.nodes[j].name })
}

// find looks a relative name up.
func (s *Snapshot) find(name string) *node {
	i, ok := sort.Find(len(s.nodes), func(i int) int { return strings.Compare(name, s.nodes[i].name) })
	if !ok {
		return nil
	}
	return &s.nodes[i]
}

// Serial is the serial that the snapshot answers with.
func (s *Snapshot) Serial() uint32 { return s.serial }

// Origin is the zone's name.
func (s *Snapshot) Origin() dname.Name { return dname.Name(s.origin) }

// packName gives a name in wire form, without compression.
func packName(name string) ([]byte, error) {
	buf := make([]byte, 256)
	n, err := mdns.PackDomainName(mdns.Fqdn(name), buf, 0, nil, false)
	return slices.Clone(buf[:n]), err
}

// packData gives record data in wire form, without compression.
func packData(owner, typ, data string) ([]byte, error) {
	rr, err := mdns.NewRR(owner + " 0 IN " + typ + " " + data)
	if err != nil {
		return nil, err
	}
	if rr == nil {
		return nil, errors.New("no record")
	}
	buf := make([]byte, mdns.Len(rr)+64)
	n, err := mdns.PackRR(rr, buf, 0, nil, false)
	if err != nil {
		return nil, err
	}
	head, err := mdns.PackDomainName(owner, make([]byte, 256), 0, nil, false)
	if err != nil {
		return nil, err
	}
	return slices.Clone(buf[head+10 : n]), nil
}
