package dmapi

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneLine is one line of a zone's text (§9): what it publishes, and how it was written, so that it comes back as it was put.
type zoneLine struct {
	number  int    // of the line in the text
	source  string // the line as it was sent, for errors
	label   string
	typ     string // in capitals
	pri     string
	target  string // as it is shown
	ttl     int    // as given
	params  []string
	record  *zone.Record  // what name servers answer; its TTL is the least of its set
	forward *zone.Forward // what HTTP or mail does
}

// show writes a line; two columns of validity stand where parameters follow, or where they are asked for.
func (l *zoneLine) show(columns, legacy bool) string {
	target := l.target
	if legacy && l.typ == "TXT" { // the form that two clients cut (§9.3)
		target = " " + strings.TrimSuffix(target, `"`) + ` "`
	}
	out := fmt.Sprintf("%s %s %s %s %d", l.label, l.typ, l.pri, target, l.ttl)
	if columns || len(l.params) > 0 {
		out += " 0 0"
	}
	for _, p := range l.params {
		out += " " + p
	}
	return out
}

// dynamic reports whether /nic/update may change the line's address (§12.2).
func (l *zoneLine) dynamic() bool { return l.typ == "DYNA" || l.typ == "DYNAAAA" }

// token is a field of a line.
type token struct {
	text   string // as it stands there, with quotation marks
	value  string // what it means
	quoted bool
	gap    int // blanks before it
}

// tokens cuts a line at blanks that are not quoted; \" and \\ stand for themselves inside quotation marks.
func tokens(s string) ([]token, error) {
	var out []token
	for i := 0; ; {
		gap := 0
		for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
			i, gap = i+1, gap+1
		}
		if i == len(s) {
			return out, nil
		}
		start := i
		if s[i] != '"' {
			for i < len(s) && s[i] != ' ' && s[i] != '\t' {
				i++
			}
			out = append(out, token{text: s[start:i], value: s[start:i], gap: gap})
			continue
		}
		value, n, ok := quoted(s[i:])
		if i += n; !ok || i < len(s) && s[i] != ' ' && s[i] != '\t' {
			return nil, fmt.Errorf("quotation marks do not match")
		}
		out = append(out, token{text: s[start:i], value: value, quoted: true, gap: gap})
	}
}

// quoted reads a quoted text from its first mark on; n are the octets up to its end.
func quoted(s string) (value string, n int, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), i + 1, true
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(s[i])
		}
	}
	return "", len(s), false
}

// quote is the other way round.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// Limits of times to live (§9.1).
const (
	defaultTTL = 86_400
	leastTTL   = 60
)

// parseLine reads one record line. Errors say what is wrong with it.
func parseLine(s string, origin dname.Name) (*zoneLine, error) {
	t, err := tokens(s)
	if err != nil {
		return nil, err
	}
	if len(t) < 4 {
		return nil, fmt.Errorf("too few fields")
	}
	l := &zoneLine{source: s, label: t[0].text, typ: strings.ToUpper(t[1].text), pri: t[2].text}
	read := lineTypes[l.typ]
	if read == nil {
		return nil, fmt.Errorf("unknown record type")
	}
	rest, err := read(l, t[3:], origin)
	if err != nil {
		return nil, err
	}
	if err := l.tail(rest); err != nil {
		return nil, err
	}
	return l, l.publish(origin)
}

// tail reads what stands behind the target: the TTL, two times of validity, parameters.
func (l *zoneLine) tail(rest []token) error {
	l.ttl = defaultTTL
	if len(rest) > 0 {
		n, err := strconv.Atoi(rest[0].text)
		if err != nil || n < 0 || n > zone.MaxTTL {
			return fmt.Errorf("invalid TTL")
		}
		l.ttl = n
		rest = rest[1:]
	}
	free := l.typ == "NAPTR" || l.typ == "SRV"
	if l.forwards() {
		l.ttl = max(l.ttl, leastTTL) // irrelevant there
	}
	if l.ttl < leastTTL && !(free && l.ttl == 0) {
		return fmt.Errorf("TTL below %d", leastTTL)
	}
	for i, t := range rest {
		if _, err := strconv.ParseUint(t.text, 10, 32); i < 2 && err != nil {
			return fmt.Errorf("invalid time of validity")
		}
	}
	most := map[string]int{"NAPTR": 3, "FRAME": 4, "MAILFW": 1}[l.typ]
	for _, t := range rest[min(2, len(rest)):] {
		l.params = append(l.params, t.text)
	}
	if len(l.params) > most {
		return fmt.Errorf("too many fields")
	}
	return nil
}

func (l *zoneLine) forwards() bool { return l.typ == "URL" || l.typ == "FRAME" || l.typ == "MAILFW" }

// name is the line's owner, relative to the zone.
func (l *zoneLine) name(origin dname.Name) (string, error) {
	if strings.HasSuffix("."+strings.ToLower(l.label), "."+string(origin)) {
		return "", fmt.Errorf("the label must be relative to the zone")
	}
	name, err := zone.CanonicalName(l.label, origin)
	if err != nil {
		return "", fmt.Errorf("invalid label (%v)", err)
	}
	if !ascii(l.label) { // names are shown in A-labels (§2)
		l.label = name
	}
	return name, nil
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// writable reports whether a line can stand in a text: it is UTF-8 without line ends and other control characters.
func (l *zoneLine) writable() bool {
	s := l.show(false, false)
	return utf8.ValidString(s) && strings.IndexFunc(s, isControl) < 0
}
