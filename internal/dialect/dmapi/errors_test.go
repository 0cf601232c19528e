package dmapi

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/errs"
)

// TestEveryKindHasACode walks the closed set of kinds.
func TestEveryKindHasACode(t *testing.T) {
	t.Parallel()
	d := New(dialect.Deps{})
	for _, k := range errs.Kinds() {
		code, ok := codes[k]
		if !ok || statusText[code] == "" {
			t.Errorf("%v has no code with a text", k)
			continue
		}
		text := string(d.ErrorAnswer(errs.E(k, "some text")))
		for _, want := range []string{"Version: 1.2.53\n", "\nResult: NACK\n", "\nError: ", "\n\n"} {
			if !strings.Contains(text, want) {
				t.Errorf("%v: no %q in\n%s", k, want, text)
			}
		}
		if strings.Contains(text, "Status-Code: 0\n") || strings.Contains(text, "Status-Code: 1") {
			t.Errorf("%v looks like a success", k)
		}
	}
	if len(codes) != len(errs.Kinds()) {
		t.Errorf("%d codes for %d kinds", len(codes), len(errs.Kinds()))
	}
}

func TestErrorAnswers(t *testing.T) {
	t.Parallel()
	var both errs.List
	both.Add(errs.F(errs.Missing, "contact.email", "is required"))
	both.Add(errs.F(errs.Invalid, "contact.country", "is not an ISO 3166-1 alpha-2 code"))
	both.Add(errs.F(errs.Missing, "contact.email", "is required"))
	registry := errs.E(errs.RegistryRejected, "the registry refused: no")
	registry.Code = 2306
	for _, tc := range []struct {
		name    string
		request string
		err     error
		status  int
		code    int
		lines   []string
	}{
		{"internal text stays inside", "query-object", errors.New("secret dsn"), 500, 2400, nil},
		{"session", "query-object", errs.E(errs.SessionExpired, "x"), 401, 2200, []string{"Please login again"}},
		{"two parameters", "contact-create", both.Err(), 200, 2400, []string{"Parameter email: expected: non-empty value",
			"Parameter country: expected: ISO 3166-1 country code (is not an ISO 3166-1 alpha-2 code)"}},
		{"ending", "domain-check", errs.F(errs.UnsupportedTLD, "name", "the ending of x.zz is not supported"), 200, 2400,
			[]string{"Parameter domain: expected: Domain with extension supported by Joker.com"}},
		{"registry's code", "domain-modify", registry, 200, 2306, []string{"The registry refused: no"}},
		{"expiry year reached", "domain-renew", errs.F(errs.WrongState, "expiry", "the domain expires in 2027 already"), 200, 2105,
			[]string{"The domain expires in 2027 already"}},
		{"price above the limit", "domain-register", errs.F(errs.Invalid, "max_price", "the price 9.00 EUR is higher than allowed"), 200, 2306,
			[]string{"Parameter max-price: expected: number not below the price (the price 9.00 EUR is higher than allowed)"}},
		{"access level", "domain-register", errs.E(errs.Forbidden, "no"), 200, 2201,
			[]string{"Access level of this API key does not permit domain-register"}},
		{"foreign", "query-whois", errs.F(errs.NotOwned, "name", "example.com is held by another account"), 200, 2202,
			[]string{"example.com is held by another account"}},
		{"stored contact lacks something", "domain-register", errs.F(errs.Missing, "registrant.x-us-nexus-category", "is required below us"), 200, 2400,
			[]string{"Parameter owner-c: expected: contact with a suitable nexus-category (is required below us)"}},
		{"name servers", "domain-register", errs.F(errs.QuotaExceeded, "name_servers", "com takes at most 13 name servers"), 200, 2400,
			[]string{"Parameter ns-list: expected: name servers separated by colons (com takes at most 13 name servers)"}},
		{"policy", "domain-modify", refuseValue("dnssec", "no value"), 200, 2306, []string{"Parameter dnssec: expected: no value"}},
		{"too large", "query-object", tooLarge(http.StatusRequestEntityTooLarge, "body", maxBody), 413, 2400,
			[]string{"The body is longer than 1048576 bytes"}},
		{"funds", "domain-register", errs.E(errs.NoFunds, "the balance does not cover 9.00 EUR"), 200, 2104,
			[]string{"The balance does not cover 9.00 EUR"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rq := &request{d: New(dialect.Deps{}), name: tc.request, tracking: "t"}
			rp := rq.refusal(tc.err)
			status := rp.status
			if status == 0 {
				status = 200
			}
			if status != tc.status || rp.code != tc.code {
				t.Errorf("HTTP %d code %d, want %d %d", status, rp.code, tc.status, tc.code)
			}
			if tc.lines != nil && strings.Join(rp.errors, "|") != strings.Join(tc.lines, "|") {
				t.Errorf("errors %q, want %q", rp.errors, tc.lines)
			}
			if strings.Contains(string(rp.bytes()), "secret") {
				t.Error("an internal text was shown")
			}
		})
	}
}

// TestSessionTextHoldsTheWordsClientsLookFor (dmapi.md §5.3).
func TestSessionTextHoldsTheWordsClientsLookFor(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"Auth-Sid", "session"} {
		if !strings.Contains(textSession, word) {
			t.Errorf("no %q in the text of an expired session", word)
		}
	}
	for _, code := range []int{2303, 2400, 2302, 2104} {
		for _, word := range []string{"auth", "session", "login", "sid"} {
			if strings.Contains(strings.ToLower(statusText[code]), word) {
				t.Errorf("%d holds %q: some clients would log in again", code, word)
			}
		}
	}
}
