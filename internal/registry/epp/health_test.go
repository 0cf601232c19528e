package epp

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

func TestGate(t *testing.T) {
	t.Parallel()
	g := gate{after: 3}
	down := errors.New("down")
	in := func() bool {
		t.Helper()
		trial, err := g.enter()
		if err != nil {
			t.Fatalf("refused: %v", err)
		}
		return trial
	}
	is := func(want Health) {
		t.Helper()
		if h, _ := g.state(); h != want {
			t.Fatalf("%s, want %s", h, want)
		}
	}
	open := func() { g.until = time.Now().Add(-time.Second) } // the back-off is over
	for range 2 {
		if g.leave(in(), bad, down) {
			t.Fatal("opened too early")
		}
	}
	g.leave(in(), unknown, nil)
	if is(Closed); !g.leave(in(), bad, down) {
		t.Fatal("did not open")
	}
	is(Open)
	if _, err := g.enter(); !errors.Is(err, down) {
		t.Fatalf("open, but let through: %v", err)
	}
	if d := time.Until(g.until); d > backoffBase || d < backoffBase/4 {
		t.Errorf("first wait %v", d)
	}
	if g.leave(false, bad, down); g.failures != 3 {
		t.Error("a failure from before the opening counts again")
	}
	open()
	is(HalfOpen)
	trial := in()
	if _, err := g.enter(); !trial || err == nil {
		t.Fatal("more than one trial at a time")
	}
	g.leave(trial, unknown, nil)
	for range 20 {
		g.leave(in(), bad, down)
		if d := time.Until(g.until); d > backoffMax {
			t.Fatalf("waits %v", d)
		}
		open()
	}
	if !g.leave(in(), good, nil) {
		t.Fatal("closing was not told")
	}
	is(Closed)
}

// TestCircuit: a registry that takes commands and answers none is left alone for a while, then tried with one command.
func TestCircuit(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	var log safeBuffer
	c := s.client(t, func(cfg *Config) { cfg.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	s.onCommand(func(*wire.Command) (*wire.Response, bool) { return nil, true })
	for range quietFailures {
		_, err := c.InfoDomain(t.Context(), "a.example")
		outcome(t, err, 0, true)
	}
	sent := c.Status()
	if sent.Health != Open || sent.RetryAt.IsZero() || sent.LastError == "" || sent.Counters.Unanswered != quietFailures {
		t.Errorf("status %+v", sent)
	}
	_, err := c.CreateDomain(t.Context(), "1000-1", order("a.example"))
	outcome(t, err, 0, false)
	s.hook.Store(nil)
	for end := time.Now().Add(10 * time.Second); c.Ping(t.Context()) != nil; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the circuit stays open")
		}
	}
	if got := c.Status(); got.Health != Closed || got.Sessions.Idle != 1 || got.Counters.NotSent == 0 {
		t.Errorf("status %+v", got)
	}
	if text := log.String(); !strings.Contains(text, "registry does not answer") || !strings.Contains(text, "registry answers again") {
		t.Errorf("log %q", text)
	}
}

// TestImpatientCallersOpenNothing: short deadlines of callers say little about the registry.
func TestImpatientCallersOpenNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t, nil)
	hold := make(chan struct{})
	defer close(hold)
	s.onCommand(func(*wire.Command) (*wire.Response, bool) { <-hold; return nil, true })
	for i := 0; c.Status().Counters.Unanswered <= quietFailures; i++ {
		if i > 50 {
			t.Fatal("hardly anything is sent")
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		_, err := c.InfoDomain(ctx, "a.example")
		cancel()
		if err == nil {
			t.Fatal("answered")
		}
	}
	if got := c.Status().Health; got != Closed {
		t.Errorf("circuit is %s", got)
	}
}

func TestStatusWhenDown(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t, nil)
	s.stop()
	for range 3 {
		outcome(t, c.Ping(t.Context()), 0, false)
	}
	got := c.Status()
	if got.Health != Open || got.LastError == "" || got.Counters.LoginFailures != dialFailures || got.Counters.NotSent != 3 {
		t.Errorf("status %+v", got)
	}
}

func TestRate(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t, func(cfg *Config) { cfg.Rate = 50 })
	var wg sync.WaitGroup
	start := time.Now()
	for range 25 {
		wg.Go(func() {
			if err := c.Ping(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if d := time.Since(start); d < 400*time.Millisecond || d > 5*time.Second {
		t.Errorf("25 commands at 50/s took %v", d)
	}
}

func TestRateWaitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t, func(cfg *Config) { cfg.Rate = 0.01 })
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := c.Ping(t.Context()); err != nil { // takes the one token there is
		t.Fatal(err)
	}
	_, err := c.CreateDomain(ctx, "1000-1", order("a.example"))
	outcome(t, err, 0, false)
	if !strings.Contains(err.Error(), "rate") || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}

func TestMaintenance(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	now := time.Now()
	c := s.client(t, func(cfg *Config) {
		cfg.CheckWindow = time.Millisecond
		cfg.Maintenance = []Window{{now.Add(-2 * time.Hour), now.Add(-time.Hour)}, {now.Add(-time.Hour), now.Add(time.Hour)}}
	})
	want := "in maintenance until " + now.Add(time.Hour).UTC().Format(time.RFC3339)
	_, err := c.CreateDomain(t.Context(), "1000-1", order("a.example"))
	outcome(t, err, 0, false)
	_, err2 := c.CheckDomains(t.Context(), []dname.Name{"a.example"})
	outcome(t, err2, 0, false)
	outcome(t, c.ChangePassword(t.Context(), "another-Pass1"), 0, false)
	for _, err := range []error{err, err2} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
	if n := s.count(&s.logins); n != 0 || !c.Status().Maintenance.Equal(now.Add(time.Hour)) {
		t.Errorf("%d logins, status %+v", n, c.Status())
	}
	if _, err := New(Config{Name: "x", Addr: "h:1", User: "u", Password: "p", Maintenance: []Window{{now, now}}}); err == nil {
		t.Error("an empty window was taken")
	}
}

func TestIdleSessionsAreLoggedOut(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t, func(cfg *Config) {
		cfg.Timeouts.KeepAlive, cfg.Timeouts.Idle = 10*time.Millisecond, 60*time.Millisecond
	})
	if err := c.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(5 * time.Second); s.count(&s.logouts) == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("an idle session stays")
		}
	}
	if n := s.count(&s.hellos); n < 2 {
		t.Errorf("%d hellos before that", n)
	}
	if _, err := c.CreateDomain(t.Context(), "1000-1", order("a.example")); err != nil {
		t.Errorf("after the logout: %v", err)
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	const next = "n3xt-Passw0rd"
	for name, v := range map[string]struct {
		before  func(*server, *Config)
		code    int // of the error; 0 with fails = not sent
		fails   bool
		changed bool
	}{
		"done":                      {changed: true},
		"answer lost, done":         {before: func(s *server, _ *Config) { s.cutChange.Store(true) }, changed: true},
		"answer lost, not done":     {before: func(s *server, _ *Config) { s.cutChange.Store(true); s.dropChange.Store(true) }, fails: true, code: wire.CodeAuthentication},
		"old password is not right": {before: func(_ *server, cfg *Config) { cfg.Password = "not-the-0ne" }, fails: true, code: wire.CodeAuthentication},
		"registry is away":          {before: func(s *server, _ *Config) { s.stop() }, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			c := s.client(t, func(cfg *Config) {
				cfg.MaxSessions = 1
				if v.before != nil {
					v.before(s, cfg)
				}
			})
			err := c.ChangePassword(t.Context(), next)
			if v.fails {
				outcome(t, err, v.code, false)
			} else if err != nil {
				t.Fatal(err)
			}
			if got := c.cfg.login.password == next; got != v.changed {
				t.Errorf("logs in with the new one: %v", got)
			}
			if v.changed {
				s.drop()
				time.Sleep(10 * time.Millisecond)
				err := c.Ping(t.Context())
				if err != nil && registry.IsUnknown(err) { // the cut was not yet seen
					err = c.Ping(t.Context())
				}
				if err != nil {
					t.Errorf("log-in afterwards: %v", err)
				}
			}
			if n := s.count(&s.maxOpen); n > 1 {
				t.Errorf("%d sessions at once", n)
			}
		})
	}
	outcome(t, newServer(t).client(t, nil).ChangePassword(t.Context(), "short"), wire.CodeValueSyntax, false)
}

func TestRaw(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t, nil)
	frame, err := wire.EncodeCommand(&wire.Command{InfoDomain: &wire.DomainInfo{Name: wire.DomainInfoName{Name: "no.example"}}, ClTRID: "raw-1"})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.Raw(t.Context(), frame)
	if err != nil || !strings.Contains(string(answer), "2303") || !strings.Contains(string(answer), "raw-1") {
		t.Errorf("answer %s, %v", answer, err)
	}
	for _, bad := range []string{"", "<epp", "<x/>", `<!DOCTYPE epp><epp xmlns="` + wire.NSEPP + `"><hello/></epp>`, `<epp xmlns="` + wire.NSEPP + `"><greeting/></epp>`} {
		_, err := c.Raw(t.Context(), []byte(bad))
		outcome(t, err, wire.CodeSyntax, false)
	}
	if n := s.count(&s.logins); n != 1 {
		t.Errorf("%d logins", n)
	}
}

func TestDebugLogTellsTransactions(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	var log safeBuffer
	c := s.client(t, func(cfg *Config) {
		cfg.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	if _, err := c.CreateDomain(t.Context(), "1000-1", order("a.example")); err != nil {
		t.Fatal(err)
	}
	text := log.String()
	if n := strings.Count(text, "cltrid=1000-1"); n != 2 {
		t.Errorf("%d lines for the command, want its frame and its answer", n)
	}
	if !strings.Contains(text, "domain:create") || strings.Contains(text, "auth-1nfo") || strings.Contains(text, "pass-w0rd") {
		t.Errorf("log %q", text)
	}
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
