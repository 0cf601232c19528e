package opensrs

import (
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// Neither name of a contact may be empty (opensrs.md §6), in an order or in a change; all problems of it are told at once.
func TestBothNamesAreNeeded(t *testing.T) {
	t.Parallel()
	c := newClient(dialecttest.New(t))
	order := newOrder("nameless.com")
	order.get("contact_set").get("owner").set("last_name", text("")).set("city", text(""))
	a := c.do(t, "SW_REGISTER", "DOMAIN", order)
	if e := a.get("attributes").str("error"); a.str("response_code") != "465" || !strings.Contains(e, "last_name is required") || !strings.Contains(e, "city") {
		t.Error(a)
	}
	expect(t, c.do(t, "LOOKUP", "DOMAIN", hash("domain", "nameless.com")), "210", "")
	expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder("named.com")), "200", "")
	changed := owner().set("first_name", text(""))
	set := hash().set("owner", changed)
	a = c.do(t, "UPDATE_CONTACTS", "DOMAIN", hash("domain", "named.com").set("types", list(text("owner"))).set("contact_set", set))
	if a.str("response_code") != "465" || !strings.Contains(a.str("response_text"), "first_name is required") {
		t.Error(a)
	}
}
