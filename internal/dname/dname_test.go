package dname

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want Name
		err  error
	}{
		{"Example.COM", "example.com", nil}, {"example.com.", "example.com", nil},
		{"bücher.example", "xn--bcher-kva.example", nil}, {"XN--BCHER-KVA.example", "xn--bcher-kva.example", nil},
		{"straße.de", "xn--strae-oqa.de", nil},
		{"", "", ErrEmpty}, {".", "", ErrEmpty}, {"a..b", "", ErrLabel}, {"-a.com", "", ErrLabel}, {"a-.com", "", ErrLabel},
		{"ab--cd.com", "", ErrLabel}, {"a_b.com", "", ErrLabel}, {"exa mple.com", "", ErrLabel}, {"BÜCHER.example", "", ErrLabel},
		{strings.Repeat("a", 64) + ".com", "", ErrLength}, {strings.Repeat("abcdefgh.", 30) + "com", "", ErrLength},
		{"xn--a.com", "", ErrLabel}, {"xn--.com", "", ErrLabel},
	} {
		got, err := Parse(c.in)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("Parse(%q) = %q, %v; want %q, %v", c.in, got, err, c.want, c.err)
		}
	}
	if n, err := ParseHost("_acme-challenge.example.com"); err != nil || n != "_acme-challenge.example.com" {
		t.Errorf("ParseHost: %q, %v", n, err)
	}
}

func TestUnicodeFormsRoundTrip(t *testing.T) {
	t.Parallel()
	n, _ := Parse("bücher.example")
	if n.Unicode() != "bücher.example" || !n.IDN() || !n.Within("example") || n.Within("ample") {
		t.Fatalf("%q %q", n, n.Unicode())
	}
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.StringMatching(`[a-zäöüéčž0-9]{1,12}\.(com|de)`).Draw(t, "name")
		n, err := Parse(in)
		if err != nil {
			return // e.g. a digit beside a bidirectional rule; refusing is always allowed
		}
		again, err := Parse(n.Unicode())
		if err != nil || again != n {
			t.Fatalf("%q became %q then %q (%v)", in, n, again, err)
		}
	})
}
