package dns

import "encoding/binary"

// maxChain bounds the names that are followed for one query: CNAME and DNAME.
const maxChain = 10

// kind is what sort of answer a query got; the rate limit counts each apart.
type kind uint8

const (
	kindAnswer kind = iota
	kindReferral
	kindNoData
	kindNoName
	kindError
)

// asker answers queries. It holds what one query needs while it is answered, and is used by one goroutine.
type asker struct {
	zones *zones
	q     query
	r     reply
	cur   wireName // the name that is looked up: the question's, or what an alias led to
	s     *Snapshot
	key   [maxKey]byte
	ends  [maxLabels + 2]uint16 // the key of the name with d labels below the origin is key[:ends[d]]
	kind  kind
	hash  hasher
	shown [16]*node // chain records that the reply has
	nshow int
	glue  [4]glue
	nglue int
	wild  [maxChain]byWildcard
	nwild int
	other [maxKey]byte
	full  wireName
	own   [maxName + 1]byte
	privy func() bool // whether the asker may see what is not for everybody
}

// glue is a set whose names are worth addresses.
type glue struct {
	set *rrset
	s   *Snapshot
	cut string // key of the delegation, whose addresses a referral must bring
	ref bool
}

// answer writes the answer to a.q, which was read and asks for the class IN.
func (a *asker) answer() {
	a.nshow, a.nglue, a.nwild, a.kind = 0, 0, 0, kindAnswer
	a.cur = a.q.name
	if a.s = a.zones.above(&a.cur, a.q.qtype == typeDS); a.s == nil {
		a.fail(rcodeRefused)
		return
	}
	for range maxChain {
		expired := a.s.expired.Load()
		if expired || a.s.private && !a.privy() {
			if a.r.counts[inAnswer] > 0 {
				break
			}
			if expired {
				a.fail(rcodeServFail)
			} else {
				a.fail(rcodeRefused)
			}
			return
		}
		if !a.step() {
			break
		}
		if a.s = a.zones.above(&a.cur, a.q.qtype == typeDS); a.s == nil {
			break // the rest is the asker's to find
		}
	}
	a.proveWildcards()
	a.addresses()
}

func (a *asker) fail(rcode int) {
	a.r.rcode, a.kind = rcode, kindError
	a.r.flags &^= flagAA
}

// step looks one name up in one zone (RFC 1034 §4.3.2); true when an alias leads on to a.cur.
func (a *asker) step() bool {
	depth := a.keys()
	n, d := a.s.apex(), 0
	for at := 0; ; d++ {
		if a.s.cuts {
			if ns := n.set(typeNS); ns != nil && d > 0 && (d < depth || a.q.qtype != typeDS) {
				a.referral(n, ns, d, depth)
				return false
			}
			if dn := n.set(typeDNAME); dn != nil && d < depth {
				return a.dname(dn, depth-d)
			}
		}
		if d == depth {
			break
		}
		i, ok := find(a.s.nodes[at+1:], a.key[:a.ends[d+1]])
		if !ok {
			return a.missing(n, d, depth)
		}
		at += 1 + i
		n = &a.s.nodes[at]
	}
	a.authoritative()
	return a.at(n, nil)
}

// keys prepares the keys of the name and of those above it, and tells how many labels it has below the origin.
func (a *asker) keys() int {
	depth := a.cur.labels - a.s.labels
	key := a.key[:0]
	a.ends[0] = 0
	for d := 1; d <= depth; d++ {
		at := int(a.cur.starts[depth-d])
		key = appendLabel(key, a.cur.buf[at+1:at+1+int(a.cur.buf[at])])
		a.ends[d] = uint16(len(key))
	}
	return depth
}

// authoritative sets AA, which speaks of the first name of the answer.
func (a *asker) authoritative() {
	if a.r.counts[inAnswer] == 0 {
		a.r.flags |= flagAA
	}
}

// expanded says that a node answers for a name by being a wildcard: ce is the closest encloser, at depth d of depth.
type expanded struct {
	ce       *node
	d, depth int
}

// byWildcard is a name of the answer that a wildcard stood in for. Its proof belongs into the authority section, and is written
// when the answer section is complete.
type byWildcard struct {
	s    *Snapshot
	name wireName
	d    int // depth of the closest encloser
}

// proveWildcards adds the proofs that are due.
func (a *asker) proveWildcards() {
	for i := range a.wild[:a.nwild] {
		b := &a.wild[i]
		a.s, a.cur = b.s, b.name
		a.denyNextCloser(b.d, a.keys())
	}
}

// at answers from a node that is the name's, or a wildcard's when wild is set.
func (a *asker) at(n *node, wild *expanded) bool {
	if a.q.qtype == typeANY && len(n.sets) > 0 {
		a.any(n, wild)
		return false
	}
	if a.q.qtype == typeRRSIG && a.signatures(n) {
		return false
	}
	if set := n.set(a.q.qtype); set != nil {
		if a.set(set, wild) && (set.typ == typeMX || set.typ == typeSRV || set.typ == typeNS) {
			a.want(glue{set: set, s: a.s})
		}
		return false
	}
	cname := n.set(typeCNAME)
	if cname == nil || a.q.qtype == typeNSEC {
		a.nodata(n, wild)
		return false
	}
	if !a.set(cname, wild) {
		return false
	}
	return a.follow(cname.data[2:])
}

// follow goes on with an alias' target; not in circles.
func (a *asker) follow(target string) bool {
	n := copy(a.own[:], target)
	before := a.cur
	if a.cur.read(a.own[:n]) == 0 {
		return false
	}
	return string(a.cur.bytes()) != string(before.bytes()) && string(a.cur.bytes()) != string(a.q.name.bytes())
}

// set puts a set into the answer, under the name that was looked up.
func (a *asker) set(set *rrset, wild *expanded) bool {
	if !a.r.set(inAnswer, a.cur.bytes(), set, set.ttl, a.q.do) {
		a.r.flags |= flagTC
		return false
	}
	if wild != nil && a.q.do && a.nwild < len(a.wild) {
		a.wild[a.nwild] = byWildcard{s: a.s, name: a.cur, d: wild.d}
		a.nwild++
	}
	return true
}

// any answers ANY with one set (RFC 8482 §4.1).
func (a *asker) any(n *node, wild *expanded) {
	for i := range n.sets {
		if set := &n.sets[i]; set.data != "" && set.typ != typeNSEC {
			a.set(set, wild)
			return
		}
	}
	a.nodata(n, wild)
}

// signatures answers a query for RRSIG with all that are at a node.
func (a *asker) signatures(n *node) bool {
	m, found := a.r.mark(), false
	for i := range n.sets {
		set := &n.sets[i]
		found = found || set.sigs != ""
		if !a.r.sigs(inAnswer, a.cur.bytes(), set, set.ttl) {
			a.r.back(m)
			a.r.flags |= flagTC
			return true
		}
	}
	return found
}

// missing answers for a name that is not in the zone: from the wildcard at the closest encloser, or with a name error.
func (a *asker) missing(ce *node, d, depth int) bool {
	a.authoritative()
	wild := &expanded{ce: ce, d: d, depth: depth}
	key := append(append(a.other[:0], ce.key...), '*', 0)
	if n := a.s.find(key); n != nil {
		return a.at(n, wild)
	}
	a.r.rcode, a.kind = rcodeName, kindNoName
	a.negative()
	if a.q.do {
		a.denyName(wild)
	}
	return false
}

// nodata answers that the name has no record of the type.
func (a *asker) nodata(n *node, wild *expanded) {
	a.kind = kindNoData
	a.negative()
	if a.q.do {
		a.denyType(n, wild)
	}
}

// negative adds the start of authority, with the TTL that the answer may be kept for (RFC 2308 §3).
func (a *asker) negative() {
	soa := a.s.soa()
	a.must(a.r.set(inAuthority, a.origin(), soa, min(soa.ttl, a.s.negative), a.q.do))
}

// origin is the zone's name in wire form.
func (a *asker) origin() []byte { return a.cur.from(a.cur.labels - a.s.labels) }

// must notes that what did not fit was needed.
func (a *asker) must(fits bool) {
	if !fits {
		a.r.flags |= flagTC
	}
}

// referral names the servers of a delegated zone, at depth d.
func (a *asker) referral(n *node, ns *rrset, d, depth int) {
	a.kind = kindReferral
	owner := a.cur.from(depth - d)
	if !a.r.set(inAuthority, owner, ns, ns.ttl, false) {
		a.r.flags |= flagTC
		return
	}
	if a.q.do && a.s.proof != unsigned {
		if ds := n.set(typeDS); ds != nil {
			a.must(a.r.set(inAuthority, owner, ds, ds.ttl, true))
		} else {
			a.denyDS(n, d)
		}
	}
	a.want(glue{set: ns, s: a.s, cut: n.key, ref: true})
}

// dname rewrites the name (RFC 6672 §3.1); up is how many labels it has below the DNAME's owner.
func (a *asker) dname(set *rrset, up int) bool {
	a.authoritative()
	owner := a.cur.from(up)
	if !a.r.set(inAnswer, owner, set, set.ttl, a.q.do) {
		a.r.flags |= flagTC
		return false
	}
	prefix := a.cur.buf[:a.cur.starts[up]]
	n := copy(a.own[:], set.data[2:])
	if len(prefix)+n > maxName || !a.full.set(prefix, a.own[:n]) {
		a.r.rcode = rcodeYXDomain
		return false
	}
	m := a.r.mark()
	a.r.name(a.cur.bytes())
	a.r.buf = append(a.r.buf, 0, typeCNAME, 0, classIN)
	a.r.buf = binary.BigEndian.AppendUint32(a.r.buf, set.ttl)
	at := len(a.r.buf)
	a.r.buf = append(a.r.buf, 0, 0)
	a.r.name(a.full.bytes())
	binary.BigEndian.PutUint16(a.r.buf[at:], uint16(len(a.r.buf)-at-2))
	a.r.counts[inAnswer]++
	if len(a.r.buf) > a.r.limit {
		a.r.back(m)
		a.r.flags |= flagTC
		return false
	}
	if a.q.qtype == typeCNAME || a.q.qtype == typeANY {
		return false
	}
	a.cur = a.full
	return true
}
