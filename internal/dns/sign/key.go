// Package sign makes zones signed (RFC 4033 to 4035, 5155): keys, signatures, and the chain that proves what is not there. It
// works on records in presentation form and keeps nothing; when keys roll is decided elsewhere.
package sign

import (
	"crypto"
	"errors"
	"fmt"
	"strings"

	mdns "github.com/miekg/dns"
)

// Algorithms that zones are signed with.
const (
	ECDSAP256 = 13 // RFC 6605
	Ed25519   = 15 // RFC 8080
)

// Flags of a DNSKEY (RFC 4034 §2.1.1).
const (
	zoneKey = 256
	sepKey  = 257 // of the key that the parent points at
)

// Key is one key of a zone and what it is used for at present.
type Key struct {
	KSK     bool // signs the keys, and the parent's DS points at it
	Alg     int
	Public  string // base64, as in DNSKEY
	Private string // in the form of Generate; empty for one that only is published
	Active  bool   // it signs; a key that does not is published beforehand or still
	CDS     bool   // CDS and CDNSKEY ask the parent for it (RFC 7344)
}

// Generate makes a key: public as in DNSKEY, private in the usual text form ("Private-key-format: v1.3 …").
func Generate(alg int, ksk bool) (public, private string, err error) {
	k := dnskey("x.", Key{KSK: ksk, Alg: alg})
	bits := 256
	if alg != ECDSAP256 && alg != Ed25519 {
		return "", "", fmt.Errorf("sign: algorithm %d is not offered", alg)
	}
	priv, err := k.Generate(bits)
	if err != nil {
		return "", "", err
	}
	return k.PublicKey, k.PrivateKeyString(priv), nil
}

func dnskey(origin string, k Key) *mdns.DNSKEY {
	flags := uint16(zoneKey)
	if k.KSK {
		flags = sepKey
	}
	return &mdns.DNSKEY{Hdr: mdns.RR_Header{Name: origin, Rrtype: mdns.TypeDNSKEY, Class: mdns.ClassINET}, Flags: flags, Protocol: 3, Algorithm: uint8(k.Alg), PublicKey: k.Public}
}

// Tag is a key's tag (RFC 4034 appendix B).
func (k Key) Tag(origin string) int { return int(dnskey(mdns.Fqdn(origin), k).KeyTag()) }

// DS is what the parent is to hold for a key: tag, algorithm, digest type (SHA-256) and digest in capitals.
func (k Key) DS(origin string) (tag, alg, digestType int, digest string, err error) {
	ds := dnskey(mdns.Fqdn(origin), k).ToDS(mdns.SHA256)
	if ds == nil {
		return 0, 0, 0, "", errors.New("sign: no digest of that key")
	}
	return int(ds.KeyTag), int(ds.Algorithm), int(ds.DigestType), strings.ToUpper(ds.Digest), nil
}

func (k Key) signer(origin string) (crypto.Signer, error) {
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
