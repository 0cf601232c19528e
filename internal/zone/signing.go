package zone

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
)

// Algorithms that zones are signed with.
const (
	ECDSAP256 = 13 // RFC 6605
	Ed25519   = 15 // RFC 8080
)

// KeyRole says what a key signs.
type KeyRole string

// The roles. A key-signing key signs the keys, and the parent's DS points at it; a zone-signing key signs everything else.
const (
	KSK KeyRole = "ksk"
	ZSK KeyRole = "zsk"
)

// KeyState is where a key is in its life.
type KeyState string

// The states, in order.
const (
	Published KeyState = "published" // among the keys; a KSK signs them too and waits for its DS
	Active    KeyState = "active"    // in use; of a KSK the parent has the DS
	Retired   KeyState = "retired"   // still among the keys, until nobody can need it any more
	Removed   KeyState = "removed"   // gone from the zone
)

// Key is a key of a signed zone. Times are registrar time, zero for what has not happened.
type Key struct {
	ID        int64
	Zone      ID
	Role      KeyRole
	Algorithm int
	Tag       int    // RFC 4034 appendix B
	Public    string // base64, as in DNSKEY
	Private   string // sealed
	State     KeyState

	Generated, Published, Active, Retired, Removed time.Time
	// DSGone is when the parent was known not to have a retired KSK's DS any more.
	DSGone time.Time
}

// InZone reports whether the key is among the zone's keys.
func (k Key) InZone() bool { return k.State == Published || k.State == Active || k.State == Retired }

// Signs reports whether signatures are made with the key.
func (k Key) Signs() bool { return k.State == Active || k.Role == KSK && k.InZone() }

// SignKey is a key as a signer needs it.
type SignKey struct {
	KSK     bool
	Alg     int
	Public  string // base64, as in DNSKEY
	Private string // the usual text form ("Private-key-format: v1.3 …"); empty for one that does not sign
	Active  bool   // it signs; a key that does not is published beforehand, or still
	CDS     bool   // CDS and CDNSKEY ask the parent for its DS (RFC 7344)
}

// SignJob is a zone to be signed.
type SignJob struct {
	Origin  dname.Name
	SOA     string // data of the SOA record, with the serial that it will have
	SOATTL  int
	Minimum int // of the SOA: the negative TTL
	Records []Record
	Keys    []SignKey
	NSEC3   bool
	// NoDS has CDS and CDNSKEY ask the parent to drop its DS records (RFC 8078 §4).
	NoDS bool
	// Old is what an earlier job gave; signatures in it are kept where nothing changed and they last beyond Refresh. Touched names
	// the sets of Records that changed since, as Set gives them.
	Old     []Record
	Touched map[string]bool
	// Wall times. Signatures are valid from Inception until Expiration.
	Inception, Expiration, Refresh time.Time
}

// Set names a record set for SignJob.Touched.
func Set(name string, typ Type) string { return name + " " + string(typ) }

// Touched are the sets that a change is about.
func (c Change) Touched() map[string]bool {
	t := map[string]bool{}
	for _, r := range slices.Concat(c.Remove, c.Add) {
		t[Set(r.Name, r.Type)] = true
	}
	return t
}

// KeyTTL is the TTL of DNSKEY, CDS and CDNSKEY records in seconds.
const KeyTTL = 3600

// extraTypes stand beside a zone's own records.
var extraTypes = []Type{"RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "DNSKEY", "CDS", "CDNSKEY"}

// Extra reports whether records of the type are the signer's and not the zone's holder's.
func (t Type) Extra() bool { return slices.Contains(extraTypes, t) }

// Split parts a change into that of the zone's own records and that of the signer's.
func (c Change) Split() (own, extra Change) {
	part := func(rs []Record, own, extra *[]Record) {
		for _, r := range rs {
			if r.Type.Extra() {
				*extra = append(*extra, r)
			} else {
				*own = append(*own, r)
			}
		}
	}
	part(c.Remove, &own.Remove, &extra.Remove)
	part(c.Add, &own.Add, &extra.Add)
	return own, extra
}

// Join puts two changes together.
func (c Change) Join(o Change) Change {
	return Change{Remove: slices.Concat(c.Remove, o.Remove), Add: slices.Concat(c.Add, o.Add)}
}

// Amendment is a change of a signed zone that leaves all but some names alone, for a signer that does not read the rest. Of the job
// it has the records and the old ones at Names alone (Old: at the origin too), and of the keys those that sign.
type Amendment struct {
	SignJob
	Names  []string // that the change is about
	Before []Record // the zone's own records there before it
	Cuts   []string // delegations at Names and above them, after it
	Chain  Chain
}

// Chain reads a signed zone as it was before a change.
type Chain interface {
	// At gives the NSEC or NSEC3 record with a ChainKey, and its signatures; none where there is none.
	At(key string) ([]Record, error)
	// Before gives the last one before a key, or the last of all.
	Before(key string) ([]Record, error)
	// Holds reports whether the zone's own records stand at a name or below it, those at some names left out.
	Holds(name string, except []string) (bool, error)
}

// ErrWhole is what a signer answers to an amendment that takes more than what it was given.
var ErrWhole = errors.New("the whole zone is to be signed")

// ChainKey says where a record stands in the chain that proves what is not there: such records sort by it. Empty for others.
func ChainKey(r Record) string {
	switch r.Type {
	case "NSEC":
		return SortKey(r.Name)
	case "NSEC3":
		return r.Name
	}
	return ""
}

// SortKey is a text that sorts as CompareNames does with names.
func SortKey(name string) string {
	if name == Apex {
		return " "
	}
	labels := strings.Split(name, ".")
	slices.Reverse(labels)
	return " " + strings.Join(labels, " ")
}
