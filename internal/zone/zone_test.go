package zone

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/polyreg/polyreg/internal/dname"
)

const origin = dname.Name("example.com")

func TestCanonical(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ        Type
		data, want string // want "" for an error
	}{
		{"A", "192.0.2.1", "192.0.2.1"}, {"A", "2001:db8::1", ""}, {"A", "192.0.2.1 x", ""}, {"A", "192.0.2.01", ""},
		{"AAAA", "2001:DB8:0::1", "2001:db8::1"}, {"AAAA", "::ffff:192.0.2.1", "::ffff:192.0.2.1"},
		{"NS", "NS1", "ns1.example.com."}, {"NS", "*.x.", ""}, {"CNAME", "@", "example.com."}, {"CNAME", "www.münchen.de.", "www.xn--mnchen-3ya.de."},
		{"MX", "010 mail", "10 mail.example.com."}, {"MX", "65536 mail", ""}, {"MX", "0 .", "0 ."},
		{"TXT", `v=spf1 -all`, `"v=spf1" "-all"`}, {"TXT", `"a \"b\" \\ \200"`, `"a \"b\" \\ \200"`}, {"TXT", `"ü"`, `"\195\188"`}, {"TXT", `"open`, ""},
		{"TXT", `"` + strings.Repeat("x", 300) + `"`, `"` + strings.Repeat("x", 255) + `" "` + strings.Repeat("x", 45) + `"`},
		{"SRV", "0 5 5060 sip", "0 5 5060 sip.example.com."}, {"CAA", `0 Issue letsencrypt.org`, `0 issue "letsencrypt.org"`}, {"CAA", `0 is-sue "x"`, ""},
		{"TLSA", "3 1 1 ab CD", "3 1 1 ABCD"}, {"SSHFP", "1 1 xyz", ""},
		{"DS", "60485 5 1 2BB183AF5F22588179A53B0A 98631FAD1A292118", "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118"}, {"DS", "1 5 1 AB", ""},
		{"NAPTR", `100 10 "u" "E2U+sip" "!^.*$!sip:x@example.com!" .`, `100 10 "u" "E2U+sip" "!^.*$!sip:x@example.com!" .`},
		{"HTTPS", `1 . ipv4hint=192.0.2.1 alpn="h3,h2"`, `1 . alpn="h3,h2" ipv4hint=192.0.2.1`}, {"HTTPS", "0 x alpn=h2", ""}, {"SVCB", "1 . port=x", ""},
		{"SVCB", "1 . no-default-alpn mandatory=port,alpn alpn=h2 port=8443", `1 . mandatory=alpn,port alpn="h2" no-default-alpn port=8443`},
		{"URI", `10 1 "https://example.com/"`, `10 1 "https://example.com/"`}, {"OPENPGPKEY", "aGFs bG8=", "aGFsbG8="},
		{"LOC", "52 22 23.000 N 4 53 32 E -2.00m 0m 10000m 10m", "52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000.00m 10.00m"}, {"LOC", "91 N 4 E 0m", ""},
		{"SOA", "x", ""}, {"PTR", "a..b", ""},
		{"LOC", "52 22 59.9996 N 4 0 0 E 0m", "52 22 59.999 N 4 0 0.000 E 0.00m 1.00m 10000.00m 10.00m"}, {"LOC", "90 0 0 N 180 0 0 W -0.5 0.059", "90 0 0.000 N 180 0 0.000 W -0.50m 0.05m 10000.00m 10.00m"},
		{"LOC", "90 59 59 N 4 E 0m", ""}, {"LOC", "90 0 0.001 N 4 E 0m", ""}, {"LOC", "1 N 180 0 0.001 E 0m", ""}, {"LOC", "1 N 2 E 0m nan", ""}, {"LOC", "1 N 2 E 0m 1e3", ""}, {"LOC", "1 N 2 E +1m", ""},
		{"LOC", "1 N 2 E 0m -1m", ""}, {"LOC", "1.5 N 2 E 0m", ""}, {"LOC", "1 2.5 N 2 E 0m", ""}, {"LOC", "+1 N 2 E 0m", ""}, {"LOC", "1 N 2 E 42849672.96m", ""}, {"LOC", "1 N 2 E 0m 90000000.01m", ""},
		{"LOC", "1 N 2 E", ""}, {"LOC", "N 2 E 0m", ""}, {"LOC", "1 2 3 4 N 2 E 0m", ""}, {"LOC", "1 N 2 E .m", ""},
		{"HTTPS", "1 . key7=/q{?dns} key8", `1 . dohpath="/q{?dns}" ohttp`}, {"HTTPS", "1 . ohttp=x", ""}, {"HTTPS", "1 . dohpath", ""}, {"HTTPS", "1 . key07=x", ""}, {"HTTPS", "1 . key65535=x", ""}, {"HTTPS", "1 . key0=key1 alpn=h2", `1 . mandatory=alpn alpn="h2"`},
		{"HTTPS", "1 . alpn=h2,", ""}, {"HTTPS", "1 . alpn=,h2", ""}, {"HTTPS", "1 . alpn=h2,,h3", ""}, {"HTTPS", `1 . alpn="a\\\\b\\,c,d"`, `1 . alpn="a\\\\b\\,c,d"`}, {"HTTPS", `1 . alpn="a\\b"`, ""}, {"HTTPS", "1 . alpn=" + strings.Repeat("x", 256), ""},
		{"HTTPS", "1 . ipv6hint=::ffff:192.0.2.1", ""}, {"HTTPS", "1 . mandatory=port", ""}, {"HTTPS", "1 . mandatory=port,port port=1", ""}, {"HTTPS", "1 . ech=\"aGFs\nbG8=\"", "1 . ech=aGFsbG8="},
		{"CAA", `0 issue "` + strings.Repeat("x", 600) + `"`, `0 issue "` + strings.Repeat("x", 600) + `"`}, {"CAA", `0 issue "` + strings.Repeat("x", 1025) + `"`, ""}, {"URI", `1 1 "` + strings.Repeat("x", 600) + `"`, `1 1 "` + strings.Repeat("x", 600) + `"`},
		{"TXT", `"` + strings.Repeat("ü", 20_000) + `"`, ""}, {"NAPTR", `1 1 "` + strings.Repeat("x", 256) + `" "" "" .`, ""},
		{"CNAME", "1.0/25.2.0.192.in-addr.arpa.", "1.0/25.2.0.192.in-addr.arpa."}, {"NS", "0/25.x.", ""}, {"MX", "1 R3---sn-.x.", "1 r3---sn-.x."}, {"PTR", "xn--0.x.", "xn--0.x."},
	} {
		got, err := Canonical(c.typ, c.data, origin)
		if (err == nil) != (c.want != "") || err == nil && got != c.want {
			t.Errorf("%s %q = %q, %v; want %q", c.typ, c.data, got, err, c.want)
			continue
		}
		if err == nil {
			if again, err := Canonical(c.typ, got, origin); err != nil || again != got {
				t.Errorf("%s %q is not stable: %q %v", c.typ, got, again, err)
			}
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "@", "@": "@", "WWW": "www", "www.example.com.": "www", "example.com.": "@", "*": "*", "*.sub": "*.sub",
		"_acme-challenge.www": "_acme-challenge.www", "_sip._TCP": "_sip._tcp", "münchen": "xn--mnchen-3ya", "a.*": "", "other.com.": "", "a b": "", strings.Repeat("a", 64): "",
		"notexample.com.": "", "r3---SN": "r3---sn", "-a": "-a", "a-": "a-", "a_b": "a_b", "xn--0": "xn--0", "xn--mnchen-3ya": "xn--mnchen-3ya", "0/25": "0/25", "a..b": "", "a!": "", `a\.b`: "", "a/b.example.com.": "a/b"} {
		if got, err := CanonicalName(text, origin); (err == nil) != (want != "") || got != want {
			t.Errorf("%q = %q, %v; want %q", text, got, err, want)
		}
	}
}

const file = `
$TTL 1h ; default
@	IN SOA ns1.polyreg.test. hostmaster.example.com. (
		2026112201 ; serial
		1d 2h 4w 5m )
	NS ns1.polyreg.test.
	IN 600 NS ns2.polyreg.test.
www 300 IN A 192.0.2.1
	A	192.0.2.2
$ORIGIN sub.example.com.
@ MX 10 mail
mail AAAA 2001:db8::1
x.example.com. TXT ( "one ; not a comment"
	"two" ) ; a comment
`

func TestParseText(t *testing.T) {
	t.Parallel()
	p, err := ParseText(file, origin, 86400, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := Parsed{SOA: &SOA{MName: "ns1.polyreg.test", RName: "hostmaster.example.com", Refresh: 86400, Retry: 7200, Expire: 2419200, Minimum: 300, TTL: 3600},
		Serial: 2026112201, TTL: 3600, Records: []Record{{Name: "@", Type: "NS", TTL: 3600, Data: "ns1.polyreg.test."}, {Name: "@", Type: "NS", TTL: 600, Data: "ns2.polyreg.test."},
			{Name: "www", Type: "A", TTL: 300, Data: "192.0.2.1"}, {Name: "www", Type: "A", TTL: 3600, Data: "192.0.2.2"},
			{Name: "sub", Type: "MX", TTL: 3600, Data: "10 mail.sub.example.com."}, {Name: "mail.sub", Type: "AAAA", TTL: 3600, Data: "2001:db8::1"},
			{Name: "x", Type: "TXT", TTL: 3600, Data: `"one ; not a comment" "two"`}}}
	if d := cmp.Diff(want, p); d != "" {
		t.Error(d)
	}
	z := Zone{Origin: origin, TTL: p.TTL, SOA: *p.SOA, Serial: p.Serial}
	again, err := ParseText(Text(z, p.Records), origin, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(Sorted(p.Records), again.Records); d != "" {
		t.Error(d)
	}
	if c := Diff(p.Records, again.Records); !c.Empty() {
		t.Errorf("printing changes %+v", c)
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"www A 1.2.3": "line 1: A must be an IPv4 address", "\n\nwww A (192.0.2.1\n": "line 3: a parenthesis is not closed",
		"a A 192.0.2.1\nb FOO x": `line 2: "FOO" is not a type`, "$INCLUDE /etc/passwd": "line 1: $INCLUDE is not read", "$GENERATE 1-9 a$ A 192.0.2.$": "line 1: $GENERATE takes one value",
		"x.other. A 192.0.2.1": `line 1: "x.other." lies outside the zone`, "a TXT \"x": "line 1: has a quotation mark", " A 192.0.2.1": "line 1: there is no name before it", ")": "line 1: a parenthesis",
		"@ SOA a b 1 2 3 4": "line 1: SOA must be", "a CH A 192.0.2.1": "line 1: the class CH",
		"a A 192.0.2.1\nb TXT \"x\ny\"\n": "line 2: has a quotation mark", "b TXT \"x\\\ny\"\n": "line 1: has a quotation mark", "b TXT x\\\ny\n": `line 1: has a \ that`,
		"@ SOA a b 1 2 3 4 5\n@ SOA a b 2 2 3 4 5": "line 2: there are two SOA records", "a TXT (" + strings.Repeat("x ", 40_000) + ")": "line 1: the record is too long", "$ORIGIN a..b.": "line 1: \"a..b.\" is not an origin",
		"@ SOA a x\\.y. 1 2 3 4 5": "line 1: SOA: "} {
		_, err := ParseText(text, origin, 300, 0)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	ns := Record{Name: "@", Type: "NS", TTL: 300, Data: "ns1.polyreg.test."}
	a := func(name, data string) Record { return Record{Name: name, Type: "A", TTL: 300, Data: data} }
	dname := func(name, to string) Record { return Record{Name: name, Type: "DNAME", TTL: 300, Data: to} }
	cname := func(name string) Record { return Record{Name: name, Type: "CNAME", TTL: 300, Data: "x.example.com."} }
	for want, rs := range map[string][]Record{
		"":                {ns, a("www", "192.0.2.1"), a("www", "192.0.2.2"), cname("b"), a("*.c", "192.0.2.1")},
		"records":         {a("www", "192.0.2.1")},
		"records[1].type": {ns, cname("@")},
		"records[2].data": {ns, a("www", "192.0.2.1"), a("www", "192.0.2.1")},
		"records[2].ttl":  {ns, a("www", "192.0.2.1"), {Name: "www", Type: "A", TTL: 60, Data: "192.0.2.3"}},
		"records[1].name": {ns, a("WWW", "192.0.2.1")},
		"records[3].type": {ns, a("www", "192.0.2.1"), dname("d", "x.example."), dname("d", "y.example.")},
		"records[3].name": {ns, a("www", "192.0.2.1"), dname("d", "x.example."), a("a.b.d", "192.0.2.1")},
		"records[2].name": {ns, dname("@", "x.example."), a("www", "192.0.2.1")},
		"records[4].type": {ns, a("a", "192.0.2.1"), a("b", "192.0.2.1"), a("c", "192.0.2.1"), {Name: "@", Type: "DS", TTL: 300, Data: "1 13 0 00"}},
	} {
		err := Check(origin, rs, 0)
		if (err == nil) != (want == "") || err != nil && err.Field != want {
			t.Errorf("%+v: %v, want %s", rs, err, want)
		}
	}
	if err := Check(origin, []Record{ns, a("www", "192.0.2.1"), cname("www")}, 0); err == nil {
		t.Error("a CNAME beside data was taken")
	}
	if err := Check(origin, []Record{ns, a("a", "192.0.2.1")}, 1); err == nil {
		t.Error("the limit does not hold")
	}
	many := []Record{ns, dname("d", "x.example.")}
	for i := range 100 {
		many = append(many, a(fmt.Sprintf("n%d.d", i), "192.0.2.1"))
	}
	if err := Check(origin, many, 0); err == nil || 1+len(err.More) > maxProblems {
		t.Errorf("%d problems are told", 1+len(err.More))
	}
}

// TestDiff holds for any two record sets that the change leads from one to the other and leaves equal records their numbers.
func TestDiff(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) []Record {
			var out []Record
			for i, n := range rapid.SliceOfNDistinct(rapid.IntRange(0, 20), 0, 12, rapid.ID[int]).Draw(t, label) {
				out = append(out, Record{ID: RecordID(i + 1), Name: "www", Type: "TXT", TTL: 300 + n%2, Data: TXT(strings.Repeat("x", n))})
			}
			return out
		}
		old, new := draw("old"), draw("new")
		c := Diff(old, new)
		got := Apply(old, c)
		strip := func(rs []Record) []Record {
			out := Sorted(rs)
			for i := range out {
				out[i].ID = 0
			}
			return Sorted(out)
		}
		if d := cmp.Diff(strip(new), strip(got), cmpopts.EquateEmpty()); d != "" {
			t.Fatal(d)
		}
		back := Apply(got, c.Reverse())
		if d := cmp.Diff(strip(old), strip(back), cmpopts.EquateEmpty()); d != "" {
			t.Fatal(d)
		}
	})
}

func TestNextSerial(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for old, want := range map[uint32]uint32{0: 2026112500, 2026112500: 2026112501, 2026112599: 2026112600, 2026112400: 2026112500, 4294967295: 2026112500, 3000000000: 3000000001} {
		if got := NextSerial(old, now); got != want {
			t.Errorf("after %d comes %d, want %d", old, got, want)
		}
	}
}

func FuzzParseText(f *testing.F) {
	f.Add(file)
	f.Add("$TTL 1\n@ SOA a b 1 2 3 4 5\n* TXT \"\\\"\" ( x\n )")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParseText(text, origin, 300, 0)
		if err != nil || p.SOA == nil {
			return
		}
		z := Zone{Origin: origin, TTL: 300, SOA: *p.SOA, Serial: p.Serial}
		again, err := ParseText(Text(z, p.Records), origin, 300, 0)
		if err != nil {
			t.Fatalf("what was printed cannot be read: %v\n%s", err, Text(z, p.Records))
		}
		if c := Diff(p.Records, again.Records); !c.Empty() {
			t.Fatalf("printing changes %+v", c)
		}
	})
}

// TestListings reads what a transfer lists: the SOA at both ends, and what signers made.
func TestListings(t *testing.T) {
	t.Parallel()
	soa := "example.com. 3600 IN SOA ns1.example.com. John\\.Doe.example.com. 5 1 2 3 4\n"
	p, err := ParseText("$ORIGIN .\n"+soa+"example.com. NS ns1.example.com.\nexample.com. DNSKEY 257 3 13 AAAA\nexample.com. RRSIG SOA 13 2 3600 1 2 3 example.com. AAAA\nwww.example.com NSEC example.com. A\nwww.example.com A 192.0.2.1\n"+soa, origin, 60, 2)
	if err != nil {
		t.Fatal(err)
	}
	want := Parsed{SOA: &SOA{MName: "ns1.example.com", RName: `john\.doe.example.com`, Refresh: 1, Retry: 2, Expire: 3, Minimum: 4, TTL: 3600}, Serial: 5,
		Records: []Record{{Name: "@", Type: "NS", TTL: 60, Data: "ns1.example.com."}, {Name: "www", Type: "A", TTL: 60, Data: "192.0.2.1"}}}
	if d := cmp.Diff(want, p); d != "" {
		t.Error(d)
	}
	if got := p.SOA.Data(7); got != `ns1.example.com. john\.doe.example.com. 7 1 2 3 4` {
		t.Error(got)
	}
	if _, err := ParseText("a A 192.0.2.1\nb A 192.0.2.1\nc A 192.0.2.1\n", origin, 60, 2); err == nil || err.Error() != "line 3: there are more than 2 records" {
		t.Errorf("the limit: %v", err)
	}
}

// TestLinesAreReadOneByOne: a text of many small items costs no more than its records do.
func TestLinesAreReadOneByOne(t *testing.T) {
	text := strings.Repeat("a A 192.0.2.1 b b b b b b\n", 100_000)
	bytes := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if _, err := ParseText(text, origin, 60, 0); err == nil {
				b.Fatal("taken")
			}
		}
	}).AllocedBytesPerOp()
	if bytes > 1<<20 {
		t.Errorf("%d octets were allocated before the first line was refused", bytes)
	}
}

func TestCompareNames(t *testing.T) {
	t.Parallel()
	names := []string{"@", "*", "a", "b.a", "c.b.a", "aa", "b", "a.b", "b-"}
	for i, a := range names {
		for j, b := range names {
			if got := CompareNames(a, b); (got < 0) != (i < j) || (got == 0) != (i == j) {
				t.Errorf("%s and %s: %d", a, b, got)
			}
		}
	}
	for name, want := range map[string]string{"@": "", "a": "@", "b.a": "a", "c.b.a": "b.a"} {
		if got := Parent(name); got != want {
			t.Errorf("above %s is %q", name, got)
		}
	}
}

func TestMailboxes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"hostmaster": "hostmaster.example.com.", `a\.b`: `a\.b.example.com.`, `A\.b\;\032.x.`: `a\.b\;\032.x.`, `a\.b.x`: `a\.b.x.example.com.`, ".": ".", `a\.b.`: "", `a\.b..x`: "",
		strings.Repeat(`\a`, 64) + ".x.": "", `a\`: "", `a\9.x.`: ""} {
		if got, err := mailbox(text, origin); (err == nil) != (want != "") || got != want {
			t.Errorf("%s = %q, %v; want %q", text, got, err, want)
		}
	}
}

// FuzzCanonical: canonical data are canonical, and bounded.
func FuzzCanonical(f *testing.F) {
	for _, s := range [][2]string{{"A", "192.0.2.1"}, {"TXT", `"a\"b" c\255`}, {"HTTPS", `1 . alpn="h2,h3" ipv6hint=::1 mandatory=alpn key9=x`}, {"LOC", "52 22 23.000 N 4 53 32 E -2.00m 0m 10000m 10m"},
		{"NAPTR", `100 10 "u" "E2U+sip" "!^.*$!sip:x@example.com!" .`}, {"CAA", `0 issue "x"`}, {"DS", "1 13 2 00"}, {"SRV", "1 2 3 x"}, {"TLSA", "3 1 1 ab cd"}, {"CNAME", "0/25.x"}, {"OPENPGPKEY", "aGFs bG8="}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, typ, data string) {
		got, err := Canonical(Type(typ), data, origin)
		if err != nil {
			return
		}
		if strings.ContainsAny(got, "\n\r\t") || len(got) > maxCanonical {
			t.Fatalf("%s %q gives %q", typ, data, got)
		}
		if again, err := Canonical(Type(typ), got, origin); err != nil || again != got {
			t.Fatalf("%s %q gives %q and then %q (%v)", typ, data, got, again, err)
		}
	})
}
