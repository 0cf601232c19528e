// Package sign makes zones signed (RFC 4033 to 4035, 5155): keys, signatures, and the chain that proves what is not there. It
// works on records in presentation form and keeps nothing; when keys roll is decided elsewhere.
package sign

import (
	"crypto"
	"errors"
	"fmt"
	"strings"

	mdns "github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/zone"
)

// Flags of a DNSKEY (RFC 4034 §2.1.1).
const (
	zoneKey = 256
	sepKey  = 257 // of the key that the parent points at
)

// Signer makes keys and signatures. It has no state.
type Signer struct{}

// Generate makes a key: public as in DNSKEY, private in the usual text form ("Private-key-format: v1.3 …").
func (Signer) Generate(alg int, ksk bool) (public, private string, err error) {
	k := dnskey("x.", zone.SignKey{KSK: ksk, Alg: alg})
	bits := 256
	if alg != zone.ECDSAP256 && alg != zone.Ed25519 {
		return "", "", fmt.Errorf("sign: algorithm %d is not offered", alg)
	}
	priv, err := k.Generate(bits)
	if err != nil {
		return "", "", err
	}
	return k.PublicKey, k.PrivateKeyString(priv), nil
}

func dnskey(origin string, k zone.SignKey) *mdns.DNSKEY {
	flags := uint16(zoneKey)
	if k.KSK {
		flags = sepKey
	}
	return &mdns.DNSKEY{Hdr: mdns.RR_Header{Name: origin, Rrtype: mdns.TypeDNSKEY, Class: mdns.ClassINET}, Flags: flags, Protocol: 3, Algorithm: uint8(k.Alg), PublicKey: k.Public}
}

// Tag is a key's tag (RFC 4034 appendix B).
func (Signer) Tag(k zone.SignKey) int { return int(dnskey("x.", k).KeyTag()) }

// DS is what the parent is to hold for a key, with a SHA-256 digest (RFC 4509).
func (Signer) DS(origin dname.Name, k zone.SignKey) (domain.DS, error) {
	ds := dnskey(mdns.Fqdn(string(origin)), k).ToDS(mdns.SHA256)
	if ds == nil {
		return domain.DS{}, errors.New("sign: no digest of that key")
	}
	return domain.DS{KeyTag: int(ds.KeyTag), Alg: int(ds.Algorithm), DigestType: int(ds.DigestType), Digest: strings.ToUpper(ds.Digest)}, nil
}

// DNSKEY is a key in the form that some registries take instead of DS records (RFC 5910 §4.2).
func (Signer) DNSKEY(k zone.SignKey) domain.Key {
	d := dnskey("x.", k)
	return domain.Key{Flags: int(d.Flags), Protocol: int(d.Protocol), Alg: int(d.Algorithm), PubKey: d.PublicKey}
}

func signer(origin string, k zone.SignKey) (crypto.Signer, error) {
	priv, err := dnskey(origin, k).NewPrivateKey(k.Private)
	if err != nil {
		return nil, fmt.Errorf("sign: a private key cannot be read: %w", err)
	}
	s, ok := priv.(crypto.Signer)
	if !ok {
		return nil, errors.New("sign: a private key cannot sign")
	}
	return s, nil
}
