package internetx

import "testing"

func TestOwnerName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "@", "@": "@", "example.com": "@", "example.com.": "@", "www": "www", "a.b": "a.b", "*": "*",
		"_acme-challenge.www.example.com.": "_acme-challenge.www.example.com.", "Mail.Example.com": "mail.example.com.",
		"other.example.net.": "other.example.net.", "notexample.com": "notexample.com",
	} {
		if got := OwnerName(in, "example.com"); got != want {
			t.Errorf("OwnerName(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestStored: values as clients send them, and what answers show of the same data once it is canonical.
func TestStored(t *testing.T) {
	t.Parallel()
	pref := func(n int) *int { return &n }
	z := ZoneData{Origin: "example.com"}
	long := string(make([]byte, 0, 300))
	for range 30 {
		long += "0123456789"
	}
	for _, c := range []struct {
		name, typ, value string
		pref             *int
		data             string
	}{
		{"address", "A", "192.0.2.1", nil, "192.0.2.1"},
		{"mx", "MX", "mx.example.net.", pref(10), "10 mx.example.net."},
		{"mx with its preference inside", "MX", "10 mx.example.net.", nil, "10 mx.example.net."},
		{"mx below the origin without a dot", "MX", "mail.example.com", pref(5), "5 mail.example.com."},
		{"mx without preference", "MX", ".", nil, "0 ."},
		{"relative", "CNAME", "www", nil, "www"},
		{"srv apart", "SRV", "5 5060 sip.example.net.", pref(10), "10 5 5060 sip.example.net."},
		{"srv whole", "srv", "10 5 5060 sip.example.net.", nil, "10 5 5060 sip.example.net."},
		{"srv whole and apart", "SRV", "10 5 5060 sip.example.net.", pref(10), "10 5 5060 sip.example.net."},
		{"naptr apart", "NAPTR", `10 "u" "E2U+sip" "!^.*$!sip:a@b!" .`, pref(100), `100 10 "u" "E2U+sip" "!^.*$!sip:a@b!" .`},
		{"naptr with a blank", "NAPTR", `100 10 "u" "E2U+sip" "!^.*$!sip:a b!" .`, nil, `100 10 "u" "E2U+sip" "!^.*$!sip:a b!" .`},
		{"text", "TXT", "v=spf1 -all", nil, `"v=spf1 -all"`},
		{"text in quotes", "TXT", `"v=spf1 -all"`, nil, `"v=spf1 -all"`},
		{"text with quotes inside", "TXT", `say "hi"`, nil, `"say \"hi\""`},
		{"several strings", "TXT", `"a" "b c"`, nil, `"a" "b c"`},
		{"half a quotation mark", "TXT", `"a`, nil, `"\"a"`},
		{"letters", "TXT", "ä", nil, `"\195\164"`},
		{"nothing", "TXT", "", nil, `""`},
		{"long text", "TXT", long, nil, `"` + long[:255] + `" "` + long[255:] + `"`},
		{"caa", "CAA", `0 issue "letsencrypt.org"`, nil, `0 issue "letsencrypt.org"`},
	} {
		if got := z.Stored(ZoneRecord{Type: c.typ, Value: c.value, Pref: c.pref}); got != c.data {
			t.Errorf("%s: %q is stored as %q, want %q", c.name, c.value, got, c.data)
		}
	}
	if got := (ZoneData{Origin: "example.com", Dotted: true}).Stored(ZoneRecord{Type: "MX", Value: "mx.example.net", Pref: pref(1)}); got != "1 mx.example.net." {
		t.Errorf("dotted: %q", got)
	}
}

// TestShownComesBack: what answers show is read as the same data.
func TestShownComesBack(t *testing.T) {
	t.Parallel()
	z := ZoneData{Origin: "example.com"}
	for _, c := range []struct{ typ, data, value string }{
		{"TXT", `"v=spf1 -all"`, "v=spf1 -all"}, {"TXT", `"a" "b"`, `"a" "b"`}, {"TXT", `"\"abc\""`, `"\"abc\""`}, {"TXT", `"say \"hi\""`, `say "hi"`},
		{"TXT", `"\195\164"`, "ä"}, {"TXT", `"\000"`, `"\000"`}, {"TXT", `" a"`, `" a"`}, {"TXT", `""`, ""}, {"TXT", `"\\"`, `\`},
		{"MX", "10 mx.example.net.", "mx.example.net."}, {"SRV", "1 2 3 a.b.", "2 3 a.b."}, {"CAA", `0 issue ";"`, `0 issue ";"`}, {"AAAA", "::1", "::1"},
	} {
		r := ShownRecord("@", c.typ, c.data)
		if r.Value != c.value || r.Name != "" {
			t.Errorf("%s %s is shown as %q, want %q", c.typ, c.data, r.Value, c.value)
		}
		if back := z.Stored(r); back != c.data {
			t.Errorf("%s %s comes back as %s", c.typ, c.data, back)
		}
	}
}

func TestRemoves(t *testing.T) {
	t.Parallel()
	mx := func(name, value string, pref int) ZoneRecord {
		return ZoneRecord{Name: name, Type: "MX", Value: value, Pref: &pref}
	}
	have := mx("", "mx.example.net.", 10)
	for _, c := range []struct {
		r    ZoneRecord
		want bool
	}{
		{have, true}, {mx("", "mx.example.net.", 0), true}, {mx("", "mx.example.net.", 20), false}, {ZoneRecord{Type: "MX", Value: "mx.example.net."}, true},
		{ZoneRecord{Type: "MX", Value: "*"}, true}, {ZoneRecord{Type: "A", Value: "*"}, false}, {mx("www", "mx.example.net.", 10), false},
	} {
		if got := c.r.Removes(have); got != c.want {
			t.Errorf("%s removes %s: %v", c.r, have, got)
		}
	}
}

func TestZoneHead(t *testing.T) {
	t.Parallel()
	for email, box := range map[string]string{"hostmaster@example.com": "hostmaster.example.com", "first.last@example.com": `first\.last.example.com`, "nobody": "", "@b": ""} {
		if got := Mailbox(email); got != box {
			t.Errorf("Mailbox(%q) = %q, want %q", email, got, box)
		}
		if box != "" && Email(box) != email {
			t.Errorf("Email(%q) = %q, want %q", box, Email(box), email)
		}
	}
	a := ZoneAside{Main: "192.0.2.1", WWW: true, Action: "COMPLETE"}
	if got := ParseZoneAside(a.Text()); got != a {
		t.Errorf("read back: %+v", got)
	}
	for _, c := range []struct {
		name, typ, data string
		apex, www       bool
	}{{"@", "A", "192.0.2.1", true, false}, {"www", "A", "192.0.2.1", false, true}, {"@", "A", "192.0.2.2", false, false}, {"@", "TXT", "192.0.2.1", false, false}, {"ftp", "A", "192.0.2.1", false, false}} {
		if apex, www := a.IsMain(c.name, c.typ, c.data); apex != c.apex || www != c.www {
			t.Errorf("%+v: %v %v", c, apex, www)
		}
	}
	if g := NameServerGroup("a.ns14.net"); g != "ns14.net" {
		t.Errorf("group %q", g)
	}
}
