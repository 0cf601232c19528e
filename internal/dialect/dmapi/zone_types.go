package dmapi

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// lineTypes read the target of each type (§9.2); what is left are the fields behind it. data is kept in target until publish.
var lineTypes = map[string]func(l *zoneLine, t []token, origin dname.Name) ([]token, error){
	"A": plainTarget, "AAAA": plainTarget, "DYNA": plainTarget, "DYNAAAA": plainTarget, "CNAME": plainTarget, "NS": plainTarget, "MX": plainTarget,
	"URL": plainTarget, "FRAME": plainTarget, "MAILFW": plainTarget, "NAPTR": plainTarget, "TXT": textTarget, "SRV": serviceTarget, "CAA": issuerTarget,
}

func plainTarget(l *zoneLine, t []token, _ dname.Name) ([]token, error) {
	l.target = t[0].value
	if t[0].quoted {
		l.target = t[0].text
	}
	return t[1:], nil
}

// textTarget reads quoted strings, or one word. The form of 2020, two blanks before the mark and one blank before the other, loses
// that blank (§9.3).
func textTarget(l *zoneLine, t []token, _ dname.Name) ([]token, error) {
	var parts []string
	n := 0
	for n < len(t) && t[n].quoted {
		parts = append(parts, t[n].value)
		n++
	}
	if n == 0 {
		parts, n = []string{t[0].value}, 1
	}
	if last := len(parts) - 1; t[0].quoted && t[0].gap == 2 {
		parts[last] = strings.TrimSuffix(parts[last], " ")
	}
	for i, p := range parts {
		parts[i] = quote(p)
	}
	l.target = strings.Join(parts, " ")
	return t[n:], nil
}

// serviceTarget reads "host:port", or the three fields of the zone-file form (§9.4).
func serviceTarget(l *zoneLine, t []token, _ dname.Name) ([]token, error) {
	if strings.Contains(l.pri, "/") {
		l.target = t[0].text
		if i := strings.LastIndexByte(l.target, ':'); i >= 0 {
			l.target = undotted(l.target[:i]) + l.target[i:]
		}
		return t[1:], nil
	}
	if len(t) < 3 {
		return nil, fmt.Errorf("SRV needs priority/weight and host:port")
	}
	l.pri, l.target = l.pri+"/"+t[0].text, undotted(t[2].text)+":"+t[1].text
	return t[3:], nil
}

// undotted takes the dot from the end of a name that is absolute without it too.
func undotted(name string) string {
	if bare := strings.TrimSuffix(name, "."); strings.Contains(bare, ".") {
		return bare
	}
	return name
}

// issuerTarget reads a tag and a quoted value, with the flags before them or in their own column (§9.4).
func issuerTarget(l *zoneLine, t []token, _ dname.Name) ([]token, error) {
	if len(t) > 2 && !t[0].quoted && t[2].quoted {
		l.pri, t = t[0].text, t[1:]
	}
	if len(t) < 2 || t[0].quoted || !t[1].quoted {
		return nil, fmt.Errorf("CAA needs a tag and a quoted value")
	}
	l.target = strings.ToLower(t[0].text) + " " + quote(t[1].value)
	return t[2:], nil
}

// publish makes of a line what it stands for.
func (l *zoneLine) publish(origin dname.Name) error {
	if l.typ == "MAILFW" {
		l.forward = &zone.Forward{Kind: zone.Mail, Source: l.label + "@@", Target: unquote(l.target)}
		return nil
	}
	name, err := l.name(origin)
	if err != nil {
		return err
	}
	switch l.typ {
	case "URL":
		l.forward = &zone.Forward{Kind: zone.Redirect, Source: name, Target: unquote(l.target), Status: 302}
		return nil
	case "FRAME":
		l.forward = &zone.Forward{Kind: zone.Frame, Source: name, Target: unquote(l.target)}
		if len(l.params) > 2 {
			l.forward.Title = unquote(l.params[2])
		}
		return nil
	}
	typ, data, err := l.data(origin)
	if err != nil {
		return err
	}
	if data, err = zone.Canonical(typ, data, origin); err != nil {
		return fmt.Errorf("invalid %s (%v)", l.typ, err)
	}
	l.record = &zone.Record{Name: name, Type: typ, TTL: max(l.ttl, leastTTL), Data: data}
	return nil
}

func unquote(s string) string {
	if value, n, ok := quoted(s); strings.HasPrefix(s, `"`) && ok && n == len(s) {
		return value
	}
	return s
}

// data is the record data of the zone-file form.
func (l *zoneLine) data(origin dname.Name) (zone.Type, string, error) {
	typ := zone.Type(l.typ)
	number := func(s string) bool { _, err := strconv.ParseUint(s, 10, 16); return err == nil }
	switch l.typ {
	case "A", "DYNA":
		a, err := netip.ParseAddr(l.target)
		if err != nil || !a.Is4() {
			return typ, "", fmt.Errorf("invalid IPv4 address")
		}
		return "A", a.String(), nil
	case "AAAA", "DYNAAAA":
		a, err := netip.ParseAddr(l.target)
		if err != nil || !a.Is6() || a.Is4In6() || a.Zone() != "" {
			return typ, "", fmt.Errorf("invalid IPv6 address")
		}
		return "AAAA", a.String(), nil
	case "CNAME", "NS":
		return typ, absolute(l.target, origin), nil
	case "MX":
		if !number(l.pri) {
			return typ, "", fmt.Errorf("invalid preference")
		}
		return typ, l.pri + " " + absolute(l.target, origin), nil
	case "SRV", "NAPTR":
		p, q, ok := strings.Cut(l.pri, "/")
		if !ok || !number(p) || !number(q) {
			return typ, "", fmt.Errorf("invalid priority")
		}
		if l.typ == "SRV" {
			i := strings.LastIndexByte(l.target, ':')
			if i < 0 || !number(l.target[i+1:]) {
				return typ, "", fmt.Errorf("SRV needs host:port")
			}
			return typ, p + " " + q + " " + l.target[i+1:] + " " + absolute(l.target[:i], origin), nil
		}
		if len(l.params) != 3 {
			return typ, "", fmt.Errorf("NAPTR needs flags, service and expression")
		}
		return typ, p + " " + q + " " + zone.TXT(unquote(l.params[0])) + " " + zone.TXT(unquote(l.params[1])) + " " + zone.TXT(unquote(l.params[2])) + " " + absolute(l.target, origin), nil
	case "CAA":
		tag, value, _ := strings.Cut(l.target, " ")
		return typ, l.pri + " " + tag + " " + zone.TXT(unquote(value)), nil
	}
	t, err := tokens(l.target) // TXT
	if err != nil {
		return typ, "", err
	}
	parts := make([]string, len(t))
	for i, x := range t {
		parts[i] = x.value
	}
	return typ, zone.TXT(parts...), nil
}

// absolute completes a name: with a dot at its end, or one inside, it is absolute; a single label is relative (§9.2).
func absolute(target string, origin dname.Name) string {
	switch {
	case target == "@":
		return string(origin) + "."
	case strings.HasSuffix(target, "."):
		return target
	case strings.Contains(target, "."):
		return target + "."
	}
	return target + "." + string(origin) + "."
}

// lineOf writes a record that no line of the account's stands for; nil for what the text cannot say: another type, or data that
// would not be read as the same.
func lineOf(x zone.Record, origin dname.Name) *zoneLine {
	l := drawLine(x)
	if l == nil || !l.writable() {
		return nil
	}
	again, err := parseLine(l.show(false, false), origin)
	if err != nil || again.record == nil || again.record.Name != x.Name || again.record.Type != x.Type || again.record.Data != x.Data {
		return nil
	}
	return l
}

func drawLine(x zone.Record) *zoneLine {
	l := &zoneLine{label: x.Name, typ: string(x.Type), pri: "0", ttl: max(x.TTL, leastTTL), record: &x}
	f := strings.Fields(x.Data)
	switch x.Type {
	case "A", "AAAA", "CNAME", "NS":
		l.target = x.Data
	case "MX":
		l.pri, l.target = f[0], f[1]
	case "SRV":
		l.pri, l.target = f[0]+"/"+f[1], undotted(f[3])+":"+f[2]
	case "TXT":
		l.target = quoteAll(zone.TXTStrings(x.Data))
	case "CAA":
		value := zone.TXTStrings(strings.Join(f[2:], " "))
		l.pri, l.target = f[0], f[1]+" "+quote(strings.Join(value, ""))
	case "NAPTR":
		return naptrLine(l, x.Data)
	default:
		return nil
	}
	return l
}

// quoteAll writes strings; those that are one text cut at 255 octets are one again.
func quoteAll(list []string) string {
	for i, s := range list {
		if i < len(list)-1 && len(s) != 255 {
			out := make([]string, len(list))
			for j, s := range list {
				out[j] = quote(s)
			}
			return strings.Join(out, " ")
		}
	}
	return quote(strings.Join(list, ""))
}

func naptrLine(l *zoneLine, data string) *zoneLine {
	t, err := tokens(data)
	if err != nil || len(t) != 6 {
		return nil
	}
	l.pri, l.target = t[0].text+"/"+t[1].text, t[5].text
	for _, x := range t[2:5] {
		l.params = append(l.params, quote(strings.Join(zone.TXTStrings(x.text), "")))
	}
	return l
}

// forwardLine writes a forward that no line of the account's stands for; nil for what the text cannot say.
func forwardLine(f zone.Forward, origin dname.Name) *zoneLine {
	l := &zoneLine{label: f.Source, pri: "0", target: f.Target, ttl: leastTTL, forward: &f}
	switch f.Kind {
	case zone.Redirect:
		l.typ = "URL"
	case zone.Frame:
		if l.typ = "FRAME"; f.Title != "" {
			l.params = []string{`""`, `""`, quote(f.Title), `""`}
		}
	case zone.Mail:
		l.typ = "MAILFW"
		if l.label = strings.TrimSuffix(f.Source, "@@"); strings.Contains(l.label, "@") {
			return nil // below a name of its own
		}
	}
	again, err := parseLine(l.show(false, false), origin)
	if err != nil || !l.writable() || again.forward == nil || !sameForward(*again.forward, f) {
		return nil
	}
	return l
}
