package dns

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	mdns "github.com/miekg/dns"
)

// secure is a zone with all that proofs are about.
const secure = `
	@ NS ns1.example.org.
	@ MX 10 mail.example.org.
	ns1 A 192.0.2.1
	mail A 192.0.2.2
	www CNAME web.example.org.
	web A 192.0.2.3
	a.b.c A 192.0.2.5
	*.wild TXT "any"
	deep.er.wild A 192.0.2.9
	*.alias CNAME web.example.org.
	sub NS ns.sub.example.org.
	ns.sub A 192.0.2.6
	safe NS ns.example.net.
	safe DS 12345 13 2 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF
	dn DNAME web.example.org.
	_x._tcp SRV 1 2 3 web.example.org.
	zz A 192.0.2.7`

// validator checks answers as a resolver with the zone's keys does (RFC 4035 §5, RFC 5155 §8).
type validator struct {
	t    *testing.T
	w    *worker
	keys map[uint16]*mdns.DNSKEY
	cuts []string
}

func newValidator(t *testing.T, w *worker) *validator {
	v := &validator{t: t, w: w, keys: map[uint16]*mdns.DNSKEY{}, cuts: []string{"sub.example.org.", "safe.example.org."}}
	for _, rr := range exchange(t, w, question("example.org.", mdns.TypeDNSKEY, true), elsewhere).Answer {
		if k, ok := rr.(*mdns.DNSKEY); ok {
			v.keys[k.KeyTag()] = k
		}
	}
	if len(v.keys) != 2 {
		t.Fatalf("%d keys", len(v.keys))
	}
	return v
}

// signed checks that every set of a section that must be signed is, and gives back the sets that were made from wildcards.
func (v *validator) signed(what string, rrs []mdns.RR) (expanded []string) {
	v.t.Helper()
	sets, sigs := map[string][]mdns.RR{}, map[string][]*mdns.RRSIG{}
	for _, rr := range rrs {
		h := rr.Header()
		if s, ok := rr.(*mdns.RRSIG); ok {
			k := fmt.Sprint(h.Name, s.TypeCovered)
			sigs[k] = append(sigs[k], s)
			continue
		}
		sets[fmt.Sprint(h.Name, h.Rrtype)] = append(sets[fmt.Sprint(h.Name, h.Rrtype)], rr)
	}
	for k, set := range sets {
		h := set[0].Header()
		if h.Rrtype == mdns.TypeNS && slices.Contains(v.cuts, h.Name) {
			continue
		}
		if h.Rrtype == mdns.TypeCNAME && len(sigs[k]) == 0 && strings.Contains(h.Name, ".dn.") {
			continue // made from a DNAME
		}
		if len(sigs[k]) == 0 {
			v.t.Errorf("%s: %s has no signature", what, set[0])
			continue
		}
		for _, s := range sigs[k] {
			if err := s.Verify(v.keys[s.KeyTag], set); err != nil || !s.ValidityPeriod(time.Now()) {
				v.t.Errorf("%s: %s: %v", what, set[0], err)
			}
			if h.Ttl > s.OrigTtl || s.Hdr.Ttl != h.Ttl {
				v.t.Errorf("%s: TTLs %d, %d, %d", what, h.Ttl, s.OrigTtl, s.Hdr.Ttl)
			}
			if int(s.Labels) < mdns.CountLabel(h.Name) && !strings.HasPrefix(h.Name, "*.") {
				expanded = append(expanded, h.Name)
			}
		}
	}
	return expanded
}

// chainCovers reports whether one of the records proves that a name is not there.
func chainCovers(rrs []mdns.RR, name string) bool {
	for _, rr := range rrs {
		switch x := rr.(type) {
		case *mdns.NSEC3:
			if x.Cover(name) {
				return true
			}
		case *mdns.NSEC:
			owner, next := reversed(x.Hdr.Name), reversed(x.NextDomain)
			n := reversed(name)
			if owner < n && (n < next || x.NextDomain == "example.org.") {
				return true
			}
		}
	}
	return false
}

// reversed brings a name into a form that sorts canonically.
func reversed(name string) string {
	l := mdns.SplitDomainName(name)
	slices.Reverse(l)
	return strings.Join(l, "\x00")
}

// denies reports whether a record matches the name and lacks the type.
func denies(rrs []mdns.RR, name string, typ uint16) bool {
	for _, rr := range rrs {
		switch x := rr.(type) {
		case *mdns.NSEC3:
			if x.Match(name) && !slices.Contains(x.TypeBitMap, typ) {
				return true
			}
		case *mdns.NSEC:
			if strings.EqualFold(x.Hdr.Name, name) && !slices.Contains(x.TypeBitMap, typ) {
				return true
			}
			if strings.HasSuffix(x.NextDomain, "."+name) { // an empty non-terminal
				return true
			}
		}
	}
	return false
}

func matches(rrs []mdns.RR, name string) bool {
	return slices.ContainsFunc(rrs, func(rr mdns.RR) bool { x, ok := rr.(*mdns.NSEC3); return ok && x.Match(name) })
}

func TestProofs(t *testing.T) { // RFC 4035 §3.1, RFC 5155 §7.2
	t.Parallel()
	for _, nsec3 := range []bool{false, true} {
		t.Run(fmt.Sprintf("nsec3=%v", nsec3), func(t *testing.T) {
			t.Parallel()
			s, _ := server(t, Config{MaxUDP: 4096}, signed(t, text(t, "example.org", secure), nsec3))
			w := s.worker(4096)
			v := newValidator(t, w)
			for _, c := range []struct{ name, typ, kind string }{
				{"example.org.", "SOA", "yes"},
				{"example.org.", "MX", "yes"},
				{"www.example.org.", "A", "yes"},
				{"x.dn.example.org.", "A", "name"},
				{"safe.example.org.", "DS", "yes"},
				{"mail.example.org.", "AAAA", "data"},
				{"example.org.", "DS", "data"},
				{"b.c.example.org.", "A", "data"},
				{"er.wild.example.org.", "TXT", "data"},
				{"_tcp.example.org.", "SRV", "data"},
				{"sub.example.org.", "DS", "data"},
				{"nix.example.org.", "A", "name"},
				{"0.example.org.", "A", "name"},
				{"zzz.example.org.", "A", "name"},
				{"x.y.web.example.org.", "A", "name"},
				{"x.b.c.example.org.", "A", "name"},
				{"x.er.wild.example.org.", "TXT", "name"},
				{"host.wild.example.org.", "TXT", "wild"},
				{"a.host.wild.example.org.", "TXT", "wild"},
				{"zz.alias.example.org.", "A", "wild"},
				{"host.wild.example.org.", "A", "wilddata"},
				{"x.sub.example.org.", "A", "insecure"},
				{"x.safe.example.org.", "A", "secure"},
			} {
				v.check(c.name, c.typ, c.kind)
			}
		})
	}
}

func (v *validator) check(name, typ, kind string) {
	v.t.Helper()
	what := name + " " + typ
	qtype := mdns.StringToType[typ]
	r := exchange(v.t, v.w, question(name, qtype, true), elsewhere)
	expanded := append(v.signed(what, r.Answer), v.signed(what, r.Ns)...)
	ok := !r.Truncated
	encloser := func() (ce, closer string) {
		for i, off := range mdns.Split(name) {
			if n := name[off:]; exists[n] {
				return n, name[mdns.Split(name)[i-1]:]
			}
		}
		return "", ""
	}
	target := name
	if strings.Contains(name, ".dn.") {
		target = "x.web.example.org."
	}
	switch kind {
	case "yes":
		ok = ok && r.Rcode == 0 && len(r.Answer) > 0 && len(r.Ns) == 0
	case "data":
		ok = ok && r.Rcode == 0 && len(r.Answer) == 0 && denies(r.Ns, name, qtype) && denies(r.Ns, name, mdns.TypeCNAME)
	case "name":
		name = target
		ce, closer := encloser()
		ok = ok && r.Rcode == mdns.RcodeNameError && chainCovers(r.Ns, closer) && chainCovers(r.Ns, "*."+ce) && (matches(r.Ns, ce) || v.nsec(r.Ns))
	case "wild":
		_, closer := encloser()
		ok = ok && r.Rcode == 0 && len(r.Answer) > 0 && slices.Contains(expanded, name) && chainCovers(r.Ns, closer)
	case "wilddata":
		ce, closer := encloser()
		ok = ok && r.Rcode == 0 && len(r.Answer) == 0 && chainCovers(r.Ns, closer) && denies(r.Ns, "*."+ce, qtype) && (matches(r.Ns, ce) || v.nsec(r.Ns))
	case "insecure":
		ok = ok && !r.Authoritative && denies(r.Ns, "sub.example.org.", mdns.TypeDS)
	case "secure":
		ok = ok && !r.Authoritative && slices.ContainsFunc(r.Ns, func(rr mdns.RR) bool { return rr.Header().Rrtype == mdns.TypeDS })
	}
	if !ok {
		v.t.Errorf("%s is not proven as %q:\n%v", what, kind, r)
	}
}

func (v *validator) nsec(rrs []mdns.RR) bool {
	return slices.ContainsFunc(rrs, func(rr mdns.RR) bool { return rr.Header().Rrtype == mdns.TypeNSEC })
}

// exists are the names of the zone that can be closest enclosers in the tests.
var exists = map[string]bool{"example.org.": true, "web.example.org.": true, "b.c.example.org.": true, "wild.example.org.": true, "er.wild.example.org.": true,
	"alias.example.org.": true}

func TestUnsignedAnswersWithoutDO(t *testing.T) {
	t.Parallel()
	s, _ := server(t, Config{}, signed(t, text(t, "example.org", secure), false))
	w := s.worker(4096)
	check(t, w, "nix.example.org.", "A", "NXDOMAIN aa\nns example.org. 300 SOA")
	check(t, w, "web.example.org.", "A", "NOERROR aa\nan web.example.org. A 192.0.2.3")
	r := exchange(t, w, question("web.example.org.", mdns.TypeRRSIG, true), elsewhere)
	if len(r.Answer) != 2 || r.Answer[0].Header().Rrtype != mdns.TypeRRSIG {
		t.Errorf("RRSIG: %v", r)
	}
	r = exchange(t, w, question("web.example.org.", mdns.TypeANY, true), elsewhere)
	if len(r.Answer) != 2 {
		t.Errorf("ANY: %v", r)
	}
}

// TestRandomNamesAreProven asks for names that differ in a letter from those that are there.
func TestRandomNamesAreProven(t *testing.T) {
	t.Parallel()
	for _, nsec3 := range []bool{false, true} {
		s, _ := server(t, Config{MaxUDP: 4096}, signed(t, text(t, "example.org", secure), nsec3))
		w := s.worker(4096)
		v := newValidator(t, w)
		rnd := rand.New(rand.NewPCG(1, 2))
		for range 300 {
			label := make([]byte, 1+rnd.IntN(4))
			for i := range label {
				label[i] = "abcz0-_*\x00\xff"[rnd.IntN(10)]
			}
			wire := append([]byte{byte(len(label))}, label...)
			name, _, err := mdns.UnpackDomainName(append(wire, 0), 0)
			if err != nil {
				t.Fatal(err)
			}
			full := name + "example.org."
			r := exchange(t, w, question(full, mdns.TypeLOC, true), elsewhere)
			v.signed(full, r.Ns)
			if r.Rcode == mdns.RcodeNameError && nsec3 && (!chainCovers(r.Ns, full) || !chainCovers(r.Ns, "*.example.org.")) {
				t.Errorf("%s is not denied: %v", full, r)
			}
			if len(r.Ns) < 4 {
				t.Errorf("%s: %v", full, r)
			}
		}
	}
}
