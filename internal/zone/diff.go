package zone

import (
	"slices"
	"time"
)

// Diff is what leads from old to new. Records with the same name, type, TTL and data stay, and keep their numbers; records of new
// need none.
func Diff(old, new []Record) Change {
	have := map[Record][]Record{}
	for _, r := range old {
		b := bare(r)
		have[b] = append(have[b], r)
	}
	var c Change
	for _, r := range new {
		b := bare(r)
		if list := have[b]; len(list) > 0 {
			have[b] = list[1:]
			continue
		}
		b.ID = 0
		c.Add = append(c.Add, b)
	}
	for _, r := range old {
		if list := have[bare(r)]; slices.ContainsFunc(list, func(x Record) bool { return x.ID == r.ID }) {
			c.Remove = append(c.Remove, r)
		}
	}
	return c
}

// bare is a record without its number.
func bare(r Record) Record { r.ID = 0; return r }

// Apply gives the records after a change. Removed ones are found by number, or by content where they have none.
func Apply(rs []Record, c Change) []Record {
	gone := map[RecordID]bool{}
	content := map[Record]int{}
	for _, r := range c.Remove {
		if r.ID != 0 {
			gone[r.ID] = true
		} else {
			content[bare(r)]++
		}
	}
	out := make([]Record, 0, len(rs)+len(c.Add))
	for _, r := range rs {
		if r.ID != 0 && gone[r.ID] {
			continue
		}
		if b := bare(r); content[b] > 0 {
			content[b]--
			continue
		}
		out = append(out, r)
	}
	return append(out, c.Add...)
}

// Reverse undoes a change: what was removed comes back, under new numbers.
func (c Change) Reverse() Change {
	var r Change
	r.Remove = append(r.Remove, c.Add...)
	for _, x := range c.Remove {
		x.ID = 0
		r.Add = append(r.Add, x)
	}
	return r
}

// NextSerial is the serial after old (RFC 1982): of the day's form YYYYMMDDnn where that moves forward, else one more.
func NextSerial(old uint32, now time.Time) uint32 {
	y, m, d := now.UTC().Date()
	today := uint32(((y*100+int(m))*100 + d) * 100)
	if int32(today-old) > 0 {
		return today
	}
	if old+1 == 0 {
		return 1 // zero is a serial that some servers stumble over
	}
	return old + 1
}
