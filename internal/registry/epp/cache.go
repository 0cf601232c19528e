package epp

import (
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
)

// maxAnswers bounds the names in the cache of availability.
const maxAnswers = 10_000

// answers keeps what checks have found for a short time. Its owner locks it.
type answers struct {
	ttl   time.Duration // 0 keeps nothing
	kept  map[dname.Name]answer
	order []answer // as they came, those included that are forgotten or kept anew since
}

type answer struct {
	registry.Availability
	until time.Time // wall time
}

func (c *answers) get(n dname.Name, now time.Time) (registry.Availability, bool) {
	a, ok := c.kept[n]
	return a.Availability, ok && now.Before(a.until)
}

func (c *answers) put(a registry.Availability, now time.Time) {
	if c.ttl <= 0 {
		return
	}
	if c.kept == nil {
		c.kept = map[dname.Name]answer{}
	}
	for len(c.order) > 0 && (len(c.order) >= maxAnswers || !now.Before(c.order[0].until)) {
		old := c.order[0]
		c.order = c.order[1:]
		if c.kept[old.Name].until.Equal(old.until) {
			delete(c.kept, old.Name)
		}
	}
	in := answer{a, now.Add(c.ttl)}
	c.kept[a.Name] = in
	c.order = append(c.order, in)
}

// takeOff notes that a check command is about to be sent.
func (k *checks) takeOff() *flight {
	f := &flight{stale: map[dname.Name]bool{}}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.air[f] = true
	return f
}

// keep keeps what a command has found, apart from names that were changed since it set out.
func (k *checks) keep(f *flight, got []registry.Availability) {
	now := time.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, a := range got {
		if !f.stale[a.Name] && !f.stale[""] {
			k.cache.put(a, now)
		}
	}
}

// land notes that a command is over.
func (k *checks) land(f *flight) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.air, f)
}

// forget drops what is known of a name; the empty one stands for all. What a command under way finds of it is not kept.
func (k *checks) forget(n dname.Name) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for f := range k.air {
		f.stale[n] = true
	}
	if n == "" {
		clear(k.cache.kept)
		return
	}
	delete(k.cache.kept, n)
}

// forgetAll drops all that is known.
func (k *checks) forgetAll() { k.forget("") }
