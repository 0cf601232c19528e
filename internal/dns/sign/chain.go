package sign

import (
	"slices"
	"sort"
	"strings"

	mdns "github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/zone"
)

// chain adds the records that prove what is not there.
func (w *work) chain() error {
	if w.NSEC3 {
		return w.hashed()
	}
	ttl := uint32(min(w.SOATTL, w.Minimum))
	for i, name := range w.names {
		next := w.names[(i+1)%len(w.names)]
		w.add(name, &mdns.NSEC{Hdr: mdns.RR_Header{Name: w.full(name), Rrtype: mdns.TypeNSEC, Class: mdns.ClassINET, Ttl: ttl},
			NextDomain: w.full(next), TypeBitMap: w.types(name, mdns.TypeNSEC)})
	}
	return nil
}

// types are the types at a name, for a chain record of the given type (0: NSEC3, which does not stand at the name).
func (w *work) types(name string, chain uint16) []uint16 {
	var out []uint16
	signed := false
	for _, typ := range w.at[name] {
		if typ == mdns.TypeNSEC || typ == mdns.TypeNSEC3 || w.cut[name] && typ != mdns.TypeNS && typ != mdns.TypeDS {
			continue
		}
		signed = signed || !w.cut[name] || typ == mdns.TypeDS
		out = append(out, typ)
	}
	if chain != 0 {
		out = append(out, chain)
		signed = true
	}
	if signed {
		out = append(out, mdns.TypeRRSIG)
	}
	slices.Sort(out)
	return out
}

// hashed makes NSEC3 records: SHA-1, no salt, no further rounds (RFC 9276 §3.1), no opt-out.
func (w *work) hashed() error {
	w.add(zone.Apex, &mdns.NSEC3PARAM{Hdr: mdns.RR_Header{Name: w.origin, Rrtype: mdns.TypeNSEC3PARAM, Class: mdns.ClassINET, Ttl: 0}, Hash: mdns.SHA1})
	all := map[string]bool{}
	for _, name := range w.names {
		for n := name; n != ""; n = zone.Parent(n) { // names without data of their own too
			all[n] = true
		}
	}
	type link struct{ hash, name string }
	var links []link
	for name := range all {
		links = append(links, link{mdns.HashName(w.full(name), mdns.SHA1, 0, ""), name})
	}
	sort.Slice(links, func(i, j int) bool { return links[i].hash < links[j].hash })
	ttl := uint32(min(w.SOATTL, w.Minimum))
	for i, l := range links {
		next := links[(i+1)%len(links)]
		owner := strings.ToLower(l.hash)
		w.add(owner, &mdns.NSEC3{Hdr: mdns.RR_Header{Name: w.full(owner), Rrtype: mdns.TypeNSEC3, Class: mdns.ClassINET, Ttl: ttl}, Hash: mdns.SHA1,
			HashLength: 20, NextDomain: next.hash, TypeBitMap: w.types(l.name, 0)})
	}
	return nil
}
