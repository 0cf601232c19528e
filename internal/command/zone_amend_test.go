package command_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/zone"
)

// proven checks that the chain of a signed zone without delegations names all that is there, and that all is signed once.
func proven(w *zoneWorld, origin string) {
	w.t.Helper()
	v := zdo(w, command.ZoneInfo{Origin: origin})
	list, err := w.Store.View().ExtraRecords(w.t.Context(), v.Zone.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	next, signed := map[string]string{}, map[string]int{}
	for _, x := range list {
		what, rest, _ := strings.Cut(x.Data, " ")
		switch x.Type {
		case "NSEC":
			next[x.Name] = what + " " + strings.ReplaceAll(strings.ReplaceAll(rest, " RRSIG", ""), " NSEC", "")
		case "RRSIG":
			signed[x.Name+" "+what]++
		}
	}
	types := map[string][]string{zone.Apex: {"SOA"}}
	for _, x := range v.Records {
		if !slices.Contains(types[x.Name], string(x.Type)) {
			types[x.Name] = append(types[x.Name], string(x.Type))
		}
	}
	var names []string
	want := map[string]int{"@ DNSKEY": 1, "@ CDS": 1, "@ CDNSKEY": 1}
	for n, ts := range types {
		names = append(names, n)
		for _, t := range append(ts, "NSEC") {
			want[n+" "+t] = 1
		}
	}
	w.same(signed, want)
	slices.SortFunc(names, zone.CompareNames)
	chain := map[string]string{}
	for i, n := range names {
		slices.Sort(types[n])
		of := strings.Join(types[n], " ")
		if n == zone.Apex {
			of = "NS SOA DNSKEY CDS CDNSKEY"
		}
		chain[n] = string(zone.Absolute(names[(i+1)%len(names)], v.Zone.Origin)) + ". " + of
	}
	w.same(next, chain)
}

// TestChangesOfSignedZones: names that come, go and change leave a zone whose chain and signatures are whole.
func TestChangesOfSignedZones(t *testing.T) {
	t.Parallel()
	onBothZones(t, func(w *zoneWorld) {
		var records []zone.Record
		for i := range 300 {
			records = append(records, zone.Record{Name: fmt.Sprintf("h%d.b%d", i, i%7), Type: "A", Data: "192.0.2.1"})
		}
		zdo(w, command.CreateZone{Origin: "many.example", Records: records})
		zdo(w, command.SignZone{Origin: "many.example"})
		proven(w, "many.example")
		add := func(name string, typ zone.Type, data string) zone.Record {
			return zone.Record{Name: name, Type: typ, Data: data}
		}
		for _, c := range []zone.Change{
			{Add: []zone.Record{add("b3", "A", "192.0.2.2"), add("zz", "A", "192.0.2.3"), add("0", "A", "192.0.2.3"), add("*.b1", "A", "192.0.2.3")}},
			{Remove: []zone.Record{add("h10.b3", "A", "192.0.2.1"), add("b3", "A", "192.0.2.2"), add("h17.b3", "A", "192.0.2.1")}},
			{Remove: []zone.Record{add("zz", "A", "192.0.2.3")}, Add: []zone.Record{add("zzz", "A", "192.0.2.3"), add("zz0", "A", "192.0.2.4")}},
			{Add: []zone.Record{add("h1.b1", "AAAA", "2001:db8::1"), add("h1.b1", "A", "192.0.2.77")}},
		} {
			before := zdo(w, command.ZoneInfo{Origin: "many.example", Bare: true}).Zone
			zdo(w, command.ChangeZone{Origin: "many.example", Change: c})
			proven(w, "many.example")
			entries, ok, err := w.Store.View().Journal(w.t.Context(), before.ID, before.Serial)
			if err != nil || !ok || len(entries) != 1 || len(entries[0].Change.Add) > 30 {
				w.t.Errorf("the change is one entry: %v %v %d", ok, err, len(entries))
			}
		}
		zdo(w, command.UpdateZone{Origin: "many.example", SOA: &zone.SOA{Minimum: 77}}) // the chain's TTL
		proven(w, "many.example")
	})
}
