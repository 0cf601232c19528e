package dmapi

import (
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// TestTransferAuthIDForm: 6 to 32 printable characters of ASCII (dmapi.md §7.3.4).
func TestTransferAuthIDForm(t *testing.T) {
	t.Parallel()
	for s, ok := range map[string]bool{"12345": false, "123456": true, "a b!~c": true, strings.Repeat("x", 32): true, strings.Repeat("x", 33): false,
		"none": false, "12345\u00e9": false, "12345\t": false, "": false, "       ": false} {
		rq := &request{form: form{values: map[string]string{"transfer-auth-id": s}}}
		if got, err := rq.transferAuthID(); (err == nil) != ok || ok && got != s {
			t.Errorf("%q: %q %v", s, got, err)
		}
	}
}

// TestTransferLocked: a lock is 2106 with the request that it keeps from its end, not 2304 (dmapi.md §5.2).
func TestTransferLocked(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	beta := &client{t: t, d: c.d}
	beta.login("api-key", "beta-"+dialecttest.DMAPIKey)
	beta.ok("domain-lock", "domain", "beta-owned.com")
	in := []string{"domain", "beta-owned.com", "transfer-auth-id", "ex-AuthInfo-1", "owner-c", "CCOM-1001"}
	c.want(c.ask("domain-transfer-in-reseller", in...), "2106", "locked against transfers")
	beta.ok("domain-unlock", "domain", "beta-owned.com")
	a := c.ok("domain-transfer-in-reseller", append(in, "autorenew", "0", "status", "lock")...)
	if got := c.ok("result-retrieve", "Proc-ID", a.headers["Proc-ID"]).facts()["Completion-Status"]; got != "ack" {
		t.Errorf("status %s", got)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) { // the registry is told a moment later
		got := c.ok("query-domain-list", "pattern", "beta-owned.com", "showstatus", "1").body
		if strings.HasSuffix(got, " lock") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("row %q", got)
		}
	}
	beta.want(beta.ask("query-whois", "domain", "beta-owned.com"), "2202", "")
}

// TestTransferAgain: while a transfer waits another one is 2300, whoever asks.
func TestTransferAgain(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	in := []string{"domain", "incoming.com", "transfer-auth-id", "in-AuthInfo-1", "owner-c", "CCOM-1001"}
	c.ok("domain-transfer-in-reseller", in...)
	c.want(c.ask("domain-transfer-in-reseller", in...), "2300", "waits already")
	beta := &client{t: t, d: c.d}
	beta.login("api-key", "beta-"+dialecttest.DMAPIKey)
	h := beta.contact("com")
	beta.want(beta.ask("domain-transfer-in-reseller", "domain", "incoming.com", "transfer-auth-id", "in-AuthInfo-1", "owner-c", h), "2106", "")
	beta.want(beta.ask("domain-transfer-control", "action", "show", "domain", "incoming.com"), "2301", "")
	beta.want(beta.ask("domain-transfer-control", "action", "cancel", "domain", "incoming.com"), "2301", "")
	if got := beta.ok("domain-transfer-control", "action", "list").body; got != "" {
		t.Errorf("list %q", got)
	}
}

// TestOwnerEmailWithoutOwner: a warning tells that the parameter did nothing.
func TestOwnerEmailWithoutOwner(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	a := c.ok("domain-transfer-in-reseller", "domain", "incoming.com", "transfer-auth-id", "in-AuthInfo-1", "billing-c", "CCOM-1001", "owner-email", "x@example.net")
	if a.headers["Warning"] == "" {
		t.Error(a.text)
	}
}
