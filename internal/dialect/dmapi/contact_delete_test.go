package dmapi

import (
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// TestContactDelete: a contact goes once no domain uses it (dmapi.md §7.4.4).
func TestContactDelete(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	h := c.contact("com")
	c.ok("domain-register", registration("uses.com", h)...)
	c.want(c.ask("contact-delete", "handle", h), "2305", "used by 1 domain")
	c.ok("domain-delete", "domain", "uses.com")
	c.ok("contact-delete", "handle", h)
	c.want(c.ask("contact-delete", "handle", h), "2303", "does not exist")
}
