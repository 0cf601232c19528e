package dns

import (
	"bytes"
	"strings"
	"testing"

	mdns "github.com/miekg/dns"
	"pgregory.net/rapid"

	"github.com/polyreg/polyreg/internal/dns/rr"
	"github.com/polyreg/polyreg/internal/zone"
)

// data are of every type, and of all forms that are hard to read.
var data = []struct{ typ, data string }{
	{"A", "192.0.2.1"}, {"AAAA", "2001:db8::1"}, {"AAAA", "::ffff:192.0.2.1"}, {"NS", "ns1"}, {"CNAME", "1.0/25.2.0.192.in-addr.arpa."}, {"CNAME", "r3---sn.example."}, {"DNAME", "-x-."},
	{"PTR", "*.x"}, {"MX", "0 ."}, {"TXT", `"a\"b\\c\000\255;()" "" x`}, {"TXT", strings.Repeat("x", 700)}, {"SPF", `"v=spf1 -all"`}, {"SRV", "1 2 3 ."},
	{"CAA", `0 issue ";"`}, {"CAA", `128 iodef "` + strings.Repeat("y", 600) + `\""`}, {"CAA", `0 issue ""`}, {"TLSA", "3 1 1 ab"}, {"SMIMEA", "3 1 1 ab cd"}, {"SSHFP", "1 1 00"}, {"DS", "1 13 4 " + strings.Repeat("0A", 48)},
	{"NAPTR", `1 2 "" "\"" "!^.*$!sip:\\\\1@x!" .`}, {"NAPTR", `1 2 "s" ";" "(" x`}, {"HTTPS", "0 x"}, {"HTTPS", `1 . alpn="h2,h3" key7="/q{?dns}" key8 key9="a b" key10`}, {"SVCB", "1 . mandatory=port,key8 port=1 ohttp"},
	{"HTTPS", "1 . alpn=h2,"}, {"HTTPS", "1 . alpn=,h2"}, {"HTTPS", `1 . alpn="a\\\\b\\,c"`}, {"HTTPS", "1 . ipv6hint=::ffff:192.0.2.1"}, {"HTTPS", "1 . ipv6hint=::1 ipv4hint=192.0.2.1 ech=AAAA"}, {"SVCB", "1 . dohpath=/x"},
	{"URI", `1 2 "https://example.com/` + strings.Repeat("z", 900) + `"`}, {"URI", `1 2 ""`}, {"OPENPGPKEY", "AAAA"}, {"LOC", "52 N 4 E 0m nan"}, {"LOC", "90 59 59 N 4 E 0m"}, {"LOC", "52 0 59.9996 N 180 0 0 W -0.5 1 .5m"},
	{"LOC", "52 0 59.9996 N 180 0 0 W -0.5 90000000 0.01m 1e3m"}, {"LOC", "52 0 59.9996 N 180 0 0 W -0.5 90000000 0.01m 99999.99m"}, {"LOC", "1 S 2 E 42849672.95m"}, {"HTTPS", "1 . key65534=x key65535=y"}, {"HTTPS", "1 . key007=x"},
}

// taken fails when data that a zone takes cannot be packed.
func taken(t interface{ Fatalf(string, ...any) }, owner, typ, data string) {
	name, err := zone.CanonicalName(owner, "example.com")
	if err != nil {
		return
	}
	canonical, err := zone.Canonical(zone.Type(typ), data, "example.com")
	if err != nil {
		return
	}
	if again, err := zone.Canonical(zone.Type(typ), canonical, "example.com"); err != nil || again != canonical {
		t.Fatalf("%s %q is %q and then %q (%v)", typ, data, canonical, again, err)
	}
	p, err := pack("example.com", &zone.Record{Name: name, Type: zone.Type(typ), TTL: 60, Data: canonical})
	if err != nil {
		t.Fatalf("%s %q is taken as %q and cannot be packed: %v", typ, data, canonical, err)
	}
	r, err := rr.New(string(zone.Absolute(name, "example.com"))+".", 60, typ, canonical) // as the signer reads it
	if err != nil {
		t.Fatalf("%s %q is taken as %q and cannot be read: %v", typ, data, canonical, err)
	}
	if wire, err := wireData(r); err != nil || !bytes.Equal(wire, p.rdata) {
		t.Fatalf("%s %q is packed as %x and signed as %x (%v)", typ, data, p.rdata, wire, err)
	}
}

func TestWhatIsTakenIsPacked(t *testing.T) {
	t.Parallel()
	for _, d := range data {
		taken(t, "x", d.typ, d.data)
	}
}

// TestAnyDataTakenIsPacked puts data together from words that mean something somewhere.
func TestAnyDataTakenIsPacked(t *testing.T) {
	t.Parallel()
	types := []string{"A", "AAAA", "NS", "CNAME", "DNAME", "PTR", "MX", "TXT", "SPF", "SRV", "CAA", "TLSA", "SMIMEA", "SSHFP", "DS", "NAPTR", "HTTPS", "SVCB", "URI", "OPENPGPKEY", "LOC"}
	words := []string{"0", "1", "07", "59.999", "90", "255", "65535", "-1", "1m", ".5m", "90000000", "N", "s", "E", "w", ".", "@", "x", "x.", "*.x", "_a.b", "0/25", "a-", "xn--0", "münchen", "IN", "CH", "TYPE1", "CLASS1", `\\#`, "key9", "key9=", "key9=x",
		`key12="a b"`, "key7=/x", "key8", "port=1", "alpn=h2", `alpn="a,b"`, `alpn="a\\\\,b"`, "no-default-alpn", "mandatory=alpn", "mandatory=port,key9", "ipv4hint=192.0.2.1,192.0.2.2", "ipv6hint=::1,2001:db8::2", "ech=AAAA", "issue", "issue0", "00", "AB", "abcd",
		"AAAA", "A===", `""`, `"a b"`, `"\\\""`, `"\\\\"`, `"\\000"`, `\\;`, `\\.`, `a\\"b`, ";", "(", ")", `";()"`, "192.0.2.1", "::1", "::ffff:192.0.2.1", "fe80::1%x", "1e3", "nan", "$x", "\t", "\"\n\""}
	front := map[string]string{"MX": "1 ", "SRV": "1 2 3 ", "CAA": "0 issue ", "TLSA": "3 1 1 ", "SMIMEA": "3 1 1 ", "SSHFP": "1 1 ", "DS": "1 2 3 ", "NAPTR": "1 2 ", "HTTPS": "1 . ", "SVCB": "1 x ", "URI": "1 2 ", "LOC": "1 N 2 E "}
	rapid.Check(t, func(rt *rapid.T) {
		for range 20 {
			typ, list := rapid.SampledFrom(types).Draw(rt, "type"), rapid.SliceOfN(rapid.SampledFrom(words), 0, 4).Draw(rt, "words")
			taken(rt, "x", typ, strings.Join(list, " "))
			taken(rt, "x", typ, front[typ]+strings.Join(list, " "))
		}
	})
}

func FuzzWhatIsTakenIsPacked(f *testing.F) {
	for _, d := range data {
		f.Add("x", d.typ, d.data)
	}
	for _, name := range []string{"@", "*.a", "_x._tcp", "0/25", "-", "münchen", "x.example.com."} {
		f.Add(name, "A", "192.0.2.1")
	}
	f.Fuzz(func(t *testing.T, owner, typ, data string) { taken(t, owner, typ, data) })
}

// FuzzTransfer: whatever a master sends is refused, or can be packed again.
func FuzzTransfer(f *testing.F) {
	add := func(text string) {
		m := new(mdns.Msg).SetQuestion("example.org.", mdns.TypeIXFR)
		m.Answer, m.Compress = rrs(f, text), true
		p, err := m.Pack()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(p, uint32(100))
	}
	add(soaLine(101) + nsLine + aLine + "a 60 IN TYPE65280 \\# 2 0102\nb 60 IN TXT \"\\000\\\"\"\n" + soaLine(101))
	add(soaLine(102) + soaLine(100) + aLine + soaLine(101) + soaLine(101) + soaLine(102) + "m 60 IN MX 1 \\000\\.x\n" + soaLine(102))
	add(soaLine(101) + nsLine + "n 60 IN NULL \\# 3 010203\nn 60 IN NAPTR 1 2 \"\" \"\" \"!x!\" .\nl 60 IN LOC 1 N 1 E 0m\nh 60 IN HTTPS 1 . alpn=h2 key9=x\n" + soaLine(101))
	f.Fuzz(func(t *testing.T, p []byte, serial uint32) {
		m := new(mdns.Msg)
		if m.Unpack(p) != nil {
			return
		}
		c := &client{origin: "example.org", fqdn: "example.org.", most: 1000}
		got, entries, err := c.sort(m.Answer, serial)
		if err != nil {
			return
		}
		records := got.Records
		for _, e := range entries {
			if !newer(e.To, e.From) {
				t.Fatalf("from %d to %d", e.From, e.To)
			}
			records = append(append(records, e.Change.Remove...), e.Change.Add...)
		}
		for i := range records {
			if _, err := pack("example.org", &records[i]); err != nil {
				t.Fatalf("%+v is taken and cannot be packed: %v", records[i], err)
			}
		}
		if _, err := packSOA("example.org", got.SOA, got.Serial); err != nil {
			t.Fatalf("%+v is taken and cannot be packed: %v", got.SOA, err)
		}
	})
}
