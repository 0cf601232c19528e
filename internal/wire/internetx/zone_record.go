package internetx

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ZoneRecord is a resource record as both interfaces tell it (domainrobot-json.md §8.5, §9.4; autodns-xml.md §13.3).
type ZoneRecord struct {
	Name  string // relative to the origin, "" for the origin itself
	TTL   int    // seconds; 0 for that of the zone
	Type  string // in capitals
	Pref  *int   // of MX and SRV, and of NAPTR where OrderApart has been at it; nil where there is none
	Value string // the rest of the data
}

// ZoneData are the rules by which values become data.
type ZoneData struct {
	Origin string // without a dot at its end
	// Dotted takes a host name with a dot inside, but none at its end, for a whole one, as the XML interface does. Otherwise such a
	// name counts from the origin, unless it ends with it.
	Dotted bool
}

// OwnerName brings an owner name into the form that a zone file has: "@" for the origin ("", "@" or its name), a relative name, or a
// whole one with a dot at its end. A name that ends with the origin counts as a whole one, with or without the dot.
func OwnerName(name, origin string) string {
	name = strings.TrimSpace(name)
	bare := strings.ToLower(strings.TrimSuffix(name, "."))
	switch {
	case bare == "" || bare == "@" || bare == origin:
		return "@"
	case strings.HasSuffix(bare, "."+origin):
		return bare + "."
	}
	return name
}

// ShownName is the relative owner name that answers have: "" for the origin.
func ShownName(name string) string {
	if name == "@" {
		return ""
	}
	return name
}

// Stored writes the record's data as a zone file has it (RFC 1035 §5.1). Nothing is validated here. An MX, SRV or NAPTR record
// without a preference has it at the beginning of its value, or none, which is 0.
func (z ZoneData) Stored(r ZoneRecord) string {
	value := strings.TrimSpace(r.Value)
	f := strings.Fields(value)
	switch t := strings.ToUpper(r.Type); t {
	case "TXT", "SPF":
		return textData(r.Value)
	case "MX", "SRV", "NAPTR":
		whole := map[string]int{"MX": 2, "SRV": 4, "NAPTR": 6}[t]
		if t == "NAPTR" && len(f) > whole { // strings with blanks in them
			f = f[:whole]
			if r.Pref != nil {
				f = f[:whole-1]
			}
		}
		if len(f) == whole-1 {
			pref := 0
			if r.Pref != nil {
				pref = *r.Pref
			}
			value = strconv.Itoa(pref) + " " + value
		}
		return z.lastName(value)
	case "CNAME", "DNAME", "NS", "PTR":
		return z.host(value)
	}
	return value
}

// lastName completes the host name at the end of data.
func (z ZoneData) lastName(data string) string {
	i := strings.LastIndexAny(data, " \t")
	return data[:i+1] + z.host(data[i+1:])
}

// host completes a host name that is a whole one without saying so.
func (z ZoneData) host(name string) string {
	bare := strings.ToLower(name)
	switch {
	case name == "" || name == "@" || strings.HasSuffix(name, "."):
		return name
	case bare == z.Origin || strings.HasSuffix(bare, "."+z.Origin) || z.Dotted && strings.Contains(name, "."):
		return name + "."
	}
	return name
}

// ShownRecord is a record as answers have it: of its relative name ("@" for the origin), type and data in canonical presentation form
// (package zone). The TTL is the caller's to set; it is left out where it is the zone's.
func ShownRecord(name, typ, data string) ZoneRecord {
	r := ZoneRecord{Name: ShownName(name), Type: typ, Value: data}
	switch typ {
	case "TXT", "SPF":
		r.Value = shownText(data)
	case "MX", "SRV":
		r = r.OrderApart()
	}
	return r
}

// OrderApart moves the number at the beginning of the value into Pref. The XML interface does so with NAPTR records too.
func (r ZoneRecord) OrderApart() ZoneRecord {
	first, rest, ok := strings.Cut(r.Value, " ")
	if n, err := strconv.Atoi(first); ok && err == nil && r.Pref == nil {
		r.Pref, r.Value = &n, rest
	}
	return r
}

// Removes reports whether a record that is to be removed means one that is there, both as Shown gives them: by name, type and value,
// and by preference where one is told that is not 0. The value "*" means all.
func (r ZoneRecord) Removes(have ZoneRecord) bool {
	return r.Name == have.Name && r.Type == have.Type && (r.Value == "*" || r.Value == have.Value) &&
		(r.Pref == nil || *r.Pref == 0 || have.Pref != nil && *have.Pref == *r.Pref)
}

// String is the record as messages name it: `_acme-challenge TXT "abc"`.
func (r ZoneRecord) String() string {
	value := r.Value
	if r.Type == "TXT" || r.Type == "SPF" {
		value = `"` + value + `"`
	}
	if r.Pref != nil {
		value = strconv.Itoa(*r.Pref) + " " + value
	}
	return strings.TrimSpace(r.Name + " " + r.Type + " " + value)
}

// RecordObject is the type of the object by which messages name a record of a zone: "example.com@a.ns14.net/rr[3]".
func RecordObject(origin, virtualNS string, index int) string {
	return fmt.Sprintf("%s@%s/rr[%d]", origin, virtualNS, index)
}

// textData reads the value of a TXT record: quoted strings as a zone file has them, else the text itself, without one pair of
// quotation marks around it.
func textData(value string) string {
	if quotedStrings(value) {
		return strings.TrimSpace(value)
	}
	text := value
	if len(text) >= 2 && strings.HasPrefix(text, `"`) && strings.HasSuffix(text, `"`) {
		text = text[1 : len(text)-1]
	}
	var parts []string
	for len(text) > maxCharacterString {
		parts = append(parts, quoteString(text[:maxCharacterString]))
		text = text[maxCharacterString:]
	}
	return strings.Join(append(parts, quoteString(text)), " ")
}

// maxCharacterString is the longest string of a TXT record in octets (RFC 1035 §3.3).
const maxCharacterString = 255

// quotedStrings reports whether a value is one or more quoted strings with blanks between them, none too long.
func quotedStrings(s string) bool {
	list, ok := unquoteStrings(s)
	for _, t := range list {
		ok = ok && len(t) <= maxCharacterString
	}
	return ok && len(list) > 0
}

// unquoteStrings reads quoted strings with blanks between them (RFC 1035 §5.1).
func unquoteStrings(s string) (out []string, ok bool) {
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimLeft(s, " \t") {
		if s[0] != '"' {
			return nil, false
		}
		var b strings.Builder
		i, closed := 1, false
		for i < len(s) && !closed {
			switch {
			case s[i] == '"':
				closed = true
			case s[i] == '\\' && i+3 < len(s) && number3(s[i+1:i+4]) >= 0:
				b.WriteByte(byte(number3(s[i+1 : i+4])))
				i += 3
			case s[i] == '\\' && i+1 < len(s) && (s[i+1] < '0' || s[i+1] > '9'):
				b.WriteByte(s[i+1])
				i++
			case s[i] == '\\':
				return nil, false
			default:
				b.WriteByte(s[i])
			}
			i++
		}
		if !closed {
			return nil, false
		}
		out, s = append(out, b.String()), s[i:]
	}
	return out, true
}

// number3 is the value of three digits up to 255, else -1.
func number3(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	if n > 255 {
		return -1
	}
	return n
}

// quoteString writes a string of a TXT record; what is no printable ASCII as \DDD.
func quoteString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
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

// shownText is the value of a TXT record in answers: its text, where that comes back as the same data, else its quoted strings.
func shownText(data string) string {
	list, ok := unquoteStrings(data)
	text := strings.Join(list, "")
	plain := utf8.ValidString(text) && text == strings.TrimSpace(text) && !strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r == 0x7f })
	if !ok || !plain || textData(text) != data {
		return data
	}
	return text
}
