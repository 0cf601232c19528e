package dns

import (
	"strings"
	"sync/atomic"

	mdns "github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/zone"
)

// Snapshot is a zone ready to be answered from; it never changes.
type Snapshot struct {
	expired  atomic.Bool // a secondary zone that its masters did not confirm for too long, or not yet
	wire     string      // the origin in wire form, small letters
	labels   int         // of the origin
	serial   uint32
	negative uint32 // TTL of negative answers (RFC 2308)
	nodes    []node // in canonical order; the origin's is the first; names without data (empty non-terminals) are among them
	hashed   []node // NSEC3 records by their hash, of all chains; each has a record
	chain    []node // those of the chain that proves
	salt     string // of that chain
	rounds   uint16
	proof    proof
	cuts     bool // there is a delegation or a DNAME
	records  int  // without signatures
	private  bool // the catalog zone: for those only who may transfer it (RFC 9432 §7)
	head     zone.Zone
}

// proof says how a zone proves what is not there.
type proof uint8

const (
	unsigned proof = iota
	byNSEC
	byNSEC3
)

// node is a name of a zone.
type node struct {
	key  string
	sets []rrset
}

// rrset are the records of one type at a name, ready to be written.
type rrset struct {
	data string // for each record the length and the data, uncompressed
	sigs string // the same of the signatures
	ttl  uint32
	typ  uint16
}

// next cuts the first record data (with its length) off a set's.
func next(data string) (rdata, rest string) {
	n := 2 + int(data[0])<<8 + int(data[1])
	return data[:n], data[n:]
}

func (n *node) set(typ uint16) *rrset {
	for i := range n.sets {
		if n.sets[i].typ == typ && n.sets[i].data != "" {
			return &n.sets[i]
		}
	}
	return nil
}

// find looks a name up by its key.
func find(nodes []node, key []byte) (at int, ok bool) {
	lo, hi := 0, len(nodes)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if nodes[mid].key < string(key) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < len(nodes) && nodes[lo].key == string(key)
}

func (s *Snapshot) find(key []byte) *node {
	if i, ok := find(s.nodes, key); ok {
		return &s.nodes[i]
	}
	return nil
}

// heard reports whether a secondary zone was ever transferred: it is no more than its start of authority before.
func (s *Snapshot) heard() bool { return s.records > 1 }

// own counts the records that are not of DNSSEC.
func (s *Snapshot) own() int {
	n := 0
	for i := range s.nodes {
		for j := range s.nodes[i].sets {
			set := &s.nodes[i].sets[j]
			if set.typ != typeSOA && !zone.Type(mdns.TypeToString[set.typ]).Extra() {
				n += set.count()
			}
		}
	}
	return n
}

func (s *Snapshot) apex() *node { return &s.nodes[0] }

func (s *Snapshot) soa() *rrset { return s.apex().set(typeSOA) }

// nsecBefore finds the NSEC record that covers or matches a key: that of the last name with one up to it in canonical order.
func (s *Snapshot) nsecBefore(key []byte) *node {
	i, ok := find(s.nodes, key)
	if !ok {
		i--
	}
	for ; i >= 0; i-- { // over names that have none: empty non-terminals, what lies below a delegation, what nobody signed
		if s.nodes[i].set(typeNSEC) != nil {
			return &s.nodes[i]
		}
	}
	return nil
}

// within reports whether a key is that of a name below another's.
func within(key, parent string) bool { return len(key) > len(parent) && strings.HasPrefix(key, parent) }
