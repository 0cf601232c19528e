package repo

import (
	"net/netip"
	"time"
)

// Kinds of a Set.
const (
	NSSet  = "nsset"
	Keyset = "keyset"
)

// Set is a name-server set or a key set: an object that domains name instead of hosts or keys. Handles are unique per kind
// within a name space.
type Set struct {
	ID        int64
	Namespace string
	Kind      string
	Handle    string // 1 to 30 characters, capitals
	Sponsor   string
	Creator   string
	Updater   string
	Servers   []NameServer // of an nsset
	Keys      []Key        // of a keyset
	Tech      []string     // contact handles, in the order given
	AuthInfo  string       // sealed
	Statuses  []string     // set statuses only
	Created   time.Time
	Updated   time.Time

	Linked bool // answer only: a domain names it
}

// NameServer is a name server that is no object of its own: of an nsset, or a host attribute of a domain.
type NameServer struct {
	Name      string
	Addresses []netip.Addr
}

// SetKey finds a set.
type SetKey struct{ Namespace, Kind, Handle string }
