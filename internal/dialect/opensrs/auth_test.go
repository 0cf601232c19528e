package opensrs

import (
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

const vectorBody = `<?xml version='1.0' encoding="UTF-8" standalone="no" ?>
<!DOCTYPE OPS_envelope SYSTEM "ops.dtd">
<OPS_envelope>
<header><version>0.9</version></header>
<body><data_block><dt_assoc>
<item key="protocol">XCP</item>
<item key="action">LOOKUP</item>
<item key="object">DOMAIN</item>
<item key="attributes"><dt_assoc>
<item key="domain">example.com</item>
</dt_assoc></item>
</dt_assoc></data_block></body>
</OPS_envelope>
`

// The vectors of opensrs.md §3.1.
func TestSignatureVectors(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("0123456789abcdef", 7)
	for name, v := range map[string]struct{ body, key, want string }{
		"A":         {"<OPS_envelope/>", "testkey-0001", "876dfe51d597f2b12c292092eec086a2"},
		"B":         {"<OPS_envelope>é</OPS_envelope>", "testkey-0001", "630b4d6716e2bd720ea0152f848e577f"},
		"C":         {vectorBody, long, "15c41506eea93a8b26bc0cc372bae44d"},
		"C in CRLF": {strings.ReplaceAll(vectorBody, "\n", "\r\n"), long, "66e067b88cbe9fbc2c3fb60463db3a38"},
		"D":         {"<test/>", "key", "48ed6e2bb03a40a5c9a7d4b5957d7663"},
	} {
		if got := Signature([]byte(v.body), v.key); got != v.want {
			t.Errorf("%s: %s, want %s", name, got, v.want)
		}
		m := &message{body: []byte(v.body), signature: strings.ToUpper(v.want)}
		if !m.verify(v.key) || m.verify(v.key+"x") {
			t.Errorf("%s: verify", name)
		}
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(w)
	balance := func(c *client) *value { return c.do(t, "GET_BALANCE", "BALANCE", nil) }
	live := expect(t, balance(c), "200", "Command successful")
	if live.str("balance") != "1000.00" || live.str("hold_balance") != "0.00" {
		t.Error("live balance", live)
	}
	test := *c.as(c.user, dialecttest.OpenSRSTest)
	if got := expect(t, balance(&test), "200", "").str("balance"); got != "5000.00" {
		t.Error("the test key leads to", got)
	}
	test.host = "horizon.opensrs.net:55443"
	expect(t, balance(&test), "200", "")
	test.host = "rr-n1-tor.opensrs.net:55443"
	expect(t, balance(&test), "401", "Authentication Failed")
	horizon := *c
	horizon.host = "horizon.opensrs.net"
	expect(t, balance(&horizon), "401", "Authentication Failed")

	for name, other := range map[string]*client{"wrong key": c.as(c.user, "nonsense"), "unknown user": c.as("nobody", c.key), "no user": c.as("", c.key)} {
		doc := other.send(t, document("GET_BALANCE", "BALANCE", nil))
		top := parsed(t, doc)
		expect(t, top, "401", "Authentication Failed")
		if top.get("attributes") != nil || !strings.Contains(string(doc), `<item key="response_code">401</item>`) || top.str("action") != "REPLY" || top.get("object") == nil {
			t.Errorf("%s: %s", name, doc)
		}
	}
	far := *c
	far.from = "198.51.100.7:4711"
	expect(t, balance(&far), "400", "Access denied: invalid IP address")
	far.key = dialecttest.OpenSRSTest // no address rules in the test environment
	expect(t, balance(&far), "200", "")
}

func TestSubreseller(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(w)
	expect(t, c.do(t, "LOOKUP", "DOMAIN", hash("domain", "free.com", "as_subreseller", "kidreseller")), "210", "")
	expect(t, c.do(t, "GET", "DOMAIN", hash("domain", "example.com", "type", "status", "as_subreseller", "kidreseller")), "415", "Authentication Error.")
	expect(t, c.do(t, "GET_BALANCE", "BALANCE", hash("as_subreseller", "betareseller")), "435", "Permission denied")
	expect(t, c.do(t, "GET_BALANCE", "BALANCE", hash("as_subreseller", "nobody")), "435", "Permission denied")
	attrs := newOrder("kids-own.com")
	expect(t, c.do(t, "SW_REGISTER", "DOMAIN", attrs.with("as_subreseller", "kidreseller")), "200", "")
	if got := expect(t, c.do(t, "GET_BALANCE", "BALANCE", hash("as_subreseller", "kidreseller")), "200", "").str("balance"); got != "990.00" {
		t.Error("the sub-reseller's balance is", got)
	}
	if got := expect(t, c.do(t, "GET_BALANCE", "BALANCE", nil), "200", "").str("balance"); got != "1000.00" {
		t.Error("the parent's balance is", got)
	}
}
