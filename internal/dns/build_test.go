package dns

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/zone"
)

// TestChangesLeadToTheSame: a snapshot changed step by step is the one that is built of the result.
func TestChangesLeadToTheSame(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	for round := range 30 {
		d := text(t, "example.org", "@ NS ns1.example.org.\nns1 A 192.0.2.1")
		s, err := build(d)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			var c zone.Change
			for _, r := range d.Records[1:] {
				if rnd.IntN(5) == 0 {
					c.Remove = append(c.Remove, r)
				}
			}
			for range rnd.IntN(4) {
				name := []string{"a", "b.a", "c.b.a", "d", "e.d", "*.e.d"}[rnd.IntN(6)]
				c.Add = append(c.Add, zone.Record{Name: name, Type: "A", TTL: 3600, Data: fmt.Sprintf("192.0.2.%d", rnd.IntN(256))},
					zone.Record{Name: "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom", Type: "NSEC3", TTL: 300, Data: fmt.Sprintf("1 0 %d - 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR A", rnd.IntN(1000))})
			}
			e := zone.Entry{From: d.Zone.Serial, To: d.Zone.Serial + 1, Change: c}
			d.Zone.Serial++
			d.Records = zone.Apply(d.Records, c)
			if s, err = s.with(d.Zone, []zone.Entry{e}); err != nil {
				t.Fatal(err)
			}
			want, err := build(d)
			if err != nil {
				t.Fatal(err)
			}
			if !s.equal(want) {
				t.Fatalf("round %d: the changed snapshot is another than the built one", round)
			}
		}
	}
}

func TestJournalsThatDoNotFit(t *testing.T) {
	t.Parallel()
	d := text(t, "example.org", "@ NS ns1.example.org.\nns1 A 192.0.2.1")
	s, err := build(d)
	if err != nil {
		t.Fatal(err)
	}
	next := d.Zone
	next.Serial = 102
	for name, entries := range map[string][]zone.Entry{
		"none":                 nil,
		"a gap":                {{From: 101, To: 102}},
		"an early end":         {{From: 100, To: 101}},
		"a record of nowhere":  {{From: 100, To: 102, Change: zone.Change{Remove: []zone.Record{{Name: "x", Type: "A", Data: "192.0.2.1"}}}}},
		"data that cannot be":  {{From: 100, To: 102, Change: zone.Change{Add: []zone.Record{{Name: "x", Type: "A", Data: "x"}}}}},
		"a type there is none": {{From: 100, To: 102, Change: zone.Change{Add: []zone.Record{{Name: "x", Type: "B", Data: "x"}}}}},
	} {
		if _, err := s.with(next, entries); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// TestLargeZonesChangeFast: one record of 100,000 changes in under 50 ms, without reading the zone again.
func TestLargeZonesChangeFast(t *testing.T) {
	d := text(t, "example.org", "@ NS ns1.example.org.\nns1 A 192.0.2.1")
	for i := range 100_000 {
		d.Records = append(d.Records, zone.Record{ID: zone.RecordID(i + 10), Name: fmt.Sprintf("host-%d", i), Type: "A", TTL: 3600, Data: fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255)})
	}
	s, f := server(t, Config{}, d)
	loads := f.loads
	var best time.Duration
	for i := range 5 {
		f.change("example.org", zone.Change{Remove: []zone.Record{d.Records[500+i]}, Add: []zone.Record{{Name: fmt.Sprintf("new-%d", i), Type: "A", TTL: 3600, Data: "192.0.2.9"}}})
		began := time.Now()
		if err := s.catchUp(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(began); best == 0 || d < best {
			best = d
		}
	}
	t.Logf("changed in %v", best)
	if f.loads != loads {
		t.Errorf("the zone was read %d times again", f.loads-loads)
	}
	if best > 50*time.Millisecond {
		t.Errorf("one change took %v", best)
	}
	e := s.zones.get([]byte("\x07example\x03org\x00"))
	diff := s.difference(t.Context(), e, 100)
	if diff == nil || len(diff.gone) != 5 || len(diff.new) != 5 {
		t.Errorf("the changes are sent as %v", diff)
	}
	w := s.worker(4096)
	check(t, w, "new-3.example.org.", "A", "NOERROR aa\nan new-3.example.org. A 192.0.2.9")
	check(t, w, "host-501.example.org.", "A", "NXDOMAIN aa\nns example.org. 300 SOA")
}

// each calls f for every set.
func (s *Snapshot) each(f func(key string, set *rrset)) {
	for _, nodes := range [][]node{s.nodes, s.hashed} {
		for i := range nodes {
			for j := range nodes[i].sets {
				f(nodes[i].key, &nodes[i].sets[j])
			}
		}
	}
}

// equal reports whether two snapshots hold the same, whatever the order of records in a set.
func (s *Snapshot) equal(o *Snapshot) bool {
	list := func(s *Snapshot) []string {
		var out []string
		s.each(func(key string, set *rrset) {
			for i, all := range []string{set.data, set.sigs} {
				for all != "" {
					var one string
					one, all = next(all)
					out = append(out, fmt.Sprintf("%q %d %d %d %q", key, set.typ, set.ttl, i, one))
				}
			}
		})
		sort.Strings(out)
		return out
	}
	return s.serial == o.serial && strings.Join(list(s), "\n") == strings.Join(list(o), "\n") && len(s.nodes) == len(o.nodes)
}
