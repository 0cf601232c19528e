package autodns

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// raw requests as clients of autodns-xml.md §21 send them; each must be answered with S0105 unless it says otherwise.
var quirks = map[string]struct{ body, code string }{
	"no declaration":            {`<request>` + alphaAuth + `<task><code>0105</code></task></request>`, "S0105"},
	"byte order mark":           {"\ufeff" + as(alphaAuth, "<task><code>0105</code></task>"), "S0105"},
	"blanks before":             {" \r\n\t" + as(alphaAuth, "<task><code>0105</code></task>"), "S0105"},
	"upper case UTF-8":          {`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n    <request>" + alphaAuth + `<task><ctid></ctid><code>0105</code></task></request>`, "S0105"},
	"auth after task":           {`<request><task><code>0105</code></task>` + alphaAuth + `</request>`, "S0105"},
	"code last":                 {`<request>` + alphaAuth + `<task><view><offset>0</offset></view><code>0105</code></task></request>`, "S0105"},
	"stray text":                {`<request>` + alphaAuth + `{$this->subuserXml()}<language>en</language><task>{$x}<code>0105</code></task></request>`, "S0105"},
	"processing instruction":    {`<?xml version="1.0"?><?php echo 1 ?><request><?x y?>` + alphaAuth + `<task><code>0105</code></task></request>`, "S0105"},
	"comments":                  {`<!-- a --><request>` + alphaAuth + `<task><!-- b --><code>0105<!-- c --></code></task></request>`, "S0105"},
	"unknown elements":          {`<request xmlns="urn:x" a="1"><bulk_limit>5</bulk_limit><x:y/>` + alphaAuth + `<task serial="0"><pepsi/><code>0105</code></task></request>`, "S0105"},
	"CDATA and references":      {`<request><auth><user>&#97;lpha</user><password><![CDATA[s3cret-robot]]></password><context> 4 </context></auth><task><code>0105</code></task></request>`, "S0105"},
	"empty context":             {`<request><auth><user>alpha</user><password>s3cret-robot</password><context/></auth><task><code>0105</code></task></request>`, "S0105"},
	"owner with empty context":  {`<request>` + alphaAuth + `<owner><user>alpha</user><context></context></owner><task><code>0105</code></task></request>`, "S0105"},
	"empty owner":               {`<request>` + alphaAuth + `<owner><user/><context/></owner><task><code>0105</code></task></request>`, "S0105"},
	"unknown and empty keys":    {`<request>` + alphaAuth + `<task><code>0105</code><key></key><key>pepsi</key></task></request>`, "S0105"},
	"code without leading zero": {`<request>` + alphaAuth + `<task><code>105</code></task></request>`, "S0105"},
	"one leaf in where":         {`<request>` + alphaAuth + `<task><code>0105</code><where><key>name</key><operator>eq</operator><value>example.com</value></where></task></request>`, "S0105"},
	"upper case operator":       {`<request>` + alphaAuth + `<task><code>0105</code><where><and><value>EXAMPLE.com</value><operator>EQ</operator><key>name</key></and></where><order><key>name</key><mode>ASC</mode></order></task></request>`, "S0105"},
	"no operator":               {`<request>` + alphaAuth + `<task><code>0105</code><where><key>name</key><value>ex*</value></where></task></request>`, "S0105"},
	"huge limit":                {`<request>` + alphaAuth + `<task><code>0105</code><view><offset>0</offset><limit>50000</limit><children>true</children></view><show_handle_details>all</show_handle_details></task></request>`, "S0105"},
	"children empty":            {`<request>` + alphaAuth + `<task><code>0105</code><view><offset/><limit></limit><children></children></view></task></request>`, "S0105"},
	"empty domain is a list":    {`<request>` + alphaAuth + `<task><code>0105</code><domain><name></name></domain></task></request>`, "S0105"},
	"German is asked":           {`<request>` + alphaAuth + `<language>DE</language><task><code>0105</code></task></request>`, "S0105"},
	"language unknown":          {`<request>` + alphaAuth + `<language>es</language><task><code>0105</code></task></request>`, "S0105"},
	"line breaks in elements":   {"<request>" + alphaAuth + "<task><code>\n0105\n</code><domain>\n<name>\n example.com \n</name>\n</domain></task></request>", "S0105"},
	"password not escaped":      {`<request><auth><user>alpha</user><password>a&b</password></auth><task><code>0105</code></task></request>`, "E00000"},
	"ctid in the domain":        {`<request>` + alphaAuth + `<task><code>0105</code><domain><ctid>inner</ctid><execDate>now</execDate><name>example.com</name></domain></task></request>`, "S0105"},
}

func TestQuirks(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	for name, q := range quirks {
		r := c.send(q.body)
		if r.code() != q.code {
			t.Errorf("%s: %s", name, r.raw)
		}
		if q.code == "S0105" && !strings.Contains(r.raw, "<name>example.com</name>") {
			t.Errorf("%s finds nothing: %s", name, r.raw)
		}
	}
	contains(t, c.send(quirks["ctid in the domain"].body), "<ctid>inner</ctid>")
	contains(t, c.send(quirks["German is asked"].body), "Domaindaten wurden erfolgreich ermittelt.")
}

func TestRequestHeadersDoNotMatter(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	for _, contentType := range []string{"", "application/xml", "application/xml; charset=iso-8859-1", "text/xml", "application/x-www-form-urlencoded",
		"application/json", "multipart/form-data"} {
		c := newClient(t, w)
		if contentType != "" {
			c.header.Set("Content-Type", contentType)
		}
		c.header.Set("Authorization", "Basic bm9ib2R5Ondyb25n")
		c.header.Set("Charset", "utf-8")
		c.header.Set("Accept", "application/json")
		for _, url := range []string{"http://x/", "http://x/gateway", "http://x/gateway/"} {
			c.url = url
			c.want(c.task("<code>0984</code>"), "S0984", "")
		}
	}
}

func TestCharset(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	doc := `<?xml version="1.0" encoding="ISO-8859-1"?><request>` + alphaAuth + `<task><code>0301</code><handle>` +
		strings.Replace(contactFields, "Testville", "M\xfcnchen", 1) + `</handle></task></request>`
	id := c.want(c.send(doc), "S0301", "").result().Path("status", "object").ChildText("value")
	contains(t, c.task("<code>0304</code><handle><id>"+id+"</id></handle>"), "<city>München</city>", "<protection>B</protection>")
}

// Clients in shells search the answer for literal elements.
func TestLiteralElements(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	contains(t, c.task(`<code>0105</code><where><key>name</key><operator>eq</operator><value>example.com</value></where>`),
		"<summary>1</summary>", "<type>success</type>", "<code>S0105</code>")
	contains(t, c.task(`<code>0105</code><where><key>name</key><operator>eq</operator><value>none.com</value></where>`),
		"<data><summary>0</summary></data>", "<type>success</type>")
}

// The alias that an answer shows finds the contact, also one that another interface made without an alias.
func TestShownAliasFinds(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	for _, alias := range []string{"Jane-Doe", "jane-doe"} {
		contains(t, c.task("<code>0304</code><handle><alias>"+alias+"</alias></handle>"), "<code>S0304</code>", "<id>100101</id><alias>Jane-Doe</alias>")
	}
	for _, alias := range []string{"Doe", "Jane-", "%", "Jane_Doe", "Jane Doe"} {
		c.want(c.task("<code>0304</code><handle><alias>"+alias+"</alias></handle>"), "E0304", "EF03014")
	}
}

// An availability test by an order that cannot succeed: taken is told before anything else.
func TestTakenIsToldFirst(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	order := func(name string) string {
		return `<code>0101</code><domain><name>` + name + `</name><ownerc></ownerc><adminc/><nserver><name>localhost</name></nserver></domain>`
	}
	for _, name := range []string{"incoming.com", "beta-owned.com", "example.com", "reserved.com"} {
		r := c.want(c.task(order(name)), "E0101", "EF01021")
		if r.about() != "domain="+name {
			t.Error(r.raw)
		}
	}
	r := c.task(order("quite-free.com"))
	if r.msg() == "EF01021" || r.result().Path("status").ChildText("type") != "error" {
		t.Error(r.raw)
	}
}

// Answers to whatever is no request are XML with status 200, quickly, and lead to no work.
func TestHostileDocuments(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	valid := as(alphaAuth, "<task><code>0105</code></task>")
	entities := `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">`
	for i := byte('b'); i < 'k'; i++ {
		entities += `<!ENTITY ` + string(i) + ` "` + strings.Repeat("&"+string(i-1)+";", 10) + `">`
	}
	for name, doc := range map[string]string{
		"entities":         entities + `]><request><x>&j;</x></request>`,
		"external subset":  `<!DOCTYPE request SYSTEM "http://127.0.0.1:1/x.dtd">` + `<request/>`,
		"external entity":  `<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><request><auth><user>&f;</user></auth></request>`,
		"undefined entity": `<request><auth><user>&nbsp;</user></auth></request>`,
		"deep":             strings.Repeat("<a>", 200_000),
		"deep and closed":  `<request>` + strings.Repeat("<and>", 5000) + strings.Repeat("</and>", 5000) + `</request>`,
		"many elements":    `<request>` + strings.Repeat("<a/>", 400_000) + `</request>`,
		"many attributes":  `<request ` + strings.Repeat(`a="1" `, 100_000) + `/>`,
		"truncated":        valid[:len(valid)/2],
		"truncated tag":    "<request><auth",
		"invalid UTF-8":    strings.Replace(valid, "alpha", "alp\xffha", 1),
		"UTF-16":           "\xff\xfe<\x00r\x00",
		"unknown charset":  strings.Replace(valid, "utf-8", "klingon", 1),
		"NUL":              strings.Replace(valid, "alpha", "al\x00pha", 1),
		"json":             `{"user":"alpha"}`,
		"form":             "a=b&c=d",
		"two roots":        valid + "<request/>",
	} {
		start := time.Now()
		r := c.want(c.send(doc), "E00000", "EF01000")
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%s takes %v", name, took)
		}
		if o := r.result().Path("msg", "object"); o.ChildText("type") != "request" || o.ChildText("value") == "" {
			t.Errorf("%s: %s", name, r.raw)
		}
		if r.result().Child("data") != nil || strings.Contains(r.raw, "passwd") {
			t.Errorf("%s: %s", name, r.raw)
		}
	}
}

func TestSizeLimit(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	doc := as(alphaAuth, "<task><code>0984</code></task>")
	c.want(c.send(doc+strings.Repeat(" ", MaxBody-len(doc))), "S0984", "")
	r := c.want(c.send(doc+strings.Repeat(" ", MaxBody+1-len(doc))), "E00000", "EF01000")
	contains(t, r, "the document is larger than 4194304 bytes")
	c.want(c.send(as(alphaAuth, strings.Repeat("<task><code>0984</code></task>", MaxTasks+1))), "E00000", "EF01000")
	if r := c.send(as(alphaAuth, strings.Repeat("<task><code>0984</code></task>", MaxTasks))); len(r.results()) != MaxTasks {
		t.Error(len(r.results()))
	}
	c.want(c.task("<code>0105</code>"+strings.Repeat("<domain><name>example.com</name></domain>", MaxObjects+1)), "E00000", "EF01000")
	leaf := "<or><key>name</key><operator>eq</operator><value>example.com</value></or>"
	if r := c.task("<code>0105</code><where>" + strings.Repeat(leaf, 50) + "</where>"); !strings.Contains(r.raw, "<summary>1</summary>") {
		t.Error("50 leaves, as one client sends them:", r.raw)
	}
	c.want(c.task("<code>0105</code><where>"+strings.Repeat(leaf, 5000)+"</where>"), "E00000", "EF01000")
	c.want(c.task("<code>0105</code><where>"+strings.Repeat("<and>", 40)+leaf+strings.Repeat("</and>", 40)+"</where>"), "S0105", "")
}

func TestOtherMethods(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	for _, method := range []string{"GET", "PUT", "DELETE", "OPTIONS"} {
		r := httptest.NewRequest(method, "/", nil)
		r.RemoteAddr = c.from
		c.want(c.serve(r), "E00000", "EF01000")
	}
}

func TestClaims(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	for body, want := range map[string]bool{
		`<request><auth>`: true, "\ufeff <?xml version='1.0'?>\n<request >": true, `<!-- x --><request>`: true,
		`<OPS_envelope>`: false, `<requests>`: false, `request=<request>`: false, ``: false, `{"a":"<request>"}`: false,
	} {
		if got := d.Claims(httptest.NewRequest("POST", "/", nil), []byte(body)); got != want {
			t.Errorf("%q: %v", body, got)
		}
	}
	for path, want := range map[string]bool{"/gateway": true, "/gateway/": true, "/gateways": false, "/v1/": false} {
		if got := d.Claims(httptest.NewRequest("POST", path, nil), []byte("<request>")); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	opensrs := httptest.NewRequest("POST", "/", nil)
	opensrs.Header.Set("X-Username", "u")
	if d.Claims(opensrs, []byte("<request>")) {
		t.Error("takes an OpenSRS request")
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	for _, doc := range []string{
		`<request><auth><user>alpha</user><password>S-1</password><context>4</context><token>123456</token></auth><task><code>0105</code></task></request>`,
		`<request><auth><password><![CDATA[S-1]]></password></auth></request>`,
		`<request><auth_session><hash>S-1</hash></auth_session></request>`,
		`<request><authentication><trusted_application><uuid>u</uuid><password>S-1</password></trusted_application></authentication></request>`,
		`<response><result><data><auth_session><hash>S-1</hash></auth_session></data></result></response>`,
		`<response><result><data><domain><authinfo>S-1</authinfo></domain></data></result></response>`,
		`<request><domainsafe><pin>S-1</pin><tan>S-1</tan></domainsafe></request>`,
		`<request><auth><password>S-1`,
		`<request><auth><password>a&S-1</password></auth></request>`,
	} {
		if got := string(d.Mask([]byte(doc))); strings.Contains(got, "S-1") || strings.Contains(got, "123456") {
			t.Errorf("%s\n%s", doc, got)
		}
	}
	if got := string(d.Mask([]byte(`<task><code>0105</code></task>`))); got != `<task><code>0105</code></task>` {
		t.Error(got)
	}
}
