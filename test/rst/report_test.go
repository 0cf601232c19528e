package rst

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/polyreg/polyreg/internal/registry/registrytest"
)

// run is one case on one registry. Whatever it asserts carries the error that the case would raise.
type run struct {
	t   *testing.T
	c   testCase
	rig *rig
	rng *rand.Rand

	mu     sync.Mutex
	checks map[string]int // assertions by error
	unseen bool           // nothing here can validate against schemas
	frames [][]byte       // of the server
}

func newRun(t *testing.T, c testCase, g *rig) *run {
	h := fnv.New64a()
	h.Write([]byte(c.ID + g.plan.name))
	return &run{t: t, c: c, rig: g, checks: map[string]int{}, rng: rand.New(rand.NewPCG(h.Sum64(), 2))}
}

// check asserts that an error of the case does not occur.
func (r *run) check(errorID string, ok bool, format string, args ...any) {
	r.t.Helper()
	r.mu.Lock()
	r.checks[errorID]++
	r.mu.Unlock()
	if !ok {
		r.t.Errorf("%s: "+format, append([]any{errorID}, args...)...)
	}
}

func (r *run) keep(frame []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.frames = append(r.frames, frame)
}

func (r *run) assertions() int {
	n := 0
	for _, k := range r.checks {
		n += k
	}
	return n
}

// validate holds everything that the server sent against the schemas of the reference.
func (r *run) validate() {
	r.t.Run("schema", func(t *testing.T) {
		defer func() { r.unseen = t.Skipped() }()
		registrytest.ValidateFrames(t, r.frames)
		r.checks["EPP_SCHEMA_VALIDATION_ERROR"] += len(r.frames)
	})
}

// line is a line of the report.
type line struct {
	id, what   string
	plans      []string
	checks     map[string]int
	assertions int
	listed     []string // errors of the case
	failed     bool
	unseen     bool
}

func (l *line) add(r *run) {
	l.plans = append(l.plans, r.rig.plan.name)
	l.assertions += r.assertions()
	l.unseen = l.unseen || r.unseen
	for id, n := range r.checks {
		l.checks[id] += n
	}
}

// settle holds the errors of a case against what was asserted: each is asserted, or cannot be raised here.
func (l *line) settle(t *testing.T, c testCase) {
	t.Helper()
	for _, id := range c.Errors {
		if l.checks[id] == 0 && outside[id] == "" && !(l.unseen && id == "EPP_SCHEMA_VALIDATION_ERROR") {
			t.Errorf("no assertion for %s", id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(l.checks)) {
		if !slices.Contains(c.Errors, id) && !anywhere[id] {
			t.Errorf("the driver asserts %s, which the case does not list", id)
		}
	}
}

// anywhere are errors that every exchange is held against, also in cases that do not list them.
var anywhere = map[string]bool{"EPP_GENERIC_COMMAND_ERROR": true, "EPP_XML_PARSE_ERROR": true, "EPP_SCHEMA_VALIDATION_ERROR": true,
	"EPP_UNEXPECTED_COMMAND_FAILURE": true}

// report is the table of all cases.
func report(lines []*line) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%-7s %-6s %10s %9s  %-29s %s\n", "case", "result", "assertions", "errors", "registries", "what")
	total, passed := 0, 0
	for _, l := range lines {
		result := "pass"
		if l.failed {
			result = "FAIL"
		} else {
			passed++
		}
		total += l.assertions
		asserted := 0
		for _, id := range l.listed {
			if l.checks[id] > 0 {
				asserted++
			}
		}
		fmt.Fprintf(&b, "%-7s %-6s %10d %4d/%-4d  %-29s %s\n", l.id, result, l.assertions, asserted, len(l.listed), strings.Join(l.plans, " "), l.what)
	}
	fmt.Fprintf(&b, "%d of %d cases pass, %d assertions\n", passed, len(lines), total)
	return b.String()
}
