package dns

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	mdns "github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

const hangUp = "hang up"

// master answers over TCP with the messages that say gives, each a list of records, one a line; none leaves the question open.
func master(t testing.TB, host string, say func(q *mdns.Msg) []string) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", host+":0")
	if err != nil {
		t.Skipf("no listener at %s: %v", host, err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				c := &mdns.Conn{Conn: conn}
				for {
					q, err := c.ReadMsg()
					if err != nil {
						return
					}
					for _, text := range say(q) {
						if text == hangUp {
							return
						}
						m := new(mdns.Msg).SetReply(q)
						m.Authoritative, m.Compress = true, true
						m.Answer = rrs(t, text)
						if c.WriteMsg(m) != nil {
							return
						}
					}
				}
			}()
		}
	}()
	return l.Addr().(*net.TCPAddr).AddrPort()
}

func rrs(t testing.TB, text string) []mdns.RR {
	t.Helper()
	var out []mdns.RR
	for p := mdns.NewZoneParser(strings.NewReader(text), "example.org.", ""); ; {
		rr, ok := p.Next()
		if !ok {
			if p.Err() != nil {
				t.Error(p.Err())
			}
			return out
		}
		out = append(out, rr)
	}
}

func soaLine(serial uint32) string {
	return fmt.Sprintf("@ 3600 IN SOA ns1 hostmaster %d 7200 900 1209600 300\n", serial)
}

const (
	nsLine = "@ 3600 IN NS ns1\n"
	aLine  = "web 3600 IN A 192.0.2.9\n"
)

// secondaryOf is a secondary zone at a serial, with one name server and one address.
func secondaryOf(t testing.TB, serial uint32, addr ...netip.AddrPort) Data {
	d := text(t, "example.org", "@ NS ns1.example.org.\nold A 192.0.2.1")
	d.Zone.Kind, d.Zone.Serial = zone.Secondary, serial
	for _, a := range addr {
		d.Zone.Masters = append(d.Zone.Masters, zone.Master{Addr: a})
	}
	return d
}

func typeOf(q *mdns.Msg) string { return mdns.TypeToString[q.Question[0].Qtype] }

// TestFallsBack: what cannot be done with the changes that a master sends is done with the whole zone, at once.
func TestFallsBack(t *testing.T) {
	t.Parallel()
	const last = ^uint32(0)
	for name, c := range map[string]struct {
		from, to uint32
		ixfr     []string
		refuses  bool
	}{
		"changes of another state":        {100, 101, []string{soaLine(101) + soaLine(99) + soaLine(101) + aLine + soaLine(101)}, false},
		"changes that the store refuses":  {100, 101, []string{soaLine(101) + soaLine(100) + soaLine(101) + aLine + soaLine(101)}, true},
		"changes that are cut at a wrap":  {last - 5, 5, []string{soaLine(5) + soaLine(last-5), soaLine(5) + aLine + soaLine(5)}, false},
		"a zone that is cut":              {100, 101, []string{soaLine(101) + nsLine + soaLine(102), hangUp}, false},
		"a zone without its name servers": {100, 101, []string{soaLine(101) + aLine + soaLine(101)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := master(t, "127.0.0.1", func(q *mdns.Msg) []string {
				switch typeOf(q) {
				case "SOA":
					return []string{soaLine(c.to)}
				case "IXFR":
					return c.ixfr
				}
				return []string{soaLine(c.to) + nsLine + aLine + soaLine(c.to)}
			})
			f := newFake()
			f.refuses = c.refuses
			f.put(secondaryOf(t, c.from, addr))
			s := started(t, f, Config{Sink: f, RetryFloor: time.Hour})
			serial(t, s, "example.org", c.to)
			w := s.worker(4096)
			check(t, w, "web.example.org.", "A", "NOERROR aa\nan web.example.org. A 192.0.2.9")
			check(t, w, "old.example.org.", "A", "NXDOMAIN aa\nns example.org. 300 SOA")
		})
	}
}

// TestOlderStates: a master that has become older between two questions leaves the zone as it is.
func TestOlderStates(t *testing.T) {
	t.Parallel()
	var asked atomic.Bool
	addr := master(t, "127.0.0.1", func(q *mdns.Msg) []string {
		if typeOf(q) == "SOA" {
			return []string{soaLine(101)}
		}
		asked.Store(true)
		return []string{soaLine(99)}
	})
	f := newFake()
	f.put(secondaryOf(t, 100, addr))
	s := started(t, f, Config{Sink: f})
	until(t, asked.Load)
	time.Sleep(50 * time.Millisecond)
	check(t, s.worker(4096), "old.example.org.", "A", "NOERROR aa\nan old.example.org. A 192.0.2.1")
}

// TestSerialZero is a serial as others are.
func TestSerialZero(t *testing.T) {
	t.Parallel()
	addr := master(t, "127.0.0.1", func(q *mdns.Msg) []string {
		if typeOf(q) == "SOA" {
			return []string{soaLine(0)}
		}
		return []string{soaLine(0) + nsLine + aLine + soaLine(0)}
	})
	f := newFake()
	f.put(Data{Zone: zone.Zone{Origin: "example.org", Kind: zone.Secondary, Masters: []zone.Master{{Addr: addr}}}})
	s := started(t, f, Config{Sink: f})
	w := s.worker(4096)
	until(t, func() bool {
		return exchange(t, w, question("web.example.org.", mdns.TypeA, false), elsewhere).Rcode == mdns.RcodeSuccess
	})
}

// TestTransfersAreBounded in octets, in records, and in what changes add.
func TestTransfersAreBounded(t *testing.T) {
	t.Parallel()
	long := soaLine(2) + nsLine + strings.Repeat(`web 60 IN TXT "`+strings.Repeat("x", 200)+"\"\n", 100)
	addr := master(t, "127.0.0.1", func(q *mdns.Msg) []string {
		out := []string{long}
		for range 30 {
			out = append(out, strings.TrimPrefix(long, soaLine(2)))
		}
		return append(out, soaLine(2))
	})
	for name, c := range map[string]struct {
		cfg  Config
		want error
	}{
		"octets":  {Config{MaxIncoming: 100_000, MaxRecords: 1_000_000}, errTooBig},
		"records": {Config{MaxRecords: 20}, errTooMany},
		"whole":   {Config{}, nil},
	} {
		s, _ := server(t, c.cfg)
		cl := &client{s: s, master: zone.Master{Addr: addr}, origin: "example.org"}
		if err := cl.prepare(); err != nil {
			t.Fatal(err)
		}
		if _, err := cl.transfer(t.Context(), "axfr", 0); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	c := &client{origin: "example.org", fqdn: "example.org.", most: 3}
	sig := "web 60 IN RRSIG A 13 3 60 20300101000000 20260101000000 1 example.org. AAAA\n"
	if _, err := c.whole(rrs(t, soaLine(2)+nsLine+aLine+sig+sig+sig+soaLine(2))); err != nil {
		t.Errorf("signatures are counted: %v", err)
	}
	if _, err := c.whole(rrs(t, soaLine(2)+nsLine+strings.Repeat(aLine, 3)+soaLine(2))); !errors.Is(err, errTooMany) {
		t.Errorf("a zone with too many records: %v", err)
	}
	s, _ := server(t, Config{MaxRecords: 4}, secondaryOf(t, 100))
	add := func(n int) error {
		return s.fetch.grows("example.org", []zone.Entry{{Change: zone.Change{Add: make([]zone.Record, n)}}})
	}
	if err := add(2); err != nil {
		t.Errorf("changes within the limit: %v", err)
	}
	if err := add(3); !errors.Is(err, errTooMany) {
		t.Errorf("changes beyond the limit: %v", err)
	}
}

// TestTarpits: masters that never answer keep neither other masters' zones from being fetched nor any from expiring.
func TestTarpits(t *testing.T) {
	t.Parallel()
	tar := master(t, "127.0.0.2", func(*mdns.Msg) []string { return nil })
	good := master(t, "127.0.0.1", func(*mdns.Msg) []string { return []string{soaLine(5) + nsLine + aLine + soaLine(5)} })
	f := newFake()
	for i := range 2 * fetches {
		f.put(Data{Zone: zone.Zone{Origin: dname.Name(fmt.Sprintf("a%d.example", i)), Kind: zone.Secondary, Masters: []zone.Master{{Addr: tar}}}})
	}
	old := text(t, "old.example", smallZone)
	old.Zone.Kind, old.Zone.SOA.Expire, old.Zone.Masters = zone.Secondary, 1, []zone.Master{{Addr: tar}}
	f.put(old)
	s := started(t, f, Config{Sink: f})
	f.put(Data{Zone: zone.Zone{Origin: "example.org", Kind: zone.Secondary, Masters: []zone.Master{{Addr: good}}}})
	began := time.Now()
	serial(t, s, "example.org", 5)
	w := s.worker(4096)
	until(t, func() bool {
		return exchange(t, w, question("old.example.", mdns.TypeSOA, false), elsewhere).Rcode == mdns.RcodeServerFailure
	})
	if d := time.Since(began); d > 8*time.Second {
		t.Errorf("it took %v", d)
	}
}

// TestShutdownDuringQuestions: a master that does not answer holds nothing up.
func TestShutdownDuringQuestions(t *testing.T) {
	t.Parallel()
	var asked atomic.Bool
	addr := master(t, "127.0.0.1", func(*mdns.Msg) []string { asked.Store(true); return nil })
	f := newFake()
	f.put(secondaryOf(t, 100, addr))
	s := started(t, f, Config{Sink: f})
	until(t, asked.Load)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	began := time.Now()
	if err := s.Shutdown(ctx); err != nil || time.Since(began) > 3*time.Second {
		t.Errorf("after %v: %v", time.Since(began), err)
	}
}

// TestForgedAnswers: a secondary with a key is believed only what it signs.
func TestForgedAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		secret []byte
		taken  bool
	}{"unsigned": {nil, false}, "with another secret": {make([]byte, 32), false}, "signed": {secret, true}} {
		udp, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			defer udp.Close()
			in := make([]byte, 1232)
			n, from, err := udp.ReadFromUDPAddrPort(in)
			if err != nil {
				return
			}
			q := in[:n]
			p := append([]byte(nil), q[:tsigAt(q)]...)
			p[2], p[11] = p[2]|0x80, p[11]-1
			if c.secret != nil {
				var asked tsig
				keys, err := readKeys([]Key{{Name: "k.", Secret: c.secret}})
				if err != nil || !asked.read(q, tsigAt(q)) {
					t.Error(err)
					return
				}
				asked.key, asked.first = keys["\x01k\x00"], true
				p = asked.sign(p, time.Now())
			}
			_, _ = udp.WriteToUDPAddrPort(p, from)
			_, _ = io.Copy(io.Discard, udp)
		}()
		s, _ := server(t, Config{Keys: []Key{{Name: "k.", Secret: secret}}, Secondaries: []Secondary{{Addr: udp.LocalAddr().(*net.UDPAddr).AddrPort(), Key: "k."}}}, text(t, "example.org", plain))
		taken, err := s.tell.once(t.Context(), s.tell.targets[0], s.zones.get([]byte("\x07example\x03org\x00")), 300*time.Millisecond)
		if taken != c.taken || (err == nil) != c.taken {
			t.Errorf("%s: %v %v", name, taken, err)
		}
		_ = udp.Close()
	}
}

func TestSecondaryZonesExpire(t *testing.T) {
	t.Parallel()
	d := text(t, "example.org", plain)
	d.Zone.Kind, d.Zone.SOA.Expire = zone.Secondary, 1
	d.Zone.Masters = []zone.Master{{Addr: netip.MustParseAddrPort("127.0.0.1:1")}}
	f := newFake()
	f.put(d)
	s := started(t, f, Config{Sink: f})
	w := s.worker(4096)
	check(t, w, "web.example.org.", "A", "NOERROR aa\nan web.example.org. A 192.0.2.3\nan web.example.org. A 192.0.2.4")
	until(t, func() bool {
		return exchange(t, w, question("web.example.org.", mdns.TypeA, false), elsewhere).Rcode == mdns.RcodeServerFailure
	})
}

func TestHostileMasters(t *testing.T) {
	t.Parallel()
	soa := func(n int) string { return fmt.Sprintf("example.org. 60 IN SOA ns. host. %d 1 1 1 1", n) }
	const ns = "example.org. 60 IN NS ns."
	for name, list := range map[string][]string{
		"nothing":            nil,
		"no SOA":             {"a.example.org. 60 IN A 192.0.2.1"},
		"another zone's SOA": {"example.net. 60 IN SOA ns. host. 2 1 1 1 1"},
		"another's record":   {soa(2), "a.example.net. 60 IN A 192.0.2.1", soa(2)},
		"another's suffix":   {soa(2), "a.notexample.org. 60 IN A 192.0.2.1", soa(2)},
		"another state":      {soa(9), soa(5), soa(9), soa(9)},
		"a gap":              {soa(9), soa(1), soa(3), soa(4), soa(9), soa(9)},
		"no end":             {soa(9), soa(1), soa(3), soa(9)},
		"SOA only":           {soa(9)},
		"cut off":            {soa(2), ns, "a.example.org. 60 IN A 192.0.2.1", "b.example.org. 60 IN A 192.0.2.1"},
		"another end":        {soa(2), ns, "a.example.org. 60 IN A 192.0.2.1", soa(3)},
		"changes cut off":    {soa(3), soa(1), "a.example.org. 60 IN A 192.0.2.1", soa(3), "b.example.org. 60 IN A 192.0.2.1"},
		"leading back":       {soa(9), soa(1), soa(0), soa(0), soa(9), soa(9)},
		"no name servers":    {soa(2), "a.example.org. 60 IN A 192.0.2.1", soa(2)},
		"no records":         {soa(2), soa(2)},
	} {
		var rrs []mdns.RR
		for _, l := range list {
			rr, err := mdns.NewRR(l)
			if err != nil {
				t.Fatal(err)
			}
			rrs = append(rrs, rr)
		}
		c := &client{origin: "example.org", fqdn: "example.org.", most: 100}
		if got, entries, err := c.sort(rrs, 1); err == nil {
			t.Errorf("%s: taken: %v %v", name, got, entries)
		}
	}
}
