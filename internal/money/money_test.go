package money

import (
	"testing"

	"pgregory.net/rapid"
)

func TestParseAndDecimal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in    string
		cur   Currency
		minor int64
		out   string
		short string
	}{
		{"12.5", "EUR", 1250, "12.50", "12.5"}, {"0.07", "USD", 7, "0.07", "0.07"}, {"-0.07", "USD", -7, "-0.07", "-0.07"},
		{"100", "CZK", 10000, "100.00", "100.0"}, {"7", "JPY", 7, "7", "7.0"}, {"1.234", "KWD", 1234, "1.234", "1.234"},
	} {
		a, err := Parse(c.in, c.cur)
		if err != nil || a.Minor != c.minor || a.Decimal() != c.out || a.Short() != c.short {
			t.Errorf("Parse(%q, %s) = %v, %v; decimal %q short %q", c.in, c.cur, a, err, a.Decimal(), a.Short())
		}
	}
	for _, bad := range []string{"", ".", "1.", ".5", "1.234", "+1", "1e3", " 1", "1,5", "--1", "99999999999999999999"} {
		if a, err := Parse(bad, "EUR"); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", bad, a)
		}
	}
	if _, err := Parse("1", "eur"); err == nil {
		t.Error("a currency in small letters must be refused")
	}
}

func TestDecimalRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := New(rapid.Int64Range(-1<<60, 1<<60).Draw(t, "minor"), rapid.SampledFrom([]Currency{"EUR", "JPY", "KWD"}).Draw(t, "currency"))
		b, err := Parse(a.Decimal(), a.Currency)
		if err != nil || a != b {
			t.Fatalf("%v became %v (%v)", a, b, err)
		}
	})
}
