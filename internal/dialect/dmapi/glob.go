package dmapi

import (
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
)

// hasWildcard reports whether a pattern is more than a plain text.
func hasWildcard(pattern string) bool { return strings.ContainsAny(pattern, "*?") }

// match compares without case; * stands for any characters, ? for one. It needs time in the product of both lengths at most.
func match(pattern, s string) bool {
	p, t := []rune(strings.ToLower(pattern)), []rune(strings.ToLower(s))
	star, back := -1, 0
	i, j := 0, 0
	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '*':
			star, back = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == t[j]):
			i++
			j++
		case star >= 0:
			back++
			i, j = star+1, back
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}

// like turns a pattern into the store's, in which a backslash takes a wildcard's meaning away.
func like(pattern string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`, "*", "%", "?", "_").Replace(pattern)
}

// maxPattern bounds patterns; no name, handle or id is longer.
const maxPattern = 255

// pattern reads a pattern parameter.
func (f form) pattern(name string) (string, error) {
	p := f.get(name)
	if len(p) > maxPattern {
		return "", param(name, "pattern of at most 255 characters")
	}
	return p, nil
}

// whereDomain selects domains by a pattern on their name, in U-label or A-label form. ok is false when no name can match.
func whereDomain(pattern string) (f command.Filter, ok bool) {
	pattern = strings.TrimSpace(pattern)
	if pattern == "" || pattern == "*" {
		return command.Filter{}, true
	}
	if !hasWildcard(pattern) {
		n, err := dname.Parse(pattern)
		return command.Where("name", command.Equal, string(n)), err == nil
	}
	labels := strings.Split(strings.TrimSuffix(pattern, "."), ".")
	for i, l := range labels {
		if n, err := dname.Parse(l); !hasWildcard(l) && err == nil {
			labels[i] = string(n)
		}
	}
	return command.Where("name", command.Like, like(strings.ToLower(strings.Join(labels, ".")))), true
}

// window reads from and to: row numbers from 1 on, both inclusive (§7.2.1). limit is negative for "to the end".
func (rq *request) window() (offset, limit int, err error) {
	const most = 1 << 30
	from, err := rq.form.number("from", 1, most, 1)
	if err != nil {
		return 0, 0, err
	}
	to, err := rq.form.number("to", 1, most, 0)
	if err != nil {
		return 0, 0, err
	}
	switch {
	case to == 0:
		return from - 1, -1, nil
	case to < from:
		return from - 1, 0, nil
	}
	return from - 1, to - from + 1, nil
}
