package registry

import (
	"strings"

	"github.com/polyreg/polyreg/internal/money"
)

// DNSSEC is what the parent zone needs to know of a signed domain (RFC 5910 §4): delegation signer records or keys, never
// both. MaxSigLife is in seconds, 0 when not stated.
type DNSSEC struct {
	MaxSigLife int
	DS         []DS
	Keys       []Key
}

// Empty reports whether there is no record and no key; a nil DNSSEC is empty.
func (d *DNSSEC) Empty() bool { return d == nil || len(d.DS)+len(d.Keys) == 0 }

// DS is a delegation signer record (RFC 5910 §4.1); Digest is hexadecimal, Key the key that it was made from, if stated.
type DS struct {
	KeyTag     int
	Alg        int
	DigestType int
	Digest     string
	Key        *Key
}

// Same reports whether both are the same record; the case of the digest and the key do not count.
func (d DS) Same(o DS) bool {
	return d.KeyTag == o.KeyTag && d.Alg == o.Alg && d.DigestType == o.DigestType && strings.EqualFold(d.Digest, o.Digest)
}

// Key is a key (RFC 5910 §4.2); PubKey is base64 without white space.
type Key struct {
	Flags    int
	Protocol int
	Alg      int
	PubKey   string
}

// Commands that a Fee can be for.
const (
	FeeCreate   = "create"
	FeeRenew    = "renew"
	FeeTransfer = "transfer"
	FeeRestore  = "restore"
)

// Fee is what a command on a name costs at the registry (RFC 8748 §3).
type Fee struct {
	Command  string
	Years    int // that the amount is for; 0 where the command has no term or the registry did not say
	Amount   money.Amount
	Standard bool // the price of a name without a premium class
}

// FeeFor is the fee for a command with the shortest term, ok false when the registry named none.
func (a Availability) FeeFor(command string) (f Fee, ok bool) {
	for _, f := range a.Fees {
		if f.Command == command {
			return f, true
		}
	}
	return Fee{}, false
}
