package epp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// checkLog notes the names of each check command; hold, when set, is called before the answer.
type checkLog struct {
	mu       sync.Mutex
	commands [][]string
	hold     func(names []string) *wire.Response
}

func (l *checkLog) hook(cmd *wire.Command) (*wire.Response, bool) {
	if cmd.CheckDomain == nil {
		return nil, false
	}
	l.mu.Lock()
	l.commands = append(l.commands, cmd.CheckDomain.Names)
	l.mu.Unlock()
	if l.hold != nil {
		return l.hold(cmd.CheckDomain.Names), false
	}
	return nil, false
}

func (l *checkLog) seen() [][]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.commands)
}

func free(t *testing.T, c *Client, ctx context.Context, n dname.Name) bool {
	t.Helper()
	got, err := c.CheckDomains(ctx, []dname.Name{n})
	if err != nil || len(got) != 1 || got[0].Name != n {
		t.Fatalf("check %s: %+v, %v", n, got, err)
	}
	return got[0].Available
}

// manyChecks gives the time that n concurrent single checks take.
func (s *server) manyChecks(tb testing.TB, c *Client, n int) time.Duration {
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			name := dname.Name(fmt.Sprintf("many-%d.example", i))
			got, err := c.CheckDomains(context.Background(), []dname.Name{name})
			if err != nil || len(got) != 1 || got[0].Name != name || !got[0].Available {
				tb.Errorf("check %s: %+v, %v", name, got, err)
			}
		})
	}
	from := time.Now()
	close(start)
	wg.Wait()
	return time.Since(from)
}

const roundTrip = 30 * time.Millisecond

// TestThousandChecks: a thousand callers who ask for one name each are served at least ten times faster together.
func TestThousandChecks(t *testing.T) {
	if testing.Short() {
		t.Skip("takes eight seconds")
	}
	s := newServer(t)
	s.onCommand(func(cmd *wire.Command) (*wire.Response, bool) {
		time.Sleep(roundTrip)
		return nil, false
	})
	alone := s.manyChecks(t, s.client(t, func(cfg *Config) { cfg.Capabilities.CheckLimit = 50 }), 1000)
	c := s.client(t, func(cfg *Config) { cfg.Capabilities.CheckLimit, cfg.CheckWindow = 50, DefaultCheckWindow })
	together := s.manyChecks(t, c, 1000)
	t.Logf("1000 checks, 4 sessions, %v round trip: %v alone, %v together (%.0f times faster, %d commands)", roundTrip,
		alone.Round(time.Millisecond), together.Round(time.Millisecond), float64(alone)/float64(together), c.Status().Counters.CheckCommands)
	if together*10 > alone {
		t.Errorf("%v together is not ten times faster than %v alone", together, alone)
	}
}

func BenchmarkThousandChecks(b *testing.B) {
	for name, window := range map[string]time.Duration{"alone": 0, "together": DefaultCheckWindow} {
		b.Run(name, func(b *testing.B) {
			s := newServer(b)
			s.onCommand(func(*wire.Command) (*wire.Response, bool) { time.Sleep(roundTrip); return nil, false })
			c := s.client(b, func(cfg *Config) { cfg.Capabilities.CheckLimit, cfg.CheckWindow = 50, window })
			for b.Loop() {
				s.manyChecks(b, c, 1000)
			}
			b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "checks/s")
		})
	}
}

func TestLoneCheckDoesNotWait(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t, func(cfg *Config) { cfg.CheckWindow = time.Hour })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for i := range 3 { // with this window, one that waits would never come back
		free(t, c, ctx, dname.Name(fmt.Sprintf("lone-%d.example", i)))
	}
}

// TestChecksGather: while one is under way, others gather: a full command goes at once, the rest when the window is over.
func TestChecksGather(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	hold, got := make(chan struct{}), make(chan struct{}, 10)
	l := &checkLog{hold: func([]string) *wire.Response { got <- struct{}{}; <-hold; return nil }}
	s.onCommand(l.hook)
	c := s.client(t, func(cfg *Config) { cfg.CheckWindow = 150 * time.Millisecond })
	var wg sync.WaitGroup
	ask := func(n dname.Name) { wg.Go(func() { free(t, c, t.Context(), n) }) }
	ask("a.example")
	<-got
	for range 5 {
		for _, n := range []dname.Name{"b.example", "c.example"} {
			ask(n)
		}
	}
	<-got // after the window: both names, each once
	for _, n := range []dname.Name{"d.example", "e.example", "f.example"} {
		ask(n)
	}
	<-got
	close(hold)
	wg.Wait()
	seen := l.seen()
	for _, names := range seen {
		slices.Sort(names)
	}
	if len(seen) != 3 || len(seen[0]) != 1 || len(seen[1]) != 2 || len(seen[2]) != 3 {
		t.Errorf("commands %v, want one, two and three names", seen)
	}
}

func TestCallerWhoLeavesHarmsNobody(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	hold, got := make(chan struct{}), make(chan struct{}, 10)
	l := &checkLog{hold: func([]string) *wire.Response { got <- struct{}{}; <-hold; return nil }}
	s.onCommand(l.hook)
	c := s.client(t, func(cfg *Config) { cfg.CheckWindow, cfg.MaxSessions = time.Millisecond, 1 })
	first := make(chan bool)
	go func() { first <- free(t, c, t.Context(), "a.example") }()
	<-got
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error)
	for _, n := range []dname.Name{"a.example", "b.example"} {
		go func() { _, err := c.CheckDomains(ctx, []dname.Name{n}); left <- err }()
	}
	second := make(chan bool)
	go func() { second <- free(t, c, t.Context(), "c.example") }()
	for c.queued() < 3 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	for range 2 {
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("the one who left: %v", err)
		}
	}
	close(hold)
	if !<-first || !<-second {
		t.Error("the others were not answered")
	}
	if seen := l.seen(); len(seen) != 2 || !slices.Equal(seen[1], []string{"c.example"}) {
		t.Errorf("commands %v: nobody waits for other names", seen)
	}
	if n := s.count(&s.logins); n != 1 {
		t.Errorf("%d logins: who leaves must not cost a session", n)
	}
}

func (c *Client) queued() int {
	c.checks.mu.Lock()
	defer c.checks.mu.Unlock()
	return len(c.checks.queue)
}

// TestBadNameIsItsOwnersTrouble: a name that the registry refuses spoils no other caller's answer.
func TestBadNameIsItsOwnersTrouble(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	hold, got := make(chan struct{}), make(chan struct{}, 20)
	l := &checkLog{hold: func(names []string) *wire.Response {
		got <- struct{}{}
		<-hold
		if slices.Contains(names, "bad.example") {
			return wire.Respond(wire.CodePolicy, "", "")
		}
		return nil
	}}
	s.onCommand(l.hook)
	c := s.client(t, func(cfg *Config) {
		cfg.CheckWindow, cfg.MaxSessions, cfg.Capabilities.CheckLimit = time.Millisecond, 1, 10
	})
	var wg sync.WaitGroup
	wg.Go(func() { free(t, c, t.Context(), "first.example") })
	<-got
	for i := range 7 {
		wg.Go(func() { free(t, c, t.Context(), dname.Name(fmt.Sprintf("good-%d.example", i))) })
	}
	wg.Go(func() {
		_, err := c.CheckDomains(t.Context(), []dname.Name{"bad.example"})
		outcome(t, err, wire.CodePolicy, false)
	})
	for c.queued() < 8 {
		time.Sleep(time.Millisecond)
	}
	close(hold)
	wg.Wait()
}

func TestChecksFailTogether(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t, func(cfg *Config) { cfg.CheckWindow = time.Millisecond })
	s.stop()
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			_, err := c.CheckDomains(t.Context(), []dname.Name{dname.Name(fmt.Sprintf("n%d.example", i))})
			outcome(t, err, 0, false)
		})
	}
	wg.Wait()
	if _, err := c.CheckDomains(t.Context(), nil); err != nil {
		t.Errorf("nothing asked: %v", err)
	}
}

func TestCheckCache(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	l := &checkLog{}
	s.onCommand(l.hook)
	c := s.client(t, func(cfg *Config) { cfg.CheckWindow, cfg.CheckCache = time.Millisecond, time.Hour })
	ctx := t.Context()
	count := func(what string, want int) {
		t.Helper()
		if got := len(l.seen()); got != want {
			t.Errorf("%s: %d commands, want %d", what, got, want)
		}
	}
	for range 3 {
		if !free(t, c, ctx, "a.example") {
			t.Error("a.example is free")
		}
	}
	count("asked again", 1)
	free(t, c, registry.Fresh(ctx), "a.example")
	count("asked afresh", 2)
	if _, err := c.CreateDomain(ctx, "1000-1", order("a.example")); err != nil {
		t.Fatal(err)
	}
	if free(t, c, ctx, "a.example") {
		t.Error("after the create a.example is said to be free")
	}
	count("after the own create", 3)
	for _, op := range []func() error{
		func() error { _, err := c.QueryTransfer(ctx, "a.example", ""); return err },
		func() error {
			_, err := c.RenewDomain(ctx, "1000-2", registry.DomainRenew{Name: "a.example", Years: 1, CurExpiry: time.Now()})
			return err
		},
	} {
		if err := op(); registry.IsUnknown(err) {
			t.Fatal(err)
		}
		free(t, c, ctx, "a.example")
		count("after what leaves it registered", 3)
	}
	if _, err := c.TransferDomain(ctx, "1000-3", registry.DomainTransfer{Op: registry.TransferCancel, Name: "a.example"}); registry.IsUnknown(err) {
		t.Fatal(err)
	}
	free(t, c, ctx, "a.example")
	count("after the own transfer", 4)
	if _, err := c.DeleteDomain(ctx, "1000-4", "A.example"); registry.IsUnknown(err) {
		t.Fatal(err)
	}
	free(t, c, ctx, "a.example")
	count("after the own delete", 5)
	if _, err := c.Raw(ctx, []byte(`<epp xmlns="`+wire.NSEPP+`"><hello/></epp>`)); err != nil {
		t.Fatal(err)
	}
	free(t, c, ctx, "a.example")
	count("after a raw frame", 6)
	if got := c.Status().Counters; got.CheckedNames != 10 || got.CheckCached != 4 || got.CheckCommands != 6 {
		t.Errorf("counters %+v", got)
	}
}

// TestCheckUnderWayDuringCreate: an answer that set out before our own create is not kept.
func TestCheckUnderWayDuringCreate(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	hold, got := make(chan struct{}), make(chan struct{}, 10)
	l := &checkLog{hold: func(names []string) *wire.Response {
		got <- struct{}{}
		<-hold
		return ok(&wire.ResData{DomainCheck: &wire.DomainCheckData{Items: []wire.DomainChecked{{Name: wire.CheckedName{Name: names[0], Avail: true}}}}})
	}}
	s.onCommand(l.hook)
	c := s.client(t, func(cfg *Config) { cfg.CheckWindow, cfg.CheckCache = time.Millisecond, time.Hour })
	old := make(chan bool)
	go func() { old <- free(t, c, t.Context(), "a.example") }()
	<-got
	if _, err := c.CreateDomain(t.Context(), "1000-1", order("a.example")); err != nil {
		t.Fatal(err)
	}
	close(hold)
	<-old
	s.hook.Store(nil)
	if free(t, c, t.Context(), "a.example") {
		t.Error("an answer from before the create was kept")
	}
}

func TestCacheIsBoundedAndShort(t *testing.T) {
	t.Parallel()
	c := answers{ttl: time.Second}
	now := time.Now()
	for i := range maxAnswers + 500 {
		c.put(registry.Availability{Name: dname.Name(fmt.Sprintf("n%d.example", i))}, now)
	}
	if len(c.kept) != maxAnswers || len(c.order) != maxAnswers {
		t.Errorf("%d names, %d in order, at most %d", len(c.kept), len(c.order), maxAnswers)
	}
	if _, ok := c.get("n0.example", now); ok {
		t.Error("the oldest was kept")
	}
	last := dname.Name(fmt.Sprintf("n%d.example", maxAnswers+499))
	if _, ok := c.get(last, now.Add(time.Second-1)); !ok {
		t.Error("the newest was lost")
	}
	if _, ok := c.get(last, now.Add(time.Second)); ok {
		t.Error("an answer outlived its time")
	}
	c.put(registry.Availability{Name: "x.example"}, now.Add(time.Minute))
	if len(c.kept) != 1 || len(c.order) != 1 {
		t.Errorf("%d names after all have expired", len(c.kept))
	}
}
