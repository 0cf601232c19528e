package dns

import (
	"encoding/base64"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	mdns "github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

var (
	loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	secret   = []byte("0123456789abcdef0123456789abcdef")
)

// transfer asks for a zone as the library's client does.
func transfer(t testing.TB, s *Server, m *mdns.Msg, key string) ([]mdns.RR, int, error) {
	t.Helper()
	tr := &mdns.Transfer{}
	if key != "" {
		alg := mdns.HmacSHA256
		if strings.Contains(key, "512") {
			alg = mdns.HmacSHA512
		}
		tr.TsigSecret = map[string]string{key: base64.StdEncoding.EncodeToString(secret)}
		m.SetTsig(key, alg, 300, time.Now().Unix())
	}
	in, err := tr.In(m, s.Addrs()[0].String())
	if err != nil {
		return nil, 0, err
	}
	var out []mdns.RR
	n := 0
	for e := range in {
		if e.Error != nil {
			err = e.Error
		}
		out = append(out, e.RR...)
		n++
	}
	return out, n, err
}

func axfr(origin string) *mdns.Msg {
	m := new(mdns.Msg)
	return m.SetAxfr(origin)
}

func ixfr(origin string, serial uint32) *mdns.Msg {
	m := new(mdns.Msg)
	return m.SetIxfr(origin, serial, "ns.", "host.")
}

func lines(rrs []mdns.RR) []string {
	var out []string
	for _, rr := range rrs {
		out = append(out, rr.String())
	}
	return out
}

func TestFullTransfers(t *testing.T) { // RFC 5936
	t.Parallel()
	f := newFake()
	d := text(t, "example.org", plain)
	for i := range 3000 {
		d.Records = append(d.Records, zone.Record{Name: fmt.Sprintf("host-%d.deep", i), Type: "TXT", TTL: 60, Data: fmt.Sprintf(`"text %d"`, i)})
	}
	d.Records = append(d.Records, zone.Record{Name: "huge", Type: "TXT", TTL: 60, Data: zone.TXT(strings.Repeat("x", 20_000))})
	sd := signed(t, text(t, "signed.example", strings.ReplaceAll(secure, "example.org", "signed.example")), true)
	f.put(d)
	f.put(sd)
	s := started(t, f, Config{AllowXFR: loopback, Keys: []Key{{Name: "k256.", Secret: secret, Transfer: true}, {Name: "K512", Algorithm: "hmac-sha512", Secret: secret, Transfer: true}}})
	for _, key := range []string{"", "k256.", "k512."} {
		got, messages, err := transfer(t, s, axfr("example.org."), key)
		if err != nil {
			t.Fatal(key, err)
		}
		want := []string{}
		for _, r := range d.Records {
			rr, err := mdns.NewRR(fmt.Sprintf("%s. %d IN %s %s", zone.Absolute(r.Name, "example.org"), r.TTL, r.Type, r.Data))
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, rr.String())
		}
		if got[0].Header().Rrtype != mdns.TypeSOA || got[len(got)-1].String() != got[0].String() || messages < 4 {
			t.Errorf("%d messages, from %s to %s", messages, got[0], got[len(got)-1])
		}
		have := lines(got[1 : len(got)-1])
		sort.Strings(want)
		sort.Strings(have)
		if d := cmp.Diff(want, have); d != "" {
			t.Errorf("%s (-want +got):\n%s", key, d)
		}
	}
	got, _, err := transfer(t, s, axfr("signed.example."), "")
	if err != nil || len(got) != len(sd.Records)+len(sd.Extra)+2 {
		t.Errorf("%d records of a signed zone, want %d (%v)", len(got), len(sd.Records)+len(sd.Extra)+2, err)
	}
}

func TestTransfersAreForTheAllowed(t *testing.T) {
	t.Parallel()
	f := newFake()
	d := text(t, "example.org", plain)
	f.put(d)
	d = text(t, "open.example", smallZone)
	d.Zone.AllowXFR = loopback
	f.put(d)
	s := started(t, f, Config{Keys: []Key{{Name: "k.", Secret: secret, Transfer: true}}})
	if _, _, err := transfer(t, s, axfr("open.example."), ""); err != nil {
		t.Errorf("allowed by the zone: %v", err)
	}
	if _, _, err := transfer(t, s, axfr("example.org."), "k."); err != nil {
		t.Errorf("allowed by key: %v", err)
	}
	for name, m := range map[string]*mdns.Msg{"AXFR": axfr("example.org."), "IXFR": ixfr("example.org.", 1), "no such zone": axfr("example.net.")} {
		c := &mdns.Client{Net: "tcp"}
		r, _, err := c.Exchange(m, s.Addrs()[0].String())
		if err != nil || r.Rcode != mdns.RcodeRefused || len(r.Answer) != 0 {
			t.Errorf("%s: %v %v", name, r, err)
		}
	}
	for name, c := range map[string]struct {
		key, secret string
		at          time.Time
		err         uint16
	}{
		"other key":    {"other.", base64.StdEncoding.EncodeToString(secret), time.Now(), mdns.RcodeBadKey},
		"other secret": {"k.", base64.StdEncoding.EncodeToString(make([]byte, 32)), time.Now(), mdns.RcodeBadSig},
		"old":          {"k.", base64.StdEncoding.EncodeToString(secret), time.Now().Add(-time.Hour), mdns.RcodeBadTime},
	} {
		m := axfr("example.org.")
		m.SetTsig(c.key, mdns.HmacSHA256, 300, c.at.Unix())
		p, _, err := mdns.TsigGenerate(m, c.secret, "", false)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := mdns.Dial("tcp", s.Addrs()[0].String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := conn.Write(p); err != nil {
			t.Fatal(err)
		}
		r, err := conn.ReadMsg()
		if r == nil || r.Rcode != mdns.RcodeNotAuth || r.IsTsig() == nil || r.IsTsig().Error != c.err || len(r.Answer) != 0 {
			t.Errorf("%s: %v %v", name, r, err)
		}
	}
}

func TestIncrementalTransfers(t *testing.T) { // RFC 1995
	t.Parallel()
	f := newFake()
	d := text(t, "example.org", plain+strings.Repeat("\nx A 192.0.2.200", 0))
	for i := range 300 {
		d.Records = append(d.Records, zone.Record{ID: zone.RecordID(1000 + i), Name: fmt.Sprintf("h%d", i), Type: "A", TTL: 60, Data: "192.0.2.1"})
	}
	f.put(d)
	s := started(t, f, Config{AllowXFR: loopback})
	gone := d.Records[len(d.Records)-1]
	short := zone.Record{Name: "short", Type: "A", TTL: 60, Data: "192.0.2.7"}
	f.change("example.org", zone.Change{Add: []zone.Record{short}})
	f.change("example.org", zone.Change{Remove: []zone.Record{short, gone}, Add: []zone.Record{{Name: "stays", Type: "A", TTL: 60, Data: "192.0.2.8"}}})
	serial(t, s, "example.org", 102)
	want := `example.org. 102 SOA
		example.org. 100 SOA
		h299.example.org. A
		example.org. 102 SOA
		stays.example.org. A
		example.org. 102 SOA`
	got, messages, err := transfer(t, s, ixfr("example.org.", 100), "")
	if err != nil || messages != 1 {
		t.Fatalf("%d messages, %v", messages, err)
	}
	if d := cmp.Diff(dedent(want), brief(got)); d != "" {
		t.Errorf("changes (-want +got):\n%s", d)
	}
	udp := &mdns.Client{Net: "udp"}
	r, _, err := udp.Exchange(ixfr("example.org.", 100), s.Addrs()[0].String())
	if err != nil || cmp.Diff(dedent(want), brief(r.Answer)) != "" {
		t.Errorf("over UDP: %v %v", r, err)
	}
	if got, _, err = transfer(t, s, ixfr("example.org.", 102), ""); err != nil || brief(got) != "example.org. 102 SOA" {
		t.Errorf("nothing newer: %v %v", got, err)
	}
	if got, _, err = transfer(t, s, ixfr("example.org.", 50), ""); err != nil || len(got) != len(d.Records)+2 {
		t.Errorf("a serial beyond the journal: %d records, %v", len(got), err)
	}
	if r, _, err = udp.Exchange(ixfr("example.org.", 50), s.Addrs()[0].String()); err != nil || brief(r.Answer) != "example.org. 102 SOA" {
		t.Errorf("that over UDP: %v %v", r, err)
	}
}

func brief(rrs []mdns.RR) string {
	var out []string
	for _, rr := range rrs {
		if soa, ok := rr.(*mdns.SOA); ok {
			out = append(out, fmt.Sprintf("%s %d SOA", soa.Hdr.Name, soa.Serial))
			continue
		}
		out = append(out, rr.Header().Name+" "+mdns.TypeToString[rr.Header().Rrtype])
	}
	return strings.Join(out, "\n")
}

// serial waits until a zone is served with a serial.
func serial(t testing.TB, s *Server, origin dname.Name, want uint32) {
	t.Helper()
	until(t, func() bool { got, _ := s.Serial(origin); return got == want })
}

func until(t testing.TB, f func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !f(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it did not come to that")
		}
	}
}

// TestCatalog: the list of zones follows, by IXFR too (RFC 9432).
func TestCatalog(t *testing.T) {
	t.Parallel()
	f := newFake()
	for i := range 20 {
		f.put(text(t, fmt.Sprintf("z%d.example", i), smallZone))
	}
	s := started(t, f, Config{AllowXFR: loopback, Catalog: "catalog.invalid"})
	first, _ := s.Serial("catalog.invalid")
	got, _, err := transfer(t, s, axfr("catalog.invalid."), "")
	if err != nil || len(got) != 20+4 {
		t.Fatal(got, err)
	}
	if !slices.ContainsFunc(got, func(rr mdns.RR) bool {
		x, ok := rr.(*mdns.TXT)
		return ok && x.Hdr.Name == "version.catalog.invalid." && x.Txt[0] == "2"
	}) {
		t.Error("no version")
	}
	f.put(text(t, "new.example", smallZone))
	f.drop("z3.example")
	until(t, func() bool { return s.Zones() == 20 })
	until(t, func() bool {
		got, _, err = transfer(t, s, ixfr("catalog.invalid.", first), "")
		return err == nil && len(got) == 6
	})
	if ptr, ok := got[2].(*mdns.PTR); !ok || ptr.Ptr != "z3.example." {
		t.Errorf("gone: %v", got[2])
	}
	if ptr, ok := got[4].(*mdns.PTR); !ok || ptr.Ptr != "new.example." || ptr.Hdr.Name != "21.zones.catalog.invalid." {
		t.Errorf("come: %v", got[4])
	}
	again := text(t, "new.example", smallZone) // made anew: another label, so that secondaries begin anew
	f.drop("new.example")
	f.put(again)
	until(t, func() bool {
		got, _, err = transfer(t, s, axfr("catalog.invalid."), "")
		return slices.ContainsFunc(got, func(rr mdns.RR) bool { return rr.Header().Name == "22.zones.catalog.invalid." }) && len(got) == 24
	})
	w := s.worker(512)
	check(t, w, "catalog.invalid.", "SOA", "REFUSED")
}

// listener is a secondary that takes notices; it leaves the first of each zone unanswered.
type listener struct {
	mu   sync.Mutex
	got  map[string][]*mdns.Msg
	addr netip.AddrPort
}

func listen(t *testing.T, key string) *listener {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &listener{got: map[string][]*mdns.Msg{}, addr: c.LocalAddr().(*net.UDPAddr).AddrPort()}
	srv := &mdns.Server{PacketConn: c, TsigSecret: map[string]string{key: base64.StdEncoding.EncodeToString(secret)},
		MsgAcceptFunc: func(mdns.Header) mdns.MsgAcceptAction { return mdns.MsgAccept },
		Handler: mdns.HandlerFunc(func(w mdns.ResponseWriter, m *mdns.Msg) {
			l.mu.Lock()
			defer l.mu.Unlock()
			name := m.Question[0].Name
			if m.Opcode != mdns.OpcodeNotify || m.IsTsig() == nil || w.TsigStatus() != nil {
				t.Errorf("a notice: %v %v", m, w.TsigStatus())
			}
			if l.got[name] = append(l.got[name], m); len(l.got[name]) == 1 {
				return
			}
			r := new(mdns.Msg).SetReply(m)
			r.SetTsig(key, mdns.HmacSHA256, 300, time.Now().Unix())
			_ = w.WriteMsg(r)
		})}
	go func() { _ = srv.ActivateAndServe() }()
	t.Cleanup(func() { _ = srv.Shutdown() })
	return l
}

func (l *listener) count(name string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.got[name])
}

func TestSecondariesAreTold(t *testing.T) { // RFC 1996
	t.Parallel()
	l := listen(t, "k.")
	f := newFake()
	f.put(text(t, "example.org", plain))
	started(t, f, Config{Keys: []Key{{Name: "k.", Secret: secret, Transfer: true}}, Secondaries: []Secondary{{Addr: l.addr, Key: "k"}}, Catalog: "catalog.invalid", NotifyRetry: 50 * time.Millisecond})
	until(t, func() bool { return l.count("catalog.invalid.") == 2 })
	f.change("example.org", zone.Change{Add: []zone.Record{{Name: "x", Type: "A", TTL: 60, Data: "192.0.2.1"}}})
	serial := func() uint32 {
		l.mu.Lock()
		defer l.mu.Unlock()
		if n := len(l.got["example.org."]); n > 1 {
			return l.got["example.org."][n-1].Answer[0].(*mdns.SOA).Serial
		}
		return 0
	}
	until(t, func() bool { return serial() == 101 })
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.got["example.org."]
	if m := all[len(all)-1]; len(m.Answer) != 1 || m.Answer[0].(*mdns.SOA).Serial != 101 || !m.Authoritative {
		t.Errorf("the notice: %v", m)
	}
}

// TestSecondaryZones: a zone comes from another server, whole and then by its changes; a notice that no master sent does nothing.
func TestSecondaryZones(t *testing.T) {
	t.Parallel()
	keys := []Key{{Name: "k.", Algorithm: "hmac-sha512", Secret: secret, Transfer: true}}
	from := newFake()
	d := signed(t, text(t, "example.org", secure), false)
	from.put(d)
	master := started(t, from, Config{Keys: keys})
	to := newFake()
	head := zone.Zone{Origin: "example.org", Kind: zone.Secondary, Masters: []zone.Master{{Addr: netip.MustParseAddrPort("127.0.0.1:1")}, {Addr: master.Addrs()[0], Key: "k"}}}
	to.put(Data{Zone: head})
	watch := &counting{}
	s := started(t, to, Config{Keys: keys, Sink: to, Observer: watch})
	serial(t, s, "example.org", 100)
	w, v := s.worker(4096), master.worker(4096)
	for _, name := range []string{"web", "nothing", "x.wild", "x.sub", "b.c"} {
		if d := cmp.Diff(show(exchange(t, v, question(name+".example.org.", mdns.TypeA, true), elsewhere)), show(exchange(t, w, question(name+".example.org.", mdns.TypeA, true), elsewhere))); d != "" {
			t.Errorf("%s (-master +ours):\n%s", name, d)
		}
	}
	from.change("example.org", zone.Change{Add: []zone.Record{{Name: "later", Type: "A", TTL: 60, Data: "192.0.2.77"}}})
	serial(t, master, "example.org", 101)

	notice := new(mdns.Msg).SetNotify("example.org.")
	stranger := caller{addr: netip.MustParseAddrPort("192.0.2.66:53")}
	if r := exchange(t, w, notice, stranger); r.Rcode != mdns.RcodeRefused {
		t.Errorf("a stranger's notice: %v", r)
	}
	if r := exchange(t, w, new(mdns.Msg).SetNotify("example.net."), stranger); r.Rcode != mdns.RcodeNotAuth {
		t.Errorf("a notice of another zone: %v", r)
	}
	if n, _ := s.Serial("example.org"); n != 100 {
		t.Errorf("serial %d after spoofed notices", n)
	}
	c := &mdns.Client{}
	if r, _, err := c.Exchange(notice, s.Addrs()[0].String()); err != nil || r.Rcode != 0 || !r.Authoritative || r.Opcode != mdns.OpcodeNotify {
		t.Errorf("a master's notice: %v %v", r, err)
	}
	serial(t, s, "example.org", 101)
	check(t, w, "later.example.org.", "A", "NOERROR aa\nan later.example.org. A 192.0.2.77")
	until(t, func() bool { return watch.String() == "axfr ixfr" })
}

type counting struct {
	quiet
	mu    sync.Mutex
	kinds []string
}

func (c *counting) Transferred(x Transfer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kinds = append(c.kinds, x.Kind)
}

func (c *counting) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.kinds, " ")
}
