package doors

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// autodns is a client of the AutoDNS XML gateway, with user and password in each document (autodns-xml.md §1 to §4).
type autodns struct {
	w        *world
	user, pw string
}

func newAutoDNS(w *world, account string) *autodns {
	return &autodns{w, account, account + "-robot-pw"}
}

func (*autodns) door() string { return "autodns" }

// el writes an element with escaped text.
func el(name string, text any) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(fmt.Sprint(text))) // a Buffer takes everything
	return block(name, b.String())
}

func block(name string, children ...string) string {
	return "<" + name + ">" + strings.Join(children, "") + "</" + name + ">"
}

// document writes a request with one task; login is the element that says who asks.
func document(login, code string, children ...string) []byte {
	return []byte(`<?xml version="1.0" encoding="utf-8"?>` + block("request", login, el("language", "en"), block("task", el("code", code), strings.Join(children, ""))))
}

func (c *autodns) auth() string {
	return block("auth", el("user", c.user), el("password", c.pw), el("context", 4))
}

// send posts a document; a refusal is an *answer "STATUS CAUSE" with the first message's code.
func (c *autodns) send(doc []byte) (*xmlx.Node, error) {
	r, err := http.NewRequest(http.MethodPost, c.w.https+"/autodns/", bytes.NewReader(doc))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/xml")
	status, head, octets, err := c.w.do(r)
	if err != nil {
		return nil, err
	}
	return readAutoDNS(status, head, octets)
}

func readAutoDNS(status int, head http.Header, octets []byte) (*xmlx.Node, error) {
	root, err := xmlx.Parse(octets, xmlx.Options{})
	if err != nil || root.Name != "response" {
		return nil, fmt.Errorf("autodns: %v in %q", err, octets)
	}
	result := root.Child("result")
	s := result.Child("status")
	code, kind := s.ChildTrim("code"), s.ChildTrim("type")
	switch {
	case status != http.StatusOK || root.ChildTrim("stid") == "" || s.ChildTrim("text") == "":
	case kind == "success" && strings.HasPrefix(code, "S"), kind == "notify" && strings.HasPrefix(code, "N"):
		return result, nil
	case kind == "error" && strings.HasPrefix(code, "E") && result.Child("msg") != nil:
		m := result.Child("msg")
		return result, &answer{door: "autodns", status: status, head: head, body: octets, code: code + " " + m.ChildTrim("code"),
			text: m.ChildTrim("text") + ": " + m.ChildTrim("help")}
	}
	return nil, fmt.Errorf("autodns: neither success nor refusal: %d %q", status, octets)
}

func (c *autodns) call(code string, children ...string) (*xmlx.Node, error) {
	return c.send(document(c.auth(), code, children...))
}

// done is the outcome of an order: an N-code, and a message with the success for the caller.
func (c *autodns) done(r *xmlx.Node, err error) error {
	if err == nil && r.Child("status").ChildTrim("type") != "notify" {
		err = fmt.Errorf("autodns: an order was answered %s", r.Child("status").ChildTrim("code"))
	}
	return err
}

// check: the gateway has no availability task.
func (*autodns) check(string) (bool, error) { return false, errNone }

func (c *autodns) contact(p person) (string, error) {
	r, err := c.call("0301", block("handle", handleFields(p)))
	return r.Path("status", "object").ChildTrim("value"), err
}

func handleFields(p person) string {
	return el("type", "PERSON") + el("fname", p.first) + el("lname", p.last) + el("address", p.street) + el("pcode", p.code) + el("city", p.city) +
		el("country", p.country) + el("phone", p.phone) + el("email", p.email)
}

func (c *autodns) register(o order) error { return c.done(c.call("0101", domainElement(o))) }

func domainElement(o order) string {
	return block("domain", el("name", o.name), el("ownerc", o.handle), el("adminc", o.handle), el("techc", o.handle), el("zonec", o.handle),
		nservers(o.servers), el("period", o.years))
}

func nservers(names []string) string {
	var b strings.Builder
	for _, s := range names {
		b.WriteString(block("nserver", el("name", s)))
	}
	return b.String()
}

func (c *autodns) info(name string) (view, error) {
	r, err := c.call("0105", block("domain", el("name", name)), el("key", "payable"), el("full_contact", 1))
	if err != nil {
		return view{}, err
	}
	d := r.Path("data", "domain")
	o := d.Child("ownerc")
	v := view{name: d.ChildTrim("name"), expires: d.ChildTrim("expire"), owner: person{first: o.ChildTrim("fname"), last: o.ChildTrim("lname"),
		email: o.ChildTrim("email"), phone: o.ChildTrim("phone"), street: o.ChildTrim("address"), city: o.ChildTrim("city"), code: o.ChildTrim("pcode"),
		country: o.ChildTrim("country")}}
	for _, s := range d.ChildrenNamed("nserver") {
		v.servers = append(v.servers, s.ChildTrim("name"))
	}
	return v, nil
}

func (c *autodns) list() (map[string]string, error) {
	r, err := c.call("0105", block("view", el("offset", 0), el("limit", 1000)), el("key", "expire"))
	out := map[string]string{}
	if err != nil {
		return out, err
	}
	for _, d := range r.Child("data").ChildrenNamed("domain") {
		out[d.ChildTrim("name")] = d.ChildTrim("expire")
	}
	if n := r.Child("data").ChildTrim("summary"); n != strconv.Itoa(len(out)) {
		err = fmt.Errorf("autodns: summary %s of a list of %d", n, len(out))
	}
	return out, err
}

// renew sends the expiry along, which is compared by its day in Berlin.
func (c *autodns) renew(name string, n int, expires time.Time) error {
	return c.done(c.call("0101003", block("domain", el("name", name), el("period", n), el("payable", expires.In(berlin).Format(time.DateOnly)))))
}

func (c *autodns) setServers(name string, names []string) error {
	return c.done(c.call("0102008", block("domain", el("name", name), nservers(names))))
}

func (c *autodns) balance() (string, error) {
	r, err := c.call("0984")
	return r.Path("data", "account").ChildTrim("current_account_balance"), err
}

func (*autodns) price(string, int) (string, error) { return "", errNone }

// Times are those of Berlin (autodns-xml.md §6.1).
func (*autodns) infoTime(t time.Time) string { return t.In(berlin).Format(time.DateTime) }
func (*autodns) listTime(t time.Time) string { return t.In(berlin).Format(time.DateTime) }

func (*autodns) busy(op string) string {
	return map[string]string{"register": "E0101", "renew": "E0101003", "servers": "E0102008"}[op] + " EF01030"
}
