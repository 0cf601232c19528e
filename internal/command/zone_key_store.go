package command

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/zone"
)

// ZoneKeyTx keeps the keys of signed zones.
type ZoneKeyTx interface {
	// ZoneKeys gives all keys of a zone by number, removed ones too. In a transaction nobody else changes them before it ends.
	ZoneKeys(ctx context.Context, id zone.ID) ([]zone.Key, error)
	// AddZoneKey sets ID.
	AddZoneKey(ctx context.Context, k *zone.Key) error
	// PutZoneKey writes state and times.
	PutZoneKey(ctx context.Context, k zone.Key) error
	// NoteSigned keeps the wall time at which a zone's signatures must be made anew; zero for never. ResignBefore gives the zones
	// whose time has come, those that wait longest first.
	NoteSigned(ctx context.Context, id zone.ID, resign time.Time) error
	ResignBefore(ctx context.Context, wall time.Time, limit int) ([]dname.Name, error)

	// LongestTTL is the longest TTL of the zone's own records in seconds, 0 where there are none.
	LongestTTL(ctx context.Context, id zone.ID) (int, error)
	// ExtraAt gives the records of DNSSEC at some names.
	ExtraAt(ctx context.Context, id zone.ID, names []string) ([]zone.Record, error)
	// ChainAt gives the NSEC or NSEC3 record with a zone.ChainKey, and its signatures; ChainBefore the last one before a key, or the
	// last of all where none is. None where there is no chain.
	ChainAt(ctx context.Context, id zone.ID, key string) ([]zone.Record, error)
	ChainBefore(ctx context.Context, id zone.ID, key string) ([]zone.Record, error)
	// HoldsBelow reports whether the zone's own records stand at a name or below it, those at some names left out.
	HoldsBelow(ctx context.Context, id zone.ID, name string, except []string) (bool, error)
}

// Signer makes keys and signatures (RFC 4033 to 4035, 5155).
type Signer interface {
	// Generate makes a key pair: the public half in base64 as in DNSKEY, the private one as text.
	Generate(alg int, ksk bool) (public, private string, err error)
	// Tag is a key's (RFC 4034 appendix B).
	Tag(k zone.SignKey) int
	DS(origin dname.Name, k zone.SignKey) (domain.DS, error)
	DNSKEY(k zone.SignKey) domain.Key
	// Sign gives the records beside a zone's own. Signatures that hold still are kept.
	Sign(j zone.SignJob) ([]zone.Record, error)
	// Amend gives what changes beside a zone's own records, without a look at those at other names. Errors: zone.ErrWhole.
	Amend(a zone.Amendment) (zone.Change, error)
}
