package zone

import (
	"errors"
	"fmt"
	"strings"
)

// maxString is the longest character string (RFC 1035 §3.3).
const maxString = 255

// TXT writes strings as TXT data. A string of more than 255 octets is cut into several.
func TXT(texts ...string) string {
	var parts []string
	for _, s := range texts {
		for len(s) > maxString {
			parts = append(parts, quote(s[:maxString]))
			s = s[maxString:]
		}
		parts = append(parts, quote(s))
	}
	return strings.Join(parts, " ")
}

// quote writes a character string (RFC 1035 §5.1): what is not printable ASCII as \DDD.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < 0x20 || c > 0x7e:
			fmt.Fprintf(&b, `\%03d`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// field is one item of record data: its octets, and whether it was quoted.
type field struct {
	text   string
	quoted bool
}

var (
	errQuote  = errors.New("has a quotation mark without its other half")
	errEscape = errors.New(`has a \ that stands for nothing`)
)

// fields splits record data at white space; quoted strings and \ escapes are read.
func fields(data string) ([]field, error) {
	var out []field
	for i := 0; i < len(data); {
		switch c := data[i]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			i++
			continue
		}
		f, n, err := oneField(data[i:])
		if err != nil {
			return nil, err
		}
		out, i = append(out, f), i+n
	}
	return out, nil
}

func oneField(s string) (f field, n int, err error) {
	var b strings.Builder
	i := 0
	if f.quoted = s[0] == '"'; f.quoted {
		i = 1
	}
	for i < len(s) {
		c := s[i]
		switch {
		case f.quoted && c == '"':
			f.text = b.String()
			return f, i + 1, nil
		case !f.quoted && (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '"'):
			f.text = b.String()
			return f, i, nil
		case c == '\\':
			v, used, ok := escape(s[i+1:])
			if !ok {
				return f, 0, errEscape
			}
			b.WriteByte(v)
			i += 1 + used
		default:
			b.WriteByte(c)
			i++
		}
	}
	if f.quoted {
		return f, 0, errQuote
	}
	f.text = b.String()
	return f, i, nil
}

// escape reads what stands behind a backslash: three digits or one octet.
func escape(s string) (v byte, used int, ok bool) {
	if s == "" {
		return 0, 0, false
	}
	if s[0] < '0' || s[0] > '9' {
		return s[0], 1, true
	}
	if len(s) < 3 {
		return 0, 0, false
	}
	n := 0
	for i := range 3 {
		if s[i] < '0' || s[i] > '9' {
			return 0, 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return byte(n), 3, n <= 255
}

// TXTStrings reads the strings of TXT data in its canonical form; nil when it cannot be read.
func TXTStrings(data string) []string {
	list, err := fields(data)
	if err != nil {
		return nil
	}
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = f.text
	}
	return out
}
