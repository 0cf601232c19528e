package domain

import "strings"

// DNSSEC is what the parent zone is to know of a signed name (RFC 5910 §4): delegation signer records or keys, not both.
type DNSSEC struct {
	DS   []DS
	Keys []Key
}

// DS is a delegation signer record (RFC 5910 §4.1); Digest is upper-case hexadecimal.
type DS struct {
	KeyTag     int
	Alg        int
	DigestType int
	Digest     string
}

// Key is a DNSKEY (RFC 5910 §4.2); PubKey is base64 without white space.
type Key struct {
	Flags    int
	Protocol int
	Alg      int
	PubKey   string
}

// Empty reports whether there is nothing in it; nil is empty.
func (d *DNSSEC) Empty() bool { return d == nil || len(d.DS)+len(d.Keys) == 0 }

// Same reports whether both are the same record; the case of the digest does not count.
func (d DS) Same(o DS) bool {
	return d.KeyTag == o.KeyTag && d.Alg == o.Alg && d.DigestType == o.DigestType && strings.EqualFold(d.Digest, o.Digest)
}
