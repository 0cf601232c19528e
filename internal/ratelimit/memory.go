package ratelimit

import (
	"context"
	"hash/maphash"
	"sync"
	"time"
)

// DefaultKeys is the number of keys that a Memory holds unless told otherwise.
const DefaultKeys = 100_000

const shards = 16

// Memory is a Source for one process. It holds a bounded number of keys; when it is full it drops what has run out, and then,
// among a few it looks at, the one that would run out first, so that a flood of new keys costs no more than a bounded amount
// of memory. Safe for concurrent use.
type Memory struct {
	now   func() time.Time
	most  int // keys per shard
	seed  maphash.Seed
	shard [shards]shard
}

type shard struct {
	mu      sync.Mutex
	entries map[memKey]memEntry
	swept   time.Time
}

type memKey struct{ limit, key string }

type memEntry struct {
	state   State
	expires time.Time
}

// NewMemory holds at most keys keys (0: DefaultKeys) and reads wall time from now.
func NewMemory(keys int, now func() time.Time) *Memory {
	if keys <= 0 {
		keys = DefaultKeys
	}
	m := &Memory{now: now, most: max(1, keys/shards), seed: maphash.MakeSeed()}
	for i := range m.shard {
		m.shard[i].entries = make(map[memKey]memEntry)
	}
	return m
}

// Take implements Source; its error is always nil.
func (m *Memory) Take(_ context.Context, key string, limit Limit, cost int64) (Decision, error) {
	if limit.Off() {
		d, _, _ := Apply(limit, time.Time{}, State{}, cost)
		return d, nil
	}
	k := memKey{limit.Name, key}
	s := &m.shard[maphash.Comparable(m.seed, k)%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	now := m.now()
	old, known := s.entries[k]
	d, after, expires := Apply(limit, now, old.state, cost)
	if !d.Allowed {
		return d, nil
	}
	if !known {
		s.makeRoom(m.most, now)
	}
	s.entries[k] = memEntry{state: after, expires: expires}
	return d, nil
}

// makeRoom leaves room for one more entry. Sweeping is done at most once a second, for it looks at every entry.
func (s *shard) makeRoom(most int, now time.Time) {
	if len(s.entries) < most {
		return
	}
	if now.Sub(s.swept) >= time.Second || now.Before(s.swept) {
		s.swept = now
		for k, e := range s.entries {
			if !e.expires.After(now) {
				delete(s.entries, k)
			}
		}
	}
	for len(s.entries) >= most {
		var first memKey
		var when time.Time
		looked := 0
		for k, e := range s.entries { // the order of a map is random
			if looked == 0 || e.expires.Before(when) {
				first, when = k, e.expires
			}
			if looked++; looked == 8 {
				break
			}
		}
		delete(s.entries, first)
	}
}

// Len is the number of keys held.
func (m *Memory) Len() int {
	n := 0
	for i := range m.shard {
		s := &m.shard[i]
		s.mu.Lock()
		n += len(s.entries)
		s.mu.Unlock()
	}
	return n
}

// Reset forgets everything.
func (m *Memory) Reset() {
	for i := range m.shard {
		s := &m.shard[i]
		s.mu.Lock()
		clear(s.entries)
		s.mu.Unlock()
	}
}
