package dmapi

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneText is a zone as it was put: its lines, and the log-in for dynamic DNS.
type zoneText struct {
	lines []*zoneLine
	login dynLogin
	said  bool // there was a $dyndns line
}

// dynLogin is what a $dyndns line says; empty for "no".
type dynLogin struct{ user, password string }

// show is the $dyndns line.
func (d dynLogin) show() string {
	if d.user == "" {
		return "$dyndns=no::"
	}
	return "$dyndns=yes:" + d.user + ":" + d.password
}

// maxZoneErrors bounds the lines that a refusal names.
const maxZoneErrors = 50

// zoneReader reads a zone's text and notes all that is wrong.
type zoneReader struct {
	origin  dname.Name
	servers []string // name servers of the origin, which a text may repeat
	out     zoneText
	bad     lineErrors
}

// lineErrors are refusals by the number of their line, one for each.
type lineErrors map[int]*errs.Error

// add notes what is wrong with a line, unless something is already.
func (e lineErrors) add(number int, line string, reason any) {
	if e[number] == nil {
		e[number] = lineError(number, line, reason)
	}
}

// err tells them in the order of the lines.
func (e lineErrors) err(more ...*errs.Error) error {
	var l errs.List
	for _, n := range slices.Sorted(maps.Keys(e)) {
		l.Add(e[n])
	}
	for _, m := range more {
		l.Add(m)
	}
	return l.Err()
}

// readZone reads a zone's text (§9.4). Errors name the lines, all of them.
func readZone(text string, origin dname.Name, servers []string) (zoneText, error) {
	r := &zoneReader{origin: origin, servers: servers, bad: lineErrors{}}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(strings.TrimSuffix(line, "\r"))
		if line == "" || line[0] == '#' {
			continue
		}
		r.line(i+1, line)
		if len(r.bad) >= maxZoneErrors {
			break
		}
	}
	if len(r.bad) > 0 {
		r.rules()
	}
	return r.out, r.bad.err()
}

// rules applies those on whole zones to the lines that could be read, for a text that is refused anyway: all that is wrong is told at
// once. For others the core applies them.
func (r *zoneReader) rules() {
	records := append(r.out.records(command.Platform{}), zone.Record{Name: zone.Apex, Type: "NS", TTL: defaultTTL, Data: "ns.invalid."})
	err := zone.Check(r.origin, records, len(records))
	if err == nil {
		return
	}
	for _, p := range err.All() {
		if l := r.out.lineOfField(p.Field); l != nil {
			r.bad.add(l.number, l.source, p.Text)
		}
	}
}

// lineError is the refusal of a line (§7.6).
func lineError(number int, line string, reason any) *errs.Error {
	if strings.HasPrefix(line, "$") { // it may hold a password
		line, _, _ = strings.Cut(line, "=")
	}
	return errs.E(errs.Invalid, "Line %d: %v: %s", number, reason, clip(line))
}

func (r *zoneReader) line(number int, line string) {
	if strings.HasPrefix(line, "$") {
		if err := r.setting(line); err != nil {
			r.bad.add(number, line, err)
		}
		return
	}
	l, err := parseLine(line, r.origin)
	if err != nil {
		r.bad.add(number, line, err)
		return
	}
	l.number = number
	if x := l.record; x != nil && x.Name == zone.Apex && x.Type == "NS" {
		if !slices.Contains(r.servers, strings.TrimSuffix(x.Data, ".")) {
			r.bad.add(number, line, "the name servers of the zone itself cannot be changed")
		}
		return
	}
	r.out.lines = append(r.out.lines, l)
}

// setting reads a $ line (§9.1).
func (r *zoneReader) setting(line string) error {
	name, value, ok := strings.Cut(line, "=")
	switch {
	case ok && strings.EqualFold(name, "$dnssec"):
		return nil // tells whether the zone is signed, and changes nothing
	case !ok || !strings.EqualFold(name, "$dyndns"):
		return fmt.Errorf("unknown setting")
	}
	r.out.said = true
	p := strings.Split(value, ":")
	switch strings.ToLower(p[0]) {
	case "no":
		r.out.login = dynLogin{}
		return nil
	case "yes":
		if len(p) == 3 && p[1] != "" && p[2] != "" && !strings.ContainsAny(value, " \t") {
			r.out.login = dynLogin{p[1], p[2]}
			return nil
		}
	}
	return fmt.Errorf("expected yes:<username>:<password> or no")
}

// records are what the lines publish, each set with its least TTL, duplicates once; and the addresses of the redirector for names
// that HTTP forwards, where nothing else is said.
func (z zoneText) records(p command.Platform) []zone.Record {
	least := map[string]int{}
	for _, l := range z.lines {
		if x := l.record; x != nil {
			if k := zone.Set(x.Name, x.Type); least[k] == 0 || x.TTL < least[k] {
				least[k] = x.TTL
			}
		}
	}
	var out []zone.Record
	seen := map[zone.Record]bool{}
	add := func(x zone.Record) {
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
	}
	for _, l := range z.lines {
		if x := l.record; x != nil {
			x.TTL = least[zone.Set(x.Name, x.Type)]
			add(*x)
		}
	}
	for _, l := range z.lines {
		if l.forward == nil || l.forward.Kind == zone.Mail || least[zone.Set(l.forward.Source, "A")]+least[zone.Set(l.forward.Source, "AAAA")] > 0 {
			continue
		}
		for _, x := range p.Leads(l.forward.Source) {
			x.TTL = leastTTL
			add(x)
		}
	}
	return out
}

// forwards are those of the lines.
func (z zoneText) forwards() []zone.Forward {
	var out []zone.Forward
	seen := map[zone.Forward]bool{}
	for _, l := range z.lines {
		if l.forward != nil && !seen[*l.forward] {
			seen[*l.forward] = true
			out = append(out, *l.forward)
		}
	}
	return out
}

// note is what is kept of a text beside the zone: its lines as they will be shown.
func (z zoneText) note() string {
	out := []string{z.login.show()}
	for _, l := range z.lines {
		out = append(out, l.show(false, false))
	}
	return strings.Join(out, "\n")
}

// lineOfField finds the line that a core's field is about: records and forwards were given in the order of lines.
func (z zoneText) lineOfField(field string) *zoneLine {
	what, rest, _ := strings.Cut(field, "[")
	number, _, _ := strings.Cut(rest, "]")
	i, err := strconv.Atoi(number)
	if err != nil {
		return nil
	}
	switch what {
	case "records":
		records := z.records(command.Platform{})
		if i >= len(records) {
			return nil
		}
		return z.find(func(l *zoneLine) bool {
			return l.record != nil && l.record.Name == records[i].Name && l.record.Type == records[i].Type && l.record.Data == records[i].Data
		})
	case "forwards":
		forwards := z.forwards()
		if i >= len(forwards) {
			return nil
		}
		return z.find(func(l *zoneLine) bool { return l.forward != nil && *l.forward == forwards[i] })
	}
	return nil
}

func (z zoneText) find(is func(*zoneLine) bool) *zoneLine {
	if i := slices.IndexFunc(z.lines, is); i >= 0 {
		return z.lines[i]
	}
	return nil
}
