// Package clock holds the two clocks of the platform. Registrar time is what objects, orders, prices and notices live by
// and can be moved in a sandbox; wall time is what leases, sessions, limits and envelopes live by. Every line of code that
// needs a time says which of the two it reads. Times are UTC, cut to microseconds, so that they read back equal.
package clock

import (
	"sync"
	"time"
)

// Clocks gives the current time of both clocks. It is safe for concurrent use.
type Clocks struct {
	mu     sync.RWMutex
	wall   func() time.Time
	frozen time.Time     // registrar time stands here when set
	offset time.Duration // else registrar time is wall time plus offset
}

// System is wall time for both clocks.
func System() *Clocks { return &Clocks{wall: time.Now} }

// At freezes registrar time at t until it is moved; wall time runs.
func At(t time.Time) *Clocks { return &Clocks{wall: time.Now, frozen: Cut(t)} }

// ForTest gives clocks whose wall time comes from wall, and a registrar time that stands at t.
func ForTest(wall func() time.Time, t time.Time) *Clocks { return &Clocks{wall: wall, frozen: Cut(t)} }

// Cut brings a time into the stored form: UTC, whole microseconds.
func Cut(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Wall is the time of the machine.
func (c *Clocks) Wall() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return Cut(c.wall())
}

// Registrar is the time that objects live by.
func (c *Clocks) Registrar() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if !c.frozen.IsZero() {
		return c.frozen
	}
	return Cut(c.wall().Add(c.offset))
}

// Standing reports whether registrar time stands still.
func (c *Clocks) Standing() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return !c.frozen.IsZero()
}

// Freeze lets registrar time stand at t.
func (c *Clocks) Freeze(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frozen = Cut(t)
}

// Advance moves registrar time forward by d; a negative d does nothing, for it never goes back.
func (c *Clocks) Advance(d time.Duration) {
	if d <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.frozen.IsZero() {
		c.frozen = Cut(c.frozen.Add(d))
		return
	}
	c.offset += d
}

// AddYears adds n calendar years; 29 February becomes 28 February in a common year, as registries do (RFC 5731 leaves it
// to the server), so that an expiry never slides into March.
func AddYears(t time.Time, n int) time.Time {
	y, m, d := t.Date()
	r := time.Date(y+n, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
	if r.Month() != m {
		r = time.Date(y+n, m+1, 0, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
	}
	return r
}
