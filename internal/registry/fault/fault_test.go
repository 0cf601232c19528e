package fault

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/registry"
)

// counting is a registry that counts what reaches it; pends asks a set as the embedded registry would.
type counting struct {
	registry.Registry
	set  *Set
	sent []string
	err  error
}

func (*counting) Name() string { return "one" }

func (c *counting) CreateDomain(_ context.Context, clTRID string, in registry.DomainCreate) (registry.DomainCreated, error) {
	c.sent = append(c.sent, clTRID)
	if c.err != nil {
		return registry.DomainCreated{}, c.err
	}
	r := registry.Result{Code: registry.CodeOK}
	if c.set.Pends("create", string(in.Name)) {
		r = registry.Result{Code: registry.CodePending, Pending: true}
	}
	return registry.DomainCreated{Result: r}, nil
}

func (c *counting) DeleteDomain(_ context.Context, clTRID string, name dname.Name) (registry.Result, error) {
	c.sent = append(c.sent, clTRID)
	if c.set.Pends("delete", string(name)) {
		return registry.Result{Code: registry.CodePending, Pending: true}, nil
	}
	return registry.Result{Code: registry.CodeOK}, nil
}

func (c *counting) CreateContact(_ context.Context, clTRID string, _ registry.Contact) (registry.Result, error) {
	c.sent = append(c.sent, clTRID)
	return registry.Result{Code: registry.CodeOK}, c.err
}

func (c *counting) Ping(context.Context) error { return c.err }

func register(ctx context.Context, r registry.Registry, name string) (registry.DomainCreated, error) {
	ctx = registry.WithTrace(ctx, registry.Trace{Order: 12, Account: 7, Operation: "register", Command: "domain-create", Object: name})
	if _, err := r.CreateContact(ctx, "12-1-c1", registry.Contact{ID: "P1"}); err != nil {
		return registry.DomainCreated{}, fmt.Errorf("contact: %w", err)
	}
	return r.CreateDomain(ctx, "12-1", registry.DomainCreate{Name: "shop.com"})
}

func TestKinds(t *testing.T) {
	t.Parallel()
	for _, d := range []struct {
		kind    Kind
		code    int
		unknown bool
		sent    int // the contact, and the create if it comes through
		text    string
	}{
		{Down, 0, false, 1, "registry: 0 registry cannot be reached: injected by fault 1: dial tcp: connect: connection refused"},
		{DropBefore, 0, true, 1, "registry: 0 no answer (outcome unknown): injected by fault 1: session is closed"},
		{DropAfter, 0, true, 2, "registry: 0 no answer (outcome unknown): injected by fault 1: session is closed"},
		{Failed, 2400, true, 1, "registry: 2400 Command failed (outcome unknown)"},
	} {
		set := &Set{}
		var hits []Hit
		set.Observe = func(_ context.Context, h Hit) { hits = append(hits, h) }
		inner := &counting{set: set}
		reg := set.Wrap(inner)
		if _, err := set.Add(Rule{Kind: d.kind}); err != nil {
			t.Fatal(err)
		}
		_, err := register(t.Context(), reg, "shop.com")
		if registry.CodeOf(err) != d.code || registry.IsUnknown(err) != d.unknown || err == nil || err.Error() != d.text || len(inner.sent) != d.sent {
			t.Errorf("%s: %v, sent %v", d.kind, err, inner.sent)
		}
		want := []Hit{{Rule: 1, Kind: d.kind, Call: 1, Registry: "one", Exchange: "domain:create", Object: "shop.com",
			Trace: registry.Trace{Order: 12, Account: 7, Operation: "register", Command: "domain-create", Object: "shop.com"}}}
		if diff := cmp.Diff(want, hits); diff != "" {
			t.Errorf("%s: %s", d.kind, diff)
		}
		// It is spent: the next one comes through, and a second one can be added.
		if _, err := register(t.Context(), reg, "shop.com"); err != nil || !set.List()[0].Spent() || set.active.Load() {
			t.Errorf("%s: %v %+v", d.kind, err, set.List())
		}
	}
}

func TestPending(t *testing.T) {
	t.Parallel()
	set := &Set{}
	reg := set.Wrap(&counting{set: set})
	if _, err := set.Add(Rule{Kind: Pending, Command: "register", First: 1}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []bool{true, false} {
		got, err := register(t.Context(), reg, "shop.com")
		if err != nil || got.Pending != want {
			t.Errorf("%+v %v, want pending %v", got, err, want)
		}
		if set.Pends("create", "shop.com") {
			t.Error("it is still armed after the exchange")
		}
	}
	if _, err := set.Add(Rule{Kind: Pending, Command: "Restore"}); fieldOf(err) != "command" {
		t.Errorf("a restore that stays pending: %v", err)
	}
	if _, err := set.Add(Rule{Kind: Pending, Command: "Delete"}); err != nil {
		t.Fatal(err)
	}
	ctx := registry.WithTrace(t.Context(), registry.Trace{Order: 13, Account: 7, Operation: "delete", Object: "shop.com"})
	for _, want := range []bool{true, false} {
		if got, err := reg.DeleteDomain(ctx, "13-1", "shop.com"); err != nil || got.Pending != want {
			t.Errorf("delete: %+v %v, want pending %v", got, err, want)
		}
	}
}

func TestLatency(t *testing.T) {
	t.Parallel()
	set := &Set{}
	inner := &counting{set: set}
	reg := set.Wrap(inner)
	for range 2 {
		if _, err := set.Add(Rule{Kind: Latency, Latency: 15 * time.Millisecond, Every: true}); err != nil {
			t.Fatal(err)
		}
	}
	begun := time.Now()
	if _, err := register(t.Context(), reg, "a.com"); err != nil || time.Since(begun) < 30*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	inner.sent = nil
	_, err := register(ctx, reg, "a.com")
	if !registry.IsUnknown(err) || len(inner.sent) != 2 {
		t.Errorf("an answer too late: %v, sent %v", err, inner.sent)
	}
	// What was not sent needs no waiting.
	inner.err = registry.NotSent("registry cannot be reached", errors.New("x"))
	begun = time.Now()
	if err := reg.Ping(t.Context()); !errors.Is(err, inner.err) || time.Since(begun) > 10*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for _, d := range []struct {
		rule Rule
		hits int
	}{
		{Rule{}, 1},
		{Rule{Accounts: []int64{7, 9}}, 1},
		{Rule{Accounts: []int64{9}}, 0},
		{Rule{Command: "REGISTER"}, 1},
		{Rule{Command: "Domain-Create"}, 1},
		{Rule{Command: "renew"}, 0},
		{Rule{Object: "*.com"}, 1},
		{Rule{Object: "shop.c?m"}, 1},
		{Rule{Object: "*.net"}, 0},
		{Rule{On: []string{"deciding"}}, 1},
		{Rule{On: []string{"steps"}}, 1},
		{Rule{On: []string{"all"}, Every: true}, 2},
		{Rule{On: []string{"contact:create", "domain:create"}, First: 5}, 2},
		{Rule{On: []string{"domain:info"}}, 0},
		{Rule{On: []string{"contact:create"}, Object: "P1"}, 1},
	} {
		set := &Set{}
		d.rule.Kind, d.rule.Latency = Latency, time.Nanosecond
		if _, err := set.Add(d.rule); err != nil {
			t.Fatal(err)
		}
		if _, err := register(t.Context(), set.Wrap(&counting{set: set}), "shop.com"); err != nil {
			t.Fatal(err)
		}
		if got := set.List()[0].Hits; got != d.hits {
			t.Errorf("%+v: %d hits, want %d", d.rule, got, d.hits)
		}
	}
}

// TestNumbers: which of ten exchanges are hit.
func TestNumbers(t *testing.T) {
	t.Parallel()
	for _, d := range []struct {
		rule  Rule
		hit   string
		spent bool
	}{
		{Rule{}, "1.........", true},
		{Rule{Nth: 3}, "..1.......", true},
		{Rule{First: 3}, "111.......", true},
		{Rule{Every: true}, "1111111111", false},
		{Rule{Every: true, Times: 4}, "1111......", true},
		{Rule{First: 8, Chance: .5, Seed: 1}, "...11.....", true},
		{Rule{Every: true, Chance: .5, Seed: 2}, "....11..1.", false},
		{Rule{Every: true, Chance: .5, Seed: 2, Times: 2}, "....11....", true},
	} {
		set := &Set{}
		d.rule.Kind = Failed
		if _, err := set.Add(d.rule); err != nil {
			t.Fatal(err)
		}
		reg, got := set.Wrap(&counting{set: set}), ""
		for range 10 {
			if _, err := register(t.Context(), reg, "shop.com"); err != nil {
				got += "1"
			} else {
				got += "."
			}
		}
		if rule := set.List()[0]; got != d.hit || rule.Spent() != d.spent {
			t.Errorf("%+v: %s, want %s", rule, got, d.hit)
		}
	}
}

// TestOrder: the first rule that ends an exchange does, and the one behind it is kept for the next.
func TestOrder(t *testing.T) {
	t.Parallel()
	set := &Set{}
	inner := &counting{set: set}
	reg := set.Wrap(inner)
	for _, k := range []Kind{Failed, Down} {
		if _, err := set.Add(Rule{Kind: k}); err != nil {
			t.Fatal(err)
		}
	}
	var codes []int
	for range 3 {
		_, err := register(t.Context(), reg, "a.com")
		codes = append(codes, registry.CodeOf(err))
	}
	if diff := cmp.Diff([]int{2400, 0, 0}, codes); diff != "" || len(inner.sent) != 4 {
		t.Errorf("%s %v", diff, inner.sent)
	}
	if !set.Remove(1) || set.Remove(1) || set.Clear() != 1 || len(set.List()) != 0 {
		t.Error("removing")
	}
	if r, err := set.Add(Rule{Kind: Down}); err != nil || r.ID != 3 {
		t.Errorf("%+v %v", r, err)
	}
	set.Reset()
	if r, err := set.Add(Rule{Kind: Down}); err != nil || r.ID != 1 {
		t.Errorf("after a reset: %+v %v", r, err)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for field, r := range map[string]Rule{
		"kind":    {Kind: "explode"},
		"latency": {Kind: Latency},
		"on":      {Kind: Down, On: []string{"domain:steal"}},
		"object":  {Kind: Down, Object: "[a"},
		"nth":     {Kind: Down, Nth: -1},
		"first":   {Kind: Down, First: 2, Every: true},
		"times":   {Kind: Down, Times: -2},
		"chance":  {Kind: Down, Chance: 1.5},
	} {
		if err := r.Check(); fieldOf(err) != field {
			t.Errorf("%+v: %v", r, err)
		}
	}
	if err := (&Rule{}).Check(); !errs.Is(err, errs.Missing) {
		t.Error(err)
	}
}

// TestConcurrent: bounded rules hit exactly as often as they say, from many hands.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	set := &Set{}
	if _, err := set.Add(Rule{Kind: DropBefore, First: 40}); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	lost := 0
	for range 8 {
		reg := set.Wrap(&counting{set: set})
		all.Go(func() {
			for range 20 {
				if _, err := register(t.Context(), reg, "a.com"); err != nil {
					mu.Lock()
					lost++
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	if lost != 40 {
		t.Errorf("%d were lost", lost)
	}
}

func fieldOf(err error) string {
	if err == nil {
		return ""
	}
	return errs.As(err).Field
}
