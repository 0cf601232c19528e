package opensrs

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// There is a client that asks for page after page until it has as many rows as total says (opensrs.md §10), so both have to fit.
func TestTransferPages(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, idle)
	c := newClient(w)
	var want []string
	for i := range 5 {
		name := fmt.Sprintf("coming%d.com", i)
		auth, err := w.Sim.Give(t.Context(), "live", name, core.OtherRegistrar)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder(name).with("reg_type", "transfer", "auth_info", auth)), "200", "Transfer request initiated")
		want = append(want, name)
	}
	slices.Reverse(want)
	var got []string
	for page := 1; page < 9; page++ {
		a := expect(t, c.do(t, "GET_TRANSFERS_IN", "DOMAIN", hash("limit", "2", "page", fmt.Sprint(page), "status", "pending_registry")), "200", "")
		if a.str("total") != "5" || a.str("page_size") != "2" {
			t.Fatal(a.str("total"), a.str("page_size"))
		}
		for _, row := range a.get("transfers").elements() {
			got = append(got, row.str("domain"))
			if row.str("completed_date") != "" || row.str("completed_date_epoch") != "0" || row.str("order_date_epoch") == "" {
				t.Error("an open transfer shows", row)
			}
		}
		if len(got) >= 5 {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Error(got)
	}
	if a := expect(t, c.do(t, "GET_TRANSFERS_IN", "DOMAIN", hash("limit", "5000")), "200", ""); a.str("page_size") != "40" {
		t.Error("page_size", a.str("page_size"))
	}
	for filter, n := range map[string]string{"coming*": "5", "*3.com": "1", "COMING1.com": "1", "nothing*": "0", "*": "5"} {
		if a := expect(t, c.do(t, "GET_TRANSFERS_IN", "DOMAIN", hash("domain", filter)), "200", ""); a.str("total") != n {
			t.Error(filter, a.str("total"))
		}
	}
}

// A transfer that the losing side refuses ends as cancelled, its money comes back, and the name can be asked for again.
func TestTransferRefused(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, idle)
	c, act := newClient(w), actor{w, t}
	ask := newOrder("incoming.com").with("reg_type", "transfer", "auth_info", "in-AuthInfo-1")
	number := expect(t, c.do(t, "SW_REGISTER", "DOMAIN", ask), "200", "").str("transfer_id")
	act.do("reject incoming.com")
	act.do("advance 1h")
	fields := expect(t, c.do(t, "GET_ORDER_INFO", "DOMAIN", hash("order_id", number)), "200", "").get("field_hash")
	if fields.str("status") != "cancelled" || fields.str("reg_type") != "transfer" || fields.str("period") != "1" {
		t.Error(fields)
	}
	if b := expect(t, c.do(t, "GET_BALANCE", "BALANCE", nil), "200", ""); b.str("balance") != "1000.00" || b.str("hold_balance") != "0.00" {
		t.Error(b)
	}
	expect(t, c.do(t, "SW_REGISTER", "DOMAIN", ask), "200", "Transfer request initiated")
	if doc := string(c.send(t, document("GET_ORDERS_BY_DOMAIN", "DOMAIN", hash("domain", "incoming.com")))); strings.Count(doc, ">transfer<") != 2 {
		t.Error(doc)
	}
}
