package dmapi

import (
	"net/netip"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// TestPublicAddresses: addresses that not everybody reaches are none of a name server (dmapi.md §7.5).
func TestPublicAddresses(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{"192.0.2.1": true, "8.8.8.8": true, "2001:db8::1": true, "10.1.2.3": false, "127.0.0.1": false, "169.254.1.1": false,
		"0.0.0.0": false, "224.0.0.1": false, "255.255.255.255": false, "::1": false, "fe80::1": false, "fc00::1": false, "ff02::1": false, "::ffff:192.0.2.1": false} {
		if got := public(netip.MustParseAddr(s)); got != want {
			t.Errorf("%s: %v", s, got)
		}
	}
}

// TestGlueOfHosts: a host that was made serves the domain above it, and nobody else sees it.
func TestGlueOfHosts(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	c.want(c.ask("domain-modify", "domain", "example.com", "ns-list", "ns1.example.com:ns2.example.com"), "2400", "Parameter ns-list")
	c.ok("ns-create", "host", "ns1.example.com", "ip", "192.0.2.1")
	c.ok("ns-create", "host", "ns2.example.com", "ip", "192.0.2.2", "ipv6", "2001:DB8:0000:0000:0000:0000:0000:0002")
	c.ok("domain-modify", "domain", "example.com", "ns-list", "ns1.example.com:ns2.example.com")
	c.want(c.ask("ns-delete", "host", "ns1.example.com"), "2305", "")
	if got := c.ok("query-ns-list", "pattern", "NS2*", "full", "Y").body; got != "ns2.example.com\t192.0.2.2\t2001:db8::2" {
		t.Errorf("%q", got)
	}
	beta := &client{t: t, d: c.d}
	beta.login("api-key", "beta-"+dialecttest.DMAPIKey)
	if got := beta.ok("query-host-list").body; got != "" {
		t.Errorf("beta sees %q", got)
	}
	for _, r := range [][]string{{"ns-modify", "ip", "192.0.2.9"}, {"ns-delete"}, {"ns-create", "ip", "192.0.2.9"}} {
		beta.want(beta.ask(r[0], append([]string{"host", "ns1.example.com"}, r[1:]...)...), "2202", "")
	}
	c.ok("domain-delete", "domain", "example.com", "force", "1")
	c.want(c.ask("ns-create", "host", "ns3.example.com", "ip", "192.0.2.3"), "2304", "")
}
