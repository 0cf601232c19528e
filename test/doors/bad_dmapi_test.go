package doors

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const formType = "application/x-www-form-urlencoded"

// TestBadInputDMAPI: codes of dmapi.md §5.1 to §5.3.
func TestBadInputDMAPI(t *testing.T) {
	onBoth(t, func(t *testing.T, s setup) {
		w := badWorld(t, s)
		c, poor := newDMAPI(w, "alpha"), newDMAPI(w, "poor")
		must(t, c.login())
		w.refuseAll(t, badDMAPILogins(t, w, c))
		w.refuseAll(t, badDMAPIForms(t, w, c))
		w.refuseAll(t, badOrders(t, c, poor, orderCodes{tld: "200 2400", name: "200 2400", taken: "200 2302", period: "200 2400", funds: "200 2104", busy: "200 2304"}))
		w.refuseAll(t, badDMAPIValues(t, c))
	})
}

func badDMAPILogins(t *testing.T, w *world, c *dmapi) []bad {
	t.Helper()
	login := func(pairs ...string) func() error {
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return func() error { return only(c.raw("login", formType, []byte(v.Encode()))) }
	}
	with := func(pairs ...string) func() error {
		v := url.Values{"domain": {"stolen.com"}, "period": {"12"}, "owner-c": {"CCOM-1"}, "ns-list": {"ns1.polyreg.test:ns2.polyreg.test"}}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return func() error { return only(c.raw("domain-register", formType, []byte(v.Encode()))) }
	}
	ended, expired := newDMAPI(w, "alpha"), newDMAPI(w, "beta")
	must(t, ended.login())
	must(t, only(ended.call("logout")))
	must(t, expired.login())
	w.expire(t, 2*time.Hour)
	c.sid = ""
	must(t, c.login())
	fenced := newDMAPI(w, "fenced")
	return []bad{
		{"wrong password", "200 2200", login("username", c.user, "password", "wrong")},
		{"password of another user", "200 2200", login("username", c.user, "password", expired.pw)},
		{"unknown user", "200 2200", login("username", "nobody@alpha.example", "password", c.pw)},
		{"malformed user", "200 2400", login("username", "a b", "password", c.pw)},
		{"no user", "200 2400", login("password", c.pw)},
		{"no password", "200 2400", login("username", c.user)},
		{"nothing", "200 2400", login()},
		{"wrong key", "200 2200", login("api-key", "AlphaKey0123456780")},
		{"no session", "401 2200", with()},
		{"unknown session", "401 2200", with("auth-sid", strings.Repeat("ab", 20))},
		{"no session's form", "401 2200", with("auth-sid", "x")},
		{"ended session", "401 2200", with("auth-sid", ended.sid)},
		{"expired session", "401 2200", with("auth-sid", expired.sid)},
		{"wrong key beside an order", "200 2200", with("api-key", "AlphaKey0123456780")},
		{"disallowed address", "200 2201", fenced.login},
		{"disallowed address, by key", "200 2201", with("api-key", "fencedKey0123456789")},
	}
}

func badDMAPIForms(t *testing.T, w *world, c *dmapi) []bad {
	t.Helper()
	h := handle(t, c)
	form := func(name string) url.Values {
		v := url.Values{"auth-sid": {c.sid}}
		p := c.registerParams(order{name: name, years: 1, servers: platformServers, handle: h})
		for i := 0; i < len(p); i += 2 {
			v.Set(p[i], p[i+1])
		}
		return v
	}
	post := func(request string, body []byte) func() error {
		return func() error { return only(c.raw(request, formType, body)) }
	}
	fill := func(v url.Values, size int) []byte {
		b := v.Encode() + "&zz="
		return []byte(b + strings.Repeat("x", size-len(b)))
	}
	balance := url.Values{"auth-sid": {c.sid}}
	get := func(length int) func() error {
		return func() error {
			uri := "/dmapi/request/domain-register?" + form("long-url.com").Encode() + "&zz="
			r, err := http.NewRequest(http.MethodGet, w.https+uri+strings.Repeat("x", length-len(uri)), nil)
			if err != nil {
				return err
			}
			status, head, octets, err := w.do(r)
			if err != nil {
				return err
			}
			return only(readDMAPI(status, head, octets))
		}
	}
	order := []byte(form("cut-off.com").Encode())
	return []bad{
		{"largest body", "", post("query-profile", fill(balance, 1<<20))},
		{"one byte over", "413 2400", post("domain-register", fill(form("too-large.com"), 1<<20+1))},
		{"URL over its limit", "414 2400", get(64<<10 + 64)},
		{"too many parameters", "413 2400", post("domain-register", []byte(form("many.com").Encode()+strings.Repeat("&z=1", 1000)))},
		{"body cut off", "200 2001", func() error {
			status, head, octets, err := w.cut("/dmapi/request/domain-register", formType, nil, order)
			if err != nil {
				return err
			}
			return only(readDMAPI(status, head, octets))
		}},
		{"broken multipart body", "200 2001", func() error {
			return only(c.raw("domain-register", "multipart/form-data; boundary=b", []byte("--b\r\nContent-Disposition: form-data; name=\"domain\"\r\n\r\nx.com")))
		}},
		{"invalid UTF-8", "200 2400", post("domain-register", append(order, "&language=%ff%fe"...))},
		{"unknown request", "200 2000", post("domain-steal", order)},
		{"request not offered", "200 2101", post("domain-privacy-order", order)},
	}
}

func badDMAPIValues(t *testing.T, c *dmapi) []bad {
	t.Helper()
	h, foreign := handle(t, c), handle(t, newDMAPI(c.w, "beta"))
	r, err := c.ordered(c.call("contact-create", append(c.contactParams(jane()), "tld", "net")...))
	must(t, err)
	net := r.fact("Object-Name")
	contact := func(drop string) func() error {
		p := jane()
		params := c.contactParams(p)
		for i := 0; i < len(params); i += 2 {
			if params[i] == drop {
				params[i+1] = ""
			}
		}
		return func() error { return only(c.call("contact-create", params...)) }
	}
	register := func(name string, years int, handle string, more ...string) func() error {
		params := append(c.registerParams(order{name: name, years: years, servers: platformServers, handle: handle}), more...)
		return func() error { return only(c.call("domain-register", params...)) }
	}
	return []bad{
		{"contact without e-mail", "200 2400", contact("email")},
		{"contact without city", "200 2400", contact("city")},
		{"contact without country", "200 2400", contact("country")},
		{"contact without phone", "200 2400", contact("phone")},
		{"unknown contact", "200 2303", register("no-contact.com", 1, "CCOM-99999")},
		{"contact of another account", "200 2202", register("their-contact.com", 1, foreign)},
		{"contact of another ending", "200 2400", register("wrong-contact.com", 1, net)},
		{"no name", "200 2400", register("", 1, h)},
		{"one name server", "200 2400", register("one-ns.com", 1, h, "ns-list", "ns1.example.net")},
		{"price too high", "200 2306", register("dear.com", 1, h, "max-price", "1.00")},
		{"renewal too far", "200 2105", func() error { return c.renew("alpha-owned.com", 10, time.Time{}) }},
		{"renewal that is never sold", "200 2400", func() error { return c.renew("alpha-owned.com", 11, time.Time{}) }},
	}
}
