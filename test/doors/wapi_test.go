package doors

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// wapi is a client of WAPI in one of its two forms: a document in the form field "request", with a hash of the hour
// (wapi.md §1 to §3).
type wapi struct {
	w              *world
	user, pw, form string
}

func newWAPI(w *world, account, form string) *wapi {
	return &wapi{w, "ops@" + account + ".example", account + "-Wapi.1", form}
}

func (c *wapi) door() string { return "wapi " + c.form }

// hash is the auth element for a time, by the manual's formula.
func (c *wapi) hash(at time.Time) string {
	sum := func(s string) string { h := sha1.Sum([]byte(s)); return hex.EncodeToString(h[:]) }
	return sum(c.user + sum(c.pw) + at.In(prague).Format("15"))
}

// document writes a request; data is nil for none. Lists become repeated elements of XML.
func (c *wapi) document(command string, data map[string]any) []byte {
	request := map[string]any{"user": c.user, "auth": c.hash(time.Now()), "command": command}
	if data != nil {
		request["data"] = data
	}
	if c.form == "json" {
		b, err := json.Marshal(map[string]any{"request": request})
		if err != nil {
			panic(err)
		}
		return b
	}
	var b bytes.Buffer
	element(&b, "request", request)
	return b.Bytes()
}

func element(b *bytes.Buffer, name string, v any) {
	if list, ok := v.([]any); ok {
		for _, x := range list {
			element(b, name, x)
		}
		return
	}
	b.WriteString("<" + name + ">")
	if m, ok := v.(map[string]any); ok {
		keys := make([]string, 0, len(m))
		for k := range m {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			element(b, k, m[k])
		}
	} else {
		_ = xml.EscapeText(b, []byte(fmt.Sprint(v))) // a Buffer takes everything
	}
	b.WriteString("</" + name + ">")
}

// reply is the data of an answer, in one shape for both forms: XML becomes maps, lists and texts.
type reply map[string]any

// get walks down; nil where there is nothing.
func (r reply) get(path ...string) any {
	var v any = map[string]any(r)
	for _, p := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[p]
	}
	return v
}

func (r reply) text(path ...string) string {
	switch v := r.get(path...).(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// each gives the members of a list; one member alone may stand for itself.
func (r reply) each(path ...string) []reply {
	switch v := r.get(path...).(type) {
	case []any:
		out := make([]reply, 0, len(v))
		for _, x := range v {
			if m, ok := x.(map[string]any); ok {
				out = append(out, m)
			}
		}
		return out
	case map[string]any:
		return []reply{v}
	}
	return nil
}

// send posts a document in its form field.
func (c *wapi) send(doc []byte) (reply, error) {
	return c.post("application/x-www-form-urlencoded", []byte(url.Values{"request": {string(doc)}}.Encode()))
}

// post sends a body as it is. A refusal is an *answer with the code.
func (c *wapi) post(contentType string, body []byte) (reply, error) {
	r, err := http.NewRequest(http.MethodPost, c.w.https+"/wapi/"+c.form, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", contentType)
	status, head, octets, err := c.w.do(r)
	if err != nil {
		return nil, err
	}
	return c.read(status, head, octets)
}

func (c *wapi) read(status int, head http.Header, octets []byte) (reply, error) {
	r, err := c.parse(octets)
	if err != nil {
		return nil, fmt.Errorf("%s: %w in %q", c.door(), err, octets)
	}
	code := r.text("code")
	if status != http.StatusOK || len(code) != 4 || r.text("result") == "" || r.text("svTRID") == "" {
		return nil, fmt.Errorf("%s: neither success nor refusal: %d %q", c.door(), status, octets)
	}
	if code < "2000" {
		return r, nil
	}
	return r, &answer{door: c.door(), status: status, head: head, body: octets, code: code, text: r.text("result")}
}

func (c *wapi) parse(octets []byte) (reply, error) {
	if c.form == "xml" {
		root, err := xmlx.Parse(octets, xmlx.Options{})
		if err != nil || root.Name != "response" {
			return nil, fmt.Errorf("no response: %v", err)
		}
		m, _ := fromXML(root).(map[string]any)
		return m, nil
	}
	d := json.NewDecoder(bytes.NewReader(octets))
	d.UseNumber()
	var out struct{ Response reply }
	err := d.Decode(&out)
	return out.Response, err
}

func fromXML(n *xmlx.Node) any {
	if len(n.Children) == 0 {
		return n.Text
	}
	m := map[string]any{}
	for _, c := range n.Children {
		switch have := m[c.Name].(type) {
		case nil:
			m[c.Name] = fromXML(c)
		case []any:
			m[c.Name] = append(have, fromXML(c))
		default:
			m[c.Name] = []any{have, fromXML(c)}
		}
	}
	return m
}

func (c *wapi) call(command string, data map[string]any) (reply, error) {
	return c.send(c.document(command, data))
}

func (c *wapi) check(name string) (bool, error) {
	_, err := c.call("domain-check", map[string]any{"name": name})
	if code := codeOf(err); code >= "3201" && code <= "3206" {
		return false, nil
	}
	return err == nil, err
}

func (c *wapi) contact(p person) (string, error) {
	r, err := c.call("contact-create", map[string]any{"tld": "com", "contact": contactItems(p)})
	return r.text("data", "cname"), err
}

func contactItems(p person) map[string]any {
	return map[string]any{"fname": p.first, "lname": p.last, "email": p.email, "phone": p.phone, "addr_street": p.street, "addr_city": p.city,
		"addr_zip": p.code, "addr_country": strings.ToLower(p.country)}
}

func (c *wapi) register(o order) error {
	r, err := c.call("domain-create", creation(o))
	if err == nil && r.text("code") != "1000" {
		return fmt.Errorf("%s: domain-create answered %s", c.door(), r.text("code"))
	}
	return err
}

func creation(o order) map[string]any {
	return map[string]any{"name": o.name, "period": o.years, "dns": dns(o.servers), "owner_c": o.handle,
		"rules": map[string]any{"fname": o.owner.first, "lname": o.owner.last}}
}

func dns(servers []string) map[string]any {
	out := map[string]any{}
	for i, s := range servers {
		out["server"+strconv.Itoa(i+1)] = map[string]any{"name": s, "addr_ipv4": "", "addr_ipv6": ""}
	}
	return out
}

func (c *wapi) info(name string) (view, error) {
	r, err := c.call("domain-info", map[string]any{"name": name})
	if err != nil {
		return view{}, err
	}
	d := func(name string) string { return r.text("data", "domain", name) }
	v := view{name: d("name"), expires: d("expiration"), owner: person{first: d("own_fname"), last: d("own_lname"), email: d("own_email"),
		phone: d("own_phone"), street: d("own_addr_street"), city: d("own_addr_city"), code: d("own_addr_zip"), country: d("own_addr_country")}}
	for _, s := range r.each("data", "domain", "dns", "server") {
		v.servers = append(v.servers, s.text("name"))
	}
	return v, nil
}

func (c *wapi) list() (map[string]string, error) {
	r, err := c.call("domains-list", nil)
	out := map[string]string{}
	for _, d := range r.each("data", "domain") {
		out[d.text("name")] = d.text("expiration")
	}
	return out, err
}

func (c *wapi) renew(name string, years int, _ time.Time) error {
	_, err := c.call("domain-renew", map[string]any{"name": name, "period": years})
	return err
}

func (c *wapi) setServers(name string, servers []string) error {
	_, err := c.call("domain-update-ns", map[string]any{"name": name, "dns": dns(servers)})
	return err
}

func (c *wapi) balance() (string, error) {
	r, err := c.call("credit-info", nil)
	return r.text("data", "amount"), err
}

func (*wapi) price(string, int) (string, error) { return "", errNone }

// Expirations are days in Prague (wapi.md §2.6).
func (*wapi) infoTime(t time.Time) string { return t.In(prague).Format(time.DateOnly) }
func (*wapi) listTime(t time.Time) string { return t.In(prague).Format(time.DateOnly) }

func (*wapi) busy(op string) string {
	return map[string]string{"register": "4207", "renew": "4208", "servers": "4210"}[op]
}
