package sign

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	mdns "github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/testkit"
	"github.com/polyreg/polyreg/internal/zone"
)

// TestRolls leads a zone through a ZSK pre-publication and a KSK double signature; each state is validated whole.
func TestRolls(t *testing.T) {
	t.Parallel()
	j := job(t, zone.ECDSAP256, false)
	first, old := j.Keys[1], j.Keys[0]
	next, new := newKey(t, zone.ECDSAP256, false), newKey(t, zone.ECDSAP256, true)
	off := func(k zone.SignKey) zone.SignKey { k.Active, k.CDS = false, false; return k }
	quiet := func(k zone.SignKey) zone.SignKey { k.CDS = false; return k }
	serial := 1
	for _, c := range []struct {
		name   string
		keys   []zone.SignKey
		www    []zone.SignKey // that sign data
		dnskey []zone.SignKey // that sign the keys
		cds    []zone.SignKey
	}{
		{"before", []zone.SignKey{old, first}, []zone.SignKey{first}, []zone.SignKey{old}, []zone.SignKey{old}},
		{"new ZSK published", []zone.SignKey{old, first, off(next)}, []zone.SignKey{first}, []zone.SignKey{old}, []zone.SignKey{old}},
		{"new ZSK active", []zone.SignKey{old, off(first), next}, []zone.SignKey{next}, []zone.SignKey{old}, []zone.SignKey{old}},
		{"old ZSK gone", []zone.SignKey{old, next}, []zone.SignKey{next}, []zone.SignKey{old}, []zone.SignKey{old}},
		{"new KSK published", []zone.SignKey{old, quiet(new), next}, []zone.SignKey{next}, []zone.SignKey{old, new}, []zone.SignKey{old}},
		{"DS changes", []zone.SignKey{quiet(old), new, next}, []zone.SignKey{next}, []zone.SignKey{old, new}, []zone.SignKey{new}},
		{"old KSK gone", []zone.SignKey{new, next}, []zone.SignKey{next}, []zone.SignKey{new}, []zone.SignKey{new}},
	} {
		serial++
		j.Keys, j.SOA = c.keys, soa(serial)
		j.Old = signed(t, j)
		rrs := whole(t, j, j.Old)
		verify(t, rrs)
		got := map[string][]int{}
		for _, rr := range rrs {
			switch x := rr.(type) {
			case *mdns.RRSIG:
				got[x.Hdr.Name+mdns.TypeToString[x.TypeCovered]] = append(got[x.Hdr.Name+mdns.TypeToString[x.TypeCovered]], int(x.KeyTag))
			case *mdns.CDS:
				got["cds"] = append(got["cds"], int(x.KeyTag))
			}
		}
		for id, want := range map[string][]zone.SignKey{"www.example.com.A": c.www, "example.com.DNSKEY": c.dnskey, "example.com.CDS": c.dnskey, "cds": c.cds} {
			if d := cmp.Diff(tags(want), sorted(got[id])); d != "" {
				t.Errorf("%s: %s: %s", c.name, id, d)
			}
		}
		tools(t, c.name, rrs, j.Keys)
		delv(t, c.name, rrs, j.Keys)
	}
}

func sorted(list []int) []int { slices.Sort(list); return list }

func tags(keys []zone.SignKey) (out []int) {
	for _, k := range keys {
		out = append(out, Signer{}.Tag(k))
	}
	return sorted(out)
}

// tools validates a zone with ldns-verify-zone.
func tools(t *testing.T, what string, rrs []mdns.RR, keys []zone.SignKey) {
	t.Helper()
	path := testkit.Program(t, "ldns-verify-zone", "ldnsutils")
	var text, trust strings.Builder
	for _, rr := range rrs {
		fmt.Fprintln(&text, rr)
	}
	for _, k := range keys {
		if k.KSK && k.CDS {
			fmt.Fprintln(&trust, dnskey(origin+".", k))
		}
	}
	dir := t.TempDir()
	for name, s := range map[string]string{"zone": text.String(), "trust": trust.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command(path, "-k", filepath.Join(dir, "trust"), filepath.Join(dir, "zone")).CombinedOutput()
	if err != nil {
		t.Errorf("%s: ldns-verify-zone: %v\n%s", what, err, out)
	}
}

func TestWholeZonesValidate(t *testing.T) {
	t.Parallel()
	for _, alg := range []int{zone.ECDSAP256, zone.Ed25519} {
		for _, nsec3 := range []bool{false, true} {
			j := job(t, alg, nsec3)
			what, rrs := fmt.Sprintf("algorithm %d, NSEC3 %v", alg, nsec3), whole(t, j, signed(t, j))
			tools(t, what, rrs, j.Keys)
			delv(t, what, rrs, j.Keys)
		}
	}
}

func TestDropDS(t *testing.T) {
	t.Parallel()
	j := job(t, zone.ECDSAP256, false)
	j.Keys[0].CDS, j.NoDS = false, true
	var got []string
	for _, r := range signed(t, j) {
		if r.Type == "CDS" || r.Type == "CDNSKEY" {
			got = append(got, string(r.Type)+" "+r.Data)
		}
	}
	slices.Sort(got)
	if d := cmp.Diff([]string{"CDNSKEY 0 3 0 AA==", "CDS 0 0 0 00"}, got); d != "" {
		t.Error(d)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	if _, _, err := (Signer{}).Generate(8, true); err == nil {
		t.Error("RSA was made")
	}
	j := job(t, zone.ECDSAP256, false)
	j.Keys[1].Private = "Private-key-format: v1.3\nAlgorithm: 13 (X)\nPrivateKey: !!\n"
	if _, err := (Signer{}).Sign(j); err == nil || strings.Contains(err.Error(), "!!") {
		t.Errorf("a broken private key: %v", err)
	}
	j = job(t, zone.ECDSAP256, false)
	j.Records = append(j.Records, zone.Record{Name: "bad", Type: "A", TTL: 60, Data: "x"})
	if _, err := (Signer{}).Sign(j); err == nil {
		t.Error("a broken record was signed")
	}
}

// big is a zone of n records at n names.
func big(b testing.TB, n int) zone.SignJob {
	j := job(b, zone.ECDSAP256, false)
	j.Records = j.Records[:8]
	for i := len(j.Records); i < n; i++ {
		j.Records = append(j.Records, zone.Record{Name: fmt.Sprintf("host-%d", i), Type: "A", TTL: 600, Data: fmt.Sprintf("192.0.%d.%d", i/250%250, i%250)})
	}
	return j
}

func BenchmarkSign1000(b *testing.B) {
	j := big(b, 1000)
	for b.Loop() {
		signed(b, j)
	}
}

func BenchmarkOneChange(b *testing.B) {
	j := big(b, 1000)
	j.Old = signed(b, j)
	c := zone.Change{Remove: j.Records[500:501], Add: []zone.Record{{Name: j.Records[500].Name, Type: "A", TTL: 600, Data: "198.51.100.1"}}}
	j.Records, j.Touched = zone.Apply(j.Records, c), c.Touched()
	for b.Loop() {
		signed(b, j)
	}
}
