package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect"
)

// TestTheFrontTellsTheDialectsApart covers host names, prefixes that stand for them, and the vendors' own paths and forms.
func TestTheFrontTellsTheDialectsApart(t *testing.T) {
	t.Parallel()
	f := newFront(doors(dialect.Deps{}), http.NotFoundHandler())
	const (
		wapiForm = "request=%7B%22request%22%3A%7B%7D%7D"
		xmlTask  = `<?xml version="1.0"?><request><task/></request>`
		xcp      = `<?xml version="1.0"?><OPS_envelope/>`
	)
	for _, c := range []struct {
		method, url, user, body string
		dialect, path           string
	}{
		{"GET", "http://dmapi.joker.com/request/version", "", "", "dmapi", "/request/version"},
		{"GET", "http://DMAPI.OTE.Joker.com:443/request/version", "", "", "dmapi", "/request/version"},
		{"GET", "http://svc.joker.com/nic/update", "", "", "dmapi", "/nic/update"},
		{"POST", "http://api.wedos.com/wapi/json", "", wapiForm, "wapi", "/wapi/json"},
		{"GET", "http://api.autodns.com/v1/domain/example.com", "", "", "domainrobot", "/v1/domain/example.com"},
		{"POST", "http://api.demo.autodns.com/v1//contact", "", "{}", "domainrobot", "/v1//contact"},
		{"POST", "http://gateway.autodns.com/", "", xmlTask, "autodns", "/"},
		{"POST", "http://horizon.opensrs.net/", "u", xcp, "opensrs", "/"},
		{"GET", "http://127.0.0.1:8700/dmapi/request/version", "", "", "dmapi", "/request/version"},
		{"GET", "http://127.0.0.1:8700/dmapi", "", "", "dmapi", "/"},
		{"POST", "http://127.0.0.1:8700/opensrs/", "u", xcp, "opensrs", "/"},
		{"POST", "http://127.0.0.1:8700/wapi/json", "", wapiForm, "wapi", "/wapi/json"},
		{"POST", "http://127.0.0.1:8700/wapi/wapi/json", "", wapiForm, "wapi", "/wapi/json"},
		{"POST", "http://127.0.0.1:8700/wapi/xml/", "", "request=%3Crequest/%3E", "wapi", "/wapi/xml/"},
		{"GET", "http://127.0.0.1:8700/domainrobot/v1/domain/a%2Fb", "", "", "domainrobot", "/v1/domain/a/b"},
		{"POST", "http://127.0.0.1:8700/autodns/", "", xmlTask, "autodns", "/"},
		{"GET", "http://127.0.0.1:8700/request/version", "", "", "dmapi", "/request/version"},
		{"GET", "http://127.0.0.1:8700/v2/query-price-list", "", "", "dmapi", "/v2/query-price-list"},
		{"GET", "http://127.0.0.1:8700/whois", "", "", "dmapi", "/whois"},
		{"GET", "http://127.0.0.1:8700/nic/myip", "", "", "dmapi", "/nic/myip"},
		{"GET", "http://127.0.0.1:8700/v1/hello", "", "", "domainrobot", "/v1/hello"},
		{"POST", "http://127.0.0.1:8700/gateway/", "", xmlTask, "autodns", "/gateway/"},
		{"POST", "http://127.0.0.1:8700/", "u", xcp, "opensrs", "/"},
		{"POST", "http://127.0.0.1:8700/", "", xmlTask, "autodns", "/"},
		{"GET", "http://127.0.0.1:8700/", "", "", "", ""},
		{"GET", "http://127.0.0.1:8700/dmapix/request/version", "", "", "", ""},
		{"POST", "http://127.0.0.1:8700/other", "", "x", "", ""},
	} {
		r := httptest.NewRequest(c.method, c.url, strings.NewReader(c.body))
		if c.user != "" {
			r.Header.Set("X-Username", c.user)
		}
		d, name := f.pick(r), ""
		if d != nil {
			name = d.Name()
		}
		if name != c.dialect {
			t.Errorf("%s %s: %q, want %q", c.method, c.url, name, c.dialect)
			continue
		}
		if d == nil {
			continue
		}
		if r.URL.Path != c.path {
			t.Errorf("%s %s: the dialect sees %q, want %q", c.method, c.url, r.URL.Path, c.path)
		}
		if body, err := io.ReadAll(r.Body); err != nil || string(body) != c.body {
			t.Errorf("%s %s: the dialect reads %q (%v), want %q", c.method, c.url, body, err, c.body)
		}
	}
}
