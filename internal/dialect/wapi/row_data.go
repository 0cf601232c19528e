package wapi

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// rowTypes are the types that a row can be added with (wapi.md §7.5).
var rowTypes = map[zone.Type]bool{"A": true, "AAAA": true, "CNAME": true, "MX": true, "NS": true, "TXT": true, "SRV": true, "SSHFP": true, "TLSA": true, "CAA": true}

// hostItems tell which item of a type's data is a host name. The interface writes it absolute and without its final dot.
var hostItems = map[zone.Type]int{"CNAME": 0, "NS": 0, "DNAME": 0, "PTR": 0, "MX": 1, "SRV": 3, "NAPTR": 5, "HTTPS": 1, "SVCB": 1}

// isText reports whether the data of a type is one plain text to the interface.
func isText(t zone.Type) bool { return t == "TXT" || t == "SPF" }

// readData turns rdata into record data in its canonical form; ok is false for what the type does not allow.
func readData(t zone.Type, rdata string, origin dname.Name) (data string, ok bool) {
	if rdata == "" {
		return "", false
	}
	if isText(t) {
		if strings.ContainsFunc(rdata, unicode.IsControl) { // XML could not give it back
			return "", false
		}
		rdata = zone.TXT(rdata)
	} else if at, hosted := hostItems[t]; hosted {
		items := strings.Fields(rdata)
		if at < len(items) && items[at] != zone.Apex && !strings.HasSuffix(items[at], ".") {
			items[at] += "."
		}
		rdata = strings.Join(items, " ")
	}
	data, err := zone.Canonical(t, rdata, origin)
	return data, err == nil
}

// showData is the rdata of a record. Texts come back as they were; octets that no reply can carry, from other interfaces, are
// written as in zone files.
func showData(t zone.Type, data string) string {
	if isText(t) {
		return printable(strings.Join(zone.TXTStrings(data), ""))
	}
	at, hosted := hostItems[t]
	items := strings.Split(data, " ")
	if hosted && at < len(items) && items[at] != "." {
		items[at] = strings.TrimSuffix(items[at], ".")
	}
	return strings.Join(items, " ")
}

func printable(s string) string {
	if utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c > 0x7e {
			fmt.Fprintf(&b, `\%03d`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// showName is a record's name as the interface writes it: "" for the origin.
func showName(name string) string {
	if name == zone.Apex {
		return ""
	}
	return name
}

// isRow reports whether a record is a row: the name servers of the origin are not (wapi.md §7.5).
func isRow(x zone.Record) bool { return x.Name != zone.Apex || x.Type != "NS" }
