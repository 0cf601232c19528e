package dmapi

import (
	"slices"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneView is a zone as it is, to be shown as it was put.
type zoneView struct {
	records  []zone.Record
	forwards []zone.Forward
	put      zoneText // what was put last; its log-in is the zone's
	platform command.Platform
	origin   dname.Name
}

// lines are those that were put and hold still, in their order, and then one for everything else. A dynamic line shows the address
// that it has now.
func (v zoneView) lines() []*zoneLine {
	published := map[string]int{} // TTLs of sets as they were put
	for _, x := range v.put.records(command.Platform{}) {
		published[zone.Set(x.Name, x.Type)] = x.TTL
	}
	sets := map[string][]zone.Record{}
	for _, x := range v.records {
		k := zone.Set(x.Name, x.Type)
		sets[k] = append(sets[k], x)
	}
	shown := map[zone.RecordID]bool{}
	take := func(l *zoneLine, is func(zone.Record) bool) *zoneLine {
		k := zone.Set(l.record.Name, l.record.Type)
		for _, x := range sets[k] {
			if !shown[x.ID] && is(x) {
				shown[x.ID] = true
				return l.as(x, published[k])
			}
		}
		return nil
	}
	out := make([]*zoneLine, len(v.put.lines))
	for i, l := range v.put.lines {
		if l.forward != nil {
			out[i] = v.takeForward(l)
		} else {
			out[i] = take(l, func(x zone.Record) bool { return x.Data == l.record.Data })
		}
	}
	for i, l := range v.put.lines { // what is left of a dynamic name is its new address
		if out[i] == nil && l.dynamic() {
			out[i] = take(l, func(zone.Record) bool { return true })
		}
	}
	out = slices.DeleteFunc(out, func(l *zoneLine) bool { return l == nil })
	return append(out, v.others(shown, out)...)
}

// takeForward is the line when what it forwards is forwarded still.
func (v *zoneView) takeForward(l *zoneLine) *zoneLine {
	i := slices.IndexFunc(v.forwards, func(f zone.Forward) bool { return sameForward(f, *l.forward) })
	if i < 0 {
		return nil
	}
	v.forwards = slices.Delete(slices.Clone(v.forwards), i, i+1)
	return l
}

// others are lines for what no line of the text stands for.
func (v zoneView) others(shown map[zone.RecordID]bool, lines []*zoneLine) []*zoneLine {
	hidden := v.hidden(lines)
	var out []*zoneLine
	for _, x := range v.records {
		if shown[x.ID] || isApexServer(x) || hidden[zone.Record{Name: x.Name, Type: x.Type, Data: x.Data}] {
			continue
		}
		if l := lineOf(x, v.origin); l != nil {
			out = append(out, l)
		}
	}
	for _, f := range v.forwards {
		if l := forwardLine(f, v.origin); l != nil {
			out = append(out, l)
		}
	}
	return out
}

func isApexServer(x zone.Record) bool { return x.Name == zone.Apex && x.Type == "NS" }

// hidden are the records that lead forwarded names to the redirector.
func (v zoneView) hidden(lines []*zoneLine) map[zone.Record]bool {
	out := map[zone.Record]bool{}
	for _, l := range lines {
		if l.forward == nil || l.forward.Kind == zone.Mail {
			continue
		}
		for _, x := range v.platform.Leads(l.forward.Source) {
			out[x] = true
		}
	}
	return out
}

// as shows a line with what its record has now; ttl is what was published with it.
func (l *zoneLine) as(x zone.Record, ttl int) *zoneLine {
	out := *l
	if x.TTL != ttl { // somebody else has changed it
		out.ttl = max(x.TTL, leastTTL)
	}
	if l.dynamic() {
		out.target = x.Data
	}
	return &out
}

// sameForward compares what the text can say.
func sameForward(a, b zone.Forward) bool {
	return a.Kind == b.Kind && a.Source == b.Source && a.Target == b.Target && a.Title == b.Title
}

// forwardsWith are the forwards of a text that replaces what is there: one that stays keeps what the text cannot say of it, and so do
// those of which it can say nothing.
func (v zoneView) forwardsWith(put []zone.Forward) []zone.Forward {
	out := slices.Clone(put)
	for _, f := range v.forwards {
		if i := slices.IndexFunc(out, func(x zone.Forward) bool { return sameForward(x, f) }); i >= 0 {
			out[i].Status = f.Status
		} else if forwardLine(f, v.origin) == nil {
			out = append(out, f)
		}
	}
	return out
}
