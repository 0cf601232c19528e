package catalog

import (
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/money"
)

func eur(minor int64) money.Amount { return money.New(minor, "EUR") }

func sample() *Catalog {
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return New([]TLD{
		{Name: "com", MinYears: 1, MaxYears: 10, MinLabel: 1, Prices: []Price{
			{Operation: Create, Years: 1, Group: "standard", Amount: eur(1000)},
			{Operation: Create, Years: 1, Group: "standard", Amount: eur(1200), From: day},
			{Operation: Create, Years: 2, Group: "standard", Amount: eur(1900)},
			{Operation: Create, Years: 1, Group: "gold", Amount: eur(900)},
		}},
		{Name: "de", MinYears: 1, MaxYears: 1, MinLabel: 2, IDNScript: "äöüß"},
		{Name: "co.uk", MinYears: 1, MaxYears: 10},
	}, nil)
}

func TestCheckName(t *testing.T) {
	t.Parallel()
	c := sample()
	for in, want := range map[string]errs.Kind{
		"example.com": 0, "Example.COM.": 0, "example.co.uk": 0, "bücher.de": 0, "xn--bcher-kva.de": 0,
		"bücher.com": errs.InvalidName, "a.de": errs.InvalidName, "www.example.com": errs.InvalidName, "com": errs.InvalidName,
		"co.uk": errs.InvalidName, "example.uk": errs.UnsupportedTLD, "-x.com": errs.InvalidName, "": errs.InvalidName,
	} {
		if _, _, err := c.CheckName(in); errs.KindOf(err) != want {
			t.Errorf("CheckName(%q): %v, want kind %v", in, err, want)
		}
	}
}

func TestPriceRows(t *testing.T) {
	t.Parallel()
	com := sample().TLD(".COM")
	old, now := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		q    Query
		want int64
		ok   bool
	}{
		{Query{Create, 1, "EUR", "standard", "", old}, 1000, true},
		{Query{Create, 1, "EUR", "standard", "", now}, 1200, true},
		{Query{Create, 2, "EUR", "standard", "", now}, 1900, true},
		{Query{Create, 3, "EUR", "standard", "", now}, 3600, true},
		{Query{Create, 1, "EUR", "gold", "", now}, 900, true},
		{Query{Create, 2, "EUR", "gold", "", now}, 1800, true},
		{Query{Create, 1, "USD", "standard", "", now}, 0, false},
		{Query{Renew, 1, "EUR", "standard", "", now}, 0, false},
	} {
		if got, ok := com.Price(c.q); got.Minor != c.want || ok != c.ok {
			t.Errorf("Price(%+v) = %v, %v; want %d, %v", c.q, got, ok, c.want, c.ok)
		}
	}
}
