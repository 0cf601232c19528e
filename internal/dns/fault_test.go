package dns

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	mdns "github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/zone"
)

// TestKeysGiveNoMore than they say: the key of somebody's master opens neither other zones nor the catalog.
func TestKeysGiveNoMore(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.put(text(t, "example.org", plain))
	d := text(t, "open.example", smallZone)
	d.Zone.AllowXFR = loopback
	f.put(d)
	s := started(t, f, Config{Keys: []Key{{Name: "k.", Secret: secret}}, Catalog: "catalog.invalid"})
	for _, origin := range []string{"example.org.", "catalog.invalid."} {
		if got, _, err := transfer(t, s, axfr(origin), "k."); err == nil {
			t.Errorf("%s was given: %v", origin, got)
		}
		if got, _, err := transfer(t, s, ixfr(origin, 1), "k."); err == nil {
			t.Errorf("the changes of %s were given: %v", origin, got)
		}
	}
	if _, _, err := transfer(t, s, axfr("open.example."), "k."); err != nil {
		t.Errorf("a key takes away what the address may: %v", err)
	}
}

// TestHashedNamesGo: an NSEC3 record goes while another lies below its name, as only a foreign signer writes it.
func TestHashedNamesGo(t *testing.T) {
	t.Parallel()
	d := text(t, "example.org", "@ NS ns1.example.org.\nns1 A 192.0.2.1")
	const data = "1 0 0 - 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR A"
	h, x := zone.Record{Name: "h", Type: "NSEC3", TTL: 300, Data: data}, zone.Record{Name: "x.h", Type: "NSEC3", TTL: 300, Data: data}
	d.Extra = []zone.Record{h, x}
	s, err := build(d)
	if err != nil {
		t.Fatal(err)
	}
	d.Zone.Serial++
	d.Extra = []zone.Record{x}
	got, err := s.with(d.Zone, []zone.Entry{{From: 100, To: 101, Change: zone.Change{Remove: []zone.Record{h}}}})
	if err != nil {
		t.Fatal(err)
	}
	want, err := build(d)
	if err != nil || !got.equal(want) || len(got.hashed) != 1 {
		t.Errorf("%d nodes: %v", len(got.hashed), err)
	}
}

// TestFaultsCostOneZone, or one connection.
func TestFaultsCostOneZone(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.put(text(t, "bad.example", smallZone))
	f.put(text(t, "example.org", plain))
	f.panics["bad.example"] = true
	s := started(t, f, Config{AllowXFR: loopback, Poll: 20 * time.Millisecond})
	if n := s.Zones(); n != 1 {
		t.Errorf("%d zones are served", n)
	}
	f.mu.Lock()
	f.panics["bad.example"] = false
	f.mu.Unlock()
	serial(t, s, "bad.example", 100)
	f.change("bad.example", zone.Change{Add: []zone.Record{{Name: "x", Type: "A", TTL: 60, Data: "192.0.2.1"}}})
	serial(t, s, "bad.example", 101)
	f.mu.Lock()
	f.panics["bad.example"] = true
	f.mu.Unlock()
	if got, _, err := transfer(t, s, ixfr("bad.example.", 100), ""); err == nil {
		t.Errorf("a transfer that faults: %v", got)
	}
	if _, _, err := transfer(t, s, axfr("example.org."), ""); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// TestCatalogKeepsUnread: a zone that cannot be read for the moment stays in the list; when not even its number can be had, the list
// waits.
func TestCatalogKeepsUnread(t *testing.T) {
	t.Parallel()
	members := func(s *Server) []string {
		var out []string
		got, _, err := transfer(t, s, axfr("catalog.invalid."), "")
		for _, rr := range got {
			if x, ok := rr.(*mdns.PTR); ok && err == nil {
				out = append(out, x.Hdr.Name+x.Ptr)
			}
		}
		slices.Sort(out)
		return out
	}
	want := []string{"1.zones.catalog.invalid.a.example.", "2.zones.catalog.invalid.b.example."}
	for _, away := range []bool{false, true} {
		f := newFake()
		f.put(text(t, "a.example", smallZone))
		f.put(text(t, "b.example", smallZone))
		f.fails["b.example"], f.away = true, away
		s := started(t, f, Config{AllowXFR: loopback, Catalog: "catalog.invalid", Poll: 20 * time.Millisecond})
		if got := members(s); away && len(got) > 0 || !away && !slices.Equal(got, want) {
			t.Errorf("away %v: while one cannot be read: %v", away, got)
		}
		f.mu.Lock()
		f.fails["b.example"], f.away = false, false
		f.mu.Unlock()
		serial(t, s, "b.example", 100)
		until(t, func() bool { return slices.Equal(members(s), want) })
		f.drop("b.example")
		until(t, func() bool { return slices.Equal(members(s), want[:1]) })
	}
}

// TestChangesAfterSettings: what an incremental transfer takes away is the start of authority that was there.
func TestChangesAfterSettings(t *testing.T) {
	t.Parallel()
	for _, known := range []bool{true, false} {
		f := newFake()
		d := text(t, "example.org", plain)
		f.put(d)
		s := started(t, f, Config{AllowXFR: loopback})
		before := d.Zone.SOA
		after := before
		after.Minimum, after.TTL = 60, 120
		e := zone.Entry{Zone: 1, From: 100, To: 101, Before: before, SOA: after}
		if !known {
			e.Before = zone.SOA{}
		}
		f.mu.Lock()
		d.Zone.ID, d.Zone.SOA, d.Zone.Serial = 1, after, 101
		f.zones["example.org"], f.journal[1] = &d, []zone.Entry{e}
		f.changed("example.org")
		f.mu.Unlock()
		serial(t, s, "example.org", 101)
		got, _, err := transfer(t, s, ixfr("example.org.", 100), "")
		if err != nil {
			t.Fatal(err)
		}
		if !known {
			if len(got) != len(d.Records)+2 {
				t.Errorf("%d records where what was before is not known, want the whole zone", len(got))
			}
			continue
		}
		if len(got) != 4 {
			t.Fatalf("%v", got)
		}
		for i, want := range []zone.SOA{after, before, after, after} {
			if have := soaOf(got[i].(*mdns.SOA)); have != want {
				t.Errorf("record %d is %+v, want %+v", i, have, want)
			}
		}
	}
}

// TestSecondariesAreToldAtStart of all zones: they may have changed while nobody was there to tell.
func TestSecondariesAreToldAtStart(t *testing.T) {
	t.Parallel()
	l := listen(t, "k.")
	f := newFake()
	f.put(text(t, "example.org", plain))
	f.put(text(t, "example.net", smallZone))
	started(t, f, Config{Keys: []Key{{Name: "k.", Secret: secret}}, Secondaries: []Secondary{{Addr: l.addr, Key: "k"}}, NotifyRetry: 50 * time.Millisecond})
	until(t, func() bool { return l.count("example.org.") == 2 && l.count("example.net.") == 2 })
}

// TestHalfQueries: the answer to a whole query does not wait for the rest of another.
func TestHalfQueries(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.put(text(t, "example.org", plain))
	s := started(t, f, Config{Idle: time.Minute})
	q, err := question("web.example.org.", mdns.TypeA, false).Pack()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		behind []byte
		closes bool
	}{"half of another": {frame(q)[:20], false}, "one octet": {[]byte{0}, false}, "what ends the connection": {[]byte{0xff, 0xff}, true}} {
		conn, err := net.Dial("tcp", s.Addrs()[0].String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := conn.Write(append(frame(q), c.behind...)); err != nil {
			t.Fatal(err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(3 * time.Second))
		var head [2]byte
		if _, err := io.ReadFull(conn, head[:]); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := io.ReadFull(conn, make([]byte, binary.BigEndian.Uint16(head[:]))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNetworks: a /64 counts as one caller.
func TestNetworks(t *testing.T) {
	t.Parallel()
	for a, want := range map[string]string{"192.0.2.1": "192.0.2.1/32", "::ffff:192.0.2.1": "192.0.2.1/32", "2001:db8::1": "2001:db8::/64", "2001:db8::ffff:1%eth0": "2001:db8::/64", "2001:db8:0:1::1": "2001:db8:0:1::/64"} {
		if got := network(netip.MustParseAddr(a)); got != netip.MustParsePrefix(want) {
			t.Errorf("%s counts as %v, want %s", a, got, want)
		}
	}
}

// TestRoomForSecondaries: strangers do not take the last connections.
func TestRoomForSecondaries(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.put(text(t, "example.org", plain))
	s := started(t, f, Config{MaxConns: 10, Idle: time.Minute, Secondaries: []Secondary{{Addr: netip.MustParseAddrPort("127.0.0.1:1")}}})
	answered := func(from string) bool {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
		conn, err := d.Dial("tcp", s.Addrs()[0].String())
		if err != nil {
			t.Skipf("no connection from %s: %v", from, err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		c := &mdns.Conn{Conn: conn}
		_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
		if c.WriteMsg(question("web.example.org.", mdns.TypeA, false)) != nil {
			return false
		}
		_, err = c.ReadMsg()
		return err == nil
	}
	for i := range 10 {
		if got := answered("127.0.0.2"); got != (i < 9) {
			t.Errorf("connection %d of a stranger: %v", i+1, got)
		}
	}
	if !answered("127.0.0.1") {
		t.Error("a secondary finds no room")
	}
}

// TestChains: of two NSEC3 chains negative answers use the one that NSEC3PARAM names.
func TestChains(t *testing.T) {
	t.Parallel()
	d := signed(t, text(t, "example.org", secure), true)
	alone, err := build(d)
	if err != nil {
		t.Fatal(err)
	}
	if len(alone.chain) == 0 || len(alone.chain) != len(alone.hashed) {
		t.Fatalf("%d of %d", len(alone.chain), len(alone.hashed))
	}
	for _, r := range slices.Clone(d.Extra) {
		if r.Type == "NSEC3" {
			r.Name, r.Data = "a"+r.Name[1:], strings.Replace(r.Data, "1 0 0 -", "1 0 0 ABCD", 1)
			d.Extra = append(d.Extra, r)
		}
	}
	d.Extra = append([]zone.Record{{Name: zone.Apex, Type: "NSEC3PARAM", Data: "1 1 0 ABCD"}, {Name: zone.Apex, Type: "NSEC3PARAM", Data: "1 0 200 -"}}, d.Extra...)
	both, err := build(d)
	if err != nil {
		t.Fatal(err)
	}
	if both.proof != byNSEC3 || both.salt != "" || len(both.hashed) <= len(both.chain) || len(both.chain) != len(alone.chain) {
		t.Fatalf("proof %d, salt %q, %d of %d in the chain, want %d", both.proof, both.salt, len(both.chain), len(both.hashed), len(alone.chain))
	}
	for i := range both.chain {
		if both.chain[i].key != alone.chain[i].key {
			t.Errorf("%q is none of the chain's", both.chain[i].key)
		}
	}
}
