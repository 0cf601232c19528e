package opensrs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/testkit"
)

// replayed is a recorded exchange of the offered operations. Where no request was kept, or it cannot be sent as it is, one
// that leads to the recorded answer is sent instead.
type replayed struct {
	number string
	action string
	object string
	attrs  *value
	// replace turns recorded names into those of the test world, in pairs.
	replace []string
}

const recordedName = "domainthatsnottaken1302209138.com"

func replays(orderID, cookie string) []replayed {
	byExpiry := hash("exp_from", "2011-01-01", "exp_to", "2038-01-01", "limit", "1")
	contacts := newOrder("").get("contact_set").get("owner")
	return []replayed{
		{"1", "LOOKUP", "", nil, []string{"opensrs.net", "example.com"}},
		{"26", "LOOKUP", "DOMAIN", hash("domain", "not-there.com"), nil},
		{"85", "LOOKUP", "", nil, []string{"example.com", "example.com"}},
		{"8", "BELONGS_TO_RSP", "DOMAIN", hash("domain", "not-there.com"), nil},
		{"9", "BELONGS_TO_RSP", "DOMAIN", hash("domain", "example.com"), nil},
		{"69", "GET_BALANCE", "", nil, nil},
		{"94", "GET_BALANCE", "", nil, nil},
		{"12", "GET", "DOMAIN", hash("domain", "example.com", "type", "all_info"), nil},
		{"16", "GET_DOMAINS_BY_EXPIREDATE", "DOMAIN", byExpiry, nil},
		{"75", "GET_DOMAINS_CONTACTS", "", nil, nil},
		{"18", "GET_DOMAINS_CONTACTS", "DOMAIN", hash().set("domain_list", list(text("beta-owned.com"))), []string{"example.com", "beta-owned.com"}},
		{"78", "GET_ORDER_INFO", "DOMAIN", hash("order_id", orderID), nil},
		{"79", "GET_ORDERS_BY_DOMAIN", "DOMAIN", hash("domain", recordedName), nil},
		{"80", "GET_PRICE", "", nil, nil},
		{"36", "MODIFY", "DOMAIN", hash("domain", "example.com", "data", "status", "lock_state", "0"), nil},
		{"37", "MODIFY", "DOMAIN", hash("domain", "example.com", "data", "expire_action", "auto_renew", "1", "let_expire", "0"), nil},
		{"39", "SW_REGISTER", "DOMAIN", newOrder("first-time.com"), nil},
		{"40", "SW_REGISTER", "DOMAIN", newOrder("saved.com").with("handle", "save"), nil},
		{"41", "SW_REGISTER", "DOMAIN", newOrder("beta-owned.com"), nil},
		{"45", "UPDATE_CONTACTS", "DOMAIN", hash("domain", recordedName).set("types", list(text("owner"))).set("contact_set", hash().set("owner", contacts)), nil},
		{"42", "RENEW", "DOMAIN", hash("domain", "example.com", "period", "1", "currentexpirationyear", "2028", "handle", "process"), nil},
		{"65", "SET", "COOKIE", hash("domain", recordedName, "reg_username", "exampleuser", "reg_password", "Abcdef123456"), nil},
		{"13", "SET", "COOKIE", hash("domain", recordedName, "reg_username", "exampleuser", "reg_password", "not-that-one"), nil},
		{"68", "UPDATE", "COOKIE", hash("cookie", cookie, "domain", recordedName, "domain_new", recordedName), nil},
		{"66", "DELETE", "COOKIE", hash("cookie", cookie), nil},
		{"67", "QUIT", "", nil, nil},
		{"83", "GET_PRODUCT_INFO", "TRUST_SERVICE", nil, nil},
		{"44", "SW_REGISTER", "TRUST_SERVICE", nil, nil},
	}
}

// TestRecorded replays the recorded exchanges of the offered operations: same headers, items, their order at the top, codes
// and texts. Each difference is printed; it passes only where docs/divergences/opensrs.md names it.
func TestRecorded(t *testing.T) {
	t.Parallel()
	all := recorded(t)
	page, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "divergences", "opensrs.md"))
	if err != nil {
		t.Fatal(err)
	}
	w := dialecttest.New(t)
	c := newClient(w)
	orderID := expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder(recordedName)), "200", "").str("id")
	login := hash("domain", recordedName, "reg_username", "exampleuser", "reg_password", "Abcdef123456")
	cookie := expect(t, c.do(t, "SET", "COOKIE", login), "200", "").str("cookie")
	for _, r := range replays(orderID, cookie) {
		r.play(t, c, all, string(page))
	}
}

// play sends the request and compares the answer with the recorded one.
func (r replayed) play(t *testing.T, c *client, all map[string]exchange, page string) {
	t.Helper()
	x := all[r.number]
	body := []byte(x.request)
	if r.action != "" && (r.object != "" || x.request == "") {
		body = document(r.action, r.object, r.attrs)
	} else if x.request == "" {
		t.Fatalf("exchange %s has no request", r.number)
	}
	answer := x.answer
	if len(r.replace) > 0 {
		body, answer = []byte(strings.NewReplacer(r.replace...).Replace(string(body))), strings.NewReplacer(r.replace...).Replace(answer)
	}
	want, got := parsed(t, []byte(answer)), parsed(t, c.send(t, body))
	for _, d := range differences("", want, got) {
		slug := alike.Replace(r.action + " " + d)
		if strings.Contains(page, "`"+slug+"`") {
			t.Logf("exchange %s: %s (listed)", r.number, slug)
		} else {
			t.Errorf("exchange %s: %s is not in docs/divergences/opensrs.md", r.number, slug)
		}
	}
}

// alike are names that stand for each other in the list of differences.
var alike = strings.NewReplacer(recordedName, "NAME", "contact_set.owner.", "contact_set.ROLE.", "contact_set.admin.", "contact_set.ROLE.",
	"contact_set.tech.", "contact_set.ROLE.", "contact_set.billing.", "contact_set.ROLE.")

// differences compares names everywhere, their order at the top, and the values on which clients depend.
func differences(path string, want, got *value) []string {
	var out []string
	if want.form != got.form {
		return []string{"~" + strings.TrimPrefix(path, ".")}
	}
	if path == "" && !slices.Equal(keys(want), keys(got)) {
		out = append(out, "~order: "+strings.Join(keys(got), " "))
	}
	if want.form == array { // rows are alike: the first speaks for all
		w, g := want.elements(), got.elements()
		if len(w) == 0 || len(g) == 0 {
			return nil
		}
		return differences(path+"[]", w[0], g[0])
	}
	for _, it := range want.items {
		p := path + "." + it.key
		if g := got.get(it.key); g == nil {
			out = append(out, "-"+p[1:])
		} else {
			out = append(out, differences(p, it.value, g)...)
		}
	}
	for _, it := range got.items {
		if want.get(it.key) == nil {
			out = append(out, "+"+(path + "." + it.key)[1:])
		}
	}
	switch path {
	case ".protocol", ".object", ".action", ".response_code", ".response_text", ".is_success":
		if want.text != got.text {
			out = append(out, "~"+path[1:]+": "+strings.Join(strings.Fields(got.text), " "))
		}
	}
	return out
}

// The four header lines of the listener are the recorded ones, in the younger recorder's order.
func TestRecordedHeaders(t *testing.T) {
	t.Parallel()
	var want []string
	for _, h := range recorded(t)["1"].headers {
		field, _, _ := strings.Cut(h, ":")
		want = append(want, strings.ToLower(field))
	}
	l := serve(t, dialecttest.New(t), nil)
	head, _, _ := strings.Cut(l.exchange(t, head("POST / HTTP/1.0", balanceBody)+balanceBody), "\r\n\r\n")
	var got []string
	for _, h := range strings.Split(head, "\r\n")[1:] {
		field, _, _ := strings.Cut(h, ":")
		got = append(got, strings.ToLower(field))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, recorded %v", got, want)
	}
}
