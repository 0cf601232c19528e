package wapi

import (
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/zone"
)

// Data as the interface has it become record data and come back; texts do so octet by octet (wapi.md §7.5).
func TestRowData(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ              zone.Type
		rdata, data, out string
	}{
		{"A", "192.0.2.1", "192.0.2.1", ""},
		{"AAAA", "2001:DB8:0::1", "2001:db8::1", "2001:db8::1"},
		{"CNAME", "www.example.net", "www.example.net.", ""},
		{"CNAME", "Www.Example.net.", "www.example.net.", "www.example.net"},
		{"CNAME", "@", "example.com.", "example.com"},
		{"MX", "10  mail.example.com", "10 mail.example.com.", "10 mail.example.com"},
		{"MX", "0 .", "0 .", ""},
		{"SRV", "10 5 5060 sip.example.com.", "10 5 5060 sip.example.com.", "10 5 5060 sip.example.com"},
		{"CAA", `0 issue "ca.example.net"`, `0 issue "ca.example.net"`, ""},
		{"CAA", `0 issue ca.example.net`, `0 issue "ca.example.net"`, `0 issue "ca.example.net"`},
		{"TLSA", "3 1 1 " + strings.Repeat("ab", 32), "3 1 1 " + strings.Repeat("AB", 32), "3 1 1 " + strings.Repeat("AB", 32)},
		{"TXT", `v=spf1 include:_spf.example.net ~all`, `"v=spf1 include:_spf.example.net ~all"`, ""},
		{"TXT", `"quoted" and \ back; slash`, `"\"quoted\" and \\ back; slash"`, ""},
		{"TXT", "žluťoučký", `"\197\190lu\197\165ou\196\141k\195\189"`, ""},
		{"TXT", strings.Repeat("k", 400), `"` + strings.Repeat("k", 255) + `" "` + strings.Repeat("k", 145) + `"`, ""},
	} {
		if c.out == "" {
			c.out = c.rdata
		}
		data, ok := readData(c.typ, c.rdata, "example.com")
		if !ok || data != c.data || showData(c.typ, data) != c.out {
			t.Errorf("%s %q: %q %v, shown %q", c.typ, c.rdata, data, ok, showData(c.typ, data))
		}
	}
	if got := showData("TXT", `"a\000" "\255b"`); got != `a\000\255b` {
		t.Errorf("octets that no reply can carry: %q", got)
	}
}
