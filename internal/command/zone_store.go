package command

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// ZoneStoreTx keeps zones. A change of a zone is written under its version; a waiting name server learns of it by WatchZones.
type ZoneStoreTx interface {
	// Zone finds a zone of an account, AnyZone one of whatever account.
	Zone(ctx context.Context, acc account.ID, origin dname.Name) (zone.Zone, error)
	AnyZone(ctx context.Context, origin dname.Name) (zone.Zone, error)
	// ZoneAbove finds the zone of the account that a name lies in: the longest origin that is the name or ends it.
	ZoneAbove(ctx context.Context, acc account.ID, name dname.Name) (zone.Zone, error)
	// AddZone sets ID, Version and Created; errs.Exists when the origin is served already, in whatever account.
	AddZone(ctx context.Context, z *zone.Zone) error
	// PutZone writes settings, serial and counts when Version is still the stored one, and raises it; errs.Conflict else.
	PutZone(ctx context.Context, z *zone.Zone) error
	// DeleteZone removes a zone with all that belongs to it.
	DeleteZone(ctx context.Context, id zone.ID) error
	// ListZones lists zones of the accounts by origin. Fields: id, origin, kind, comment, virtual_ns, created, updated.
	ListZones(ctx context.Context, accs []account.ID, q Query) ([]zone.Zone, Page, error)

	// Records gives the served records, sorted by name, type and number; name "" for all of them.
	Records(ctx context.Context, id zone.ID, name string) ([]zone.Record, error)
	// ApplyChange removes and adds records, sets the numbers of the added ones in the change, and writes the journal entry.
	ApplyChange(ctx context.Context, e *zone.Entry) error
	// Journal gives entries from a serial on, oldest first; ok is false when the journal does not reach back so far.
	Journal(ctx context.Context, id zone.ID, from uint32) (entries []zone.Entry, ok bool, err error)
	// History gives the latest entries, youngest first.
	ZoneHistory(ctx context.Context, id zone.ID, limit int) ([]zone.Entry, error)

	// Staged gives the staged change, and PutStaged replaces it (an empty one clears it).
	Staged(ctx context.Context, id zone.ID) (zone.Change, error)
	PutStaged(ctx context.Context, id zone.ID, c zone.Change) error
	// StagedBefore gives zones whose last staged change is older than a wall time.
	StagedBefore(ctx context.Context, wall time.Time, limit int) ([]zone.Zone, error)

	Forwards(ctx context.Context, id zone.ID) ([]zone.Forward, error)
	// PutForwards replaces a zone's forwards; unchanged ones keep their numbers.
	PutForwards(ctx context.Context, id zone.ID, fs []zone.Forward) error
	// ForwardFor finds the HTTP forward of a host name.
	ForwardFor(ctx context.Context, host dname.Name) (zone.Forward, error)

	// DNSCredential finds a dynamic DNS log-in.
	DNSCredential(ctx context.Context, username string) (zone.Credential, error)
	// AddDNSCredential sets ID; errs.Exists when the user name is taken.
	AddDNSCredential(ctx context.Context, c *zone.Credential) error
	DNSCredentials(ctx context.Context, acc account.ID) ([]zone.Credential, error)
	DeleteDNSCredential(ctx context.Context, acc account.ID, id int64) error

	// ZoneChanges is the highest number of the change feed; ChangedZones gives the origins that changed after one, oldest first,
	// and the number behind them. A deleted zone is among them.
	ZoneChanges(ctx context.Context) (int64, error)
	ChangedZones(ctx context.Context, after int64, limit int) ([]dname.Name, int64, error)
	// AllZones walks the zones of the platform by origin, for a name server that starts.
	AllZones(ctx context.Context, after dname.Name, limit int) ([]zone.Zone, error)
}
