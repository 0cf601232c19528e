package doors

import (
	"bufio"
	"bytes"
	"crypto/md5"
	"crypto/tls"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// opensrs is a client of OpenSRS XCP on the dialect's own listener: one signed document for each connection, HTTP/1.0
// (opensrs.md §2 to §4).
type opensrs struct {
	w         *world
	user, key string
}

func newOpenSRS(w *world, account string) *opensrs {
	return &opensrs{w, account + "rsp", account + "-0123456789abcdef"}
}

func (*opensrs) door() string { return "opensrs" }

// items is an associative array; keys are written in order of the alphabet.
type items map[string]any

func writeValue(b *bytes.Buffer, v any) {
	switch v := v.(type) {
	case items:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		b.WriteString("<dt_assoc>")
		for _, k := range keys {
			fmt.Fprintf(b, `<item key="%s">`, k)
			writeValue(b, v[k])
			b.WriteString("</item>")
		}
		b.WriteString("</dt_assoc>")
	case []any:
		b.WriteString("<dt_array>")
		for i, x := range v {
			fmt.Fprintf(b, `<item key="%d">`, i)
			writeValue(b, x)
			b.WriteString("</item>")
		}
		b.WriteString("</dt_array>")
	default:
		_ = xml.EscapeText(b, []byte(fmt.Sprint(v))) // a Buffer takes everything
	}
}

// envelope writes a request document.
func envelope(action, object string, attrs items) []byte {
	var b bytes.Buffer
	b.WriteString("<?xml version='1.0' encoding=\"UTF-8\" standalone=\"no\" ?>\n<!DOCTYPE OPS_envelope SYSTEM \"ops.dtd\">\n" +
		"<OPS_envelope><header><version>0.9</version></header><body><data_block>")
	writeValue(&b, items{"protocol": "XCP", "action": action, "object": object, "attributes": attrs})
	b.WriteString("</data_block></body></OPS_envelope>")
	return b.Bytes()
}

// sign is the signature by the guide's formula.
func sign(body []byte, key string) string {
	sum := func(s string) string { h := md5.Sum([]byte(s)); return hex.EncodeToString(h[:]) }
	return sum(sum(string(body)+key) + key)
}

// post signs and sends a document.
func (c *opensrs) post(doc []byte) (*xmlx.Node, error) {
	return c.send(doc, c.user, sign(doc, c.key), len(doc))
}

// send sends a document with given log-in and Content-Length, and reads the answer to the end of the connection.
func (c *opensrs) send(doc []byte, user, signature string, length int) (*xmlx.Node, error) {
	conn, err := tls.Dial("tcp", c.w.opensrs, &tls.Config{RootCAs: c.w.roots, ServerName: "localhost", MinVersion: tls.VersionTLS12})
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return nil, err
	}
	head := "POST / HTTP/1.0\r\nContent-Type: text/xml\r\n"
	if user != "" {
		head += "X-Username: " + user + "\r\n"
	}
	if signature != "" {
		head += "X-Signature: " + signature + "\r\n"
	}
	if _, err := io.WriteString(conn, head+"Content-Length: "+strconv.Itoa(length)+"\r\n\r\n"+string(doc)); err != nil {
		return nil, err
	}
	if length != len(doc) {
		if err := conn.CloseWrite(); err != nil {
			return nil, err
		}
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return nil, fmt.Errorf("opensrs: no answer: %w", err)
	}
	defer res.Body.Close()
	octets, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if len(res.Header) != 4 {
		return nil, fmt.Errorf("opensrs: %d headers", len(res.Header))
	}
	return readOpenSRS(res.StatusCode, octets)
}

// readOpenSRS gives the answer's top-level array; a refusal is an *answer with the response code.
func readOpenSRS(status int, octets []byte) (*xmlx.Node, error) {
	root, err := xmlx.Parse(octets, xmlx.Options{AllowDoctype: true})
	if err != nil {
		return nil, fmt.Errorf("opensrs: %w in %q", err, octets)
	}
	top := root.Path("body", "data_block", "dt_assoc")
	code, success := at(top, "response_code"), at(top, "is_success")
	if status != http.StatusOK || code == "" || at(top, "response_text") == "" || (success == "1") != strings.HasPrefix(code, "2") {
		return nil, fmt.Errorf("opensrs: neither success nor refusal: %d %q", status, octets)
	}
	if success == "1" {
		return top, nil
	}
	return top, &answer{door: "opensrs", status: status, body: octets, code: code, text: at(top, "response_text")}
}

// item finds a value below an array by its keys.
func item(n *xmlx.Node, keys ...string) *xmlx.Node {
	for _, key := range keys {
		if n == nil {
			return nil
		}
		for _, form := range []string{"dt_assoc", "dt_array"} {
			if c := n.Child(form); c != nil {
				n = c
			}
		}
		var next *xmlx.Node
		for _, c := range n.ChildrenNamed("item") {
			if k, _ := c.Attr("key"); k == key {
				next = c
			}
		}
		n = next
	}
	return n
}

// at is the text of a value.
func at(n *xmlx.Node, keys ...string) string { return item(n, keys...).Trim() }

// rows are the members of an array.
func rows(n *xmlx.Node) []*xmlx.Node {
	if n == nil || n.Child("dt_array") == nil {
		return nil
	}
	return n.Child("dt_array").ChildrenNamed("item")
}

func (c *opensrs) call(action, object string, attrs items) (*xmlx.Node, error) {
	return c.post(envelope(action, object, attrs))
}

func (c *opensrs) check(name string) (bool, error) {
	top, err := c.call("LOOKUP", "DOMAIN", items{"domain": name})
	return at(top, "response_code") == "210" && at(top, "attributes", "status") == "available", err
}

// contact: contacts come with the order.
func (*opensrs) contact(person) (string, error) { return "", errNone }

func (c *opensrs) register(o order) error {
	_, err := c.call("SW_REGISTER", "DOMAIN", registration(o))
	return err
}

func registration(o order) items {
	var servers []any
	for i, s := range o.servers {
		servers = append(servers, items{"name": s, "sortorder": i + 1})
	}
	p := o.owner
	return items{"domain": o.name, "reg_type": "new", "period": o.years, "handle": "process", "reg_username": "registrant", "reg_password": "Abcdef123456",
		"custom_tech_contact": "0", "custom_nameservers": "1", "nameserver_list": servers, "auto_renew": "0", "contact_set": items{"owner": items{
			"first_name": p.first, "last_name": p.last, "org_name": "", "address1": p.street, "city": p.city, "state": "", "postal_code": p.code,
			"country": p.country, "phone": p.phone, "email": p.email}}}
}

func (c *opensrs) info(name string) (view, error) {
	top, err := c.call("GET", "DOMAIN", items{"domain": name, "type": "all_info"})
	if err != nil {
		return view{}, err
	}
	a, owner := item(top, "attributes"), item(top, "attributes", "contact_set", "owner")
	v := view{name: name, expires: at(a, "registry_expiredate"), owner: person{first: at(owner, "first_name"), last: at(owner, "last_name"),
		email: at(owner, "email"), phone: at(owner, "phone"), street: at(owner, "address1"), city: at(owner, "city"), code: at(owner, "postal_code"),
		country: at(owner, "country")}}
	for _, r := range rows(item(a, "nameserver_list")) {
		v.servers = append(v.servers, at(r, "name"))
	}
	return v, nil
}

func (c *opensrs) list() (map[string]string, error) {
	top, err := c.call("GET_DOMAINS_BY_EXPIREDATE", "DOMAIN", items{"exp_from": "1970-01-01", "exp_to": "2038-01-18", "limit": "5000"})
	out := map[string]string{}
	for _, r := range rows(item(top, "attributes", "exp_domains")) {
		out[at(r, "name")] = at(r, "expiredate")
	}
	return out, err
}

func (c *opensrs) renew(name string, years int, expires time.Time) error {
	_, err := c.call("RENEW", "DOMAIN", items{"domain": name, "period": years, "currentexpirationyear": expires.UTC().Year(), "handle": "process"})
	return err
}

func (c *opensrs) setServers(name string, servers []string) error {
	var list []any
	for _, s := range servers {
		list = append(list, s)
	}
	_, err := c.call("ADVANCED_UPDATE_NAMESERVERS", "DOMAIN", items{"domain": name, "op_type": "assign", "assign_ns": list})
	return err
}

func (c *opensrs) balance() (string, error) {
	top, err := c.call("GET_BALANCE", "BALANCE", items{})
	return at(top, "attributes", "balance"), err
}

func (c *opensrs) price(op string, years int) (string, error) {
	top, err := c.call("GET_PRICE", "DOMAIN", items{"domain": "price-probe.com", "period": years, "reg_type": map[string]string{"create": "new", "renew": "renewal"}[op]})
	return at(top, "attributes", "price"), err
}

// Times are UTC to the second, everywhere (opensrs-commands.md §4.1).
func (*opensrs) infoTime(t time.Time) string { return t.UTC().Format(time.DateTime) }
func (*opensrs) listTime(t time.Time) string { return t.UTC().Format(time.DateTime) }

func (*opensrs) busy(string) string { return "437" }
