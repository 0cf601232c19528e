package seed_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/seed"
)

func TestBuiltin(t *testing.T) {
	t.Parallel()
	cat, err := seed.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	prefixes := map[string]string{}
	for _, tld := range cat.TLDs() {
		prefixes[tld.Name] = tld.HandlePrefix
		for _, op := range catalog.Operations {
			for _, cur := range []money.Currency{"EUR", "USD", "CZK"} {
				own, ok := tld.Price(catalog.Query{Operation: op, Years: 1, Currency: cur, Group: "reseller", At: t0})
				all, ok2 := tld.Price(catalog.Query{Operation: op, Years: 1, Currency: cur, Group: "anybody", At: t0})
				if !ok || !ok2 || own.Minor > all.Minor || own.Minor == all.Minor && all.Minor > 0 {
					t.Errorf("%s %s %s: %v %v", tld.Name, op, cur, own, all)
				}
			}
		}
		if tld.MinYears != 1 || tld.MaxAhead != 10 || tld.MinServers != 2 || len(tld.Roles) == 0 || tld.Registry != "" || tld.GTLD != (tld.Class == "gtld") {
			t.Errorf("%+v", tld)
		}
	}
	want := map[string]string{"com": "CCOM", "net": "CNET", "org": "CORG", "info": "CAFI", "de": "CODE", "cz": "CCZE", "eu": "COEU"}
	if diff := cmp.Diff(want, prefixes); diff != "" {
		t.Error(diff)
	}
	if n := utf8.RuneCountInString(cat.TLD("de").IDNScript); n != 93 {
		t.Errorf("de has %d characters", n)
	}
	if n := len(cat.TLD("eu").Countries); n != 30 {
		t.Errorf("eu has %d countries", n)
	}
	if cat.TLD("de").MaxYears != 1 || cat.TLD("cz").IDNScript != "" {
		t.Errorf("%+v", cat.TLD("de"))
	}
	for name, ok := range map[string]bool{"straße.de": true, "ĸ.de": true, "čaj.com": true, "čaj.eu": true, "čaj.cz": false, "кофе.com": false, "ș.de": false, "ok.cz": true} {
		if _, _, err := cat.CheckName(name); (err == nil) != ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCatalogSection(t *testing.T) {
	t.Parallel()
	in := `version: 1
catalog:
  tlds:
    - {name: shop, idn: "ä ö", servers: {min: 0}, prices: {standard: {EUR: {create: "29.00"}}, gold: {EUR: {create: "20.00"}}}}
    - {name: co.uk, grace: {redemption: 30d}}
    - {name: shopping}
    - {name: com, required: []}
  prices:
    - {tld: .net, operation: create, years: 10, currency: GBP, amount: "70.00", from: -1d, until: +1d}
  premium:
    - {name: gold.shop, class: gold, prices: {standard: {EUR: {create: "900.00"}}}}
  reserved:
    - {name: nic.shop}
    - {name: www.com, reason: confusing}
accounts:
  - {name: a, currency: EUR, price_group: silver}
domains:
  - {name: öl.shop, account: a}
`
	f, err := seed.Parse([]byte(in), "f.yaml", t0)
	if err != nil {
		t.Fatal(err)
	}
	cat, err := seed.CatalogFrom(f)
	if err != nil {
		t.Fatal(err)
	}
	shop, uk, com := cat.TLD("shop"), cat.TLD("co.uk"), cat.TLD("com")
	if shop.HandlePrefix != "CSHO" || cat.TLD("shopping").HandlePrefix == "CSHO" || len(cat.TLD("shopping").HandlePrefix) != 4 || com.HandlePrefix != "CCOM" {
		t.Errorf("prefixes %s %s %s", shop.HandlePrefix, cat.TLD("shopping").HandlePrefix, com.HandlePrefix)
	}
	if !shop.GTLD || shop.MinServers != 0 || shop.MaxServers != 13 || len(shop.Required) != 1 || len(com.Required) != 0 || len(com.Prices) != 0 {
		t.Errorf("%+v %+v", shop, com)
	}
	if uk.Grace.Redemption.Hours() != 720 || uk.Grace.Add != 0 || shop.Grace.AutoRenew.Hours() != 45*24 {
		t.Errorf("%+v %+v", uk.Grace, shop.Grace)
	}
	price := func(tld string, q catalog.Query) string {
		a, ok := cat.TLD(tld).Price(q)
		if !ok {
			return "none"
		}
		return a.String()
	}
	for want, q := range map[string]catalog.Query{
		"58.00 EUR":  {Operation: catalog.Create, Years: 2, Currency: "EUR", Group: "silver", At: t0},
		"20.00 EUR":  {Operation: catalog.Create, Years: 1, Currency: "EUR", Group: "gold", At: t0},
		"900.00 EUR": {Operation: catalog.Create, Years: 1, Currency: "EUR", Group: "x", Class: "gold", At: t0},
		"none":       {Operation: catalog.Renew, Years: 1, Currency: "EUR", At: t0},
	} {
		if got := price("shop", q); got != want {
			t.Errorf("%+v: %s, want %s", q, got, want)
		}
	}
	gbp := catalog.Query{Operation: catalog.Create, Years: 10, Currency: "GBP", At: t0}
	late := gbp
	late.At = t0.AddDate(0, 0, 1)
	if price("net", gbp) != "70.00 GBP" || price("net", late) != "none" {
		t.Errorf("%s %s", price("net", gbp), price("net", late))
	}
	if r, ok := cat.Reserved("www.com"); !ok || r != "confusing" {
		t.Errorf("%q %v", r, ok)
	}
	if got := cat.Premium("gold.shop"); got != "gold" {
		t.Errorf("the class of gold.shop is %q", got)
	}
	want := []string{`accounts[0].price_group: the catalog has no prices of the group "silver": the standard ones are charged`}
	if diff := cmp.Diff(want, f.NotServed); diff != "" {
		t.Error(diff)
	}
	// The built-in catalog is not touched by a file's.
	if base, err := seed.CatalogFrom(nil); err != nil || len(base.TLD("com").Required) != 1 || base.TLD("shop") != nil {
		t.Errorf("%v", err)
	}
}

func TestPolicies(t *testing.T) {
	t.Parallel()
	in := `version: 1
catalog:
  tlds:
    - {name: one, policy: gtld-720h}
    - {name: none}
    - {name: xx}
    - name: dated
      policies:
        - {name: gtld-720h, from: +10d, notices: [5d, -1d, 36h], renew_before: 0d, hold_after: 0d, delete_after: 40d, reminder: false, create_lock: 1d, transfer_lock: 2d, owner_lock: 3d, verify: 0d}
        - {name: plain, from: 2020-01-01T00:00:00Z}
`
	f, err := seed.Parse([]byte(in), "f.yaml", t0)
	if err != nil {
		t.Fatal(err)
	}
	cat, err := seed.CatalogFrom(f)
	if err != nil {
		t.Fatal(err)
	}
	dated, day := cat.TLD("dated"), 24*time.Hour
	for _, c := range []struct {
		tld  string
		at   time.Time
		want string
	}{
		{"one", t0, "gtld-720h"}, {"none", t0, "gtld"}, {"xx", t0, "plain"}, {"com", t0, "gtld"}, {"de", t0, "plain"},
		{"dated", t0.AddDate(-20, 0, 0), "gtld"}, {"dated", t0, "plain"}, {"dated", t0.AddDate(0, 0, 10), "gtld-720h"},
	} {
		if got := cat.TLD(c.tld).Policy(c.at).Name; got != c.want {
			t.Errorf("%s at %s: %s, want %s", c.tld, c.at, got, c.want)
		}
	}
	want, _ := catalog.PolicyNamed(catalog.PolicyGTLDNext)
	want.From, want.Notices = t0.AddDate(0, 0, 10), []time.Duration{-day, 36 * time.Hour, 5 * day}
	want.RenewBefore, want.HoldAfter, want.DeleteAfter, want.Reminder = 0, 0, 40*day, false
	want.CreateLock, want.TransferLock, want.OwnerLock, want.Verify = day, 2*day, 3*day, 0
	if diff := cmp.Diff(want, dated.Policy(t0.AddDate(0, 0, 11))); diff != "" {
		t.Error(diff)
	}
}

// FuzzParse: whatever the octets, Parse answers with a File or with problems at places, and never with a fault.
func FuzzParse(f *testing.F) {
	f.Add(seed.Demo())
	for _, c := range problemCases {
		f.Add([]byte(c.in))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		file, err := seed.Parse(data, "f.yaml", t0)
		if (file == nil) == (err == nil) {
			t.Fatalf("%v %v", file, err)
		}
		if err == nil {
			return
		}
		for _, line := range err.(seed.Problems) {
			if !strings.HasPrefix(line.String(), "f.yaml:") || line.Line < 1 {
				t.Errorf("%+v", line)
			}
		}
	})
}
