package dns

import "encoding/binary"

// Response codes.
const (
	rcodeOK       = 0
	rcodeForm     = 1
	rcodeServFail = 2
	rcodeName     = 3
	rcodeNotImp   = 4
	rcodeRefused  = 5
	rcodeYXDomain = 6
	rcodeNotAuth  = 9
	rcodeBadVers  = 16
)

const (
	opQuery  = 0
	opNotify = 4

	classIN  = 1
	classCH  = 3
	classANY = 255

	flagQR = 0x8000
	flagAA = 0x0400
	flagTC = 0x0200
	flagRD = 0x0100
	flagCD = 0x0010

	headerSize = 12
	// maxBeside bounds the records that are read beside the question.
	maxBeside = 16
	optNSID   = 3 // RFC 5001
)

// query is what is asked: header, question, and what else of a query matters (RFC 1035 §4, RFC 6891).
type query struct {
	id     uint16
	flags  uint16
	opcode uint8
	name   wireName
	qtype  uint16
	qclass uint16
	end    int // of the question in the packet; 0 when it could not be read

	edns    bool
	version uint8
	do      bool
	nsid    bool
	size    uint16

	tsig   int    // where the TSIG record begins; 0 without one
	serial uint32 // of the SOA record that an IXFR or NOTIFY brings
	soa    bool   // there was one
}

// reading is what became of a packet.
type reading int

const (
	ignored   reading = iota // no query: not answered at all
	malformed                // a query that is answered with FORMERR
	readable
)

// read takes a query apart. It reads at most maxBeside records and never beyond p.
func (q *query) read(p []byte) reading {
	q.end, q.edns, q.version, q.do, q.nsid, q.size, q.tsig, q.soa, q.serial = 0, false, 0, false, false, 0, 0, false, 0
	q.name.n, q.name.labels, q.qtype, q.qclass = 0, 0, 0, 0
	if len(p) < headerSize {
		return ignored
	}
	q.id = binary.BigEndian.Uint16(p)
	q.flags = binary.BigEndian.Uint16(p[2:])
	q.opcode = uint8(q.flags>>11) & 15
	if q.flags&flagQR != 0 {
		return ignored
	}
	if q.opcode != opQuery && q.opcode != opNotify {
		return readable // answered with NOTIMP, whatever follows
	}
	if binary.BigEndian.Uint16(p[4:]) != 1 {
		return malformed
	}
	n := q.name.read(p[headerSize:])
	at := headerSize + n
	if n == 0 || at+4 > len(p) {
		return malformed
	}
	q.qtype, q.qclass = binary.BigEndian.Uint16(p[at:]), binary.BigEndian.Uint16(p[at+2:])
	q.end = at + 4
	counts := [3]int{int(binary.BigEndian.Uint16(p[6:])), int(binary.BigEndian.Uint16(p[8:])), int(binary.BigEndian.Uint16(p[10:]))}
	if counts[0]+counts[1]+counts[2] > maxBeside {
		return malformed
	}
	at = q.end
	for section, count := range counts {
		for ; count > 0; count-- {
			if q.tsig != 0 { // it is the last (RFC 8945 §5.1)
				return malformed
			}
			if at = q.record(p, at, section); at == 0 {
				return malformed
			}
		}
	}
	if at != len(p) {
		return malformed
	}
	return readable
}

// record reads one record at an offset and gives the offset behind it; 0 when it cannot be read.
func (q *query) record(p []byte, at, section int) int {
	start := at
	if at = skipName(p, at); at == 0 || at+10 > len(p) {
		return 0
	}
	typ := binary.BigEndian.Uint16(p[at:])
	size := int(binary.BigEndian.Uint16(p[at+8:]))
	data := at + 10
	if data+size > len(p) {
		return 0
	}
	switch {
	case typ == typeOPT && section == 2:
		if q.edns || at != start+1 { // one only, and at the root (RFC 6891 §6.1.1)
			return 0
		}
		q.edns, q.size, q.version = true, binary.BigEndian.Uint16(p[at+2:]), p[at+5]
		q.do = p[at+6]&0x80 != 0
		if !q.options(p[data : data+size]) {
			return 0
		}
	case typ == typeTSIG && section == 2:
		q.tsig = start
	case typ == typeSOA && section < 2:
		q.soa = q.soaSerial(p, data, data+size)
	}
	return data + size
}

func (q *query) options(p []byte) bool {
	for len(p) > 0 {
		if len(p) < 4 {
			return false
		}
		n := 4 + int(binary.BigEndian.Uint16(p[2:]))
		if n > len(p) {
			return false
		}
		if binary.BigEndian.Uint16(p) == optNSID {
			q.nsid = true
		}
		p = p[n:]
	}
	return true
}

func (q *query) soaSerial(p []byte, at, end int) bool {
	for range 2 {
		if at = skipName(p, at); at == 0 {
			return false
		}
	}
	if at+20 != end {
		return false
	}
	q.serial = binary.BigEndian.Uint32(p[at:])
	return true
}

// skipName gives the offset behind a name, which may end in a pointer; 0 when there is none.
func skipName(p []byte, at int) int {
	for start := at; at < len(p) && at-start < maxName; {
		switch l := int(p[at]); {
		case l == 0:
			return at + 1
		case l >= 0xc0:
			if at+2 > len(p) {
				return 0
			}
			return at + 2
		case l > 63:
			return 0
		default:
			at += l + 1
		}
	}
	return 0
}
