package epp

import "encoding/hex"

// SecDNSData is delegation signer data or keys, never both: in a create, below add of an update, and in the answer to an
// info (RFC 5910 §5). MaxSigLife is in seconds, 0 when absent.
type SecDNSData struct {
	MaxSigLife int       `epp:"maxSigLife,range=1-2147483647,opt"`
	DS         []DSData  `epp:"dsData,opt"`
	Keys       []KeyData `epp:"keyData,opt"`
}

func (s *SecDNSData) check(at Name) *Error {
	return oneOf(at, len(s.DS) > 0, len(s.Keys) > 0)
}

// DSData is a delegation signer record (RFC 5910 §4.1); Digest is hexadecimal, Key the key it was made from.
type DSData struct {
	KeyTag     int      `epp:"keyTag,range=0-65535"`
	Alg        int      `epp:"alg,range=0-255"`
	DigestType int      `epp:"digestType,range=0-255"`
	Digest     string   `epp:"digest,t=hex"`
	Key        *KeyData `epp:"keyData,opt"`
}

// Same reports whether both are the same record; the case of the digest and the key do not count.
func (d DSData) Same(o DSData) bool {
	a, errA := hex.DecodeString(d.Digest)
	b, errB := hex.DecodeString(o.Digest)
	return errA == nil && errB == nil && string(a) == string(b) &&
		d.KeyTag == o.KeyTag && d.Alg == o.Alg && d.DigestType == o.DigestType
}

// KeyData is a key (RFC 5910 §4.2); PubKey is base64 without white space.
type KeyData struct {
	Flags    int    `epp:"flags,range=0-65535"`
	Protocol int    `epp:"protocol,range=0-255"`
	Alg      int    `epp:"alg,range=0-255"`
	PubKey   string `epp:"pubKey,t=base64"`
}

// SecDNSUpdate changes a domain's delegation signer data; Rem comes before Add (RFC 5910 §5.2.5). Urgent asks for priority,
// which a server may refuse with 2102.
type SecDNSUpdate struct {
	Urgent bool          `epp:"@urgent,opt"`
	Rem    *SecDNSRemove `epp:"rem,opt"`
	Add    *SecDNSData   `epp:"add,opt"`
	Chg    *SecDNSChange `epp:"chg,opt"`
}

// SecDNSRemove is what is removed: everything (All), or the records or keys that are given in full.
type SecDNSRemove struct {
	All  *bool     `epp:"all,opt"`
	DS   []DSData  `epp:"dsData,opt"`
	Keys []KeyData `epp:"keyData,opt"`
}

func (s *SecDNSRemove) check(at Name) *Error {
	return oneOf(at, s.All != nil, len(s.DS) > 0, len(s.Keys) > 0)
}

// RemoveAllDS removes all records and keys.
func RemoveAllDS() *SecDNSRemove {
	yes := true
	return &SecDNSRemove{All: &yes}
}

// Everything reports whether all records and keys are to go; a nil SecDNSRemove removes nothing.
func (s *SecDNSRemove) Everything() bool { return s != nil && s.All != nil && *s.All }

// SecDNSChange replaces the maximum signature life, in seconds; 0 when absent.
type SecDNSChange struct {
	MaxSigLife int `epp:"maxSigLife,range=1-2147483647,opt"`
}
