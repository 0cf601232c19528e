// Package money is integer money: an amount of minor units in a currency. There is no float and no exchange anywhere.
package money

import (
	"fmt"
	"strconv"
	"strings"
)

// Currency is an ISO 4217 code in capitals.
type Currency string

// digits is the number of decimals per currency (ISO 4217); what is not listed has two.
var digits = map[Currency]int{
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}

// Digits is the number of decimals of the currency.
func (c Currency) Digits() int {
	if d, ok := digits[c]; ok {
		return d
	}
	return 2
}

// Valid reports whether c has the form of an ISO 4217 code.
func (c Currency) Valid() bool {
	if len(c) != 3 {
		return false
	}
	for i := 0; i < 3; i++ {
		if c[i] < 'A' || c[i] > 'Z' {
			return false
		}
	}
	return true
}

// Amount is Minor units (cents) of Currency. The zero value is no money in no currency.
type Amount struct {
	Minor    int64
	Currency Currency
}

// New makes an amount of minor units.
func New(minor int64, c Currency) Amount { return Amount{Minor: minor, Currency: c} }

// Parse reads decimal text ("12", "12.5", "-3.07") exactly; more decimals than the currency has, signs other than a
// leading minus, blanks and exponents are errors.
func Parse(text string, c Currency) (Amount, error) {
	bad := func() (Amount, error) { return Amount{}, fmt.Errorf("%q is not an amount of %s", text, c) }
	if !c.Valid() {
		return Amount{}, fmt.Errorf("%q is not a currency", string(c))
	}
	s, neg := strings.CutPrefix(text, "-")
	whole, frac, dot := strings.Cut(s, ".")
	d := c.Digits()
	if whole == "" || len(frac) > d || dot && frac == "" || !allDigits(whole) || !allDigits(frac) {
		return bad()
	}
	n, err := strconv.ParseInt(whole+frac+strings.Repeat("0", d-len(frac)), 10, 64)
	if err != nil {
		return bad()
	}
	if neg {
		n = -n
	}
	return Amount{n, c}, nil
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Decimal is the amount as plain decimal text with all decimals of its currency: "12.50", "-0.07".
func (a Amount) Decimal() string {
	d := a.Currency.Digits()
	s := strconv.FormatInt(a.Minor, 10)
	s, neg := strings.CutPrefix(s, "-")
	if len(s) <= d {
		s = strings.Repeat("0", d+1-len(s)) + s
	}
	if d > 0 {
		s = s[:len(s)-d] + "." + s[len(s)-d:]
	}
	if neg {
		return "-" + s
	}
	return s
}

// Short is the shortest decimal text with at least one decimal: "100.0", "12.5", "12.55".
func (a Amount) Short() string {
	s := a.Decimal()
	if a.Currency.Digits() == 0 {
		return s + ".0"
	}
	for strings.HasSuffix(s, "0") && !strings.HasSuffix(s, ".0") {
		s = s[:len(s)-1]
	}
	return s
}

// String is for people: "12.50 EUR".
func (a Amount) String() string { return a.Decimal() + " " + string(a.Currency) }

// Add gives a + b. Both must have the same currency; it panics otherwise, for that is a bug of the caller.
func (a Amount) Add(b Amount) Amount {
	if a.Currency != b.Currency {
		panic(fmt.Sprintf("money: adding %s and %s", a.Currency, b.Currency))
	}
	return Amount{a.Minor + b.Minor, a.Currency}
}

// Neg is the amount with the other sign.
func (a Amount) Neg() Amount { return Amount{-a.Minor, a.Currency} }

// Sub gives a - b, with Add's rule on currencies.
func (a Amount) Sub(b Amount) Amount { return a.Add(b.Neg()) }

// Mul gives n times the amount.
func (a Amount) Mul(n int) Amount { return Amount{a.Minor * int64(n), a.Currency} }

// IsZero reports whether there are no minor units.
func (a Amount) IsZero() bool { return a.Minor == 0 }
