package doors

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestBadInputDomainrobot: statuses and codes of domainrobot-json.md §2, §3, §6, and of this server's own table in
// docs/divergences/domainrobot.md where the vendor publishes none.
func TestBadInputDomainrobot(t *testing.T) {
	onBoth(t, func(t *testing.T, s setup) {
		w := badWorld(t, s)
		c, poor := newRobot(w, "alpha"), newRobot(w, "poor")
		w.refuseAll(t, badRobotLogins(t, w, c))
		w.refuseAll(t, badRobotBodies(t, w, c))
		w.refuseAll(t, badOrders(t, c, poor, orderCodes{tld: "400 E0101 EF01901", name: "400 E0101 EF01000", taken: "400 E0101 EF01021", period: "400 E0101 EF01016",
			funds: "400 E0101 EF00901", busy: "400 E0101 EF01030"}))
		w.refuseAll(t, badRobotValues(t, c))
	})
}

// orderBody is a registration's body.
func orderBody(t *testing.T, name, handle string) []byte {
	t.Helper()
	o := goodOrder(name)
	o.handle = handle
	b, err := json.Marshal(domainObject(o))
	must(t, err)
	return b
}

// robotSession opens a session and gives its id.
func robotSession(t *testing.T, w *world, c *robot) string {
	t.Helper()
	r := c.request(http.MethodPost, "/login", []byte(`{"user":"`+c.user+`","password":"`+c.pw+`","context":4}`))
	r.Header.Del("Authorization")
	_, head, _, err := w.do(r)
	must(t, err)
	if head.Get("X-Domainrobot-SessionId") == "" {
		t.Fatal("no session")
	}
	return head.Get("X-Domainrobot-SessionId")
}

func badRobotLogins(t *testing.T, w *world, c *robot) []bad {
	t.Helper()
	body := orderBody(t, "stolen.com", handle(t, c))
	with := func(change func(*http.Request)) func() error {
		return func() error {
			r := c.request(http.MethodPost, "/domain", body)
			change(r)
			return only(c.send(r))
		}
	}
	basic := func(user, pw string) func() error { return with(func(r *http.Request) { r.SetBasicAuth(user, pw) }) }
	session := func(id string) func() error {
		return with(func(r *http.Request) {
			r.Header.Del("Authorization")
			r.Header.Set("X-Domainrobot-SessionId", id)
		})
	}
	login := func(body string) func() error {
		return func() error {
			r := c.request(http.MethodPost, "/login", []byte(body))
			r.Header.Del("Authorization")
			return only(c.send(r))
		}
	}
	ended, expired := robotSession(t, w, c), robotSession(t, w, newRobot(w, "beta"))
	r := c.request(http.MethodDelete, "/logout", nil)
	r.Header.Set("X-Domainrobot-SessionId", ended)
	must(t, only(c.send(r)))
	w.expire(t, time.Hour)
	fenced := newRobot(w, "fenced")
	const refused = "401 E00000 EF00101"
	return []bad{
		{"no credentials", refused, with(func(r *http.Request) { r.Header.Del("Authorization") })},
		{"wrong password", refused, basic(c.user, "wrong")},
		{"no password", refused, basic(c.user, "")},
		{"unknown user", refused, basic("nobody", c.pw)},
		{"another context", refused, with(func(r *http.Request) { r.Header.Set("X-Domainrobot-Context", "5") })},
		{"context of no number", "400 E00000 EF01000", with(func(r *http.Request) { r.Header.Set("X-Domainrobot-Context", "four") })},
		{"another scheme", refused, with(func(r *http.Request) { r.Header.Set("Authorization", "Bearer abc") })},
		{"no Basic form", refused, with(func(r *http.Request) { r.Header.Set("Authorization", "Basic !!!") })},
		{"unknown application", refused, basic("7a0f4a52-4b1c-4f4e-9a53-0d4c1f1f2b11", "x")},
		{"wrong password at log-in", "401 E00000 EF00101", login(`{"user":"alpha","password":"wrong","context":4}`)},
		{"unknown session", "401 E00000 EF00105", session("0b6c1a52-6f5e-4f0e-9a53-0d5f6f0f2a11")},
		{"ended session", "401 E00000 EF00105", session(ended)},
		{"expired session", "401 E00000 EF00105", session(expired)},
		{"unknown session beside good credentials", "401 E00000 EF00105", with(func(r *http.Request) { r.Header.Set("X-Domainrobot-SessionId", "x") })},
		{"disallowed address", "403 E00000 EF00103", func() error { return only(fenced.call(http.MethodGet, "/account", nil)) }},
		{"owner who is no sub-user", "403 E00000 EF00106", with(func(r *http.Request) { r.Header.Set("X-Domainrobot-Owner-User", "beta") })},
	}
}

func badRobotBodies(t *testing.T, w *world, c *robot) []bad {
	t.Helper()
	h := handle(t, c)
	send := func(method, path string, body []byte) func() error {
		return func() error { return only(c.send(c.request(method, path, body))) }
	}
	post := func(body []byte) func() error { return send(http.MethodPost, "/domain", body) }
	order := orderBody(t, "body.com", h)
	swap := func(from, to string) func() error {
		if !bytes.Contains(order, []byte(from)) {
			t.Fatalf("no %s in %s", from, order)
		}
		return post(bytes.Replace(order, []byte(from), []byte(to), 1))
	}
	const limit = 2 << 20
	const unusable = "400 E0101 EF01000"
	name := `"name":"body.com"`
	return []bad{
		{"largest body", "", send(http.MethodPost, "/domain/_search", pad([]byte(`{"view":{"limit":1}}`), limit, 1))},
		{"one byte over", unusable, post(pad(order, limit+1, 1))},
		{"one byte over, chunked", unusable, func() error {
			r := c.request(http.MethodPost, "/domain", pad(order, limit+1, 1))
			r.ContentLength = -1
			return only(c.send(r))
		}},
		{"body cut off", unusable, func() error {
			status, head, octets, err := w.cut("/domainrobot/v1/domain", "application/json", c.request(http.MethodPost, "/", nil).Header, order)
			if err != nil {
				return err
			}
			return only(readRobot(status, head, octets))
		}},
		{"half a body", unusable, post(order[:len(order)/2])},
		{"invalid UTF-8", unusable, swap(name, "\"name\":\"body.com\",\"comment\":\"\xff\xfe\"")},
		{"lone surrogate", unusable, swap(name, `"name":"body.com","comment":"\ud800"`)},
		{"deep nesting", unusable, swap(name, `"name":"body.com","x":`+strings.Repeat("[", 100)+strings.Repeat("]", 100))},
		{"very deep nesting", unusable, swap(name, `"name":"body.com","x":`+strings.Repeat("[", 500_000)+strings.Repeat("]", 500_000))},
		{"too many values", unusable, swap(name, `"name":"body.com","x":[`+strings.Repeat("1,", 200_000)+`1]`)},
		{"duplicate name", unusable, swap(name, `"name":"other.com","name":"body.com"`)},
		{"duplicate name, equal values", unusable, swap(name, name+","+name)},
		{"duplicate name, escaped", unusable, swap(name, `"na\u006de":"other.com","name":"body.com"`)},
		{"duplicate name, deep inside", unusable, swap(name, name+`,"x":{"y":[{"z":1,"z":1}]}`)},
		{"two values", unusable, post(append(append([]byte{}, order...), order...))},
		{"no object", unusable, post([]byte(`["body.com"]`))},
		{"no JSON", unusable, post([]byte(`<domain/>`))},
		{"nothing", unusable, post(nil)},
		{"unknown function", "404 E00000 EF01000", send(http.MethodPost, "/steal", order)},
		{"function not offered", "400 E0521 EF00108", send(http.MethodPost, "/backupMx", order)},
	}
}

func badRobotValues(t *testing.T, c *robot) []bad {
	t.Helper()
	h, foreign := handle(t, c), handle(t, newRobot(c.w, "beta"))
	contact := func(drop string) func() error {
		o := contactObject(jane())
		delete(o, drop)
		return func() error { return only(c.call(http.MethodPost, "/contact", o)) }
	}
	register := func(change func(map[string]any)) func() error {
		o := goodOrder("values.com")
		o.handle = h
		d := domainObject(o)
		change(d)
		return func() error { return only(c.call(http.MethodPost, "/domain", d)) }
	}
	const wrong = "400 E0101 EF01000"
	return []bad{
		{"contact without e-mail", "400 E0301 EF01000", contact("email")},
		{"contact without first name", "400 E0301 EF01000", contact("fname")},
		{"contact without last name", "400 E0301 EF01000", contact("lname")},
		{"contact without city", "400 E0301 EF01000", contact("city")},
		{"contact without country", "400 E0301 EF01000", contact("country")},
		{"contact without address", "400 E0301 EF01000", contact("address")},
		{"new contact without e-mail in an order", wrong, register(func(d map[string]any) {
			o := contactObject(jane())
			delete(o, "email")
			d["ownerc"] = o
		})},
		{"no owner", wrong, register(func(d map[string]any) { delete(d, "ownerc") })},
		{"unknown contact", "400 E0101 EF03014", register(func(d map[string]any) { d["adminc"] = map[string]any{"id": 999999} })},
		{"contact of another account", "400 E0101 EF03014", register(func(d map[string]any) { d["adminc"] = map[string]any{"id": foreign} })},
		{"no name", wrong, register(func(d map[string]any) { delete(d, "name") })},
		{"no servers", wrong, register(func(d map[string]any) { delete(d, "nameServers") })},
		{"one server", wrong, register(func(d map[string]any) { d["nameServers"] = servers([]string{"ns1.example.net"}) })},
		{"service not offered", "400 E0101 EF00108", register(func(d map[string]any) { d["privacy"] = true })},
		{"renewal of another date", "400 E0101003 EF01084", func() error { return c.renew("alpha-owned.com", 1, now) }},
		{"renewal too far", "400 E0101003 EF01016", func() error { return c.renew("alpha-owned.com", 10, now.AddDate(0, 0, 630)) }},
		{"foreign name", "404 E0105 EF01012", func() error { return only(c.info("beta-owned.com")) }},
	}
}
