package program

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
)

// entry is one of the journal's.
type entry struct {
	Seq     int64
	Dialect string
	Account string
	Command string
	Status  string
	Request string
	Answer  string
}

func (s *sandbox) journal(query string) ([]entry, string) {
	s.t.Helper()
	status, body := get(s.t, s.Admin+"/journal"+query)
	var j struct{ Entries []entry }
	if err := json.Unmarshal([]byte(body), &j); err != nil || status != 200 {
		s.t.Fatalf("journal: %d %v %s", status, err, body)
	}
	return j.Entries, body
}

// secretKeys are the seed's keys whose values nobody may read again.
var secretKeys = []string{"password", "key", "live", "test", "totp_secret", "auth_info"}

// secretsOf collects the values of secret keys in JSON.
func secretsOf(v any, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if s, ok := x.(string); ok && slices.Contains(secretKeys, k) && s != "" {
				into[s] = true
			}
			secretsOf(x, into)
		}
	case []any:
		for _, x := range v {
			secretsOf(x, into)
		}
	}
}

// TestJournal uses every log-in of the seed through every dialect, rightly and wrongly, and looks for the seed's secrets.
func TestJournal(t *testing.T) {
	t.Parallel()
	s := memory(t)
	secrets := map[string]bool{"ex-AuthInfo-1": true, "Abcdef123456": true, "new-Auth-Info-9": true}
	var doc any
	text, err := os.ReadFile(s.file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	secretsOf(doc.(map[string]any)["accounts"], secrets)
	if len(secrets) < 15 {
		t.Fatalf("only %d secrets found", len(secrets))
	}
	for _, a := range s.Accounts {
		for issued := range useEverything(t, s, &client{t: t, base: s.HTTP, acc: a}) {
			secrets[issued] = true
		}
	}
	list, shown := s.journal("?limit=1000")
	seen := map[string]int{}
	for _, e := range list {
		seen[e.Dialect]++
		if e.Account == "alpha" {
			seen["alpha's"]++
		}
	}
	for _, d := range []string{"dmapi", "opensrs", "wapi", "domainrobot", "autodns", "alpha's"} {
		if seen[d] == 0 {
			t.Errorf("the journal has no entry of %s", d)
		}
	}
	for secret := range secrets {
		for _, form := range []string{secret, url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)), hexSHA1(secret)} {
			if i := strings.Index(shown, form); i >= 0 {
				t.Errorf("the journal shows %q: …%s…", form, shown[max(0, i-300):min(len(shown), i+100)])
			}
		}
	}
	for _, e := range list {
		if e.Dialect == "wapi" && e.Command == "ping" {
			if shown, err := url.QueryUnescape(e.Request); err != nil || !strings.Contains(shown, `"auth":"***"`) {
				t.Errorf("the journal should show a ping with its auth masked (%v):\n%s", err, e.Request)
			}
		}
	}
	// Paging.
	first, _ := s.journal("?limit=2")
	next, _ := s.journal(fmt.Sprintf("?limit=2&after=%d", first[1].Seq))
	if len(first) != 2 || len(next) != 2 || next[0].Seq <= first[1].Seq {
		t.Errorf("pages %+v, %+v", first, next)
	}
	t.Logf("%d secrets, %d entries: %v", len(secrets), len(list), seen)
}

// useEverything makes requests with all credentials of an account and gives the secrets that it was issued on the way.
func useEverything(t *testing.T, s *sandbox, c *client) map[string]bool {
	issued := map[string]bool{}
	note := func(s string) {
		if len(s) > 8 {
			issued[s] = true
		}
	}
	if d := c.acc.DMAPI; d != nil {
		sid := c.dmapiLogin()
		note(sid)
		u := d.Users[0]
		get(t, s.HTTP+"/dmapi/request/login?"+url.Values{"username": {u.Username}, "password": {u.Password}}.Encode())
		get(t, s.HTTP+"/dmapi/request/query-profile?auth-sid="+url.QueryEscape(sid))
		get(t, s.HTTP+"/dmapi/request/query-profile", "Cookie: dmapi-auth="+sid)
		post(t, s.HTTP+"/dmapi/request/login?password="+url.QueryEscape(u.Password), "username=x&password="+url.QueryEscape(u.Password)+"x")
		for _, k := range d.Keys {
			get(t, s.HTTP+"/dmapi/request/query-domain-list?api-key="+k.Key)
			post(t, s.HTTP+"/dmapi/v2/query-domain-list", "api-key="+k.Key)
			post(t, s.HTTP+"/dmapi/request/login", "api-key="+k.Key)
		}
		post(t, s.HTTP+"/dmapi/request/domain-transfer-get-auth-id", url.Values{"auth-sid": {sid}, "domain": {"example.com"}}.Encode())
	}
	if o := c.acc.OpenSRS; o != nil {
		for _, key := range []string{o.Keys.Live, o.Keys.Test, "00"} {
			if key == "" {
				continue
			}
			request(t, plain, c.opensrsRequest(s.HTTP+"/opensrs/", key, "GET_BALANCE", "BALANCE"))
			r := c.opensrsRequest(s.OpenSRS, key, "GET", "DOMAIN", "domain", "example.com", "type", "domain_auth_info")
			note(r.Header.Get("X-Signature"))
			request(t, trusting(t, s.CA, ""), r)
		}
		c.opensrsRegister("journal-" + c.acc.Name + ".com")
		c.opensrs("GET", "DOMAIN", "domain", "example.com", "type", "all_info")
		c.opensrs("MODIFY", "DOMAIN", "domain", "example.com", "data", "domain_auth_info", "domain_auth_info", "new-Auth-Info-9")
		c.opensrs("GET", "DOMAIN", "domain", "example.com", "type", "domain_auth_info")
		// The same broken off in the middle.
		post(t, s.HTTP+"/opensrs/", `<OPS_envelope><item key="reg_password">Abcdef123456</item><item key="domain_auth_info">new-Auth-Info-9`, "X-Username: "+o.Username, "X-Signature: "+o.Keys.Live)
	}
	if w := c.acc.WAPI; w != nil {
		c.wapi("ping", "")
		c.wapi("domain-info", `{"name":"example.com"}`)
		post(t, s.HTTP+"/wapi/json", `request={"request":{"user":"x","auth":"`+w.Password+`","command":"ping"}}`)
		post(t, s.HTTP+"/wapi/xml", "request="+url.QueryEscape(`<request><user>`+w.User+`</user><auth>`+w.Password+`</auth><command>ping</command></request>`))
		post(t, s.HTTP+"/wapi/json", `request={"request":{"user":"x","auth":"`+w.Password+`"`)
		note(hexSHA1(w.Password))
	}
	if d := c.acc.Domainrobot; d != nil {
		for _, u := range d.Users {
			login := fmt.Sprintf(`{"user":%q,"password":%q,"context":%d}`, u.User, u.Password, u.Context)
			_, head, _ := request(t, plain, newRequest(t, "POST", s.HTTP+"/domainrobot/v1/login", login))
			note(head.Get("X-Domainrobot-SessionId"))
			request(t, plain, newRequest(t, "GET", s.HTTP+"/domainrobot/v1/hello", "", "X-Domainrobot-SessionId: "+head.Get("X-Domainrobot-SessionId")))
			post(t, s.HTTP+"/domainrobot/v1/login", login[:len(login)-20])
		}
		for _, a := range d.Apps {
			r := newRequest(t, "GET", s.HTTP+"/domainrobot/v1/hello", "")
			r.SetBasicAuth(a.UUID, a.Password)
			request(t, plain, r)
		}
		c.robot("GET", "/domain/example.com?fullContact", "")
		c.robot("PUT", "/domain/example.com", `{"authinfo":"new-Auth-Info-9"}`)
		c.autodns(`<code>0105</code><domain><name>example.com</name></domain><key>authinfo</key>`)
		session := c.autodns(`<code>1321001</code>`)
		if _, rest, ok := strings.Cut(session, "<hash>"); ok {
			hash, _, _ := strings.Cut(rest, "</hash>")
			note(hash)
			post(t, s.HTTP+"/autodns/", `<request><auth_session><hash>`+hash+`</hash></auth_session><task><code>0105</code><domain><name>example.com</name></domain></task></request>`)
		}
		post(t, s.HTTP+"/autodns/", `<request><auth><user>alpha</user><password>`+d.Users[0].Password)
	}
	return issued
}
