package dns

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// large zones are not read anew for a change, but changed by the journal.
const large = 500

const feedPage = 1000

// loadAll reads all zones, a few at a time, and then what changed meanwhile.
func (s *Server) loadAll(ctx context.Context) error {
	began := s.cfg.Clocks.Wall()
	feed, err := s.cfg.Source.Feed(ctx)
	if err != nil {
		return fmt.Errorf("dns: reading the change feed: %w", err)
	}
	s.feed = feed
	var done atomic.Int64
	var bad sync.Map
	names := make(chan dname.Name, feedPage)
	var loaders sync.WaitGroup
	for range s.cfg.Loaders {
		loaders.Add(1)
		go func() {
			defer loaders.Done()
			for name := range names {
				if !s.reload(ctx, name, false) {
					bad.Store(name, true)
				}
				if n := done.Add(1); n%10_000 == 0 {
					s.cfg.Log.Info("dns: reading zones", "done", n)
				}
			}
		}()
	}
	err = s.origins(ctx, names)
	close(names)
	loaders.Wait()
	s.failed = map[dname.Name]bool{}
	bad.Range(func(name, _ any) bool {
		s.failed[name.(dname.Name)] = true
		return true
	})
	if err == nil {
		err = s.catchUp(ctx, false)
	}
	if err != nil {
		return err
	}
	if err := s.startCatalog(ctx); err != nil {
		return err
	}
	s.cfg.Log.Info("dns: zones are served", "zones", s.Zones(), "took", s.cfg.Clocks.Wall().Sub(began).Round(time.Millisecond).String())
	return ctx.Err()
}

func (s *Server) origins(ctx context.Context, to chan<- dname.Name) error {
	for after := dname.Name(""); ; {
		page, err := s.cfg.Source.Zones(ctx, after, feedPage)
		if err != nil {
			return fmt.Errorf("dns: reading the list of zones: %w", err)
		}
		if len(page) == 0 {
			return nil
		}
		for _, name := range page {
			select {
			case to <- name:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		after = page[len(page)-1]
	}
}

// watch has the Source wake follow.
func (s *Server) watch(ctx context.Context) {
	for ctx.Err() == nil {
		err := s.cfg.Source.Watch(ctx, s.Wake)
		if ctx.Err() != nil {
			return
		}
		s.cfg.Log.Warn("dns: watching for changes ended", "error", err)
		s.Wake()
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// Wake has the server look at the change feed.
func (s *Server) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// follow takes changes in.
func (s *Server) follow(ctx context.Context) {
	tick := time.NewTicker(s.cfg.Poll)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-tick.C:
		}
		if err := s.catchUp(ctx, true); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("dns: taking changes in failed; it is tried again", "error", err)
		}
	}
}

// catchUp reads what changed since the last time.
func (s *Server) catchUp(ctx context.Context, tell bool) error {
	s.changes.Lock()
	defer s.changes.Unlock()
	for {
		names, feed, err := s.cfg.Source.Changed(ctx, s.feed, feedPage)
		if err != nil {
			return fmt.Errorf("dns: reading the change feed: %w", err)
		}
		todo := s.failed // what could not be read the last time is due again
		s.failed = map[dname.Name]bool{}
		for _, name := range names {
			if todo == nil {
				todo = map[dname.Name]bool{}
			}
			todo[name] = true
		}
		for name := range todo {
			if !s.reload(ctx, name, tell) {
				s.failed[name] = true
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		end := len(names) == 0 || feed <= s.feed
		s.feed = max(s.feed, feed)
		if tell {
			s.moveCatalog(ctx)
		}
		if end {
			return nil
		}
	}
}

// reload brings one zone to its present state. A zone that cannot be read keeps its old state; false then.
func (s *Server) reload(ctx context.Context, origin dname.Name, tell bool) bool {
	wire, err := packName(string(origin))
	if err != nil || origin == s.cfg.Catalog {
		s.cfg.Log.Error("dns: a zone with a name that cannot be", "zone", origin, "error", err)
		return true
	}
	old := s.zones.get(wire)
	next, err := s.read(ctx, origin, old)
	if errs.Is(err, errs.NotFound) {
		if s.zones.drop(wire) != nil {
			s.fetch.forget(origin)
		}
		s.catalog.remove(origin)
		return true
	}
	if err != nil {
		s.cfg.Log.Error("dns: a zone cannot be read", "zone", origin, "error", err)
		return false
	}
	same := old != nil && old.head.ID == next.head.ID && old.serial == next.serial && old.heard()
	next.expired.Store(next.head.Kind == zone.Secondary && (!next.heard() || same && old.expired.Load()))
	s.zones.put(next)
	s.fetch.seen(next)
	s.catalog.change(origin, next.head.ID)
	if tell && (old == nil || old.serial != next.serial) {
		s.tell.zone(next)
	}
	return true
}

// read makes the snapshot of a zone as it is now. A large one is made from the old one and the journal where that is possible. A
// fault of ours, or of the Source's, costs one zone and not the server.
func (s *Server) read(ctx context.Context, origin dname.Name, old *Snapshot) (next *Snapshot, err error) {
	defer func() {
		if r := recover(); r != nil {
			s.cfg.Log.Error("dns: a zone brought us down", "zone", origin, "panic", r, "stack", string(debug.Stack()))
			next, err = nil, errors.New("dns: a fault while the zone was read")
		}
	}()
	if old != nil && old.records > large {
		next, err := s.advance(ctx, origin, old)
		if next != nil || errs.Is(err, errs.NotFound) {
			return next, err
		}
	}
	d, err := s.cfg.Source.Load(ctx, origin)
	if err != nil {
		return nil, err
	}
	return build(d)
}

// advance takes the journal; nil when it does not lead from the old state to the present one.
func (s *Server) advance(ctx context.Context, origin dname.Name, old *Snapshot) (*Snapshot, error) {
	head, err := s.cfg.Source.Head(ctx, origin)
	if err != nil {
		return nil, err
	}
	if head.ID != old.head.ID || head.Signing != old.head.Signing {
		return nil, nil
	}
	var entries []zone.Entry
	if head.Serial != old.serial {
		var ok bool
		if entries, ok, err = s.cfg.Source.Journal(ctx, head.ID, old.serial); err != nil || !ok {
			return nil, err
		}
		for i, e := range entries { // what was changed after the head was read comes with the next look at the feed
			if e.To == head.Serial {
				entries = entries[:i+1]
				break
			}
		}
	}
	next, err := old.with(head, entries)
	if err != nil {
		s.cfg.Log.Warn("dns: a zone is read as a whole", "zone", origin, "reason", err)
		return nil, nil
	}
	return next, nil
}
