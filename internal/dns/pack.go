package dns

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	mdns "github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/dns/rr"
	"github.com/polyreg/polyreg/internal/zone"
)

// Types that answers are decided by.
const (
	typeA          = 1
	typeNS         = 2
	typeCNAME      = 5
	typeSOA        = 6
	typePTR        = 12
	typeMX         = 15
	typeTXT        = 16
	typeAAAA       = 28
	typeSRV        = 33
	typeDNAME      = 39
	typeOPT        = 41
	typeDS         = 43
	typeRRSIG      = 46
	typeNSEC       = 47
	typeNSEC3      = 50
	typeNSEC3PARAM = 51
	typeTKEY       = 249
	typeTSIG       = 250
	typeIXFR       = 251
	typeAXFR       = 252
	typeMAILB      = 253
	typeMAILA      = 254
	typeANY        = 255
)

// packed is a record in wire form.
type packed struct {
	key   string // of the node
	typ   uint16 // for a signature, of what it covers
	sig   bool
	ttl   uint32
	rdata []byte // with its length in front
}

// hashed reports whether the record belongs to the chain of NSEC3 records, whose names are nobody's.
func (p *packed) hashed() bool { return p.typ == typeNSEC3 }

// pack brings a record of a zone into wire form.
func pack(origin string, r *zone.Record) (packed, error) {
	typ, err := typeNumber(string(r.Type))
	if err != nil {
		return packed{}, err
	}
	key, err := nameKey(r.Name)
	if err != nil {
		return packed{}, fmt.Errorf("dns: %s.%s: %w", r.Name, origin, err)
	}
	raw, err := packData(typ, string(r.Type), r.Data)
	if err != nil {
		return packed{}, fmt.Errorf("dns: %s.%s %s: %w", r.Name, origin, r.Type, err)
	}
	p := packed{key: key, typ: typ, ttl: uint32(r.TTL), rdata: raw}
	if typ == typeRRSIG {
		if len(raw) < 2+18 {
			return packed{}, fmt.Errorf("dns: %s.%s: a short signature", r.Name, origin)
		}
		p.sig, p.typ = true, uint16(raw[2])<<8|uint16(raw[3])
	}
	return p, nil
}

func typeNumber(name string) (uint16, error) {
	if t, ok := mdns.StringToType[name]; ok {
		return t, nil
	}
	if digits, ok := strings.CutPrefix(name, "TYPE"); ok { // RFC 3597 §5
		if n, err := strconv.ParseUint(digits, 10, 16); err == nil {
			return uint16(n), nil
		}
	}
	return 0, fmt.Errorf("dns: there is no type %q", name)
}

// nameKey is the key of a relative name.
func nameKey(name string) (string, error) {
	if name == zone.Apex || name == "" {
		return "", nil
	}
	wire, err := packName(name)
	if err != nil {
		return "", err
	}
	var w wireName
	if w.read(wire) == 0 {
		return "", errors.New("a name that cannot be")
	}
	return string(appendKey(nil, wire, w.starts[:], w.labels)), nil
}

// packName gives a name in wire form, without compression.
func packName(name string) ([]byte, error) {
	name = strings.TrimSuffix(name, ".") + "."
	if !strings.Contains(name, `\`) {
		return plainName(name)
	}
	buf := make([]byte, 256)
	n, err := mdns.PackDomainName(name, buf, 0, nil, false)
	return slices.Clone(buf[:n]), err
}

// plainName packs a name without escapes; most are such.
func plainName(name string) ([]byte, error) {
	if name == "." {
		return []byte{0}, nil
	}
	out := make([]byte, 0, len(name)+1)
	for rest := name; rest != ""; {
		label, more, _ := strings.Cut(rest, ".")
		if label == "" || len(label) > 63 {
			return nil, errors.New("a name with a label that cannot be")
		}
		out = append(append(out, byte(len(label))), label...)
		rest = more
	}
	if out = append(out, 0); len(out) > maxName {
		return nil, errors.New("a name that is too long")
	}
	return out, nil
}

// packData gives record data in wire form, without compression and with its length in front.
func packData(typ uint16, name, data string) ([]byte, error) {
	switch typ { // the commonest types are read without the library's scanner
	case typeA, typeAAAA:
		if a, err := netip.ParseAddr(data); err == nil && a.Is4() == (typ == typeA) && a.Zone() == "" {
			return append([]byte{0, byte(a.BitLen() / 8)}, a.AsSlice()...), nil
		}
	case typeNS, typeCNAME, typePTR:
		if strings.HasSuffix(data, ".") {
			raw, err := packName(data)
			return append([]byte{0, byte(len(raw))}, raw...), err
		}
	}
	r, err := rr.New(".", 0, name, data)
	if err != nil {
		return nil, err
	}
	return wireData(r)
}

// wireData gives the data of a library's record in wire form, as packData does.
func wireData(r mdns.RR) ([]byte, error) {
	buf := make([]byte, mdns.Len(r)+64)
	n, err := mdns.PackRR(r, buf, 0, nil, false)
	if err != nil {
		return nil, err
	}
	at := skipName(buf[:n], 0)
	if at == 0 || at+8 >= n {
		return nil, errors.New("no record")
	}
	return slices.Clone(buf[at+8 : n]), nil // type, class, TTL; then the length
}

// packSOA is the start of authority as a record.
func packSOA(origin string, s zone.SOA, serial uint32) (packed, error) {
	return pack(origin, &zone.Record{Name: zone.Apex, Type: "SOA", TTL: s.TTL, Data: s.Data(serial)})
}
