package sign

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/zone"
)

// kept is a signed zone in memory.
type kept struct{ own, extra []zone.Record }

func (k kept) links() []zone.Record {
	var out []zone.Record
	for _, r := range k.extra {
		if zone.ChainKey(r) != "" {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b zone.Record) int { return strings.Compare(zone.ChainKey(a), zone.ChainKey(b)) })
	return out
}

func (k kept) with(r zone.Record) []zone.Record {
	out := []zone.Record{r}
	for _, s := range k.extra {
		if s.Name == r.Name && s.Type == "RRSIG" && strings.HasPrefix(s.Data, string(r.Type)+" ") {
			out = append(out, s)
		}
	}
	return out
}

func (k kept) At(key string) ([]zone.Record, error) {
	for _, r := range k.links() {
		if zone.ChainKey(r) == key {
			return k.with(r), nil
		}
	}
	return nil, nil
}

func (k kept) Before(key string) ([]zone.Record, error) {
	list := k.links()
	for _, r := range slices.Backward(list) {
		if zone.ChainKey(r) < key {
			return k.with(r), nil
		}
	}
	return k.with(list[len(list)-1]), nil
}

func (k kept) Holds(name string, except []string) (bool, error) {
	return slices.ContainsFunc(k.own, func(r zone.Record) bool {
		return (r.Name == name || strings.HasSuffix(r.Name, "."+name)) && !slices.Contains(except, r.Name)
	}), nil
}

// amendment is what is to be told of a change.
func (k kept) amendment(j zone.SignJob, c zone.Change) zone.Amendment {
	a := zone.Amendment{SignJob: j, Chain: k}
	above := map[string]bool{}
	for _, r := range slices.Concat(c.Remove, c.Add) {
		if !slices.Contains(a.Names, r.Name) {
			a.Names = append(a.Names, r.Name)
		}
		for n := r.Name; n != ""; n = zone.Parent(n) {
			above[n] = true
		}
	}
	at := func(rs []zone.Record) (out []zone.Record) {
		for _, r := range rs {
			if slices.Contains(a.Names, r.Name) {
				out = append(out, r)
			}
		}
		return out
	}
	a.Before, a.Records, a.Touched = at(k.own), at(j.Records), c.Touched()
	for _, r := range j.Records {
		if r.Type == "NS" && r.Name != zone.Apex && above[r.Name] {
			a.Cuts = append(a.Cuts, r.Name)
		}
	}
	a.Old = nil
	for _, r := range k.extra {
		if r.Name == zone.Apex || slices.Contains(a.Names, r.Name) {
			a.Old = append(a.Old, r)
		}
	}
	a.Keys = slices.DeleteFunc(slices.Clone(j.Keys), func(k zone.SignKey) bool { return k.KSK || !k.Active })
	return a
}

func numbered(rs []zone.Record) []zone.Record {
	for i := range rs {
		rs[i].ID = zone.RecordID(i + 1)
	}
	return rs
}

func bare(rs []zone.Record) []string {
	var out []string
	for _, r := range rs {
		out = append(out, fmt.Sprint(r.Name, " ", r.TTL, " ", r.Type, " ", r.Data))
	}
	slices.Sort(out)
	return out
}

// someChange makes a change up: names that come, go and change, below each other, wildcards, and delegations with glue.
func someChange(rnd *rand.Rand, have []zone.Record) zone.Change {
	names := []string{"@", "a", "b.a", "c.b.a", "x.y.z", "y.z", "www", "z.www", "*.wild", "wild", "plain", "ns.plain", "safe", "0", "m", "mail", "zz", "q.zz", "b.c", "a.b.c", "n.b.c"}
	var c zone.Change
	for range 1 + rnd.IntN(4) {
		n := names[rnd.IntN(len(names))]
		if rnd.IntN(3) == 0 {
			n = fmt.Sprintf("r%d.e%d", rnd.IntN(9), rnd.IntN(3))
		}
		var there []zone.Record
		for _, r := range have {
			if r.Name == n {
				there = append(there, r)
			}
		}
		if slices.ContainsFunc(slices.Concat(c.Remove, c.Add), func(r zone.Record) bool { return r.Name == n }) {
			continue
		}
		switch rnd.IntN(5) {
		case 0, 1:
			if n != zone.Apex {
				c.Remove = append(c.Remove, there...)
			}
		case 2:
			c.Add = append(c.Add, zone.Record{Name: n, Type: "TXT", TTL: 600, Data: fmt.Sprintf("\"%d\"", rnd.IntN(1000))})
		case 3:
			c.Remove = append(c.Remove, there[:min(len(there), rnd.IntN(2))]...)
			c.Add = append(c.Add, zone.Record{Name: n, Type: "AAAA", TTL: 600, Data: fmt.Sprintf("2001:db8::%d", 1+rnd.IntN(1000))})
		case 4:
			c.Add = append(c.Add, zone.Record{Name: n, Type: "NS", TTL: 600, Data: fmt.Sprintf("ns%d.example.net.", rnd.IntN(1000))})
		}
	}
	return c
}

// TestAmendIsSign: whatever changes, looking at the names concerned comes to what looking at all of them comes to.
func TestAmendIsSign(t *testing.T) {
	t.Parallel()
	for _, nsec3 := range []bool{false, true} {
		for seed := range uint64(8) {
			rnd := rand.New(rand.NewPCG(seed, 1))
			j := job(t, zone.Ed25519, nsec3) // signs alike twice
			k := kept{own: numbered(j.Records)}
			k.extra = numbered(signed(t, j))
			whole, amended := 0, 0
			for i := range 60 {
				c := someChange(rnd, k.own)
				if c.Empty() {
					continue
				}
				j.SOA, j.Old, j.Touched, j.Records = soa(i+2), k.extra, c.Touched(), zone.Apply(k.own, c)
				want := signed(t, j)
				got, err := Signer{}.Amend(k.amendment(j, c))
				switch {
				case errors.Is(err, zone.ErrWhole):
					whole++
				case err != nil:
					t.Fatal(err)
				default:
					amended++
					if d := cmp.Diff(bare(want), bare(zone.Apply(k.extra, got))); d != "" {
						t.Fatalf("nsec3 %v, seed %d, change %d: %+v\n%s", nsec3, seed, i, c, d)
					}
				}
				k.own, k.extra = numbered(zone.Apply(k.own, c)), numbered(want)
				j.Records = k.own
			}
			if amended < 30 {
				t.Errorf("nsec3 %v, seed %d: %d changes took the whole zone, %d did not", nsec3, seed, whole, amended)
			}
		}
	}
}
