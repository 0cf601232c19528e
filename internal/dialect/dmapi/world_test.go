package dmapi

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// client speaks DMAPI to a door without a network between.
type client struct {
	t    testing.TB
	d    *Dialect
	host string
	sid  string
	get  bool // ask by GET
}

// answer is a reply as a client reads it.
type answer struct {
	status  int
	http    http.Header
	text    string
	names   []string // of the headers, in order
	headers map[string]string
	errors  []string
	body    string
}

func (a answer) code() string { return a.headers["Status-Code"] }

// newClient is a client that has logged in with alpha's full key.
func newClient(t testing.TB, w *dialecttest.World) *client {
	c := &client{t: t, d: New(w.Deps())}
	c.login("api-key", dialecttest.DMAPIKey)
	return c
}

func (c *client) login(pairs ...string) answer {
	c.t.Helper()
	a := c.ask("login", pairs...)
	c.sid = a.headers["Auth-Sid"]
	return a
}

// ask sends a request with pairs of names and values; the session comes along unless they name one.
func (c *client) ask(name string, pairs ...string) answer {
	c.t.Helper()
	v := url.Values{}
	if c.sid != "" {
		v.Set("auth-sid", c.sid)
	}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	if c.get {
		return c.send(httptest.NewRequest("GET", "/request/"+name+"?"+v.Encode(), nil))
	}
	r := httptest.NewRequest("POST", "/request/"+name, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", urlencoded)
	return c.send(r)
}

func (c *client) send(r *http.Request) answer {
	c.t.Helper()
	r.RemoteAddr = "127.0.0.1:4711"
	if c.host != "" {
		r.Host = c.host
	}
	rec := httptest.NewRecorder()
	c.d.ServeHTTP(rec, r)
	return parse(c.t, rec)
}

// parse reads a reply as strictly as the strictest client.
func parse(t testing.TB, rec *httptest.ResponseRecorder) answer {
	t.Helper()
	a := answer{status: rec.Code, http: rec.Header(), text: rec.Body.String(), headers: map[string]string{}}
	head, body, ok := strings.Cut(a.text, "\n\n")
	if !ok || strings.Contains(a.text, "\r") {
		t.Fatalf("no envelope: %q", a.text)
	}
	a.body = body
	for _, line := range strings.Split(head, "\n") {
		name, value, ok := strings.Cut(line, ": ")
		if !ok {
			t.Fatalf("header line %q", line)
		}
		if name == "Error" {
			a.errors = append(a.errors, value)
		}
		a.names = append(a.names, name)
		a.headers[name] = value
	}
	ack := a.headers["Result"] == "ACK"
	if ack != (a.code() == "0") || ack == (len(a.errors) > 0) {
		t.Errorf("code, Result and Error disagree:\n%s", a.text)
	}
	return a
}

// want checks the code and, for refusals, that an Error line holds the text.
func (c *client) want(a answer, code, text string) answer {
	c.t.Helper()
	if a.code() != code || text != "" && !strings.Contains(strings.Join(a.errors, "\n"), text) {
		c.t.Errorf("want code %s with %q:\n%s", code, text, a.text)
	}
	return a
}

// ok asks and wants success.
func (c *client) ok(name string, pairs ...string) answer {
	c.t.Helper()
	return c.want(c.ask(name, pairs...), "0", "")
}

// facts are a body's "key: value" lines; repeated keys are joined by a comma.
func (a answer) facts() map[string]string {
	out := map[string]string{}
	for _, line := range strings.Split(a.body, "\n") {
		if k, v, ok := strings.Cut(line, ": "); ok {
			if out[k] != "" {
				v = out[k] + "," + v
			}
			out[k] = v
		}
	}
	return out
}

// jane is a complete contact for a TLD.
func jane(tld string, more ...string) []string {
	return append([]string{"tld", tld, "name", "Jane Doe", "individual", "Y", "email", "jane@example.net", "address-1", "Main Street 1",
		"city", "Berlin", "postal-code", "10115", "country", "DE", "phone", "+49.301234567"}, more...)
}

// contact makes a contact and gives its handle.
func (c *client) contact(tld string) string {
	c.t.Helper()
	a := c.ok("contact-create", jane(tld)...)
	return c.ok("result-retrieve", "Proc-ID", a.headers["Proc-ID"]).facts()["Object-Name"]
}

// order are the parameters of a registration.
func registration(domain, handle string, more ...string) []string {
	return append([]string{"domain", domain, "period", "12", "status", "production", "owner-c", handle, "admin-c", handle, "tech-c", handle,
		"billing-c", handle, "ns-list", "ns1.polyreg.test:ns2.polyreg.test"}, more...)
}

// keyed asks under an idempotency key.
func (c *client) keyed(key, name string, pairs ...string) answer {
	c.t.Helper()
	v := url.Values{"auth-sid": {c.sid}}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest("POST", "/request/"+name, strings.NewReader(v.Encode()))
	r.Header.Set("Idempotency-Key", key)
	return c.send(r)
}

// requestOf is a request with a form and nothing behind it.
func requestOf(t testing.TB, body string) *request {
	t.Helper()
	r := httptest.NewRequest("POST", "/request/x", strings.NewReader(body))
	rq := &request{d: New(dialect.Deps{}), http: r}
	if err := rq.readForm(); err != nil {
		t.Fatal(err)
	}
	return rq
}
