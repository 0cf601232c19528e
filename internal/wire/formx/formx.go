// Package formx reads the forms of the form-speaking adapters: application/x-www-form-urlencoded and multipart/form-data, into
// one ordered list of pairs. It knows nothing of any dialect or of the registrar core.
//
// It is as tolerant as the servers that its clients were written for, where net/url is not: a semicolon is an ordinary
// character, empty pairs and a trailing & are ignored, and an invalid percent sequence may be kept as it stands.
package formx

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"unicode/utf8"
)

// The error kinds, for errors.Is. Every error of the readers is an *Error that wraps exactly one of them, or comes from the
// io.Reader given.
var (
	ErrTooLarge   = errors.New("form: too large")
	ErrTooComplex = errors.New("form: too many pairs")
	ErrPercent    = errors.New("form: invalid percent sequence")
	ErrEncoding   = errors.New("form: invalid UTF-8")
	ErrSyntax     = errors.New("form: unreadable multipart body")
)

// Error is a refusal. Its text never quotes a value, which may be secret.
type Error struct {
	Kind   error // one of the Err… values
	Offset int64 // byte offset of the pair (URL-encoded), or number of the part (multipart)
	Name   string
}

// Error gives kind, parameter and offset.
func (e *Error) Error() string {
	if e.Name == "" {
		return fmt.Sprintf("%v at %d", e.Kind, e.Offset)
	}
	return fmt.Sprintf("%v at %d in %q", e.Kind, e.Offset, e.Name)
}

// Unwrap gives the kind.
func (e *Error) Unwrap() error { return e.Kind }

// Options bounds one form and says what is tolerated. A zero limit takes the default.
type Options struct {
	Bytes int64 // size of the body; default 1 MiB
	Pairs int   // default 1,000
	// RefusePercent refuses a % that two hexadecimal digits do not follow; otherwise it is kept literally.
	RefusePercent bool
	// UTF8 refuses names and values that are not UTF-8 once decoded.
	UTF8 bool
}

// The defaults of Options.
const (
	DefaultBytes = 1 << 20
	DefaultPairs = 1000
)

func (o Options) withDefaults() Options {
	if o.Bytes <= 0 {
		o.Bytes = DefaultBytes
	}
	if o.Pairs <= 0 {
		o.Pairs = DefaultPairs
	}
	return o
}

// Pair is one parameter.
type Pair struct {
	Name  string
	Value string
	File  string // file name of a multipart part, else empty
	Bare  bool   // written without "="
}

// Pairs are the parameters of a form in the order they were sent.
type Pairs []Pair

// First is the value of the first pair with exactly this name.
func (p Pairs) First(name string) (string, bool) {
	for i := range p {
		if p[i].Name == name {
			return p[i].Value, true
		}
	}
	return "", false
}

// Last is the value of the last pair with exactly this name.
func (p Pairs) Last(name string) (string, bool) {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i].Name == name {
			return p[i].Value, true
		}
	}
	return "", false
}

// FirstFold is First without regard to case.
func (p Pairs) FirstFold(name string) (string, bool) {
	for i := range p {
		if strings.EqualFold(p[i].Name, name) {
			return p[i].Value, true
		}
	}
	return "", false
}

// LastFold is Last without regard to case.
func (p Pairs) LastFold(name string) (string, bool) {
	for i := len(p) - 1; i >= 0; i-- {
		if strings.EqualFold(p[i].Name, name) {
			return p[i].Value, true
		}
	}
	return "", false
}

// All are the values of every pair with exactly this name, in order.
func (p Pairs) All(name string) []string {
	var out []string
	for i := range p {
		if p[i].Name == name {
			out = append(out, p[i].Value)
		}
	}
	return out
}

// ParseReader reads at most Options.Bytes from r and parses them as URL-encoded. An error of r is returned as it is.
func ParseReader(r io.Reader, opt Options) (Pairs, error) {
	data, err := io.ReadAll(io.LimitReader(r, opt.withDefaults().Bytes+1))
	if err != nil {
		return nil, err
	}
	return Parse(string(data), opt)
}

// Parse reads a URL-encoded form or a raw query string.
func Parse(data string, opt Options) (Pairs, error) {
	opt = opt.withDefaults()
	if int64(len(data)) > opt.Bytes {
		return nil, &Error{Kind: ErrTooLarge, Offset: opt.Bytes}
	}
	var out Pairs
	offset := int64(0)
	for rest := data; rest != ""; {
		piece, after, _ := strings.Cut(rest, "&")
		at := offset
		offset += int64(len(rest) - len(after))
		rest = after
		if piece == "" {
			continue
		}
		if len(out) >= opt.Pairs {
			return nil, &Error{Kind: ErrTooComplex, Offset: at}
		}
		p, err := pair(piece, opt)
		if err != nil {
			err.Offset = at
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func pair(piece string, opt Options) (Pair, *Error) {
	rawName, rawValue, found := strings.Cut(piece, "=")
	name, soundName := unescape(rawName)
	value, soundValue := unescape(rawValue)
	p := Pair{Name: name, Value: value, Bare: !found}
	if opt.RefusePercent && !(soundName && soundValue) {
		return p, &Error{Kind: ErrPercent, Name: safeName(p.Name)}
	}
	if opt.UTF8 && !(utf8.ValidString(p.Name) && utf8.ValidString(p.Value)) {
		return p, &Error{Kind: ErrEncoding, Name: safeName(p.Name)}
	}
	return p, nil
}

// safeName keeps an error text short whatever was sent as a name.
func safeName(s string) string {
	if len(s) > 64 {
		s = s[:64]
	}
	return strings.ToValidUTF8(s, "?")
}

// Unescape decodes one piece: + is a blank, %HH a byte, and an invalid % sequence stays as it is.
func Unescape(s string) string {
	out, _ := unescape(s)
	return out
}

// unescape also reports whether every % sequence was sound.
func unescape(s string) (string, bool) {
	if strings.IndexByte(s, '%') < 0 {
		return strings.ReplaceAll(s, "+", " "), true
	}
	if out, err := url.QueryUnescape(s); err == nil {
		return out, true
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			b.WriteByte(' ')
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteByte(fromHex(s[i+1])<<4 | fromHex(s[i+2]))
			i += 2
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), false
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func fromHex(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}

// Encode writes pairs as a URL-encoded form, in order.
func Encode(p Pairs) string {
	var b strings.Builder
	for i, it := range p {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(it.Name))
		if !it.Bare {
			b.WriteByte('=')
			b.WriteString(url.QueryEscape(it.Value))
		}
	}
	return b.String()
}
