package epp

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/registrytest"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

func TestExercise(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]struct {
		caps   registry.Capabilities
		shared bool
	}{
		"objects":         {registry.Capabilities{Contacts: true, HostObjects: true, CheckLimit: 3}, false},
		"thin":            {registry.Capabilities{CheckLimit: 20}, false},
		"shared and kept": {registry.Capabilities{Contacts: true, HostObjects: true, CheckLimit: 5}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			s.mem.bare = !v.caps.Contacts
			s.mem.queue = []wire.MsgQueue{{ID: "7", QDate: time.Now(), Msg: &wire.Message{Text: "hello"}}}
			s.mem.pending = []*wire.ResData{nil}
			c := s.client(t, func(cfg *Config) {
				cfg.Capabilities = v.caps
				if v.shared {
					cfg.CheckWindow, cfg.CheckCache = DefaultCheckWindow, time.Hour
				}
			})
			registrytest.Exercise(t, func(*testing.T) registry.Registry { return c })
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			registrytest.ValidateFrames(t, s.frames)
		})
	}
}

// order is a registration that needs no other object.
func order(n string) registry.DomainCreate {
	return registry.DomainCreate{Name: dname.Name(n), Years: 1, AuthInfo: "auth-1nfo"}
}

// outcome demands a kind of failure.
func outcome(t *testing.T, err error, code int, unknown bool) {
	t.Helper()
	var e *registry.Error
	if !errors.As(err, &e) || e.Code != code || e.Unknown != unknown {
		t.Errorf("got %v, want code %d, unknown %v", err, code, unknown)
	}
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer  int // 0 = the connection is cut after the command was read
		unknown bool
		closing bool
	}{
		"cut after the command": {0, true, true},
		"command failed":        {2400, true, false},
		"failed and closing":    {2500, true, true},
		"authentication":        {2501, true, true},
		"session limit":         {2502, true, true},
		"exists":                {2302, false, false},
		"policy":                {2306, false, false},
		"billing":               {2104, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			s.onCommand(func(cmd *wire.Command) (*wire.Response, bool) {
				if cmd.CreateDomain == nil {
					return nil, false
				}
				if c.answer == 0 {
					return nil, true
				}
				return wire.Respond(c.answer, "", "").Explain(wire.Name{}, "", "because"), false
			})
			cl := s.client(t, func(cfg *Config) { cfg.MaxSessions = 1 })
			_, err := cl.CreateDomain(t.Context(), "1000-1", order("a.example"))
			outcome(t, err, c.answer, c.unknown)
			if c.answer > 0 && !strings.Contains(err.Error(), wire.Text(c.answer)+"; because") {
				t.Errorf("error %q lacks the registry's words", err)
			}
			if _, err := cl.CheckDomains(t.Context(), []dname.Name{"b.example"}); err != nil {
				t.Fatalf("the next command: %v", err)
			}
			want := 1
			if c.closing {
				want = 2
			}
			if got := s.count(&s.logins); got != want {
				t.Errorf("%d logins, want %d", got, want)
			}
		})
	}
}

func TestPendingAndTransactionID(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	var seen []string
	s.onCommand(func(cmd *wire.Command) (*wire.Response, bool) {
		seen = append(seen, cmd.ClTRID)
		if cmd.CreateDomain != nil {
			return wire.Respond(wire.CodePending, "", ""), false
		}
		return nil, false
	})
	c := s.client(t, nil)
	got, err := c.CreateDomain(t.Context(), "1000-1", order("a.example"))
	if err != nil || !got.Pending || got.Code != registry.CodePending || got.SvTRID == "" {
		t.Fatalf("got %+v, %v", got, err)
	}
	for range 2 {
		if _, err := c.CheckDomains(t.Context(), []dname.Name{"a.example"}); err != nil {
			t.Fatal(err)
		}
	}
	if seen[0] != "1000-1" || seen[1] == seen[2] || len(seen[1]) < 20 {
		t.Errorf("transaction ids %q: the caller's verbatim, then unique ones", seen)
	}
}

func TestAnswerWithoutDatesIsUnknown(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.onCommand(func(*wire.Command) (*wire.Response, bool) { return wire.Respond(wire.CodeOK, "", ""), false })
	c := s.client(t, nil)
	_, err := c.CreateDomain(t.Context(), "1000-1", order("a.example"))
	outcome(t, err, 0, true)
	_, err = c.RenewDomain(t.Context(), "1000-2", registry.DomainRenew{Name: "a.example", CurExpiry: time.Now(), Years: 1})
	outcome(t, err, 0, true)
}

func TestSlowAnswer(t *testing.T) {
	t.Parallel()
	for name, wait := range map[string]func(*testing.T, *Config) context.Context{
		"command time-out": func(t *testing.T, cfg *Config) context.Context {
			cfg.Timeouts.Command = 300 * time.Millisecond // the log-in has to fit in, too
			return t.Context()
		},
		"deadline": func(t *testing.T, cfg *Config) context.Context {
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			t.Cleanup(cancel)
			return ctx
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			hold := make(chan struct{})
			s.onCommand(func(*wire.Command) (*wire.Response, bool) { <-hold; return nil, false })
			var ctx context.Context
			c := s.client(t, func(cfg *Config) { ctx = wait(t, cfg) })
			_, err := c.CreateDomain(ctx, "1000-1", order("a.example"))
			outcome(t, err, 0, true)
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("cause of %v", err)
			}
			close(hold)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			if _, err := c.InfoDomain(ctx, "b.example"); registry.CodeOf(err) != registry.CodeNotExist {
				t.Errorf("the late answer reached another command: %v", err)
			}
		})
	}
}

func TestNotSent(t *testing.T) {
	t.Parallel()
	t.Run("cut before the command", func(t *testing.T) {
		t.Parallel()
		s := newServer(t)
		c := s.client(t, func(cfg *Config) { cfg.MaxSessions = 1 })
		if err := c.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
		idle := c.pool.idle[0]
		s.stop()
		<-idle.dead
		_, err := c.CreateDomain(t.Context(), "1000-1", order("a.example"))
		outcome(t, err, 0, false)
	})
	t.Run("idle session died, registry is back", func(t *testing.T) {
		t.Parallel()
		s := newServer(t)
		c := s.client(t, func(cfg *Config) { cfg.MaxSessions = 1 })
		if err := c.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
		idle := c.pool.idle[0]
		s.drop()
		<-idle.dead
		if _, err := c.CreateDomain(t.Context(), "1000-1", order("a.example")); err != nil {
			t.Errorf("no new session was opened: %v", err)
		}
	})
	for name, change := range map[string]func(*server, *Config){
		"password":       func(_ *server, cfg *Config) { cfg.Password = "wrong-word" },
		"unknown CA":     func(_ *server, cfg *Config) { cfg.RootCAs = nil },
		"other name":     func(_ *server, cfg *Config) { cfg.ServerName = "registry.invalid" },
		"service":        func(_ *server, cfg *Config) { cfg.Objects = []string{"urn:other"} },
		"nobody listens": func(s *server, _ *Config) { s.stop() },
		"version":        func(s *server, _ *Config) { g := *s.greeting.Load(); g.Menu.Versions = nil; s.greeting.Store(&g) },
		"greeting absent": func(s *server, cfg *Config) {
			cfg.Timeouts.Connect = 50 * time.Millisecond
			s.greeting.Store(&wire.Greeting{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			c := s.client(t, func(cfg *Config) { change(s, cfg) })
			_, err := c.CreateDomain(t.Context(), "1000-1", order("a.example"))
			outcome(t, err, 0, false)
			if strings.Contains(err.Error(), "wrong-word") {
				t.Errorf("error shows the password: %v", err)
			}
		})
	}
}

func TestBadInputIsRefusedUnsent(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t, nil)
	_, err := c.CreateContact(t.Context(), "1000-1", registry.Contact{ID: "X", Email: "a@b"})
	outcome(t, err, wire.CodeValueSyntax, false)
	_, err = c.UpdateDomain(t.Context(), "1000-2", registry.DomainUpdate{Name: "a.example"})
	outcome(t, err, wire.CodeMissingParameter, false)
	if n := s.count(&s.logins); n != 0 {
		t.Errorf("%d sessions were opened", n)
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t, nil)
	s.stop()
	for range 6 {
		outcome(t, c.Ping(t.Context()), 0, false)
	}
	g := &c.pool.dial
	g.mu.Lock()
	failures, until := g.failures, g.until
	g.mu.Unlock()
	if failures >= 6 || failures < 2 || time.Until(until) <= 0 {
		t.Errorf("%d attempts at once, next one %v", failures, until)
	}
	start := time.Now()
	outcome(t, c.Ping(t.Context()), 0, false)
	if d := time.Since(start); d > time.Second {
		t.Errorf("failed only after %v", d)
	}
}

func TestSessionReuseAndBound(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t, func(cfg *Config) { cfg.MaxSessions = 3 })
	for range 5 {
		if err := c.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.count(&s.logins); n != 1 {
		t.Errorf("%d logins for commands one after the other", n)
	}
	var wg sync.WaitGroup
	for w := range 12 {
		wg.Go(func() {
			for i := range 10 {
				n := fmt.Sprintf("d%d-%d.example", w, i)
				got, err := c.CreateDomain(t.Context(), "trid-"+n, order(n))
				if err != nil || got.Expires.IsZero() {
					t.Errorf("%s: %v", n, err)
					return
				}
				d, err := c.InfoDomain(t.Context(), dname.Name(n))
				if err != nil || d.Name != dname.Name(n) {
					t.Errorf("info %s: %+v, %v", n, d, err)
				}
			}
		})
	}
	wg.Wait()
	if n := s.count(&s.maxOpen); n > 3 {
		t.Errorf("%d sessions at once, at most 3", n)
	}
}

func TestWaitForSessionEnds(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	hold, got := make(chan struct{}), make(chan struct{})
	s.onCommand(func(*wire.Command) (*wire.Response, bool) { close(got); <-hold; return nil, false })
	c := s.client(t, func(cfg *Config) { cfg.MaxSessions = 1 })
	first := make(chan error)
	go func() { _, err := c.CreateDomain(t.Context(), "1000-1", order("a.example")); first <- err }()
	<-got
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := c.CreateDomain(ctx, "1000-2", order("b.example"))
	outcome(t, err, 0, false)
	close(hold)
	if err := <-first; err != nil {
		t.Error(err)
	}
}

func TestKeepAlive(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t, func(cfg *Config) { cfg.Timeouts.KeepAlive = 5 * time.Millisecond })
	if err := c.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(5 * time.Second); s.count(&s.hellos) < 4; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no hello on an idle session")
		}
	}
	if n := s.count(&s.logins); n != 1 {
		t.Errorf("%d logins", n)
	}
}

func TestCloseLogsOut(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t, nil)
	if err := c.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.count(&s.logouts); n != 1 {
		t.Errorf("%d logouts", n)
	}
	outcome(t, c.Ping(t.Context()), 0, false)
}

func TestPollMessage(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	when := time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)
	s.mem.queue = []wire.MsgQueue{{ID: "42", QDate: when, Msg: &wire.Message{Text: "Pending action completed."}}}
	s.mem.pending = []*wire.ResData{{DomainPending: &wire.DomainPendingData{Name: wire.PendingName{Result: true, Name: "a.example"},
		PaTRID: wire.TRID{ClTRID: "1000-1", SvTRID: "SV-9"}, PaDate: when}}}
	c := s.client(t, nil)
	m, err := c.PollRequest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := registry.PanData{Object: "domain", Name: "a.example", Done: true, ClTRID: "1000-1", SvTRID: "SV-9", Date: when}
	if m.ID != "42" || m.Count != 1 || !m.Date.Equal(when) || m.Text == "" || m.PanData == nil || *m.PanData != want {
		t.Errorf("got %+v %+v", m, m.PanData)
	}
	for range 2 {
		if err := c.PollAck(t.Context(), "42"); err != nil {
			t.Fatal(err)
		}
	}
	if m, err := c.PollRequest(t.Context()); m != nil || err != nil {
		t.Errorf("after the ack: %+v, %v", m, err)
	}
}

func TestTraceShowsNoSecret(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	var mu sync.Mutex
	var log bytes.Buffer
	var dirs []string
	c := s.client(t, func(cfg *Config) {
		cfg.Trace = func(dir string, frame []byte) {
			mu.Lock()
			defer mu.Unlock()
			dirs = append(dirs, dir)
			log.Write(frame)
		}
	})
	if _, err := c.CreateDomain(t.Context(), "1000-1", order("a.example")); err != nil {
		t.Fatal(err)
	}
	if d, err := c.InfoDomain(t.Context(), "a.example"); err != nil || d.AuthInfo != "auth-1nfo" {
		t.Fatalf("%+v, %v", d, err)
	}
	mu.Lock()
	defer mu.Unlock()
	if strings.Contains(log.String(), "pass-w0rd") || strings.Contains(log.String(), "auth-1nfo") {
		t.Error("trace shows a secret")
	}
	if want := []string{Recv, Send, Recv, Send, Recv, Send, Recv}; !slices.Equal(dirs, want) {
		t.Errorf("directions %v", dirs)
	}
}

func TestTLSFloor(t *testing.T) {
	t.Parallel()
	cfg := Config{Name: "x", Addr: "registry.invalid:700", User: testUser, Password: testPassword}
	if err := cfg.defaults(); err != nil {
		t.Fatal(err)
	}
	if got := cfg.tls(); got.MinVersion < tls.VersionTLS12 || got.InsecureSkipVerify || got.ServerName != "registry.invalid" {
		t.Errorf("%+v", got)
	}
	if _, err := New(Config{Name: "x", Addr: "no-port", User: "u", Password: "p"}); err == nil {
		t.Error("an address without a port was taken")
	}
}
