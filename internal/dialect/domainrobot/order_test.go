package domainrobot

import (
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// TestPendingOrder: the registry takes its time. The job runs, the name is busy, and the end comes as a message under the
// order's own ids; the job is found among the pending ones, then in the history.
func TestPendingOrder(t *testing.T) {
	t.Parallel()
	for _, approve := range []bool{true, false} {
		w := dialecttest.New(t, dialecttest.Pending(func(op, _ string) bool { return op == "create" }))
		c := newClient(t, w)
		c.do("PUT", "/v1/poll/"+c.do("GET", "/v1/poll", "").body.Object.Value, "")
		a := c.want(c.do("POST", "/v1/domain?ctid="+url.QueryEscape("order 17"), shop), 200, "N0101")
		if a.body.Data[0]["status"] != "RUNNING" || a.body.Status.Type != "NOTIFY" || a.body.Object.Value != "shop.com" {
			t.Fatal(a.raw)
		}
		id := strconv.FormatInt(int64(a.body.Data[0]["id"].(float64)), 10)
		c.want(c.do("GET", "/v1/job/"+id, ""), 200, "S300114")
		c.want(c.do("GET", "/v1/job/history/"+id, ""), 404, "E300134")
		if p := c.do("POST", "/v1/job/_search", `{"filters":[{"key":"status","operator":"IN","values":["RUNNING","WAIT"]}]}`); p.body.Object.Summary != 1 {
			t.Error(p.raw)
		}
		if busy := c.want(c.do("POST", "/v1/domain", shop), 400, "E0101"); busy.body.Messages[0].Code != "EF01030" {
			t.Error(busy.raw)
		}
		if err := w.Sim.ResolvePending(t.Context(), "live", "shop.com", approve); err != nil {
			t.Fatal(err)
		}
		m := waitForMessage(t, c)
		job := m["job"].(map[string]any)
		if m["stid"] != a.body.Stid || m["ctid"] != "order 17" || strconv.FormatInt(int64(job["id"].(float64)), 10) != id {
			t.Error(m)
		}
		code, state := map[bool]int{true: 200, false: 404}[approve], map[bool]string{true: "SUCCESS", false: "FAILED"}[approve]
		if d := c.do("GET", "/v1/domain/shop.com", ""); d.status != code || job["status"] != state || (m["messages"] != nil) == approve {
			t.Error(d.raw, m)
		}
		c.want(c.do("GET", "/v1/job/history/"+id, ""), 200, "S300134")
		if held := c.do("GET", "/v1/account", "").body.Data[0]; held["reserved"] != 0.0 || (held["currentAccountBalance"] == 1000.0) == approve {
			t.Error(held)
		}
	}
}

func waitForMessage(t *testing.T, c *client) map[string]any {
	t.Helper()
	for range 200 {
		if a := c.do("GET", "/v1/poll", ""); len(a.body.Data) == 1 {
			c.do("PUT", "/v1/poll/"+a.body.Object.Value, "")
			return a.body.Data[0]
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("no message came")
	return nil
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t)).with("Idempotency-Key", "k-1")
	first, again := c.do("POST", "/v1/domain", shop), c.do("POST", "/v1/domain", shop)
	c.want(first, 200, "N0101")
	c.want(again, 200, "N0101")
	if first.body.Data[0]["id"] != again.body.Data[0]["id"] || first.body.Stid == again.body.Stid {
		t.Error(first.raw, again.raw)
	}
	other := c.want(c.do("POST", "/v1/domain", `{"name":"other.com",`+shop[len(`{"name":"shop.com",`):]), 400, "E0101")
	if other.body.Messages[0].Code != "EF01904" {
		t.Error(other.raw)
	}
}

// TestReadAndPutBack does what several clients do: read an object, change one field, send it back whole.
func TestReadAndPutBack(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	c.want(c.do("POST", "/v1/domain", shop), 200, "N0101")
	whole := func(a reply) string {
		const mark = `"data":[`
		text := a.raw[len(mark)+indexOf(a.raw, mark):]
		return text[:len(text)-2]
	}
	domain := whole(c.do("GET", "/v1/domain/shop.com?fullContact", ""))
	c.want(c.do("PUT", "/v1/domain/shop.com", domain), 200, "N0102")
	c.want(c.do("PUT", "/v1/domain/shop.com/_renew?removeCancelation=true", domain), 200, "N0101003")
	stale := c.want(c.do("PUT", "/v1/domain/shop.com/_renew", domain), 400, "E0101003")
	if stale.body.Messages[0].Code != "EF01084" {
		t.Error(stale.raw)
	}
	contact := whole(c.do("GET", "/v1/contact/100101", ""))
	before := c.do("GET", "/v1/contact/100101", "").body.Data
	c.want(c.do("PUT", "/v1/contact/100101", contact), 200, "S0302")
	after := c.do("GET", "/v1/contact/100101", "").body.Data
	if before[0]["phone"] != after[0]["phone"] || before[0]["alias"] != after[0]["alias"] {
		t.Error(before, after)
	}
}

func indexOf(s, sub string) int {
	for i := 0; i+len(sub) <= len(s); i++ {
		if s[i:i+len(sub)] == sub {
			return i
		}
	}
	return -1
}

// TestMoney: an order costs what the price says, and the account shows it.
func TestMoney(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	c.want(c.do("POST", "/v1/domain", shop), 200, "N0101")
	c.want(c.do("PUT", "/v1/domain/shop.com/_renew", `{"period":2}`), 200, "N0101003")
	a := c.do("GET", "/v1/account", "")
	if a.body.Data[0]["currentAccountBalance"] != 1000-10-22.0 || a.body.Data[0]["reserved"] != 0.0 {
		t.Error(a.raw)
	}
	d := c.do("GET", "/v1/domain/shop.com", "")
	if want := stamp(time.Date(2029, 11, 22, 9, 0, 0, 0, time.UTC)); d.body.Data[0]["expire"] != want {
		t.Error(d.raw)
	}
}
