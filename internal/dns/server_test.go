package dns

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	mdns "github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/zone"
)

func TestOverTheWire(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.put(text(t, "example.org", plain))
	s := started(t, f, Config{})
	for _, transport := range []string{"udp", "tcp"} {
		c := &mdns.Client{Net: transport}
		for name, want := range map[string]int{"www.example.org.": 3, "nothing.example.org.": 0} {
			r, _, err := c.Exchange(question(name, mdns.TypeA, false), s.Addrs()[0].String())
			if err != nil || len(r.Answer) != want {
				t.Errorf("%s %s: %v %v", transport, name, r, err)
			}
		}
	}
}

// TestChangesAreAnsweredAtOnce: a changed, a new and a removed zone, and one that could not be read at first.
func TestChangesAreAnsweredAtOnce(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.put(text(t, "example.org", plain))
	s := started(t, f, Config{Poll: 20 * time.Millisecond})
	began := time.Now()
	f.change("example.org", zone.Change{Add: []zone.Record{{Name: "new", Type: "A", TTL: 60, Data: "192.0.2.50"}}})
	serial(t, s, "example.org", 101)
	if d := time.Since(began); d > time.Second {
		t.Errorf("answered after %v", d)
	}
	f.put(text(t, "example.net", smallZone))
	serial(t, s, "example.net", 100)
	f.drop("example.net")
	until(t, func() bool { _, ok := s.Serial("example.net"); return !ok })

	f.mu.Lock()
	f.fails["example.org"] = true
	f.mu.Unlock()
	f.change("example.org", zone.Change{Add: []zone.Record{{Name: "later", Type: "A", TTL: 60, Data: "192.0.2.51"}}})
	time.Sleep(50 * time.Millisecond)
	if n, ok := s.Serial("example.org"); !ok || n != 101 {
		t.Errorf("a zone that cannot be read keeps its state, has %d %v", n, ok)
	}
	f.mu.Lock()
	f.fails["example.org"] = false
	f.mu.Unlock()
	serial(t, s, "example.org", 102)
}

func frame(p []byte) []byte { return append(binary.BigEndian.AppendUint16(nil, uint16(len(p))), p...) }

func TestPipelining(t *testing.T) { // RFC 7766 §6.2.1.1
	t.Parallel()
	f := newFake()
	f.put(text(t, "example.org", plain))
	s := started(t, f, Config{})
	c, err := net.Dial("tcp", s.Addrs()[0].String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var all []byte
	const n = 500
	for i := range n {
		m := question(fmt.Sprintf("n%d.example.org.", i), mdns.TypeA, false)
		m.Id = uint16(i)
		p, err := m.Pack()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, frame(p)...)
	}
	go func() { _, _ = c.Write(all) }()
	for i := range n {
		var head [2]byte
		if _, err := io.ReadFull(c, head[:]); err != nil {
			t.Fatal(err)
		}
		p := make([]byte, binary.BigEndian.Uint16(head[:]))
		if _, err := io.ReadFull(c, p); err != nil {
			t.Fatal(err)
		}
		if id := binary.BigEndian.Uint16(p); int(id) != i {
			t.Fatalf("answer %d has the number %d", i, id)
		}
	}
}

// TestConnections: an idle one is closed, a hostile one too, and there are no more than may be.
func TestConnections(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.put(text(t, "example.org", plain))
	s := started(t, f, Config{Idle: 300 * time.Millisecond, MaxConnsEach: 3})
	closed := func(c net.Conn) bool {
		_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
		_, err := c.Read(make([]byte, 1))
		late, ok := err.(net.Error)
		return err != nil && (!ok || !late.Timeout())
	}
	var open []net.Conn
	for range 4 {
		c, err := net.Dial("tcp", s.Addrs()[0].String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		open = append(open, c)
	}
	began := time.Now()
	if !closed(open[3]) || time.Since(began) > 250*time.Millisecond {
		t.Error("a connection beyond the limit stays open")
	}
	if _, err := open[0].Write([]byte{0xff, 0xff, 1, 2, 3}); err != nil || !closed(open[0]) || time.Since(began) > 250*time.Millisecond {
		t.Error("a query that is too long")
	}
	if _, err := open[1].Write([]byte{0, 20, 1, 2, 3}); err != nil || !closed(open[1]) || !closed(open[2]) {
		t.Error("idle connections stay open")
	}
	if r, _, err := new(mdns.Client).Exchange(question("example.org.", mdns.TypeSOA, false), s.Addrs()[0].String()); err != nil || len(r.Answer) != 1 {
		t.Errorf("afterwards: %v %v", r, err)
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	s, _ := server(t, Config{RRL: 10}, text(t, "example.org", plain))
	now := time.Now()
	s.limit.now = func() time.Time { return now }
	w := s.worker(4096)
	count := func(from, name string) (full, cut, none int) {
		for range 30 {
			switch r := exchange(t, w, question(name, mdns.TypeA, false), caller{addr: netip.MustParseAddrPort(from)}); {
			case r == nil:
				none++
			case r.Truncated:
				cut++
			default:
				full++
			}
		}
		return
	}
	for _, c := range []struct {
		name, from, ask string
		full            int
	}{
		{"a network", "192.0.2.1:1", "web.example.org.", 10},
		{"its neighbour", "192.0.2.99:1", "web.example.org.", 0},
		{"another kind of answer", "192.0.2.1:1", "nothing.example.org.", 10},
		{"another network", "192.0.3.1:1", "web.example.org.", 10},
		{"a network of IPv6", "[2001:db8:0:1::1]:1", "web.example.org.", 10},
		{"its neighbour there", "[2001:db8:0:2::1]:1", "web.example.org.", 0},
		{"loopback", "127.0.0.1:1", "web.example.org.", 30},
	} {
		if full, cut, none := count(c.from, c.ask); full != c.full || cut != (30-full)/2 || cut+none != 30-full {
			t.Errorf("%s: %d answers, %d truncated, %d none", c.name, full, cut, none)
		}
	}
	now = now.Add(time.Second)
	if full, _, _ := count("192.0.2.1:1", "web.example.org."); full != 10 {
		t.Errorf("a second later: %d answers", full)
	}
	now = now.Add(-time.Hour)
	count("192.0.2.1:1", "web.example.org.")
	now = now.Add(time.Second)
	if full, _, _ := count("192.0.2.1:1", "web.example.org."); full != 10 {
		t.Errorf("a second after the clock was set back: %d answers", full)
	}
}

// TestShutdown: a connection that waits for a query holds nothing up.
func TestShutdown(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.put(text(t, "example.org", plain))
	s := started(t, f, Config{Idle: time.Minute})
	c, err := net.Dial("tcp", s.Addrs()[0].String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		t.Errorf("an idle connection holds the server up: %v", err)
	}
}

func TestConfigurations(t *testing.T) {
	t.Parallel()
	good, f := server(t, Config{})
	for name, edit := range map[string]func(*Config){
		"no source":     func(c *Config) { c.Source = nil },
		"an algorithm":  func(c *Config) { c.Keys = []Key{{Name: "k", Algorithm: "hmac-md5", Secret: secret}} },
		"a secret":      func(c *Config) { c.Keys = []Key{{Name: "k", Secret: []byte("short")}} },
		"a key":         func(c *Config) { c.Secondaries = []Secondary{{Key: "none"}} },
		"large answers": func(c *Config) { c.MaxUDP = 65535 },
		"an NSID":       func(c *Config) { c.NSID = strings.Repeat("x", 200) },
		"a catalog":     func(c *Config) { c.Catalog = "a..b" },
	} {
		cfg := good.cfg
		cfg.Source = f
		edit(&cfg)
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// TestSecretsStayOut of the log.
func TestSecretsStayOut(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	f := newFake()
	f.put(text(t, "example.org", plain))
	s := started(t, f, Config{Keys: []Key{{Name: "k.", Secret: secret, Transfer: true}}, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if _, _, err := transfer(t, s, axfr("example.org."), "k."); err != nil {
		t.Fatal(err)
	}
	if err := s.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(log.String(), string(secret)) {
		t.Error("the secret is in the log")
	}
}
