package dmapi

import (
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// TestRedeem: the price is that of the list, the same key asks once, and a poor account is refused without a trace.
func TestRedeem(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	c.ok("domain-delete", "domain", "example.com", "force", "1")
	first := c.keyed("k", "domain-redeem", "domain", "example.com")
	again := c.keyed("k", "domain-redeem", "domain", "example.com")
	if first.code() != "0" || again.headers["Proc-ID"] != first.headers["Proc-ID"] || again.headers["Account-Balance"] != "920.00" {
		t.Errorf("%s\n%s", first.text, again.text)
	}
	c.want(c.ask("domain-redeem", "domain", "example.com"), "2304", "not in its redemption period")
	c.want(c.ask("domain-redeem", "domain", "unknown.com"), "2303", "")
}
