package names

import (
	"context"
	"log/slog"
	"net/netip"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/dns"
	"github.com/polyreg/polyreg/internal/store"
	"github.com/polyreg/polyreg/internal/zone"
)

// Options are what the operator says about the name server.
type Options struct {
	Listen      []string       // addresses for UDP and TCP alike; empty: there is no name server
	NSID        string         // told to whoever asks (RFC 5001)
	RateLimit   int            // answers a second to one network and of one kind over UDP; 0: no limit
	Keys        []dns.Key      // TSIG
	AllowXFR    []netip.Prefix // who may transfer all zones without a key
	Secondaries []dns.Secondary
	Catalog     dname.Name // origin of the catalog zone (RFC 9432); empty for none
	MaxRecords  int        // of a secondary zone; 0: the default
	AnyMaster   bool       // zones may come from addresses of this machine and of private networks
}

// Deps are what the name server works with.
type Deps struct {
	Store    *store.Store
	Runner   *command.Runner
	Clocks   *clock.Clocks
	Log      *slog.Logger
	Observer dns.Observer // nil: nobody
}

// New makes a name server over the platform's zones; it answers from Start on. Zones are fetched for the Runner through it.
func New(o Options, d Deps) (*dns.Server, error) {
	z := zones{d.Store, d.Runner}
	srv, err := dns.New(dns.Config{Source: z, Sink: z, Clocks: d.Clocks, Log: d.Log, Observer: d.Observer, Listen: o.Listen, NSID: o.NSID, RRL: o.RateLimit,
		Keys: o.Keys, AllowXFR: o.AllowXFR, Secondaries: o.Secondaries, Catalog: o.Catalog, MaxRecords: o.MaxRecords, AnyMaster: o.AnyMaster})
	if err == nil {
		d.Runner.SetTransfers(fetcher{srv})
	}
	return srv, err
}

// fetcher fetches zones for the Runner.
type fetcher struct{ srv *dns.Server }

func (f fetcher) Fetch(ctx context.Context, origin dname.Name, from zone.Master) (command.Received, error) {
	got, err := f.srv.Fetch(ctx, origin, from)
	return command.Received(got), err
}
