package doors

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// dmapi is a client of DMAPI: form in, header lines and a text body out, a session named by Auth-Sid (dmapi.md §2 to §4).
type dmapi struct {
	w        *world
	user, pw string
	mu       sync.Mutex
	sid      string
}

func newDMAPI(w *world, account string) *dmapi {
	return &dmapi{w: w, user: "ops@" + account + ".example", pw: account + "-dmapi-pw"}
}

func (*dmapi) door() string { return "dmapi" }

// dmapiReply is a reply: its header lines and its body.
type dmapiReply struct {
	head map[string][]string
	body string
}

func (r dmapiReply) first(name string) string { return strings.Join(r.head[name], "; ") }

// facts are the "name: value" lines of the body.
func (r dmapiReply) facts(name string) (out []string) {
	for line := range strings.SplitSeq(r.body, "\n") {
		if n, v, ok := strings.Cut(line, ": "); ok && n == name {
			out = append(out, v)
		}
	}
	return out
}

func (r dmapiReply) fact(name string) string { return strings.Join(r.facts(name), "; ") }

// raw posts a body to a request and reads the reply; a refusal is an *answer "HTTP CODE".
func (c *dmapi) raw(request, contentType string, body []byte) (dmapiReply, error) {
	r, err := http.NewRequest(http.MethodPost, c.w.https+"/dmapi/request/"+request, strings.NewReader(string(body)))
	if err != nil {
		return dmapiReply{}, err
	}
	r.Header.Set("Content-Type", contentType)
	status, head, octets, err := c.w.do(r)
	if err != nil {
		return dmapiReply{}, err
	}
	return readDMAPI(status, head, octets)
}

func readDMAPI(status int, head http.Header, octets []byte) (dmapiReply, error) {
	a := &answer{door: "dmapi", status: status, head: head, body: octets}
	top, rest, ok := strings.Cut(string(octets), "\n\n")
	if !ok {
		return dmapiReply{}, fmt.Errorf("dmapi: no empty line in %q", octets)
	}
	r := dmapiReply{head: map[string][]string{}, body: rest}
	for line := range strings.SplitSeq(top, "\n") {
		n, v, ok := strings.Cut(line, ": ")
		if !ok {
			return r, fmt.Errorf("dmapi: bad header line %q", line)
		}
		r.head[n] = append(r.head[n], v)
	}
	code := r.first("Status-Code")
	if code == "0" && r.first("Result") == "ACK" && status == http.StatusOK {
		return r, nil
	}
	if code == "0" || r.first("Result") != "NACK" || len(r.head["Error"]) == 0 {
		return r, fmt.Errorf("dmapi: neither success nor refusal: %d %q", status, octets)
	}
	a.code, a.text = strconv.Itoa(status)+" "+code, r.first("Status-Text")+": "+r.first("Error")
	return r, a
}

// call sends parameters, name and value in turn, under the session, which is opened first.
func (c *dmapi) call(request string, params ...string) (dmapiReply, error) {
	if err := c.login(); err != nil {
		return dmapiReply{}, err
	}
	v := url.Values{"auth-sid": {c.sid}}
	for i := 0; i < len(params); i += 2 {
		v.Set(params[i], params[i+1])
	}
	return c.raw(request, "application/x-www-form-urlencoded", []byte(v.Encode()))
}

func (c *dmapi) login() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sid != "" {
		return nil
	}
	r, err := c.raw("login", "application/x-www-form-urlencoded", []byte(url.Values{"username": {c.user}, "password": {c.pw}}.Encode()))
	if err != nil {
		return err
	}
	c.sid = r.first("Auth-Sid")
	return nil
}

// ordered waits for nothing: the result of an accepted order stands when the answer leaves. It gives the result's facts.
func (c *dmapi) ordered(r dmapiReply, err error) (dmapiReply, error) {
	if err != nil {
		return r, err
	}
	if r.first("Proc-ID") == "" {
		return r, fmt.Errorf("dmapi: accepted without Proc-ID: %v", r.head)
	}
	res, err := c.call("result-retrieve", "Proc-ID", r.first("Proc-ID"))
	if err == nil && res.fact("Completion-Status") != "ack" {
		err = fmt.Errorf("dmapi: order %s is not done: %q", r.first("Proc-ID"), res.body)
	}
	return res, err
}

func (c *dmapi) check(name string) (bool, error) {
	r, err := c.call("domain-check", "domain", name)
	return r.fact("domain-status") == "available", err
}

func (c *dmapi) contact(p person) (string, error) {
	r, err := c.ordered(c.call("contact-create", c.contactParams(p)...))
	return r.fact("Object-Name"), err
}

func (*dmapi) contactParams(p person) []string {
	return []string{"tld", "com", "fname", p.first, "lname", p.last, "individual", "Y", "email", p.email, "address-1", p.street,
		"city", p.city, "postal-code", p.code, "country", p.country, "phone", p.phone}
}

func (c *dmapi) register(o order) error {
	_, err := c.ordered(c.call("domain-register", c.registerParams(o)...))
	return err
}

func (*dmapi) registerParams(o order) []string {
	return []string{"domain", o.name, "period", strconv.Itoa(12 * o.years), "status", "production", "owner-c", o.handle, "admin-c", o.handle,
		"tech-c", o.handle, "billing-c", o.handle, "ns-list", strings.Join(o.servers, ":")}
}

func (c *dmapi) info(name string) (view, error) {
	r, err := c.call("query-whois", "domain", name)
	if err != nil {
		return view{}, err
	}
	return view{name: r.fact("domain.fqdn"), expires: r.fact("domain.expires"), servers: r.facts("domain.nservers.nserver.handle"),
		owner: person{last: r.fact("domain.name"), email: r.fact("domain.email"), phone: r.fact("domain.phone"), street: r.fact("domain.address-1"),
			city: r.fact("domain.city"), code: r.fact("domain.postal-code"), country: r.fact("domain.country")}}, nil
}

func (c *dmapi) list() (map[string]string, error) {
	r, err := c.call("query-domain-list")
	out := map[string]string{}
	for line := range strings.SplitSeq(r.body, "\n") {
		if n, day, ok := strings.Cut(line, " "); ok {
			out[n] = day
		}
	}
	return out, err
}

func (c *dmapi) renew(name string, years int, _ time.Time) error {
	_, err := c.ordered(c.call("domain-renew", "domain", name, "period", strconv.Itoa(12*years)))
	return err
}

func (c *dmapi) setServers(name string, servers []string) error {
	_, err := c.ordered(c.call("domain-modify", "domain", name, "ns-list", strings.Join(servers, ":")))
	return err
}

func (c *dmapi) balance() (string, error) {
	r, err := c.call("query-profile")
	return r.fact("balance"), err
}

// price is what the list and the check say; they must agree.
func (c *dmapi) price(op string, years int) (string, error) {
	r, err := c.call("query-price-list")
	if err != nil {
		return "", err
	}
	listed := ""
	for line := range strings.SplitSeq(r.body, "\n") {
		if f := strings.Split(line, "\t"); len(f) > 4+years && f[0] == "domain" && f[1] == op && f[2] == "com" {
			listed = f[4+years] + " " + f[4]
		}
	}
	r, err = c.call("domain-check", "domain", "price-probe.com", "check-price", op, "period", strconv.Itoa(years))
	if checked := r.fact("domain-price-" + op); err == nil && checked != fmt.Sprintf("%s %dy", listed, years) {
		err = fmt.Errorf("dmapi: the price list says %q, the check %q", listed, checked)
	}
	return listed, err
}

// infoTime is UTC to the second, listTime its day (dmapi.md §7.2).
func (*dmapi) infoTime(t time.Time) string { return t.UTC().Format("20060102150405") }
func (*dmapi) listTime(t time.Time) string { return t.UTC().Format(time.DateOnly) }

func (*dmapi) busy(string) string { return "200 2304" }
