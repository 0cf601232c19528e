package opensrs

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// maxText is the longest text of a TXT record in octets (opensrs-commands.md §8).
const maxText = 254

// recordType is a type that the interface has a word for.
type recordType struct {
	name   zone.Type
	fields []recordField // in the order of answers
}

// recordField is a field of such a record.
type recordField struct {
	key   string
	place int // among the fields of the data in a zone file
	read  func(text string) (string, error)
}

var recordTypes = []recordType{
	{"A", []recordField{{"ip_address", 0, readIPv4}}},
	{"AAAA", []recordField{{"ipv6_address", 0, readIPv6}}},
	{"CNAME", []recordField{{"hostname", 0, readTarget}}},
	{"MX", []recordField{{"hostname", 1, readTarget}, {"priority", 0, read16}}},
	{"SRV", []recordField{{"hostname", 3, readTarget}, {"priority", 0, read16}, {"weight", 1, read16}, {"port", 2, read16}}},
	{"TXT", []recordField{{"text", 0, readText}}},
}

// typeOf finds a type by the client's word.
func typeOf(word string) *recordType {
	for i := range recordTypes {
		if strings.EqualFold(string(recordTypes[i].name), word) {
			return &recordTypes[i]
		}
	}
	return nil
}

// showRecords gives one list for each type that is there (§8). Types that the interface has no word for are not shown.
func showRecords(records []zone.Record) *value {
	out := hash()
	for _, t := range recordTypes {
		var rows []*value
		for _, r := range records {
			if r.Type == t.name {
				rows = append(rows, t.show(r))
			}
		}
		if rows != nil {
			out.set(string(t.name), list(rows...))
		}
	}
	return out
}

// show gives every field; an AAAA record has its address under the word of A records too, where one client looks for it.
func (t *recordType) show(r zone.Record) *value {
	row := hash("subdomain", subdomain(r.Name))
	data := strings.Fields(r.Data)
	for _, f := range t.fields {
		switch f.key {
		case "text":
			row.with(f.key, plainText(r.Data))
		case "hostname":
			row.with(f.key, plainHost(data[f.place]))
		default:
			row.with(f.key, data[f.place])
		}
	}
	if t.name == "AAAA" {
		row.with("ip_address", data[0])
	}
	return row
}

// subdomain is the client's word for a relative owner name: empty for the origin.
func subdomain(name string) string {
	if name == zone.Apex {
		return ""
	}
	return name
}

func plainHost(absolute string) string {
	if absolute == "." {
		return absolute
	}
	return strings.TrimSuffix(absolute, ".")
}

// plainText joins the strings of TXT data. Octets that a document cannot carry are written as in a zone file.
func plainText(data string) string {
	s := strings.Join(zone.TXTStrings(data), "")
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || r < 0x20 || r == 0x7f || r == 0xfffe || r == 0xffff {
			for ; n > 0; n-- {
				fmt.Fprintf(&b, `\%03d`, s[i])
				i++
			}
			continue
		}
		b.WriteString(s[i : i+n])
		i += n
	}
	return b.String()
}

// givenRecords are a client's records.
type givenRecords struct {
	records []zone.Record
	words   []string // for each of the client's: "MX record 2"
}

// readRecords reads what a zone shall hold. v is the zone as it is: a text that it shows is that record as it stands, however
// long and of how many strings it may be.
func readRecords(given *value, v command.ZoneView) (givenRecords, error) {
	var out givenRecords
	shown := map[zone.Record]string{}
	for _, r := range v.Records {
		if r.Type == "TXT" {
			shown[zone.Record{Name: r.Name, Data: plainText(r.Data)}] = r.Data
		}
	}
	for _, group := range given.items {
		t := typeOf(group.key)
		if t == nil {
			return out, refuse(errs.Invalid, 465, "Invalid DNS records: the type "+clip(group.key, 20)+" is not one of A, AAAA, CNAME, MX, SRV and TXT")
		}
		for i, row := range rowsOf(group.value) {
			word := fmt.Sprintf("%s record %d", t.name, i+1)
			if row.form == scalar {
				return out, badRecord(word, "is no hash")
			}
			name, err := zone.CanonicalName(row.str("subdomain"), v.Zone.Origin)
			if err != nil {
				return out, badRecord(word, "subdomain "+err.Error())
			}
			r := zone.Record{Name: name, Type: t.name, Data: shown[zone.Record{Name: name, Data: row.raw("text")}]}
			if t.name != "TXT" || r.Data == "" {
				if r.Data, err = t.read(row, word); err != nil {
					return out, err
				}
			}
			out.records, out.words = append(out.records, r), append(out.words, word)
		}
	}
	return out, nil
}

// rowsOf are the rows of a list; a single one may stand in its place.
func rowsOf(v *value) []*value {
	if v != nil && v.form == assoc && (v.get("subdomain") != nil || v.get("destination_url") != nil) {
		return []*value{v}
	}
	return v.elements()
}

// read gives a record's data in the form of a zone file. Numbers that are left out are 0: there is a client that drops those.
func (t *recordType) read(row *value, word string) (string, error) {
	data := make([]string, len(t.fields))
	for _, f := range t.fields {
		given := row.str(f.key)
		switch {
		case f.key == "text":
			given = row.raw(f.key)
		case f.key == "ipv6_address" && given == "":
			given = row.str("ip_address")
		}
		if given == "" {
			if f.key == "priority" || f.key == "weight" || f.key == "port" {
				given = "0"
			} else {
				return "", missing(f.key)
			}
		}
		s, err := f.read(given)
		if err != nil {
			return "", badRecord(word, f.key+" "+err.Error())
		}
		data[f.place] = s
	}
	return strings.Join(data, " "), nil
}

func badRecord(word, why string) error {
	return refuse(errs.Invalid, 465, "Invalid DNS records: "+word+": "+why)
}

func readIPv4(s string) (string, error) {
	ip, err := netip.ParseAddr(s)
	if err != nil || !ip.Is4() {
		return "", fmt.Errorf("is not an IPv4 address")
	}
	return ip.String(), nil
}

func readIPv6(s string) (string, error) {
	ip, err := netip.ParseAddr(s)
	if err != nil || !ip.Is6() || ip.Is4In6() || ip.Zone() != "" {
		return "", fmt.Errorf("is not an IPv6 address")
	}
	return ip.String(), nil
}

// readTarget reads a host name, which is a full one with or without a dot at its end; "." stands for no host.
func readTarget(s string) (string, error) {
	if s == "." {
		return s, nil
	}
	s = strings.TrimSuffix(s, ".")
	data, err := zone.Canonical("CNAME", s+".", "")
	if err != nil || !hasDot(s) {
		return "", fmt.Errorf("is not a full host name")
	}
	return data, nil
}

func read16(s string) (string, error) {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return "", fmt.Errorf("is not a number up to 65535")
	}
	return strconv.FormatUint(n, 10), nil
}

func readText(s string) (string, error) {
	if len(s) > maxText {
		return "", fmt.Errorf("is longer than %d octets", maxText)
	}
	return zone.TXT(s), nil
}

// refused has the core's refusals name the client's records.
func (g givenRecords) refused(err error) error {
	var e *errs.Error
	if !errors.As(err, &e) {
		return err
	}
	var lines []string
	for _, p := range e.All() {
		n, ok := placeIn(p.Field, "records")
		if !ok {
			return err
		}
		line := p.Text
		if p.Kind == errs.Exists {
			line = "the same record is given twice"
		}
		if n >= 0 && n < len(g.words) {
			line = g.words[n] + ": " + line
		}
		lines = append(lines, line)
	}
	return &refusal{kind: e.Kind, code: 465, text: "Invalid DNS records: " + strings.Join(lines, "; "), detail: strings.Join(lines, "\n")}
}

// placeIn reads the number in "records[12].data", -1 for the list as a whole; ok is false for any other field.
func placeIn(field, list string) (n int, ok bool) {
	if field == list {
		return -1, true
	}
	rest, ok := strings.CutPrefix(field, list+"[")
	number, _, closed := strings.Cut(rest, "]")
	n, err := strconv.Atoi(number)
	return n, ok && closed && err == nil
}
