package dmapi

import (
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// TestDeleteForce: force is needed when the domain is older than 72 hours (dmapi.md §7.3.9).
func TestDeleteForce(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, idle)
	c := newClient(t, w)
	for _, n := range []string{"young.com", "old.com"} {
		c.ok("domain-register", registration(n, "CCOM-1001")...)
	}
	w.Clocks.Advance(deleteFreely)
	c.login("api-key", dialecttest.DMAPIKey)
	c.ok("domain-delete", "domain", "young.com")
	w.Clocks.Advance(time.Second)
	c.want(c.ask("domain-delete", "domain", "old.com"), "2306", "Parameter force")
	c.want(c.ask("domain-delete", "domain", "old.com", "force", "0"), "2306", "Parameter force")
	c.ok("domain-delete", "domain", "old.com", "force", "Y")
}

// TestEndOfLife deletes a domain at the end of its term, whatever it was to do then.
func TestEndOfLife(t *testing.T) {
	t.Parallel()
	l := newLife(t)
	h := l.contact("de")
	l.ok("domain-register", "domain", "end.de", "period", "12", "owner-c", h, "ns-list", "ns1.polyreg.test:ns2.polyreg.test", "autorenew", "1")
	l.ok("domain-delete", "domain", "end.de", "type", "ENDOFLIFE")
	l.advance(364)
	l.sees("before the end", "end.de", "production", "production", "unavailable")
	l.advance(1.5)
	if got := l.ask("query-whois", "domain", "end.de").facts()["domain.status"]; got != wordRedeem {
		t.Errorf("after the end of its term: %q", got)
	}
	if got := l.rows("end.de"); got != "domain-delete ack, domain-delete ack, domain-register ack" {
		t.Errorf("results %q", got)
	}
}

// TestDeleteRepeated: a deletion with the same key is one, also when the domain is gone after it.
func TestDeleteRepeated(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	c.ok("domain-register", registration("young.com", "CCOM-1001")...)
	first := c.keyed("k", "domain-delete", "domain", "young.com")
	again := c.keyed("k", "domain-delete", "domain", "young.com")
	if first.code() != "0" || again.headers["Proc-ID"] != first.headers["Proc-ID"] {
		t.Errorf("%s\n%s", first.text, again.text)
	}
	c.want(c.ask("domain-delete", "domain", "young.com"), "2303", "")
}
