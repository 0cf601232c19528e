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
	// Zone finds a zone of an account, AnyZone one of whatever account, ZoneByID one by its number. In a transaction nobody else
	// changes the zone before it ends.
	Zone(ctx context.Context, acc account.ID, origin dname.Name) (zone.Zone, error)
	AnyZone(ctx context.Context, origin dname.Name) (zone.Zone, error)
	ZoneByID(ctx context.Context, id zone.ID) (zone.Zone, error)
	// WholeZone reads a zone with its records, all of one moment.
	WholeZone(ctx context.Context, origin dname.Name) (WholeZone, error)
	// ZoneAbove finds the zone of the account (0: of whatever account) that a name lies in: the longest origin that is the name or ends it.
	ZoneAbove(ctx context.Context, acc account.ID, name dname.Name) (zone.Zone, error)
	// AddZone sets ID, Version and Created; errs.Exists when the origin is served already, in whatever account.
	AddZone(ctx context.Context, z *zone.Zone) error
	// PutZone writes settings and serial when Version is still the stored one, and raises it; errs.Conflict else.
	PutZone(ctx context.Context, z *zone.Zone) error
	// DeleteZone removes a zone with all that belongs to it.
	DeleteZone(ctx context.Context, id zone.ID) error
	// ListZones lists zones of the accounts by origin. Fields: id, origin, kind, comment, virtual_ns, created, updated.
	ListZones(ctx context.Context, accs []account.ID, q Query) ([]zone.Zone, Page, error)
	// MoveZones gives the zones of an account at and below a name to another one.
	MoveZones(ctx context.Context, from account.ID, below dname.Name, to account.ID) error
	// NoteDefaultZone says that a zone was made by itself; DropDefaultZone removes such a zone of an account if nobody has changed
	// it since.
	NoteDefaultZone(ctx context.Context, id zone.ID) error
	DropDefaultZone(ctx context.Context, acc account.ID, origin dname.Name) (bool, error)

	// Records gives the served records, sorted by name, type and number; name "" for all of them.
	Records(ctx context.Context, id zone.ID, name string) ([]zone.Record, error)
	// RecordsAt gives those of some names, RecordsByID those of some numbers, CountRecords how many there are.
	RecordsAt(ctx context.Context, id zone.ID, names []string) ([]zone.Record, error)
	RecordsByID(ctx context.Context, id zone.ID, ids []zone.RecordID) ([]zone.Record, error)
	CountRecords(ctx context.Context, id zone.ID) (int, error)
	// ExtraRecords gives the records of DNSSEC that stand beside the zone's own (zone.Type.Extra), which no other method gives.
	ExtraRecords(ctx context.Context, id zone.ID) ([]zone.Record, error)
	// NextRecords draws numbers of records.
	NextRecords(ctx context.Context, n int) ([]zone.RecordID, error)
	// ApplyChange removes records by their numbers and adds records, draws numbers for those added ones that have none and sets them
	// in the change, and writes the journal entry. errs.Conflict when a record to be removed is gone. PutZone is to follow.
	ApplyChange(ctx context.Context, e *zone.Entry) error
	// Journal gives entries from a serial on, oldest first; ok is false when the journal does not reach back so far.
	Journal(ctx context.Context, id zone.ID, from uint32) (entries []zone.Entry, ok bool, err error)
	// ZoneHistory gives the latest entries, youngest first.
	ZoneHistory(ctx context.Context, id zone.ID, limit int) ([]zone.Entry, error)

	// Staged gives the staged change, and PutStaged replaces it (an empty one clears it) and sets Staged and StagedAt of the zone,
	// whose version stays. Numbers are drawn for added records that have none.
	Staged(ctx context.Context, id zone.ID) (zone.Change, error)
	PutStaged(ctx context.Context, id zone.ID, c zone.Change) error
	// StagedBefore gives zones whose last staged change is older than a wall time.
	StagedBefore(ctx context.Context, wall time.Time, limit int) ([]zone.Zone, error)

	Forwards(ctx context.Context, id zone.ID) ([]zone.Forward, error)
	// PutForwards replaces a zone's forwards; unchanged ones keep their numbers.
	PutForwards(ctx context.Context, id zone.ID, fs []zone.Forward) error
	// ForwardFor finds the HTTP forward of a host name.
	ForwardFor(ctx context.Context, host dname.Name) (zone.Forward, error)

	// ZoneNote gives the sealed text that an interface keeps beside a zone; PutZoneNote replaces it.
	ZoneNote(ctx context.Context, id zone.ID, dialect string) (string, error)
	PutZoneNote(ctx context.Context, id zone.ID, dialect, sealed string) error

	// DNSCredential finds a dynamic DNS log-in.
	DNSCredential(ctx context.Context, username string) (zone.Credential, error)
	// AddDNSCredential sets ID; errs.Exists when the user name is taken.
	AddDNSCredential(ctx context.Context, c *zone.Credential) error
	DNSCredentials(ctx context.Context, acc account.ID) ([]zone.Credential, error)
	DeleteDNSCredential(ctx context.Context, acc account.ID, id int64) error
	// UseDNSCredential keeps the wall time of its last use.
	UseDNSCredential(ctx context.Context, id int64, wall time.Time) error

	// ZoneChanges is the present end of the change feed; ChangedZones gives the origins that changed after a number, oldest first,
	// and the number behind them. A deleted zone is among them. What has changed while an earlier change was not committed yet comes
	// again, under a number that does not move on; limit may be exceeded by changes of one transaction.
	ZoneChanges(ctx context.Context) (int64, error)
	ChangedZones(ctx context.Context, after int64, limit int) ([]dname.Name, int64, error)
	// TrimZoneFeed forgets changes before a wall time.
	TrimZoneFeed(ctx context.Context, before time.Time) error
	// AllZones walks the zones of the platform by origin, for a name server that starts.
	AllZones(ctx context.Context, after dname.Name, limit int) ([]zone.Zone, error)
}

// WholeZone is a zone with its records.
type WholeZone struct {
	Zone    zone.Zone
	Records []zone.Record
	Extra   []zone.Record // of DNSSEC
}
