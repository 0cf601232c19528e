package dmapi

import (
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// TestContactModifyExtensions: extension fields change under either name and are emptied; the language of .eu stays as it is
// (dmapi.md §7.4.3).
func TestContactModifyExtensions(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	n := c.ok("contact-create", jane("eu", "lang", "de", "x-eu-type", "owner", "x-eu-country-of-citizenship", "AT")...).headers["Proc-ID"]
	h := c.ok("result-retrieve", "Proc-ID", n).facts()["Object-Name"]
	shown := func() map[string]string { return c.ok("query-whois", "contact", h).facts() }
	for _, q := range [][]string{{"lang", "de"}, {"x-eu-lang", "DE"}, {"language", "de", "city", "Bonn"}} {
		c.ok("contact-modify", append([]string{"handle", h}, q...)...)
	}
	c.want(c.ask("contact-modify", "handle", h, "lang", "fr"), "2306", "Parameter lang: expected: de (it cannot be changed)")
	c.want(c.ask("contact-modify", "handle", h, "x-eu-lang", "fr"), "2306", "Parameter x-eu-lang")
	c.want(c.ask("contact-modify", "handle", h, "lang", emptied), "2306", "Parameter lang")
	c.want(c.ask("contact-modify", "handle", h, "x-eu-type", "nobody"), "2400", "Parameter x-eu-type")
	c.ok("contact-modify", "handle", h, "x-eu-type", "admin", "x-eu-country-of-citizenship", emptied, "x-us-nexus-category", "C11")
	f := shown()
	if f["contact.x-eu-type"] != "admin" || f["contact.x-eu-country-of-citizenship"] != "" || f["contact.city"] != "Bonn" {
		t.Errorf("%v", f)
	}
	for k := range f {
		if strings.Contains(k, "nexus") {
			t.Errorf("%s is of another registry", k)
		}
	}
}

// TestContactModifyType: who loses the organization is an individual; an individual may have one.
func TestContactModifyType(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	n := c.ok("contact-create", jane("com", "individual", "N", "organization", "Doe Ltd")...).headers["Proc-ID"]
	h := c.ok("result-retrieve", "Proc-ID", n).facts()["Object-Name"]
	for _, q := range []struct {
		change  []string
		want    string
		refused bool
	}{
		{[]string{"individual", "N", "organization", emptied}, "N Doe Ltd", true},
		{[]string{"organization", emptied}, "Y ", false},
		{[]string{"individual", "N"}, "Y ", true},
		{[]string{"organization", "Doe GmbH"}, "Y Doe GmbH", false},
		{[]string{"individual", "N"}, "N Doe GmbH", false},
		{[]string{"individual", "perhaps"}, "N Doe GmbH", true},
	} {
		if got := c.ask("contact-modify", append([]string{"handle", h}, q.change...)...).code(); (got == "2400") != q.refused {
			t.Errorf("%v: code %s", q.change, got)
		}
		f := c.ok("query-whois", "contact", h).facts()
		if got := f["contact.individual"] + " " + f["contact.organization"]; got != q.want {
			t.Errorf("%v: %q, want %q", q.change, got, q.want)
		}
	}
}

// TestContactModifyRepeated: the same key changes once.
func TestContactModifyRepeated(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	first := c.keyed("k", "contact-modify", "handle", "CCOM-1001", "city", "Bonn")
	again := c.keyed("k", "contact-modify", "handle", "CCOM-1001", "city", "Bonn")
	if first.code() != "0" || first.headers["Proc-ID"] != again.headers["Proc-ID"] {
		t.Errorf("%s\n%s", first.text, again.text)
	}
}
