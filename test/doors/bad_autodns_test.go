package doors

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestBadInputAutoDNS: codes of autodns-xml.md §3.4, §4.1, §19.3, §22, and of this server's own table in
// docs/divergences/autodns.md where the vendor publishes none.
func TestBadInputAutoDNS(t *testing.T) {
	onBoth(t, func(t *testing.T, s setup) {
		w := badWorld(t, s)
		c, poor := newAutoDNS(w, "alpha"), newAutoDNS(w, "poor")
		w.refuseAll(t, badAutoDNSLogins(t, w, c))
		w.refuseAll(t, badAutoDNSDocuments(t, w, c))
		w.refuseAll(t, badOrders(t, c, poor, orderCodes{tld: "E0101 EF01901", name: "E00000 EF01000", taken: "E0101 EF01021", period: "E0101 EF01016",
			funds: "E0101 EF00901", busy: "E0101 EF01030"}))
		w.refuseAll(t, badAutoDNSValues(t, c))
	})
}

// session opens a session and gives its hash.
func (c *autodns) session(t *testing.T) string {
	t.Helper()
	r, err := c.call("1321001")
	must(t, err)
	hash := r.Path("data", "auth_session").ChildTrim("hash")
	if hash == "" {
		t.Fatal("no session")
	}
	return hash
}

func badAutoDNSLogins(t *testing.T, w *world, c *autodns) []bad {
	t.Helper()
	o := goodOrder("stolen.com")
	o.handle = handle(t, c)
	login := func(element string) func() error {
		return func() error { return only(c.send(document(element, "0101", domainElement(o)))) }
	}
	auth := func(user, pw, context string) func() error {
		return login(block("auth", el("user", user), el("password", pw), el("context", context)))
	}
	session := func(hash string) func() error { return login(block("auth_session", el("hash", hash))) }
	ended, expired := c.session(t), newAutoDNS(w, "beta").session(t)
	must(t, only(c.call("1321003", block("auth_session", el("hash", ended)))))
	w.expire(t, time.Hour)
	fenced := newAutoDNS(w, "fenced")
	const refused = "E00000 EF00101"
	return []bad{
		{"no credentials", refused, login("")},
		{"empty credentials", refused, auth("", "", "")},
		{"wrong password", refused, auth(c.user, "wrong", "4")},
		{"no password", refused, auth(c.user, "", "4")},
		{"unknown user", refused, auth("nobody", c.pw, "4")},
		{"another context", refused, auth(c.user, c.pw, "5")},
		{"context of no number", "E00000 EF01000", auth(c.user, c.pw, "four")},
		{"unknown application", refused, login(block("authentication", block("trusted_application", el("uuid", "7a0f4a52-4b1c-4f4e-9a53-0d4c1f1f2b11"), el("password", "x"))))},
		{"unknown session", "E00000 EF00105", session("0b6c1a52-6f5e-4f0e-9a53-0d5f6f0f2a11")},
		{"ended session", "E00000 EF00105", session(ended)},
		{"expired session", "E00000 EF00105", session(expired)},
		{"unknown session beside good credentials", "E00000 EF00105", login(c.auth() + block("auth_session", el("hash", "x")))},
		{"disallowed address", "E00000 EF00103", func() error { return only(fenced.call("0984")) }},
		{"owner who is no sub-user", "E00000 EF00106", login(c.auth() + block("owner", el("user", "beta"), el("context", 4)))},
	}
}

func badAutoDNSDocuments(t *testing.T, w *world, c *autodns) []bad {
	t.Helper()
	o := goodOrder("document.com")
	o.handle = handle(t, c)
	order := document(c.auth(), "0101", domainElement(o))
	send := func(doc []byte) func() error { return func() error { return only(c.send(doc)) } }
	swap := func(from, to string) func() error {
		if !bytes.Contains(order, []byte(from)) {
			t.Fatalf("no %s in %s", from, order)
		}
		return send(bytes.Replace(order, []byte(from), []byte(to), 1))
	}
	entity := func(doctype string) func() error {
		doc := bytes.Replace(order, []byte("<request>"), []byte(doctype+"<request>"), 1)
		return send(bytes.Replace(doc, []byte("document.com"), []byte("&c;.com"), 1))
	}
	const limit = 4 << 20
	const unusable = "E00000 EF01000"
	name := el("name", "document.com")
	return []bad{
		{"largest document", "", send(pad(document(c.auth(), "0984"), limit, len("</request>")))},
		{"one byte over", unusable, send(pad(order, limit+1, len("</request>")))},
		{"body cut off", unusable, func() error {
			status, head, octets, err := w.cut("/autodns/", "text/xml", nil, order)
			if err != nil {
				return err
			}
			return only(readAutoDNS(status, head, octets))
		}},
		{"half a document", unusable, send(order[:len(order)/2])},
		{"invalid UTF-8", unusable, swap(name, name+"<comment>\xff\xfe</comment>")},
		{"entity definitions", unusable, entity(laughs)},
		{"entity from a file", unusable, entity(leak)},
		{"parameter entity", unusable, entity(subset)},
		{"external subset", unusable, entity(outer)},
		{"external subset alone", unusable, swap("<request>", outer+"<request>")},
		{"entity without definition", unusable, swap("document.com", "&c;.com")},
		{"deep nesting", unusable, swap(name, name+nested(100))},
		{"very deep nesting", unusable, swap(name, name+nested(200_000))},
		{"too many elements", unusable, swap(name, name+strings.Repeat("<x/>", 150_000))},
		{"too many tasks", unusable, swap("</task>", "</task>"+strings.Repeat("<task><code>0984</code></task>", 500))},
		{"empty body", unusable, send(nil)},
		{"another root", unusable, send([]byte("<x/>"))},
		{"no XML", unusable, send([]byte("{}"))},
		{"GET", unusable, func() error {
			r, err := http.NewRequest(http.MethodGet, w.https+"/autodns/", nil)
			if err != nil {
				return err
			}
			status, head, octets, err := w.do(r)
			if err != nil {
				return err
			}
			return only(readAutoDNS(status, head, octets))
		}},
		{"no task", unusable, send([]byte(block("request", c.auth())))},
		{"no code", unusable, swap("<code>0101</code>", "")},
		{"unknown task", unusable, swap("<code>0101</code>", "<code>7777</code>")},
		{"task not offered", "E0164 EF00106", swap("<code>0101</code>", "<code>0164</code>")},
	}
}

func badAutoDNSValues(t *testing.T, c *autodns) []bad {
	t.Helper()
	o := goodOrder("values.com")
	o.handle = handle(t, c)
	foreign := handle(t, newAutoDNS(c.w, "beta"))
	contact := func(from, to string) func() error {
		return func() error {
			return only(c.call("0301", block("handle", strings.Replace(handleFields(jane()), from, to, 1))))
		}
	}
	register := func(from, to string) func() error {
		if !strings.Contains(domainElement(o), from) {
			t.Fatalf("no %s in %s", from, domainElement(o))
		}
		return func() error { return only(c.call("0101", strings.Replace(domainElement(o), from, to, 1))) }
	}
	owner := el("ownerc", o.handle)
	const wrong = "E00000 EF01000"
	return []bad{
		{"contact without e-mail", wrong, contact(el("email", jane().email), "")},
		{"contact without first name", wrong, contact(el("fname", "Jane"), "")},
		{"contact without last name", wrong, contact(el("lname", "Doe"), "")},
		{"contact without city", wrong, contact(el("city", "Berlin"), "")},
		{"contact without country", wrong, contact(el("country", "DE"), "")},
		{"new contact without e-mail in an order", wrong, register(owner, block("ownerc", strings.Replace(handleFields(jane()), el("email", jane().email), "", 1)))},
		{"no owner", wrong, register(owner, "")},
		{"unknown contact", "E0101 EF03014", register(owner, el("ownerc", 999999))},
		{"contact of another account", "E0101 EF03014", register(owner, el("ownerc", foreign))},
		{"no name", wrong, register(el("name", "values.com"), "")},
		{"no servers", wrong, register(nservers(o.servers), "")},
		{"one server", wrong, register(nservers(o.servers[:1]), "")},
		{"service not offered", "E0101 EF00108", register(el("period", 1), el("period", 1)+el("use_privacy", 1))},
		{"renewal of another date", "E0101003 EF01084", func() error { return c.renew("alpha-owned.com", 1, now) }},
		{"renewal too far", "E0101003 EF01016", func() error { return c.renew("alpha-owned.com", 10, now.AddDate(0, 0, 630)) }},
		{"foreign name", "E0105 EF01012", func() error { return only(c.info("beta-owned.com")) }},
	}
}
