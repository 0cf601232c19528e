package autodns

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
	"github.com/polyreg/polyreg/internal/zone"
)

// askedRecord is a record that a task names, and where.
type askedRecord struct {
	zone.Record
	in    string // rr, rr_add, rr_rem, nserver, main, free
	index int    // among those of its kind
	shown string // as messages show it
	asked internetx.ZoneRecord
}

// zoneReader reads the records of a zone element.
type zoneReader struct {
	origin dname.Name
	l      *errs.List
}

func (z zoneReader) rules() internetx.ZoneData {
	return internetx.ZoneData{Origin: string(z.origin), Dotted: true}
}

// records reads all elements of a name: rr, rr_add or rr_rem (autodns-xml.md §13.3).
func (z zoneReader) records(n *xmlx.Node, element string) []askedRecord {
	var out []askedRecord
	for i, k := range n.ChildrenNamed(element) {
		if given(k) {
			out = append(out, z.record(k, element, i))
		}
	}
	return out
}

func (z zoneReader) record(n *xmlx.Node, element string, index int) askedRecord {
	path := fmt.Sprintf("request.task.zone.%s[%d].", element, index)
	in := internetx.ZoneRecord{Name: n.ChildTrim("name"), Type: strings.ToUpper(n.ChildTrim("type")), Value: n.ChildTrim("value")}
	in.TTL = z.seconds(path+"ttl", n.ChildTrim("ttl"))
	if text := n.ChildTrim("pref"); text != "" {
		pref, err := whole(path+"pref", text)
		z.l.Add(err)
		in.Pref = &pref
	}
	if in.Type == "" {
		z.l.Add(bad(errs.Missing, path+"type", "", "is required"))
	}
	return z.asked(in, element, index)
}

// asked is a record of a task in the core's words. What cannot be read there stays as it is: the core says what is wrong with it.
func (z zoneReader) asked(in internetx.ZoneRecord, element string, index int) askedRecord {
	a := askedRecord{in: element, index: index, asked: in, shown: in.String()}
	a.Record = zone.Record{Name: internetx.OwnerName(in.Name, string(z.origin)), Type: zone.Type(in.Type), TTL: in.TTL, Data: z.rules().Stored(in)}
	if name, err := zone.CanonicalName(a.Name, z.origin); err == nil {
		a.Name = name
	}
	if data, err := zone.Canonical(a.Type, a.Data, z.origin); err == nil {
		a.Data = data
	}
	return a
}

// seconds reads a time to live; "" and 0 stand for none of its own.
func (z zoneReader) seconds(path, text string) int {
	if text == "" {
		return 0
	}
	n, err := whole(path, text)
	if err == nil && n < 0 {
		err = bad(errs.Invalid, path, text, "must not be negative")
	}
	z.l.Add(err)
	return n
}

// servers reads the name servers, which are the origin's NS records.
func (z zoneReader) servers(n *xmlx.Node) []askedRecord {
	var out []askedRecord
	for i, k := range n.ChildrenNamed("nserver") {
		name := strings.ToLower(strings.TrimSuffix(k.ChildTrim("name"), "."))
		if name == "" {
			continue
		}
		path := fmt.Sprintf("request.task.zone.nserver[%d]", i)
		if _, err := dname.ParseHost(name); err != nil || !strings.Contains(name, ".") {
			z.l.Add(bad(errs.Invalid, path+".name", name, "is not a host name"))
			continue
		}
		in := internetx.ZoneRecord{Type: "NS", Value: name + ".", TTL: z.seconds(path+".ttl", k.ChildTrim("ttl"))}
		out = append(out, z.asked(in, "nserver", i))
	}
	if len(out) > internetx.MaxNameServers {
		z.l.Add(bad(errs.TooLarge, "request.task.zone.nserver", strconv.Itoa(len(out)), "a zone has at most "+strconv.Itoa(internetx.MaxNameServers)+" name servers"))
	}
	return out
}

// free reads lines in the form of a zone file. They become records like any others.
func (z zoneReader) free(n *xmlx.Node, ttl int) []askedRecord {
	var out []askedRecord
	for i, k := range n.ChildrenNamed("free") {
		text := k.Trim()
		if text == "" {
			continue
		}
		path := fmt.Sprintf("request.task.zone.free[%d]", i)
		p, err := zone.ParseText(text+"\n", z.origin, ttl, 0)
		switch {
		case err != nil:
			z.l.Add(bad(errs.Invalid, path, text, err.Error()))
		case p.SOA != nil:
			z.l.Add(bad(errs.Invalid, path, text, "a SOA record is no additional record"))
		}
		for _, r := range p.Records {
			out = append(out, askedRecord{Record: r, in: "free", index: i, shown: clip(text)})
		}
	}
	return out
}

// records are the core's records of a list.
func plainRecords(list []askedRecord) []zone.Record {
	out := make([]zone.Record, len(list))
	for i, a := range list {
		out[i] = a.Record
	}
	return out
}

// fillTTLs gives records without a TTL that of their set in the same task, or the zone's (autodns-xml.md §13.3). Name servers keep
// what they have.
func fillTTLs(list []askedRecord, ttl int) {
	of := map[string]int{}
	for _, a := range list {
		if k := zone.Set(a.Name, a.Type); of[k] == 0 {
			of[k] = a.TTL
		}
	}
	for i, a := range list {
		if a.TTL != 0 || a.in == "nserver" {
			continue
		}
		if list[i].TTL = of[zone.Set(a.Name, a.Type)]; list[i].TTL == 0 {
			list[i].TTL = ttl
		}
	}
}

// shownRecord is a record as this interface shows it.
func shownRecord(r zone.Record) internetx.ZoneRecord {
	out := internetx.ShownRecord(r.Name, string(r.Type), r.Data)
	if r.Type == "NAPTR" {
		out = out.OrderApart()
	}
	out.TTL = r.TTL
	return out
}

// recordEl is a record in an answer, its children in the recorded order (autodns-xml.md §13.1).
func recordEl(r zone.Record) el {
	s := shownRecord(r)
	kids := []el{leaf("name", s.Name), leaf("ttl", strconv.Itoa(s.TTL)), leaf("type", s.Type)}
	if s.Pref != nil {
		kids = append(kids, leaf("pref", strconv.Itoa(*s.Pref)))
	}
	return block("rr", append(kids, leaf("value", s.Value))...)
}
