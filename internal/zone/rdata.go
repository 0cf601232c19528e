package zone

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/dname"
)

// part reads one item of record data into its canonical form.
type part func(f field, origin dname.Name) (string, error)

// form is the shape of a type's data.
type form struct {
	parts []part
	// rest reads all further items, joined; nil when there may be none.
	rest func(fs []field, origin dname.Name) (string, error)
	note string // the shape in words, for errors
}

// forms are the types that a zone can hold. SOA is a setting of the zone, and DNSSEC's own records are the signer's.
var forms = map[Type]form{
	"A":          {parts: []part{address(false)}, note: "an IPv4 address"},
	"AAAA":       {parts: []part{address(true)}, note: "an IPv6 address"},
	"NS":         {parts: []part{host}, note: "a host name"},
	"CNAME":      {parts: []part{alias}, note: "a name"},
	"DNAME":      {parts: []part{alias}, note: "a name"},
	"PTR":        {parts: []part{anyName}, note: "a name"},
	"MX":         {parts: []part{number(16), anyName}, note: "preference and host name"},
	"TXT":        {rest: texts, note: "one or more strings"},
	"SPF":        {rest: texts, note: "one or more strings"},
	"SRV":        {parts: []part{number(16), number(16), number(16), anyName}, note: "priority, weight, port and host name"},
	"CAA":        {parts: []part{number(8), tag, long}, note: "flags, tag and value"},
	"TLSA":       {parts: []part{number(8), number(8), number(8)}, rest: hexed, note: "usage, selector, matching type and hexadecimal data"},
	"SMIMEA":     {parts: []part{number(8), number(8), number(8)}, rest: hexed, note: "usage, selector, matching type and hexadecimal data"},
	"SSHFP":      {parts: []part{number(8), number(8)}, rest: hexed, note: "algorithm, type and hexadecimal fingerprint"},
	"DS":         {parts: []part{number(16), number(8), number(8)}, rest: hexed, note: "key tag, algorithm, digest type and hexadecimal digest"},
	"NAPTR":      {parts: []part{number(16), number(16), quoted, quoted, quoted, anyName}, note: "order, preference, flags, service, regular expression and name"},
	"HTTPS":      {parts: []part{number(16), anyName}, rest: params, note: "priority, name and parameters"},
	"SVCB":       {parts: []part{number(16), anyName}, rest: params, note: "priority, name and parameters"},
	"URI":        {parts: []part{number(16), number(16), long}, note: "priority, weight and address"},
	"OPENPGPKEY": {rest: based, note: "a key in base64"},
	"LOC":        {rest: location, note: "a location"},
}

// Valid reports whether a zone can hold records of the type.
func (t Type) Valid() bool { _, ok := forms[t]; return ok }

// Limits of record data in presentation form: what is read, and what comes out. The latter leaves a record room in a message.
const (
	maxData      = 64 << 10
	maxCanonical = 64_000
	maxLong      = 1024
)

// Canonical validates record data and gives its canonical presentation: numbers without leading zeros, names absolute in small
// letters, strings quoted, hexadecimal in capitals. Relative names are taken below the origin.
func Canonical(typ Type, data string, origin dname.Name) (string, error) {
	f, ok := forms[typ]
	if !ok {
		return "", fmt.Errorf("%q is not a type that is served", string(typ))
	}
	if len(data) > maxData {
		return "", fmt.Errorf("is longer than %d octets", maxData)
	}
	items, err := fields(data)
	if err != nil {
		return "", err
	}
	if len(items) < len(f.parts) || f.rest == nil && len(items) > len(f.parts) {
		return "", fmt.Errorf("must be %s", f.note)
	}
	out := make([]string, 0, len(f.parts)+1)
	for i, p := range f.parts {
		s, err := p(items[i], origin)
		if err != nil {
			return "", fmt.Errorf("must be %s: %q %w", f.note, clip(items[i].text), err)
		}
		out = append(out, s)
	}
	if f.rest != nil {
		s, err := f.rest(items[len(f.parts):], origin)
		if err != nil {
			return "", fmt.Errorf("must be %s: %w", f.note, err)
		}
		if s != "" {
			out = append(out, s)
		}
	}
	text := strings.Join(out, " ")
	if len(text) > maxCanonical {
		return "", fmt.Errorf("is longer than %d octets in its canonical form", maxCanonical)
	}
	if err := check(typ, out); err != nil {
		return "", err
	}
	return text, nil
}

// check are rules that concern several items of a type.
func check(typ Type, out []string) error {
	switch {
	case typ == "NS" && out[0] == ".":
		return fmt.Errorf("must be a host name")
	case (typ == "HTTPS" || typ == "SVCB") && out[0] == "0" && len(out) > 2:
		return fmt.Errorf("must have no parameters with priority 0")
	case typ == "DS" && !digestFits(out[2], len(out[3])/2):
		return fmt.Errorf("must have a digest of the length of its type")
	}
	return nil
}

func digestFits(kind string, octets int) bool {
	want, known := map[string]int{"1": 20, "2": 32, "4": 48}[kind]
	return !known || octets == want
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

func address(six bool) part {
	return func(f field, _ dname.Name) (string, error) {
		a, err := netip.ParseAddr(f.text)
		if err != nil || a.Zone() != "" || a.Is4() == six {
			return "", fmt.Errorf("is none")
		}
		return a.String(), nil
	}
}

func number(bits int) part {
	return func(f field, _ dname.Name) (string, error) {
		n, err := strconv.ParseUint(f.text, 10, bits)
		if err != nil || f.quoted {
			return "", fmt.Errorf("is not a number up to %d", 1<<bits-1)
		}
		return strconv.FormatUint(n, 10), nil
	}
}

func anyName(f field, origin dname.Name) (string, error) {
	if f.quoted {
		return "", errLabel
	}
	return target(f.text, origin)
}

// alias is a name that may point into a delegation of RFC 2317 ("1.0/25.2.0.192.in-addr.arpa.").
func alias(f field, origin dname.Name) (string, error) {
	if f.quoted {
		return "", errLabel
	}
	return absolute(f.text, origin, true)
}

func host(f field, origin dname.Name) (string, error) {
	n, err := anyName(f, origin)
	if err == nil && (strings.HasPrefix(n, "*") || n == ".") {
		err = errLabel
	}
	return n, err
}

func quoted(f field, _ dname.Name) (string, error) {
	if len(f.text) > maxString {
		return "", fmt.Errorf("is longer than %d octets", maxString)
	}
	return quote(f.text), nil
}

// long is text that is no character string, and as long as the data go (RFC 7553 §4.4, RFC 8659 §4.1); nobody needs that.
func long(f field, _ dname.Name) (string, error) {
	s := quote(f.text)
	if len(s)-2 > maxLong {
		return "", fmt.Errorf("is longer than %d octets", maxLong)
	}
	return s, nil
}

// tag of a CAA record: letters and digits (RFC 8659 §4.1).
func tag(f field, _ dname.Name) (string, error) {
	if f.text == "" || len(f.text) > 15 {
		return "", fmt.Errorf("is not a tag")
	}
	for i := 0; i < len(f.text); i++ {
		if c := f.text[i] | 0x20; (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return "", fmt.Errorf("is not a tag")
		}
	}
	return strings.ToLower(f.text), nil
}

func texts(fs []field, _ dname.Name) (string, error) {
	if len(fs) == 0 {
		return "", fmt.Errorf("there is none")
	}
	all := make([]string, len(fs))
	for i, f := range fs {
		all[i] = f.text
	}
	return TXT(all...), nil
}

func joined(fs []field) string {
	var b strings.Builder
	for _, f := range fs {
		b.WriteString(f.text)
	}
	return b.String()
}

func hexed(fs []field, _ dname.Name) (string, error) {
	raw, err := hex.DecodeString(joined(fs))
	if err != nil || len(raw) == 0 {
		return "", fmt.Errorf("the data are not hexadecimal")
	}
	return strings.ToUpper(hex.EncodeToString(raw)), nil
}

func based(fs []field, _ dname.Name) (string, error) {
	raw, err := base64.StdEncoding.DecodeString(joined(fs))
	if err != nil || len(raw) == 0 {
		return "", fmt.Errorf("it is not base64")
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}
