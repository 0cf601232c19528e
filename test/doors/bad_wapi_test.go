package doors

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestBadInputWAPI: codes of wapi.md §2.8, §3, §9, in both forms.
func TestBadInputWAPI(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"json", "xml"} {
		t.Run(form, func(t *testing.T) {
			onBoth(t, func(t *testing.T, s setup) {
				w := badWorld(t, s)
				c, poor := newWAPI(w, "alpha", form), newWAPI(w, "poor", form)
				w.refuseAll(t, badWAPILogins(t, w, c))
				w.refuseAll(t, badWAPIDocuments(t, w, c))
				if form == "json" {
					w.refuseAll(t, badWAPIJSON(t, c))
				} else {
					w.refuseAll(t, badWAPIXML(t, c))
				}
				w.refuseAll(t, badOrders(t, c, poor, orderCodes{tld: "2201", name: "2202", taken: "3201", period: "2203", funds: "3002", busy: "4207"}))
				w.refuseAll(t, badWAPIValues(t, c))
			})
		})
	}
}

// swapped sends an order with something in its document replaced.
func swapped(t *testing.T, c *wapi, handle, from, to string) func() error {
	t.Helper()
	o := goodOrder("swapped.com")
	o.handle = handle
	doc := c.document("domain-create", creation(o))
	if !bytes.Contains(doc, []byte(from)) {
		t.Fatalf("no %s in %s", from, doc)
	}
	doc = bytes.Replace(doc, []byte(from), []byte(to), 1)
	return func() error { return only(c.send(doc)) }
}

// wrap is an element of the envelope in the client's form.
func (c *wapi) wrap(name, text string) string {
	if c.form == "json" {
		return `"` + name + `":"` + text + `"`
	}
	return "<" + name + ">" + text + "</" + name + ">"
}

func badWAPILogins(t *testing.T, w *world, c *wapi) []bad {
	t.Helper()
	h := handle(t, c)
	swap := func(from, to string) func() error { return swapped(t, c, h, from, to) }
	hash := c.hash(time.Now())
	fenced, beta := newWAPI(w, "fenced", c.form), newWAPI(w, "beta", c.form)
	return []bad{
		{"no user", "2001", swap(c.wrap("user", c.user), c.wrap("user", ""))},
		{"no hash", "2002", swap(c.wrap("auth", hash), c.wrap("auth", ""))},
		{"no command", "2003", swap(c.wrap("command", "domain-create"), c.wrap("command", ""))},
		{"unknown user", "2050", swap(c.user, "nobody@alpha.example")},
		{"user in other letters", "2050", swap(c.user, strings.ToUpper(c.user))},
		{"wrong hash", "2050", swap(hash, strings.Repeat("0", 40))},
		{"hash of another user", "2050", swap(hash, beta.hash(time.Now()))},
		{"hash of another hour", "2050", swap(hash, c.hash(time.Now().Add(-3*time.Hour)))},
		{"half a hash", "2050", swap(hash, hash[:20])},
		{"password in place of the hash", "2050", swap(hash, c.pw)},
		{"disallowed address", "2051", func() error { return only(fenced.call("domain-create", creation(goodOrder("fenced-order.com")))) }},
		{"unknown command", "2010", swap("domain-create", "domain-steal")},
		{"command not offered", "2010", swap("domain-create", "contact-transfer")},
		{"client's id too long", "2005", swap(c.wrap("user", c.user), c.wrap("user", c.user)+map[string]string{"json": ","}[c.form]+c.wrap("clTRID", strings.Repeat("x", 129)))},
	}
}

func badWAPIDocuments(t *testing.T, w *world, c *wapi) []bad {
	t.Helper()
	o := goodOrder("document.com")
	o.handle = handle(t, c)
	order, ping := c.document("domain-create", creation(o)), c.document("ping", nil)
	tail := map[string]int{"json": 1, "xml": len("</request>")}[c.form]
	const limit = 64 << 10
	send := func(doc []byte) func() error { return func() error { return only(c.send(doc)) } }
	raw := func(doc []byte) func() error {
		return func() error {
			return only(c.post("application/x-www-form-urlencoded", append([]byte("request="), doc...)))
		}
	}
	return []bad{
		{"largest document", "", send(pad(ping, limit, tail))},
		{"largest document, raw", "", raw(pad(ping, limit, tail))},
		{"one byte over", "2007", send(pad(order, limit+1, tail))},
		{"one byte over, raw", "2007", raw(pad(order, limit+1, tail))},
		{"far over", "2007", raw(pad(order, 1<<20, tail))},
		{"body cut off", "2000", func() error {
			status, head, octets, err := w.cut("/wapi/"+c.form, formType, nil, []byte(url.Values{"request": {string(order)}}.Encode()))
			if err != nil {
				return err
			}
			return only(c.read(status, head, octets))
		}},
		{"half a document", "2000", send(order[:len(order)/2])},
		{"no document", "2000", send([]byte("hello"))},
		{"other form", "2000", send([]byte(map[string]string{"json": "<request/>", "xml": "{}"}[c.form]))},
		{"empty document", "2009", send(nil)},
		{"no field", "2009", func() error { return only(c.post(formType, []byte("a=b"))) }},
		{"no body", "2009", func() error { return only(c.post(formType, nil)) }},
		{"GET", "2009", func() error {
			r, err := http.NewRequest(http.MethodGet, w.https+"/wapi/"+c.form+"?"+url.Values{"request": {string(order)}}.Encode(), nil)
			if err != nil {
				return err
			}
			status, head, octets, err := w.do(r)
			if err != nil {
				return err
			}
			return only(c.read(status, head, octets))
		}},
		{"invalid UTF-8", "2102", swapped(t, c, o.handle, "Doe", "D\xff\xfee")},
	}
}

func badWAPIJSON(t *testing.T, c *wapi) []bad {
	t.Helper()
	h := handle(t, c)
	swap := func(from, to string) func() error { return swapped(t, c, h, from, to) }
	return []bad{
		{"deep nesting", "2008", swap(`"fname":"Jane"`, `"fname":"Jane","x":`+strings.Repeat("[", 50)+strings.Repeat("]", 50))},
		{"very deep nesting", "2008", swap(`"fname":"Jane"`, `"fname":"Jane","x":`+strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000))},
		{"too many values", "2008", swap(`"fname":"Jane"`, `"fname":"Jane","x":[`+strings.Repeat("1,", 2000)+`1]`)},
		{"duplicate name, the last one counts", "2201", swap(`"name":"swapped.com"`, `"name":"swapped.com","name":"swapped.unknown"`)},
		{"duplicate command, the last one counts", "2010", swap(`"command":"domain-create"`, `"command":"domain-create","command":"domain-steal"`)},
		{"duplicate test flag, the last one counts", "", swap(`"command":"domain-create"`, `"test":0,"test":1,"command":"domain-create"`)},
		{"unknown test flag", "2101", swap(`"command":"domain-create"`, `"test":"perhaps","command":"domain-create"`)},
		{"an object for a name", "2101", swap(`"name":"swapped.com"`, `"name":{"a":"swapped.com"}`)},
		{"two documents", "2000", swap(`{"request"`, `{"request":{}}{"request"`)},
	}
}

func badWAPIXML(t *testing.T, c *wapi) []bad {
	t.Helper()
	h := handle(t, c)
	swap := func(from, to string) func() error { return swapped(t, c, h, from, to) }
	entity := func(doctype string) func() error {
		o := goodOrder("entity.com")
		o.handle = h
		doc := bytes.Replace(c.document("domain-create", creation(o)), []byte("Jane"), []byte("&c;"), 1)
		return func() error { return only(c.send(append([]byte(doctype), doc...))) }
	}
	return []bad{
		{"entity definitions", "2000", entity(laughs)},
		{"entity from a file", "2000", entity(leak)},
		{"parameter entity", "2000", entity(subset)},
		{"external subset", "2000", entity(outer)},
		{"external subset alone", "2000", swap("<request>", outer+"<request>")},
		{"entity without definition", "2000", entity("")},
		{"deep nesting", "2008", swap("Jane", nested(50))},
		{"very deep nesting", "2008", swap("Jane", nested(8000))},
		{"too many elements", "2008", swap("Jane", strings.Repeat("<x/>", 2000))},
		{"two data elements", "2004", swap("</data>", "</data><data><name>other.com</name></data>")},
	}
}

func badWAPIValues(t *testing.T, c *wapi) []bad {
	t.Helper()
	h, foreign := handle(t, c), handle(t, newWAPI(c.w, "beta", c.form))
	contact := func(drop string) func() error {
		p := contactItems(jane())
		delete(p, drop)
		return func() error { return only(c.call("contact-create", map[string]any{"tld": "com", "contact": p})) }
	}
	register := func(change func(map[string]any)) func() error {
		o := goodOrder("values.com")
		o.handle = h
		data := creation(o)
		change(data)
		return func() error {
			r, err := c.call("domain-create", data)
			if err == nil {
				err = errors.New(r.text("code"))
			}
			return err
		}
	}
	return []bad{
		{"contact without first name", "2220", contact("fname")},
		{"contact without last name", "2221", contact("lname")},
		{"contact without e-mail", "2222", contact("email")},
		{"contact without phone", "2226", contact("phone")},
		{"contact without street", "2234", contact("addr_street")},
		{"contact without city", "2235", contact("addr_city")},
		{"contact without postal code", "2236", contact("addr_zip")},
		{"contact without country", "2237", contact("addr_country")},
		{"no owner", "2204", register(func(d map[string]any) { delete(d, "owner_c") })},
		{"unknown owner", "3211", register(func(d map[string]any) { d["owner_c"] = "WEDOS-GTLD-999999" })},
		{"owner of another account", "3211", register(func(d map[string]any) { d["owner_c"] = foreign })},
		{"no name", "2205", register(func(d map[string]any) { delete(d, "name") })},
		{"no servers", "2213", register(func(d map[string]any) { delete(d, "dns") })},
		{"one server", "2210", register(func(d map[string]any) { d["dns"] = dns([]string{"ns1.example.net"}) })},
		{"no period", "2100", register(func(d map[string]any) { delete(d, "period") })},
		{"renewal too far", "2203", func() error { return c.renew("alpha-owned.com", 10, time.Time{}) }},
		{"foreign name", "3223", func() error { return only(c.info("beta-owned.com")) }},
		{"missing name", "3222", func() error { return only(c.info("incoming.com")) }},
	}
}
