package dns

import (
	"context"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// Data is a zone as it is to be served: its head, its records, and those that the signer adds (RRSIG, NSEC, NSEC3, NSEC3PARAM,
// DNSKEY, CDS, CDNSKEY). The SOA is made from the head; its signature is among Extra.
type Data struct {
	Zone    zone.Zone
	Records []zone.Record
	Extra   []zone.Record
}

// Source is where zones come from. It may be asked by several goroutines at once.
type Source interface {
	// Zones walks the origins of all zones in order, after a given one.
	Zones(ctx context.Context, after dname.Name, limit int) ([]dname.Name, error)
	// Load reads a zone, head and records of one moment; errs.NotFound when it is not served any more.
	Load(ctx context.Context, origin dname.Name) (Data, error)
	// Head reads a zone without its records; errs.NotFound as Load.
	Head(ctx context.Context, origin dname.Name) (zone.Zone, error)
	// Changed gives origins that changed after a number of the change feed (deleted ones too), and the number behind them.
	Changed(ctx context.Context, after int64, limit int) ([]dname.Name, int64, error)
	// Feed is the present end of the change feed.
	Feed(ctx context.Context) (int64, error)
	// Journal gives the changes from a serial on, oldest first, of the zone's own and of the signer's records; ok is false when it
	// does not reach back so far.
	Journal(ctx context.Context, id zone.ID, from uint32) (entries []zone.Entry, ok bool, err error)
	// Watch calls wake once it listens, and then whenever there may be changes, until ctx ends.
	Watch(ctx context.Context, wake func()) error
}

// Sink takes what was transferred from the masters of secondary zones. What it stores comes back through the Source's change feed.
type Sink interface {
	// Replace stores the whole zone as its masters have it. Records hold all types but SOA, those of DNSSEC too, and types that
	// zone.Type does not know ("TYPE65280" with "\# 2 0102").
	Replace(ctx context.Context, id zone.ID, got Incoming) error
	// Apply stores changes, which begin at the serial that the zone has and follow each other.
	Apply(ctx context.Context, id zone.ID, entries []zone.Entry) error
}

// Incoming is a zone as a master gave it.
type Incoming struct {
	SOA     zone.SOA
	Serial  uint32
	Records []zone.Record
}

// Observer counts what the server does. It is called while a query is answered, by several goroutines at once.
type Observer interface {
	// Answered is called for each query that got an answer; types and codes are those of the wire.
	Answered(tcp bool, qtype uint16, rcode int)
	// Limited is called for each answer that the rate limit held back; slipped when a truncated one was sent instead.
	Limited(slipped bool)
	Transferred(t Transfer)
	// Notified tells how telling a secondary of a change ended.
	Notified(origin dname.Name, to string, err error)
}

// Transfer tells of one zone transfer.
type Transfer struct {
	Origin   dname.Name
	Kind     string // "axfr", "ixfr", or "soa" when there was nothing newer
	Incoming bool
	Peer     string
	Records  int
	Messages int
	Err      error
}

// quiet observes nothing.
type quiet struct{}

func (quiet) Answered(bool, uint16, int)         {}
func (quiet) Limited(bool)                       {}
func (quiet) Transferred(Transfer)               {}
func (quiet) Notified(dname.Name, string, error) {}
