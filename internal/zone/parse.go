package zone

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/dname"
)

// Parsed is what a zone file says.
type Parsed struct {
	SOA     *SOA // nil when it has none
	Serial  uint32
	TTL     int // of $TTL, 0 for none
	Records []Record
}

// ParseError is a problem of a zone file, with the line where the record begins.
type ParseError struct {
	Line int
	Text string
}

// Error is the line and the problem.
func (e *ParseError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Text) }

// Limits of a zone file.
const (
	maxText  = 64 << 20
	maxLines = 2_000_000
	maxLine  = maxData + 4096 // octets of one record
)

// ParseText reads a zone file (RFC 1035 §5.1): $ORIGIN and $TTL, parentheses, comments, names relative to the origin, blank
// owner names, TTL and class in either order, times with units ("1h"). $INCLUDE and $GENERATE are refused. Records of DNSSEC that
// signers make are left out, and so is a second SOA like the first, which ends the listing of a transfer. ttl is for records without
// one before any $TTL. Owner names outside the origin are errors, and so are more than limit records (0: the default).
func ParseText(text string, origin dname.Name, ttl, limit int) (Parsed, error) {
	if limit <= 0 {
		limit = MaxRecords
	}
	p := parser{out: Parsed{}, zone: origin, origin: origin, ttl: ttl, limit: limit}
	if len(text) > maxText {
		return p.out, &ParseError{1, "the text is too long"}
	}
	err := logical(text, p.line)
	return p.out, err
}

// line is a logical line: one record with its parentheses taken away.
type line struct {
	no    int
	blank bool // it begins with white space: the owner is that of the line before
	items []field
	size  int // octets of the items
}

// logical cuts a text into records and gives each to do.
func logical(text string, do func(line) error) error {
	var cur line
	depth, no, fresh := 0, 1, true
	flush := func() error {
		l := cur
		cur, fresh = line{items: cur.items[:0]}, true
		if len(l.items) == 0 {
			return nil
		}
		if err := do(l); err != nil {
			return &ParseError{l.no, err.Error()}
		}
		return nil
	}
	for i := 0; i < len(text); {
		c := text[i]
		if fresh && c != '\n' && c != '\r' {
			cur.no, cur.blank, fresh = no, c == ' ' || c == '\t', false
		}
		switch {
		case c == '\n':
			if no++; no > maxLines {
				return &ParseError{no, "there are too many lines"}
			}
			if depth == 0 {
				if err := flush(); err != nil {
					return err
				}
			}
			i++
		case c == ' ' || c == '\t' || c == '\r':
			i++
		case c == ';':
			for i < len(text) && text[i] != '\n' {
				i++
			}
		case c == '(':
			depth++
			i++
		case c == ')':
			if depth--; depth < 0 {
				return &ParseError{no, "a parenthesis is closed that was not opened"}
			}
			i++
		default:
			f, n, err := fileField(text[i:])
			if err != nil {
				return &ParseError{no, err.Error()}
			}
			if cur.size += n + 1; cur.size > maxLine {
				return &ParseError{cur.no, "the record is too long"}
			}
			cur.items, i = append(cur.items, f), i+n
		}
	}
	if depth > 0 {
		return &ParseError{cur.no, "a parenthesis is not closed"}
	}
	return flush()
}

// fileField is oneField that also ends at parentheses and comments, and keeps escapes, for what they mean depends on the item. No
// item goes over the end of a line: a forgotten quotation mark is told where it is.
func fileField(s string) (f field, n int, err error) {
	if s[0] == '"' {
		for i := 1; i < len(s) && s[i] != '\n'; i++ {
			switch s[i] {
			case '\\':
				if i+1 < len(s) && s[i+1] != '\n' {
					i++
				}
			case '"':
				return field{text: s[:i+1], quoted: true}, i + 1, nil
			}
		}
		return f, 0, errQuote
	}
	i := 0
	for i < len(s) && strings.IndexByte(" \t\r\n;()\"", s[i]) < 0 {
		if s[i] == '\\' {
			if i++; i == len(s) || s[i] == '\n' {
				return f, 0, errEscape
			}
		}
		i++
	}
	return field{text: s[:i]}, i, nil
}

// parser reads logical lines.
type parser struct {
	out    Parsed
	zone   dname.Name
	origin dname.Name
	ttl    int
	owner  string // of the record before, relative to the zone
	limit  int
}

func (p *parser) line(l line) error {
	if first := l.items[0]; !first.quoted && strings.HasPrefix(first.text, "$") && !l.blank {
		return p.directive(l.items)
	}
	items := l.items
	if !l.blank {
		owner, err := p.name(items[0].text)
		if err != nil {
			return fmt.Errorf("%q %w", clip(items[0].text), err)
		}
		p.owner, items = owner, items[1:]
	} else if p.owner == "" {
		return errors.New("there is no name before it")
	}
	ttl, items, err := p.head(items)
	if err != nil {
		return err
	}
	if len(items) == 0 {
		return errors.New("the type is missing")
	}
	typ := Type(strings.ToUpper(items[0].text))
	if typ == "SOA" {
		return p.soa(items[1:], ttl)
	}
	if typ.Extra() {
		return nil
	}
	if !typ.Valid() {
		return fmt.Errorf("%q is not a type that is served", clip(items[0].text))
	}
	texts := make([]string, len(items)-1)
	for i, f := range items[1:] {
		texts[i] = f.text
	}
	data, err := Canonical(typ, strings.Join(texts, " "), p.origin)
	if err != nil {
		return fmt.Errorf("%s %w", typ, err)
	}
	if len(p.out.Records) >= p.limit {
		return fmt.Errorf("there are more than %d records", p.limit)
	}
	p.out.Records = append(p.out.Records, Record{Name: p.owner, Type: typ, TTL: ttl, Data: data})
	return nil
}

// name reads an owner name: relative to the present origin, the result relative to the zone.
func (p *parser) name(text string) (string, error) {
	switch {
	case text == Apex:
		text = string(p.origin) + "."
	case strings.HasSuffix(text, "."):
	case p.origin == "":
		text += "."
	case p.origin != p.zone:
		text += "." + string(p.origin) + "."
	}
	return CanonicalName(text, p.zone)
}

func (p *parser) directive(items []field) error {
	what := strings.ToUpper(items[0].text)
	if len(items) != 2 {
		return fmt.Errorf("%s takes one value", clip(what))
	}
	switch value := items[1].text; what {
	case "$ORIGIN":
		full, err := absolute(value, p.origin, true)
		if err != nil {
			return fmt.Errorf("%q is not an origin", clip(value))
		}
		p.origin = dname.Name(strings.TrimSuffix(full, "."))
		return nil
	case "$TTL":
		n, ok := seconds(value)
		if !ok {
			return fmt.Errorf("%q is not a time to live", clip(value))
		}
		p.ttl, p.out.TTL = n, n
		return nil
	}
	return fmt.Errorf("%s is not read", clip(what))
}

// head reads TTL and class in either order.
func (p *parser) head(items []field) (ttl int, rest []field, err error) {
	ttl = p.ttl
	for range 2 {
		if len(items) == 0 {
			break
		}
		switch w := strings.ToUpper(items[0].text); {
		case items[0].quoted:
			return ttl, items, nil
		case w == "IN":
			items = items[1:]
		case w == "CH" || w == "HS" || w == "CS":
			return 0, nil, fmt.Errorf("the class %s is not served", w)
		default:
			n, ok := seconds(items[0].text)
			if !ok {
				return ttl, items, nil
			}
			ttl, items = n, items[1:]
		}
	}
	return ttl, items, nil
}

// seconds reads a time: a number, or numbers with units (w, d, h, m, s).
func seconds(s string) (int, bool) {
	if s == "" || s[0] < '0' || s[0] > '9' {
		return 0, false
	}
	total, n, digits := 0, 0, false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= '0' && c <= '9' {
			if n = n*10 + int(c-'0'); n > MaxTTL {
				return 0, false
			}
			digits = true
			continue
		}
		unit, ok := map[byte]int{'w': 604800, 'd': 86400, 'h': 3600, 'm': 60, 's': 1}[c|0x20]
		if !ok || !digits {
			return 0, false
		}
		if total += n * unit; total > MaxTTL {
			return 0, false
		}
		n, digits = 0, false
	}
	total += n
	return total, total <= MaxTTL
}

func (p *parser) soa(items []field, ttl int) error {
	if p.owner != Apex {
		return errors.New("the SOA record belongs to the zone itself")
	}
	if len(items) != 7 {
		return errors.New("SOA must be primary server, mailbox, serial, refresh, retry, expire and minimum")
	}
	s := SOA{TTL: ttl}
	for i, read := range []func(string, dname.Name) (string, error){target, mailbox} {
		full, err := read(items[i].text, p.origin)
		if err != nil {
			return fmt.Errorf("SOA: %q %w", clip(items[i].text), err)
		}
		if name := strings.TrimSuffix(full, "."); i == 0 {
			s.MName = dname.Name(name)
		} else {
			s.RName = name
		}
	}
	serial, err := strconv.ParseUint(items[2].text, 10, 32)
	if err != nil {
		return fmt.Errorf("SOA: %q is not a serial", clip(items[2].text))
	}
	for i, to := range []*int{&s.Refresh, &s.Retry, &s.Expire, &s.Minimum} {
		n, ok := seconds(items[3+i].text)
		if !ok {
			return fmt.Errorf("SOA: %q is not a time", clip(items[3+i].text))
		}
		*to = n
	}
	if p.out.SOA != nil && (*p.out.SOA != s || p.out.Serial != uint32(serial)) {
		return errors.New("there are two SOA records")
	}
	p.out.SOA, p.out.Serial = &s, uint32(serial)
	return nil
}
