package dmapi

import (
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/domain"
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

// TestLockedElsewhere: locks that only other dialects can set are 2304 here (dmapi.md §5.2).
func TestLockedElsewhere(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	_, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.UpdateDomain{Name: "example.com",
		Statuses: map[string]bool{domain.ClientDeleteProhibit: true, domain.ClientUpdateProhibit: true}})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range [][]string{{"domain-delete", "force", "1"}, {"domain-modify", "ns-list", "a.example.net:b.example.net"},
		append([]string{"domain-owner-change"}, jane("com")...)} {
		c.want(c.ask(q[0], append(q[1:], "domain", "example.com")...), "2304", "locked")
	}
}
