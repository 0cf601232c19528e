package autodns

import (
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/domain"
)

// A cancelation on a date is carried out on that date, and its log_id leads to it.
func TestCancelationOnDate(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	r := c.want(c.task(`<code>0103101</code><cancelation><domain>example.com</domain><type>delete</type><execdate>2026-12-24</execdate></cancelation>`), "S0103101", "MSG010316")
	id := r.result().Path("data", "cancelation").ChildText("log_id")
	history := "<code>0103124</code><cancelation><log_id>" + id + "</log_id></cancelation>"
	w.Wait(t, 31)
	contains(t, c.task(named("0105", "example.com", "")), "<registry_status>ACTIVE</registry_status>", "<cancelation>DELETE</cancelation>")
	c.want(c.task(history), "E0103124", "EF01000")
	w.Wait(t, 1)
	contains(t, c.task(named("0105", "example.com", "")), "<registry_status>PENDING</registry_status>", "<deleted>2026-12-24 00:00:00</deleted>")
	contains(t, c.want(c.task(history), "S0103124", ""), "<execdate>2026-12-24</execdate>", "<registry_when_date>2026-12-24 00:00:00</registry_when_date>")
}

// ask reads the cancelation of a name.
func ask(c *client, name string) reply {
	return c.task("<code>0103104</code><cancelation><domain>" + name + "</domain></cancelation>")
}

func cancel(name, when string) string {
	return "<code>0103101</code><cancelation><domain>" + name + "</domain><type>delete</type><execdate>" + when + "</execdate></cancelation>"
}

// A cancelation at the expiry is carried out at the expiry, and the list of what ends says so.
func TestCancelationAtExpiry(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	r := c.want(c.task(cancel("example.com", "expire")), "S0103101", "MSG010315")
	id := r.result().Path("data", "cancelation").ChildText("log_id")
	w.Wait(t, 629)
	contains(t, c.task("<code>0718</code>"), "<status>NOTIFY_30</status><payable>2028-08-13 11:00:00</payable><payment_limit>2028-08-13 11:00:00</payment_limit>")
	contains(t, c.task(named("0105", "example.com", "")), "<registry_status>ACTIVE</registry_status>", "<cancelation>DELETE_EXPIRE</cancelation>")
	w.Wait(t, 2)
	contains(t, c.task(named("0105", "example.com", "")), "<registry_status>PENDING</registry_status>", "<deleted>2028-08-13 11:00:00</deleted>")
	contains(t, c.want(c.task("<code>0103124</code><cancelation><log_id>"+id+"</log_id></cancelation>"), "S0103124", ""), "<execdate>2028-08-13</execdate>")
}

// A repeated renewal that takes the cancelation back is the same order.
func TestRepeatedRenewalWithoutCancelation(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	expire := domain.Expire
	for _, prepare := range []func(){
		func() { c.want(c.task(cancel("example.com", "expire")), "S0103101", "MSG010315") },
		func() { change(t, w, "alpha", command.UpdateDomain{Name: "example.com", AutoRenew: &expire}) },
	} {
		prepare()
		before := c.task(named("0105", "example.com", "")).result().Path("data", "domain").ChildText("expire")
		again := newClient(t, w)
		again.header.Set("Idempotency-Key", "renew-"+before)
		again.want(again.task(named("0101003", "example.com", "<remove_cancelation>1</remove_cancelation>")), "N0101003", "MSG01046")
		again.want(again.task(named("0101003", "example.com", "<remove_cancelation>1</remove_cancelation>")), "N0101003", "")
		was, _, _ := span(before)
		contains(t, c.task(named("0105", "example.com", "")), "<autorenew>true</autorenew>", "<expire>"+stamp(was.AddDate(1, 0, 0))+"</expire>")
	}
}

// A name that shall be deleted on a day says so, whoever asked for it; the orders of cancelations that were taken back, or that were
// about an earlier registration, are not its own.
func TestCancelationsOfOtherInterfaces(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	day := dialecttest.Now.AddDate(0, 1, 0)
	wish := func(name string) {
		change(t, w, "alpha", command.UpdateDomain{Name: name, DeleteOn: &day})
		r := c.want(ask(c, name), "S0103104", "")
		contains(t, r, "<execdate>2026-12-22</execdate>", "<status>DELETE</status>")
		if strings.Contains(r.raw, "<log_id>") {
			t.Errorf("an order that did not make it: %s", r.raw)
		}
		c.want(c.task(cancel(name, "expire")), "E0103101", "EF0103101")
		c.want(c.task(named("0101003", name, "")), "E0101003", "EF0103101")
		contains(t, c.task("<code>0103104</code>"), "<summary>1</summary>")
	}
	c.want(c.task(cancel("example.com", "expire")), "S0103101", "MSG010315")
	c.want(c.task("<code>0103103</code><cancelation><domain>example.com</domain></cancelation>"), "S0103103", "")
	wish("example.com")
	c.want(c.task(named("0101003", "example.com", "<remove_cancelation>1</remove_cancelation>")), "N0101003", "MSG01046")
	c.want(c.task(cancel("example.com", "2027-06-01")), "S0103101", "MSG010316")
	c.want(c.task(named("0101003", "example.com", "<remove_cancelation>1</remove_cancelation>")), "N0101003", "MSG01046")
	wish("example.com")
	c.want(c.task("<code>0103103</code><cancelation><domain>example.com</domain></cancelation>"), "S0103103", "")

	c.want(c.task(create("twice.com", "")), "N0101", "")
	w.Wait(t, 1)
	c.want(c.task(cancel("twice.com", "expire")), "S0103101", "MSG010315")
	c.want(c.task(named("0103", "twice.com", "")), "N0103", "")
	w.Wait(t, 1)
	c.want(c.task(create("twice.com", "")), "N0101", "")
	wish("twice.com")
}
