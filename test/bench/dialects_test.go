package bench

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// asking is one way to ask for a domain.
type asking struct {
	name     string
	addr     string
	tls      bool
	most     int // requests on one connection
	request  func(domain string) []byte
	success  string // stands in every good answer
	nameless bool   // the answer does not repeat the domain's name
}

// Log-ins of the demo seed.
const (
	dmapiUser, dmapiPassword = "ops@alpha.example", "s3cret-dmapi"
	srsUser, srsKey          = "alphareseller", "0123456789abcdef"
	wapiUser, wapiPassword   = "ops@alpha.example", "Wapi-Secret.1"
	robotUser, robotPassword = "alpha", "s3cret-robot"
)

// dialects are all ways, each logged in as its reference describes.
func (s *site) dialects(t testing.TB) []asking {
	sid, robot := s.dmapiSession(t), s.robotSession(t)
	basic := "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(robotUser+":"+robotPassword))
	srs := func(target string) func(string) []byte {
		return func(name string) []byte {
			body := srsGet(name)
			return httpRequest(http.MethodPost, target, body, "Content-Type: text/xml", "X-Username: "+srsUser, "X-Signature: "+srsSign(body))
		}
	}
	return []asking{
		{name: "DMAPI query-whois, session", addr: s.http, success: "Status-Code: 0", request: func(name string) []byte {
			return httpRequest(http.MethodGet, "/dmapi/request/query-whois?domain="+name+"&auth-sid="+sid, "")
		}},
		{name: "OpenSRS GET all_info, own listener", addr: s.opensrs, tls: true, most: 100, success: `<item key="is_success">1</item>`, nameless: true, request: srs("/")},
		{name: "OpenSRS GET all_info, without TLS", addr: s.http, success: `<item key="is_success">1</item>`, nameless: true, request: srs("/opensrs/")},
		{name: "WAPI domain-info, JSON", addr: s.http, success: `"code":1000`, request: func(name string) []byte {
			return wapiRequest("/wapi/json", fmt.Sprintf(`{"request":{"user":"%s","auth":"%s","command":"domain-info","clTRID":"b1","data":{"name":"%s"}}}`, wapiUser, wapiAuth(), name))
		}},
		{name: "WAPI domain-info, XML", addr: s.http, success: `<code>1000</code>`, request: func(name string) []byte {
			return wapiRequest("/wapi/xml", fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?><request><user>%s</user><auth>%s</auth><command>domain-info</command><clTRID>b1</clTRID><data><name>%s</name></data></request>`,
				wapiUser, wapiAuth(), name))
		}},
		{name: "Domainrobot GET /domain, Basic", addr: s.http, success: `"type":"SUCCESS"`, request: func(name string) []byte {
			return httpRequest(http.MethodGet, "/domainrobot/v1/domain/"+name, "", "User-Agent: bench/1", basic, "X-Domainrobot-Context: 4")
		}},
		{name: "Domainrobot GET /domain, session", addr: s.http, success: `"type":"SUCCESS"`, request: func(name string) []byte {
			return httpRequest(http.MethodGet, "/domainrobot/v1/domain/"+name, "", "User-Agent: bench/1", "X-Domainrobot-SessionId: "+robot)
		}},
		{name: "AutoDNS XML 0105, auth", addr: s.http, success: `<code>S0105</code>`, request: func(name string) []byte {
			return httpRequest(http.MethodPost, "/autodns/", fmt.Sprintf(`<?xml version="1.0" encoding="utf-8"?><request><auth><user>%s</user><password>%s</password><context>4</context></auth><language>en</language><task><code>0105</code><domain><name>%s</name></domain></task></request>`,
				robotUser, robotPassword, name), "Content-Type: text/xml")
		}},
	}
}

func srsGet(name string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE OPS_envelope SYSTEM "ops.dtd"><OPS_envelope><header><version>0.9</version></header><body><data_block><dt_assoc>` +
		`<item key="protocol">XCP</item><item key="action">GET</item><item key="object">DOMAIN</item><item key="attributes"><dt_assoc>` +
		`<item key="domain">` + name + `</item><item key="type">all_info</item></dt_assoc></item></dt_assoc></data_block></body></OPS_envelope>`
}

// srsSign is the double MD5 of an OpenSRS request.
func srsSign(body string) string {
	sum := func(s string) string { h := md5.Sum([]byte(s)); return hex.EncodeToString(h[:]) }
	return sum(sum(body+srsKey) + srsKey)
}

func wapiRequest(target, doc string) []byte {
	return httpRequest(http.MethodPost, target, "request="+url.QueryEscape(doc), "Content-Type: application/x-www-form-urlencoded")
}

// wapiAuth is the hash of the hour in Prague.
func wapiAuth() string {
	hour := time.Now().In(prague).Format("15")
	return sha1Hex(wapiUser + sha1Hex(wapiPassword) + hour)
}

func (s *site) dmapiSession(t testing.TB) string {
	t.Helper()
	_, body := s.mustAsk(t, httpRequest(http.MethodGet, "/dmapi/request/login?username="+url.QueryEscape(dmapiUser)+"&password="+dmapiPassword, ""))
	for line := range strings.Lines(body) {
		if sid, ok := strings.CutPrefix(line, "Auth-Sid: "); ok {
			return strings.TrimSpace(sid)
		}
	}
	t.Fatalf("DMAPI login: %s", body)
	return ""
}

func (s *site) robotSession(t testing.TB) string {
	t.Helper()
	res, body := s.mustAsk(t, httpRequest(http.MethodPost, "/domainrobot/v1/login", fmt.Sprintf(`{"user":"%s","password":"%s","context":4}`, robotUser, robotPassword),
		"Content-Type: application/json", "User-Agent: bench/1"))
	id := res.Header.Get("X-Domainrobot-SessionId")
	if id == "" {
		t.Fatalf("Domainrobot login: %s", body)
	}
	return id
}

func (s *site) mustAsk(t testing.TB, request []byte) (*http.Response, string) {
	t.Helper()
	c := client{addr: s.http}
	defer c.close()
	res, body, err := c.exchange(request)
	must(t, err)
	return res, string(body)
}

// info asks for domains over so many connections for so long.
func (s *site) info(a asking, connections int, d time.Duration) figures {
	clients := make([]client, connections)
	requests := make([][]byte, min(s.domains, 1000))
	for i := range requests {
		requests[i] = a.request(domainName(i))
	}
	for i := range clients {
		clients[i] = client{addr: a.addr, most: a.most}
		if a.tls {
			clients[i].trust = s.trust
		}
		defer clients[i].close()
	}
	return load(connections, d, func(c, call int) error {
		i := call * 7919 % len(requests)
		_, body, err := clients[c].exchange(requests[i])
		if err != nil {
			return err
		}
		if !bytes.Contains(body, []byte(a.success)) || !a.nameless && !bytes.Contains(body, []byte(domainName(i))) {
			return fmt.Errorf("%s answers %.600s", a.name, body)
		}
		return nil
	})
}
