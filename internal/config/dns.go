package config

import (
	"fmt"
	"net/netip"

	"github.com/polyreg/polyreg/internal/dname"
)

// DNS says how zones are served; without an address no name server is started.
type DNS struct {
	Listen    []string `yaml:"listen" env:"LISTEN"` // addresses for UDP and TCP alike
	NSID      string   `yaml:"nsid" env:"NSID"`
	RateLimit int      `yaml:"rate_limit" env:"RATE_LIMIT"` // answers a second to one network and of one kind; -1 for no limit
	Catalog   string   `yaml:"catalog" env:"CATALOG"`       // origin of the catalog zone (RFC 9432)
	// PrivateMasters lets zones come from addresses of this machine and of private networks.
	PrivateMasters bool        `yaml:"private_masters" env:"PRIVATE_MASTERS"`
	AllowTransfer  []string    `yaml:"allow_transfer" env:"ALLOW_TRANSFER"`
	Keys           []DNSKey    `yaml:"keys"`
	Secondaries    []Secondary `yaml:"secondaries"`
}

// DNSKey is a TSIG key (RFC 8945).
type DNSKey struct {
	Name       string `yaml:"name"`
	Algorithm  string `yaml:"algorithm"`   // hmac-sha256 | hmac-sha512
	SecretFile string `yaml:"secret_file"` // holds the secret in base64, alone
	Transfer   bool   `yaml:"transfer"`    // whoever holds it may transfer all zones
}

// Secondary is a name server that is told of changes.
type Secondary struct {
	Address string `yaml:"address"` // host:port, the host an address
	Key     string `yaml:"key"`
}

// defaultRateLimit is far above what a resolver asks for, and far below what an attack makes of a server.
const defaultRateLimit = 100

func (c *Config) validateDNS(bad func(string, string, ...any)) {
	d := &c.DNS
	for i, addr := range d.Listen {
		if _, err := netip.ParseAddrPort(addr); err != nil {
			bad(fmt.Sprintf("dns.listen[%d]", i), "must be an address with a port, such as 192.0.2.1:53 or [2001:db8::1]:53")
		}
	}
	if len(d.NSID) > 128 {
		bad("dns.nsid", "must not be longer than 128 octets")
	}
	if d.RateLimit < -1 {
		bad("dns.rate_limit", "must be a number of answers a second, or -1 for no limit")
	}
	if _, err := dname.Parse(d.Catalog); d.Catalog != "" && err != nil {
		bad("dns.catalog", "must be a name")
	}
	for i, p := range d.AllowTransfer {
		if _, err := netip.ParsePrefix(p); err != nil {
			bad(fmt.Sprintf("dns.allow_transfer[%d]", i), "must be a network, such as 192.0.2.0/24")
		}
	}
	known := map[string]bool{}
	for i := range d.Keys {
		k := &d.Keys[i]
		at := fmt.Sprintf("dns.keys[%d].", i)
		switch {
		case k.Name == "":
			bad(at+"name", "is needed")
		case known[k.Name]:
			bad(at+"name", "%s is there already", k.Name)
		}
		known[k.Name] = true
		switch k.Algorithm {
		case "":
			k.Algorithm = "hmac-sha256"
		case "hmac-sha256", "hmac-sha512":
		default:
			bad(at+"algorithm", "must be hmac-sha256 or hmac-sha512")
		}
		if k.SecretFile == "" {
			bad(at+"secret_file", "is needed")
		}
	}
	for i, s := range d.Secondaries {
		at := fmt.Sprintf("dns.secondaries[%d].", i)
		if _, err := netip.ParseAddrPort(s.Address); err != nil {
			bad(at+"address", "must be an address with a port, such as 192.0.2.1:53")
		}
		if s.Key != "" && !known[s.Key] {
			bad(at+"key", "there is no key %q", s.Key)
		}
	}
}
