package app

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/seed"
)

// TestCatalogText: what is kept of an imported file gives the same catalog later, and holds nothing but the catalog.
func TestCatalogText(t *testing.T) {
	t.Parallel()
	const text = `version: 1
accounts:
  - {name: alpha, currency: EUR, domainrobot: {users: [{user: alpha, context: 4, password: s3cret-robot}]}}
contacts: []
catalog:
  tlds:
    - name: shop
      handle_prefix: CSHO
      years: {min: 1, max: 10, ahead: 10}
      servers: {min: 0, max: 4}
      roles: [admin]
      idn: "äöü"
      grace: {add: 5d, auto_renew: 45d}
      prices: {standard: {EUR: {create: "25.00", renew: "26.00"}}}
  prices:
    - {tld: com, operation: create, years: 2, group: standard, currency: EUR, amount: "7.77", from: -1d, until: +10d}
  reserved:
    - {name: "nic.shop", reason: "registry's \"own\" <name>"}
`
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	f, err := seed.Parse([]byte(text), "prices.yaml", now)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := catalogText(f, now)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(kept, "alpha") || strings.Contains(kept, "s3cret") {
		t.Errorf("more than the catalog is kept: %s", kept)
	}
	later, err := seed.Parse([]byte(kept), "imported catalog", now.AddDate(0, 3, 0))
	if err != nil {
		t.Fatalf("%v\n%s", err, kept)
	}
	want, err := seed.CatalogFrom(f)
	if err != nil {
		t.Fatal(err)
	}
	got, err := seed.CatalogFrom(later)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.TLDs(), got.TLDs()); diff != "" {
		t.Errorf("another catalog (-at the import +later):\n%s", diff)
	}
}
