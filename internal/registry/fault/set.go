package fault

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/registry"
)

// Hit is one injected fault.
type Hit struct {
	Rule     int64
	Kind     Kind
	Latency  time.Duration
	Call     int    // which of the exchanges that fitted the rule it was, from 1
	Registry string // the registry's name
	Exchange string // "domain:create"
	Object   string
	Trace    registry.Trace
}

// maxRules is how many rules there can be.
const maxRules = 1000

// Set holds the rules in force. Its zero value has none; it is safe for concurrent use.
type Set struct {
	// Observe, when set, is told of each fault as it is injected, in the order in which rules were hit. It must not call the Set.
	Observe func(context.Context, Hit)

	active atomic.Bool // some rule is not spent
	mu     sync.Mutex
	rules  []*Rule
	last   int64
	armed  map[string]int // actions that the registry is to keep pending, by "op name"
}

// Wrap puts the set around a registry connection.
func (s *Set) Wrap(r registry.Registry) registry.Registry { return &link{Registry: r, set: s} }

// Add puts a rule in force and gives it with its ID. Errors: as Rule.Check, and WrongState when there are too many.
func (s *Set) Add(r Rule) (Rule, error) {
	if err := r.Check(); err != nil {
		return r, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rules) >= maxRules {
		return r, errs.E(errs.WrongState, "there are %d faults already: remove some", maxRules)
	}
	s.last++
	r.ID, r.Calls, r.Hits = s.last, 0, 0
	s.rules = append(s.rules, &r)
	s.active.Store(true)
	return r, nil
}

// List gives the rules in the order in which they were added, those that are spent included.
func (s *Set) List() []Rule {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Rule, len(s.rules))
	for i, r := range s.rules {
		out[i] = *r
	}
	return out
}

// Remove takes a rule away; false when there is none of that ID.
func (s *Set) Remove(id int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.rules)
	s.rules = slices.DeleteFunc(s.rules, func(r *Rule) bool { return r.ID == id })
	s.look()
	return len(s.rules) < n
}

// Clear takes all rules away and gives how many there were.
func (s *Set) Clear() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.rules)
	s.rules = nil
	s.look()
	return n
}

// Reset is Clear, and numbers begin anew.
func (s *Set) Reset() {
	s.Clear()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = 0
}

// look notes whether some rule is not spent; the caller holds the lock.
func (s *Set) look() {
	s.active.Store(slices.ContainsFunc(s.rules, func(r *Rule) bool { return !r.Spent() }))
}

// Pends is the embedded registry's question whether it is to keep an action pending (sim.Config.Pending).
func (s *Set) Pends(op, name string) bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.armed[op+" "+name] > 0
}

// arm lets the registry keep an action pending until disarm. It may be asked more than once for one command.
func (s *Set) arm(key string) (disarm func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.armed == nil {
		s.armed = map[string]int{}
	}
	s.armed[key]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.armed[key]--; s.armed[key] == 0 {
			delete(s.armed, key)
		}
	}
}

// plan is what happens to one exchange. Latencies add up, a pending one may come with them, and the first of the other kinds
// decides.
type plan struct {
	latency time.Duration
	pending bool
	end     Kind // "", Down, DropBefore, DropAfter or Failed
	rule    int64
}

// plan asks the rules about an exchange.
func (s *Set) plan(ctx context.Context, x *exchange) plan {
	t := registry.TraceOf(ctx)
	var p plan
	var hits []Hit
	s.mu.Lock()
	for _, r := range s.rules {
		ends := r.Kind != Latency && r.Kind != Pending
		if ends && p.end != "" || r.Spent() || !r.fits(x, t) || !r.take() {
			continue
		}
		switch r.Kind {
		case Latency:
			p.latency += r.Latency
		case Pending:
			p.pending = true
		default:
			p.end, p.rule = r.Kind, r.ID
		}
		hits = append(hits, Hit{Rule: r.ID, Kind: r.Kind, Latency: r.Latency, Call: r.Calls, Registry: x.registry, Exchange: x.what,
			Object: strings.Join(x.objects, " "), Trace: t})
	}
	s.look()
	s.mu.Unlock()
	if s.Observe != nil {
		for _, h := range hits {
			s.Observe(ctx, h)
		}
	}
	return p
}
