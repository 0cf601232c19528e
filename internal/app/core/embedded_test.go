package core

import (
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/registry/epp/profiles"
	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/secret"
	"github.com/polyreg/polyreg/internal/seed"
)

// A registry whose profile has fees names prices also where the catalog has no premium names, and no other one does.
func TestFeesOfProfiles(t *testing.T) {
	t.Parallel()
	cat, err := seed.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if len(cat.PremiumNames()) != 0 {
		t.Fatal("the test needs a catalog without premium names")
	}
	opt := Options{Clocks: clock.System(), Ring: secret.NewRing(), Passwords: secret.NewPasswords(secret.MinParams), Catalog: cat}
	for _, name := range append(profiles.Names(), "") {
		cfg, err := simConfig(opt, &Embedded{Profile: name})
		if err != nil {
			t.Fatal(err)
		}
		p, _ := profiles.Named(name)
		if has := cfg.Prices != nil; has != p.Capabilities.Fee {
			t.Errorf("%q: prices %v", name, cfg.Prices)
		}
		if cfg.Prices != nil && (cfg.Prices.TLDs["com"].Create == 0 || cfg.Prices.TLDs["com"].Restore == 0) {
			t.Errorf("%q: .com costs %+v", name, cfg.Prices.TLDs["com"])
		}
	}
}

// The registry's fee is what is in force now: not what will be some day, and not nothing because a row has an end.
func TestFeesOfToday(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	price := func(minor int64, class string, from, until time.Time) catalog.Price {
		return catalog.Price{Operation: catalog.Create, Years: 1, Group: "standard", Class: class, Amount: money.New(minor, simCurrency), From: from, Until: until}
	}
	cat := catalog.New([]catalog.TLD{{Name: "com", Prices: []catalog.Price{price(900, "", time.Time{}, time.Time{}), price(1000, "", now.AddDate(0, 0, -1), now.AddDate(0, 0, 1)),
		price(9900, "", now.AddDate(1, 0, 0), time.Time{}), price(50000, "gold", time.Time{}, now.AddDate(0, 1, 0))}}}, nil)
	for at, want := range map[time.Time]sim.Prices{now.AddDate(0, 0, -2): {Create: 900}, now: {Create: 1000}, now.AddDate(0, 0, 2): {Create: 900}, now.AddDate(2, 0, 0): {Create: 9900}} {
		if got := simPrices(cat, at).TLDs["com"]; got != want {
			t.Errorf("%v: %+v, want %+v", at, got, want)
		}
	}
	if got := simClass(cat.TLD("com"), "gold", now); got.Create != 50000 {
		t.Errorf("a premium class: %+v", got)
	}
}
