package autodns

import (
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneEdit is a zone on its way to what a task wants of it.
type zoneEdit struct {
	zoneReader
	view zoneView
	list []askedRecord // one that was there has its number
	gone []zone.Record
	ttl  int // of records without one of their own
}

func (v zoneView) edit(z zoneReader) *zoneEdit {
	e := &zoneEdit{zoneReader: z, view: v, ttl: v.TTL}
	for _, r := range v.records {
		e.list = append(e.list, askedRecord{Record: r})
	}
	return e
}

// drop takes records out and says how many.
func (e *zoneEdit) drop(which func(zone.Record) bool) int {
	before := len(e.list)
	e.list = slices.DeleteFunc(e.list, func(x askedRecord) bool {
		gone := which(x.Record)
		if gone && x.ID != 0 {
			e.gone = append(e.gone, x.Record)
		}
		return gone
	})
	return before - len(e.list)
}

// remove takes out what a rr_rem means: name, type and value count, the value "*" means all (autodns-xml.md §13.4).
func (e *zoneEdit) remove(a askedRecord) int {
	want := shownRecord(a.Record)
	if want.Pref = nil; a.asked.Value == "*" {
		want.Value = "*"
	}
	return e.drop(func(r zone.Record) bool {
		return r.Name == a.Name && r.Type == a.Type && want.Removes(shownRecord(r))
	})
}

// add puts a record in. One of the same name, type and value takes its TTL and preference; then it returns false. A TTL that the task
// tells becomes that of the whole set: records of one name and type have one (RFC 2181 §5.2).
func (e *zoneEdit) add(a askedRecord) bool {
	isNew := true
	value := shownRecord(a.Record).Value
	for i := range e.list {
		x := &e.list[i]
		if x.Name != a.Name || x.Type != a.Type {
			continue
		}
		if a.TTL != 0 && x.TTL != a.TTL {
			x.TTL = a.TTL
		}
		if shownRecord(x.Record).Value != value {
			continue
		}
		isNew = false
		if x.Data != a.Data && a.asked.Pref != nil {
			x.Data = a.Data
		}
		if x.in == "" {
			x.in, x.index, x.shown = a.in, a.index, a.shown
		}
	}
	if isNew {
		e.list = append(e.list, a)
	}
	return isNew
}

// main makes an address the zone's main one, in place of the present one; "" takes it away. ttl 0 is that of the present one.
func (e *zoneEdit) main(address string, ttl int, www bool) {
	aside := &e.view.aside
	if old, _, ok := e.view.main(); ok && ttl == 0 {
		ttl = old.TTL
	}
	e.drop(func(r zone.Record) bool {
		apex, beside := aside.IsMain(r.Name, string(r.Type), r.Data)
		return apex || beside
	})
	if aside.Main, aside.WWW = address, www; address == "" {
		aside.WWW = false
		return
	}
	if ttl == 0 {
		ttl = e.ttl
	}
	typ := internetx.MainType(address)
	e.add(e.asked(internetx.ZoneRecord{Type: typ, Value: address, TTL: ttl}, "main", 0))
	if www {
		e.add(e.asked(internetx.ZoneRecord{Name: "www", Type: typ, Value: address, TTL: ttl}, "main", 0))
	}
}

// replaced searches values for a text and replaces it: a whole value, or in other records than addresses a part of one. An empty
// replacement removes the records whose value it is. NSERVER and MAIN_IP are the origin's name servers and its main address, ALL is
// whatever is shown as a record (autodns-xml.md §13.4).
func (e *zoneEdit) replaced(typ, search, replace string, index int) {
	main, www, hasMain := e.view.main()
	if typ == "MAIN_IP" {
		if hasMain && (search == main.Data || search == "*") {
			e.main(replace, main.TTL, www)
		}
		return
	}
	meant := func(r zone.Record) bool {
		if typ == "NSERVER" {
			return r.Name == zone.Apex && r.Type == "NS"
		}
		return (typ == "ALL" || typ == string(r.Type)) && e.view.own(r, hasMain)
	}
	same := func(value string) bool {
		return strings.EqualFold(strings.TrimSuffix(value, "."), strings.TrimSuffix(search, "."))
	}
	if replace == "" {
		e.drop(func(r zone.Record) bool { return meant(r) && same(shownRecord(r).Value) })
		return
	}
	for i := range e.list {
		x := &e.list[i]
		if !meant(x.Record) {
			continue
		}
		s := shownRecord(x.Record)
		switch {
		case same(s.Value):
			s.Value = replace
		case x.Type != "A" && x.Type != "AAAA" && strings.Contains(s.Value, search):
			s.Value = strings.ReplaceAll(s.Value, search, replace)
		default:
			continue
		}
		id := x.ID
		*x = e.asked(s, "search_and_replace", index)
		x.ID = id
	}
}

// change is what was done, and where in the task each record to come stands.
func (e *zoneEdit) change() (zone.Change, []askedRecord) {
	c := zone.Change{Remove: e.gone}
	var asked []askedRecord
	was := map[zone.RecordID]zone.Record{}
	for _, r := range e.view.records {
		was[r.ID] = r
	}
	seen := map[zone.Record]bool{}
	for _, x := range e.list {
		bare := zone.Record{Name: x.Name, Type: x.Type, Data: x.Data}
		old, there := was[x.ID]
		if there && !seen[bare] && old == x.Record {
			seen[bare] = true
			continue
		}
		if there {
			c.Remove = append(c.Remove, old)
		}
		if seen[bare] { // two have become the same
			continue
		}
		seen[bare] = true
		c.Add, asked = append(c.Add, x.Record), append(asked, x)
	}
	return c, asked
}
