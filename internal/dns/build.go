package dns

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/zone"
)

// build makes a snapshot.
func build(d Data) (*Snapshot, error) {
	s, err := empty(d.Zone)
	if err != nil {
		return nil, err
	}
	recs := make([]packed, 0, len(d.Records)+len(d.Extra)+1)
	soa, err := packSOA(string(d.Zone.Origin), d.Zone.SOA, d.Zone.Serial)
	if err != nil {
		return nil, err
	}
	recs = append(recs, soa)
	for _, list := range [][]zone.Record{d.Records, d.Extra} {
		for i := range list {
			p, err := pack(string(d.Zone.Origin), &list[i])
			if err != nil {
				return nil, err
			}
			if p.typ == typeSOA && !p.sig {
				continue // the head's counts
			}
			recs = append(recs, p)
		}
	}
	slices.SortStableFunc(recs, func(a, b packed) int {
		if c := strings.Compare(a.key, b.key); c != 0 {
			return c
		}
		return int(a.typ) - int(b.typ)
	})
	var plain, hashed []packed
	for _, r := range recs {
		if r.hashed() {
			hashed = append(hashed, r)
		} else {
			plain = append(plain, r)
		}
	}
	s.wire, s.nodes = gather(s.wire, plain, true)
	_, s.hashed = gather("", hashed, false)
	return s, s.finish()
}

// empty is a snapshot without nodes.
func empty(z zone.Zone) (*Snapshot, error) {
	wire, err := packName(strings.ToLower(string(z.Origin)))
	if err != nil {
		return nil, err
	}
	var w wireName
	if w.read(wire) == 0 || w.labels == 0 {
		return nil, fmt.Errorf("dns: %q is no name of a zone", z.Origin)
	}
	z.Comment = "" // what answers need not is not kept
	return &Snapshot{wire: string(wire), labels: w.labels, serial: z.Serial, negative: uint32(min(z.SOA.TTL, z.SOA.Minimum)), head: z}, nil
}

// gather makes nodes of sorted records. All their octets share one string, and all their sets one array: a zone is few objects, and
// an answer touches few lines of memory. In that string the origin and all keys stand first, as they are compared together.
func gather(origin string, recs []packed, gaps bool) (string, []node) {
	if len(recs) == 0 {
		return origin, nil
	}
	size, sets := len(origin), 0
	walk(recs, gaps, func(key string, _ []packed) { size += len(key) })
	for i, r := range recs {
		size += len(r.rdata)
		if i == 0 || r.key != recs[i-1].key || r.typ != recs[i-1].typ {
			sets++
		}
	}
	a := arena{sets: make([]rrset, 0, sets)}
	a.text.Grow(size)
	origin = a.put(origin)
	var keys []string
	walk(recs, gaps, func(key string, _ []packed) { keys = append(keys, a.put(key)) })
	out := make([]node, 0, len(keys))
	walk(recs, gaps, func(_ string, group []packed) { out = append(out, node{key: keys[len(out)], sets: a.group(group)}) })
	return origin, out
}

// walk calls f for each name that has records, and for those between them and the origin that have none. A name's gaps come before it.
func walk(recs []packed, gaps bool, f func(key string, group []packed)) {
	last := ""
	for i := 0; i < len(recs); {
		key, j := recs[i].key, i
		for j < len(recs) && recs[j].key == key {
			j++
		}
		if gaps {
			missing(last, key, func(gap string) { f(gap, nil) })
		}
		f(key, recs[i:j])
		last, i = key, j
	}
}

// missing calls f for each name above key that is neither last nor above it.
func missing(last, key string, f func(gap string)) {
	for i := 1; i < len(key); i++ {
		if key[i-1] == 0 && !strings.HasPrefix(last, key[:i]) {
			f(key[:i])
		}
	}
}

// arena holds what the nodes of a snapshot share.
type arena struct {
	text strings.Builder // grown to its size at first, so that what was cut from it stays where it is
	sets []rrset
}

func (a *arena) put(s string) string {
	at := a.text.Len()
	a.text.WriteString(s)
	return a.text.String()[at:]
}

// group makes the sets of one name.
func (a *arena) group(group []packed) []rrset {
	first := len(a.sets)
	for i := 0; i < len(group); {
		j := i
		for j < len(group) && group[j].typ == group[i].typ {
			j++
		}
		a.sets = append(a.sets, a.set(group[i:j]))
		i = j
	}
	return a.sets[first:len(a.sets):len(a.sets)]
}

func (a *arena) set(group []packed) rrset {
	set := rrset{typ: group[0].typ, ttl: group[0].ttl}
	for _, sigs := range []bool{false, true} {
		at := a.text.Len()
		for _, r := range group {
			if r.sig == sigs {
				a.text.Write(r.rdata)
				if !sigs {
					set.ttl = r.ttl
				}
			}
		}
		if all := a.text.String()[at:]; sigs {
			set.sigs = all
		} else {
			set.data = all
		}
	}
	return set
}

// finish fills in what is derived from the nodes.
func (s *Snapshot) finish() error {
	if len(s.nodes) == 0 || s.nodes[0].key != "" || s.soa() == nil {
		return errors.New("dns: a zone without a start of authority")
	}
	s.cuts, s.records, s.proof = false, 0, unsigned
	for i := range s.nodes {
		n := &s.nodes[i]
		for j := range n.sets {
			set := &n.sets[j]
			s.cuts = s.cuts || set.typ == typeDNAME || set.typ == typeNS && i > 0
			s.records += set.count()
		}
	}
	for i := range s.hashed {
		for j := range s.hashed[i].sets {
			s.records += s.hashed[i].sets[j].count()
		}
	}
	switch {
	case s.soa().sigs == "":
	case s.apex().set(typeNSEC) != nil:
		s.proof = byNSEC
	default:
		return s.pickChain()
	}
	return nil
}

// pickChain chooses the NSEC3 chain that negative answers are proved by: that of the first NSEC3PARAM record that can be used
// (RFC 5155 §4, §7.3) and has one. Without any the zone is answered from as if it were unsigned.
func (s *Snapshot) pickChain() error {
	param := s.apex().set(typeNSEC3PARAM)
	if param == nil {
		return nil
	}
	for data := param.data; data != ""; {
		var one string
		one, data = next(data)
		if len(one) < 2+5 || len(one) < 2+5+int(one[2+4]) {
			return fmt.Errorf("dns: %s: a short NSEC3PARAM", s.head.Origin)
		}
		of, ok := chainOf(one)
		if !ok || one[2+1] != 0 { // flags: the chain is not whole (RFC 5155 §4.1.2)
			continue
		}
		if chain := s.chainWith(of); len(chain) > 0 {
			s.proof, s.chain, s.salt, s.rounds = byNSEC3, chain, of.salt, of.rounds
			break
		}
	}
	return nil
}

// chainID is what names of one NSEC3 chain are hashed with.
type chainID struct {
	salt   string
	rounds uint16
}

// chainOf reads the front of the data of an NSEC3 or NSEC3PARAM record; false for one that is of no use here. More rounds than
// maxRounds are among those: whoever asks would treat the zone as unsigned (RFC 9276 §3.2).
func chainOf(rdata string) (id chainID, ok bool) {
	raw := rdata[2:]
	if len(raw) < 5 || len(raw) < 5+int(raw[4]) || raw[0] != 1 {
		return id, false
	}
	id = chainID{salt: raw[5 : 5+int(raw[4])], rounds: uint16(raw[2])<<8 | uint16(raw[3])}
	return id, id.rounds <= maxRounds
}

// chainWith are the nodes with a record of a chain; all of them, most often, and then the list itself.
func (s *Snapshot) chainWith(id chainID) []node {
	var out []node
	whole := true
	for i, n := range s.hashed {
		belongs := false
		if set := n.set(typeNSEC3); set != nil {
			for data := set.data; data != "" && !belongs; {
				var one string
				one, data = next(data)
				of, ok := chainOf(one)
				belongs = ok && of == id
			}
		}
		switch {
		case !belongs && whole:
			out, whole = append(out, s.hashed[:i]...), false
		case belongs && !whole:
			out = append(out, n)
		}
	}
	if whole {
		return s.hashed
	}
	return out
}

// maxRounds bounds the work that one negative answer may cost (RFC 9276 §3.2).
const maxRounds = 150

func (r *rrset) count() int {
	n := 0
	for data := r.data; data != ""; n++ {
		_, data = next(data)
	}
	return n
}
