package zone

import (
	"errors"
	"fmt"
	"strings"

	"github.com/polyreg/polyreg/internal/dname"
)

// Errors of names.
var (
	errOutside = errors.New("lies outside the zone")
	errLabel   = errors.New("is not a name that a record can have")
)

// CanonicalName reads an owner name: "@" or "" for the origin, a relative name, or an absolute one (with a dot at its end) at or
// below the origin. A first label "*" is a wildcard (RFC 4592), labels may begin with "_" (RFC 8552) and hold "/" (RFC 2317 §4). The
// result is relative, with A-labels in small letters.
func CanonicalName(text string, origin dname.Name) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" || text == Apex {
		return Apex, nil
	}
	if abs, ok := strings.CutSuffix(text, "."); ok {
		full, err := labels(abs, true)
		if err != nil {
			return "", err
		}
		if full == string(origin) {
			return Apex, nil
		}
		rel, ok := strings.CutSuffix(full, "."+string(origin))
		if !ok {
			return "", errOutside
		}
		return rel, nil
	}
	rel, err := labels(text, true)
	if err != nil {
		return "", err
	}
	if len(rel)+1+len(origin) > 253 {
		return "", errLabel
	}
	return rel, nil
}

// labels brings the labels of a name into their stored form. ASCII is taken as it is: what registries refuse ("r3---sn", a hyphen at
// an end, A-labels of earlier rules), name servers serve.
func labels(text string, slash bool) (string, error) {
	parts := strings.Split(text, ".")
	for i, l := range parts {
		if l == "*" && i == 0 {
			continue
		}
		if served(l, slash) {
			parts[i] = strings.ToLower(l)
			continue
		}
		n, err := dname.ParseHost(l)
		if err != nil || isASCII(l) || strings.Contains(string(n), ".") {
			return "", errLabel
		}
		parts[i] = string(n)
	}
	name := strings.Join(parts, ".")
	if len(name) > 253 {
		return "", errLabel
	}
	return name, nil
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// served takes letters, digits, hyphens and underscores, and "/" where it may be.
func served(l string, slash bool) bool {
	if l == "" || len(l) > 63 {
		return false
	}
	for i := 0; i < len(l); i++ {
		c := l[i] | 0x20
		switch {
		case l[i] == '-' || l[i] == '_' || l[i] >= '0' && l[i] <= '9' || c >= 'a' && c <= 'z':
		case l[i] == '/' && slash:
		default:
			return false
		}
	}
	return true
}

// Parent is the relative name above another, "" for the origin's.
func Parent(name string) string {
	if name == Apex {
		return ""
	}
	if _, up, ok := strings.Cut(name, "."); ok {
		return up
	}
	return Apex
}

// CompareNames orders relative names by their labels from the right (RFC 4034 §6.1); the origin is the first.
func CompareNames(a, b string) int {
	if a == Apex {
		a = ""
	}
	if b == Apex {
		b = ""
	}
	for a != "" && b != "" {
		var x, y string
		a, x = cutLast(a)
		b, y = cutLast(b)
		if c := strings.Compare(x, y); c != 0 {
			return c
		}
	}
	return len(a) - len(b) // one of them is empty
}

func cutLast(name string) (rest, last string) {
	i := strings.LastIndexByte(name, '.')
	return name[:max(i, 0)], name[i+1:]
}

// Absolute is a relative owner name below the origin, without a dot at its end.
func Absolute(name string, origin dname.Name) dname.Name {
	if name == Apex || name == "" {
		return origin
	}
	return dname.Name(name + "." + string(origin))
}

// target reads a name in record data: absolute with a dot at its end, else relative to the origin; "." stands for none. The
// result is absolute with a dot.
func target(text string, origin dname.Name) (string, error) { return absolute(text, origin, false) }

// absolute is target for names that may hold "/" too. An empty origin is the root.
func absolute(text string, origin dname.Name, slash bool) (string, error) {
	switch {
	case text == ".":
		return ".", nil
	case text == Apex:
		return string(origin) + ".", nil
	}
	abs, dotted := strings.CutSuffix(text, ".")
	n, err := labels(abs, slash)
	if err != nil {
		return "", err
	}
	if !dotted && origin != "" {
		n += "." + string(origin)
	}
	if len(n) > 253 {
		return "", errLabel
	}
	return n + ".", nil
}

// mailbox reads the name that stands for a mail address (RFC 1035 §8): its first label is the local part, dots in it are written
// "\.". The result is absolute with a dot.
func mailbox(text string, origin dname.Name) (string, error) {
	var local strings.Builder
	plain := true
	i := 0
	for i < len(text) && text[i] != '.' {
		c, n := text[i], 1
		if c == '\\' {
			v, used, ok := escape(text[i+1:])
			if !ok {
				return "", errLabel
			}
			c, n, plain = v, 1+used, false
		}
		local.WriteByte(c)
		i += n
	}
	if plain {
		return target(text, origin)
	}
	if i == len(text) {
		text += "."
		if origin == "" {
			return "", errLabel
		}
		text += string(origin) + "."
	}
	rest, err := target(text[i+1:], origin)
	if err != nil || rest == "." || local.Len() > 63 || local.Len()+1+len(rest) > 254 {
		return "", errLabel
	}
	return label(local.String()) + "." + rest, nil
}

// label writes octets as a label (RFC 1035 §5.1).
func label(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c <= 0x20 || c > 0x7e:
			fmt.Fprintf(&b, "\\%03d", c)
		case strings.IndexByte(`."();@$\`, c) >= 0:
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteString(strings.ToLower(string(c)))
		}
	}
	return b.String()
}
