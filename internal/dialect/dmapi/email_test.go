package dmapi

import (
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// TestEmailListRows: a row for each domain of an owner who has not answered (dmapi.md §7.8.1).
func TestEmailListRows(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	h := c.contact("com")
	for _, n := range []string{"b.com", "a.com"} {
		c.ok("domain-register", registration(n, h)...)
	}
	a := c.ok("wa-email-list")
	want := "jane@example.net\ta.com\t2026-12-07T09:00:00Z\njane@example.net\tb.com\t2026-12-07T09:00:00Z"
	if a.body != want || a.headers["Columns"] != "email,domain,verification-expires" || a.headers["Separator"] != "TAB" {
		t.Error(a.text)
	}
	beta := &client{t: t, d: c.d}
	beta.login("api-key", "beta-"+dialecttest.DMAPIKey)
	if got := beta.ok("wa-email-query-status", "email", "jane@example.net").body; got != emailUnverified {
		t.Errorf("beta sees %s", got)
	}
	beta.want(beta.ask("wa-email-validate", "email", "jane@example.net"), "2303", "")
	for _, n := range []string{"a.com", "b.com"} {
		c.ok("domain-delete", "domain", n)
	}
	if got := c.ok("wa-email-list").body; got != "" {
		t.Errorf("list %q", got)
	}
}

// TestKeyIsMasked: the key of a mail is as good as its owner's word.
func TestKeyIsMasked(t *testing.T) {
	t.Parallel()
	d := &Dialect{}
	if got := string(d.Mask([]byte("Key=abc123&answer=yes"))); strings.Contains(got, "abc123") || !strings.Contains(got, "answer=yes") {
		t.Error(got)
	}
}
