package domainrobot

import (
	"cmp"
	"slices"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneEdit works out a change of some records of a zone.
type zoneEdit struct {
	z    *zoneReader
	ttl  int // of the zone, after it
	work []edited
	gone []zone.Record
}

// edited is a record on its way: as it was (none for a new one), and as it becomes.
type edited struct {
	was, now zone.Record
	place    place
}

func newZoneEdit(z *zoneReader, v zoneView) *zoneEdit {
	e := &zoneEdit{z: z, ttl: v.TTL}
	for _, x := range v.records {
		e.work = append(e.work, edited{was: x, now: x})
	}
	return e
}

// drop takes records out.
func (e *zoneEdit) drop(which func(zone.Record) bool) {
	e.work = slices.DeleteFunc(e.work, func(w edited) bool {
		if !which(w.now) {
			return false
		}
		if w.was.ID != 0 {
			e.gone = append(e.gone, w.was)
		}
		return true
	})
}

// rewrite changes records in place; they keep their numbers.
func (e *zoneEdit) rewrite(path string, change func(zone.Record) (zone.Record, bool)) {
	for i := range e.work {
		if x, ok := change(e.work[i].now); ok {
			e.work[i].now, e.work[i].place = x, place{path, internetx.ShownRecord(x.Name, string(x.Type), x.Data).String()}
		}
	}
}

// take moves what has been read into the work. Records without a TTL get that of their set, or of the zone.
func (e *zoneEdit) take() {
	if len(e.z.records) == 0 {
		return
	}
	ttls := map[string]int{}
	for _, w := range e.work {
		ttls[zone.Set(w.now.Name, w.now.Type)] = w.now.TTL
	}
	for i, x := range e.z.records {
		if name, err := zone.CanonicalName(x.Name, e.z.origin); err == nil {
			x.Name = name
		}
		if set := zone.Set(x.Name, x.Type); x.TTL == 0 {
			x.TTL = cmp.Or(ttls[set], e.ttl)
		} else if ttls[set] == 0 {
			ttls[set] = x.TTL
		}
		e.work = append(e.work, edited{now: x, place: e.z.places[i]})
	}
	e.z.records, e.z.places = nil, nil
}

// remove takes out the records that have been read: each must be there (EF02021). A preference that is not told, or 0, counts as any.
func (e *zoneEdit) remove() {
	for i, x := range e.z.records {
		name, _ := zone.CanonicalName(x.Name, e.z.origin)
		data, err := zone.Canonical(x.Type, x.Data, e.z.origin)
		found := false
		if err == nil {
			want := internetx.ShownRecord(name, string(x.Type), data)
			e.drop(func(have zone.Record) bool {
				if have.Name != name || have.Type != x.Type {
					return false
				}
				shown := internetx.ShownRecord(have.Name, string(have.Type), have.Data)
				hit := want.Removes(shown) && (want.Value != "*" || shown.Value == "*")
				found = found || hit
				return hit
			})
		}
		if !found {
			e.z.Add(bad(errs.NotFound, e.z.places[i].path, e.z.places[i].text, ""))
		}
	}
	e.z.records, e.z.places = nil, nil
}

// change is what has come out, and where each added record came from.
func (e *zoneEdit) change() (zone.Change, []place) {
	c := zone.Change{Remove: slices.Clone(e.gone)}
	var places []place
	for _, w := range e.work {
		if w.was == w.now {
			continue
		}
		if w.was.ID != 0 {
			c.Remove = append(c.Remove, w.was)
			w.now.ID = w.was.ID
		}
		c.Add, places = append(c.Add, w.now), append(places, w.place)
	}
	return c, places
}

// clear makes room for what is to be added, as keys[]=autofix asks: a CNAME goes where something else comes, and all else where a
// CNAME comes; what is there already is not added again.
func (e *zoneEdit) clear() {
	for i := len(e.z.records) - 1; i >= 0; i-- {
		x := e.z.records[i]
		name, _ := zone.CanonicalName(x.Name, e.z.origin)
		data, err := zone.Canonical(x.Type, x.Data, e.z.origin)
		if err != nil {
			continue
		}
		same := func(have zone.Record) bool { return have.Name == name && have.Type == x.Type && have.Data == data }
		if slices.ContainsFunc(e.work, func(w edited) bool { return same(w.now) }) {
			e.z.records, e.z.places = slices.Delete(e.z.records, i, i+1), slices.Delete(e.z.places, i, i+1)
			continue
		}
		e.drop(func(have zone.Record) bool {
			return have.Name == name && !isApexServer(have) && (have.Type == "CNAME") != (x.Type == "CNAME") || have.Name == name && x.Type == "CNAME" && have.Type == "CNAME"
		})
	}
}
