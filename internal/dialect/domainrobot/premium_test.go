package domainrobot

import (
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/money"
)

// premium makes gold.com a premium name.
func premium(o *core.Options) {
	var tlds []catalog.TLD
	for _, tld := range dialecttest.Catalog().TLDs() {
		one := *tld
		for _, op := range catalog.Operations {
			one.Prices = append(one.Prices, catalog.Price{Operation: op, Years: 1, Group: "standard", Class: "AAA", Amount: money.New(50000, "EUR")})
		}
		tlds = append(tlds, one)
	}
	o.Catalog = catalog.New(tlds, nil).WithPremium(map[dname.Name]string{"gold.com": "AAA"})
}

// TestPremiumNames: the studio shows class and price, and an order has to name the class.
func TestPremiumNames(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t, premium))
	a := c.want(c.do("POST", "/v1/domainstudio", `{"sources":{"custom":{"domains":["gold.com","free.com"],"services":["WHOIS","PRICE"]}}}`), 200, "S0108001")
	for _, part := range []string{`"data":{"status":"PREMIUM","priceClass":"AAA"}`, `"amount":500.00`, `"data":{"status":"FREE"}`, `"amount":10.00`} {
		if !strings.Contains(a.raw, part) {
			t.Errorf("no %s in %s", part, a.raw)
		}
	}
	p := c.want(c.do("GET", "/v1/domainpremium/gold.com", ""), 200, "S0164")
	if p.body.Data[0]["priceClass"] != "AAA" || p.body.Data[0]["price"] != 500.0 || p.body.Data[0]["currency"] != "EUR" {
		t.Error(p.raw)
	}
	c.want(c.do("GET", "/v1/domainpremium/free.com", ""), 404, "E0164")
	c.want(c.do("GET", "/v1/domainpremium/example.com", ""), 404, "E0164")
	gold := strings.Replace(shop, "shop.com", "gold.com", 1)
	with := func(order, class string) string { return strings.Replace(order, "{", `{"priceClass":"`+class+`",`, 1) }
	for _, order := range []string{gold, with(gold, "BBB"), with(shop, "AAA")} {
		r := c.want(c.do("POST", "/v1/domain", order), 400, "E0101")
		because(t, r, "EF01000")
		if o := r.body.Messages[0].Objects; len(o) != 1 || o[0].Type != "domain.priceClass" {
			t.Error(r.raw)
		}
	}
	c.want(c.do("POST", "/v1/domain", with(gold, "AAA")), 200, "N0101")
	if b := c.do("GET", "/v1/account", ""); b.body.Data[0]["currentAccountBalance"] != 500.0 {
		t.Error(b.raw)
	}
}

// TestSuggestions are free names like the word searched for, as many as wanted, each once.
func TestSuggestions(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	a := c.want(c.do("POST", "/v1/domainstudio", `{"searchToken":"example","sources":{"initial":{"tlds":["net"],"services":["WHOIS"]},"suggestion":{"max":3,"tlds":["com"],"services":["WHOIS","PRICE"]}}}`), 200, "S0108001")
	seen := map[any]bool{}
	for i, d := range a.body.Data {
		if source := map[bool]string{true: "INITIAL", false: "SUGGESTION"}[i == 0]; d["source"] != source || seen[d["domain"]] {
			t.Error(d)
		}
		seen[d["domain"]] = true
	}
	if len(a.body.Data) != 4 || strings.Contains(a.raw, "ASSIGNED") {
		t.Error(a.raw)
	}
	c.want(c.do("POST", "/v1/domainstudio", `{"searchToken":"example","sources":{"suggestion":{"services":["NONSENSE"]}}}`), 400, "E0108001")
}
