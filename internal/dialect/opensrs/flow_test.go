package opensrs

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// A registration that the registry leaves open is answered 250; its end is an event of the order and one of the domain.
func TestPendingRegistration(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, dialecttest.Pending(func(_, name string) bool { return strings.HasPrefix(name, "pending") }))
	c := newClient(w)
	events := func() []*value {
		return expect(t, c.do(t, "POLL", "EVENT", hash("limit", "100")), "200", "Command successful").get("events").elements()
	}
	seed := events()[0].str("event_id")
	expect(t, c.do(t, "ACK", "EVENT", hash("event_id", seed)), "200", "Command successful")
	expect(t, c.do(t, "ACK", "EVENT", hash("event_id", seed)), "200", "Command successful") // a second time is a success too
	if n := len(events()); n != 0 {
		t.Fatalf("%d events after the acknowledgement", n)
	}
	for name, approve := range map[string]bool{"pending-good.com": true, "pending-bad.com": false} {
		a := expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder(name)), "250", "")
		if a.str("async_reason") != "general" || a.str("queue_request_id") != a.str("id") {
			t.Error(a)
		}
		expect(t, c.do(t, "LOOKUP", "DOMAIN", hash("domain", name)), "221", "")
		expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder(name)), "437", "Cannot process command because there is already another request waiting on this domain")
		if err := w.Sim.ResolvePending(t.Context(), "live", name, approve); err != nil {
			t.Fatal(err)
		}
		status := "completed"
		if !approve {
			status = "declined"
		}
		waitFor(t, func() bool {
			return expect(t, c.do(t, "GET_ORDER_INFO", "DOMAIN", hash("order_id", a.str("id"))), "200", "").get("field_hash").str("status") == status
		})
	}
	seen := map[string]int{}
	for _, e := range events() {
		data := e.get("object_data")
		seen[e.str("object")+" "+e.str("event")+" "+data.str("domain_name")+" "+data.str("order_status")]++
	}
	for _, want := range []string{"ORDER STATUS_CHANGE pending-good.com completed", "ORDER STATUS_CHANGE pending-bad.com declined"} {
		if seen[want] != 1 {
			t.Errorf("%s: %d times in %v", want, seen[want], seen)
		}
	}
	if got := expect(t, c.do(t, "GET_BALANCE", "BALANCE", nil), "200", ""); got.str("balance") != "990.00" || got.str("hold_balance") != "0.00" {
		t.Error("balance", got.str("balance"), got.str("hold_balance"))
	}
	if created := seen["DOMAIN CREATED pending-good.com "]; created != 1 || len(seen) != 3 {
		t.Error(seen)
	}
}

func waitFor(t *testing.T, f func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !f(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never came")
		}
	}
}

// A name registered in the test environment is not to be seen in the live one.
func TestEnvironmentsApart(t *testing.T) {
	t.Parallel()
	c := newClient(dialecttest.New(t))
	test := c.as(c.user, dialecttest.OpenSRSTest)
	expect(t, test.do(t, "SW_REGISTER", "DOMAIN", newOrder("both.com")), "200", "")
	expect(t, test.do(t, "LOOKUP", "DOMAIN", hash("domain", "both.com")), "211", "Domain taken")
	expect(t, c.do(t, "LOOKUP", "DOMAIN", hash("domain", "both.com")), "210", "Domain available")
	expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder("both.com")), "200", "")
}

// Money for one, sixteen buyers: one gets it, the others 440, and nothing of theirs is stored.
func TestNoFundsUnderFire(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(w).as("kidreseller", "kid-"+dialecttest.OpenSRSKey) // 1,000.00
	years := newOrder("dear.com").with("period", "10")
	for i := range 9 {
		years.set("domain", text(fmt.Sprintf("dear%d.com", i)))
		expect(t, c.do(t, "SW_REGISTER", "DOMAIN", years), "200", "")
	}
	codes := make(chan string, 16)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			top := c.do(t, "SW_REGISTER", "DOMAIN", newOrder(fmt.Sprintf("fire%d.com", i)).with("period", "10"))
			if top.get("attributes").str("forced_pending") != "" {
				t.Error("forced_pending")
			}
			codes <- top.str("response_code")
		}()
	}
	wg.Wait()
	close(codes)
	count := map[string]int{}
	for code := range codes {
		count[code]++
	}
	if count["200"] != 1 || count["440"] != 15 {
		t.Error(count)
	}
	got := expect(t, c.do(t, "GET", "DOMAIN", hash("type", "list", "limit", "100")), "200", "")
	if got.str("total") != "10" {
		t.Error("domains:", got.str("total"))
	}
}

// The pages of the list fit together, from 1 in one command and from 0 in the other.
func TestPages(t *testing.T) {
	t.Parallel()
	c := newClient(dialecttest.New(t))
	for i := range 4 {
		expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder(fmt.Sprintf("page%d.com", i)).with("period", fmt.Sprint(4-i))), "200", "")
	}
	var names []string
	for _, page := range []string{"1", "2", "3"} {
		a := expect(t, c.do(t, "GET_DOMAINS_BY_EXPIREDATE", "DOMAIN", hash("exp_from", "1970-01-01", "exp_to", "2199-01-18", "limit", "2", "page", page)), "200", "")
		for _, row := range a.get("exp_domains").elements() {
			names = append(names, row.str("name"))
		}
		if a.str("total") != "5" || a.str("remainder") != flag(page != "3") || a.str("page") != page {
			t.Error(page, a.str("total"), a.str("remainder"), a.str("page"))
		}
	}
	if want := []string{"page3.com", "example.com", "page2.com", "page1.com", "page0.com"}; !slices.Equal(names, want) {
		t.Error(names)
	}
	names = nil
	for _, page := range []string{"0", "1"} {
		a := expect(t, c.do(t, "GET", "DOMAIN", hash("type", "list", "limit", "3", "page", page, "max_to_expiry", "800")), "200", "")
		names = append(names, a.get("domain_list").words()...)
	}
	if want := []string{"example.com", "page2.com", "page3.com"}; !slices.Equal(names, want) {
		t.Error(names)
	}
	a := expect(t, c.do(t, "GET_DOMAINS_BY_EXPIREDATE", "DOMAIN", hash("exp_from", "1970-01-01", "exp_to", "2038-01-18", "limit", "999999999")), "200", "")
	b := expect(t, c.do(t, "GET_DOMAINS_BY_EXPIREDATE", "DOMAIN", hash("exp_from", "0001-01-01", "exp_to", "9999-12-31")), "200", "")
	expect(t, c.do(t, "GET_ORDERS_BY_DOMAIN", "DOMAIN", hash("domain", "page0.com", "order_from", "0001-01-01", "order_to", "9999-12-31")), "200", "")
	if len(b.get("exp_domains").elements()) != 5 {
		t.Error("nothing expires until the end of time")
	}
	if len(a.get("exp_domains").elements()) != 5 {
		t.Error("a large limit is not honoured")
	}
}

// A list of domains may be given for a change of contacts: each has its own outcome.
func TestContactsOfSeveralDomains(t *testing.T) {
	t.Parallel()
	c := newClient(dialecttest.New(t))
	expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder("second.com")), "200", "")
	change := func(names ...*value) *value {
		return hash().set("domains", list(names...)).set("types", list(text("owner"))).set("contact_set", hash().set("owner", owner().with("city", "Ottawa")))
	}
	a := expect(t, c.do(t, "UPDATE_CONTACTS", "DOMAIN", change(text("example.com"), text("second.com"))), "200", "Command completed successfully")
	if got := keys(a.get("details")); !slices.Equal(got, []string{"example.com", "second.com"}) {
		t.Error(got)
	}
	a = expect(t, c.do(t, "GET", "DOMAIN", hash("domain", "second.com", "type", "owner")), "200", "")
	if got := a.get("contact_set").get("owner").str("city"); got != "Ottawa" {
		t.Error(got)
	}
	a = expect(t, c.do(t, "UPDATE_CONTACTS", "DOMAIN", change(text("beta-owned.com"), text("second.com"))), "415", "Authentication Error.")
	for name, code := range map[string]string{"beta-owned.com": "415", "second.com": "200"} {
		if got := a.get("details").get(name).str("response_code"); got != code {
			t.Error(name, got)
		}
	}
}

// The same Idempotency-Key gives the same order, and another input a refusal.
func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	c := newClient(dialecttest.New(t))
	c.headers = map[string]string{"Idempotency-Key": "key-1"}
	first := expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder("once.com")), "200", "").str("id")
	if again := expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder("once.com")), "200", "").str("id"); again != first {
		t.Error(first, again)
	}
	expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder("twice.com")), "465", "")
}

// A .de name cannot be locked here, nor is a lock promised.
func TestEndingWithoutLock(t *testing.T) {
	t.Parallel()
	c := newClient(dialecttest.New(t))
	expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder("offen.de").with("f_lock_domain", "1")), "200", "Domain registration successfully completed")
	a := expect(t, c.do(t, "GET", "DOMAIN", hash("domain", "offen.de", "type", "status")), "200", "")
	if a.str("domain_supports") != "0" || a.str("lock_state") != "0" {
		t.Error(a)
	}
	expect(t, c.do(t, "MODIFY", "DOMAIN", hash("domain", "offen.de", "data", "status", "lock_state", "1")), "480", "")
}
