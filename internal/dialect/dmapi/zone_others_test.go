package dmapi

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/zone"
)

// TestZoneOfOthers: a zone that other dialects have filled survives being read and put: what the text cannot say is not shown, so it
// stays, and what it shows it reads as the same.
func TestZoneOfOthers(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c, alpha := newClient(t, w), w.Caller(t, "alpha")
	record := func(name, typ, data string) zone.Record {
		return zone.Record{Name: name, Type: zone.Type(typ), TTL: 300, Data: data}
	}
	long := strings.Repeat("x", 255)
	do(t, w, alpha, command.CreateZone{Origin: "example.com", Records: []zone.Record{
		record("caa", "CAA", `128 issue ";"`), record("long", "TXT", zone.TXT(long+"y")), record("mx", "MX", "0 ."), record("naptr", "NAPTR", `1 2 "U" "S" "!^(.*)$!\\1\"@x!" .`),
		record("none", "SRV", "0 0 0 ."), record("root", "SRV", "0 0 1 localhost."), record("two", "TXT", `"a" "b"`), record("sub", "DS", "1 13 2 "+strings.Repeat("AB", 32)),
		record("lines", "TXT", `"x\010evil A 0 192.0.2.66 60"`), record("octets", "TXT", `"\255\254"`), record("both", "TXT", `"\195\188"`)}})
	do(t, w, alpha, command.SetForwards{Origin: "example.com", Forwards: []zone.Forward{{Kind: zone.Redirect, Source: "go", Target: "https://a.example/", Status: 301},
		{Kind: zone.Mail, Source: "info@sub", Target: "jane@example.net"}, {Kind: zone.Mail, Source: "*@@", Target: "jane@example.net"}}})
	before, forwards := do(t, w, alpha, command.ExportZone{Origin: "example.com"}), do(t, w, alpha, command.Forwards{Origin: "example.com"})
	text := c.ok("dns-zone-get", "domain", "example.com").body
	want := "$dnssec=no\n$dyndns=no::\nboth TXT 0 \"ü\" 300\ncaa CAA 128 issue \";\" 300\nlong TXT 0 \"" + long + "y\" 300\nmx MX 0 . 300\n" +
		"naptr NAPTR 1/2 . 300 0 0 \"U\" \"S\" \"!^(.*)$!\\\\1\\\"@x!\"\nnone SRV 0/0 .:0 300\nroot SRV 0/0 localhost.:1 300\ntwo TXT 0 \"a\" \"b\" 300\n" +
		"go URL 0 https://a.example/ 60\n* MAILFW 0 jane@example.net 60\n"
	if text != want {
		t.Errorf("shown\n%swant\n%s", text, want)
	}
	legacy := httptest.NewRequest("GET", "/request/dns-zone-get?domain=example.com&auth-sid="+c.sid, nil)
	legacy.Header.Set("User-Agent", "ClientExec")
	for _, text := range []string{text, c.send(legacy).body, c.ok("dns-zone-get", "domain", "example.com", "include-defaults", "1").body} {
		c.ok("dns-zone-put", "domain", "example.com", "zone", text)
		if got := do(t, w, alpha, command.ExportZone{Origin: "example.com"}); got != before {
			t.Errorf("after putting\n%sit is\n%sand was\n%s", text, got, before)
		}
		if got := do(t, w, alpha, command.Forwards{Origin: "example.com"}); fmt.Sprint(got) != fmt.Sprint(forwards) {
			t.Errorf("forwards %v, were %v", got, forwards)
		}
	}
	do(t, w, alpha, command.ChangeZone{Origin: "example.com", Change: zone.Change{Add: []zone.Record{{Name: "low", Type: "A", TTL: 5, Data: "192.0.2.1"}}}})
	if got := c.ok("dns-zone-get", "domain", "example.com").body; !strings.Contains(got, "\nlow A 0 192.0.2.1 60\n") {
		t.Errorf("a TTL that cannot be put is shown:\n%s", got)
	}
}

// TestZoneLines: forms that are taken, and how they come back.
func TestZoneLines(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`u URL 0 "https://a.example/" 60`:           `u URL 0 "https://a.example/" 60`,
		"ü CNAME 0 www 60":                          "xn--tda CNAME 0 www 60",
		"s SRV 1 2 5060 sip.example.net. 60":        "s SRV 1/2 sip.example.net:5060 60",
		"s SRV 1/2 sip.example.net.:5060 0":         "s SRV 1/2 sip.example.net:5060 0",
		"s SRV 0/0 .:0 60":                          "s SRV 0/0 .:0 60",
		`c CAA 0 1 ISSUE "ca.example" 60`:           `c CAA 1 issue "ca.example" 60`,
		`t TXT 0  "a" "b " 60`:                      `t TXT 0 "a" "b" 60`,
		"_x.example.com. TXT 0 word":                `_x.example.com. TXT 0 "word" 86400`,
		"\t@\tmx  10 mail.example.net.\t3600  0 0 ": "@ MX 10 mail.example.net. 3600",
	} {
		z, err := readZone(in, "example.com", nil)
		if err != nil || len(z.lines) != 1 || z.lines[0].show(false, false) != want {
			t.Errorf("%q: %v %v", in, z.note(), err)
		}
	}
	for _, in := range []string{"example.com A 0 192.0.2.1 60", "w.Example.com A 0 192.0.2.1 60", "w A 0 192.0.2.1 60 x", "@ MAILFW 0", "TXT:_acme:value", "w A 0 192.0.2.1 -1", "$TTL 60",
		`w TXT 0 "a"b" 60`, "w AAAA 0 ::ffff:192.0.2.1 60", "s SRV 1/2 :5060 60", "n NAPTR 1/2 . 60", "w A 0 192.0.2.1 60 0 0 x"} {
		if _, err := readZone(in, "example.com", nil); err == nil {
			t.Errorf("%q was taken", in)
		}
	}
}

// TestZoneRefusals: everything that is wrong with a text is told at once, by the numbers of lines, and without a password.
func TestZoneRefusals(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	a := c.want(c.ask("dns-zone-put", "domain", "example.com", "zone", "x CNAME 0 a.example 3600\n$dyndns=yes:user:se cret\ny FOO 0 z 60\nx A 0 192.0.2.1 60\n"+strings.Repeat("z", 9000)), "2400", "")
	want := []string{"Line 1: x has a CNAME and other records: x CNAME 0 a.example 3600", "Line 2: expected yes:<username>:<password> or no: $dyndns",
		"Line 3: unknown record type: y FOO 0 z 60", "Line 5: too few fields: " + strings.Repeat("z", 80) + "…"}
	if strings.Join(a.errors, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q", a.errors)
	}
	c.want(c.ask("dns-zone-put", "domain", "example.com", "zone", " \n\n"), "2400", "Parameter zone: expected: non-empty value")
	c.want(c.ask("dns-zone-get", "domain", "unknown.example"), "2303", "unknown.example does not exist")
	c.want(c.ask("dns-zone-put", "domain", "unknown.example", "zone", "#"), "2303", "")
	c.ok("dns-zone-put", "domain", "example.com", "zone", "$dyndns=yes:user:SECRET")
	beta := &client{t: t, d: c.d}
	beta.login("api-key", "beta-"+dialecttest.DMAPIKey)
	beta.want(beta.ask("dns-zone-put", "domain", "beta-owned.com", "zone", "$dyndns=yes:user:other"), "2400", "$dyndns: username")
	reader := &client{t: t, d: c.d}
	reader.login("api-key", dialecttest.DMAPIReadKey)
	if got := reader.ok("dns-zone-get", "domain", "example.com").body; got != "$dnssec=no\n$dyndns=yes:user:***\n" {
		t.Errorf("a key that only reads sees %q", got)
	}
}

// TestReplaceRules: a value counts once, the body wins, and what names the zone's own servers, or no value at all, is refused.
func TestReplaceRules(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	c.ok("dns-zone-put", "domain", "example.com", "zone", "$dyndns=yes:user:pass\nw DYNA 0 192.0.2.1 60\nw DYNAAAA 0 2001:db8::1 60")
	base := []string{"username", "user", "password", "pass", "zone", "example.com"}
	for _, tc := range []struct {
		path, want string
		more       []string
	}{
		{"/nic/replace", "OK: 2 inserted, 0 deleted", []string{"label", "x", "type", "TXT", "value", "a", "value", "a", "value", "b"}},
		{"/nic/replace?value=c&label=y", "OK: 1 inserted, 2 deleted", []string{"label", "X", "type", "txt", "value", "d"}},
		{"/nic/replace", "OK: 0 inserted, 0 deleted", []string{"label", "x", "type", "TXT", "value", "d"}},
		{"/nic/replace", "OK: 1 inserted, 0 deleted", []string{"label", "@", "type", "MX", "value", "10 mail.example.net", "ttl", "300"}},
		{"/nic/replace", "error: value: ", []string{"label", "x", "type", "TXT"}},
		{"/nic/replace", "error: ttl: ", []string{"label", "x", "type", "TXT", "value", "e", "ttl", "59"}},
		{"/nic/replace", "error: label: ", []string{"label", "", "type", "NS", "value", "ns1.example.net"}},
		{"/nic/replace", "error: ", []string{"label", "x", "type", "CNAME", "value", "example.net"}},
		{"/nic/update", "good 192.0.2.9,2001:db8::9", []string{"hostname", "w.example.com", "myip", "192.0.2.9,2001:db8::9"}},
		{"/nic/update", "nochg 192.0.2.9", []string{"hostname", "W.example.com.", "myip", "192.0.2.9"}},
	} {
		if _, body := c.nic(tc.path, append(base, tc.more...)...); !strings.HasPrefix(body, tc.want) {
			t.Errorf("%s %v: %s", tc.path, tc.more, body)
		}
	}
	want := "w DYNA 0 192.0.2.9 60\nw DYNAAAA 0 2001:db8::9 60\n@ MX 10 mail.example.net. 300\nx TXT 0 \"d\" 60\n"
	if got := c.ok("dns-zone-get", "domain", "example.com").body; !strings.HasSuffix(got, "\n"+want) {
		t.Errorf("%s", got)
	}
	r := httptest.NewRequest("PUT", "/nic/myip", nil)
	rec := httptest.NewRecorder()
	if c.d.ServeHTTP(rec, r); rec.Code != 400 {
		t.Errorf("PUT: %d", rec.Code)
	}
}
