package app

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/obs"
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

// long is a door with a long answer.
type long struct{ echo }

func (long) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusAccepted)
	for range 100 {
		io.WriteString(w, strings.Repeat("x", 1<<10))
	}
	w.WriteHeader(http.StatusTeapot) // too late
}

// tellTale is a client that notes what was there when the first octet came.
type tellTale struct {
	*httptest.ResponseRecorder
	there *bool
	early bool
}

func (c *tellTale) WriteHeader(status int) {
	c.early = c.early || !*c.there
	c.ResponseRecorder.WriteHeader(status)
}

func (c *tellTale) Write(p []byte) (int, error) {
	c.early = c.early || !*c.there
	return c.ResponseRecorder.Write(p)
}

// What a request counts for is there before anything of its answer is.
func TestAskedBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	f := newFront(nil, http.NotFoundHandler())
	f.clocks, f.journal = clock.System(), obs.NewRing(10, 1<<20)
	asked := false
	f.asked = func(context.Context, string, string, string) { asked = true }
	c := &tellTale{ResponseRecorder: httptest.NewRecorder(), there: &asked}
	f.serve(c, httptest.NewRequest("GET", "/", nil), long{})
	if c.early || c.Code != http.StatusAccepted || c.Body.Len() != 100<<10 || f.journal.List(0, 1)[0].Status != "202" {
		t.Errorf("early %v, status %d, %d octets, journal %+v", c.early, c.Code, c.Body.Len(), f.journal.List(0, 1)[0].Status)
	}
}

// A reset begins when a request has left its marks, by whatever listener it came.
func TestNoMarksDuringAReset(t *testing.T) {
	t.Parallel()
	f := newFront(nil, http.NotFoundHandler())
	f.clocks, f.journal = clock.System(), obs.NewRing(10, 1<<20)
	f.asked = func(context.Context, string, string, string) {
		if f.gate.TryLock() {
			t.Error("the sandbox could be reset before the request was told of")
		}
	}
	_, done := f.observe(echo{})(t.Context(), netip.Addr{})
	done(nil, nil)
	if !f.gate.TryLock() {
		t.Error("no reset can begin any more")
	}
}
