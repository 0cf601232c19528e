package dns

import (
	"errors"
	"fmt"
	"slices"
	"sort"

	"github.com/polyreg/polyreg/internal/zone"
)

var errApart = errors.New("dns: the journal does not lead to the zone")

// with gives the snapshot after changes, made from this one; it costs what the changed names cost, and a copy of the list of names.
// What does not fit together is an error: then the zone is to be read as a whole.
func (s *Snapshot) with(z zone.Zone, entries []zone.Entry) (*Snapshot, error) {
	out, err := empty(z)
	if err != nil {
		return nil, err
	}
	out.private = s.private
	serial := s.serial
	plain, hashed := edit{old: s.nodes, touched: map[string][]rrset{}}, edit{old: s.hashed, touched: map[string][]rrset{}}
	for _, e := range entries {
		if e.From != serial {
			return nil, errApart
		}
		serial = e.To
		for _, list := range []struct {
			records []zone.Record
			do      func(*edit, *packed) error
		}{{e.Change.Remove, (*edit).remove}, {e.Change.Add, (*edit).add}} {
			for i := range list.records {
				p, err := pack(string(z.Origin), &list.records[i])
				if err != nil {
					return nil, err
				}
				to := &plain
				if p.hashed() {
					to = &hashed
				}
				if err := list.do(to, &p); err != nil {
					return nil, err
				}
			}
		}
	}
	if serial != z.Serial {
		return nil, errApart
	}
	soa, err := packSOA(string(z.Origin), z.SOA, z.Serial)
	if err != nil {
		return nil, err
	}
	plain.replace(&soa)
	out.nodes, out.hashed = plain.merge(true), hashed.merge(false)
	return out, out.finish()
}

// edit is a list of nodes that changes.
type edit struct {
	old     []node
	touched map[string][]rrset
}

// set finds the set that a record belongs to, among those that may be written.
func (e *edit) set(p *packed) *rrset {
	sets, ok := e.touched[p.key]
	if !ok {
		if i, ok := find(e.old, []byte(p.key)); ok {
			sets = slices.Clone(e.old[i].sets)
		}
	}
	i := sort.Search(len(sets), func(i int) bool { return sets[i].typ >= p.typ })
	if i == len(sets) || sets[i].typ != p.typ {
		sets = slices.Insert(sets, i, rrset{typ: p.typ, ttl: p.ttl})
	}
	e.touched[p.key] = sets
	return &sets[i]
}

func (e *edit) add(p *packed) error {
	set := e.set(p)
	if p.sig {
		set.sigs += string(p.rdata)
		return nil
	}
	set.ttl = p.ttl
	set.data += string(p.rdata)
	return nil
}

func (e *edit) replace(p *packed) {
	set := e.set(p)
	set.ttl, set.data = p.ttl, string(p.rdata)
}

func (e *edit) remove(p *packed) error {
	set := e.set(p)
	from := &set.data
	if p.sig {
		from = &set.sigs
	}
	at := 0
	for rest := *from; rest != ""; {
		var one string
		one, rest = next(rest)
		if one == string(p.rdata) {
			*from = (*from)[:at] + rest
			return nil
		}
		at += len(one)
	}
	return fmt.Errorf("%w: a record of type %d that it takes away is not there", errApart, p.typ)
}

// merge makes the new list. Names that lost their last record go; with gaps not if there are names below them, and names between a
// new one and the origin come.
func (e *edit) merge(gaps bool) []node {
	keys := make([]string, 0, len(e.touched))
	for key, sets := range e.touched {
		e.touched[key] = slices.DeleteFunc(sets, func(s rrset) bool { return s.data == "" && s.sigs == "" })
		keys = append(keys, key)
	}
	sort.Strings(keys)
	out := make([]node, 0, len(e.old)+len(keys))
	from := 0
	for _, key := range keys {
		at, ok := find(e.old, []byte(key))
		out = append(out, e.old[from:at]...)
		from = at
		if ok {
			from++
		}
		sets := e.touched[key]
		if len(sets) > 0 && gaps {
			last := ""
			if len(out) > 0 {
				last = out[len(out)-1].key
			}
			missing(last, key, func(gap string) { out = append(out, node{key: gap}) })
		}
		out = append(out, node{key: key, sets: sets})
	}
	return tidy(append(out, e.old[from:]...), gaps)
}

// tidy drops names without records, but with gaps not those that have names below them.
func tidy(nodes []node, gaps bool) []node {
	to, follow := len(nodes), ""
	for i := len(nodes) - 1; i >= 0; i-- {
		n := nodes[i]
		if len(n.sets) == 0 && !(gaps && within(follow, n.key)) {
			continue
		}
		to--
		nodes[to], follow = n, n.key
	}
	return nodes[to:]
}
