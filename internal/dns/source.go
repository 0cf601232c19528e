package dns

import (
	"context"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// Data is a zone as it is to be served: its head and its records. Extra are records that are no data of the zone's holder
// (DNSSEC's), in presentation form.
type Data struct {
	Zone    zone.Zone
	Records []zone.Record
	Extra   []Extra
}

// Extra is a record beside the zone's own: RRSIG, NSEC, NSEC3, NSEC3PARAM, DNSKEY, CDS, CDNSKEY.
type Extra struct {
	Name string // relative, as zone.Record
	Type string
	TTL  int
	Data string
}

// Source is where zones come from.
type Source interface {
	// Zones walks the origins of all zones in order, after a given one.
	Zones(ctx context.Context, after dname.Name, limit int) ([]dname.Name, error)
	// Load reads a zone; errs.NotFound when it is not served any more.
	Load(ctx context.Context, origin dname.Name) (Data, error)
	// Changed gives origins that changed after a number of the change feed, and the number behind them.
	Changed(ctx context.Context, after int64, limit int) ([]dname.Name, int64, error)
	// Feed is the present end of the change feed.
	Feed(ctx context.Context) (int64, error)
	// Journal gives the changes from a serial on; ok is false when it does not reach back so far.
	Journal(ctx context.Context, id zone.ID, from uint32) (entries []zone.Entry, ok bool, err error)
	// Watch calls wake whenever there may be changes, until ctx ends.
	Watch(ctx context.Context, wake func()) error
}
