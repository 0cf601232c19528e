package dns

import (
	"crypto/sha1" //nolint:gosec // the one hash that NSEC3 has (RFC 5155 §11)
)

// hasher is room for hashing a name for NSEC3.
type hasher struct {
	in   [maxName + 256 + sha1.Size]byte
	text [33]byte // the hash in base32hex as a key
}

const base32hex = "0123456789abcdefghijklmnopqrstuv"

// key hashes a name in wire form (RFC 5155 §5) and gives the key that its NSEC3 record would have.
func (h *hasher) key(s *Snapshot, name []byte) []byte {
	n := copy(h.in[:], name)
	n += copy(h.in[n:], s.salt)
	sum := sha1.Sum(h.in[:n])
	for range s.rounds {
		n = copy(h.in[:], sum[:])
		n += copy(h.in[n:], s.salt)
		sum = sha1.Sum(h.in[:n])
	}
	for i := range 4 { // 5 octets are 8 digits
		var v uint64
		for _, c := range sum[5*i : 5*i+5] {
			v = v<<8 | uint64(c)
		}
		for j := range 8 {
			h.text[8*i+7-j] = base32hex[v&31]
			v >>= 5
		}
	}
	h.text[32] = 0
	return h.text[:]
}

// show adds the chain record of a node, once.
func (a *asker) show(n *node, typ uint16) {
	if n == nil {
		return
	}
	for _, x := range a.shown[:a.nshow] {
		if x == n {
			return
		}
	}
	if a.nshow < len(a.shown) {
		a.shown[a.nshow] = n
		a.nshow++
	}
	set := n.set(typ)
	if set == nil {
		return
	}
	wire := appendName(a.own[:0], n.key)
	wire = append(wire, a.s.wire...)
	a.must(a.r.set(inAuthority, wire, set, min(set.ttl, a.s.negative), true))
}

// hashed finds the NSEC3 record that matches a name, or the one that covers it.
func (a *asker) hashed(name []byte) (n *node, match bool) {
	chain := a.s.chain
	i, ok := find(chain, a.hash.key(a.s, name))
	if ok {
		return &chain[i], true
	}
	return &chain[(i+len(chain)-1)%len(chain)], false
}

// nameAt is the looked-up name cut to d labels below the origin.
func (a *asker) nameAt(d int) []byte { return a.cur.from(a.cur.labels - a.s.labels - d) }

// wildName is the wildcard below the name of depth d, in wire form.
func (a *asker) wildName(d int) []byte {
	a.full.buf[0], a.full.buf[1] = 1, '*'
	return a.full.buf[:2+copy(a.full.buf[2:], a.nameAt(d))]
}

// denyName proves that neither the name nor a wildcard for it is there (RFC 4035 §3.1.3.2, RFC 5155 §7.2.2).
func (a *asker) denyName(w *expanded) {
	switch a.s.proof {
	case byNSEC:
		a.show(a.s.nsecBefore(a.key[:a.ends[w.depth]]), typeNSEC)
		a.show(a.s.nsecBefore(append(append(a.other[:0], w.ce.key...), '*', 0)), typeNSEC)
	case byNSEC3:
		a.closest(w.d)
		if w.d < maxLabels && len(a.nameAt(w.d))+2 <= maxName {
			n, _ := a.hashed(a.wildName(w.d))
			a.show(n, typeNSEC3)
		}
	}
}

// closest proves the closest encloser at depth d (RFC 5155 §7.2.1): a record that matches it, one that covers the next longer
// name. In a zone with opt-out the closest one with a record is taken.
func (a *asker) closest(d int) {
	depth := a.cur.labels - a.s.labels
	for ; d >= 0; d-- {
		n, match := a.hashed(a.nameAt(d))
		if !match {
			continue
		}
		a.show(n, typeNSEC3)
		if d < depth {
			n, _ = a.hashed(a.nameAt(d + 1))
			a.show(n, typeNSEC3)
		}
		return
	}
}

// denyNextCloser proves that a wildcard was rightly used for an answer: below the closest encloser at depth d there is no closer
// name (RFC 4035 §3.1.3.3, RFC 5155 §7.2.6).
func (a *asker) denyNextCloser(d, depth int) {
	switch a.s.proof {
	case byNSEC:
		a.show(a.s.nsecBefore(a.key[:a.ends[depth]]), typeNSEC)
	case byNSEC3:
		n, _ := a.hashed(a.nameAt(d + 1))
		a.show(n, typeNSEC3)
	}
}

// denyType proves that a node has no record of the type (RFC 4035 §3.1.3.1 and .4, RFC 5155 §7.2.3 to .5).
func (a *asker) denyType(n *node, w *expanded) {
	switch a.s.proof {
	case byNSEC:
		a.show(a.s.nsecBefore([]byte(n.key)), typeNSEC) // its own, or for an empty non-terminal the one that covers it
		if w != nil {
			a.show(a.s.nsecBefore(a.key[:a.ends[w.depth]]), typeNSEC)
		}
	case byNSEC3:
		if w != nil {
			a.closest(w.d)
			m, _ := a.hashed(a.wildName(w.d))
			a.show(m, typeNSEC3)
			return
		}
		depth := a.cur.labels - a.s.labels
		if m, match := a.hashed(a.nameAt(depth)); match {
			a.show(m, typeNSEC3)
			return
		}
		a.closest(depth) // opt-out
	}
}

// denyDS proves at a delegation of depth d that it has no DS (RFC 4035 §3.1.4.1, RFC 5155 §7.2.7).
func (a *asker) denyDS(n *node, d int) {
	switch a.s.proof {
	case byNSEC:
		a.show(n, typeNSEC)
	case byNSEC3:
		if m, match := a.hashed(a.nameAt(d)); match {
			a.show(m, typeNSEC3)
			return
		}
		a.closest(d)
	}
}
