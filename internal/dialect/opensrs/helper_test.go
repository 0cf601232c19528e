package opensrs

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// client signs requests and sends them to ServeHTTP.
type client struct {
	d         *Dialect
	user, key string
	host      string
	from      string
	headers   map[string]string
}

func newClient(w *dialecttest.World) *client {
	return &client{d: New(w.Deps()), user: dialecttest.OpenSRSUser, key: dialecttest.OpenSRSKey, host: "127.0.0.1:8700", from: "127.0.0.1:40000"}
}

// as is the same client with another log-in.
func (c client) as(user, key string) *client {
	c.user, c.key = user, key
	return &c
}

// document is a request.
func document(action, object string, attrs *value) []byte {
	top := hash("protocol", "XCP", "action", action, "object", object)
	if attrs != nil {
		top.set("attributes", attrs)
	}
	return envelope(top)
}

// send sends a body and gives the answer's octets.
func (c *client) send(t testing.TB, body []byte) []byte {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(string(body)))
	r.Host, r.RemoteAddr = c.host, c.from
	r.Header.Set("X-Username", c.user)
	r.Header.Set("X-Signature", Signature(body, c.key))
	for k, v := range c.headers {
		r.Header.Set(k, v)
	}
	rec := httptest.NewRecorder()
	c.d.ServeHTTP(rec, r)
	if rec.Code != http.StatusOK || rec.Header().Get("Content-Type") != "text/xml" {
		t.Fatalf("status %d, headers %v", rec.Code, rec.Header())
	}
	return rec.Body.Bytes()
}

// do sends a command and gives the answer's top-level hash.
func (c *client) do(t testing.TB, action, object string, attrs *value) *value {
	t.Helper()
	return parsed(t, c.send(t, document(action, object, attrs)))
}

// parsed reads an answer.
func parsed(t testing.TB, doc []byte) *value {
	t.Helper()
	root, err := parse(doc)
	if err != nil {
		t.Fatalf("unreadable answer: %v\n%s", err, doc)
	}
	return read(root.Path("body", "data_block"))
}

// expect checks code and text; an empty text is not compared.
func expect(t testing.TB, top *value, code, text string) *value {
	t.Helper()
	if got := top.str("response_code"); got != code || text != "" && top.raw("response_text") != text {
		t.Fatalf("got %s %q (error %q), want %s %q", got, top.raw("response_text"), top.get("attributes").raw("error"), code, text)
	}
	good := code[0] == '2' && code != "212"
	if top.str("is_success") != flag(good) {
		t.Fatalf("is_success %q with %s", top.str("is_success"), code)
	}
	return top.get("attributes")
}

// keys are a hash's keys in order.
func keys(v *value) []string {
	var out []string
	if v != nil {
		for _, it := range v.items {
			out = append(out, it.key)
		}
	}
	return out
}

func owner() *value {
	return hash("first_name", "Erika", "last_name", "Muster", "org_name", "Example Ltd", "address1", "1 Example Street", "address2", "Suite 5",
		"city", "Toronto", "state", "ON", "postal_code", "M4B 1B3", "country", "CA", "phone", "+1.4165550100x12", "fax", "+1.4165550101", "email", "erika@example.org")
}

// newOrder is a registration of one year.
func newOrder(name string) *value {
	return hash("domain", name, "reg_type", "new", "period", "1", "handle", "process", "reg_username", "exampleuser", "reg_password", "Abcdef123456",
		"custom_tech_contact", "0", "custom_nameservers", "0", "auto_renew", "0", "f_lock_domain", "0").
		set("contact_set", hash().set("owner", owner()))
}
