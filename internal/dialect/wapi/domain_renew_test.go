package wapi

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/domain"
)

// A renewal that is a restore is one order under one Idempotency-Key, whatever state the name is in when it is repeated.
func TestRestoreByRenewalOnce(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	d := New(w.Deps())
	ask(t, d, "alpha", "domain-create", strings.Replace(create, "%s", "gone.com", 1))
	meanwhile(t, w, "advance 9505h\n") // 396 days: 31 after the expiration
	renew := func(period string) string {
		doc := `{"request":{"user":"ops@alpha.example","auth":"` + authOf("alpha", time.Now()) + `","command":"domain-renew","data":{"name":"gone.com","period":` + period + `}}}`
		r := httptest.NewRequest(http.MethodPost, jsonPath, strings.NewReader("request="+url.QueryEscape(doc)))
		r.RemoteAddr = "127.0.0.1:1"
		r.Header.Set("Idempotency-Key", "k1")
		return bodyOf(t, send(d, r))
	}
	before := creditOf(t, d, "alpha")
	first, second := renew("1"), renew("1")
	if codeOf(t, first) != "1000" || cut(first) != cut(second) || !strings.Contains(first, `"expiration":"2028-11-22"`) {
		t.Error(first, second)
	}
	if got := creditOf(t, d, "alpha"); before != "990.00" || got != "899.00" { // the restore fee and a year
		t.Errorf("%s before, %s after", before, got)
	}
	if got := codeOf(t, renew("2")); got != "2101" {
		t.Error("the key with another request:", got)
	}
}

// A restore that the account cannot pay changes nothing.
func TestRestoreWithoutFunds(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	d := New(w.Deps())
	ask(t, d, "alpha", "domain-create", strings.Replace(create, "%s", "poors.com", 1))
	meanwhile(t, w, "push alpha poors.com poor\nadvance 9505h\n")
	reply := ask(t, d, "poor", "domain-renew", `{"name":"poors.com","period":1}`)
	if got := codeOf(t, reply); got != "3002" {
		t.Error(reply)
	}
	if got := ask(t, d, "poor", "domains-list", "null"); !strings.Contains(got, `{"name":"poors.com","status":"expired","expiration":"2027-11-22"}`) {
		t.Error(got)
	}
	if got := creditOf(t, d, "poor"); got != "5.00" {
		t.Error(got)
	}
}

func creditOf(t *testing.T, d http.Handler, who string) string {
	t.Helper()
	return value(t, ask(t, d, who, "credit-info", "null")).Path("response", "data", "amount").Text
}

// A name whose owner has not confirmed the address is suspended by the platform: disabled, until the address is confirmed.
func TestDisabledWhileUnverified(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	d := New(w.Deps())
	plant(t, w, "alpha", "example.com", func(d *domain.Domain) {
		d.HeldFor, d.Statuses = []string{domain.HeldVerification}, []string{domain.ClientHold}
	})
	if got := ask(t, d, "alpha", "domains-list", `{"status":"disabled"}`); !strings.Contains(got, `"name":"example.com","status":"disabled"`) {
		t.Error(got)
	}
	if got := ask(t, d, "alpha", "domain-info", `{"name":"example.com"}`); !strings.Contains(got, `"status":"clientHold"`) {
		t.Error(got)
	}
}
