package zone

import (
	"errors"
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
		return "", errors.New("the altitude is missing, or there is too much behind it")
	}
	out := append(lat, long...)
	for i, name := range []string{"altitude", "size", "horizontal precision", "vertical precision"} {
		s := []string{"", "1.00m", "10000.00m", "10.00m"}[i]
		if i < len(rest) {
			low, high := int64(0), int64(90_000_000_00)
			if i == 0 {
				low, high = -100_000_00, 42_849_672_95
			}
			cm, ok := centimetres(strings.TrimSuffix(rest[i], "M"), i == 0)
			if !ok || cm < low || cm > high {
				return "", fmt.Errorf("the %s %q is not in metres", name, clip(rest[i]))
			}
			s = metres(cm)
		}
		out = append(out, s)
	}
	return strings.Join(out, " "), nil
}

// metres writes a length.
func metres(cm int64) string {
	sign := ""
	if cm < 0 {
		sign, cm = "-", -cm
	}
	return fmt.Sprintf("%s%d.%02dm", sign, cm/100, cm%100)
}

// centimetres reads a length in metres; what is smaller is cut off.
func centimetres(s string, below bool) (int64, bool) {
	s, minus := strings.CutPrefix(s, "-")
	if minus && !below {
		return 0, false
	}
	n, ok := decimal(s, 8, 2)
	if minus {
		n = -n
	}
	return n, ok
}

// decimal reads digits with a dot among them as a number of units of the given decimal place; further places are cut off.
func decimal(s string, digits, places int) (int64, bool) {
	whole, part, dotted := strings.Cut(s, ".")
	if len(whole) > digits || whole == "" || dotted && part == "" || !isDigits(whole) || !isDigits(part) {
		return 0, false
	}
	part = (part + strings.Repeat("0", places))[:places]
	n, err := strconv.ParseInt(whole+part, 10, 64)
	return n, err == nil
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// angle reads degrees, minutes and seconds with the letter behind them.
func angle(words []string, plus, minus string, most int) (out, rest []string, err error) {
	bad := fmt.Errorf("there is no angle up to %d degrees that ends with %s or %s", most, plus, minus)
	var at [3]int64
	i := 0
	for ; i < len(words) && words[i] != plus && words[i] != minus; i++ {
		if i > 2 {
			return nil, nil, bad
		}
		ok := false
		if at[i], ok = decimal(words[i], 3, []int{0, 0, 3}[i]); !ok || i < 2 && strings.Contains(words[i], ".") {
			return nil, nil, bad
		}
	}
	if i == 0 || i == len(words) || at[1] > 59 || at[2] > 59_999 || at[0]*3_600_000+at[1]*60_000+at[2] > int64(most)*3_600_000 {
		return nil, nil, bad
	}
	return []string{strconv.FormatInt(at[0], 10), strconv.FormatInt(at[1], 10), fmt.Sprintf("%d.%03d", at[2]/1000, at[2]%1000), words[i]}, words[i+1:], nil
}
