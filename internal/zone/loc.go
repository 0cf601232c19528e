package zone

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/dname"
)

// location reads LOC data (RFC 1876 §3): d1 [m1 [s1]] N|S d2 [m2 [s2]] E|W alt[m] [size[m] [hp[m] [vp[m]]]].
func location(fs []field, _ dname.Name) (string, error) {
	words := make([]string, len(fs))
	for i, f := range fs {
		words[i] = strings.ToUpper(f.text)
	}
	lat, rest, err := angle(words, "N", "S", 90)
	if err != nil {
		return "", err
	}
	long, rest, err := angle(rest, "E", "W", 180)
	if err != nil {
		return "", err
	}
	if len(rest) == 0 || len(rest) > 4 {
		return "", fmt.Errorf("the altitude is missing, or there is too much behind it")
	}
	out := append(lat, long...)
	for i, name := range []string{"altitude", "size", "horizontal precision", "vertical precision"} {
		s := []string{"", "1.00m", "10000.00m", "10.00m"}[i]
		if i < len(rest) {
			low, high := 0.0, 90_000_000.0
			if i == 0 {
				low, high = -100_000, 42_849_672.95
			}
			v, err := strconv.ParseFloat(strings.TrimSuffix(rest[i], "M"), 64)
			if err != nil || v < low || v > high {
				return "", fmt.Errorf("the %s %q is not in metres", name, clip(rest[i]))
			}
			s = strconv.FormatFloat(v, 'f', 2, 64) + "m"
		}
		out = append(out, s)
	}
	return strings.Join(out, " "), nil
}

// angle reads degrees, minutes and seconds with the letter behind them.
func angle(words []string, plus, minus string, most int) (out, rest []string, err error) {
	parts := []int{most, 59, 59}
	for i, w := range words {
		if w == plus || w == minus {
			if i == 0 {
				break
			}
			for len(out) < 3 {
				out = append(out, []string{"0", "0", "0.000"}[len(out)])
			}
			return append(out, w), words[i+1:], nil
		}
		if i > 2 {
			break
		}
		if i == 2 {
			v, err := strconv.ParseFloat(w, 64)
			if err != nil || v < 0 || v >= 60 {
				break
			}
			out = append(out, strconv.FormatFloat(v, 'f', 3, 64))
			continue
		}
		n, err := strconv.Atoi(w)
		if err != nil || n < 0 || n > parts[i] {
			break
		}
		out = append(out, strconv.Itoa(n))
	}
	return nil, nil, fmt.Errorf("there is no angle that ends with %s or %s", plus, minus)
}
