package doors

import (
	"maps"
	"net/http"
	"strings"
	"testing"
)

// TestControlCharacters: NUL and octets that are no UTF-8, which one of the databases cannot even compare with, are wrong or
// unknown values wherever they stand, never a fault, and they change nothing.
func TestControlCharacters(t *testing.T) {
	onBoth(t, controls)
}

// faults are the codes of faults of ours.
var faults = []string{"500 2400", "500 E00000 EF00000", "4000", "4001", "5001", "E00000 EF00000"}

func controls(t *testing.T, s setup) {
	w := start(t, s)
	all := dmapiProbes(t, w)
	maps.Copy(all, wapiProbes(t, w))
	maps.Copy(all, robotProbes(t, w))
	maps.Copy(all, robotSearches(t, w))
	maps.Copy(all, opensrsProbes(w))
	before := w.dump(t)
	for name, send := range all {
		err := send()
		code := codeOf(err)
		if strings.HasPrefix(code, "?") || strings.Contains(strings.ToLower(code), "internal") {
			t.Errorf("%s: %v", name, err)
		}
		for _, f := range faults {
			if code == f || code == "400" && strings.Contains(err.Error(), "Internal") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if diff := sameRows(before, w.dump(t)); diff != "" {
		t.Errorf("changed%s", diff)
	}
}

// x is a character that no text has.
const x = "\x00"

type probes = map[string]func() error

func dmapiProbes(t *testing.T, w *world) probes {
	t.Helper()
	c := newDMAPI(w, "alpha")
	h := handle(t, c)
	call := func(request string, params ...string) func() error {
		return func() error { return only(c.call(request, params...)) }
	}
	order := func(more ...string) func() error {
		return call("domain-register", append(c.registerParams(order{name: "nul.com", years: 1, servers: platformServers, handle: h}), more...)...)
	}
	return probes{
		"dmapi user":      (&dmapi{w: w, user: "ops@alpha" + x + ".example", pw: c.pw}).login,
		"dmapi password":  (&dmapi{w: w, user: c.user, pw: "a" + x}).login,
		"dmapi key":       call("query-profile", "auth-sid", "", "api-key", "a"+x),
		"dmapi session":   call("query-profile", "auth-sid", strings.Repeat(x, 40)),
		"dmapi pattern":   call("query-domain-list", "pattern", "*"+x+"*"),
		"dmapi contacts":  call("query-contact-list", "pattern", "*"+x+"*"),
		"dmapi contact":   call("query-whois", "contact", "CCOM-"+x),
		"dmapi domain":    call("query-whois", "domain", "a"+x+".com"),
		"dmapi results":   call("result-list", "objid", "a"+x, "rtype", "b"+x, "cltrid", "c"+x),
		"dmapi result":    call("result-retrieve", "SvTrId", "a"+x),
		"dmapi owner":     order("owner-c", "CCOM"+x),
		"dmapi cltrid":    order("cltrid", "a"+x),
		"dmapi server":    order("ns-list", "ns1"+x+".example.net:ns2.example.net"),
		"dmapi title":     call("contact-create", append(c.contactParams(jane()), "title", "a"+x)...),
		"dmapi extension": call("contact-create", append(c.contactParams(jane()), "individual", "N", "organization", "a"+x)...),
	}
}

func opensrsProbes(w *world) probes {
	c := newOpenSRS(w, "alpha")
	doc := envelope("SW_REGISTER", "DOMAIN", registration(goodOrder("nul.com")))
	as := func(user string) func() error {
		return func() error { return only(c.send(doc, user, sign(doc, c.key), len(doc))) }
	}
	return probes{
		"opensrs user":           as("alpha" + x + "rsp"),
		"opensrs user, no UTF-8": as("alpha\xffrsp"),
		"opensrs key, no UTF-8":  as(c.user + "\r\nIdempotency-Key: a\xff"),
		"opensrs key, NUL":       as(c.user + "\r\nIdempotency-Key: a" + x),
	}
}

func wapiProbes(t *testing.T, w *world) probes {
	t.Helper()
	c := newWAPI(w, "alpha", "json")
	h := handle(t, c)
	call := func(command string, data map[string]any) func() error {
		return func() error { return only(c.call(command, data)) }
	}
	contact := func(tld, item, value string) func() error {
		m := contactItems(jane())
		m[item] = value
		return call("contact-create", map[string]any{"tld": tld, "contact": m})
	}
	other := *c
	other.user = "ops" + x
	return probes{
		"wapi user":    func() error { return only(other.call("ping", nil)) },
		"wapi contact": call("contact-info", map[string]any{"tld": "com", "cname": "A" + x}),
		"wapi chosen":  contact("cz", "cname", "A"+x),
		"wapi company": contact("com", "company", "a"+x),
		"wapi number":  contact("com", "ic", x),
		"wapi owner":   call("domain-create", creation(order{name: "nul.com", years: 1, servers: platformServers, handle: "A" + x})),
		"wapi set": call("domain-create", map[string]any{"name": "nul.cz", "period": 1, "nsset": "A" + x, "owner_c": h,
			"rules": map[string]any{"fname": "A", "lname": "B"}}),
		"wapi domain": call("domain-info", map[string]any{"name": "a" + x + ".com"}),
		"wapi list":   call("domains-list", map[string]any{"status": x}),
		"wapi notice": call("poll-ack", map[string]any{"id": x}),
	}
}

func robotProbes(t *testing.T, w *world) probes {
	t.Helper()
	c := newRobot(w, "alpha")
	h := handle(t, c)
	call := func(method, path string, body any) func() error {
		return func() error { return only(c.call(method, path, body)) }
	}
	order := func(item string, value any) func() error {
		o := goodOrder("nul.com")
		o.handle = h
		b := domainObject(o)
		b[item] = value
		return call(http.MethodPost, "/domain", b)
	}
	contact := contactObject(jane())
	contact["comment"] = "a" + x
	return probes{
		"robot user":     func() error { c := *c; c.user = "a" + x; return only(c.call(http.MethodGet, "/hello", nil)) },
		"robot password": func() error { c := *c; c.pw = "a" + x; return only(c.call(http.MethodGet, "/hello", nil)) },
		"robot log-in":   call(http.MethodPost, "/login", map[string]any{"user": "a" + x, "password": x, "context": 4}),
		"robot contact":  call(http.MethodGet, "/contact/1%00", nil),
		"robot domain":   call(http.MethodGet, "/domain/a%00.com", nil),
		"robot route":    call(http.MethodGet, "/user/a%00/4", nil),
		"robot message":  call(http.MethodPut, "/poll/1%00", nil),
		"robot comment":  call(http.MethodPut, "/domain/alpha-owned.com/_comment", map[string]any{"comment": "a" + x}),
		"robot ctid":     call(http.MethodPut, "/domain/alpha-owned.com?ctid=a%00b", map[string]any{"nameServers": servers([]string{"bad name"})}),
		"robot new":      call(http.MethodPost, "/contact", contact),
		"robot server":   order("nameServers", servers([]string{"ns1" + x + ".example.net", "ns2.example.net"})),
		"robot handle":   order("adminc", map[string]any{"id": x}),
		"robot key, no UTF-8": func() error {
			r := c.request(http.MethodPost, "/domain", orderBody(t, "nul.com", h))
			r.Header.Set("Idempotency-Key", "a\xff")
			return only(c.send(r))
		},
	}
}

// robotSearches look for what cannot be there.
func robotSearches(t *testing.T, w *world) probes {
	t.Helper()
	c := newRobot(w, "alpha")
	search := func(path, key, operator string) func() error {
		return func() error {
			return only(c.call(http.MethodPost, path, map[string]any{"filters": []any{map[string]any{"key": key, "operator": operator, "value": "a" + x}}}))
		}
	}
	return probes{
		"robot name":      search("/domain/_search", "name", "LIKE"),
		"robot equal":     search("/domain/_search", "name", "EQUAL"),
		"robot nserver":   search("/domain/_search", "nserver", "EQUAL"),
		"robot note":      search("/domain/_search", "comment", "LIKE"),
		"robot last name": search("/contact/_search", "lname", "LIKE"),
		"robot alias":     search("/contact/_search", "alias", "EQUAL"),
		"robot job":       search("/job/history/_search", "object", "EQUAL"),
		"robot price":     search("/price/article/_search", "label", "EQUAL"),
	}
}

// TestClientIDsAreNoFault: a client's own id may hold what no database keeps; the order is carried out.
func TestClientIDsAreNoFault(t *testing.T) {
	onBoth(t, func(t *testing.T, s setup) {
		w := start(t, s)
		r, j := newRobot(w, "alpha"), newWAPI(w, "alpha", "json")
		must(t, only(r.call(http.MethodPut, "/domain/alpha-owned.com?ctid=a%00%ffb", map[string]any{"nameServers": servers([]string{"ns1.example.net", "ns2.example.net"})})))
		doc := strings.Replace(string(j.document("domain-renew", map[string]any{"name": "alpha-owned.com", "period": 1})), `"command"`, `"clTRID":"a\u0000b","command"`, 1)
		answer, err := j.send([]byte(doc))
		if err != nil || answer.text("clTRID") != "a\x00b" {
			t.Errorf("%v, %v", answer, err)
		}
	})
}
