// Package dname holds domain, host and TLD names as types. A name is kept as A-labels in small letters without a trailing
// dot; its Unicode form is computed for showing. ASCII case is folded and one trailing dot is dropped; any other UTS 46
// mapping is refused, for a registration must be exactly what was typed (RFC 5891 §4).
package dname

import (
	"errors"
	"strings"

	"golang.org/x/net/idna"
)

// Name is a fully qualified name as A-labels: at least one label, at most 253 octets.
type Name string

// Errors of Parse.
var (
	ErrEmpty   = errors.New("name is empty")
	ErrLength  = errors.New("name or label is too long")
	ErrLabel   = errors.New("label is not allowed")
	ErrMapping = errors.New("name would be changed by mapping")
)

var profile = idna.New(idna.ValidateForRegistration())

// Parse reads a name in U-label or A-label form. Labels hold letters, digits and inner hyphens (RFC 1123 §2.1); labels of
// the form ??-- other than valid A-labels are refused (RFC 5891 §4.2.3.1).
func Parse(text string) (Name, error) { return parse(text, false) }

// ParseHost is Parse for a name-server's or record's name: it also takes underscores at a label's start.
func ParseHost(text string) (Name, error) { return parse(text, true) }

func parse(text string, underscore bool) (Name, error) {
	text = strings.TrimSuffix(text, ".")
	if text == "" {
		return "", ErrEmpty
	}
	if len(text) > 1024 {
		return "", ErrLength
	}
	labels := strings.Split(foldASCII(text), ".")
	for i, l := range labels {
		a, err := label(l, underscore)
		if err != nil {
			return "", err
		}
		labels[i] = a
	}
	name := strings.Join(labels, ".")
	if len(name) > 253 {
		return "", ErrLength
	}
	return Name(name), nil
}

func label(l string, underscore bool) (string, error) {
	if l == "" {
		return "", ErrLabel
	}
	body := l
	if underscore && strings.HasPrefix(l, "_") {
		body = l[1:]
	}
	if isASCII(l) && !strings.HasPrefix(l, "xn--") {
		if len(l) > 63 {
			return "", ErrLength
		}
		if !ldh(body) || len(l) >= 4 && l[2:4] == "--" {
			return "", ErrLabel
		}
		return l, nil
	}
	a, err := profile.ToASCII(l)
	if err != nil {
		return "", ErrLabel
	}
	u, err := profile.ToUnicode(a)
	if err != nil {
		return "", ErrLabel
	}
	if back, err := profile.ToASCII(u); err != nil || back != a || !strings.HasPrefix(a, "xn--") {
		return "", ErrMapping
	}
	return a, nil
}

func ldh(s string) bool {
	if s == "" || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func foldASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// String is the A-label form.
func (n Name) String() string { return string(n) }

// Unicode is the U-label form; a label that is no valid A-label stays as it is.
func (n Name) Unicode() string {
	u, err := profile.ToUnicode(string(n))
	if err != nil {
		return string(n)
	}
	return u
}

// IDN reports whether a label is an A-label.
func (n Name) IDN() bool {
	return strings.HasPrefix(string(n), "xn--") || strings.Contains(string(n), ".xn--")
}

// Labels are the labels from left to right.
func (n Name) Labels() []string { return strings.Split(string(n), ".") }

// Cut splits off the first label: "example", "com". ok is false for a single label.
func (n Name) Cut() (first string, rest Name, ok bool) {
	f, r, ok := strings.Cut(string(n), ".")
	return f, Name(r), ok
}

// Within reports whether n is parent or lies below it.
func (n Name) Within(parent Name) bool {
	return n == parent || strings.HasSuffix(string(n), "."+string(parent))
}
