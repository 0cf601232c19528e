package zone

import (
	"errors"
	"strings"

	"github.com/polyreg/polyreg/internal/dname"
)

// Errors of names.
var (
	errOutside = errors.New("lies outside the zone")
	errLabel   = errors.New("is not a name that a record can have")
)

// CanonicalName reads an owner name: "@" or "" for the origin, a relative name, or an absolute one (with a dot at its end) at or
// below the origin. A first label "*" is a wildcard (RFC 4592), labels may begin with "_" (RFC 8552). The result is relative, with
// A-labels in small letters.
func CanonicalName(text string, origin dname.Name) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" || text == Apex {
		return Apex, nil
	}
	if abs, ok := strings.CutSuffix(text, "."); ok {
		full, err := labels(abs)
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
	rel, err := labels(text)
	if err != nil {
		return "", err
	}
	if len(rel)+1+len(origin) > 253 {
		return "", errLabel
	}
	return rel, nil
}

// labels brings the labels of a name into their stored form.
func labels(text string) (string, error) {
	parts := strings.Split(text, ".")
	for i, l := range parts {
		if l == "*" && i == 0 {
			continue
		}
		if isServiceLabel(l) {
			parts[i] = strings.ToLower(l)
			continue
		}
		n, err := dname.ParseHost(l)
		if err != nil || strings.Contains(string(n), ".") {
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

// isServiceLabel takes what registries of names refuse and name servers serve: letters, digits, hyphens and underscores.
func isServiceLabel(l string) bool {
	if l == "" || len(l) > 63 {
		return false
	}
	under := false
	for i := 0; i < len(l); i++ {
		c := l[i] | 0x20
		switch {
		case l[i] == '_':
			under = true
		case l[i] == '-', l[i] >= '0' && l[i] <= '9', c >= 'a' && c <= 'z':
		default:
			return false
		}
	}
	return under
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
func target(text string, origin dname.Name) (string, error) {
	switch {
	case text == ".":
		return ".", nil
	case text == Apex:
		return string(origin) + ".", nil
	}
	abs, dotted := strings.CutSuffix(text, ".")
	n, err := labels(abs)
	if err != nil {
		return "", err
	}
	if !dotted {
		n += "." + string(origin)
	}
	if len(n) > 253 {
		return "", errLabel
	}
	return n + ".", nil
}
