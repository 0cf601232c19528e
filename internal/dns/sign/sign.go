package sign

import (
	"crypto"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	mdns "github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/dns/rr"
	"github.com/polyreg/polyreg/internal/zone"
)

// Sign gives the records beside the zone's own: DNSKEY, CDS, CDNSKEY, NSEC or NSEC3 with NSEC3PARAM, and all RRSIG. The same
// job gives the same records, but for new signatures.
func (Signer) Sign(j zone.SignJob) ([]zone.Record, error) {
	w := newWork(j)
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

// set is an RRset. Records of the zone's holder are read when the set is signed, which most are not after a change.
type set struct {
	ttl  int
	rrs  []mdns.RR
	data []zone.Record
}

// signature is one that was there before.
type signature struct {
	rec     zone.Record
	alg     string
	tag     string
	origTTL string
}

// work is a job under way.
type work struct {
	zone.SignJob
	origin string
	sets   map[key]*set
	at     map[string][]uint16 // the types at each name
	names  []string            // authoritative names and delegations, in canonical order
	cut    map[string]bool
	below  map[string]bool // names below a delegation
	kept   map[key][]signature
	out    []zone.Record
}

func newWork(j zone.SignJob) *work {
	return &work{SignJob: j, origin: string(j.Origin) + ".", sets: map[key]*set{}, at: map[string][]uint16{}, kept: map[key][]signature{}}
}

func (w *work) full(name string) string {
	if name == zone.Apex {
		return w.origin
	}
	return name + "." + w.origin
}

func (w *work) parse(name string, ttl int, typ, data string) (mdns.RR, error) {
	r, err := rr.New(w.full(name), ttl, typ, data)
	if err != nil {
		return nil, fmt.Errorf("sign: %s %s cannot be read: %w", w.full(name), typ, err)
	}
	return r, nil
}

// set gives the set of a name and type, made when it is not there.
func (w *work) set(name string, typ uint16, ttl int) *set {
	k := key{name, typ}
	s := w.sets[k]
	if s == nil {
		s = &set{ttl: ttl}
		w.sets[k] = s
		w.at[name] = append(w.at[name], typ)
	}
	return s
}

// add puts one of the signer's own records in.
func (w *work) add(name string, rr mdns.RR) {
	s := w.set(name, rr.Header().Rrtype, int(rr.Header().Ttl))
	s.rrs = append(s.rrs, rr)
	w.out = append(w.out, record(name, rr))
}

// record turns a library's record into ours.
func record(name string, rr mdns.RR) zone.Record {
	h := rr.Header()
	return zone.Record{Name: name, Type: zone.Type(mdns.TypeToString[h.Rrtype]), TTL: int(h.Ttl), Data: strings.TrimPrefix(rr.String(), h.String())}
}

// own takes the zone's own records in.
func (w *work) own() error {
	for _, r := range append([]zone.Record{{Name: zone.Apex, Type: "SOA", TTL: w.SOATTL, Data: w.SOA}}, w.Records...) {
		typ, ok := mdns.StringToType[string(r.Type)]
		if !ok {
			return fmt.Errorf("sign: there is no type %q", r.Type)
		}
		s := w.set(r.Name, typ, r.TTL)
		s.data = append(s.data, r)
	}
	return nil
}

// keyRecords are DNSKEY, and CDS with CDNSKEY for the keys that the parent shall know.
func (w *work) keyRecords() error {
	for _, k := range w.Keys {
		d := dnskey(w.origin, k)
		d.Hdr.Ttl = zone.KeyTTL
		w.add(zone.Apex, d)
		if !k.CDS {
			continue
		}
		ds := d.ToDS(mdns.SHA256)
		if ds == nil {
			return fmt.Errorf("sign: no digest of key %d", d.KeyTag())
		}
		cds := ds.ToCDS()
		cds.Hdr = mdns.RR_Header{Name: w.origin, Rrtype: mdns.TypeCDS, Class: mdns.ClassINET, Ttl: zone.KeyTTL}
		cdnskey := d.ToCDNSKEY()
		cdnskey.Hdr = mdns.RR_Header{Name: w.origin, Rrtype: mdns.TypeCDNSKEY, Class: mdns.ClassINET, Ttl: zone.KeyTTL}
		w.add(zone.Apex, cds)
		w.add(zone.Apex, cdnskey)
	}
	if w.NoDS { // RFC 8078 §4
		w.add(zone.Apex, &mdns.CDS{DS: mdns.DS{Hdr: mdns.RR_Header{Name: w.origin, Rrtype: mdns.TypeCDS, Class: mdns.ClassINET, Ttl: zone.KeyTTL}, Digest: "00"}})
		w.add(zone.Apex, &mdns.CDNSKEY{DNSKEY: mdns.DNSKEY{Hdr: mdns.RR_Header{Name: w.origin, Rrtype: mdns.TypeCDNSKEY, Class: mdns.ClassINET, Ttl: zone.KeyTTL}, Protocol: 3, PublicKey: "AA=="}})
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
		for up := zone.Parent(name); up != ""; up = zone.Parent(up) {
			if w.cut[up] {
				w.below[name] = true
			}
		}
		if !w.below[name] {
			w.names = append(w.names, name)
		}
	}
	slices.SortFunc(w.names, zone.CompareNames)
	return nil
}

// keep finds the signatures that need not be made again.
func (w *work) keep() error {
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
		f := strings.Fields(r.Data) // covered, algorithm, labels, TTL, expiration, inception, tag, …
		if len(f) < 9 {
			return fmt.Errorf("sign: a signature of %s cannot be read", w.full(r.Name))
		}
		until, err := mdns.StringToTime(f[4])
		if err != nil {
			return fmt.Errorf("sign: a signature of %s: %w", w.full(r.Name), err)
		}
		k := key{r.Name, mdns.StringToType[f[0]]}
		if changed[k] || w.Touched[zone.Set(r.Name, zone.Type(f[0]))] || k.typ == mdns.TypeSOA || int32(until-refresh) <= 0 {
			continue
		}
		w.kept[k] = append(w.kept[k], signature{rec: r, alg: f[1], tag: f[6], origTTL: f[3]})
	}
	return nil
}

// signAll signs every RRset that the zone speaks for: at a delegation only DS and the chain.
func (w *work) signAll() error {
	signers := make([]crypto.Signer, len(w.Keys))
	for i, k := range w.Keys {
		if !k.Active {
			continue
		}
		var err error
		if signers[i], err = signer(w.origin, k); err != nil {
			return err
		}
	}
	order := make([]key, 0, len(w.sets))
	for k := range w.sets {
		order = append(order, k)
	}
	sort.Slice(order, func(i, j int) bool {
		if order[i].name != order[j].name {
			return zone.CompareNames(order[i].name, order[j].name) < 0
		}
		return order[i].typ < order[j].typ
	})
	for _, k := range order {
		if w.below[k.name] || w.cut[k.name] && k.typ != mdns.TypeDS && k.typ != mdns.TypeNSEC && k.typ != mdns.TypeNSEC3 {
			continue
		}
		for i, by := range w.Keys {
			keys := k.typ == mdns.TypeDNSKEY || k.typ == mdns.TypeCDS || k.typ == mdns.TypeCDNSKEY
			if signers[i] == nil || by.KSK != keys {
				continue
			}
			if err := w.signOne(k, by, signers[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *work) signOne(k key, by zone.SignKey, with crypto.Signer) error {
	s, tag := w.sets[k], dnskey(w.origin, by).KeyTag()
	for _, old := range w.kept[k] {
		if old.tag == strconv.Itoa(int(tag)) && old.alg == strconv.Itoa(by.Alg) && old.origTTL == strconv.Itoa(s.ttl) {
			w.out = append(w.out, zone.Record{Name: old.rec.Name, Type: old.rec.Type, TTL: old.rec.TTL, Data: old.rec.Data})
			return nil
		}
	}
	for _, r := range s.data {
		rr, err := w.parse(r.Name, r.TTL, string(r.Type), r.Data)
		if err != nil {
			return err
		}
		s.rrs = append(s.rrs, rr)
	}
	s.data = nil
	sig := &mdns.RRSIG{Hdr: mdns.RR_Header{Name: w.full(k.name), Rrtype: mdns.TypeRRSIG, Class: mdns.ClassINET, Ttl: uint32(s.ttl)},
		Algorithm: uint8(by.Alg), KeyTag: tag, SignerName: w.origin, Inception: uint32(w.Inception.Unix()), Expiration: uint32(w.Expiration.Unix())}
	if err := sig.Sign(with, s.rrs); err != nil {
		return fmt.Errorf("sign: %s %s: %w", w.full(k.name), mdns.TypeToString[k.typ], err)
	}
	w.out = append(w.out, record(k.name, sig))
	return nil
}
