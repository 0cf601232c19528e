package redirect

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// book is what is forwarded, by host name as the platform keeps it.
type book map[string]zone.Forward

func (b book) ForwardFor(_ context.Context, host string) (zone.Forward, error) {
	f, ok := b[host]
	switch {
	case host == "broken.example":
		return f, errors.New("no connection to postgres://user:secret@db")
	case !ok:
		return f, errs.E(errs.NotFound, "the forward does not exist")
	}
	return f, nil
}

func to(target string, status int) zone.Forward {
	return zone.Forward{Kind: zone.Redirect, Target: target, Status: status}
}

var known = book{
	"go.example":              to("https://www.example.net/", 302),
	"bare.example":            to("http://www.example.net", 301),
	"shop.example":            to("https://www.example.net:8443/shop/?", 307),
	"folder.example":          to("https://www.example.net/a%2Fb/", 308),
	"page.example":            to("https://www.example.net/index.html", 303),
	"query.example":           to("https://www.example.net/?id=7", 0),
	"mark.example":            to("https://www.example.net/#top", 302),
	"idn.example":             to("https://bücher.example/ä/", 302),
	"six.example":             to("http://[2001:db8::1]:81/", 302),
	"self.example":            to("http://self.example/", 302),
	"up.example":              to("https://up.example/", 301),
	"script.example":          to("javascript:alert(1)", 302),
	"user.example":            to("https://www.example.net@evil.example/", 302),
	"mail.example":            {Kind: zone.Mail, Target: "a@b.example"},
	"xn--mnchen-3ya.example":  to("https://www.example.net/m/", 302),
	"f.example":               {Kind: zone.Frame, Target: `https://www.example.net/a?x="><script>alert(1)</script>&y=1`, Title: `A <b>"title"</b> & more`},
	"untitled.example":        {Kind: zone.Frame, Target: "https://www.example.net/"},
	"xn--bcher-kva.example":   {Kind: zone.Frame, Target: "https://www.example.net/"},
	"frame-of-script.example": {Kind: zone.Frame, Target: "javascript:alert(1)"},
}

// ask sends one request to a handler over a connection of its own, as octets.
func ask(t *testing.T, raw string) (*http.Response, string) {
	t.Helper()
	return askHandler(t, New(known, slog.New(slog.DiscardHandler)), raw)
}

func askHandler(t *testing.T, h http.Handler, raw string) (*http.Response, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := Server(h, slog.New(slog.DiscardHandler))
	go func() { _ = srv.Serve(l) }()
	defer srv.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(c, raw); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(raw, " ")
	res, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	for _, d := range []struct {
		request, host string
		status        int
		location      string
	}{
		{"GET /", "go.example", 302, "https://www.example.net/"},
		{"GET /a/b.html?x=1&y=%26", "go.example", 302, "https://www.example.net/a/b.html?x=1&y=%26"},
		{"GET /a", "GO.Example.:8780", 302, "https://www.example.net/a"},
		{"HEAD /a?b", "bare.example", 301, "http://www.example.net/a?b"},
		{"GET /", "bare.example", 301, "http://www.example.net/"},
		{"POST /a", "go.example", 302, "https://www.example.net/a"},
		{"PUT /a", "folder.example", 308, "https://www.example.net/a%2Fb/a"},
		{"DELETE /a", "shop.example", 307, "https://www.example.net:8443/shop/?"},
		{"GET /a?b", "page.example", 303, "https://www.example.net/index.html"},
		{"GET /a?b", "query.example", 302, "https://www.example.net/?id=7"},
		{"GET /a?b", "mark.example", 302, "https://www.example.net/#top"},
		{"GET /ü?ü", "idn.example", 302, "https://xn--bcher-kva.example/%C3%A4/%C3%BC?%C3%BC"},
		{"GET /x", "six.example", 302, "http://[2001:db8::1]:81/x"},
		{"GET /x", "xn--mnchen-3ya.example", 302, "https://www.example.net/m/x"},
		{"GET /x", "XN--MNCHEN-3YA.EXAMPLE", 302, "https://www.example.net/m/x"},
		{"GET /../../x/./y/%2e%2E/z/..", "xn--mnchen-3ya.example", 302, "https://www.example.net/m/x/"},
		{"GET //evil.example/", "bare.example", 301, "http://www.example.net//evil.example/"},
		{"GET /\\evil.example", "bare.example", 301, "http://www.example.net/%5Cevil.example"},
		{"GET /@evil.example", "bare.example", 301, "http://www.example.net/@evil.example"},
		{"GET /?<\"'", "bare.example", 301, "http://www.example.net/?%3C%22'"},
		{"GET http://go.example/a", "page.example", 302, "https://www.example.net/a"}, // RFC 9112 §3.2.2: the target names the host
		{"GET /a", "up.example", 301, "https://up.example/a"},
	} {
		res, body := ask(t, d.request+" HTTP/1.1\r\nHost: "+d.host+"\r\n\r\n")
		if res.StatusCode != d.status || res.Header.Get("Location") != d.location {
			t.Errorf("%s of %s: %d %q, want %d %q", d.request, d.host, res.StatusCode, res.Header.Get("Location"), d.status, d.location)
		}
		if head := strings.HasPrefix(d.request, "HEAD"); head != (body == "") || res.Header.Get("Cache-Control") != "max-age=60" {
			t.Errorf("%s of %s: %v %q", d.request, d.host, res.Header, body)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, d := range []struct {
		request, host string
		status        int
	}{
		{"GET /", "elsewhere.example", 404}, {"HEAD /", "elsewhere.example", 404}, {"POST /", "elsewhere.example", 404},
		{"GET /", "", 404}, {"GET /", "127.0.0.1:80", 404}, {"GET /", "[::1]:80", 404}, {"GET /", "*.example", 404}, {"GET /", "go.example..", 404},
		{"GET /", ".", 404}, {"GET /", "go.example:0", 404}, {"GET /", "go.example:99999", 404}, {"GET /", "go.example:80:80", 404}, {"GET /", ":80", 404},
		{"GET /", "user@go.example", 400}, {"GET /", "go.example%2e", 404}, {"GET /", "mail.example", 404}, {"GET /", strings.Repeat("a.", 600) + "example", 404},
		{"GET /", "script.example", 404}, {"GET /", "user.example", 404}, {"GET /", "frame-of-script.example", 404},
		{"GET /", "go.example/evil.example", 400}, {"GET /", "go.example, evil.example", 400}, {"GET /", "go.example\r\nHost: evil.example", 400},
		{"GET /", "self.example", 508}, {"GET /a?b", "Self.example:80", 508}, {"GET /", "broken.example", 503},
		{"PUT /", "go.example", 405}, {"POST /", "f.example", 405}, {"OPTIONS *", "folder.example", 405}, {"TRACE /", "go.example", 405}, {"BREW /", "go.example", 405},
		{"GET /" + strings.Repeat("a", 9000), "go.example", 414}, {"GET /" + strings.Repeat("a", 40000), "go.example", 431},
		{"GET /%zz", "go.example", 400}, {"GET /a\x01b", "go.example", 400},
	} {
		res, body := ask(t, d.request+" HTTP/1.1\r\nHost: "+d.host+"\r\n\r\n")
		if res.StatusCode != d.status || res.Header.Get("Location") != "" || strings.Contains(body, "evil") || strings.Contains(body, "secret") {
			t.Errorf("%.60s of %.60s: %d %q %.200s, want %d", d.request, d.host, res.StatusCode, res.Header.Get("Location"), body, d.status)
		}
	}
	if res, _ := ask(t, "PUT / HTTP/1.1\r\nHost: f.example\r\n\r\n"); res.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("a frame allows %q", res.Header.Get("Allow"))
	}
}

// A request's body is not waited for.
func TestBodiesAreNotRead(t *testing.T) {
	t.Parallel()
	res, _ := ask(t, "POST /a HTTP/1.1\r\nHost: go.example\r\nContent-Length: 1000000000\r\n\r\nx")
	if res.StatusCode != 302 || !res.Close {
		t.Errorf("%d, closed: %v", res.StatusCode, res.Close)
	}
}

func TestFrames(t *testing.T) {
	t.Parallel()
	res, body := ask(t, "GET /ignored?z HTTP/1.1\r\nHost: f.example\r\n\r\n")
	policy := res.Header.Get("Content-Security-Policy")
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(policy, "default-src 'none'") ||
		!strings.Contains(policy, digest(frameStyle)) || strings.Contains(policy, "unsafe") || strings.Contains(policy, "script-src") {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	for _, want := range []string{`<title>A &lt;b&gt;&#34;title&#34;&lt;/b&gt; &amp; more</title>`, "<style>" + frameStyle + "</style>",
		`<iframe src="https://www.example.net/a?x=%22%3E%3Cscript%3Ealert%281%29%3C/script%3E&amp;y=1"`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
	if strings.Contains(body, "<script") {
		t.Errorf("a script gets in:\n%s", body)
	}
	if _, body = ask(t, "GET /a/b?c HTTP/1.1\r\nHost: untitled.example\r\n\r\n"); !strings.Contains(body, "<title>untitled.example</title>") ||
		!strings.Contains(body, `src="https://www.example.net/a/b?c"`) {
		t.Errorf("without a title:\n%s", body)
	}
	if _, body = ask(t, "GET / HTTP/1.1\r\nHost: xn--bcher-kva.example\r\n\r\n"); !strings.Contains(body, "<title>bücher.example</title>") {
		t.Errorf("the title of a name with an umlaut:\n%s", body)
	}
	if res, body = ask(t, "HEAD / HTTP/1.1\r\nHost: f.example\r\n\r\n"); res.StatusCode != 200 || body != "" || res.ContentLength < 200 {
		t.Errorf("HEAD: %d %d %q", res.StatusCode, res.ContentLength, body)
	}
}

// U-labels in the header come from clients that make requests by hand; net/http refuses them before any handler sees them.
func TestUnicodeHosts(t *testing.T) {
	t.Parallel()
	rec := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/x", nil)
	r.Host = "münchen.example:80"
	New(known, slog.New(slog.DiscardHandler)).ServeHTTP(rec, r)
	if got := rec.Header().Get("Location"); got != "https://www.example.net/m/x" {
		t.Errorf("%d %q", rec.Code, got)
	}
}

// FuzzDestination: wherever a request asks for, it is sent to the forward's own server, in one line of ASCII.
func FuzzDestination(f *testing.F) {
	for _, s := range []string{"/", "//evil.example", "/..//evil.example", "/%2e%2e/x?y#z", "/\\evil.example", "/a;b?c=d&e", "*", "/%0d%0aSet-Cookie:x", "/ü?ü"} {
		f.Add(s, "go.example")
	}
	f.Add("/", "münchen.example:80")
	h := New(anything{}, slog.New(slog.DiscardHandler))
	f.Fuzz(func(t *testing.T, uri, host string) {
		u, err := url.ParseRequestURI(uri)
		if err != nil {
			return
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, &http.Request{Method: "GET", URL: u, RequestURI: uri, Host: host, Header: http.Header{}})
		where := rec.Header().Get("Location")
		if rec.Code != 302 {
			if where != "" {
				t.Fatalf("%d with %q", rec.Code, where)
			}
			return
		}
		got, err := url.Parse(where)
		if err != nil || got.Scheme != "https" || got.Host != "www.example.net" || !strings.HasPrefix(where, "https://www.example.net/shop/") || got.Fragment != "" {
			t.Fatalf("%q of %q leads to %q (%v)", uri, host, where, err)
		}
		if i := strings.IndexFunc(where, func(r rune) bool { return r <= ' ' || r >= 0x7f }); i >= 0 {
			t.Fatalf("%q has %q", where, where[i])
		}
	})
}

type anything struct{}

func (anything) ForwardFor(_ context.Context, host string) (zone.Forward, error) {
	if host == "" || strings.ContainsAny(host, " *") {
		return zone.Forward{}, fmt.Errorf("asked for %q", host)
	}
	return to("https://www.example.net/shop/", 302), nil
}
