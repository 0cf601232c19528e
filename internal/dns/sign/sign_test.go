package sign

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	mdns "github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/zone"
)

const origin = "example.com"

func soa(serial int) string {
	return fmt.Sprintf("ns1.example.com. hostmaster.example.com. %d 3600 600 604800 300", serial)
}

// records cover what chains must get right: empty non-terminals, wildcards, secure and insecure delegations, glue, and names that
// sort otherwise than their letters.
func records() []zone.Record {
	var out []zone.Record
	for _, line := range strings.Split(strings.TrimSpace(`
@ NS ns1.example.com.
@ NS ns2.example.com.
@ MX 10 mail.example.com.
@ TXT "one" "two"
ns1 A 192.0.2.1
ns2 A 192.0.2.2
ns2 AAAA 2001:db8::2
mail A 192.0.2.3
*.wild A 192.0.2.4
a.b.c A 192.0.2.5
z.www CNAME www.example.com.
www A 192.0.2.6
www A 192.0.2.7
_sip._tcp SRV 1 2 5060 www.example.com.
plain NS ns.plain.example.com.
plain NS ns9.example.net.
ns.plain A 192.0.2.8
deep.ns.plain A 192.0.2.8
safe NS ns9.example.net.
safe DS 12345 13 2 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF
xn--bcher-kva A 192.0.2.9
0 A 192.0.2.10`), "\n") {
		f := strings.SplitN(line, " ", 3)
		out = append(out, zone.Record{Name: f[0], Type: zone.Type(f[1]), TTL: 600, Data: f[2]})
	}
	return out
}

func newKey(t testing.TB, alg int, ksk bool) zone.SignKey {
	t.Helper()
	pub, priv, err := Signer{}.Generate(alg, ksk)
	if err != nil {
		t.Fatal(err)
	}
	return zone.SignKey{KSK: ksk, Alg: alg, Public: pub, Private: priv, Active: true, CDS: ksk}
}

var now = time.Now().UTC().Truncate(time.Second)

func job(t testing.TB, alg int, nsec3 bool) zone.SignJob {
	return zone.SignJob{Origin: origin, SOA: soa(1), SOATTL: 3600, Minimum: 300, Records: records(), NSEC3: nsec3,
		Keys:      []zone.SignKey{newKey(t, alg, true), newKey(t, alg, false)},
		Inception: now.Add(-time.Hour), Expiration: now.Add(14 * 24 * time.Hour), Refresh: now.Add(7 * 24 * time.Hour)}
}

func signed(t testing.TB, j zone.SignJob) []zone.Record {
	t.Helper()
	out, err := Signer{}.Sign(j)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// whole are all records of a signed zone for the library.
func whole(t testing.TB, j zone.SignJob, extra []zone.Record) []mdns.RR {
	t.Helper()
	all := append([]zone.Record{{Name: "@", Type: "SOA", TTL: j.SOATTL, Data: j.SOA}}, slices.Concat(j.Records, extra)...)
	var out []mdns.RR
	for _, r := range all {
		name := origin + "."
		if r.Name != "@" {
			name = r.Name + "." + name
		}
		rr, err := mdns.NewRR(fmt.Sprintf("%s %d IN %s %s", name, r.TTL, r.Type, r.Data))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, rr)
	}
	return out
}

// verify checks each signature with the library, and which sets have one. It gives the covered sets.
func verify(t testing.TB, rrs []mdns.RR) []string {
	t.Helper()
	sets, keys := map[string][]mdns.RR{}, map[uint16][]*mdns.DNSKEY{}
	for _, rr := range rrs {
		if k, ok := rr.(*mdns.DNSKEY); ok {
			keys[k.KeyTag()] = append(keys[k.KeyTag()], k)
		}
		if rr.Header().Rrtype != mdns.TypeRRSIG {
			id := rr.Header().Name + " " + mdns.TypeToString[rr.Header().Rrtype]
			sets[id] = append(sets[id], rr)
		}
	}
	var covered []string
	for _, rr := range rrs {
		sig, ok := rr.(*mdns.RRSIG)
		if !ok {
			continue
		}
		id := sig.Hdr.Name + " " + mdns.TypeToString[sig.TypeCovered]
		covered = append(covered, strings.Replace(strings.Replace(id, "."+origin+".", "", 1), origin+".", "@", 1))
		good := false
		for _, k := range keys[sig.KeyTag] {
			good = good || sig.Verify(k, sets[id]) == nil && sig.ValidityPeriod(now)
		}
		if !good {
			t.Errorf("the signature of %s by %d does not verify", id, sig.KeyTag)
		}
	}
	slices.Sort(covered)
	return covered
}

func TestNSECChain(t *testing.T) {
	t.Parallel()
	j := job(t, zone.ECDSAP256, false)
	rrs := whole(t, j, signed(t, j))
	var chain []string
	at := origin + "."
	next := map[string]*mdns.NSEC{}
	for _, rr := range rrs {
		if n, ok := rr.(*mdns.NSEC); ok {
			next[n.Hdr.Name] = n
		}
	}
	for range len(next) {
		n := next[at]
		if n == nil {
			t.Fatalf("the chain breaks at %s", at)
		}
		chain = append(chain, strings.TrimSuffix(at, "."+origin+".")+strings.TrimPrefix(n.String(), n.Hdr.String()+n.NextDomain))
		at = n.NextDomain
	}
	want := `example.com. NS SOA MX TXT RRSIG NSEC DNSKEY CDS CDNSKEY
0 A RRSIG NSEC
_sip._tcp SRV RRSIG NSEC
a.b.c A RRSIG NSEC
mail A RRSIG NSEC
ns1 A RRSIG NSEC
ns2 A AAAA RRSIG NSEC
plain NS RRSIG NSEC
safe NS DS RRSIG NSEC
*.wild A RRSIG NSEC
www A RRSIG NSEC
z.www CNAME RRSIG NSEC
xn--bcher-kva A RRSIG NSEC`
	if d := cmp.Diff(want, strings.Join(chain, "\n")); d != "" {
		t.Error(d)
	}
	if at != origin+"." {
		t.Errorf("the chain ends at %s", at)
	}
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	for _, alg := range []int{zone.ECDSAP256, zone.Ed25519} {
		j := job(t, alg, false)
		got := verify(t, whole(t, j, signed(t, j)))
		var want []string
		for _, s := range strings.Fields("@:CDNSKEY @:CDS @:DNSKEY @:MX @:NS @:SOA @:TXT ns1:A ns2:A ns2:AAAA mail:A *.wild:A a.b.c:A z.www:CNAME www:A " +
			"_sip._tcp:SRV safe:DS xn--bcher-kva:A 0:A @:NSEC 0:NSEC _sip._tcp:NSEC a.b.c:NSEC mail:NSEC ns1:NSEC ns2:NSEC plain:NSEC safe:NSEC *.wild:NSEC " +
			"www:NSEC z.www:NSEC xn--bcher-kva:NSEC") {
			want = append(want, strings.Replace(s, ":", " ", 1))
		}
		slices.Sort(want)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("algorithm %d: %s", alg, d)
		}
	}
}

func TestNSEC3Chain(t *testing.T) {
	t.Parallel()
	j := job(t, zone.ECDSAP256, true)
	rrs := whole(t, j, signed(t, j))
	verify(t, rrs)
	have := map[string]*mdns.NSEC3{}
	for _, rr := range rrs {
		switch n := rr.(type) {
		case *mdns.NSEC3:
			have[strings.ToUpper(strings.TrimSuffix(n.Hdr.Name, "."+origin+"."))] = n
			if n.Iterations != 0 || n.SaltLength != 0 || n.Flags != 0 || n.Hash != mdns.SHA1 {
				t.Errorf("parameters: %s", n)
			}
		case *mdns.NSEC:
			t.Errorf("an NSEC record: %s", n)
		}
	}
	got := map[string]string{}
	for _, name := range strings.Fields("@ 0 _tcp _sip._tcp c b.c a.b.c mail ns1 ns2 plain safe wild *.wild www z.www xn--bcher-kva") {
		full := strings.TrimPrefix(name+"."+origin+".", "@.")
		n := have[mdns.HashName(full, mdns.SHA1, 0, "")]
		if n == nil {
			t.Errorf("%s has no NSEC3 record", name)
			continue
		}
		var types []string
		for _, typ := range n.TypeBitMap {
			types = append(types, mdns.TypeToString[typ])
		}
		got[name] = strings.Join(types, " ")
	}
	if len(got) != len(have) {
		t.Errorf("%d names, %d NSEC3 records", len(got), len(have))
	}
	want := map[string]string{"@": "NS SOA MX TXT RRSIG DNSKEY NSEC3PARAM CDS CDNSKEY", "0": "A RRSIG", "_tcp": "", "_sip._tcp": "SRV RRSIG", "c": "", "b.c": "", "a.b.c": "A RRSIG",
		"mail": "A RRSIG", "ns1": "A RRSIG", "ns2": "A AAAA RRSIG", "plain": "NS", "safe": "NS DS RRSIG", "wild": "", "*.wild": "A RRSIG", "www": "A RRSIG",
		"z.www": "CNAME RRSIG", "xn--bcher-kva": "A RRSIG"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for h, n := range have { // one circle
		if have[n.NextDomain] == nil {
			t.Errorf("%s points at %s, which is not there", h, n.NextDomain)
		}
	}
}

// fresh are the sets whose signatures differ from an earlier state.
func fresh(old, new []zone.Record) []string {
	had := map[zone.Record]bool{}
	for _, r := range old {
		had[r] = true
	}
	var out []string
	for _, r := range new {
		if r.Type == "RRSIG" && !had[r] {
			out = append(out, r.Name+" "+strings.Fields(r.Data)[0])
		}
	}
	slices.Sort(out)
	return out
}

func TestOnlyWhatChangedIsSignedAnew(t *testing.T) {
	t.Parallel()
	base := job(t, zone.Ed25519, false)
	old := signed(t, base)
	for _, c := range []struct {
		name   string
		change zone.Change
		edit   func(j *zone.SignJob)
		want   string
	}{
		{name: "serial alone", want: "@ SOA"},
		{name: "data of a set", change: zone.Change{Remove: pick("www", "192.0.2.6"), Add: []zone.Record{{Name: "www", Type: "A", TTL: 600, Data: "192.0.2.66"}}}, want: "@ SOA,www A"},
		{name: "a new type at a name", change: zone.Change{Add: []zone.Record{{Name: "www", Type: "AAAA", TTL: 600, Data: "2001:db8::6"}}}, want: "@ SOA,www AAAA,www NSEC"},
		{name: "a new name", change: zone.Change{Add: []zone.Record{{Name: "mailer", Type: "A", TTL: 600, Data: "192.0.2.77"}}}, want: "@ SOA,mail NSEC,mailer A,mailer NSEC"},
		{name: "a name gone", change: zone.Change{Remove: pick("mail", "192.0.2.3")}, want: "@ SOA,a.b.c NSEC"},
		{name: "a delegation over data", change: zone.Change{Add: []zone.Record{{Name: "c", Type: "NS", TTL: 600, Data: "ns9.example.net."}}}, want: "@ SOA,_sip._tcp NSEC,c NSEC"},
		{name: "a delegation gone", change: zone.Change{Remove: append(pick("plain", "ns.plain.example.com."), pick("plain", "ns9.example.net.")...)},
			want: "@ SOA,deep.ns.plain A,deep.ns.plain NSEC,ns.plain A,ns.plain NSEC,ns2 NSEC"},
		{name: "a TTL", change: zone.Change{Remove: pick("mail", "192.0.2.3"), Add: []zone.Record{{Name: "mail", Type: "A", TTL: 60, Data: "192.0.2.3"}}}, want: "@ SOA,mail A"},
		{name: "a key published", edit: func(j *zone.SignJob) {
			k := newKey(t, zone.Ed25519, false)
			k.Active = false
			j.Keys = append(slices.Clone(j.Keys), k)
		}, want: "@ DNSKEY,@ SOA"},
	} {
		j := base
		j.SOA, j.Old, j.Touched = soa(2), old, c.change.Touched()
		j.Records = zone.Apply(j.Records, c.change)
		if c.edit != nil {
			c.edit(&j)
		}
		out := signed(t, j)
		if got := strings.Join(fresh(old, out), ","); got != c.want {
			t.Errorf("%s: signed anew: %s; want %s", c.name, got, c.want)
		}
		verify(t, whole(t, j, out))
	}
}

func pick(name, data string) []zone.Record {
	for _, r := range records() {
		if r.Name == name && r.Data == data {
			return []zone.Record{r}
		}
	}
	panic("no such record")
}

func TestOldSignaturesAreMadeAnew(t *testing.T) {
	t.Parallel()
	j := job(t, zone.Ed25519, true)
	old := signed(t, j)
	j.Old = old
	if n := len(fresh(old, signed(t, j))); n != 0 && n != 1 { // Ed25519 signs alike twice
		t.Errorf("%d signatures made anew with nothing to do", n)
	}
	j.Inception, j.Expiration, j.Refresh = now.Add(time.Hour), now.Add(22*24*time.Hour), now.Add(15*24*time.Hour)
	sigs := 0
	for _, r := range old {
		if r.Type == "RRSIG" {
			sigs++
		}
	}
	if n := len(fresh(old, signed(t, j))); n != sigs {
		t.Errorf("%d of %d old signatures made anew", n, sigs)
	}
}
