package opensrs

import (
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/order"
)

func TestDaysLeft(t *testing.T) {
	t.Parallel()
	now := dialecttest.Now
	for left, want := range map[time.Duration]string{0: "0", -time.Hour: "0", time.Minute: "1", 24 * time.Hour: "1", 25 * time.Hour: "2", 15 * 24 * time.Hour: "15"} {
		if got := daysLeft(contact.Verification{Due: now.Add(left)}, now); got != want {
			t.Errorf("%s: %s", left, got)
		}
	}
}

func TestNote(t *testing.T) {
	t.Parallel()
	o := order.Order{Number: 7, Operation: order.TransferIn, State: order.Pending, Price: money.New(900, "EUR")}
	if got := note(o); got != "Order #7: Domain Transfer (1 year: 9.00); processed" {
		t.Error(got)
	}
	o = order.Order{Number: 8, Operation: order.DeleteDomain, State: order.Failed}
	if got := note(o); got != "Order #8: Domain Deletion; declined" {
		t.Error(got)
	}
}

// A name of the test environment is redeemed as one of the live one.
func TestRedeemInTest(t *testing.T) {
	t.Parallel()
	c := newClient(dialecttest.New(t, idle)).as(dialecttest.OpenSRSUser, dialecttest.OpenSRSTest)
	expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder("play.com")), "200", "")
	expect(t, c.do(t, "REDEEM", "DOMAIN", hash("domain", "play.com")), "400", "")
}

// The pages of deleted names fit together.
func TestDeletedPages(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, idle)
	c, act := newClient(w), actor{w, t}
	names := []string{"gone0.com", "gone1.com", "gone2.com"}
	for _, n := range names {
		expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder(n)), "200", "")
	}
	act.do("advance 240h")
	for _, n := range names {
		expect(t, c.do(t, "REVOKE", "DOMAIN", hash("domain", n)), "200", "")
		act.do("advance 24h")
	}
	for i, n := range names {
		page := string(rune('1' + i))
		a := expect(t, c.do(t, "GET_DELETED_DOMAINS", "DOMAIN", hash("limit", "1", "page", page)), "200", "Command successful")
		rows := a.get("del_domains").elements()
		if len(rows) != 1 || rows[0].str("name") != n || a.str("total") != "3" || a.str("page") != page || a.str("page_size") != "1" {
			t.Error(page, a)
		}
	}
}

// A registrant cannot log in for a name that is deleted, nor turn a cookie to it.
func TestCookieOfDeleted(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, idle)
	c, act := newClient(w), actor{w, t}
	for _, n := range []string{"kept.com", "dropped.com"} {
		expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder(n)), "200", "")
	}
	act.do("advance 240h")
	expect(t, c.do(t, "REVOKE", "DOMAIN", hash("domain", "dropped.com")), "200", "")
	login := func(name string) *value {
		return c.do(t, "SET", "COOKIE", hash("domain", name, "reg_username", "exampleuser", "reg_password", "Abcdef123456"))
	}
	expect(t, login("dropped.com"), "415", "")
	a := expect(t, login("kept.com"), "200", "")
	if a.str("domain_count") != "1" {
		t.Error("domain_count", a.str("domain_count"))
	}
	expect(t, c.do(t, "UPDATE", "COOKIE", hash("cookie", a.str("cookie"), "domain", "kept.com", "domain_new", "dropped.com")), "415", "")
}
