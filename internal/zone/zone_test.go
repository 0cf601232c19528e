package zone

import (
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
		"notexample.com.": ""} {
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
	p, err := ParseText(file, origin, 86400)
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
	again, err := ParseText(Text(z, p.Records), origin, 1)
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
		"@ SOA a b 1 2 3 4": "line 1: SOA must be", "a CH A 192.0.2.1": "line 1: the class CH"} {
		_, err := ParseText(text, origin, 300)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	ns := Record{Name: "@", Type: "NS", TTL: 300, Data: "ns1.polyreg.test."}
	a := func(name, data string) Record { return Record{Name: name, Type: "A", TTL: 300, Data: data} }
	cname := func(name string) Record { return Record{Name: name, Type: "CNAME", TTL: 300, Data: "x.example.com."} }
	for want, rs := range map[string][]Record{
		"":                {ns, a("www", "192.0.2.1"), a("www", "192.0.2.2"), cname("b"), a("*.c", "192.0.2.1")},
		"records":         {a("www", "192.0.2.1")},
		"records[1].type": {ns, cname("@")},
		"records[2].data": {ns, a("www", "192.0.2.1"), a("www", "192.0.2.1")},
		"records[2].ttl":  {ns, a("www", "192.0.2.1"), {Name: "www", Type: "A", TTL: 60, Data: "192.0.2.3"}},
		"records[1].name": {ns, a("WWW", "192.0.2.1")},
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
		p, err := ParseText(text, origin, 300)
		if err != nil || p.SOA == nil {
			return
		}
		z := Zone{Origin: origin, TTL: 300, SOA: *p.SOA, Serial: p.Serial}
		again, err := ParseText(Text(z, p.Records), origin, 300)
		if err != nil {
			t.Fatalf("what was printed cannot be read: %v\n%s", err, Text(z, p.Records))
		}
		if c := Diff(p.Records, again.Records); !c.Empty() {
			t.Fatalf("printing changes %+v", c)
		}
	})
}
