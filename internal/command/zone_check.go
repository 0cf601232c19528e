package command

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneLimit is how many records a zone may have that is to have count of them.
func (r *Runner) zoneLimit(count int) (int, error) {
	limit := r.cfg.Platform.ZoneRecords
	if limit <= 0 {
		limit = zone.MaxRecords
	}
	if count > limit {
		return limit, errs.F(errs.QuotaExceeded, "records", "a zone holds at most %d records", limit)
	}
	return limit, nil
}

// additions are records that a caller wants to have in a zone, in canonical form; errors about them name the place in the
// caller's list.
type additions struct {
	records []zone.Record
	index   map[zone.Record]int // place in the caller's list, by bareRecord
}

// bareRecord is a record without number and TTL: what makes two records of a zone the same one.
func bareRecord(x zone.Record) zone.Record { x.ID, x.TTL = 0, 0; return x }

// readRecords brings records into their canonical form. Problems go into l.
func readRecords(z zone.Zone, in []zone.Record, l *errs.List) *additions {
	a := &additions{index: make(map[zone.Record]int, len(in))}
	for i, x := range in {
		var err error
		at := fmt.Sprintf("records[%d].", i)
		if x.Name, err = zone.CanonicalName(x.Name, z.Origin); err != nil {
			l.Add(errs.F(errs.Invalid, at+"name", "%q %v", clipText(in[i].Name), err))
			continue
		}
		x.Type = zone.Type(strings.ToUpper(string(x.Type)))
		if !x.Type.Valid() {
			l.Add(errs.F(errs.Invalid, at+"type", "%q is not a type that is served", clipText(string(in[i].Type))))
			continue
		}
		if x.Data, err = zone.Canonical(x.Type, x.Data, z.Origin); err != nil {
			l.Add(errs.F(errs.Invalid, at+"data", "%s %v", x.Type, err))
			continue
		}
		if _, twice := a.index[bareRecord(x)]; !twice {
			a.index[bareRecord(x)] = i
		}
		a.records = append(a.records, x)
	}
	return a
}

// fillTTL gives records without a TTL that of their set, where others of it are there, or the zone's.
func (a *additions) fillTTL(present []zone.Record, def int) {
	have := map[string]int{}
	for _, list := range [][]zone.Record{present, a.records} {
		for _, x := range list {
			if k := zone.Set(x.Name, x.Type); have[k] == 0 {
				have[k] = x.TTL
			}
		}
	}
	for i, x := range a.records {
		if x.TTL != 0 {
			continue
		}
		if a.records[i].TTL = have[zone.Set(x.Name, x.Type)]; a.records[i].TTL == 0 {
			a.records[i].TTL = def
		}
	}
}

// names are the names of the records.
func recordNames(lists ...[]zone.Record) []string {
	var out []string
	seen := map[string]bool{}
	for _, list := range lists {
		for _, x := range list {
			if !seen[x.Name] {
				seen[x.Name] = true
				out = append(out, x.Name)
			}
		}
	}
	return out
}

// checkRecords applies the rules of zones on records that are there and records that are to be added. Fields count both, in this
// order.
func checkRecords(origin dname.Name, kept, added []zone.Record, limit int) *errs.Error {
	var l errs.List
	seen := make(map[zone.Record]bool, len(added))
	for _, x := range added {
		seen[bareRecord(x)] = false
	}
	for _, x := range kept {
		if _, ok := seen[bareRecord(x)]; ok {
			seen[bareRecord(x)] = true
		}
	}
	for i, x := range added {
		if seen[bareRecord(x)] {
			l.Add(errs.F(errs.Exists, fmt.Sprintf("records[%d]", len(kept)+i), "the record is there already"))
		}
		seen[bareRecord(x)] = true
	}
	if err, _ := l.Err().(*errs.Error); err != nil {
		return err
	}
	all := make([]zone.Record, 0, len(kept)+len(added))
	return zone.Check(origin, append(append(all, kept...), added...), limit)
}

// located has problems of checkRecords name the records of the caller's list: the one concerned, or one that was to come beside it.
func (a *additions) located(err *errs.Error, kept, added []zone.Record) error {
	var l errs.List
	for _, p := range err.All() {
		one := *p
		one.More = nil
		n, part := placeOf(p.Field)
		if n < 0 {
			l.Add(&one)
			continue
		}
		x := zone.Record{}
		if n < len(kept) {
			x = kept[n]
		} else if n-len(kept) < len(added) {
			x = added[n-len(kept)]
		}
		one.Field = "records"
		if i, ok := a.at(x); ok {
			one.Field = fmt.Sprintf("records[%d]%s", i, part)
		}
		l.Add(&one)
	}
	return l.Err()
}

func (a *additions) at(x zone.Record) (int, bool) {
	if i, ok := a.index[bareRecord(x)]; ok {
		return i, true
	}
	for _, o := range a.records {
		if o.Name == x.Name {
			i, ok := a.index[bareRecord(o)]
			return i, ok
		}
	}
	return 0, false
}

// placeOf reads "records[12].data"; -1 for another field.
func placeOf(field string) (n int, part string) {
	rest, ok := strings.CutPrefix(field, "records[")
	number, part, closed := strings.Cut(rest, "]")
	if !ok || !closed {
		return -1, ""
	}
	n, err := strconv.Atoi(number)
	if err != nil {
		return -1, ""
	}
	return n, part
}
