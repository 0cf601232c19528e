// Package fault puts faults on the way between the core and its registries: a decorator of the registry port, and the rules
// that say which exchange is hit. Without rules it passes everything on. Rules are addressed, bounded and repeatable: equal
// rules and equal exchanges give equal faults. What the core sees of a fault is what the real EPP client would have told it.
package fault

import (
	"maps"
	"math"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/registry"
)

// Kind is what happens to an exchange.
type Kind string

// The kinds.
const (
	Latency    Kind = "latency"     // the answer comes late
	Down       Kind = "down"        // the connection is refused: nothing is sent
	DropBefore Kind = "drop-before" // the connection is lost before the registry sees the command
	DropAfter  Kind = "drop-after"  // the registry carries the command out, its answer is lost
	Failed     Kind = "2400"        // the registry answers "command failed" and has done nothing (RFC 5730 §3)
	Pending    Kind = "1001"        // the registry keeps the action pending until somebody decides (RFC 5731 §3.3)
)

// Kinds are all kinds, as they are listed.
func Kinds() []Kind { return []Kind{Latency, Down, DropBefore, DropAfter, Failed, Pending} }

// Exchanges that a rule can name besides the single ones.
const (
	Deciding = "deciding" // the command that decides about an order
	Steps    = "steps"    // commands that change something beside it: contacts, hosts, what follows a create
	All      = "all"
)

// deciding says which exchange decides about an operation of the core.
var deciding = map[string]string{
	"register": "domain:create", "renew": "domain:renew", "update": "domain:update", "delete": "domain:delete",
	"restore": "domain:restore", "transfer": "domain:transfer", "transfer_cancel": "domain:transfer",
	"transfer_approve": "domain:transfer", "transfer_reject": "domain:transfer", "contact_create": "contact:create",
	"contact_update": "contact:update", "contact_delete": "contact:delete", "host_create": "host:create",
	"host_update": "host:update", "host_delete": "host:delete",
}

// keeps are the operations that the embedded registry can keep pending.
var keeps = []string{"register", "renew", "update", "delete"}

// Operations are the core's, sorted: each has a deciding exchange.
func Operations() []string { return slices.Sorted(maps.Keys(deciding)) }

// Exchanges are the single exchanges that a rule can name.
func Exchanges() []string {
	return []string{"domain:check", "domain:info", "domain:create", "domain:renew", "domain:update", "domain:delete",
		"domain:transfer", "domain:transfer-query", "domain:restore", "domain:report", "contact:info", "contact:create",
		"contact:update", "contact:delete", "host:check", "host:info", "host:create", "host:update", "host:delete",
		"poll:request", "poll:ack", "hello"}
}

// Rule says which exchanges are hit, and how. Empty members of the address fit everything.
type Rule struct {
	ID       int64    // given by Add
	Account  string   // how the accounts were named, for lists
	Accounts []int64  // accounts whose orders are hit
	Command  string   // the core's operation ("register") or the dialect's own word ("domain-register"), in any case
	Object   string   // name, with * and ? as wildcards
	On       []string // Deciding (default), Steps, All, or single exchanges

	// Which of the exchanges that fit are hit: the Nth alone, the First ones, or Every one; without any of these the next one.
	Nth   int
	First int
	Every bool
	Times int // after so many hits the rule is spent; 0: as the line above says
	// Chance, from 0 to 1, lets a part of the chosen exchanges through: which ones follows from Seed and the exchange's number. 0 is 1.
	Chance float64
	Seed   uint64

	Kind    Kind
	Latency time.Duration // of Latency

	Calls int // exchanges that fitted
	Hits  int // faults injected
}

// most bounds a latency: an exchange that takes longer is given up anyway.
const most = 10 * time.Minute

// Check holds a rule to what can be carried out. Errors: Invalid and Missing with the field ("kind", "latency", "on", "object",
// "nth", "first", "times", "chance", "command").
func (r *Rule) Check() error {
	switch {
	case r.Kind == "":
		return errs.F(errs.Missing, "kind", "is needed: %s", kindList())
	case !slices.Contains(Kinds(), r.Kind):
		return errs.F(errs.Invalid, "kind", "%q is none of %s", r.Kind, kindList())
	case r.Kind == Latency && (r.Latency <= 0 || r.Latency > most):
		return errs.F(errs.Invalid, "latency", "must be a duration up to %v", most)
	case r.Kind != Latency && r.Latency != 0:
		return errs.F(errs.Invalid, "latency", "belongs to the kind latency alone")
	case r.Nth < 0 || r.First < 0 || r.Times < 0:
		return errs.F(errs.Invalid, firstOf(r.Nth < 0, "nth", r.First < 0, "first", "times"), "must not be negative")
	case count(r.Nth > 0, r.First > 0, r.Every) > 1:
		return errs.F(errs.Invalid, firstOf(r.Nth > 0, "nth", r.First > 0, "first", "every"), "only one of nth, first and every can be given")
	case math.IsNaN(r.Chance) || r.Chance < 0 || r.Chance > 1:
		return errs.F(errs.Invalid, "chance", "must be from 0 to 1")
	}
	if _, err := path.Match(r.Object, ""); err != nil || strings.ContainsAny(r.Object, `[\`) {
		return errs.F(errs.Invalid, "object", "is a name in which * and ? stand for anything")
	}
	for _, on := range r.On {
		if !slices.Contains([]string{Deciding, Steps, All}, on) && !slices.Contains(Exchanges(), on) {
			return errs.F(errs.Invalid, "on", "%q is none of deciding, steps, all, %s", on, strings.Join(Exchanges(), ", "))
		}
	}
	return r.checkPending()
}

// checkPending refuses what the embedded registry cannot keep pending.
func (r *Rule) checkPending() error {
	if r.Kind != Pending {
		return nil
	}
	op := strings.ToLower(r.Command)
	if _, core := deciding[op]; core && !slices.Contains(keeps, op) {
		return errs.F(errs.Invalid, "command", "the registry can keep register, renew, update and delete pending, not %s", r.Command)
	}
	return nil
}

func kindList() string {
	var out []string
	for _, k := range Kinds() {
		out = append(out, string(k))
	}
	return strings.Join(out, ", ")
}

func count(list ...bool) (n int) {
	for _, b := range list {
		if b {
			n++
		}
	}
	return n
}

// firstOf is a where the first holds, b where the second does, else c.
func firstOf(isA bool, a string, isB bool, b, c string) string {
	switch {
	case isA:
		return a
	case isB:
		return b
	}
	return c
}

// Spent reports whether the rule will hit nothing more.
func (r *Rule) Spent() bool {
	switch {
	case r.Times > 0 && r.Hits >= r.Times:
		return true
	case r.Every:
		return false
	case r.First > 0:
		return r.Calls >= r.First
	}
	return r.Calls >= max(r.Nth, 1)
}

// fits reports whether an exchange is addressed.
func (r *Rule) fits(x *exchange, t registry.Trace) bool {
	if r.Kind == Pending && x.pends == "" {
		return false
	}
	if len(r.Accounts) > 0 && !slices.Contains(r.Accounts, t.Account) {
		return false
	}
	if r.Command != "" && !strings.EqualFold(r.Command, t.Operation) && !strings.EqualFold(r.Command, t.Command) {
		return false
	}
	return r.fitsExchange(x, t) && r.fitsObject(x, t)
}

func (r *Rule) fitsExchange(x *exchange, t registry.Trace) bool {
	decides := x.decides(t)
	if len(r.On) == 0 {
		return decides
	}
	for _, on := range r.On {
		if on == x.what || on == All || on == Deciding && decides || on == Steps && x.changes() && !decides {
			return true
		}
	}
	return false
}

func (r *Rule) fitsObject(x *exchange, t registry.Trace) bool {
	if r.Object == "" {
		return true
	}
	pattern := strings.ToLower(r.Object)
	return slices.ContainsFunc(append(x.objects, t.Object), func(o string) bool {
		ok, _ := path.Match(pattern, strings.ToLower(o)) // Check has read the pattern
		return ok && o != ""
	})
}

// take counts an exchange that fits and reports whether it is hit.
func (r *Rule) take() bool {
	if r.Spent() {
		return false
	}
	r.Calls++
	switch {
	case r.Every:
	case r.First > 0 && r.Calls > r.First, r.First == 0 && r.Calls != max(r.Nth, 1):
		return false
	}
	if !r.drawn() {
		return false
	}
	r.Hits++
	return true
}

// drawn decides by seed and number of the exchange (SplitMix64), so that it does not matter what else goes on.
func (r *Rule) drawn() bool {
	if r.Chance == 0 || r.Chance == 1 {
		return true
	}
	z := r.Seed + uint64(r.Calls)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return float64(z>>11)/(1<<53) < r.Chance
}
