package dmapi

import (
	"regexp"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

var authIDForm = regexp.MustCompile(`(?m)^The Authorization ID is: "(.+)"$`)

// TestAuthIDMovesADomain does what WHMCS does to get an auth-id, and gives the domain away with it.
func TestAuthIDMovesADomain(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	get := func() string {
		c.ok("domain-transfer-get-auth-id", "domain", "EXAMPLE.com")
		row := strings.Fields(c.ok("result-list", "rtype", authIDRequest, "objid", "example.com", "showall", "1", "pending", "1", "limit", "1").body)
		m := authIDForm.FindStringSubmatch(c.ok("result-retrieve", "Proc-ID", row[2]).body)
		if m == nil {
			t.Fatal("no auth-id")
		}
		return m[1]
	}
	old, now := get(), get()
	beta := &client{t: t, d: c.d}
	beta.login("api-key", "beta-"+dialecttest.DMAPIKey)
	h := beta.contact("com")
	beta.want(beta.ask("domain-transfer-in-reseller", "domain", "example.com", "transfer-auth-id", old, "owner-c", h), "2202", "")
	beta.ok("domain-transfer-in-reseller", "domain", "example.com", "transfer-auth-id", now, "owner-c", h)
	row := strings.Fields(c.ok("result-list", "rtype", authIDRequest, "limit", "1").body) // gone, and its auth-id is no longer ours to read
	if a := c.ok("result-retrieve", "Proc-ID", row[2]); strings.Contains(a.body, "Authorization ID") {
		t.Error(a.text)
	}
}

// TestAuthIDIsDeleted: with the result's text the auth-id goes too.
func TestAuthIDIsDeleted(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	n := c.ok("domain-transfer-get-auth-id", "domain", "example.com").headers["Proc-ID"]
	a := c.ok("result-retrieve", "Proc-ID", n)
	auth := authIDForm.FindStringSubmatch(a.body)[1]
	if masked := string(c.d.Mask([]byte(a.text))); strings.Contains(masked, auth) {
		t.Errorf("the mask leaves it:\n%s", masked)
	}
	c.ok("result-delete", "Proc-ID", n)
	if a := c.ok("result-retrieve", "Proc-ID", n); strings.Contains(a.body, "Authorization ID") {
		t.Error(a.text)
	}
}
