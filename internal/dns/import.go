package dns

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// fetchWithin bounds a transfer that somebody waits for.
const fetchWithin = 20 * time.Second

// Fetch transfers a whole zone from a server (RFC 5936), within the limits of secondary zones. It may be called before Start.
func (s *Server) Fetch(ctx context.Context, origin dname.Name, from zone.Master) (got Incoming, err error) {
	ctx, cancel := context.WithTimeout(ctx, fetchWithin)
	defer cancel()
	c := &client{s: s, master: from, origin: origin}
	if err := c.prepare(); err != nil {
		return got, err
	}
	rrs, err := c.transfer(ctx, "axfr", 0)
	if err == nil {
		got, err = c.whole(rrs)
	}
	s.cfg.Observer.Transferred(Transfer{Origin: origin, Kind: "axfr", Incoming: true, Peer: from.Addr.String(), Records: len(rrs), Err: err})
	return got, err
}
