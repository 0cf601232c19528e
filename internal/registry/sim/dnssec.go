package sim

import (
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// dnssecRecords is how many delegation signer records or keys a domain may have.
const dnssecRecords = 13

// digestLengths are the digest types that are taken and their lengths in hexadecimal digits (IANA ds-rr-types).
var digestLengths = map[int]int{1: 40, 2: 64, 4: 96}

// signingAlgs are the DNSSEC algorithms that are taken (IANA dns-sec-alg-numbers).
var signingAlgs = map[int]bool{5: true, 7: true, 8: true, 10: true, 13: true, 14: true, 15: true, 16: true}

func ofDNSSEC(local, value string) element { return element{epp.NSSecDNS, local, value} }

// signed reads the data of a create (RFC 5910 §5.2.1), nil for none.
func signed(in *epp.SecDNSData) (*repo.DNSSEC, error) {
	if in == nil {
		return nil, nil
	}
	out := &repo.DNSSEC{MaxSigLife: in.MaxSigLife}
	if err := addSigned(out, in); err != nil {
		return nil, err
	}
	return out, nil
}

// resigned is what an update makes of a domain's data (RFC 5910 §5.2.5): rem, then add, then chg.
func resigned(have *repo.DNSSEC, in *epp.SecDNSUpdate) (*repo.DNSSEC, error) {
	if in.Urgent {
		return nil, refuse(epp.CodeUnimplementedOption, ofDNSSEC("update", ""), "urgent is not offered")
	}
	if in.Rem == nil && in.Add == nil && in.Chg == nil {
		return nil, refuse(epp.CodeMissingParameter, ofDNSSEC("update", ""), "nothing to change")
	}
	out := &repo.DNSSEC{}
	if have != nil {
		*out = repo.DNSSEC{MaxSigLife: have.MaxSigLife, DS: slices.Clone(have.DS), Keys: slices.Clone(have.Keys)}
	}
	if err := remSigned(out, in.Rem); err != nil {
		return nil, err
	}
	if in.Add != nil {
		if in.Add.MaxSigLife > 0 {
			out.MaxSigLife = in.Add.MaxSigLife
		}
		if err := addSigned(out, in.Add); err != nil {
			return nil, err
		}
	}
	if in.Chg != nil {
		out.MaxSigLife = in.Chg.MaxSigLife
	}
	if len(out.DS)+len(out.Keys) == 0 {
		return nil, nil
	}
	return out, nil
}

func addSigned(to *repo.DNSSEC, in *epp.SecDNSData) error {
	for _, d := range in.DS {
		r, err := dsIn(d)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(to.DS, r.same) {
			return refuse(epp.CodePolicy, ofDNSSEC("dsData", ""), "cannot be added: it is there")
		}
		to.DS = append(to.DS, repo.DS(r))
	}
	for _, k := range in.Keys {
		key, err := keyIn(k)
		if err != nil {
			return err
		}
		if slices.Contains(to.Keys, key) {
			return refuse(epp.CodePolicy, ofDNSSEC("keyData", ""), "cannot be added: it is there")
		}
		to.Keys = append(to.Keys, key)
	}
	switch {
	case len(to.DS) > 0 && len(to.Keys) > 0:
		return refuse(epp.CodePolicy, ofDNSSEC("add", ""), "a domain has either DS or key data")
	case len(to.DS)+len(to.Keys) > dnssecRecords:
		return refuse(epp.CodePolicy, ofDNSSEC("add", ""), "at most %d", dnssecRecords)
	}
	return nil
}

func remSigned(from *repo.DNSSEC, in *epp.SecDNSRemove) error {
	if in == nil {
		return nil
	}
	if in.Everything() {
		*from = repo.DNSSEC{}
		return nil
	}
	for _, d := range in.DS {
		i := slices.IndexFunc(from.DS, record(dsPlain(d)).same)
		if i < 0 {
			return refuse(epp.CodePolicy, ofDNSSEC("dsData", ""), "cannot be removed: it is not there")
		}
		from.DS = slices.Delete(from.DS, i, i+1)
	}
	for _, k := range in.Keys {
		i := slices.Index(from.Keys, repo.Key(k))
		if i < 0 {
			return refuse(epp.CodePolicy, ofDNSSEC("keyData", ""), "cannot be removed: it is not there")
		}
		from.Keys = slices.Delete(from.Keys, i, i+1)
	}
	return nil
}

// record is a delegation signer record; the key it was made from does not count when two are compared.
type record repo.DS

func (r record) same(o repo.DS) bool {
	return r.KeyTag == o.KeyTag && r.Alg == o.Alg && r.DigestType == o.DigestType && r.Digest == o.Digest
}

func dsPlain(d epp.DSData) repo.DS {
	return repo.DS{KeyTag: d.KeyTag, Alg: d.Alg, DigestType: d.DigestType, Digest: strings.ToUpper(d.Digest)}
}

func dsIn(d epp.DSData) (record, error) {
	out := record(dsPlain(d))
	length, known := digestLengths[d.DigestType]
	switch {
	case !signingAlgs[d.Alg]:
		return out, refuse(epp.CodePolicy, ofDNSSEC("alg", ""), "algorithm %d is not taken", d.Alg)
	case !known:
		return out, refuse(epp.CodePolicy, ofDNSSEC("digestType", ""), "digest type %d is not taken", d.DigestType)
	case len(d.Digest) != length:
		return out, refuse(epp.CodePolicy, ofDNSSEC("digest", ""), "a digest of type %d has %d digits", d.DigestType, length)
	}
	if d.Key != nil {
		k, err := keyIn(*d.Key)
		if err != nil {
			return out, err
		}
		out.Key = &k
	}
	return out, nil
}

func keyIn(k epp.KeyData) (repo.Key, error) {
	switch {
	case k.Flags != 257:
		return repo.Key{}, refuse(epp.CodePolicy, ofDNSSEC("flags", ""), "only secure entry points (257)")
	case k.Protocol != 3:
		return repo.Key{}, refuse(epp.CodePolicy, ofDNSSEC("protocol", ""), "the protocol is 3")
	case !signingAlgs[k.Alg]:
		return repo.Key{}, refuse(epp.CodePolicy, ofDNSSEC("alg", ""), "algorithm %d is not taken", k.Alg)
	}
	return repo.Key(k), nil
}

// signedOut is the data as an info shows it, nil for an unsigned domain.
func signedOut(in *repo.DNSSEC) *epp.SecDNSData {
	if in == nil {
		return nil
	}
	out := &epp.SecDNSData{MaxSigLife: in.MaxSigLife}
	for _, d := range in.DS {
		o := epp.DSData{KeyTag: d.KeyTag, Alg: d.Alg, DigestType: d.DigestType, Digest: d.Digest}
		if d.Key != nil {
			k := epp.KeyData(*d.Key)
			o.Key = &k
		}
		out.DS = append(out.DS, o)
	}
	for _, k := range in.Keys {
		out.Keys = append(out.Keys, epp.KeyData(k))
	}
	return out
}
