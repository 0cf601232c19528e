package dns

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// zones are the served zones by name, in an open hash table of pointers: a look is a line of memory for a name that is not there,
// and the zone's own beside it for one that is, however many there are. Looking takes no lock and allocates nothing; writers
// exclude each other.
type zones struct {
	seed  maphash.Seed
	table atomic.Pointer[table]
	count atomic.Int64
	mu    sync.Mutex
	used  int // places of the table that are taken, by zones that are gone too
}

type table struct {
	mask  uint64
	slots []slot
}

// slot is a place for a zone. The hash is set before the zone.
type slot struct {
	hash atomic.Uint64
	zone atomic.Pointer[Snapshot]
}

// gone takes the place of a zone that was dropped, so that those behind it are found.
var gone = &Snapshot{}

const firstSlots = 1024

func newZones() *zones {
	z := &zones{seed: maphash.MakeSeed()}
	z.table.Store(newTable(firstSlots))
	return z
}

func newTable(n uint64) *table { return &table{mask: n - 1, slots: make([]slot, n)} }

// find gives the place of a zone, or the free one where it would stand.
func (t *table) find(hash uint64, name []byte) (*slot, *Snapshot) {
	for i := hash & t.mask; ; i = (i + 1) & t.mask {
		s := &t.slots[i]
		at := s.zone.Load()
		if at == nil || s.hash.Load() == hash && at.wire == string(name) {
			return s, at
		}
	}
}

// get finds the zone of exactly this name, in wire form and small letters.
func (z *zones) get(name []byte) *Snapshot {
	_, s := z.table.Load().find(maphash.Bytes(z.seed, name), name)
	return s
}

// above finds the zone that a name lies in: one look per label. parent asks for the zone above when the name is a zone's own and
// that one is served too, as DS records stand there (RFC 4035 §3.1.4.1).
func (z *zones) above(name *wireName, parent bool) *Snapshot {
	var own *Snapshot
	for i := range name.labels {
		s := z.get(name.from(i))
		if s == nil {
			continue
		}
		if parent && i == 0 {
			own = s
			continue
		}
		return s
	}
	return own
}

// put serves a snapshot and gives the one before it.
func (z *zones) put(s *Snapshot) (old *Snapshot) {
	z.mu.Lock()
	defer z.mu.Unlock()
	hash := maphash.String(z.seed, s.wire)
	at, old := z.table.Load().find(hash, []byte(s.wire))
	if old != nil {
		at.zone.Store(s)
		return old
	}
	if z.used++; 2*z.used > len(z.table.Load().slots) {
		z.grow()
		at, _ = z.table.Load().find(hash, []byte(s.wire))
	}
	at.hash.Store(hash)
	at.zone.Store(s)
	z.count.Add(1)
	return nil
}

// grow makes a table with room, and without the places of zones that are gone.
func (z *zones) grow() {
	size := uint64(firstSlots)
	for size < 4*uint64(z.count.Load()+1) {
		size *= 2
	}
	next, used := newTable(size), 1
	z.each(func(s *Snapshot) bool {
		hash := maphash.String(z.seed, s.wire)
		at, _ := next.find(hash, []byte(s.wire))
		at.hash.Store(hash)
		at.zone.Store(s)
		used++
		return true
	})
	z.used = used
	z.table.Store(next)
}

// drop stops serving a zone.
func (z *zones) drop(name []byte) (old *Snapshot) {
	z.mu.Lock()
	defer z.mu.Unlock()
	at, old := z.table.Load().find(maphash.Bytes(z.seed, name), name)
	if old == nil {
		return nil
	}
	at.zone.Store(gone)
	z.count.Add(-1)
	return old
}

// each calls f for every zone, until it gives false.
func (z *zones) each(f func(s *Snapshot) bool) {
	t := z.table.Load()
	for i := range t.slots {
		if s := t.slots[i].zone.Load(); s != nil && s != gone && !f(s) {
			return
		}
	}
}
