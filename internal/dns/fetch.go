package dns

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// fetches is how many zones are fetched at once, eachMaster how many of them from one master: one that does not answer holds up
// few of the others' zones.
const (
	fetches    = 32
	eachMaster = 4
)

// fetchTime bounds one transfer from a master.
const fetchTime = 5 * time.Minute

// fetcher keeps secondary zones up to date (RFC 1034 §4.3.5, by wall time).
type fetcher struct {
	s     *Server
	mu    sync.Mutex
	jobs  map[dname.Name]*job
	line  []*job // those that are due, in the order in which they became so
	busy  int
	asked map[netip.Prefix]int // transfers under way by master
	wake  chan struct{}        // jobs changed
	freed chan struct{}        // a transfer ended
}

// pokeFloor is the least time between two looks at one zone that notices make: they are easily forged.
const pokeFloor = time.Second

// job is a secondary zone.
type job struct {
	head    zone.Zone
	serial  uint32 // that the Sink has
	heard   bool   // it has one
	due     time.Time
	last    time.Time // when the masters were asked last
	good    time.Time // when a master confirmed it last
	running bool      // or in line
	gone    bool
	poked   bool // a notice came while it ran
}

func newFetcher(s *Server) *fetcher {
	return &fetcher{s: s, jobs: map[dname.Name]*job{}, asked: map[netip.Prefix]int{}, wake: make(chan struct{}, 1), freed: make(chan struct{}, 1)}
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
		if j != nil {
			j.gone = true
		}
		j = &job{due: now, good: now} // what was before we started is not known; the masters are asked at once
		f.jobs[s.head.Origin] = j
	case !slices.Equal(j.head.Masters, s.head.Masters):
		j.due = now
	}
	j.head, j.serial, j.heard = s.head, s.serial, s.heard()
	signal(f.wake)
}

func (f *fetcher) forget(origin dname.Name) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if j := f.jobs[origin]; j != nil {
		j.gone = true
		delete(f.jobs, origin)
	}
}

// poke has a zone fetched now.
func (f *fetcher) poke(origin dname.Name) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if j := f.jobs[origin]; j != nil {
		j.due, j.poked = j.last.Add(pokeFloor), true // at once when that is over
		signal(f.wake)
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
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
	f.lineUp()
	for {
		for t := f.pop(); t != nil; t = f.pop() {
			wg.Add(1)
			go func() {
				defer wg.Done()
				f.refresh(ctx, t)
			}()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			f.lineUp()
		case <-f.wake:
			f.lineUp()
		case <-f.freed:
		}
	}
}

// lineUp puts zones that are due in line, and has those expire that nobody confirmed.
func (f *fetcher) lineUp() {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.s.cfg.Clocks.Wall()
	from := len(f.line)
	for _, j := range f.jobs {
		f.expire(j, now)
		if !j.running && !j.due.After(now) {
			j.running = true
			f.line = append(f.line, j)
		}
	}
	slices.SortFunc(f.line[from:], func(a, b *job) int { return a.due.Compare(b.due) })
}

// task is a job that runs, with what was known of the zone when it began.
type task struct {
	*job
	have held
}

// held is what of a zone is here already.
type held struct {
	head   zone.Zone
	serial uint32
	heard  bool
}

// pop takes the first in line that can begin now, and counts its first master with it; nil when there is none.
func (f *fetcher) pop() *task {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := 0; i < len(f.line) && f.busy < fetches; {
		j := f.line[i]
		if !j.gone && len(j.head.Masters) > 0 && !f.take(j.head.Masters[0]) {
			i++
			continue
		}
		if i == 0 {
			f.line[0], f.line = nil, f.line[1:]
		} else {
			f.line = slices.Delete(f.line, i, i+1)
		}
		if j.gone {
			continue
		}
		f.busy++
		j.poked, j.last = false, f.s.cfg.Clocks.Wall()
		return &task{j, held{head: j.head, serial: j.serial, heard: j.heard}}
	}
	return nil
}

// take counts a transfer from a master; false when there are enough. The lock is held.
func (f *fetcher) take(m zone.Master) bool {
	n := network(m.Addr.Addr())
	if f.asked[n] >= eachMaster {
		return false
	}
	f.asked[n]++
	return true
}

// leave ends what take began.
func (f *fetcher) leave(m zone.Master) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := network(m.Addr.Addr())
	if f.asked[n]--; f.asked[n] <= 0 {
		delete(f.asked, n)
	}
	signal(f.freed)
}

// expire stops answering from a zone that was not confirmed for too long.
func (f *fetcher) expire(j *job, now time.Time) {
	if !j.heard || j.head.SOA.Expire <= 0 || now.Sub(j.good) < time.Duration(j.head.SOA.Expire)*time.Second {
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
func (f *fetcher) refresh(ctx context.Context, j *task) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	have := j.have
	got, err := Incoming{SOA: have.head.SOA, Serial: have.serial}, errors.New("no masters are named")
	for i, m := range have.head.Masters {
		if got, err = f.ask(ctx, m, have, i == 0); err == nil || ctx.Err() != nil {
			break
		}
		f.s.cfg.Log.Warn("dns: a zone was not transferred", "zone", have.head.Origin, "from", m.Addr.String(), "error", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.s.cfg.Clocks.Wall()
	wait := max(time.Duration(have.head.SOA.Retry)*time.Second, f.s.cfg.RetryFloor)
	if err == nil {
		j.good, j.serial, j.heard = now, got.Serial, true
		wait = max(time.Duration(got.SOA.Refresh)*time.Second, f.s.cfg.RetryFloor)
		if have.heard {
			f.mark(have.head.Origin, false)
		}
	}
	j.running = false
	j.due = now.Add(wait)
	if j.poked {
		j.due = j.last.Add(pokeFloor)
		signal(f.wake)
	}
	f.busy--
	signal(f.freed)
}

// ask fetches from one master; taken says that the transfer is counted already. A fault of ours costs one zone and not the server.
func (f *fetcher) ask(ctx context.Context, m zone.Master, have held, taken bool) (got Incoming, err error) {
	if !taken {
		f.mu.Lock()
		taken = f.take(m)
		f.mu.Unlock()
		if !taken {
			return got, errors.New("it is asked for enough other zones")
		}
	}
	defer f.leave(m)
	defer func() {
		if r := recover(); r != nil {
			f.s.cfg.Log.Error("dns: a transfer brought us down", "zone", have.head.Origin, "panic", r, "stack", string(debug.Stack()))
			err = errors.New("a fault while it was asked")
		}
	}()
	return f.from(ctx, m, have)
}

// from asks one master for what is newer than what is here and hands it to the Sink; it gives the state that the zone is in then.
func (f *fetcher) from(ctx context.Context, m zone.Master, have held) (Incoming, error) {
	c := &client{s: f.s, master: m, origin: have.head.Origin}
	if err := c.prepare(); err != nil {
		return Incoming{}, err
	}
	if !have.heard {
		return f.bring(ctx, c, "axfr", have)
	}
	soa, err := c.soa(ctx)
	if err != nil {
		return Incoming{}, err
	}
	if !newer(soa.Serial, have.serial) {
		return Incoming{SOA: have.head.SOA, Serial: have.serial}, nil
	}
	got, err := f.bring(ctx, c, "ixfr", have)
	if err != nil && ctx.Err() == nil { // no journal there, or one that does not lead from what is here: the whole helps against both
		f.s.cfg.Log.Info("dns: a zone is transferred as a whole", "zone", have.head.Origin, "from", m.Addr.String(), "reason", err)
		got, err = f.bring(ctx, c, "axfr", have)
	}
	return got, err
}

// bring makes one transfer.
func (f *fetcher) bring(ctx context.Context, c *client, kind string, have held) (got Incoming, err error) {
	same := Incoming{SOA: have.head.SOA, Serial: have.serial}
	rrs, err := c.transfer(ctx, kind, have.serial)
	if err != nil {
		return Incoming{}, err
	}
	var entries []zone.Entry
	if kind == "ixfr" {
		got, entries, err = c.sort(rrs, have.serial)
	} else {
		got, err = c.whole(rrs)
	}
	switch {
	case err != nil:
	case have.heard && !newer(got.Serial, have.serial):
		got = same
	case entries != nil:
		if err = f.grows(have.head.Origin, entries); err != nil {
			break
		}
		for i := range entries {
			entries[i].Zone, entries[i].At = have.head.ID, f.s.cfg.Clocks.Registrar()
		}
		err = f.s.cfg.Sink.Apply(ctx, have.head.ID, entries)
	default:
		kind = "axfr"
		err = f.s.cfg.Sink.Replace(ctx, have.head.ID, got)
	}
	f.s.cfg.Observer.Transferred(Transfer{Origin: have.head.Origin, Kind: kind, Incoming: true, Peer: c.master.Addr.String(), Records: len(rrs), Err: err})
	return got, err
}

// grows refuses changes after which a zone would hold too many records.
func (f *fetcher) grows(origin dname.Name, entries []zone.Entry) error {
	n := 0
	if wire, err := packName(string(origin)); err == nil {
		if s := f.s.zones.get(wire); s != nil {
			n = s.own()
		}
	}
	for _, e := range entries {
		own, _ := e.Change.Split()
		n += len(own.Add) - len(own.Remove)
	}
	if n > f.s.cfg.MaxRecords {
		return fmt.Errorf("%w: %d", errTooMany, n)
	}
	return nil
}
