package dmapi

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// The tests of this file are what dmapi.md §16 found in the clients' sources: each does what one of them does.

// TestQuirkEveryHeaderLine: one client throws on a line without ": ", others read a name up to the first blank.
func TestQuirkEveryHeaderLine(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	line := regexp.MustCompile(`^[A-Z][A-Za-z_-]+: .*$`)
	for _, q := range [][]string{{"login", "api-key", dialecttest.DMAPIKey}, {"query-domain-list"}, {"result-list"}, {"domain-check", "domain", "x.zz"}, {"logout"}, {"query-profile"}} {
		a := c.ask(q[0], q[1:]...)
		head, _, ok := strings.Cut(a.text, "\n\n")
		for _, l := range strings.Split(head, "\n") {
			if !line.MatchString(l) {
				t.Errorf("%s: line %q", q[0], l)
			}
		}
		if !ok { // an old client crashes without the empty line
			t.Errorf("%s: no empty line", q[0])
		}
	}
}

// TestQuirkLexicon does what dns-lexicon's Provider.authenticate does.
func TestQuirkLexicon(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := &client{t: t, d: New(w.Deps())}
	process := func(a answer) (map[string]string, []string) {
		headers, body := map[string]string{}, []string(nil)
		feed := true
		for _, l := range strings.Split(a.text, "\n") {
			if l == "" {
				feed = false
				continue
			}
			if feed {
				items := strings.Split(l, ":")
				headers[items[0]] = strings.TrimLeft(items[1], " ")
			} else {
				body = append(body, l)
			}
		}
		return headers, body
	}
	headers, _ := process(c.ask("login", "api-key", dialecttest.DMAPIKey))
	c.sid = headers["Auth-Sid"]
	headers, data := process(c.ask("query-domain-list", "pattern", "example.com", "showstatus", "1"))
	if headers["Status-Code"] != "0" || len(data) != 1 {
		t.Fatalf("%v %q", headers, data)
	}
	for _, word := range strings.Split(strings.Split(data[0], " ")[2], ",") {
		if word != "production" && word != "lock" && word != "autorenew" {
			t.Errorf("status word %q ends the client", word)
		}
	}
	if _, data = process(c.ask("query-domain-list", "pattern", "beta-owned.com", "showstatus", "1")); len(data) != 0 {
		t.Errorf("a foreign domain is listed: %q", data)
	}
	headers, data = process(c.ask("login", "api-key", "wrong"))
	if headers["Error"] == "" || data[0] != "API key is invalid" {
		t.Errorf("%v %q", headers, data)
	}
}

// TestQuirkLists: which lists carry Columns, and how they end (dmapi.md §3.1 rule 4, §3.3).
func TestQuirkLists(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	c.ok("ns-create", "host", "ns1.example.com", "ip", "192.0.2.1")
	c.ok("domain-register", registration("list.com", c.contact("com"))...)
	c.ok("domain-transfer-in", "domain", "incoming.com", "transfer-auth-id", "in-AuthInfo-1", "billing-c", "CCOM-1001")
	for _, tc := range []struct {
		request  string
		args     []string
		columns  bool
		sep      string
		rowCount bool
		fields   int
	}{
		{"query-domain-list", []string{"showjokerns", "1"}, true, "", false, 3},
		{"query-contact-list", nil, false, "", false, 1},
		{"query-contact-list", []string{"extended-format", "1"}, true, "TAB", false, 4},
		{"query-price-list", nil, true, "TAB", false, 17},
		{"result-list", nil, false, "", true, 7},
		{"query-ns-list", nil, false, "", false, 1},
		{"query-ns-list", []string{"full", "1"}, false, "TAB", false, 3},
		{"wa-email-list", nil, true, "TAB", false, 3},
		{"domain-transfer-control", []string{"action", "list"}, true, "TAB", false, 4},
	} {
		a := c.ok(tc.request, tc.args...)
		_, columns := a.headers["Columns"]
		_, count := a.headers["Row-Count"]
		if columns != tc.columns || a.headers["Separator"] != tc.sep || count != tc.rowCount {
			t.Errorf("%s:\n%s", tc.request, a.text)
		}
		if a.body == "" || strings.HasSuffix(a.body, "\n") {
			t.Errorf("%s: body ends in %q", tc.request, a.body)
		}
		sep := " "
		if tc.sep == "TAB" {
			sep = "\t"
		}
		for _, row := range strings.Split(a.body, "\n") {
			fields := strings.Split(row, sep)
			if len(fields) != tc.fields || columns && len(fields) != len(strings.Split(a.headers["Columns"], ",")) {
				t.Errorf("%s: row %q", tc.request, row)
			}
			for _, f := range fields {
				if f == "" {
					t.Errorf("%s: empty field in %q", tc.request, row)
				}
			}
		}
	}
}

// TestQuirkWhoisLines: a Perl client needs a value on every line, and a key without blanks.
func TestQuirkWhoisLines(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	line := regexp.MustCompile(`^(\S+): (.+)$`)
	for _, q := range [][]string{{"domain", "example.com"}, {"contact", "CCOM-1001"}} {
		a := c.ok("query-whois", q...)
		for _, l := range strings.Split(a.body, "\n") {
			if !line.MatchString(l) || !strings.HasPrefix(l, q[0]+".") {
				t.Errorf("line %q", l)
			}
		}
		for _, key := range []string{"created.date", "modified.date"} {
			if v := a.facts()[q[0]+"."+key]; !regexp.MustCompile(`^\d{14}$`).MatchString(v) {
				t.Errorf("%s: %q", key, v)
			}
		}
	}
}

// TestQuirkLowerCase: one client writes all values in small letters, and doubles the separator of parameters.
func TestQuirkLowerCase(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	h := strings.ToLower(c.contact("com"))
	r := httptest.NewRequest("GET", "/request/domain-register?domain=lower.com&period=12&&owner-c="+h+"&billing-c="+h+
		"&ns-list=ns1.polyreg.test:ns2.polyreg.test&engine=whmcs6.1&client-ip=192.0.2.1&&auth-sid="+c.sid+"&", nil)
	c.want(c.send(r), "0", "")
}

// TestQuirkWire: a client matches the status line as HTTP/1.x with three digits and a reason, and asks with an explicit port.
func TestQuirkWire(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(New(dialecttest.New(t).Deps()))
	t.Cleanup(s.Close)
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /request/login?api-key=%s HTTP/1.1\r\nHost: dmapi.joker.com:443\r\nAccept: application/json\r\nConnection: close\r\n\r\n", dialecttest.DMAPIKey)
	r := bufio.NewReader(conn)
	status, _ := r.ReadString('\n')
	if !regexp.MustCompile(`^HTTP/1\.1 200 \w+\r\n$`).MatchString(status) {
		t.Errorf("status line %q", status)
	}
	rest, _ := io.ReadAll(r)
	head, body, ok := strings.Cut(string(rest), "\r\n\r\n")
	if !ok || strings.Contains(body, "\r") || !strings.HasPrefix(body, "Status-Code: 0\n") || !strings.HasSuffix(body, "\n") {
		t.Errorf("body %q", body)
	}
	for _, h := range []string{"Content-Type: text/plain; charset=utf-8", fmt.Sprintf("Content-Length: %d", len(body)), "Set-Cookie: dmapi-auth="} {
		if !strings.Contains(head, h) {
			t.Errorf("no %q in %s", h, head)
		}
	}
	if strings.Contains(head, "Auth-Sid") { // a shell client looks for that word in the HTTP headers too
		t.Errorf("HTTP headers name the session: %s", head)
	}
}

// TestQuirkNoSidOutsideLogin: two clients take Auth-Sid from any reply that has it.
func TestQuirkNoSidOutsideLogin(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	for _, q := range [][]string{{"query-profile"}, {"query-whois", "domain", "unknown.com"}, {"version"}, {"logout"}} {
		if a := c.ask(q[0], q[1:]...); a.headers["Auth-Sid"] != "" {
			t.Errorf("%s:\n%s", q[0], a.text)
		}
	}
}

// TestQuirkOrdersArePolledByNumber does what an older Perl client does: Proc-ID of the reply, then its row in result-list.
func TestQuirkOrdersArePolledByNumber(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	h := c.contact("com")
	n := c.ok("domain-register", registration("poll.com", h, "CLTRID", "domreg-1")...).headers["Proc-ID"]
	row := strings.Fields(c.ok("result-list", "procid", n, "showall", "1", "pending", "1", "limit", "1").body)
	if len(row) != 7 || row[2] != n || row[3] != "domain-register" || row[4] != "poll.com" || row[5] != "ack" || row[6] != "domreg-1" {
		t.Errorf("row %q", row)
	}
	if a := c.ok("result-retrieve", "proc-id", n, "SVTRID", row[1]); a.facts()["Object-Name"] != "poll.com" {
		t.Error(a.text)
	}
	if !strings.HasPrefix(c.ok("result-delete", "Proc-ID", n).body, "Result "+n) {
		t.Error("result-delete has no line")
	}
}

// TestQuirkClaims: the paths that are DMAPI's own, whatever the host.
func TestQuirkClaims(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	for path, want := range map[string]bool{"/request/login": true, "/v2/contact/create": true, "/whois": true, "/nic/update": true, "/v1/domain": false, "/": false, "/wapi/json": false} {
		if got := d.Claims(httptest.NewRequest(http.MethodGet, path, nil), nil); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}
