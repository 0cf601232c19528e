package wapi

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// What real clients send, octet by octet, and what they look for in the answer (wapi.md §10), as far as they use commands
// that are served. AUTH stands for the hash.
func TestClientQuirks(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	const multi = "--%s\r\nContent-Disposition: form-data; name=\"request\"\r\n\r\n"
	for _, c := range []struct{ client, path, contentType, body, want string }{
		{"lego: encoded, no clTRID", "/wapi/json", formType,
			"request=" + url.QueryEscape(`{"request":{"user":"ops@alpha.example","auth":"AUTH","command":"ping"}}`),
			`{"response":{"code":1000,"result":"OK",`},
		{"krencl: multipart, null clTRID, empty list, test 1", "/wapi/json", "multipart/form-data; boundary=------------------------d74496d66958873e",
			strings.Replace(multi, "%s", "------------------------d74496d66958873e", 1) +
				`{"request":{"user":"ops@alpha.example","auth":"AUTH","command":"ping","clTRID":null,"test":1,"data":[]}}` + "\r\n--------------------------d74496d66958873e--\r\n",
			`"command":"ping","test":1}}`},
		{"juniwalk: test is a bool, status null", "/wapi/json", formType,
			"request=" + url.QueryEscape(`{"request":{"user":"ops@alpha.example","auth":"AUTH","command":"domains-list","clTRID":"5f3a","test":false,"data":{"status":null}}}`),
			`"clTRID":"5f3a",`},
		{"juniwalk: true comes back as true", "/wapi/json", formType,
			"request=" + url.QueryEscape(`{"request":{"user":"ops@alpha.example","auth":"AUTH","command":"domains-list","clTRID":"5f3a","test":true,"data":[]}}`),
			`"command":"domains-list","test":true}}`},
		{"foldas: raw, blanks in clTRID, list", "/wapi/json", formType,
			`request={"request":{"user":"ops@alpha.example","auth":"AUTH","command":"domains-list","clTRID":"domains - 1784030400"}}`,
			`"data":{"domain":[{"name":"example.com","status":"active","expiration":"2028-08-13"}]}}}`},
		{"jakuborava: raw, dns as server1 with name only, admin_c always", "/wapi/json", formType,
			`request={"request":{"user":"ops@alpha.example","auth":"AUTH","command":"domain-create","data":{"name":"laravel.com","period":1,` +
				`"dns":{"server1":{"name":"ns1.alpha.example"},"server2":{"name":"ns2.alpha.example"}},"owner_c":"WEDOS-ALP-1","admin_c":"","rules":{"fname":"A","lname":"B & C"}}}}`,
			`"data":{"num":"1311000001","expiration":"2027-11-22","credit":{"amount":"990.00","currency":"EUR"}}}}`},
		{"certbot: data null", "/wapi/json", formType,
			"request=" + url.QueryEscape(`{"request": {"user": "ops@alpha.example", "auth": "AUTH", "command": "credit-info", "clTRID": "x", "data": null}}`),
			`"data":{"amount":"990.00","currency":"EUR"}}}`},
		{"CakePHP: XML, quoted boundary, <dns> </dns>", "/wapi/xml", `multipart/form-data; boundary="b0undary"`,
			strings.Replace(multi, "%s", "b0undary", 1) + "<request><user>ops@alpha.example</user><auth>AUTH</auth><command>domain-update-ns</command>" +
				"<clTRID></clTRID><data><name>example.com</name><dns> </dns></data></request>\r\n--b0undary--\r\n",
			"<code>1000</code>\n <result>OK</result>"},
		{"CakePHP: contact", "/wapi/xml", formType,
			"request=" + url.QueryEscape("<request><user>ops@alpha.example</user><auth>AUTH</auth><command>contact-info</command><data><cname>WEDOS-ALP-1</cname><tld>com</tld></data></request>"),
			"  <contact>\n   <contact_id>WEDOS-ALP-1</contact_id>\n   <status>ok</status>\n   <name>Jane Doe</name>\n   <fname>Jane</fname>\n   <lname>Doe</lname>\n"},
		{"rvallo: raw XML on one line", "/wapi/xml", formType,
			"request=<request><user>ops@alpha.example</user><auth>AUTH</auth><command>ping</command><clTRID>certbot</clTRID></request>",
			"\n <clTRID>certbot</clTRID>\n"},
		{"merneo: JSON without the outer object", "/wapi/json", formType,
			"request=" + url.QueryEscape(`{"user":"ops@alpha.example","auth":"AUTH","command":"contact-info","clTRID":"wapi-1784030400","data":{"name":"WEDOS-ALP-1","tld":"com"}}`),
			`"contact_id":"WEDOS-ALP-1"`},
		{"merneo: no rules, no dns", "/wapi/json", formType,
			"request=" + url.QueryEscape(`{"user":"ops@alpha.example","auth":"AUTH","command":"domain-create","data":{"name":"merneo.com","period":"1","owner_c":"WEDOS-ALP-1"}}`),
			`"code":2213`},
		{"Onhost: flat contact, long clTRID", "/wapi/json", formType,
			"request=" + url.QueryEscape(`{"request":{"user":"ops@alpha.example","auth":"AUTH","command":"contact-create","clTRID":"onhost:v4:contact-create:01K8Z3T5W0ABCDEFGHJKMNPQRS","data":`+
				`{"tld":"com","fname":"A","lname":"B","email":"a@b.example","phone":"+420123456789","addr_street":"S 1","addr_city":"C","addr_zip":11000,"addr_country":"CZ"}}}`),
			`"data":{"cname":"WEDOS-GTLD-10000002"}}}`},
		{"Java client: bare document", "/wapi/xml", "text/xml",
			"<request><user>ops@alpha.example</user><auth>AUTH</auth><command>ping</command></request>", "<code>1000</code>"},
		{"curl -d with upper-case hash", "/wapi/json/", formType,
			`request={"request":{"user":"ops@alpha.example","auth":"UPPER","command":"ping"}}`, `"code":1000`},
	} {
		t.Run(c.client, func(t *testing.T) {
			hash := authOf("alpha", time.Now())
			body := strings.NewReplacer("AUTH", hash, "UPPER", strings.ToUpper(hash)).Replace(c.body)
			res := post(d, c.path, c.contentType, body)
			got := bodyOf(t, res)
			if !strings.Contains(got, c.want) || res.StatusCode != 200 {
				t.Errorf("%d %s\nwants %s", res.StatusCode, got, c.want)
			}
			if low := strings.ToLower(got); strings.Contains(low, "doctype") || strings.Contains(low, "protection") || strings.Contains(got, `"data":[]`) {
				t.Error("a client takes this for a failure:", got)
			}
		})
	}
}

// Text that is not UTF-8 spoils the command, not the envelope: log-in first, then 2102 (wapi.md §2.8).
func TestEncodingAfterLogin(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	doc := "{\"request\":{\"user\":\"ops@alpha.example\",\"auth\":\"AUTH\",\"command\":\"CMD\",\"clTRID\":\"c1\",\"data\":{\"name\":\"caf\xe9.com\"}}}"
	for _, c := range []struct{ auth, cmd, want string }{{authOf("alpha", time.Now()), "domain-check", "2102"}, {"x", "domain-check", "2050"}, {authOf("alpha", time.Now()), "nonsense", "2010"}} {
		got := bodyOf(t, post(d, jsonPath, formType, "request="+url.QueryEscape(strings.NewReplacer("AUTH", c.auth, "CMD", c.cmd).Replace(doc))))
		if codeOf(t, got) != c.want || !strings.Contains(got, `"clTRID":"c1"`) || !strings.Contains(got, `"command":"`+c.cmd+`"`) {
			t.Errorf("%s: %s", c.want, got)
		}
	}
}
