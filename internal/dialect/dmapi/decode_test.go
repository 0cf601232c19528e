package dmapi

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/formx"
)

func read(t testing.TB, method, target, contentType, body string) (*request, error) {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.RequestURI = target
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	rq := &request{d: New(dialect.Deps{}), http: r}
	if err := rq.route(); err != nil {
		return rq, err
	}
	return rq, rq.readForm()
}

const urlencoded = "application/x-www-form-urlencoded"

func TestForm(t *testing.T) {
	t.Parallel()
	multi := "--B\r\nContent-Disposition: form-data; name=\"Domain\"\r\n\r\nexample.com\r\n--B--\r\n"
	for _, tc := range []struct {
		name, method, target, contentType, body string
		want                                    map[string]string
	}{
		{"query", "GET", "/request/x?Domain=example.com&a+b=c%20d", "", "", map[string]string{"domain": "example.com", "a b": "c d"}},
		{"body wins, blank is absent", "POST", "/request/x?a=1&b=2&c=3", urlencoded, "A=9&b=", map[string]string{"a": "9", "b": "2", "c": "3"}},
		{"first of a repeated name", "POST", "/request/x", urlencoded, "a=1&a=2", map[string]string{"a": "1"}},
		{"empty pairs, semicolon, trailing &", "GET", "/request/x?a=b&&auth-sid=s;t&", "", "", map[string]string{"a": "b", "auth-sid": "s;t"}},
		{"broken percent is kept", "GET", "/request/x?a=100%&b=%zz", "", "", map[string]string{"a": "100%", "b": "%zz"}},
		{"no content type", "POST", "/request/x", "", "a=1", map[string]string{"a": "1"}},
		{"multipart", "POST", "/request/x", "multipart/form-data; boundary=B", multi, map[string]string{"domain": "example.com"}},
		// The vector of dmapi.md §17.1.
		{"credentials", "POST", "/request/login", urlencoded, "username=jane%40example.com&password=p%26ss+w%2Brd%3D1%25",
			map[string]string{"username": "jane@example.com", "password": "p&ss w+rd=1%"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rq, err := read(t, tc.method, tc.target, tc.contentType, tc.body)
			if err != nil {
				t.Fatal(err)
			}
			if len(rq.form.values) != len(tc.want) {
				t.Errorf("values %v, want %v", rq.form.values, tc.want)
			}
			for k, v := range tc.want {
				if got := rq.form.raw(k); got != v {
					t.Errorf("%s = %q, want %q", k, got, v)
				}
			}
		})
	}
}

func TestRoute(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		target, name string
		v2           bool
	}{
		{"/request/login", "login", false}, {"/request/Login/", "login", false}, {"/request/QUERY-WHOIS?x=1", "query-whois", false},
		{"/v2/query-price-list", "query-price-list", true}, {"/v2/contact/create", "contact/create", true},
	} {
		rq, err := read(t, "GET", tc.target, "", "")
		if err != nil || rq.name != tc.name || rq.v2 != tc.v2 {
			t.Errorf("%s: %q %v %v", tc.target, rq.name, rq.v2, err)
		}
	}
}

func TestUnreadableRequests(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, method, target, body string
		status, code               int
	}{
		{"one byte over the body limit", "POST", "/request/login", "a=" + strings.Repeat("x", maxBody-1), 413, 2400},
		{"one byte over the URL limit", "GET", "/request/login?a=" + strings.Repeat("x", maxURL-len("/request/login?a=")+1), "", 414, 2400},
		{"too many parameters", "POST", "/request/login", strings.Repeat("a=1&", formx.DefaultPairs+1), 413, 2400},
		{"invalid UTF-8", "POST", "/request/login", "username=%ff", 200, 2400},
		{"other path", "GET", "/other", "", 404, 2000},
		{"root", "GET", "/", "", 404, 2000},
		{"method", "PUT", "/request/login", "", 405, 2001},
		{"whois path", "GET", "/whois?domain=example.com", "", 200, 2101},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rq, err := read(t, tc.method, tc.target, urlencoded, tc.body)
			if err == nil {
				t.Fatal("accepted")
			}
			rp := rq.refusal(err)
			if rp.status != tc.status || rp.code != tc.code {
				t.Errorf("HTTP %d code %d %q, want %d %d", rp.status, rp.code, rp.errors, tc.status, tc.code)
			}
		})
	}
	if _, err := read(t, "POST", "/request/login", urlencoded, "a="+strings.Repeat("x", maxBody-2)); err != nil {
		t.Errorf("a body of exactly the limit: %v", err)
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	f := newForm(formx.Pairs{{Name: "yes", Value: "y"}, {Name: "no", Value: "No"}, {Name: "odd", Value: "2"}, {Name: "n", Value: "007"}, {Name: "plus", Value: "+7"}})
	for name, want := range map[string]bool{"yes": true, "no": false, "absent": false} {
		if got, err := f.truth(name, false); got != want || err != nil {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
	if _, err := f.truth("odd", false); !errs.Is(err, errs.Invalid) {
		t.Errorf("odd boolean: %v", err)
	}
	if n, err := f.number("n", 1, 9, 0); n != 7 || err != nil {
		t.Errorf("number: %d %v", n, err)
	}
	if _, err := f.number("plus", 1, 9, 0); err == nil {
		t.Error("signed number accepted")
	}
	if got := list("ns1.example.net:ns2.example.net, ns3.example.net"); len(got) != 3 || got[2] != "ns3.example.net" {
		t.Errorf("%q", got)
	}
}

func TestMonths(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"12": 1, "24": 2, "120": 10, "": 0, "1": -1, "11": -1, "13": -1, "18": -1, "x": -1, "-12": -1} {
		rq := &request{form: newForm(formx.Pairs{{Name: "period", Value: text}})}
		got, err := rq.months()
		if err != nil {
			got = -1
			if !strings.HasPrefix(errorLine(errs.As(err)), "Parameter period: expected: number of months") {
				t.Errorf("%q: %s", text, errorLine(errs.As(err)))
			}
		}
		if got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		pattern, s string
		want       bool
	}{
		{"*", "", true}, {"domain-r*", "domain-renew", true}, {"DOMAIN-R*", "domain-register", true}, {"domain-r*", "domain-modify", false},
		{"?x*y", "axby", true}, {"a*b*c", "aXbYc", true}, {"a*b*c", "acb", false}, {"", "a", false}, {"a%", "ab", false}, {"ä?", "Äx", true},
		{strings.Repeat("*a", 40) + "b", strings.Repeat("a", 4000), false},
	} {
		if got := match(tc.pattern, tc.s); got != tc.want {
			t.Errorf("%q ~ %.20q: %v", tc.pattern, tc.s, got)
		}
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	d := New(dialect.Deps{})
	for _, text := range []string{
		"username=u&Password=SECRET&x=1", "api-key=SECRET", "auth%2Dsid=SECRET&domain=example.com", "transfer-auth-id=SECRET",
		"domain=x&password=<SECRET>&a=b", "password={SECRET",
		"domain=x&zone=%24dnssec%3Dno%0A%24DynDNS%3Dyes%3Auser%3ASECRET%0Awww+A+0+192.0.2.1+60", "zone=$dyndns=yes:user:SECRET", "$dyndns=yes:SECRET x\nwww A 0 192.0.2.1 60",
		"Version: 1.2.53\nStatus-Code: 0\n\n$dnssec=no\n$dyndns=yes:user:SECRET\nwww A 0 192.0.2.1 60\n",
		"Status-Code: 0\nAuth-Sid: SECRET\n\ncom\n", "Version: 1\n\nCompletion-Status: ack\n\nThe Authorization ID is: \"SECRET\"\n",
	} {
		if got := string(d.Mask([]byte(text))); strings.Contains(got, "SECRET") {
			t.Errorf("%q shows a secret", got)
		}
	}
	for _, text := range []string{"domain=example.com&period=12", "domain=x&zone=%24dyndns%3Dno%3A%3A%0A%40+A+0+192.0.2.1+60", "Version: 1\n\n$dnssec=no\n$dyndns=no::\n@ A 0 192.0.2.1 60\n"} {
		if got := string(d.Mask([]byte(text))); got != text {
			t.Errorf("%q lost something", got)
		}
	}
}

// FuzzDecode reads arbitrary requests: nothing panics, and every refusal is a complete envelope.
func FuzzDecode(f *testing.F) {
	for _, s := range [][2]string{
		{"domain=example.com", "auth-sid=0123456789abcdef0123456789abcdef01234567"}, {"a=b&&c=%", "x=%ff"}, {"period=12&ns-list=a:b,c d", ""},
		{"pvalue=", "pname=autorenew&domain=*"}, {"", "tld=com&name=Jane+Doe&individual=Y&phone=%2B49.301234567&x-eu-lang=de"},
	} {
		f.Add(s[0], s[1])
	}
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		_, parts := readArchive(string(data))
		for _, p := range parts {
			if head, body, ok := strings.Cut(p.text, "\n\n"); ok && strings.HasSuffix(p.name, " request") {
				_, query, _ := strings.Cut(strings.SplitN(head, "\n", 2)[0], "?")
				f.Add(query, strings.TrimSuffix(body, "\n"))
			}
		}
	}
	d := New(dialect.Deps{})
	f.Fuzz(func(t *testing.T, query, body string) {
		r := httptest.NewRequest("POST", "/request/domain-register", strings.NewReader(body))
		r.URL.RawQuery = query
		rq := &request{d: d, http: r, tracking: "t"}
		if err := rq.route(); err != nil {
			t.Fatal(err)
		}
		err := rq.readForm()
		if err == nil {
			_, periodErr := rq.months()
			_, serversErr := rq.servers(nil)
			_, _, windowErr := rq.window()
			err = join(rq.fillCaller(), periodErr, serversErr, windowErr, rq.noPrivacy("none"))
		}
		d.Mask([]byte(body))
		if err != nil {
			text := string(rq.refusal(err).bytes())
			if !strings.HasSuffix(text, "\n\n") || strings.Contains(text, "Status-Code: 0\n") || strings.ContainsAny(text, "\r\x00") {
				t.Errorf("refusal is no envelope: %q", text)
			}
		}
	})
}
