package program

import (
	"crypto/md5"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

// client speaks all five dialects for one account. Each method gives the whole answer as text, or what is asked for.
type client struct {
	t    testing.TB
	base string // of the HTTP listener
	acc  account
	// wait is what Go's client may take; zero means as long as it takes
	hc *http.Client
}

func (c *client) http() *http.Client {
	if c.hc != nil {
		return c.hc
	}
	return plain
}

// dmapi sends a request with the account's API key, or with its user's session where it has none.
func (c *client) dmapi(request string, params ...string) string {
	c.t.Helper()
	v := url.Values{"api-key": {c.acc.DMAPI.Keys[0].Key}}
	for i := 0; i < len(params); i += 2 {
		v.Set(params[i], params[i+1])
	}
	_, body := post(c.t, c.base+"/dmapi/request/"+request, v.Encode(), "Content-Type: application/x-www-form-urlencoded")
	return body
}

// dmapiLogin logs in with user and password and gives the session.
func (c *client) dmapiLogin() string {
	c.t.Helper()
	u := c.acc.DMAPI.Users[0]
	_, body := post(c.t, c.base+"/dmapi/request/login", url.Values{"username": {u.Username}, "password": {u.Password}}.Encode(),
		"Content-Type: application/x-www-form-urlencoded")
	return header(body, "Auth-Sid")
}

// header is a header line of a DMAPI reply.
func header(reply, name string) string {
	for line := range strings.Lines(reply) {
		if v, ok := strings.CutPrefix(line, name+": "); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

func hexMD5(s string) string {
	sum := md5.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

func hexSHA1(s string) string {
	sum := sha1.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

// opensrsRequest is a signed XCP request to a base address. attributes are pairs of name and text or XML.
func (c *client) opensrsRequest(base, key, action, object string, attributes ...string) *http.Request {
	c.t.Helper()
	body := xcp(action, object, attributes...)
	return newRequest(c.t, "POST", base, body, "Content-Type: text/xml", "X-Username: "+c.acc.OpenSRS.Username,
		"X-Signature: "+hexMD5(hexMD5(body+key)+key))
}

// opensrs sends an XCP request by the shared listener.
func (c *client) opensrs(action, object string, attributes ...string) string {
	c.t.Helper()
	_, _, body := request(c.t, c.http(), c.opensrsRequest(c.base+"/opensrs/", c.acc.OpenSRS.Keys.Live, action, object, attributes...))
	return body
}

func xcp(action, object string, attributes ...string) string {
	return `<?xml version="1.0"?><OPS_envelope><header><version>0.9</version></header><body><data_block><dt_assoc><item key="protocol">XCP</item><item key="action">` +
		action + `</item><item key="object">` + object + `</item><item key="attributes">` + assoc(attributes...) +
		`</item></dt_assoc></data_block></body></OPS_envelope>`
}

func assoc(pairs ...string) string {
	var b strings.Builder
	b.WriteString("<dt_assoc>")
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, `<item key="%s">%s</item>`, pairs[i], pairs[i+1])
	}
	return b.String() + "</dt_assoc>"
}

// opensrsRegister registers a name with a contact of its own.
func (c *client) opensrsRegister(name string) string {
	c.t.Helper()
	owner := assoc("first_name", "Erika", "last_name", "Muster", "org_name", "Example Ltd", "address1", "1 Example Street", "city", "Toronto",
		"state", "ON", "postal_code", "M4B 1B3", "country", "CA", "phone", "+1.4165550100", "email", "erika@example.org")
	return c.opensrs("SW_REGISTER", "DOMAIN", "domain", name, "reg_type", "new", "period", "1", "handle", "process", "reg_username", "erika",
		"reg_password", "Abcdef123456", "custom_nameservers", "0", "custom_tech_contact", "0", "contact_set", assoc("owner", owner))
}

var prague = func() *time.Location {
	l, err := time.LoadLocation("Europe/Prague")
	if err != nil {
		panic(err) // the zone database is compiled in
	}
	return l
}()

// wapiReply is the envelope of a WAPI answer in JSON.
type wapiReply struct {
	Response struct {
		Code   int             `json:"code"`
		Result string          `json:"result"`
		ClTRID string          `json:"clTRID"`
		SvTRID string          `json:"svTRID"`
		Data   json.RawMessage `json:"data"`
	} `json:"response"`
}

// wapi sends a command with data, a JSON text or "".
func (c *client) wapi(command, data string) wapiReply {
	c.t.Helper()
	w := c.acc.WAPI
	doc := map[string]any{"user": w.User, "command": command, "clTRID": "program-1",
		"auth": hexSHA1(w.User + hexSHA1(w.Password) + time.Now().In(prague).Format("15"))}
	if data != "" {
		doc["data"] = json.RawMessage(data)
	}
	text, err := json.Marshal(map[string]any{"request": doc})
	if err != nil {
		c.t.Fatal(err)
	}
	_, body := post(c.t, c.base+"/wapi/json", url.Values{"request": {string(text)}}.Encode(), "Content-Type: application/x-www-form-urlencoded")
	var r wapiReply
	if err := json.Unmarshal([]byte(body), &r); err != nil {
		c.t.Fatalf("%s: %v: %s", command, err, body)
	}
	return r
}

// robotRequest is a Domainrobot request with the account's first user.
func (c *client) robotRequest(method, path, body string) *http.Request {
	c.t.Helper()
	u := c.acc.Domainrobot.Users[0]
	r := newRequest(c.t, method, c.base+"/domainrobot/v1"+path, body, "Content-Type: application/json",
		"X-Domainrobot-Context: "+strconv.Itoa(u.Context))
	r.SetBasicAuth(u.User, u.Password)
	return r
}

// robot sends a Domainrobot request.
func (c *client) robot(method, path, body string) (int, string) {
	c.t.Helper()
	status, _, answer := request(c.t, c.http(), c.robotRequest(method, path, body))
	return status, answer
}

// robotContact is a contact that is made with the order.
const robotContact = `{"type":"PERSON","fname":"Max","lname":"Mustermann","address":["Musterstr. 1"],"pcode":"93055","city":"Regensburg","country":"DE","email":"max@example.com","phone":"+49-941-12345"}`

// robotOrder is the body of a registration.
func robotOrder(name string) string {
	return fmt.Sprintf(`{"name":%q,"ownerc":%[2]s,"adminc":%[2]s,"techc":%[2]s,"zonec":%[2]s,"nameServers":[{"name":"ns1.polyreg.test"},{"name":"ns2.polyreg.test"}],"period":{"unit":"YEAR","period":1}}`,
		name, robotContact)
}

// robotRegister registers a name, which must be done when the answer comes.
func (c *client) robotRegister(name string) string {
	c.t.Helper()
	status, body := c.robot("POST", "/domain", robotOrder(name))
	if status != 200 || !strings.Contains(body, `"SUCCESS"`) {
		c.t.Fatalf("registering %s: %d %s", name, status, body)
	}
	return body
}

// autodns sends a task of the XML gateway.
func (c *client) autodns(task string) string {
	c.t.Helper()
	u := c.acc.Domainrobot.Users[0]
	_, body := post(c.t, c.base+"/autodns/", fmt.Sprintf(`<request><auth><user>%s</user><password>%s</password><context>%d</context></auth><language>en</language><task>%s</task></request>`,
		u.User, u.Password, u.Context, task), "Content-Type: text/xml")
	return body
}

// sees tells whether a name is found by its own account through all five dialects.
func (c *client) sees(name string) error {
	c.t.Helper()
	if got := c.wapi("domain-info", `{"name":"`+name+`"}`); got.Response.Code != 1000 {
		return fmt.Errorf("WAPI: %d %s", got.Response.Code, got.Response.Result)
	}
	_, robot := c.robot("GET", "/domain/"+name, "")
	for _, d := range []struct{ dialect, answer, want string }{
		{"DMAPI", c.dmapi("query-domain-list", "pattern", name), name},
		{"OpenSRS", c.opensrs("GET", "DOMAIN", "domain", name, "type", "all_info"), `<item key="response_code">200</item>`},
		{"Domainrobot", robot, `"name":"` + name + `"`},
		{"AutoDNS", c.autodns(`<code>0105</code><domain><name>` + name + `</name></domain>`), "<code>S0105</code>"},
	} {
		if !strings.Contains(d.answer, d.want) {
			return fmt.Errorf("%s: no %s in %s", d.dialect, d.want, d.answer)
		}
	}
	return nil
}

// balance is what the account has, as WAPI tells it.
func (c *client) balance() string {
	c.t.Helper()
	r := c.wapi("credit-info", "")
	var d struct{ Amount json.Number }
	if err := json.Unmarshal(r.Response.Data, &d); err != nil || r.Response.Code != 1000 {
		c.t.Fatalf("credit-info: %+v %v", r.Response, err)
	}
	return d.Amount.String()
}
