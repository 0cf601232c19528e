package program

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// still does not follow redirects.
var still = &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// forwarded asks a redirector for a name and gives status, where it leads and what it says.
func forwarded(t testing.TB, base, host, path string) (status int, location, body string) {
	t.Helper()
	status, head, body := request(t, still, newRequest(t, "GET", base+path, "", "Host: "+host))
	return status, head.Get("Location"), body
}

// TestRedirector: what is forwarded through a door is forwarded to whoever comes.
func TestRedirector(t *testing.T) {
	t.Parallel()
	s := memory(t)
	if status, _, _ := forwarded(t, s.Redirect, "go.example.com", "/"); status != 404 {
		t.Errorf("before it is forwarded: %d", status)
	}
	reply := s.alpha().dmapi("dns-zone-put", "domain", "example.com", "zone",
		"go URL 0 https://www.example.net/ 3600\nf FRAME 0 https://www.example.net/page?a=1&b=2 3600 0 0 \"\" \"\" \"A <Title>\" \"\"\n")
	if !strings.Contains(reply, "Status-Code: 0") {
		t.Fatalf("dns-zone-put: %s", reply)
	}
	if status, location, _ := forwarded(t, s.Redirect, "go.example.com:8780", "/a/b?c=d"); status != 302 || location != "https://www.example.net/a/b?c=d" {
		t.Errorf("%d %s", status, location)
	}
	status, location, body := forwarded(t, s.Redirect, "F.Example.com", "/")
	if status != 200 || location != "" {
		t.Errorf("a frame: %d %s", status, location)
	}
	wantWords(t, body, `<iframe src="https://www.example.net/page?a=1&amp;b=2"`, "<title>A &lt;Title&gt;</title>")
	eventually(t, patience, s.answers("go.example.com", dns.TypeA, "127.0.0.1"))
	for _, host := range []string{"www.example.com", "example.com", "127.0.0.1", "localhost", "go.example.com.evil.example"} {
		if status, location, _ := forwarded(t, s.Redirect, host, "/"); status != 404 || location != "" {
			t.Errorf("%s: %d %s", host, status, location)
		}
	}
	for _, path := range []string{"/_polyreg/zones", "/dmapi/request/login", "/healthz", "/metrics"} {
		if status, _, body := forwarded(t, s.Redirect, "localhost", path); status != 404 {
			t.Errorf("the redirector answers at %s: %d %s", path, status, body)
		}
	}
	wantWords(t, s.ctl("zone", "show", "example.com"), "redirect  go    https://www.example.net/", "frame     f")
	s.reset()
	if status, _, _ := forwarded(t, s.Redirect, "go.example.com", "/"); status != 404 {
		t.Errorf("after the reset: %d", status)
	}
	s.stop()
}

// TestRedirectorInServe: the listener is asked for, and told of.
func TestRedirectorInServe(t *testing.T) {
	t.Parallel()
	p := setup(t, "sqlite")
	text, err := os.ReadFile(p.config)
	if err != nil {
		t.Fatal(err)
	}
	configure := func(addr, listen string) {
		write(t, p.dir, filepath.Base(p.config), strings.NewReplacer("platform: {", "platform: {redirect: ["+addr+"], ", "listen: {", "listen: {redirect: \""+listen+"\", ", "limits: off", "limits: off\ndns: {listen: [\"127.0.0.1:0\"]}").Replace(string(text)))
	}
	configure("192.0.2.80", "127.0.0.1:0")
	p.tool("config", "check")
	p.plant()
	n, c := p.node()
	base := "http://" + n.find(`redirect (127\.0\.0\.1:\d+)`)
	c.robotRegister("led-on.com")
	if status, _, _ := forwarded(t, base, "led-on.com", "/"); status != 404 {
		t.Errorf("not forwarded yet: %d", status)
	}
	if reply := c.dmapi("dns-zone-put", "domain", "led-on.com", "zone", "@ URL 0 https://www.example.net/shop/ 3600\n"); !strings.Contains(reply, "Status-Code: 0") {
		t.Fatalf("dns-zone-put: %s", reply)
	}
	if status, location, _ := forwarded(t, base, "led-on.com", "/x"); status != 302 || location != "https://www.example.net/shop/x" {
		t.Errorf("%d %s", status, location)
	}
	node := &sandbox{process: n, endpoints: endpoints{DNS: n.find(`dns (127\.0\.0\.1:\d+)`)}}
	eventually(t, patience, node.answers("led-on.com", dns.TypeA, "192.0.2.80"))
	n.stop()
	configure("localhost", "nowhere")
	refused(t, []string{"platform.redirect[0]", "listen.redirect"}, "config", "check", "--config", p.config)
}
