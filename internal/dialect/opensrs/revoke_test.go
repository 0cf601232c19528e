package opensrs

import (
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// The same Idempotency-Key deletes once, and says so twice.
func TestRevokeOnce(t *testing.T) {
	t.Parallel()
	c := newClient(dialecttest.New(t, idle))
	expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder("once.com")), "200", "")
	c.headers = map[string]string{"Idempotency-Key": "revoke-1"}
	first := expect(t, c.do(t, "REVOKE", "DOMAIN", hash("domain", "example.com")), "200", "Domain example.com revoked successfully").str("deletion_id")
	if again := expect(t, c.do(t, "REVOKE", "DOMAIN", hash("domain", "example.com")), "200", "").str("deletion_id"); again != first {
		t.Error(first, again)
	}
}

// A name with a server of another domain below it cannot go.
func TestRevokeInUse(t *testing.T) {
	t.Parallel()
	c := newClient(dialecttest.New(t, idle))
	expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder("user.com")), "200", "")
	for host, ip := range map[string]string{"ns1.example.com": "192.0.2.1", "ns2.example.com": "192.0.2.2"} {
		expect(t, c.do(t, "CREATE", "NAMESERVER", hash("domain", "example.com", "name", host, "ipaddress", ip)), "200", "Nameserver Created")
	}
	expect(t, c.do(t, "ADVANCED_UPDATE_NAMESERVERS", "DOMAIN", hash("domain", "user.com", "op_type", "assign").
		set("assign_ns", list(text("ns1.example.com"), text("ns2.example.com")))), "200", "")
	expect(t, c.do(t, "REVOKE", "DOMAIN", hash("domain", "example.com")), "485", "")
	expect(t, c.do(t, "GET", "DOMAIN", hash("domain", "example.com", "type", "status")), "200", "")
	got := expect(t, c.do(t, "GET", "NAMESERVER", hash("domain", "example.com", "name", "ns1.example.com")), "200", "").get("nameserver_list").elements()
	if got[0].str("can_delete") != "0" {
		t.Error(got[0])
	}
}
