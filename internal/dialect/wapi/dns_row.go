package wapi

import (
	"slices"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// rowTypes are those that rows can have (wapi.md §7.5).
var rowTypes = []string{"A", "AAAA", "CNAME", "MX", "NS", "TXT", "SRV", "SSHFP", "TLSA", "CAA"}

// Limits of a row's TTL in seconds.
const (
	rowTTLLeast = 300
	rowTTLMost  = 172_800
)

// rowName is a record's name as the interface has it: the zone's own is empty.
func rowName(x zone.Record) string {
	if x.Name == zone.Apex {
		return ""
	}
	return x.Name
}

// rowData is a record's data as the interface has it: a text as it is, names without their last dot.
func rowData(x zone.Record) string {
	switch x.Type {
	case "TXT":
		return strings.Join(zone.TXTStrings(x.Data), "")
	case "CNAME", "NS", "MX", "SRV":
		if s := strings.TrimSuffix(x.Data, "."); s != "" && !strings.HasSuffix(s, " ") {
			return s
		}
	}
	return x.Data
}

// ttl reads the parameter of that name; given is false where it is absent.
func (c *call) ttl() (n int, given bool, err error) {
	text := c.text("ttl")
	if text == "" {
		return 0, false, nil
	}
	n, bad := strconv.Atoi(text)
	switch {
	case bad != nil:
		return 0, true, code(2315)
	case n < rowTTLLeast || n > rowTTLMost:
		return 0, true, code(2317)
	}
	return n, true, nil
}

// newName reads the name of a row to come.
func (c *call) newName(origin dname.Name) (string, error) {
	text := c.text("name")
	if text == "" || text == zone.Apex {
		return zone.Apex, nil
	}
	n, err := zone.CanonicalName(text, origin)
	if err != nil {
		return "", code(2311)
	}
	return n, nil
}

// newData reads the data of a row; names in it are absolute, with or without their last dot.
func newData(typ zone.Type, text string, origin dname.Name) (string, error) {
	data := text
	switch typ {
	case "TXT":
		data = zone.TXT(text)
	case "CNAME", "NS", "MX", "SRV":
		if data = strings.TrimSuffix(text, "."); data != "" {
			data += "."
		}
	}
	out, err := zone.Canonical(typ, data, origin)
	if err != nil || text == "" {
		return "", code(2314)
	}
	return out, nil
}

// fits holds the rules on rows beside each other; x may be among the rows already, under its number.
func (r rows) fits(x zone.Record) error {
	if x.Name == zone.Apex && x.Type == "NS" {
		return code(2312)
	}
	if x.Name == zone.Apex && x.Type == "CNAME" {
		return code(2313)
	}
	for _, o := range r.Records {
		if o.Name != x.Name || x.ID != 0 && o.ID == x.ID {
			continue
		}
		switch {
		case o.Type == x.Type && strings.EqualFold(o.Data, x.Data) && (o.Type != "TXT" || o.Data == x.Data):
			return code(2316)
		case o.Type == "CNAME" || x.Type == "CNAME":
			return code(2313)
		}
	}
	return nil
}

// with is the change that puts x among the rows: of the same name and type all get its TTL.
func (r rows) with(x zone.Record) zone.Change {
	var c zone.Change
	for _, o := range r.Records {
		if o.Name != x.Name || o.Type != x.Type {
			continue
		}
		same := x.ID != 0 && o.ID == x.ID
		if !same && o.TTL == x.TTL {
			continue
		}
		c.Remove = append(c.Remove, o)
		if !same {
			o.TTL = x.TTL
			c.Add = append(c.Add, o)
		}
	}
	c.Add = append(slices.Clip(c.Add), x)
	return c
}
