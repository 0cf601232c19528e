package epp

import (
	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// signedIn reads DNSSEC data, nil for an unsigned domain.
func signedIn(d *wire.SecDNSData) *registry.DNSSEC {
	if d == nil {
		return nil
	}
	out := &registry.DNSSEC{MaxSigLife: d.MaxSigLife}
	for _, r := range d.DS {
		ds := registry.DS{KeyTag: r.KeyTag, Alg: r.Alg, DigestType: r.DigestType, Digest: r.Digest}
		if r.Key != nil {
			k := registry.Key(*r.Key)
			ds.Key = &k
		}
		out.DS = append(out.DS, ds)
	}
	for _, k := range d.Keys {
		out.Keys = append(out.Keys, registry.Key(k))
	}
	if out.Empty() {
		return nil
	}
	return out
}

// signedOut writes DNSSEC data, nil for none.
func signedOut(d *registry.DNSSEC) *wire.SecDNSData {
	if d.Empty() {
		return nil
	}
	out := &wire.SecDNSData{MaxSigLife: d.MaxSigLife}
	for _, r := range d.DS {
		ds := wire.DSData{KeyTag: r.KeyTag, Alg: r.Alg, DigestType: r.DigestType, Digest: r.Digest}
		if r.Key != nil {
			k := wire.KeyData(*r.Key)
			ds.Key = &k
		}
		out.DS = append(out.DS, ds)
	}
	for _, k := range d.Keys {
		out.Keys = append(out.Keys, wire.KeyData(k))
	}
	return out
}

// signing is what an update changes of the DNSSEC data, nil for nothing (RFC 5910 §5.2.5).
func signing(in registry.DomainUpdate) *wire.SecDNSUpdate {
	out := wire.SecDNSUpdate{Add: signedOut(in.AddDNSSEC)}
	if rem := signedOut(in.RemDNSSEC); rem != nil {
		out.Rem = &wire.SecDNSRemove{DS: rem.DS, Keys: rem.Keys}
	}
	if in.RemAllDNSSEC {
		out.Rem = wire.RemoveAllDS()
	}
	if in.MaxSigLife > 0 {
		out.Chg = &wire.SecDNSChange{MaxSigLife: in.MaxSigLife}
	}
	if out == (wire.SecDNSUpdate{}) {
		return nil
	}
	return &out
}
