package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// zonePart is the part of a zone that a replacement is about.
type zonePart struct {
	name  string
	typ   zone.Type
	apart bool // without the name servers of the origin
}

// scope reads Name and Type, and holds that all of Replace lies within.
func (cmd ChangeZone) scope(z zone.Zone, adds *additions, l *errs.List) zonePart {
	part := zonePart{typ: zone.Type(strings.ToUpper(string(cmd.Type)))}
	if cmd.Name != "" {
		name, err := zone.CanonicalName(cmd.Name, z.Origin)
		if err != nil {
			l.Add(errs.F(errs.Invalid, "name", "%q %v", clipText(cmd.Name), err))
			return part
		}
		part.name = name
	}
	if part.typ != "" && !part.typ.Valid() {
		l.Add(errs.F(errs.Invalid, "type", "%q is not a type that is served", clipText(string(cmd.Type))))
	}
	part.apart = part.typ == "" && !slices.ContainsFunc(adds.records, isApexNS)
	for _, x := range adds.records {
		if !part.holds(x) {
			l.Add(errs.F(errs.Invalid, fmt.Sprintf("records[%d]", adds.index[bareRecord(x)]), "%s %s is not what is to be replaced", x.Name, x.Type))
		}
	}
	return part
}

func isApexNS(x zone.Record) bool { return x.Name == zone.Apex && x.Type == "NS" }

func (p zonePart) holds(x zone.Record) bool {
	return (p.name == "" || p.name == x.Name) && (p.typ == "" || p.typ == x.Type) && !(p.apart && isApexNS(x))
}

func (p zonePart) read(ctx context.Context, tx Tx, z zone.Zone) ([]zone.Record, error) {
	have, err := tx.Records(ctx, z.ID, p.name)
	return slices.DeleteFunc(have, func(x zone.Record) bool { return !p.holds(x) }), err
}

// findRecords finds the records that are to be removed. Missing ones go into l.
func findRecords(ctx context.Context, tx Tx, z zone.Zone, want []zone.Record, l *errs.List) ([]zone.Record, error) {
	var ids []zone.RecordID
	var names []string
	for _, x := range want {
		if x.ID != 0 {
			ids = append(ids, x.ID)
		} else if name, err := zone.CanonicalName(x.Name, z.Origin); err == nil {
			names = append(names, name)
		}
	}
	have, err := tx.RecordsByID(ctx, z.ID, ids)
	if err != nil {
		return nil, err
	}
	at, err := tx.RecordsAt(ctx, z.ID, names)
	if err != nil {
		return nil, err
	}
	return pickRecords(z, want, append(have, at...), l), nil
}

// pickRecords finds records among those that are there, by number or by content. Missing ones go into l.
func pickRecords(z zone.Zone, want, have []zone.Record, l *errs.List) []zone.Record {
	byID, byContent := map[zone.RecordID]zone.Record{}, map[zone.Record]zone.Record{}
	for _, x := range have {
		byID[x.ID], byContent[bareRecord(x)] = x, x
	}
	var out []zone.Record
	twice := map[zone.RecordID]bool{}
	for i, x := range want {
		found, ok := byID[x.ID]
		if x.ID == 0 {
			found, ok = byContent[bareRecord(canonicalRecord(z, x))]
		}
		if !ok {
			l.Add(errs.F(errs.NotFound, fmt.Sprintf("remove[%d]", i), "the record is not there"))
			continue
		}
		if !twice[found.ID] {
			out = append(out, found)
		}
		twice[found.ID] = true
	}
	return out
}

// canonicalRecord brings a record into the form in which it is kept; one that has none stays as it is.
func canonicalRecord(z zone.Zone, x zone.Record) zone.Record {
	x.Type = zone.Type(strings.ToUpper(string(x.Type)))
	if name, err := zone.CanonicalName(x.Name, z.Origin); err == nil {
		x.Name = name
	}
	if data, err := zone.Canonical(x.Type, x.Data, z.Origin); err == nil {
		x.Data = data
	}
	return x
}
