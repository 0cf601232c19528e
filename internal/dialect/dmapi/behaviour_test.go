package dmapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// TestGetAndPostAreEqual asks everything that changes nothing both ways (dmapi.md §1).
func TestGetAndPostAreEqual(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	for _, q := range [][]string{
		{"query-profile"}, {"query-domain-list", "showstatus", "1"}, {"query-whois", "domain", "example.com"}, {"domain-check", "domain", "new.com"},
		{"result-list"}, {"query-price-list"}, {"query-whois", "domain", "unknown.com"}, {"domain-lock", "domain", "beta-owned.com"}, {"nonsense", "a", "b"},
	} {
		c.get = false
		post := c.ask(q[0], q[1:]...)
		c.get = true
		get := c.ask(q[0], q[1:]...)
		id := post.headers["Tracking-Id"]
		if diff := cmp.Diff(post.text, strings.ReplaceAll(get.text, get.headers["Tracking-Id"], id)); diff != "" && id != "" || post.status != get.status {
			t.Errorf("%s: POST and GET differ:\n%s", q[0], diff)
		}
	}
}

// TestPendingOrderEnds lets the registry approve one registration and refuse another after "pending" was told.
func TestPendingOrderEnds(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, dialecttest.Pending(func(op, name string) bool { return true }))
	c := newClient(t, w)
	h := c.contact("com")
	for name, approve := range map[string]bool{"yes.com": true, "no.com": false} {
		n := c.ok("domain-register", registration(name, h)...).headers["Proc-ID"]
		if got := c.ok("result-retrieve", "Proc-ID", n); got.facts()["Completion-Status"] != "?" || strings.Contains(got.body, "\n\n") {
			t.Errorf("%s while running:\n%s", name, got.text)
		}
		if err := w.Sim.ResolvePending(context.Background(), "live", name, approve); err != nil {
			t.Fatal(err)
		}
		want := "ack"
		if !approve {
			want = "nack"
		}
		got := c.waitFor(n, want)
		if !approve && (!strings.Contains(got.body, "\nresult_msg:") || !strings.Contains(got.body, "\nerror_text:\n") || !strings.HasSuffix(got.body, "\n----------")) {
			t.Errorf("nack text:\n%s", got.body)
		}
	}
	if got := c.ok("query-profile").facts()["balance"]; got != "990.00" {
		t.Errorf("balance %s after one charge of 10.00", got)
	}
	if got := c.ok("query-domain-list").body; strings.Contains(got, "no.com") || !strings.Contains(got, "yes.com") {
		t.Errorf("domains:\n%s", got)
	}
}

func (c *client) waitFor(procID, status string) answer {
	c.t.Helper()
	var a answer
	for range 100 {
		if a = c.ok("result-retrieve", "Proc-ID", procID); a.facts()["Completion-Status"] == status {
			return a
		}
		time.Sleep(50 * time.Millisecond)
	}
	c.t.Fatalf("no %s:\n%s", status, a.text)
	return a
}

// TestSessions: what is stored of a session, how it runs out, and that many may be open.
func TestSessions(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	sum := sha256.Sum256([]byte(c.sid))
	s, err := w.Store.View().Session(context.Background(), name, hex.EncodeToString(sum[:]))
	if err != nil || s.Idle != time.Hour+sessionGrace {
		t.Errorf("session %+v %v, want an idle time of an hour and the grace", s, err)
	}
	for range 5 {
		(&client{t: t, d: c.d}).login("api-key", dialecttest.DMAPIKey)
	}
	c.ok("query-profile")
	caller := command.Caller{Actor: account.Account{ID: s.Account}, Credential: account.Credential{ID: s.Credential}, Dialect: name}
	short := command.NewToken(sessionBytes)
	if err := w.Runner.OpenSession(context.Background(), caller, short, time.Millisecond, sessionsKept); err != nil {
		t.Fatal(err)
	}
	time.Sleep(5 * time.Millisecond)
	expired := c.want(c.ask("query-profile", "auth-sid", short), "2200", "Please login again")
	if expired.status != 401 { // one client logs in again on 401 with 2200 only
		t.Errorf("HTTP %d", expired.status)
	}
	c.ok("query-profile", "auth-sid", strings.ToUpper(c.sid))
	c.want(c.ask("query-profile", "auth-sid", strings.Repeat("x", 100_000)), "2200", "")
}

// TestModifyOnlyKey may change what costs nothing (dmapi.md §4.4).
func TestModifyOnlyKey(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	sum := sha256.Sum256([]byte("ModifyKey"))
	err := w.Store.InTx(context.Background(), func(ctx context.Context, tx command.Tx) error {
		a, err := tx.AccountByName(ctx, account.Live, "alpha")
		if err != nil {
			return err
		}
		return tx.AddCredential(ctx, &account.Credential{Account: a.ID, Dialect: name, Kind: account.APIKey, Login: hex.EncodeToString(sum[:]), Access: account.Modify})
	})
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t: t, d: New(w.Deps())}
	if a := c.login("api-key", "ModifyKey"); a.headers["User-Access"] != "@modify-only" {
		t.Errorf("User-Access %q", a.headers["User-Access"])
	}
	h := c.contact("com")
	c.ok("domain-modify", "domain", "example.com", "tech-c", h)
	c.want(c.ask("domain-register", registration("new.com", h)...), "2201", "Access level of this API key does not permit domain-register")
	c.want(c.ask("domain-renew", "domain", "example.com", "period", "12"), "2201", "")
	if list := c.ok("query-request-list").body; strings.Contains(list, "domain-renew") || !strings.Contains(list, "domain-modify") {
		t.Errorf("request list:\n%s", list)
	}
}

// TestLoginBlock: with real limits, an address that fails ten times is refused with 2502 even with the right password.
func TestLoginBlock(t *testing.T) {
	t.Parallel()
	c := &client{t: t, d: New(dialecttest.New(t, dialecttest.Limits).Deps())}
	for range 10 {
		c.want(c.ask("login", "api-key", "wrong"), "2200", "API key is invalid")
	}
	c.want(c.ask("login", "api-key", dialecttest.DMAPIKey), "2502", "Too many failed logins")
}

// TestResultTextIsKept90Days (dmapi.md §6.1).
func TestResultTextIsKept90Days(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	c.contact("com")
	for _, step := range []struct {
		days       int
		text, rows bool
	}{{0, true, true}, {89, true, true}, {2, false, false}} {
		w.Clocks.Advance(time.Duration(step.days) * 24 * time.Hour)
		n := strings.Fields(c.ok("result-list", "period", "1000").body)[2]
		if got := strings.Contains(c.ok("result-retrieve", "Proc-ID", n).body, "\n\nresult_msg:"); got != step.text {
			t.Errorf("after %d more days: text %v", step.days, got)
		}
		if got := c.ok("result-list").headers["Row-Count"] == "1"; got != step.rows {
			t.Errorf("after %d more days: row %v", step.days, got)
		}
	}
}

// TestIdempotencyKey: the same request under the same key is one order.
func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	h := c.contact("com")
	send := func(domain string) answer {
		v := url.Values{"auth-sid": {c.sid}}
		pairs := registration(domain, h)
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		r := httptest.NewRequest("POST", "/request/domain-register", strings.NewReader(v.Encode()))
		r.Header.Set("Idempotency-Key", "k1")
		return c.send(r)
	}
	first, again := c.want(send("new.com"), "0", ""), c.want(send("new.com"), "0", "")
	if first.headers["Proc-ID"] != again.headers["Proc-ID"] || again.headers["Account-Balance"] != "990.00" {
		t.Errorf("%s\n%s", first.text, again.text)
	}
	c.want(send("other.com"), "2400", "")
}

// TestRefusalsChangeNothing compares every table but sessions and log-in statistics.
func TestRefusalsChangeNothing(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	poor := &client{t: t, d: c.d}
	poor.login("api-key", "poor-"+dialecttest.DMAPIKey)
	dump := func() map[string][]string {
		d, err := w.Store.Dump(context.Background(), "session", "credential", "reg_order")
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range []*client{c, poor} { // orders by what is shown of them
			d["orders"] = append(d["orders"], k.ok("result-list", "showall", "1", "pending", "1").body)
		}
		return d
	}
	ph := poor.contact("com")
	before := dump()
	for _, q := range [][]string{
		append([]string{"2303", "domain-register"}, registration("new.com", "CCOM-77")...),
		append([]string{"2302", "domain-register"}, registration("incoming.com", "CCOM-1001")...),
		append([]string{"2302", "domain-register"}, registration("example.com", "CCOM-1001")...),
		append([]string{"2400", "domain-register"}, registration("new.zz", "CCOM-1001")...),
		append([]string{"2400", "domain-register"}, registration("-.com", "CCOM-1001")...),
		append([]string{"2400", "domain-register"}, registration("new.com", "CCOM-1001", "period", "132")...),
		append([]string{"2306", "domain-register"}, registration("new.com", "CCOM-1001", "privacy", "pro")...),
		{"2105", "domain-renew", "domain", "example.com", "period", "120"}, {"2202", "domain-renew", "domain", "beta-owned.com", "period", "12"},
		{"2202", "domain-modify", "domain", "beta-owned.com", "ns-list", "a.example.net:b.example.net"}, {"2202", "domain-lock", "domain", "beta-owned.com"},
		{"2303", "domain-set-property", "domain", "unknown.com", "pname", "autorenew", "pvalue", "1"},
		{"2202", "domain-get-property", "domain", "beta-owned.com", "pname", "*"},
		{"2400", "contact-create", "tld", "com", "name", "x"}, {"2303", "result-delete", "Proc-ID", "1311000001"},
		{"2306", "domain-delete", "domain", "example.com"}, {"2304", "domain-redeem", "domain", "example.com"}, {"2202", "domain-delete", "domain", "beta-owned.com", "force", "1"},
		{"2202", "domain-transfer-in-reseller", "domain", "beta-owned.com", "transfer-auth-id", "wrong-one", "owner-c", "CCOM-1001"},
		{"2106", "domain-transfer-in", "domain", "example.com", "transfer-auth-id", "ex-AuthInfo-1", "billing-c", "CCOM-1001"},
		{"2305", "contact-delete", "handle", "CCOM-1001"}, {"2202", "ns-create", "host", "ns1.beta-owned.com", "ip", "192.0.2.1"},
		{"2101", "grants-list"}, {"2000", "nonsense"},
	} {
		c.want(c.ask(q[1], q[2:]...), q[0], "")
	}
	poor.want(poor.ask("domain-register", registration("new.com", ph)...), "2104", "")
	c.want(c.ask("login", "username", dialecttest.DMAPIUser, "password", "wrong"), "2200", "")
	if diff := cmp.Diff(before, dump()); diff != "" {
		t.Errorf("a refusal changed something (-before +after):\n%s", diff)
	}
}

// TestListPages walks a list that is longer than a page by from and to, as clients do.
func TestListPages(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	h := c.contact("com")
	want := []string{"example.com"}
	for i := range 7 {
		n := fmt.Sprintf("page-%d.com", i)
		c.ok("domain-register", registration(n, h)...)
		want = append(want, n)
	}
	var got []string
	for from := 1; ; from += 3 {
		body := c.ok("query-domain-list", "from", fmt.Sprint(from), "to", fmt.Sprint(from+2)).body
		if body == "" {
			break
		}
		for _, row := range strings.Split(body, "\n") {
			got = append(got, strings.Fields(row)[0])
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if rows := strings.Split(c.ok("result-list", "rtype", "domain-register", "offset", "2", "limit", "3").body, "\n"); len(rows) != 3 || !strings.Contains(rows[0], "page-4.com") {
		t.Errorf("rows %q", rows)
	}
}

// TestTranscriptsAreMasked: no secret of the transcripts survives the mask.
func TestTranscriptsAreMasked(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("testdata/*.txtar")
	d := New(dialecttest.New(t).Deps())
	const sid = "0123456789abcdef0123456789abcdef01234567"
	const authID = "abcdefghjkmnpqrstuvw-7Q"
	sids, authIDs := regexp.MustCompile(`<sid\d+>`), regexp.MustCompile(`<auth\d+>`)
	secrets := []string{dialecttest.DMAPIKey, dialecttest.DMAPIReadKey, dialecttest.DMAPIPassword, sid, "in-AuthInfo-1", "ex-AuthInfo-1", "not-it-123", "wrong-one", "a1b2c3d4e5f60718", "legopass", authID}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, parts := readArchive(string(data))
		for _, p := range parts {
			head, body, _ := strings.Cut(authIDs.ReplaceAllString(sids.ReplaceAllString(p.text, sid), authID), "\n\n")
			target, query, _ := strings.Cut(strings.SplitN(head, "\n", 2)[0], "?")
			for _, octets := range []string{body, query} {
				masked := string(d.Mask([]byte(octets)))
				for _, s := range secrets {
					if strings.Contains(masked, s) {
						t.Errorf("%s: %s %s shows %s:\n%s", file, p.name, target, s, masked)
					}
				}
			}
		}
	}
}
