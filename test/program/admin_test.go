package program

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// reset brings the sandbox back to its seed and gives how long that took.
func (s *sandbox) reset() time.Duration {
	s.t.Helper()
	begun := time.Now()
	if status, body := post(s.t, s.Admin+"/reset", ""); status != 200 {
		s.t.Fatalf("reset: %d %s", status, body)
	}
	return time.Since(begun)
}

// picture is what an account sees of its world: names with their dates, money, contacts, notices, orders.
func (c *client) picture() string {
	c.t.Helper()
	_, jobs := c.robot("POST", "/job/_search", "")
	return strings.Join([]string{
		c.dmapi("query-domain-list", "showstatus", "1"),
		c.dmapi("query-contact-list"),
		c.dmapi("result-list"),
		string(c.wapi("domains-list", "").Response.Data),
		c.balance(),
		c.opensrs("GET_BALANCE", "BALANCE"),
		jobs[max(0, strings.Index(jobs, `"object"`)):],
	}, "\n")
}

// stamps are what differs between equal answers.
func withoutStamps(s string) string {
	var out []string
	for line := range strings.Lines(s) {
		if strings.HasPrefix(line, "Tracking-Id:") || strings.HasPrefix(line, "Auth-Sid:") || strings.Contains(line, `"stid"`) {
			continue
		}
		out = append(out, line)
	}
	return strings.Join(out, "")
}

func TestReset(t *testing.T) {
	t.Parallel()
	s := memory(t)
	c := s.alpha()
	before, sid := withoutStamps(c.picture()), c.dmapiLogin()
	var took []string
	for round := range 3 {
		c.robotRegister("brief.com")
		if got := c.wapi("domain-renew", `{"name":"example.com","period":1}`); got.Response.Code != 1000 {
			t.Errorf("renew: %+v", got.Response)
		}
		if got := c.wapi("domain-check", `{"name":"brief.com"}`); got.Response.Code == 1000 {
			t.Errorf("a registered name is free: %+v", got.Response)
		}
		fresh := s.fresh()
		if c.balance() == "1000.00" {
			t.Error("nothing was charged")
		}
		took = append(took, fmt.Sprint(s.reset().Round(time.Millisecond)))
		if after := withoutStamps(c.picture()); after != before {
			t.Errorf("round %d: not as in the beginning:\n%s\nbut\n%s", round, before, after)
		}
		if _, body := fresh.robot("GET", "/hello", ""); strings.Contains(body, "SUCCESS") {
			t.Error("an account made before the reset can still log in")
		}
		if got := c.wapi("domain-check", `{"name":"brief.com"}`); got.Response.Code != 1000 {
			t.Errorf("brief.com is not free again: %+v", got.Response)
		}
		if body := c.dmapi("query-domain-list", "auth-sid", sid, "api-key", ""); strings.Contains(body, "example.com") {
			t.Errorf("a session of before the reset still works:\n%s", body)
		}
	}
	t.Logf("resets took %v", took)
	// The numbers begin anew as well: equal runs look equal.
	first := number(t, c.robotRegister("brief.com"))
	s.reset()
	if again := number(t, c.robotRegister("brief.com")); again != first {
		t.Errorf("the first order is %s, and %s after a reset", first, again)
	}
}

// number is the id of the job in a Domainrobot answer.
func number(t testing.TB, body string) string {
	t.Helper()
	var a struct {
		Data []struct{ ID json.Number }
	}
	if err := json.Unmarshal([]byte(body), &a); err != nil || len(a.Data) != 1 || a.Data[0].ID == "" {
		t.Fatalf("no job in %s (%v)", body, err)
	}
	return a.Data[0].ID.String()
}

// TestResetUnderLoad: requests that come meanwhile wait, and none of them is answered by half a sandbox.
func TestResetUnderLoad(t *testing.T) {
	t.Parallel()
	s := memory(t)
	before := withoutStamps(s.alpha().picture())
	var stop atomic.Bool
	var orders, reads, made atomic.Int64
	var work sync.WaitGroup
	for w := range 6 {
		work.Go(func() {
			c := s.alpha()
			for i := 0; !stop.Load(); i++ {
				switch {
				case w < 2:
					status, body := c.robot("POST", "/domain", robotOrder(fmt.Sprintf("load-%d-%d.com", w, i)))
					if status >= 500 || status == 401 || strings.Contains(body, "EF00001") {
						t.Errorf("register: %d %s", status, body)
					}
					orders.Add(1)
				case w < 3:
					s.fresh()
					made.Add(1)
				case w < 4:
					if body := c.opensrs("GET", "DOMAIN", "domain", "example.com", "type", "all_info"); !strings.Contains(body, `<item key="response_code">200</item>`) {
						t.Errorf("OpenSRS: %s", body)
					}
					reads.Add(1)
				case w < 5:
					hc := trusting(t, s.CA, "")
					if status, _, body := request(t, hc, c.opensrsRequest(s.OpenSRS, c.acc.OpenSRS.Keys.Live, "GET_BALANCE", "BALANCE")); status != 200 || !strings.Contains(body, `key="balance"`) {
						t.Errorf("OpenSRS's own listener: %d %s", status, body)
					}
					hc.CloseIdleConnections()
					reads.Add(1)
				default:
					if got := c.wapi("domain-info", `{"name":"example.com"}`); got.Response.Code != 1000 {
						t.Errorf("WAPI: %+v", got.Response)
					}
					reads.Add(1)
				}
			}
		})
	}
	var longest time.Duration
	for range 8 {
		time.Sleep(60 * time.Millisecond)
		longest = max(longest, s.reset())
	}
	stop.Store(true)
	work.Wait()
	s.reset()
	if after := withoutStamps(s.alpha().picture()); after != before {
		t.Errorf("not as in the beginning:\n%s\nbut\n%s", before, after)
	}
	t.Logf("8 resets among %d orders, %d new accounts and %d reads; the longest took %v", orders.Load(), made.Load(), reads.Load(), longest.Round(time.Millisecond))
}

// TestResetBesideSlowClient: a client that stops in the middle of a request keeps neither a reset nor others waiting.
func TestResetBesideSlowClient(t *testing.T) {
	t.Parallel()
	s := memory(t)
	for _, path := range []string{"/domainrobot/v1/domain", "/autodns/", "/dmapi/request/login", "/wapi/json", "/opensrs/"} {
		c, err := net.Dial("tcp", strings.TrimPrefix(s.HTTP, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: localhost\r\nX-Username: x\r\nContent-Length: 1000\r\n\r\nhalf", path)
	}
	time.Sleep(100 * time.Millisecond) // they are being read now
	if took := s.reset(); took > 5*time.Second {
		t.Errorf("the reset took %v", took)
	}
	if status, body := s.alpha().robot("GET", "/hello", ""); status != 200 {
		t.Errorf("after it: %d %s", status, body)
	}
}

// fresh makes an account of its own for a test.
func (s *sandbox) fresh() *client {
	s.t.Helper()
	status, body := post(s.t, s.Admin+"/accounts", "")
	var a account
	if err := json.Unmarshal([]byte(body), &a); err != nil || status != 201 {
		s.t.Errorf("POST accounts: %d %s (%v)", status, body, err)
	}
	return &client{t: s.t, base: s.HTTP, acc: a}
}

// TestFreshAccounts: each has money and log-ins for all dialects, and sees nothing of the others.
func TestFreshAccounts(t *testing.T) {
	t.Parallel()
	s := memory(t)
	var list [4]*client
	var all sync.WaitGroup
	for i := range list {
		all.Go(func() { list[i] = s.fresh() })
	}
	all.Wait()
	names := map[string]bool{}
	for i, c := range list {
		if names[c.acc.Name] {
			t.Fatalf("two are named %s", c.acc.Name)
		}
		names[c.acc.Name] = true
		if got := c.balance(); got != c.acc.Balances["EUR"] || got == "0.00" {
			t.Errorf("balance %s, the answer promised %v", got, c.acc.Balances)
		}
		name := fmt.Sprintf("fresh-%d.com", i)
		wantWords(t, c.opensrsRegister(name), `<item key="response_code">200</item>`)
		if err := c.sees(name); err != nil {
			t.Error(err)
		}
		if c.dmapiLogin() == "" {
			t.Error("DMAPI: no session for user and password")
		}
		if body := c.dmapi("query-domain-list"); strings.Contains(body, "example.com") || strings.Count(body, "fresh-") != 1 {
			t.Errorf("it sees what is not its own:\n%s", body)
		}
		app := c.acc.Domainrobot.Apps[0]
		r := newRequest(t, "GET", s.HTTP+"/domainrobot/v1/hello", "")
		r.SetBasicAuth(app.UUID, app.Password)
		if status, _, body := request(t, plain, r); status != 200 {
			t.Errorf("trusted application: %d %s", status, body)
		}
		if _, _, body := request(t, plain, c.opensrsRequest(s.HTTP+"/opensrs/", c.acc.OpenSRS.Keys.Test, "GET_BALANCE", "BALANCE")); !strings.Contains(body, `<item key="response_code">200</item>`) {
			t.Errorf("OpenSRS test key: %s", body)
		}
	}
	other := s.alpha()
	if got := other.wapi("domain-info", `{"name":"fresh-0.com"}`); got.Response.Code == 1000 {
		t.Error("alpha sees a fresh account's name")
	}
}

// TestGuard: the management API is for programs on this machine.
func TestGuard(t *testing.T) {
	t.Parallel()
	s := memory(t, "--listen-http", "0.0.0.0:0")
	if !strings.HasPrefix(s.HTTP, "http://127.0.0.1:") {
		t.Errorf("the endpoints file says %s, which is no address to connect to", s.HTTP)
	}
	u, err := url.Parse(s.HTTP)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []struct {
		method, path string
		headers      []string
		want         int
	}{
		{"GET", "/journal", nil, 200},
		{"GET", "/journal", []string{"Host: localhost:" + u.Port()}, 200},
		{"GET", "/journal", []string{"Host: LOCALHOST"}, 200},
		{"GET", "/journal", []string{"Host: [::1]:" + u.Port()}, 200},
		{"GET", "/journal", []string{"Host: rebound.example"}, 403},
		{"GET", "/journal", []string{"Host: 127.0.0.1.rebound.example"}, 403},
		{"GET", "/journal", []string{"Host: 192.0.2.1"}, 403},
		{"GET", "/journal", []string{"Host: dmapi.joker.com"}, 403},
		{"GET", "/journal", []string{"Origin: http://127.0.0.1:" + u.Port()}, 403},
		{"GET", "/journal", []string{"Origin: null"}, 403},
		{"POST", "/reset", []string{"Origin: https://evil.example"}, 403},
		{"POST", "/accounts", []string{"Host: evil.example"}, 403},
		{"GET", "/reset", nil, 404},
		{"POST", "/journal", nil, 404},
		{"GET", "/", nil, 404},
		{"GET", "/journal?limit=x", nil, 400},
	} {
		status, _, body := request(t, plain, newRequest(t, d.method, s.Admin+d.path, "", d.headers...))
		if status != d.want || !strings.HasPrefix(body, "{") {
			t.Errorf("%s %s %v: %d, want %d: %s", d.method, d.path, d.headers, status, d.want, body)
		}
	}
	outer := outerAddress(t)
	base := "http://" + net.JoinHostPort(outer, u.Port()) + "/_polyreg"
	for _, d := range []struct {
		headers []string
		want    int
	}{
		{nil, 401},
		{[]string{"Authorization: Bearer wrong"}, 401},
		{[]string{"Authorization: Bearer " + s.AdminToken}, 200},
		{[]string{"Authorization: Bearer " + s.AdminToken, "Host: localhost"}, 200},
		{[]string{"Host: localhost"}, 401}, // what a client says does not make the listener a loopback one
		{[]string{"Authorization: Bearer " + s.AdminToken, "Host: evil.example"}, 403},
		{[]string{"Authorization: Bearer " + s.AdminToken, "Origin: https://evil.example"}, 403},
	} {
		if status, body := get(t, base+"/journal", d.headers...); status != d.want {
			t.Errorf("from outside with %v: %d, want %d: %s", d.headers, status, d.want, body)
		}
	}
}

// outerAddress is an address of this machine that is no loopback address.
func outerAddress(t testing.TB) string {
	t.Helper()
	list, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list {
		if ip, ok := a.(*net.IPNet); ok && ip.IP.To4() != nil && !ip.IP.IsLoopback() && !ip.IP.IsLinkLocalUnicast() {
			return ip.IP.String()
		}
	}
	t.Skip("this machine has loopback addresses only; internal/app tests the rule itself")
	return ""
}

// TestDialectsOnOtherAddresses: only the management API asks for a token; accounts have their own address rules.
func TestDialectsOnOtherAddresses(t *testing.T) {
	t.Parallel()
	s := memory(t, "--listen-http", "0.0.0.0:0")
	u, err := url.Parse(s.HTTP)
	if err != nil {
		t.Fatal(err)
	}
	c := s.alpha()
	c.base = "http://" + net.JoinHostPort(outerAddress(t), u.Port())
	if status, body := c.robot("GET", "/hello", ""); status != http.StatusOK {
		t.Errorf("Domainrobot: %d %s", status, body)
	}
	if got := c.wapi("ping", ""); got.Response.Code == 1000 {
		t.Error("WAPI lets an address in that is not among allowed_ips")
	}
}
