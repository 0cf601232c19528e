package dmapi

import (
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// TestOwnerChange: the new owner is the domain's alone, both owners hear of it, and other states refuse it.
func TestOwnerChange(t *testing.T) {
	t.Parallel()
	l := newLife(t)
	l.ok("domain-register", registration("other.com", "CCOM-1001")...)
	data := jane("com", "domain", "example.com", "fax", "", "country", "us")
	if a := l.ok("domain-owner-change", data...); a.headers["Proc-ID"] == "" || a.headers["Warning"] == "" {
		t.Error(a.text)
	}
	for name, email := range map[string]string{"example.com": "jane@example.net", "other.com": "jane@alpha.example"} {
		if got := l.ok("query-whois", "domain", name).facts()["domain.email"]; got != email {
			t.Errorf("%s: %s", name, got)
		}
	}
	for _, to := range []string{"jane@alpha.example", "jane@example.net"} {
		if len(l.mails(to)) == 0 {
			t.Errorf("no mail to %s", to)
		}
	}
	if got := l.ok("wa-email-query-status", "email", "jane@example.net").body; got != emailPending {
		t.Errorf("the new address is %s", got)
	}
	l.ok("domain-delete", "domain", "example.com", "force", "1")
	l.want(l.ask("domain-owner-change", data...), "2304", "has been deleted")
	l.want(l.ask("domain-owner-change", jane("com", "domain", "unknown.com")...), "2303", "")
}

// TestOwnerChangePending: what the registry leaves undecided is pending, and the owner is the old one until then.
func TestOwnerChangePending(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, dialecttest.Pending(func(op, name string) bool { return op == "update" && name == "example.com" }))
	c := newClient(t, w)
	n := c.ok("domain-owner-change", jane("com", "domain", "example.com")...).headers["Proc-ID"]
	if got := c.ok("result-retrieve", "Proc-ID", n).facts()["Completion-Status"]; got != "?" {
		t.Errorf("status %s", got)
	}
	if got := c.ok("query-whois", "domain", "example.com").facts()["domain.email"]; got != "jane@alpha.example" {
		t.Errorf("owner %s", got)
	}
	c.want(c.ask("domain-owner-change", jane("com", "domain", "example.com")...), "2304", "")
	c.want(c.ask("domain-delete", "domain", "example.com", "force", "1"), "2304", "")
	if err := w.Sim.ResolvePending(t.Context(), "live", "example.com", true); err != nil {
		t.Fatal(err)
	}
	c.waitFor(n, "ack")
}
