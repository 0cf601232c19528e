package dmapi

import (
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/money"
)

// TestAccessLevelComesFirst: what a key may not do is refused with 2201 whatever its parameters are (dmapi.md §4.4).
func TestAccessLevelComesFirst(t *testing.T) {
	t.Parallel()
	c := &client{t: t, d: New(dialecttest.New(t).Deps())}
	c.login("api-key", dialecttest.DMAPIReadKey)
	for request := range changing {
		if !v2Only[request] {
			c.want(c.ask(request), "2201", "Access level of this API key does not permit "+request)
		}
	}
}

// TestParameterRefusals: a bad value is 2400, never the code of an object's state (dmapi.md §5.2).
func TestParameterRefusals(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	h := c.contact("com")
	twice := registration("twice.com", h)
	twice[len(twice)-1] = "ns1.polyreg.test:NS1.polyreg.test."
	c.want(c.ask("domain-register", twice...), "2400", "Parameter ns-list: expected: name servers separated by colons (NS1.polyreg.test. is named twice)")
	c.want(c.ask("domain-modify", "domain", "example.com", "tech-c", emptied), "2400", "Parameter tech-c: expected: contact handle (!@! cannot empty it)")
}

// TestMaxPriceDecimals: any number above 0 is a price; further decimals are cut off (dmapi.md §7.3.1).
func TestMaxPriceDecimals(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	h := c.contact("com")
	for price, code := range map[string]string{"9.999": "2306", "0.001": "2400", "10.00.1": "2400", "1e3": "2400", "10.": "2400"} {
		c.want(c.ask("domain-register", registration("costly.com", h, "max-price", price)...), code, "Parameter max-price")
	}
	c.ok("domain-register", registration("costly.com", h, "max-price", "10.001")...)
}

// TestLocalTime: times of day are Central European, with the offset of the day (dmapi.md §4.2, §17.2).
func TestLocalTime(t *testing.T) {
	t.Parallel()
	for want, at := range map[string]time.Time{
		"2020-11-15 22:37:05 +0100": time.Date(2020, 11, 15, 21, 37, 5, 0, time.UTC),
		"2025-06-01 12:00:00 +0200": time.Date(2025, 6, 1, 10, 0, 0, 0, time.UTC),
		"":                          {},
	} {
		if got := localTime(at); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestPriceText: heusala's client throws on a price that is not above 0, so what is free has no line (dmapi.md §7.2.4).
func TestPriceText(t *testing.T) {
	t.Parallel()
	if got := priceText(money.New(1250, "USD"), 1); got != "12.50 USD 1y" {
		t.Error(got)
	}
	var f facts
	f.add("domain-price-transfer", priceText(money.New(0, "EUR"), 1))
	if f.Len() != 0 {
		t.Error(f.String())
	}
}

// TestStateWarning: a state is asked for in the US and Canada, and not insisted on (dmapi.md §8.1).
func TestStateWarning(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	for want, more := range map[string][]string{
		"Parameter state: registries may require it in this country": {"country", "us"},
		"": {"country", "ca", "state", "ON"},
	} {
		if got := c.ok("contact-create", jane("com", more...)...).headers["Warning"]; got != want {
			t.Errorf("%v: Warning %q", more, got)
		}
	}
}

// TestLoginByUID: the number that login shows is a user name as well (dmapi.md §4.1).
func TestLoginByUID(t *testing.T) {
	t.Parallel()
	c := &client{t: t, d: New(dialecttest.New(t).Deps())}
	uid := c.login("api-key", dialecttest.DMAPIKey).headers["UID"]
	a := c.want(c.login("username", uid, "password", dialecttest.DMAPIPassword), "0", "")
	if a.headers["User-Login"] != dialecttest.DMAPIUser || a.headers["UID"] != uid {
		t.Error(a.text)
	}
	for _, user := range []string{uid, "99999", "0" + uid, "18446744073709551617"} {
		c.want(c.ask("login", "username", user, "password", "wrong"), "2200", "Invalid credentials")
	}
	c.want(c.ask("login", "username", "0"+uid, "password", dialecttest.DMAPIPassword), "2200", "")
}

// TestRenewInterval: with real limits a domain is renewed once in six hours; another domain does not wait (dmapi.md §7.3.2).
func TestRenewInterval(t *testing.T) {
	t.Parallel()
	for _, limited := range []bool{false, true} {
		var opts []dialecttest.Option
		if limited {
			opts = append(opts, dialecttest.Limits)
		}
		w := dialecttest.New(t, opts...)
		c := newClient(t, w)
		h := c.contact("com")
		c.ok("domain-register", registration("other.com", h)...)
		c.ok("domain-renew", "domain", "example.com", "period", "12")
		want := "0"
		if limited {
			want = "2105"
		}
		c.want(c.ask("domain-renew", "domain", "EXAMPLE.com", "period", "12"), want, "")
		c.ok("domain-renew", "domain", "other.com", "period", "12")
		w.Clocks.Advance(renewInterval + time.Minute)
		c.login("api-key", dialecttest.DMAPIKey)
		c.ok("domain-renew", "domain", "example.com", "period", "12")
	}
}

// TestNamesInUnicode: capitals and decomposed letters are mapped, replies are in punycode (dmapi.md §2).
func TestNamesInUnicode(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	h := c.contact("com")
	n := c.ok("domain-register", registration("B\u00dcCHER.com", h)...).headers["Proc-ID"]
	if got := c.ok("result-retrieve", "Proc-ID", n).facts()["Object-Name"]; got != "xn--bcher-kva.com" {
		t.Error(got)
	}
	for _, name := range []string{"bu\u0308cher.com", "BU\u0308CHER.COM", "b\u00fccher.com", "XN--BCHER-KVA.com"} {
		if got := c.ok("query-whois", "domain", name).facts()["domain.fqdn"]; got != "xn--bcher-kva.com" {
			t.Errorf("%q is %s", name, got)
		}
	}
	if got := c.ok("query-domain-list", "pattern", "B\u00dcCHER.*").body; !strings.HasPrefix(got, "xn--bcher-kva.com ") {
		t.Errorf("pattern: %q", got)
	}
}
