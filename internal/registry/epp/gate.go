package epp

import (
	"errors"
	"math/rand/v2"
	"sync"
	"time"
)

// How many failures in a row open a circuit.
const (
	dialFailures  = 2 // to open a session
	quietFailures = 5 // commands that were sent and not answered
)

// Back-off while a circuit is open: doubling with each failed attempt, each cut by up to a half.
const (
	backoffBase = 200 * time.Millisecond
	backoffMax  = 30 * time.Second
)

// Health is the state of a circuit.
type Health string

// The states: all is well; nothing is tried for a while; one attempt is let through and decides.
const (
	Closed   Health = "closed"
	Open     Health = "open"
	HalfOpen Health = "half-open"
)

// verdict is what an attempt says about the registry.
type verdict int

const (
	unknown verdict = iota
	good
	bad
)

var errTrial = errors.New("another attempt is under way")

// gate is a circuit breaker. Its zero value with after set is closed. Times are wall times.
type gate struct {
	after int // failures in a row that open it

	mu       sync.Mutex
	failures int
	until    time.Time
	trial    bool // the one attempt of a half-open circuit is under way
	last     error
	lastAt   time.Time
}

// enter lets an attempt through or says why not. trial is handed to leave.
func (g *gate) enter() (trial bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.failures < g.after:
		return false, nil
	case time.Now().Before(g.until):
		return false, g.last
	case g.trial:
		return false, errTrial
	}
	g.trial = true
	return true, nil
}

// leave takes the verdict of an attempt. It reports whether the circuit has opened by it, or closed after having been open.
func (g *gate) leave(trial bool, v verdict, err error) (changed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if trial {
		g.trial = false
	}
	now, was := time.Now(), g.failures >= g.after
	switch v {
	case good:
		g.failures, g.until = 0, time.Time{}
		return was
	case bad:
		g.last, g.lastAt = err, now
		if was && !trial { // it set out before the circuit opened
			return false
		}
		g.failures++
		if n := g.failures - g.after; n >= 0 {
			wait := backoffMax
			if n < 16 {
				wait = min(wait, backoffBase<<n)
			}
			g.until = now.Add(wait - rand.N(wait/2+1))
			return !was
		}
	}
	return false
}

// state is the state now, and the time of the next attempt when it is open.
func (g *gate) state() (Health, time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.failures < g.after:
		return Closed, time.Time{}
	case time.Now().Before(g.until):
		return Open, g.until
	}
	return HalfOpen, time.Time{}
}

// lastError is the last failure and its time.
func (g *gate) lastError() (time.Time, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.lastAt, g.last
}
