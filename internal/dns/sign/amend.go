package sign

import (
	"slices"
	"sort"
	"strings"

	mdns "github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/zone"
)

// Amend gives what changes beside a zone's own records where some names change: the same that Sign would come to for the whole
// zone, but that signatures elsewhere stay however old they are. Errors: zone.ErrWhole (too much depends on the change).
func (Signer) Amend(a zone.Amendment) (zone.Change, error) {
	m := &amending{work: newWork(a.SignJob), a: a, names: map[string]bool{}, links: map[string]*link{}, gone: map[string]bool{}}
	for _, n := range a.Names {
		m.names[n] = true
	}
	for _, step := range []func() error{m.own, m.delegations, m.old, m.members, m.relink, m.keep, m.signAll} {
		if err := step(); err != nil {
			return zone.Change{}, err
		}
	}
	return zone.Diff(m.Old, zone.Sorted(m.out)), nil
}

// amending is an amendment under way.
type amending struct {
	*work
	a     zone.Amendment
	names map[string]bool
	links map[string]*link // by key: those that were there, as far as they were read
	fresh []*link          // those that come
	gone  map[string]bool  // keys of those that go
}

// link is an NSEC or NSEC3 record.
type link struct {
	key, owner string
	name       string // relative name it is about, where that is known
	next       string // key of the next one
	nextText   string // and as it is written
	before     string // NSEC3: what stands before it
	types      string
}

// delegations finds out which names lie below a delegation. One that comes or goes over other names concerns them all.
func (m *amending) delegations() error {
	m.cut, m.below = map[string]bool{}, map[string]bool{}
	for _, c := range m.a.Cuts {
		m.cut[c] = true
	}
	was := map[string]bool{}
	for _, r := range m.a.Before {
		if r.Type == "NS" && r.Name != zone.Apex {
			was[r.Name] = true
		}
	}
	for n := range m.names {
		if was[n] != m.cut[n] {
			if over, err := m.a.Chain.Holds(n, []string{n}); err != nil || over {
				return orWhole(err)
			}
		}
		for up := zone.Parent(n); up != ""; up = zone.Parent(up) {
			m.below[n] = m.below[n] || m.cut[up]
		}
	}
	return nil
}

func orWhole(err error) error {
	if err == nil {
		return zone.ErrWhole
	}
	return err
}

// old leaves of the old records those that the change is about: signatures of the zone's own sets at the names, and that of the SOA.
// Types of keys at the origin count for its types.
func (m *amending) old() error {
	var out []zone.Record
	for _, r := range m.Old {
		typ := r.Type
		if typ == "RRSIG" {
			covered, _, _ := strings.Cut(r.Data, " ")
			if typ = zone.Type(covered); typ == "SOA" || m.names[r.Name] && !typ.Extra() {
				out = append(out, r)
			}
			continue
		}
		if t := mdns.StringToType[string(typ)]; m.names[r.Name] && typ != "NSEC" && typ != "NSEC3" && !slices.Contains(m.at[r.Name], t) {
			m.at[r.Name] = append(m.at[r.Name], t)
		}
	}
	m.Old = out
	return nil
}

// key of a name in the chain.
func (m *amending) key(name string) string {
	if m.NSEC3 {
		return strings.ToLower(mdns.HashName(m.full(name), mdns.SHA1, 0, ""))
	}
	return zone.SortKey(name)
}

// members finds out which links come, go, and stay.
func (m *amending) members() error {
	had, has := map[string]bool{}, map[string]bool{zone.Apex: m.names[zone.Apex]}
	for _, r := range m.a.Before {
		had[r.Name] = !m.below[r.Name]
	}
	for _, r := range m.Records {
		has[r.Name] = !m.below[r.Name]
	}
	had[zone.Apex] = has[zone.Apex]
	for _, n := range m.a.Names {
		var err error
		switch {
		case has[n]:
			err = m.come(n, had[n])
		case had[n]:
			err = m.leave(n, has)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// come has a name in the chain, and with NSEC3 all above it.
func (m *amending) come(n string, had bool) error {
	for first := true; n != ""; n, first = zone.Parent(n), false {
		k := m.key(n)
		if slices.ContainsFunc(m.fresh, func(l *link) bool { return l.key == k }) {
			return nil
		}
		l, err := m.load(m.a.Chain.At(k))
		if err != nil || l == nil && first && had {
			return orWhole(err)
		}
		if l != nil { // what is above it is there too
			if first {
				l.name = n
			}
			return nil
		}
		l = &link{key: k, owner: n, name: n}
		if m.NSEC3 {
			l.owner, l.before = k, "1 0 0 - "
		}
		if m.fresh = append(m.fresh, l); !m.NSEC3 {
			return nil
		}
	}
	return nil
}

// leave has a name leave the chain, and with NSEC3 those above it that nothing stands at or below any more.
func (m *amending) leave(n string, has map[string]bool) error {
	for first := true; n != "" && n != zone.Apex; n, first = zone.Parent(n), false {
		stays := false
		if m.NSEC3 {
			var err error
			if stays, err = m.holds(n, has); err != nil {
				return err
			}
		}
		k := m.key(n)
		if m.gone[k] || stays && !first {
			return nil
		}
		l, err := m.load(m.a.Chain.At(k))
		switch {
		case err != nil:
			return err
		case l == nil:
			return zone.ErrWhole
		case stays:
			l.name = n
			return nil
		}
		m.gone[k] = true
		if !m.NSEC3 {
			return nil
		}
	}
	return nil
}

// holds reports whether something stands at or below a name after the change.
func (m *amending) holds(n string, has map[string]bool) (bool, error) {
	for x := range has {
		if has[x] && (x == n || strings.HasSuffix(x, "."+n)) {
			return true, nil
		}
	}
	return m.a.Chain.Holds(n, m.a.Names)
}

// load takes a link that was there in, with its signatures; nil for none.
func (m *amending) load(rs []zone.Record, err error) (*link, error) {
	if err != nil || len(rs) == 0 {
		return nil, err
	}
	i := slices.IndexFunc(rs, func(r zone.Record) bool { return r.Type != "RRSIG" })
	if i < 0 {
		return nil, zone.ErrWhole
	}
	r := rs[i]
	l := &link{key: zone.ChainKey(r), owner: r.Name}
	if have := m.links[l.key]; have != nil {
		return have, nil
	}
	if m.NSEC3 != (r.Type == "NSEC3") || r.TTL != min(m.SOATTL, m.Minimum) {
		return nil, zone.ErrWhole
	}
	rest := r.Data
	if r.Type == "NSEC3" {
		f := strings.SplitAfterN(rest, " ", 5)
		if len(f) < 5 {
			return nil, zone.ErrWhole
		}
		l.before, rest = strings.Join(f[:4], ""), f[4]
	}
	l.nextText, l.types, _ = strings.Cut(rest, " ")
	if l.next = strings.ToLower(l.nextText); r.Type == "NSEC" {
		l.next = zone.SortKey(m.relative(l.nextText))
	}
	m.links[l.key] = l
	m.Old = append(m.Old, rs...)
	return l, nil
}

func (m *amending) relative(full string) string {
	if full == m.origin {
		return zone.Apex
	}
	return strings.TrimSuffix(full, "."+m.origin)
}

// relink closes the chain around what comes and goes, and puts the links in.
func (m *amending) relink() error {
	for _, l := range m.fresh {
		if err := m.loadBefore(l.key); err != nil {
			return err
		}
	}
	for k := range m.gone {
		if err := m.loadBefore(k); err != nil {
			return err
		}
	}
	list, placed := slices.Clone(m.fresh), 0
	for k, l := range m.links {
		if m.gone[k] {
			continue
		}
		n, err := m.follow(l)
		if err != nil {
			return err
		}
		placed += n
		list = append(list, l)
	}
	if placed != len(m.fresh) {
		return zone.ErrWhole
	}
	for _, l := range list {
		if err := m.put(l); err != nil {
			return err
		}
	}
	return nil
}

// loadBefore reads the link before a key that stays.
func (m *amending) loadBefore(k string) error {
	for range len(m.gone) + 1 {
		l, err := m.load(m.a.Chain.Before(k))
		if err != nil || l == nil {
			return orWhole(err)
		}
		if k = l.key; !m.gone[k] {
			return nil
		}
	}
	return zone.ErrWhole
}

// follow leads a link on to the next one that stays, over all that come in between; it gives how many.
func (m *amending) follow(l *link) (int, error) {
	var between []*link
	from, to, text := l.key, l.next, l.nextText
	for range len(m.gone) + 1 {
		var part []*link
		for _, f := range m.fresh {
			if within(from, to, f.key) {
				part = append(part, f)
			}
		}
		sort.Slice(part, func(i, j int) bool {
			if a, b := part[i].key > from, part[j].key > from; a != b {
				return a
			}
			return part[i].key < part[j].key
		})
		between = append(between, part...)
		if !m.gone[to] {
			break
		}
		next := m.links[to]
		from, to, text = next.key, next.next, next.nextText
	}
	if m.gone[to] {
		return 0, zone.ErrWhole
	}
	at := l
	for _, f := range between {
		at.next, at.nextText = f.key, m.text(f)
		at = f
	}
	at.next, at.nextText = to, text
	return len(between), nil
}

// within reports whether x lies between two keys of the circle.
func within(from, to, x string) bool {
	if from < to {
		return from < x && x < to
	}
	return x > from || x < to
}

// text is how a link that comes is named by the one before it.
func (m *amending) text(l *link) string {
	if m.NSEC3 {
		return strings.ToUpper(l.key)
	}
	return m.full(l.name)
}

// put writes a link.
func (m *amending) put(l *link) error {
	typ, code := "NSEC", mdns.TypeNSEC
	if m.NSEC3 {
		typ, code = "NSEC3", 0
	}
	if l.name != "" {
		var names []string
		for _, t := range m.types(l.name, code) {
			names = append(names, mdns.Type(t).String())
		}
		l.types = strings.Join(names, " ")
	}
	rr, err := m.parse(l.owner, min(m.SOATTL, m.Minimum), typ, strings.TrimSuffix(l.before+l.nextText+" "+l.types, " "))
	if err != nil {
		return err
	}
	m.add(l.owner, rr)
	return nil
}
