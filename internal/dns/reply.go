package dns

import "encoding/binary"

// Sections of a message.
const (
	inAnswer = iota + 1
	inAuthority
	inAdditional
)

// reply is a message that is being written.
type reply struct {
	buf    []byte
	limit  int // octets that records may take; what comes last (OPT, TSIG) is kept free beyond it
	counts [4]uint16
	flags  uint16
	rcode  int
	// names that were written, for pointers (RFC 1035 §4.1.4): where, and how long they are uncompressed
	at    [48]uint16
	sizes [48]uint8
	known int
	tmp   [maxName + 32]byte
}

// start begins a message with the question as it was asked, its letters' case too.
func (r *reply) start(buf []byte, q *query, question []byte) {
	r.buf, r.known, r.counts, r.rcode = buf[:headerSize], 0, [4]uint16{}, rcodeOK
	clear(r.buf)
	r.flags = flagQR | uint16(q.opcode)<<11 | q.flags&flagRD
	if q.opcode == opQuery {
		r.flags |= q.flags & flagCD
	}
	binary.BigEndian.PutUint16(r.buf, q.id)
	if len(question) == 0 {
		return
	}
	r.buf = append(r.buf, question...)
	r.counts[0] = 1
	for i := 0; i < q.name.labels && i < 12; i++ {
		r.learn(headerSize+int(q.name.starts[i]), q.name.n-int(q.name.starts[i]))
	}
}

// again begins another message of the same sequence, with the question or without.
func (r *reply) again(q *query, question []byte) { r.start(r.buf[:0], q, question) }

func (r *reply) learn(at, size int) {
	if at < 0x4000 && r.known < len(r.at) {
		r.at[r.known], r.sizes[r.known] = uint16(at), uint8(size)
		r.known++
	}
}

// name writes a name, as far as it was not written before. The name is in small letters.
func (r *reply) name(wire []byte) {
	for off := 0; wire[off] != 0; off += 1 + int(wire[off]) {
		size := len(wire) - off
		for i := 0; i < r.known; i++ {
			if int(r.sizes[i]) == size && r.same(int(r.at[i]), wire[off:]) {
				r.labels(wire, off)
				r.buf = append(r.buf, 0xc0|byte(r.at[i]>>8), byte(r.at[i]))
				return
			}
		}
	}
	r.labels(wire, len(wire)-1)
	r.buf = append(r.buf, 0)
}

// labels writes the first octets of a name and remembers it.
func (r *reply) labels(wire []byte, upto int) {
	base := len(r.buf)
	for off := 0; off < upto; off += 1 + int(wire[off]) {
		r.learn(base+off, len(wire)-off)
	}
	r.buf = append(r.buf, wire[:upto]...)
}

// same compares a name of the message with one in small letters.
func (r *reply) same(at int, wire []byte) bool {
	for {
		for r.buf[at] >= 0xc0 {
			at = int(r.buf[at]&0x3f)<<8 | int(r.buf[at+1])
		}
		l := r.buf[at]
		if l != wire[0] {
			return false
		}
		if l == 0 {
			return true
		}
		for i := 1; i <= int(l); i++ {
			if lower(r.buf[at+i]) != wire[i] {
				return false
			}
		}
		at += int(l) + 1
		wire = wire[l+1:]
	}
}

// mark is a state that a reply can be taken back to.
type mark struct {
	size, known int
	counts      [4]uint16
}

func (r *reply) mark() mark { return mark{len(r.buf), r.known, r.counts} }

func (r *reply) back(m mark) { r.buf, r.known, r.counts = r.buf[:m.size], m.known, m.counts }

// record writes one record; rdata begins with its length. What does not fit is the caller's to take back.
func (r *reply) record(section int, owner []byte, typ uint16, ttl uint32, rdata string) bool {
	r.name(owner)
	r.buf = append(r.buf, byte(typ>>8), byte(typ), 0, classIN, byte(ttl>>24), byte(ttl>>16), byte(ttl>>8), byte(ttl))
	r.data(typ, rdata)
	r.counts[section]++
	return len(r.buf) <= r.limit
}

// data writes record data; names in it are compressed in the types of RFC 1035 (RFC 3597 §4).
func (r *reply) data(typ uint16, rdata string) {
	lead, names := 0, 0
	switch typ {
	case typeNS, typeCNAME, typePTR:
		names = 1
	case typeMX:
		lead, names = 2, 1
	case typeSOA:
		names = 2
	}
	if names == 0 || len(rdata) > len(r.tmp) && typ != typeSOA {
		r.buf = append(r.buf, rdata...)
		return
	}
	at := len(r.buf)
	r.buf = append(r.buf, 0, 0)
	rest := rdata[2:]
	r.buf = append(r.buf, rest[:lead]...)
	rest = rest[lead:]
	for range names {
		n := nameSize(rest)
		copy(r.tmp[:], rest[:n])
		for i := range r.tmp[:n] {
			r.tmp[i] = lower(r.tmp[i])
		}
		r.name(r.tmp[:n])
		rest = rest[n:]
	}
	r.buf = append(r.buf, rest...)
	binary.BigEndian.PutUint16(r.buf[at:], uint16(len(r.buf)-at-2))
}

// nameSize is the length of the name at the front of record data, which is well-formed.
func nameSize(s string) int {
	n := 0
	for s[n] != 0 {
		n += 1 + int(s[n])
	}
	return n + 1
}

// set writes a set and, when asked for, its signatures: all of it or nothing.
func (r *reply) set(section int, owner []byte, s *rrset, ttl uint32, sigs bool) bool {
	m := r.mark()
	for data := s.data; data != ""; {
		var one string
		one, data = next(data)
		if !r.record(section, owner, s.typ, ttl, one) {
			r.back(m)
			return false
		}
	}
	if sigs && !r.sigs(section, owner, s, ttl) {
		r.back(m)
		return false
	}
	return true
}

func (r *reply) sigs(section int, owner []byte, s *rrset, ttl uint32) bool {
	for data := s.sigs; data != ""; {
		var one string
		one, data = next(data)
		if !r.record(section, owner, typeRRSIG, ttl, one) {
			return false
		}
	}
	return true
}

// finish writes header and OPT record.
func (r *reply) finish(q *query, size uint16, nsid string) []byte {
	if q.edns {
		r.buf = append(r.buf, 0, 0, typeOPT, byte(size>>8), byte(size), byte(r.rcode>>4), 0, 0, 0, 0, 0)
		if q.do {
			r.buf[len(r.buf)-4] = 0x80
		}
		if q.nsid && nsid != "" {
			r.buf[len(r.buf)-1] = byte(4 + len(nsid))
			r.buf = append(r.buf, 0, optNSID, 0, byte(len(nsid)))
			r.buf = append(r.buf, nsid...)
		}
		r.counts[3]++
	}
	binary.BigEndian.PutUint16(r.buf[2:], r.flags|uint16(r.rcode&15))
	for i, n := range r.counts {
		binary.BigEndian.PutUint16(r.buf[4+2*i:], n)
	}
	return r.buf
}
