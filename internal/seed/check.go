package seed

import (
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/money"
)

var relative = regexp.MustCompile(`^([+-])([0-9]{1,6})([dy])$`)

const timeForm = "must be a time: RFC 3339 (2026-11-22T09:00:00Z), or relative to registrar time in days or years (-100d, +2y)"

// when reads a time, absolute or relative to now, in whole seconds as registries keep them; text "" gives def.
func (c *compiler) when(path, text string, def time.Time) time.Time {
	if text == "" {
		return def
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.UTC().Truncate(time.Second)
	}
	m := relative.FindStringSubmatch(text)
	if m == nil {
		c.bad(path, timeForm)
		return def
	}
	n, _ := strconv.Atoi(m[2]) // at most six digits
	if m[1] == "-" {
		n = -n
	}
	t := c.now.AddDate(0, 0, n)
	if m[3] == "y" {
		t = clock.AddYears(c.now, n)
	}
	if y := t.Year(); y < 1900 || y > 9999 {
		c.bad(path, "is out of range")
		return def
	}
	return t
}

// amounts reads decimal amounts by currency, sorted by currency.
func (c *compiler) amounts(path string, in map[string]string) []money.Amount {
	var out []money.Amount
	for _, cur := range keys(in) {
		if a, ok := c.amount(join(path, cur), in[cur], cur); ok {
			out = append(out, a)
		}
	}
	return out
}

func (c *compiler) amount(path, text, cur string) (money.Amount, bool) {
	if !money.Currency(cur).Valid() {
		c.bad(path, "%q is not a currency: three capital letters of ISO 4217", cur)
		return money.Amount{}, false
	}
	a, err := money.Parse(text, money.Currency(cur))
	switch {
	case err != nil:
		c.bad(path, "%q is not an amount of %s: digits, with at most %d behind the point", clip(text), cur, money.Currency(cur).Digits())
		return a, false
	case a.Minor < 0:
		c.bad(path, "must not be negative")
		return a, false
	}
	return a, true
}

// name reads a domain name.
func (c *compiler) name(path, text string) (dname.Name, bool) {
	n, err := dname.Parse(text)
	if err != nil {
		c.bad(path, "%q is not a domain name: %v", clip(text), err)
	}
	return n, err == nil
}

// hostNames reads names of name servers, each once.
func (c *compiler) hostNames(path string, list []string) []dname.Name {
	var out []dname.Name
	for i, s := range list {
		at := item(path, i)
		n, err := dname.ParseHost(s)
		switch {
		case err != nil:
			c.bad(at, "%q is not a host name: %v", clip(s), err)
		case !strings.Contains(string(n), "."):
			c.bad(at, "%q is not a full host name", clip(s))
		case slices.Contains(out, n):
			c.bad(at, "%s is named twice", n)
		default:
			out = append(out, n)
		}
	}
	if len(list) > maxServers {
		c.bad(path, "has more than %d servers", maxServers)
	}
	return out
}

// maxServers is what a delegation can hold (RFC 1035 leaves room for no more in a referral).
const maxServers = 13

// prefixes reads address rules: prefixes (CIDR) or single addresses.
func (c *compiler) prefixes(path string, list []string) []netip.Prefix {
	var out []netip.Prefix
	for i, s := range list {
		p, err := netip.ParsePrefix(s)
		if a, single := netip.ParseAddr(s); single == nil && a.Zone() == "" {
			a = a.Unmap()
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			c.bad(item(path, i), "%q is neither an address nor a prefix in CIDR form", clip(s))
			continue
		}
		out = append(out, p.Masked())
	}
	return out
}

// oneOf fills a default in and refuses other values than those.
func (c *compiler) oneOf(path string, v *string, values ...string) {
	if *v == "" {
		*v = values[0]
	}
	if !slices.Contains(values, *v) {
		c.bad(path, "must be one of: %s", strings.Join(values, ", "))
	}
}

// given refuses an empty value of a required key; a missing key was reported when it was read.
func (c *compiler) given(path, v string) bool {
	if v == "" {
		if at, ok := c.at[path]; ok {
			c.add(at, path, "must not be empty")
		} else if !c.read {
			c.bad(path, "is required")
		}
	}
	return v != ""
}

// word refuses names that could not be told apart when they are shown.
func (c *compiler) word(path, v string, longest int) {
	if v != strings.TrimSpace(v) || strings.ContainsFunc(v, unicode.IsControl) {
		c.bad(path, "must not begin or end with a blank or hold control characters")
	}
	if len(v) > longest {
		c.bad(path, "is longer than %d octets", longest)
	}
}

func (c *compiler) email(path, v string) {
	if v == "" {
		return
	}
	if a, err := mail.ParseAddress(v); err != nil || a.Address != v {
		c.bad(path, "%q is not an e-mail address", clip(v))
	}
}

func (c *compiler) url(path, v string) {
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		c.bad(path, "must be an http or https URL")
	}
}

// unique reports a value that was there before.
func unique(c *compiler, seen map[string]string, key, path, what string) {
	if first, ok := seen[key]; ok {
		c.bad(path, "%s is there already: %s", what, first)
		return
	}
	seen[key] = path
}

func item(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
