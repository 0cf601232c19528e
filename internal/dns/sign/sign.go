package sign

import (
	"crypto"
	"fmt"
	"sort"
	"strings"
	"time"

	mdns "github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// Job is a zone to be signed.
type Job struct {
	Origin  dname.Name
	SOA     string // data of the SOA record, with the serial that it will have
	SOATTL  int
	Minimum int // of the SOA: the negative TTL
	Records []zone.Record
	Keys    []Key
	NSEC3   bool
	// Old is what an earlier Job gave; signatures in it are kept where nothing changed and they last beyond Refresh. Touched names
	// what changed since: "name type", as Set gives. All is set when nothing may be kept.
	Old     []zone.Record
	Touched map[string]bool
	All     bool
	// Wall times. Signatures are valid from Inception until Expiration.
	Inception, Expiration, Refresh time.Time
}

// keyTTL is the TTL of DNSKEY, CDS and CDNSKEY.
const keyTTL = 3600

// Set names an RRset for Job.Touched.
func Set(name string, typ zone.Type) string { return name + " " + string(typ) }

// Records gives the records beside the zone's own: DNSKEY, CDS, CDNSKEY, NSEC or NSEC3 with NSEC3PARAM, and all RRSIG. The same
// Job gives the same records, but for new signatures.
func Records(j Job) ([]zone.Record, error) {
	w := &work{Job: j, origin: string(j.Origin) + ".", sets: map[key]*set{}, kept: map[key][]*mdns.RRSIG{}}
	for _, step := range []func() error{w.own, w.keyRecords, w.cuts, w.chain, w.keep, w.signAll} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return zone.Sorted(w.out), nil
}

type key struct {
	name string // relative
	typ  uint16
}

// set is an RRset.
type set struct {
	rrs   []mdns.RR
	extra bool // not of the zone's holder
}

// work is a Job under way.
type work struct {
	Job
	origin string
	sets   map[key]*set
	names  []string // authoritative names and delegations, in canonical order
	cut    map[string]bool
	below  map[string]bool // names below a delegation
	kept   map[key][]*mdns.RRSIG
	out    []zone.Record
}

func (w *work) full(name string) string {
	if name == zone.Apex {
		return w.origin
	}
	return name + "." + w.origin
}

func (w *work) parse(name string, ttl int, typ, data string) (mdns.RR, error) {
	rr, err := mdns.NewRR(fmt.Sprintf("%s %d IN %s %s", w.full(name), ttl, typ, data))
	if err != nil || rr == nil {
		return nil, fmt.Errorf("sign: %s %s cannot be read: %w", w.full(name), typ, err)
	}
	return rr, nil
}

func (w *work) add(name string, rr mdns.RR, extra bool) {
	k := key{name, rr.Header().Rrtype}
	s := w.sets[k]
	if s == nil {
		s = &set{extra: extra}
		w.sets[k] = s
	}
	s.rrs = append(s.rrs, rr)
	if extra {
		w.out = append(w.out, record(name, rr))
	}
}

// record turns a library's record into ours.
func record(name string, rr mdns.RR) zone.Record {
	h := rr.Header()
	return zone.Record{Name: name, Type: zone.Type(mdns.TypeToString[h.Rrtype]), TTL: int(h.Ttl), Data: strings.TrimPrefix(rr.String(), h.String())}
}

// own reads the zone's own records.
func (w *work) own() error {
	soa, err := w.parse(zone.Apex, w.SOATTL, "SOA", w.SOA)
	if err != nil {
		return err
	}
	w.add(zone.Apex, soa, false)
	for _, r := range w.Job.Records {
		rr, err := w.parse(r.Name, r.TTL, string(r.Type), r.Data)
		if err != nil {
			return err
		}
		w.add(r.Name, rr, false)
	}
	return nil
}

// keyRecords are DNSKEY, and CDS with CDNSKEY for the keys that the parent shall know.
func (w *work) keyRecords() error {
	for _, k := range w.Keys {
		d := dnskey(w.origin, k)
		d.Hdr.Ttl = keyTTL
		w.add(zone.Apex, d, true)
		if !k.CDS {
			continue
		}
		ds := d.ToDS(mdns.SHA256)
		if ds == nil {
			return fmt.Errorf("sign: no digest of key %d", d.KeyTag())
		}
		cds := ds.ToCDS()
		cds.Hdr = mdns.RR_Header{Name: w.origin, Rrtype: mdns.TypeCDS, Class: mdns.ClassINET, Ttl: keyTTL}
		cdnskey := d.ToCDNSKEY()
		cdnskey.Hdr = mdns.RR_Header{Name: w.origin, Rrtype: mdns.TypeCDNSKEY, Class: mdns.ClassINET, Ttl: keyTTL}
		w.add(zone.Apex, cds, true)
		w.add(zone.Apex, cdnskey, true)
	}
	return nil
}

// cuts finds delegations, what lies below them, and the names in canonical order.
func (w *work) cuts() error {
	w.cut, w.below = map[string]bool{}, map[string]bool{}
	seen := map[string]bool{}
	for k := range w.sets {
		if k.typ == mdns.TypeNS && k.name != zone.Apex {
			w.cut[k.name] = true
		}
		seen[k.name] = true
	}
	for name := range seen {
		for up := parent(name); up != ""; up = parent(up) {
			if w.cut[up] {
				w.below[name] = true
			}
		}
		if !w.below[name] {
			w.names = append(w.names, name)
		}
	}
	sort.Slice(w.names, func(i, j int) bool { return canonicalLess(w.names[i], w.names[j]) })
	return nil
}

// parent is the name above, "" for the origin's.
func parent(name string) string {
	if name == zone.Apex {
		return ""
	}
	_, up, ok := strings.Cut(name, ".")
	if !ok {
		return zone.Apex
	}
	return up
}

// canonicalLess orders relative names by labels from the right (RFC 4034 §6.1).
func canonicalLess(a, b string) bool {
	x, y := labels(a), labels(b)
	for i := 1; i <= min(len(x), len(y)); i++ {
		if l, m := x[len(x)-i], y[len(y)-i]; l != m {
			return l < m
		}
	}
	return len(x) < len(y)
}

func labels(name string) []string {
	if name == zone.Apex {
		return nil
	}
	return strings.Split(name, ".")
}

// keep finds the signatures that need not be made again.
func (w *work) keep() error {
	if w.All {
		return nil
	}
	had := map[string]bool{} // extra records that were there before
	for _, r := range w.Old {
		if r.Type != "RRSIG" {
			had[r.Name+" "+string(r.Type)+" "+r.Data] = true
		}
	}
	changed := map[key]bool{}
	count := map[key]int{}
	for _, r := range w.out {
		k := key{r.Name, mdns.StringToType[string(r.Type)]}
		count[k]++
		if !had[r.Name+" "+string(r.Type)+" "+r.Data] {
			changed[k] = true
		}
	}
	for _, r := range w.Old {
		if k := (key{r.Name, mdns.StringToType[string(r.Type)]}); r.Type != "RRSIG" {
			count[k]--
		}
	}
	for k, n := range count {
		if n != 0 {
			changed[k] = true
		}
	}
	refresh := uint32(w.Refresh.Unix())
	for _, r := range w.Old {
		if r.Type != "RRSIG" {
			continue
		}
		rr, err := w.parse(r.Name, r.TTL, "RRSIG", r.Data)
		if err != nil {
			return err
		}
		sig, ok := rr.(*mdns.RRSIG)
		if !ok {
			continue
		}
		k := key{r.Name, sig.TypeCovered}
		if changed[k] || w.Touched[Set(r.Name, zone.Type(mdns.TypeToString[sig.TypeCovered]))] || sig.TypeCovered == mdns.TypeSOA || int32(sig.Expiration-refresh) <= 0 {
			continue
		}
		w.kept[k] = append(w.kept[k], sig)
	}
	return nil
}

// signAll signs every RRset that the zone speaks for: at a delegation only DS and the chain.
func (w *work) signAll() error {
	signers := make([]crypto.Signer, len(w.Keys))
	hasZSK := false
	for i, k := range w.Keys {
		if !k.Active {
			continue
		}
		hasZSK = hasZSK || !k.KSK
		var err error
		if signers[i], err = k.signer(w.origin); err != nil {
			return err
		}
	}
	order := make([]key, 0, len(w.sets))
	for k := range w.sets {
		order = append(order, k)
	}
	sort.Slice(order, func(i, j int) bool {
		if order[i].name != order[j].name {
			return canonicalLess(order[i].name, order[j].name)
		}
		return order[i].typ < order[j].typ
	})
	for _, k := range order {
		if w.below[k.name] || w.cut[k.name] && k.typ != mdns.TypeDS && k.typ != mdns.TypeNSEC && k.typ != mdns.TypeNSEC3 {
			continue
		}
		for i, by := range w.Keys {
			keys := k.typ == mdns.TypeDNSKEY || k.typ == mdns.TypeCDS || k.typ == mdns.TypeCDNSKEY
			if signers[i] == nil || by.KSK != keys && (by.KSK || hasZSK) {
				continue
			}
			if err := w.signOne(k, by, signers[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *work) signOne(k key, by Key, signer crypto.Signer) error {
	s, tag := w.sets[k], dnskey(w.origin, by).KeyTag()
	for _, sig := range w.kept[k] {
		if sig.KeyTag == tag && int(sig.Algorithm) == by.Alg && sig.OrigTtl == s.rrs[0].Header().Ttl {
			w.out = append(w.out, record(k.name, sig))
			return nil
		}
	}
	sig := &mdns.RRSIG{Hdr: mdns.RR_Header{Name: w.full(k.name), Rrtype: mdns.TypeRRSIG, Class: mdns.ClassINET, Ttl: s.rrs[0].Header().Ttl},
		Algorithm: uint8(by.Alg), KeyTag: tag, SignerName: w.origin, Inception: uint32(w.Inception.Unix()), Expiration: uint32(w.Expiration.Unix())}
	if err := sig.Sign(signer, s.rrs); err != nil {
		return fmt.Errorf("sign: %s %s: %w", w.full(k.name), mdns.TypeToString[k.typ], err)
	}
	w.out = append(w.out, record(k.name, sig))
	return nil
}
