package wapi

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

const create = `{"name":"%s","period":1,"dns":[{"name":"ns1.alpha.example"},{"name":"ns2.alpha.example"}],"owner_c":"WEDOS-ALP-1","rules":{"fname":"Jane","lname":"Doe"}}`

// An order that the registry keeps waiting is answered 1001, and its outcome comes as a notification under the ids of the
// request, in the format of the poll-req (wapi.md §5).
func TestPendingOrders(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, dialecttest.Pending(func(_, name string) bool { return strings.HasPrefix(name, "slow") }))
	d := New(w.Deps())
	ask(t, d, "alpha", "poll-ack", `{"id":51000001}`) // the seeded one
	first := askAs(t, d, "alpha", "domain-create", fmt.Sprintf(create, "slow-good.com"), `,"clTRID":"mine-1"`)
	asked := value(t, first).Get("response")
	if asked.Get("code").Text != "1001" || asked.Get("data").Exists() {
		t.Fatal(first)
	}
	for cmd, want := range map[string]string{"domain-create": "4207", "domain-check": "3203", "domain-info": "3222", "poll-req": "1003"} {
		if got := codeOf(t, ask(t, d, "alpha", cmd, fmt.Sprintf(create, "slow-good.com"))); got != want {
			t.Errorf("%s while it waits: %s, want %s", cmd, got, want)
		}
	}
	if got := codeOf(t, ask(t, d, "beta", "domain-check", `{"name":"slow-good.com"}`)); got != "3201" {
		t.Error("another account sees", got)
	}
	list := ask(t, d, "alpha", "domains-list", "{}")
	if !strings.Contains(list, `{"name":"slow-good.com","status":"setup_processing","expiration":null}`) {
		t.Error(list)
	}
	if got := ask(t, d, "alpha", "credit-info", "null"); !strings.Contains(got, `"amount":"990.00"`) {
		t.Error("the price is held from the start:", got)
	}
	askAs(t, d, "alpha", "domain-create", fmt.Sprintf(create, "slow-bad.com"), `,"clTRID":"mine-2"`)
	must(t, w.Sim.ResolvePending(t.Context(), "live", "slow-good.com", true))
	n := waitNotice(t, d, asked.Get("svTRID").Text)
	num := n.Path("data", "num").Text
	want := `{"code":1000,"result":"OK","clTRID":"mine-1","svTRID":"` + asked.Get("svTRID").Text + `","command":"domain-create","data":{"num":"` + num +
		`","expiration":"2027-11-22","credit":{"amount":"980.00","currency":"EUR"}}}`
	if diff := cmp.Diff(want, without(n, "timestamp", "id")); diff != "" || len(num) != 10 {
		t.Error(diff)
	}
	if got := codeOf(t, ask(t, d, "alpha", "poll-ack", `{"id":`+n.Get("id").Text+`}`)); got != "1002" {
		t.Error(got)
	}
	must(t, w.Sim.ResolvePending(t.Context(), "live", "slow-bad.com", false))
	n = waitNotice(t, d, "")
	if got := without(n, "timestamp", "id", "svTRID"); got != `{"code":3221,"result":"Domain create failed","clTRID":"mine-2","command":"domain-create"}` {
		t.Error(got)
	}
	if got := ask(t, d, "alpha", "credit-info", "null"); !strings.Contains(got, `"amount":"990.00"`) {
		t.Error("a refusal costs nothing:", got)
	}
}

// waitNotice polls until a notification comes; svTRID, unless empty, is the one it must have.
func waitNotice(t *testing.T, d http.Handler, svTRID string) jsonx.Value {
	t.Helper()
	for range 200 {
		v := value(t, ask(t, d, "alpha", "poll-req", "null")).Path("response", "data", "notify")
		if v.Exists() && (svTRID == "" || v.Get("svTRID").Text == svTRID) {
			return v
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("no notification")
	return jsonx.Value{}
}

func without(v jsonx.Value, names ...string) string {
	var out jsonx.Obj
next:
	for _, m := range v.Members {
		for _, n := range names {
			if m.Name == n {
				continue next
			}
		}
		out.Add(m.Name, m.Value)
	}
	return string(jsonx.Marshal(out))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// The hash is judged before the address, an empty list of addresses switches WAPI off, and IPv6 has to be listed by itself.
func TestAddresses(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	d := New(w.Deps())
	from := func(addr, auth string) string {
		doc := `{"request":{"user":"ops@alpha.example","auth":"` + auth + `","command":"ping"}}`
		r := httptest.NewRequest(http.MethodPost, jsonPath, strings.NewReader("request="+url.QueryEscape(doc)))
		r.RemoteAddr = addr
		return bodyOf(t, send(d, r))
	}
	good := authOf("alpha", time.Now())
	set := func(ips ...netip.Prefix) {
		must(t, w.Store.InTx(t.Context(), func(ctx context.Context, tx command.Tx) error {
			a, err := tx.AccountByName(ctx, account.Live, "alpha")
			if err != nil {
				return err
			}
			return tx.PutSettings(ctx, account.Settings{Account: a.ID, Dialect: "wapi", AllowedIPs: ips, Channel: "poll"})
		}))
	}
	set(netip.MustParsePrefix("192.0.2.0/24"))
	for addr, want := range map[string]string{"192.0.2.7:1": "1000", "[::ffff:192.0.2.7]:1": "1000", "198.51.100.1:1": "2051", "[2001:db8::1]:1": "2051"} {
		if got := codeOf(t, from(addr, good)); got != want {
			t.Errorf("%s: %s, want %s", addr, got, want)
		}
		if got := codeOf(t, from(addr, "x")); got != "2050" {
			t.Errorf("%s with a wrong hash: %s", addr, got)
		}
	}
	if got := from("[2001:db8::1]:1", good); !strings.Contains(got, `"result":"Access not allowed from this IP address (2001:db8::1)"`) {
		t.Error(got)
	}
	set()
	if got := codeOf(t, from("192.0.2.7:1", good)); got != "2051" {
		t.Errorf("switched off: %s", got)
	}
}

// The limits of the real service, where limits are on (wapi.md §4.2, §4.3).
func TestLimits(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t, dialecttest.Limits).Deps())
	for i := range 100 {
		if got := codeOf(t, ask(t, d, "alpha", "domain-check", `{"name":"example.com"}`)); got != "3201" {
			t.Fatalf("check %d: %s", i, got)
		}
	}
	for cmd, data := range map[string]string{"domain-check": `{"name":"example.com"}`, "domain-create": fmt.Sprintf(create, "free.com")} {
		if got := codeOf(t, ask(t, d, "alpha", cmd, data)); got != "2250" {
			t.Errorf("%s beyond the limit: %s", cmd, got)
		}
	}
	for i := 102; i < 1000; i++ {
		if got := codeOf(t, ask(t, d, "alpha", "ping", "null")); got != "1000" {
			t.Fatalf("request %d: %s", i, got)
		}
	}
	if got := codeOf(t, ask(t, d, "alpha", "ping", "null")); got != "2006" {
		t.Error("beyond the hour:", got)
	}
	// Three invalid requests so far; negative answers of checks do not count. The eleventh blocks.
	for i := 4; i <= 11; i++ {
		if got := codeOf(t, bodyOf(t, post(d, jsonPath, formType, "request=x"))); got != "2000" {
			t.Errorf("invalid request %d: %s", i, got)
		}
	}
	if got := codeOf(t, ask(t, d, "beta", "ping", "null")); got != "2052" {
		t.Error("blocked address:", got)
	}
}

func TestNoLimitsByDefault(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	for range 30 {
		post(d, jsonPath, formType, "request=x")
	}
	if got := codeOf(t, ask(t, d, "alpha", "ping", "null")); got != "1000" {
		t.Error(got)
	}
}

// Bad input leaves no trace: every refusal of the transcripts of that name changes neither money nor objects.
func TestRefusalsChangeNothing(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	state := func() string {
		return ask(t, d, "alpha", "credit-info", "null")[60:] + without(value(t, ask(t, d, "alpha", "domains-list", "null")).Get("response"), "timestamp", "svTRID")
	}
	before := state()
	for _, file := range []string{"testdata/create_refused.txtar", "testdata/contacts_refused.txtar"} {
		for _, x := range readTranscript(t, file) {
			if strings.Contains(x.doc, "@alpha.example\",\"auth") && !strings.Contains(x.answer, `"code":1000`) {
				contentType, body := wrap(x.form, withHashes(x.doc))
				post(d, x.path, contentType, body)
			}
		}
	}
	after := state()
	if cut(before) != cut(after) {
		t.Error(cmp.Diff(before, after))
	}
}

func cut(s string) string { _, s, _ = strings.Cut(s, `"data"`); return s }

// A repeat under one Idempotency-Key is the same order; the key is no part of the document.
func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	once := func(name string) string {
		doc := `{"request":{"user":"ops@alpha.example","auth":"` + authOf("alpha", time.Now()) + `","command":"domain-create","data":` + fmt.Sprintf(create, name) + `}}`
		r := httptest.NewRequest(http.MethodPost, jsonPath, strings.NewReader("request="+url.QueryEscape(doc)))
		r.RemoteAddr = "127.0.0.1:1"
		r.Header.Set("Idempotency-Key", "k1")
		return bodyOf(t, send(d, r))
	}
	a, b := once("once.com"), once("once.com")
	if codeOf(t, a) != "1000" || cut(a) != cut(b) {
		t.Error(a, b)
	}
	if got := codeOf(t, once("twice.com")); got != "2101" {
		t.Error(got)
	}
}
