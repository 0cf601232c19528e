package dns

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	mdns "github.com/miekg/dns"
)

// wildcards is the zone of RFC 4592 §2.2.1.
const wildcards = `
	@ NS ns.example.com.
	@ NS ns.example.net.
	* TXT "this is a wildcard"
	* MX 10 host1.example.
	sub.* TXT "this is not a wildcard"
	host1 A 192.0.2.1
	_ssh._tcp.host1 SRV 0 0 22 host1.example.
	_ssh._tcp.host2 SRV 0 0 22 host1.example.
	subdel NS ns.example.com.
	subdel NS ns.example.net.`

const plain = `
	@ NS ns1.example.org.
	@ NS ns2.example.net.
	@ MX 10 mail.example.org.
	@ MX 20 mail.sub.example.org.
	@ TXT "v=spf1 -all"
	ns1 A 192.0.2.1
	ns1 AAAA 2001:db8::1
	mail A 192.0.2.2
	www CNAME web.example.org.
	web A 192.0.2.3
	web A 192.0.2.4
	out CNAME www.example.net.
	served CNAME www.example.
	nowhere CNAME nothing.example.org.
	loop1 CNAME loop2.example.org.
	loop2 CNAME loop1.example.org.
	into CNAME host.sub.example.org.
	a.b.c A 192.0.2.5
	sub NS ns.sub.example.org.
	sub NS ns.other.example.org.
	sub NS ns1.example.org.
	sub DS 12345 13 2 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF
	ns.sub A 192.0.2.6
	mail.sub A 192.0.2.7
	other NS ns.other.example.org.
	ns.other AAAA 2001:db8::6
	dn DNAME target.example.org.
	dn TXT "at the owner"
	x.target A 192.0.2.8
	ext DNAME far.example.net.
	_sip._tcp SRV 1 2 5060 mail.example.org.
	type HTTPS 1 . alpn="h2"`

func TestWildcards(t *testing.T) { // RFC 4592 §2.2.1 and §4
	t.Parallel()
	s, _ := server(t, Config{}, text(t, "example", wildcards))
	w := s.worker(4096)
	for _, c := range []struct{ name, typ, want string }{
		{"host3.example.", "MX", `NOERROR aa
			an host3.example. MX 10 host1.example.
			ar host1.example. A 192.0.2.1`},
		{"host3.example.", "A", `NOERROR aa
			ns example. 300 SOA`},
		{"foo.bar.example.", "TXT", `NOERROR aa
			an foo.bar.example. TXT "this is a wildcard"`},
		{"host1.example.", "MX", `NOERROR aa
			ns example. 300 SOA`},
		{"sub.*.example.", "MX", `NOERROR aa
			ns example. 300 SOA`},
		{"_telnet._tcp.host1.example.", "SRV", `NXDOMAIN aa
			ns example. 300 SOA`},
		{"host.subdel.example.", "A", `NOERROR
			ns subdel.example. NS ns.example.com.
			ns subdel.example. NS ns.example.net.`},
		{"ghost.*.example.", "MX", `NXDOMAIN aa
			ns example. 300 SOA`},
		{"*.example.", "TXT", `NOERROR aa
			an *.example. TXT "this is a wildcard"`},
		{"_tcp.host1.example.", "A", `NOERROR aa
			ns example. 300 SOA`},
		{"host3.example.", "ANY", `NOERROR aa
			an host3.example. MX 10 host1.example.`},
	} {
		check(t, w, c.name, c.typ, c.want)
	}
}

func check(t *testing.T, w *worker, name, typ, want string) {
	t.Helper()
	got := show(exchange(t, w, question(name, mdns.StringToType[typ], false), elsewhere))
	if d := cmp.Diff(dedent(want), got); d != "" {
		t.Errorf("%s %s (-want +got):\n%s", name, typ, d)
	}
}

func TestAnswers(t *testing.T) { // RFC 1034 §4.3.2, RFC 2308, RFC 6672, RFC 8482
	t.Parallel()
	s, _ := server(t, Config{}, text(t, "example.org", plain), text(t, "example", wildcards+"\nwww A 192.0.2.99"), text(t, "child.example", "@ NS ns.child.example.\nns A 192.0.2.44"))
	w := s.worker(4096)
	long := strings.Repeat("a", 63) + "." + strings.Repeat("b", 63) + "." + strings.Repeat("c", 63) + "."
	for _, c := range []struct{ name, typ, want string }{
		{"example.org.", "SOA", "NOERROR aa\nan example.org. 3600 SOA"},
		{"example.org.", "NS", `NOERROR aa
			an example.org. NS ns1.example.org.
			an example.org. NS ns2.example.net.
			ar ns1.example.org. A 192.0.2.1
			ar ns1.example.org. AAAA 2001:db8::1`},
		{"example.org.", "MX", `NOERROR aa
			an example.org. MX 10 mail.example.org.
			an example.org. MX 20 mail.sub.example.org.
			ar mail.example.org. A 192.0.2.2
			ar mail.sub.example.org. A 192.0.2.7`},
		{"_sip._tcp.example.org.", "SRV", `NOERROR aa
			an _sip._tcp.example.org. SRV 1 2 5060 mail.example.org.
			ar mail.example.org. A 192.0.2.2`},
		{"www.example.org.", "A", `NOERROR aa
			an www.example.org. CNAME web.example.org.
			an web.example.org. A 192.0.2.3
			an web.example.org. A 192.0.2.4`},
		{"www.example.org.", "MX", `NOERROR aa
			an www.example.org. CNAME web.example.org.
			ns example.org. 300 SOA`},
		{"www.example.org.", "CNAME", "NOERROR aa\nan www.example.org. CNAME web.example.org."},
		{"out.example.org.", "A", "NOERROR aa\nan out.example.org. CNAME www.example.net."},
		{"served.example.org.", "A", `NOERROR aa
			an served.example.org. CNAME www.example.
			an www.example. A 192.0.2.99`},
		{"nowhere.example.org.", "A", `NXDOMAIN aa
			an nowhere.example.org. CNAME nothing.example.org.
			ns example.org. 300 SOA`},
		{"loop1.example.org.", "A", `NOERROR aa
			an loop1.example.org. CNAME loop2.example.org.
			an loop2.example.org. CNAME loop1.example.org.`},
		{"into.example.org.", "A", `NOERROR aa
			an into.example.org. CNAME host.sub.example.org.
			ns sub.example.org. NS ns.other.example.org.
			ns sub.example.org. NS ns.sub.example.org.
			ns sub.example.org. NS ns1.example.org.
			ar ns.other.example.org. AAAA 2001:db8::6
			ar ns.sub.example.org. A 192.0.2.6
			ar ns1.example.org. A 192.0.2.1
			ar ns1.example.org. AAAA 2001:db8::1`},
		{"b.c.example.org.", "A", "NOERROR aa\nns example.org. 300 SOA"},
		{"c.example.org.", "ANY", "NOERROR aa\nns example.org. 300 SOA"},
		{"x.b.c.example.org.", "A", "NXDOMAIN aa\nns example.org. 300 SOA"},
		{"x.web.example.org.", "A", "NXDOMAIN aa\nns example.org. 300 SOA"},
		{"sub.example.org.", "DS", "NOERROR aa\nan sub.example.org. DS 12345 13 2 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"},
		{"ns.sub.example.org.", "A", `NOERROR
			ns sub.example.org. NS ns.other.example.org.
			ns sub.example.org. NS ns.sub.example.org.
			ns sub.example.org. NS ns1.example.org.
			ar ns.other.example.org. AAAA 2001:db8::6
			ar ns.sub.example.org. A 192.0.2.6
			ar ns1.example.org. A 192.0.2.1
			ar ns1.example.org. AAAA 2001:db8::1`},
		{"dn.example.org.", "TXT", "NOERROR aa\nan dn.example.org. TXT \"at the owner\""},
		{"x.dn.example.org.", "A", `NOERROR aa
			an dn.example.org. DNAME target.example.org.
			an x.dn.example.org. CNAME x.target.example.org.
			an x.target.example.org. A 192.0.2.8`},
		{"x.dn.example.org.", "CNAME", `NOERROR aa
			an dn.example.org. DNAME target.example.org.
			an x.dn.example.org. CNAME x.target.example.org.`},
		{"a.b.ext.example.org.", "A", `NOERROR aa
			an ext.example.org. DNAME far.example.net.
			an a.b.ext.example.org. CNAME a.b.far.example.net.`},
		{long + strings.Repeat("d", 44) + ".dn.example.org.", "A", "YXDOMAIN aa\nan dn.example.org. DNAME target.example.org."},
		{"type.example.org.", "HTTPS", "NOERROR aa\nan type.example.org. HTTPS 1 . alpn=\"h2\""},
		{"www.example.com.", "A", "REFUSED"},
		{".", "NS", "REFUSED"},
		{"org.", "NS", "REFUSED"},
		{"child.example.", "DS", "NOERROR aa\nns example. 300 SOA"}, // of the parent, which has a wildcard there and no cut
		{"child.example.", "NS", "NOERROR aa\nan child.example. NS ns.child.example.\nar ns.child.example. A 192.0.2.44"},
		{"example.org.", "DS", "NOERROR aa\nns example.org. 300 SOA"},
		{"example.org.", "MAILB", "NOTIMP"},
		{"example.org.", "AXFR", "FORMERR"},
	} {
		check(t, w, c.name, c.typ, c.want)
	}
}

func TestRandomCaseIsKept(t *testing.T) { // draft-vixie-dnsext-dns0x20
	t.Parallel()
	s, _ := server(t, Config{}, text(t, "example.org", plain))
	r := exchange(t, s.worker(4096), question("wWw.ExAmPlE.oRg.", mdns.TypeA, false), elsewhere)
	if got := r.Question[0].Name; got != "wWw.ExAmPlE.oRg." || r.Answer[0].Header().Name != got || len(r.Answer) != 3 {
		t.Fatal(r)
	}
}

func TestEDNS(t *testing.T) { // RFC 6891, RFC 5001
	t.Parallel()
	s, _ := server(t, Config{NSID: "node-7"}, text(t, "example.org", plain))
	w := s.worker(4096)
	m := question("example.org.", mdns.TypeSOA, false)
	m.IsEdns0().Option = []mdns.EDNS0{&mdns.EDNS0_NSID{Code: mdns.EDNS0NSID}}
	r := exchange(t, w, m, elsewhere)
	if o := r.IsEdns0(); o == nil || o.UDPSize() != 1232 || len(o.Option) != 1 || o.Option[0].String() != fmt.Sprintf("%x", "node-7") {
		t.Errorf("NSID: %v", r)
	}
	m = question("example.org.", mdns.TypeSOA, true)
	m.IsEdns0().SetVersion(1)
	if r = exchange(t, w, m, elsewhere); r.Rcode != mdns.RcodeBadVers || r.IsEdns0().Version() != 0 || len(r.Answer) != 0 {
		t.Errorf("version 1: %v", r)
	}
	m.Extra = nil
	if r = exchange(t, w, m, elsewhere); r.IsEdns0() != nil || r.Rcode != 0 {
		t.Errorf("without EDNS: %v", r)
	}
	for _, c := range []struct {
		name  string
		class uint16
		want  int
	}{{"version.bind.", mdns.ClassCHAOS, mdns.RcodeRefused}, {"hostname.bind.", mdns.ClassCHAOS, mdns.RcodeRefused}, {"example.org.", mdns.ClassHESIOD, mdns.RcodeNotImplemented}} {
		m := question(c.name, mdns.TypeTXT, false)
		m.Question[0].Qclass = c.class
		if r := exchange(t, w, m, elsewhere); r.Rcode != c.want || len(r.Answer) != 0 {
			t.Errorf("%s: %v", c.name, r)
		}
	}
	m = question("example.org.", mdns.TypeSOA, false)
	m.Opcode = mdns.OpcodeUpdate
	if r := exchange(t, w, m, elsewhere); r.Rcode != mdns.RcodeNotImplemented {
		t.Errorf("UPDATE: %v", r)
	}
}

func TestTruncation(t *testing.T) {
	t.Parallel()
	zone := plain
	for i := range 60 {
		zone += fmt.Sprintf("\nbig A 198.51.100.%d\nm%d A 192.0.2.%d\ndeleg NS n%d.deleg.example.org.\nn%d.deleg A 192.0.2.%d", i, i, i, i, i, i)
		if i < 45 {
			zone += fmt.Sprintf("\nbigmx MX %d m%d.example.org.", i, i)
		}
	}
	s, _ := server(t, Config{}, text(t, "example.org", zone))
	w := s.worker(4096)
	m := question("big.example.org.", mdns.TypeA, false)
	m.Extra = nil
	if r := exchange(t, w, m, elsewhere); !r.Truncated || len(r.Answer) != 0 {
		t.Errorf("512 octets: %v", r)
	}
	if r := exchange(t, w, question("big.example.org.", mdns.TypeA, false), elsewhere); r.Truncated || len(r.Answer) != 60 {
		t.Errorf("1232 octets: %v", r)
	}
	if r := exchange(t, w, question("bigmx.example.org.", mdns.TypeMX, false), elsewhere); r.Truncated || len(r.Answer) != 45 || len(r.Extra) > 30 {
		t.Errorf("addresses that have no room make no truncation: %v", r)
	}
	if r := exchange(t, w, question("x.deleg.example.org.", mdns.TypeA, false), elsewhere); !r.Truncated || len(r.Ns) != 60 {
		t.Errorf("glue that has no room does (RFC 9471): %v", r)
	}
	tcp := elsewhere
	tcp.tcp = true
	if r := exchange(t, w, question("x.deleg.example.org.", mdns.TypeA, false), tcp); r.Truncated || len(r.Ns) != 60 || len(r.Extra) != 61 {
		t.Errorf("TCP: %v", r)
	}
}

// TestEverySetIsAnsweredAsWritten compares what the library reads from answers with what it reads from the zone's text.
func TestEverySetIsAnsweredAsWritten(t *testing.T) {
	t.Parallel()
	d := text(t, "example.org", `
		@ NS ns1.example.org.
		t TXT "one" "two" "\255\000\""
		c CAA 0 issue "ca.example.net"
		tlsa TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
		ssh SSHFP 4 2 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF
		nap NAPTR 10 20 "u" "E2U+sip" "!^.*$!sip:info@example.org!" .
		ptr PTR host.example.org.
		loc LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
		uri URI 10 1 "https://example.org/x"
		svcb SVCB 1 a.example.org. port="8443" ipv4hint="192.0.2.1"
		odd TYPE65280 \# 3 010203
		key OPENPGPKEY AQIDBA==
		srv SRV 1 2 3 host.elsewhere.net.
		mx MX 10 mx.example.org.`)
	s, _ := server(t, Config{}, d)
	w := s.worker(4096)
	for _, r := range d.Records {
		full := r.Name + ".example.org."
		if r.Name == "@" {
			full = "example.org."
		}
		want, err := mdns.NewRR(fmt.Sprintf("%s %d IN %s %s", full, r.TTL, r.Type, r.Data))
		if err != nil {
			t.Fatal(err)
		}
		got := exchange(t, w, question(full, want.Header().Rrtype, false), elsewhere)
		if len(got.Answer) != 1 || got.Answer[0].String() != want.String() {
			t.Errorf("want %s, got %v", want, got)
		}
	}
}
