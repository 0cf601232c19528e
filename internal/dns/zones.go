package dns

import (
	"hash/maphash"
	"maps"
	"sync"
	"sync/atomic"
)

const shards = 1024

// zones are the served zones by name. Looking one up takes no lock and no memory; a shard is copied when a zone comes or goes, and
// a changed zone is swapped within its entry.
type zones struct {
	seed   maphash.Seed
	shards [shards]shard
	count  atomic.Int64
}

type shard struct {
	mu  sync.Mutex
	all atomic.Pointer[map[string]*entry]
}

// entry is a place for a zone.
type entry struct {
	snap    atomic.Pointer[Snapshot]
	expired atomic.Bool // a secondary zone that its masters did not confirm for too long
}

// served is what the zone answers from; nil when it must not.
func (e *entry) served() *Snapshot {
	if e.expired.Load() {
		return nil
	}
	return e.snap.Load()
}

func newZones() *zones { return &zones{seed: maphash.MakeSeed()} }

func (z *zones) shard(name []byte) *shard { return &z.shards[maphash.Bytes(z.seed, name)%shards] }

// get finds the zone of exactly this name, in wire form and small letters.
func (z *zones) get(name []byte) *entry {
	if m := z.shard(name).all.Load(); m != nil {
		return (*m)[string(name)]
	}
	return nil
}

// above finds the zone that a name lies in: one look per label. parent asks for the zone above when the name is a zone's own and
// that one is served too, as DS records stand there (RFC 4035 §3.1.4.1).
func (z *zones) above(name *wireName, parent bool) *entry {
	var own *entry
	for i := range name.labels {
		e := z.get(name.from(i))
		if e == nil || e.snap.Load() == nil {
			continue
		}
		if parent && i == 0 {
			own = e
			continue
		}
		return e
	}
	return own
}

// put serves a snapshot and gives the one before it.
func (z *zones) put(s *Snapshot) (old *Snapshot) {
	name := []byte(s.wire)
	if e := z.get(name); e != nil {
		return e.snap.Swap(s)
	}
	e := &entry{}
	e.snap.Store(s)
	sh := z.shard(name)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	next := map[string]*entry{}
	if m := sh.all.Load(); m != nil {
		if e := (*m)[s.wire]; e != nil {
			return e.snap.Swap(s)
		}
		next = maps.Clone(*m)
	}
	next[s.wire] = e
	sh.all.Store(&next)
	z.count.Add(1)
	return nil
}

// drop stops serving a zone.
func (z *zones) drop(name []byte) (old *Snapshot) {
	sh := z.shard(name)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	m := sh.all.Load()
	if m == nil || (*m)[string(name)] == nil {
		return nil
	}
	next := maps.Clone(*m)
	e := next[string(name)]
	delete(next, string(name))
	sh.all.Store(&next)
	z.count.Add(-1)
	return e.snap.Swap(nil)
}
