package doors

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// robot is a client of Domainrobot JSON with Basic credentials (domainrobot-json.md §1 to §3).
type robot struct {
	w        *world
	user, pw string
}

func newRobot(w *world, account string) *robot { return &robot{w, account, account + "-robot-pw"} }

func (*robot) door() string { return "domainrobot" }

// request makes a request with the client's log-in.
func (c *robot) request(method, path string, body []byte) *http.Request {
	r, err := http.NewRequest(method, c.w.https+"/domainrobot/v1"+path, bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	r.SetBasicAuth(c.user, c.pw)
	r.Header.Set("X-Domainrobot-Context", "4")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "doors/1")
	return r
}

// send sends a request; a refusal is an *answer "HTTP STATUS CAUSE" with the first message's code.
func (c *robot) send(r *http.Request) (reply, error) {
	status, head, octets, err := c.w.do(r)
	if err != nil {
		return nil, err
	}
	return readRobot(status, head, octets)
}

func readRobot(status int, head http.Header, octets []byte) (reply, error) {
	d := json.NewDecoder(bytes.NewReader(octets))
	d.UseNumber()
	var r reply
	if err := d.Decode(&r); err != nil {
		return nil, fmt.Errorf("domainrobot: %w in %q", err, octets)
	}
	kind, code := r.text("status", "type"), r.text("status", "code")
	switch {
	case r.text("stid") == "" || r.text("status", "text") == "":
	case (kind == "SUCCESS" || kind == "NOTIFY") && status == http.StatusOK:
		return r, nil
	case kind == "ERROR" && status >= 400 && len(r.each("messages")) > 0:
		m := r.each("messages")[0]
		return r, &answer{door: "domainrobot", status: status, head: head, body: octets, code: strconv.Itoa(status) + " " + code + " " + m.text("code"),
			text: m.text("text") + ": " + m.text("notice")}
	}
	return nil, fmt.Errorf("domainrobot: neither success nor refusal: %d %q", status, octets)
}

func (c *robot) call(method, path string, body any) (reply, error) {
	octets, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return c.send(c.request(method, path, octets))
}

// done is the outcome of an order: the job in the answer must have succeeded already.
func (c *robot) done(r reply, err error) error {
	if err != nil {
		return err
	}
	data := r.each("data")
	if r.text("status", "type") != "NOTIFY" || len(data) != 1 || data[0].text("status") != "SUCCESS" {
		return fmt.Errorf("domainrobot: the order is not done: %v", r)
	}
	return nil
}

func (c *robot) check(name string) (bool, error) {
	r, err := c.call(http.MethodPost, "/domainstudio", map[string]any{"sources": map[string]any{"custom": map[string]any{"domains": []string{name}, "services": []string{"WHOIS"}}}})
	if err != nil || len(r.each("data")) != 1 {
		return false, fmt.Errorf("domainrobot: domain search: %v %w", r, err)
	}
	return r.each("data")[0].text("services", "whois", "data", "status") == "FREE", nil
}

func (c *robot) contact(p person) (string, error) {
	r, err := c.call(http.MethodPost, "/contact", contactObject(p))
	if err != nil || len(r.each("data")) != 1 {
		return "", err
	}
	return r.each("data")[0].text("id"), nil
}

func contactObject(p person) map[string]any {
	return map[string]any{"type": "PERSON", "fname": p.first, "lname": p.last, "address": []string{p.street}, "pcode": p.code, "city": p.city,
		"country": p.country, "email": p.email, "phone": p.phone}
}

func (c *robot) register(o order) error {
	return c.done(c.call(http.MethodPost, "/domain", domainObject(o)))
}

func domainObject(o order) map[string]any {
	id := map[string]any{"id": o.handle}
	return map[string]any{"name": o.name, "ownerc": id, "adminc": id, "techc": id, "zonec": id, "nameServers": servers(o.servers), "period": years(o.years)}
}

func servers(names []string) []any {
	var out []any
	for _, s := range names {
		out = append(out, map[string]any{"name": s})
	}
	return out
}

func years(n int) map[string]any { return map[string]any{"unit": "YEAR", "period": n} }

func (c *robot) info(name string) (view, error) {
	r, err := c.call(http.MethodGet, "/domain/"+name+"?fullContact", nil)
	if err != nil || len(r.each("data")) != 1 {
		return view{}, err
	}
	d := r.each("data")[0]
	o := func(name string) string { return d.text("ownerc", name) }
	v := view{name: d.text("name"), expires: d.text("payable"), owner: person{first: o("fname"), last: o("lname"), email: o("email"), phone: o("phone"),
		city: o("city"), code: o("pcode"), country: o("country")}}
	if lines, ok := d.get("ownerc", "address").([]any); ok {
		v.owner.street = strings.Trim(fmt.Sprint(lines), "[]")
	}
	for _, s := range d.each("nameServers") {
		v.servers = append(v.servers, s.text("name"))
	}
	return v, nil
}

func (c *robot) list() (map[string]string, error) {
	r, err := c.call(http.MethodPost, "/domain/_search?keys[]=expire", map[string]any{"view": map[string]any{"limit": 1000}})
	out := map[string]string{}
	for _, d := range r.each("data") {
		out[d.text("name")] = d.text("expire")
	}
	return out, err
}

// renew sends the expiry along, as the vendor's clients do.
func (c *robot) renew(name string, n int, expires time.Time) error {
	return c.done(c.call(http.MethodPut, "/domain/"+name+"/_renew", map[string]any{"period": years(n), "payable": c.infoTime(expires)}))
}

func (c *robot) setServers(name string, names []string) error {
	return c.done(c.call(http.MethodPut, "/domain/"+name, map[string]any{"nameServers": servers(names)}))
}

func (c *robot) balance() (string, error) {
	r, err := c.call(http.MethodGet, "/account", nil)
	if err != nil || len(r.each("data")) != 1 {
		return "", err
	}
	return r.each("data")[0].text("currentAccountBalance"), nil
}

// price is what the document and the search say; they must agree.
func (c *robot) price(op string, n int) (string, error) {
	status, _, octets, err := c.w.do(c.request(http.MethodGet, "/document/price_list.xml", nil))
	if err != nil || status != http.StatusOK {
		return "", fmt.Errorf("domainrobot: price list: %d %w", status, err)
	}
	root, err := xmlx.Parse(octets, xmlx.Options{})
	if err != nil {
		return "", err
	}
	listed := ""
	for _, d := range root.Child("prices").ChildrenNamed("domain") {
		for _, b := range d.ChildrenNamed("businessCase") {
			for _, p := range b.ChildrenNamed("price") {
				a := func(n *xmlx.Node, name string) string { v, _ := n.Attr(name); return v }
				if a(d, "label") == "com" && a(b, "label") == op && a(p, "period") == fmt.Sprintf("%dy", n) {
					listed = a(p, "amount") + " " + a(p, "currency")
				}
			}
		}
	}
	r, err := c.call(http.MethodPost, "/price/article/_search", map[string]any{"filters": []any{
		map[string]any{"key": "label", "value": "com"}, map[string]any{"key": "businessCase", "value": op}, map[string]any{"key": "period", "value": n}}})
	if err != nil || len(r.each("data")) != 1 {
		return "", fmt.Errorf("domainrobot: price search: %v %w", r, err)
	}
	if d := r.each("data")[0]; d.text("amount")+" "+d.text("currency") != listed {
		return "", fmt.Errorf("domainrobot: the document says %q, the search %v", listed, d)
	}
	return listed, nil
}

// Times have a zone (domainrobot-json.md §1.3); here it is UTC.
func (*robot) infoTime(t time.Time) string   { return t.UTC().Format("2006-01-02T15:04:05.000-0700") }
func (c *robot) listTime(t time.Time) string { return c.infoTime(t) }

func (*robot) busy(op string) string {
	return "400 " + map[string]string{"register": "E0101", "renew": "E0101003", "servers": "E0102"}[op] + " EF01030"
}
