package domainrobot

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

func httpRequest(method, target string) *http.Request {
	return httptest.NewRequest(method, target, nil)
}

func decode(t *testing.T, text string) jsonx.Value {
	t.Helper()
	v, err := jsonx.Decode([]byte(text), jsonx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPaths(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	for _, path := range []string{"/v1/domain/example.com", "/v1//domain/example.com", "//v1/domain//example.com/", "/V1/DOMAIN/Example.COM.",
		"/v1/domain/example%2Ecom", "/domain/example.com", "/v1/domain/%65xample.com?fullContact=false&x=%zz&;"} {
		c.want(c.do("GET", path, "ignored [ body"), 200, "S0105")
	}
	for _, path := range []string{"/", "/v1", "/v1/", "/v1/nothing", "/v1/domain/a/b/c/d", "/v1/help"} {
		c.want(c.do("GET", path, ""), 404, "E00000")
	}
	if New(dialecttest.New(t).Deps()).Claims(httpRequest("GET", "/v2/x"), nil) {
		t.Error("claims a foreign path")
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	r := newRouter()
	for _, c := range []struct{ method, path, code string }{
		{"GET", "/contact/_search", "0304"}, {"POST", "/contact/_search", "0304"}, {"GET", "/contact/7", "0304"},
		{"PUT", "/domain/a.com/_renew", "0101003"}, {"POST", "/domain/a.com/_renew", "0101003"}, {"DELETE", "/domain/a.com/_renew", ""},
		{"POST", "/domain/a.com/_sendAuthinfoToOwnerc", "0113005"}, {"POST", "/domain/a.com/_authinfo1", "0113001"},
		{"DELETE", "/domain/a.com/_authinfo1", "0113002"}, {"PUT", "/domain/a.com/_ownerChange", "0104010"}, {"PUT", "/domain/_ownerChange", "0104010"},
		{"POST", "/transferout/a.com/TRANSFER_OUT_ACK", "0106002"}, {"GET", "/transferout/_search", "0106001"},
		{"POST", "/zone/_acme-challenge.a.com./_stream", "0202002"}, {"GET", "/redirect/info@a.com/x/y", "0504"},
		{"PUT", "/job/7/_cancel", "300121"}, {"GET", "/trustedapp/_search", "1322005"}, {"POST", "/backupmx/_SEARCH", "0524"},
		{"DELETE", "/logout", "1321003"}, {"GET", "/job/history/7", "300134"}, {"GET", "/user/a/4", "1301004"},
	} {
		rt, _ := r.find(c.method, segments(c.path))
		switch {
		case c.method == "DELETE" && c.code == "":
			if rt != nil && rt.code != "" {
				t.Errorf("%s %s is %s", c.method, c.path, rt.code)
			}
		case rt == nil || rt.code != c.code:
			t.Errorf("%s %s: %+v, want %s", c.method, c.path, rt, c.code)
		}
	}
}

func TestKeysInAllSpellings(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	for _, query := range []string{"keys[]=a&keys[]=b", "keys%5B%5D=a&keys%5B%5D=b", "keys=a,b", "keys[0]=a&keys[1]=b", "KEYS[]=a&keys=b"} {
		if got := d.newRequest(httpRequest("GET", "/v1/x?"+query)).keys(); strings.Join(got, " ") != "a b" {
			t.Errorf("%s: %v", query, got)
		}
	}
	for query, want := range map[string]bool{"acl": true, "acl=": true, "acl=true": true, "acl=false": false, "ACL=1": true, "keys[]=acl": true, "x=acl": false} {
		if got := d.newRequest(httpRequest("GET", "/v1/x?"+query)).on("acl"); got != want {
			t.Errorf("%s: %v", query, got)
		}
	}
}

func TestCtid(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	if a := c.with("X-Domainrobot-Ctid", "from-header").do("GET", "/v1/hello", ""); a.body.Ctid != "from-header" {
		t.Error(a.raw)
	}
	if a := c.with("X-Domainrobot-Ctid", "from-header").do("GET", "/v1/nothing?ctid=from+query", ""); a.body.Ctid != "from query" {
		t.Error(a.raw)
	}
	if a := c.do("GET", "/v1/hello?ctid="+strings.Repeat("x", 300), ""); len(a.body.Ctid) != maxCtid {
		t.Error(a.raw)
	}
}

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	fill := func(size int) string {
		const head, tail = `{"comment":"`, `"}`
		return head + strings.Repeat("x", size-len(head)-len(tail)) + tail
	}
	if a := c.do("POST", "/v1/domain/_search", fill(MaxBody)); a.status != 200 {
		t.Error(a.raw)
	}
	a := c.want(c.do("POST", "/v1/domain/_search", fill(MaxBody+1)), 400, "E0105")
	if a.body.Messages[0].Code != "EF01000" || a.body.Messages[0].Objects[0].Type != "request" || !strings.Contains(a.body.Messages[0].Notice, "2097152") {
		t.Error(a.raw)
	}
	c.want(c.do("POST", "/v1/domain/_search", "\"\xff\""), 400, "E0105")
	if a := c.do("POST", "/v1/domain/_search", strings.Repeat(" ", 900)+"\n"); a.status != 200 {
		t.Error(a.raw)
	}
}

// TestWire sends requests over a connection, as octets.
func TestWire(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(New(dialecttest.New(t).Deps()))
	defer srv.Close()
	send := func(raw string) (*http.Response, string) {
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, raw); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(raw, "Content-Length: 500") {
			conn.(*net.TCPConn).CloseWrite()
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		return res, string(body)
	}
	head := "Host: api.autodns.com\r\nAuthorization: " + basicAuth("alpha", "s3cret-robot") + "\r\n"
	query := `{"filters":[{"key":"name","value":"example.com"}]}`
	half := len(query) / 2
	res, body := send("POST //v1/domain/_search HTTP/1.1\r\n" + head + "Transfer-Encoding: chunked\r\n\r\n" +
		fmt.Sprintf("%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n", half, query[:half], len(query)-half, query[half:]))
	if res.StatusCode != 200 || !strings.Contains(body, `"summary":1`) || res.Header.Get("Content-Type") != contentType || res.ContentLength != int64(len(body)) {
		t.Error(res, body)
	}
	res, body = send("POST /v1/contact HTTP/1.1\r\n" + head + "Content-Length: 500\r\n\r\n{\"type\":")
	if res.StatusCode != 400 || !strings.Contains(body, "EF01000") {
		t.Error("truncated body", res, body)
	}
	// One request in UTF-8 without escapes in the path.
	res, body = send("GET /v1/domain/bücher.com HTTP/1.1\r\n" + head + "\r\n")
	if res.StatusCode != 404 || !strings.Contains(body, `"value":"xn--bcher-kva.com"`) {
		t.Error(res, body)
	}
}

func TestStidsAreUnique(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	a, b := New(w.Deps()), New(w.Deps())
	seen := map[string]bool{}
	for range 500 {
		for _, d := range []*Dialect{a, b} {
			s := d.stid.next(w.Clocks.Wall())
			if seen[s] || !varying[0].find.MatchString(s) || !strings.HasPrefix(s, w.Clocks.Wall().Format("2006")) {
				t.Fatal(s)
			}
			seen[s] = true
		}
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	for _, text := range []string{
		`{"user":"a","password":"hush","context":4,"token":"hush"}`, `{"name":"a.com","authinfo":"hush"}`, `{"oldPassword":"hu` + `sh`,
		"POST /v1/x?token=hush HTTP/1.1\r\nAuthorization: Basic hush\r\nX-Domainrobot-SessionId: hush\r\nX-Domainrobot-2FA-Token: hush\r\nCookie: domainrobot_session=hush\r\nX-Domainrobot-Domain-Safe-Pin: hush\r\n\r\n{\"pin\":\"hush\"}",
		"HTTP/1.1 200 OK\r\nSet-Cookie: domainrobot_session=hush; Path=/\r\nX-Domainrobot-SessionId: hush\r\n\r\n{}", "keys[]=acl&password=hush",
	} {
		if got := string(d.Mask([]byte(text))); strings.Contains(got, "hush") {
			t.Errorf("%s\n%s", text, got)
		}
	}
	if got := string(d.Mask([]byte(`{"name":"a.com","comment":"b"}`))); got != `{"name":"a.com","comment":"b"}` {
		t.Error(got)
	}
}
