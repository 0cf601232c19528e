package dmapi

import (
	"net/netip"
	"slices"

	"github.com/polyreg/polyreg/internal/zone"
)

// zoneView is a zone as it is, to be shown as it was put.
type zoneView struct {
	records  []zone.Record
	forwards []zone.Forward
	put      zoneText // what was put last; its log-in is the zone's
	redirect []netip.Addr
}

// lines are those that were put and hold still, in their order, and then one for everything else. A dynamic line shows the address
// that it has now.
func (v zoneView) lines() []*zoneLine {
	published := map[string]int{} // TTLs of sets as they were put
	for _, x := range v.put.records(nil) {
		published[zone.Set(x.Name, x.Type)] = x.TTL
	}
	shown := map[zone.RecordID]bool{}
	var out []*zoneLine
	for _, l := range v.put.lines {
		if l.forward != nil {
			if i := slices.IndexFunc(v.forwards, func(f zone.Forward) bool { return sameForward(f, *l.forward) }); i >= 0 {
				v.forwards = slices.Delete(slices.Clone(v.forwards), i, i+1)
				out = append(out, l)
			}
			continue
		}
		for _, x := range v.records {
			if shown[x.ID] || !l.standsFor(x) {
				continue
			}
			shown[x.ID] = true
			out = append(out, l.as(x, published[zone.Set(x.Name, x.Type)]))
			break
		}
	}
	hidden := v.hidden()
	for _, x := range v.records {
		if shown[x.ID] || isApexServer(x) || hidden[zone.Record{Name: x.Name, Type: x.Type, Data: x.Data}] {
			continue
		}
		if l := lineOf(x); l != nil {
			out = append(out, l)
		}
	}
	for _, f := range v.forwards {
		if l := forwardLine(f); l != nil {
			out = append(out, l)
		}
	}
	return out
}

func isApexServer(x zone.Record) bool { return x.Name == zone.Apex && x.Type == "NS" }

// hidden are the records that lead forwarded names to the redirector.
func (v zoneView) hidden() map[zone.Record]bool {
	out := map[zone.Record]bool{}
	for _, l := range v.put.lines {
		if l.forward == nil || l.forward.Kind == zone.Mail {
			continue
		}
		for _, x := range redirectRecords(l.forward.Source, v.redirect) {
			x.TTL = 0
			out[x] = true
		}
	}
	return out
}

// standsFor reports whether a line is about a record. Of a dynamic one the address may be another.
func (l *zoneLine) standsFor(x zone.Record) bool {
	return l.record != nil && l.record.Name == x.Name && l.record.Type == x.Type && (l.record.Data == x.Data || l.dynamic())
}

// as shows a line with what its record has now; ttl is what was published with it.
func (l *zoneLine) as(x zone.Record, ttl int) *zoneLine {
	out := *l
	if x.TTL != ttl { // somebody else has changed it
		out.ttl = x.TTL
	}
	if l.dynamic() {
		out.target = x.Data
	}
	return &out
}

func sameForward(a, b zone.Forward) bool {
	a.ID, a.Zone, b.ID, b.Zone = 0, 0, 0, 0
	return a == b
}
