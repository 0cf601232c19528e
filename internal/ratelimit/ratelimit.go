// Package ratelimit holds the two ways of counting requests as pure functions over a state of two integers, and a source that
// keeps the state in memory. The store has a source that keeps it in a table; both use the functions here.
//
// All times are wall time. What is limited (which key, how much) is decided elsewhere.
package ratelimit

import (
	"context"
	"math"
	"time"
)

// Method is how a Limit counts.
type Method int

// The methods.
const (
	// Rate lets Count requests per Period through, evenly, with bursts of up to Burst (GCRA, the leaky bucket as a meter).
	Rate Method = iota
	// Window counts up to Count requests in a window of length Period that opens with the first request after the last
	// window closed.
	Window
)

// Limit is one limit. Name tells the limits of one key apart and belongs to the key.
type Limit struct {
	Name   string
	Method Method
	Count  int64
	Period time.Duration
	Burst  int64 // Rate only: most requests at once; below 1 it is 1
}

// PerSecond is a Rate of n per second with a burst.
func PerSecond(name string, n, burst int64) Limit {
	return Limit{Name: name, Method: Rate, Count: n, Period: time.Second, Burst: burst}
}

// PerWindow is a Window of n in d.
func PerWindow(name string, n int64, d time.Duration) Limit {
	return Limit{Name: name, Method: Window, Count: n, Period: d}
}

// Off reports whether the limit limits nothing: Count or Period is not positive.
func (l Limit) Off() bool { return l.Count <= 0 || l.Period <= 0 }

// State is what a source keeps for one key and limit; zero is "never seen". A is Unix time in nanoseconds: the theoretical
// arrival time (Rate) or the start of the window (Window). B is the count of the window.
type State struct{ A, B int64 }

// Decision is the answer to one request.
type Decision struct {
	Allowed    bool
	RetryAfter time.Duration // 0 when allowed, else how long until the same request would be let through
	Remaining  int64         // further requests of cost 1 that would be let through now
}

// Source takes cost from the limit of a key, at once and atomically. A refused request takes nothing. An error means that the
// source could not decide. Cost below 1 is 1.
type Source interface {
	Take(ctx context.Context, key string, limit Limit, cost int64) (Decision, error)
}

// Apply gives the decision on a request at now and the state after it. It changes nothing when refused. Expires is the time
// after which the state says no more than none.
func Apply(l Limit, now time.Time, s State, cost int64) (d Decision, after State, expires time.Time) {
	cost = max(1, cost)
	if l.Off() {
		return Decision{Allowed: true, Remaining: math.MaxInt64}, s, now
	}
	if l.Method == Window {
		d, after = window(l, now, s, cost)
		return d, after, time.Unix(0, after.A).Add(l.Period)
	}
	d, after = gcra(l, now, s, cost)
	return d, after, time.Unix(0, after.A)
}

// GCRA decides one request of cost 1 under a Rate limit: stored is the theoretical arrival time in Unix nanoseconds, 0 for none.
func GCRA(l Limit, now time.Time, stored int64) (allowed bool, newStored int64, retryAfter time.Duration) {
	if l.Off() {
		return true, stored, 0
	}
	d, s := gcra(l, now, State{A: stored}, 1)
	return d.Allowed, s.A, d.RetryAfter
}

// CountWindow decides one request of cost 1 under a Window limit: start is the window's start in Unix nanoseconds, 0 for none.
func CountWindow(l Limit, now time.Time, start, count int64) (allowed bool, newStart, newCount int64, retryAfter time.Duration) {
	if l.Off() {
		return true, start, count, 0
	}
	d, s := window(l, now, State{A: start, B: count}, 1)
	return d.Allowed, s.A, s.B, d.RetryAfter
}

// Interval is the time that one request of a Rate limit uses up, rounded up so that the rate is never exceeded.
func (l Limit) Interval() time.Duration {
	if l.Off() {
		return 0
	}
	return time.Duration((int64(l.Period) + l.Count - 1) / l.Count)
}

func gcra(l Limit, now time.Time, s State, cost int64) (Decision, State) {
	step, burst, at := int64(l.Interval()), max(1, l.Burst), now.UnixNano()
	full := burst * step
	if step > 0 && burst > math.MaxInt64/4/step {
		full = math.MaxInt64 / 4
	}
	// Beyond now+full only a clock set back can have put it; nobody shall wait for the old time to come round.
	tat := min(max(s.A, at), at+full)
	if cost > burst {
		return Decision{RetryAfter: l.Period, Remaining: (at + full - tat) / step}, s
	}
	next := tat + cost*step
	if wait := next - full - at; wait > 0 {
		return Decision{RetryAfter: time.Duration(wait), Remaining: (at + full - tat) / step}, s
	}
	return Decision{Allowed: true, Remaining: (at + full - next) / step}, State{A: next}
}

func window(l Limit, now time.Time, s State, cost int64) (Decision, State) {
	at := now.UnixNano()
	open := s.A != 0 && at < s.A+int64(l.Period) && at > s.A-int64(l.Period)
	if !open {
		s = State{A: at}
	}
	if s.B > l.Count-cost {
		wait := time.Duration(s.A + int64(l.Period) - at)
		return Decision{RetryAfter: wait, Remaining: max(0, l.Count-s.B)}, s
	}
	s.B += cost
	return Decision{Allowed: true, Remaining: l.Count - s.B}, s
}
