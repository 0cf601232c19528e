package dns

import (
	"context"
	"errors"
	"strconv"
	"sync"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// catalogJournal is how many steps of the catalog zone are kept for incremental transfers.
const catalogJournal = 1000

// catalogTTL is that of all its records; nobody resolves them.
const catalogTTL = 3600

// catalog is the catalog zone (RFC 9432, version 2): the list of all zones, for secondaries. A member's label is the number
// of its zone, so that it stays as long as the zone does, and is another when a zone is made anew under the same name. The serial
// is the number of the change feed at the last change of the list, so that all nodes that give the same serial give the same list.
type catalog struct {
	mu      sync.Mutex
	head    zone.Zone
	members map[dname.Name]zone.ID
	started bool
	pending zone.Change
	entries []zone.Entry
	snap    *Snapshot
}

func newCatalog(origin dname.Name) (*catalog, error) {
	if _, err := packName(string(origin)); err != nil {
		return nil, err
	}
	return &catalog{members: map[dname.Name]zone.ID{}, head: zone.Zone{Origin: origin, Kind: zone.Primary, TTL: catalogTTL,
		SOA: zone.SOA{MName: "invalid", RName: "invalid", Refresh: 60, Retry: 10, Expire: 2_419_200, Minimum: catalogTTL, TTL: catalogTTL}}}, nil
}

func member(id zone.ID, origin dname.Name) zone.Record {
	return zone.Record{Name: strconv.FormatInt(int64(id), 10) + ".zones", Type: "PTR", TTL: catalogTTL, Data: string(origin) + "."}
}

// change notes a zone that is in the list.
func (c *catalog) change(origin dname.Name, id zone.ID) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if have, ok := c.members[origin]; ok && have == id {
		return
	}
	c.out(origin)
	c.members[origin] = id
	if c.started {
		c.pending.Add = append(c.pending.Add, member(id, origin))
	}
}

// remove notes a zone that is not in the list any more.
func (c *catalog) remove(origin dname.Name) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out(origin)
}

// out takes a zone out of the list. The lock is held.
func (c *catalog) out(origin dname.Name) {
	id, ok := c.members[origin]
	if !ok {
		return
	}
	delete(c.members, origin)
	if c.started {
		c.pending.Remove = append(c.pending.Remove, member(id, origin))
	}
}

func (c *catalog) count() int {
	if c == nil {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.started {
		return 0
	}
	return 1
}

// since gives the journal from a serial on.
func (c *catalog) since(from uint32) ([]zone.Entry, bool, error) {
	if c == nil {
		return nil, false, errors.New("dns: there is no catalog zone")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, e := range c.entries {
		if e.From == from {
			return c.entries[i:len(c.entries):len(c.entries)], true, nil
		}
	}
	return nil, false, nil
}

// startCatalog makes the catalog zone of what is there. A zone that could not be read is there too: were it not in the list,
// secondaries would drop it.
func (s *Server) startCatalog(ctx context.Context) error {
	if s.catalog == nil {
		return nil
	}
	s.changes.Lock()
	defer s.changes.Unlock()
	if !s.knowMembers(ctx) {
		s.cfg.Log.Warn("dns: the catalog zone waits for zones that cannot be read")
		return nil
	}
	return s.publishCatalog()
}

// knowMembers learns the numbers of the zones that could not be read; false when that fails too. The lock of changes is held.
func (s *Server) knowMembers(ctx context.Context) bool {
	for origin := range s.failed {
		head, err := s.cfg.Source.Head(ctx, origin)
		switch {
		case err == nil:
			s.catalog.change(origin, head.ID)
		case !errs.Is(err, errs.NotFound):
			return false
		}
	}
	return true
}

// publishCatalog begins to serve the catalog zone. The lock of changes is held.
func (s *Server) publishCatalog() error {
	c := s.catalog
	c.mu.Lock()
	defer c.mu.Unlock()
	c.head.Serial = max(uint32(s.feed), 1)
	records := []zone.Record{
		{Name: zone.Apex, Type: "NS", TTL: catalogTTL, Data: "invalid."},
		{Name: "version", Type: "TXT", TTL: catalogTTL, Data: `"2"`},
	}
	for origin, id := range c.members {
		records = append(records, member(id, origin))
	}
	snap, err := build(Data{Zone: c.head, Records: records})
	if err != nil {
		return err
	}
	snap.private = true
	c.snap, c.started = snap, true
	s.zones.put(snap)
	s.tell.zone(snap)
	return nil
}

// moveCatalog serves what was noted since the last time, as one step. The lock of changes is held.
func (s *Server) moveCatalog(ctx context.Context) {
	c := s.catalog
	if c == nil {
		return
	}
	if c.count() == 0 {
		if s.knowMembers(ctx) {
			if err := s.publishCatalog(); err != nil {
				s.cfg.Log.Error("dns: the catalog zone cannot be made", "error", err)
			}
		}
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	gone, added := condense([]zone.Entry{{Change: c.pending}})
	c.pending = zone.Change{}
	if len(gone)+len(added) == 0 {
		return
	}
	e := zone.Entry{From: c.head.Serial, To: uint32(s.feed), Change: zone.Change{Remove: gone, Add: added}, Before: c.head.SOA, SOA: c.head.SOA}
	if !newer(e.To, e.From) {
		e.To = e.From + 1
	}
	head := c.head
	head.Serial = e.To
	snap, err := c.snap.with(head, []zone.Entry{e})
	if err != nil {
		s.cfg.Log.Error("dns: the catalog zone cannot be changed", "error", err)
		return
	}
	c.head, c.snap = head, snap
	c.entries = append(c.entries, e)
	if n := len(c.entries) - catalogJournal; n > 0 {
		c.entries = append([]zone.Entry(nil), c.entries[n:]...)
	}
	s.zones.put(snap)
	s.tell.zone(snap)
}
