package config

import (
	"strings"
	"testing"
)

func TestDNS(t *testing.T) {
	t.Parallel()
	c := Config{DNS: DNS{Listen: []string{"localhost:53"}, NSID: strings.Repeat("x", 129), RateLimit: -2, Catalog: "not a name", AllowTransfer: []string{"192.0.2.1"},
		Keys: []DNSKey{{Name: "a", SecretFile: "f"}, {Name: "a", Algorithm: "hmac-md5"}, {SecretFile: "f"}}, Secondaries: []Secondary{{Address: "x", Key: "b"}, {Address: "192.0.2.1:53", Key: "a"}}}}
	var got []string
	c.validateDNS(func(key, _ string, _ ...any) { got = append(got, key) })
	want := "dns.listen[0] dns.nsid dns.rate_limit dns.catalog dns.allow_transfer[0] dns.keys[1].name dns.keys[1].algorithm dns.keys[1].secret_file dns.keys[2].name " +
		"dns.secondaries[0].address dns.secondaries[0].key"
	if strings.Join(got, " ") != want {
		t.Errorf("refused: %s", strings.Join(got, " "))
	}
	if c.DNS.Keys[0].Algorithm != "hmac-sha256" {
		t.Errorf("the usual algorithm: %q", c.DNS.Keys[0].Algorithm)
	}
}
