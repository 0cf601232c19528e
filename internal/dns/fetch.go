package dns

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// fetches is how many zones are fetched at once.
const fetches = 8

// fetchTime bounds one transfer from a master.
const fetchTime = 5 * time.Minute

// fetcher keeps secondary zones up to date (RFC 1034 §4.3.5, by wall time).
type fetcher struct {
	s    *Server
	mu   sync.Mutex
	jobs map[dname.Name]*job
	wake chan struct{}
	slot chan struct{}
}

// pokeFloor is the least time between two looks at one zone that notices make: they are easily forged.
const pokeFloor = time.Second

// job is a secondary zone.
type job struct {
	head    zone.Zone
	serial  uint32 // that the Sink has
	due     time.Time
	last    time.Time // when the masters were asked last
	good    time.Time // when a master confirmed it last
	running bool
	poked   bool // a notice came while it ran
}

func newFetcher(s *Server) *fetcher {
	return &fetcher{s: s, jobs: map[dname.Name]*job{}, wake: make(chan struct{}, 1), slot: make(chan struct{}, fetches)}
}

// seen takes a zone in that was read from the Source.
func (f *fetcher) seen(s *Snapshot) {
	if s.head.Kind != zone.Secondary {
		f.forget(s.head.Origin)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.s.cfg.Clocks.Wall()
	j := f.jobs[s.head.Origin]
	switch {
	case j == nil || j.head.ID != s.head.ID:
		j = &job{due: now, good: now} // what was before we started is not known; the masters are asked at once
		f.jobs[s.head.Origin] = j
	case !sameMasters(j.head.Masters, s.head.Masters):
		j.due = now
	}
	j.head, j.serial = s.head, s.serial
	f.signal()
}

func sameMasters(a, b []zone.Master) bool {
	return fmt.Sprint(a) == fmt.Sprint(b)
}

func (f *fetcher) forget(origin dname.Name) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.jobs, origin)
}

// poke has a zone fetched now.
func (f *fetcher) poke(origin dname.Name) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if j := f.jobs[origin]; j != nil {
		j.due, j.poked = j.last.Add(pokeFloor), true // at once when that is over
		f.signal()
	}
}

func (f *fetcher) signal() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *fetcher) run(ctx context.Context) {
	if f.s.cfg.Sink == nil {
		return
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		for _, j := range f.dueJobs() {
			select {
			case f.slot <- struct{}{}:
			case <-ctx.Done():
				return
			}
			wg.Add(1)
			go func() {
				defer wg.Done()
				defer func() { <-f.slot }()
				f.refresh(ctx, j)
			}()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-f.wake:
		}
	}
}

func (f *fetcher) dueJobs() []*job {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.s.cfg.Clocks.Wall()
	var due []*job
	for _, j := range f.jobs {
		f.expire(j, now)
		if !j.running && !j.due.After(now) {
			j.running, j.poked, j.last = true, false, now
			due = append(due, j)
		}
	}
	return due
}

// expire stops answering from a zone that was not confirmed for too long.
func (f *fetcher) expire(j *job, now time.Time) {
	if j.serial == 0 || j.head.SOA.Expire <= 0 || now.Sub(j.good) < time.Duration(j.head.SOA.Expire)*time.Second {
		return
	}
	f.mark(j.head.Origin, true)
}

func (f *fetcher) mark(origin dname.Name, expired bool) {
	wire, err := packName(string(origin))
	if err != nil {
		return
	}
	if e := f.s.zones.get(wire); e != nil && e.expired.Swap(expired) != expired {
		f.s.cfg.Log.Warn("dns: a secondary zone", "zone", origin, "expired", expired)
	}
}

// refresh asks the masters, one after the other, until one of them answers.
func (f *fetcher) refresh(ctx context.Context, j *job) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	f.mu.Lock()
	head, serial := j.head, j.serial
	f.mu.Unlock()
	got, err := Incoming{SOA: head.SOA, Serial: serial}, errors.New("no masters are named")
	for _, m := range head.Masters {
		if got, err = f.from(ctx, m, head, serial); err == nil || ctx.Err() != nil {
			break
		}
		f.s.cfg.Log.Warn("dns: a zone was not transferred", "zone", head.Origin, "from", m.Addr.String(), "error", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.s.cfg.Clocks.Wall()
	wait := max(time.Duration(head.SOA.Retry)*time.Second, f.s.cfg.RetryFloor)
	if err == nil {
		j.good, j.serial = now, got.Serial
		wait = max(time.Duration(got.SOA.Refresh)*time.Second, f.s.cfg.RetryFloor)
		if serial != 0 {
			f.mark(head.Origin, false)
		}
	}
	j.running = false
	j.due = now.Add(wait)
	if j.poked {
		j.due = j.last.Add(pokeFloor)
		f.signal()
	}
}

// from asks one master for what is newer than a serial and hands it to the Sink; it gives the state that the zone is in then.
func (f *fetcher) from(ctx context.Context, m zone.Master, head zone.Zone, serial uint32) (Incoming, error) {
	c := &client{s: f.s, master: m, origin: head.Origin}
	if err := c.prepare(); err != nil {
		return Incoming{}, err
	}
	same := Incoming{SOA: head.SOA, Serial: serial}
	kind := "axfr"
	if serial != 0 {
		soa, err := c.soa(ctx)
		if err != nil {
			return Incoming{}, err
		}
		if !newer(soa.Serial, serial) {
			return same, nil
		}
		kind = "ixfr"
	}
	rrs, err := c.transfer(ctx, kind, serial)
	if err != nil && kind == "ixfr" { // masters without a journal may refuse (RFC 1995 §4 lets them send the whole)
		kind = "axfr"
		rrs, err = c.transfer(ctx, kind, serial)
	}
	if err != nil {
		return Incoming{}, err
	}
	got, entries, err := c.sort(rrs, serial)
	switch {
	case err != nil:
	case got.Serial == serial && serial != 0:
	case entries != nil:
		for i := range entries {
			entries[i].Zone, entries[i].At = head.ID, f.s.cfg.Clocks.Registrar()
		}
		err = f.s.cfg.Sink.Apply(ctx, head.ID, entries)
	default:
		kind = "axfr"
		err = f.s.cfg.Sink.Replace(ctx, head.ID, got)
	}
	f.s.cfg.Observer.Transferred(Transfer{Origin: head.Origin, Kind: kind, Incoming: true, Peer: m.Addr.String(), Records: len(rrs), Err: err})
	return got, err
}
