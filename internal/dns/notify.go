package dns

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// notifyTries is how often a secondary is told of one change (RFC 1996 §3.6).
const notifyTries = 6

// tellers is how many zones one secondary is told of at once.
const tellers = 8

// startPace is the time between two zones that a secondary is told of after a start: changes made while the server was away would
// else wait for the secondary's own timers. Nobody is to be flooded for it.
const startPace = 20 * time.Millisecond

// teller tells secondaries of changes. A zone that changes again while it waits is told of once.
type teller struct {
	s       *Server
	targets []*target
}

type target struct {
	addr   netip.AddrPort
	key    *tsigKey
	mu     sync.Mutex
	queue  []dname.Name
	queued map[dname.Name]bool
	ready  chan struct{}
}

func newTeller(s *Server) (*teller, error) {
	t := &teller{s: s}
	for _, x := range s.cfg.Secondaries {
		g := &target{addr: x.Addr, queued: map[dname.Name]bool{}, ready: make(chan struct{}, 1)}
		if x.Key != "" {
			if g.key = s.key(x.Key); g.key == nil {
				return nil, fmt.Errorf("dns: secondary %s: there is no key %q", x.Addr, x.Key)
			}
		}
		t.targets = append(t.targets, g)
	}
	return t, nil
}

// zone has all secondaries told of a zone.
func (t *teller) zone(s *Snapshot) {
	for _, g := range t.targets {
		g.add(s.head.Origin)
	}
}

func (g *target) add(origin dname.Name) {
	g.mu.Lock()
	if !g.queued[origin] {
		g.queued[origin] = true
		g.queue = append(g.queue, origin)
	}
	g.mu.Unlock()
	g.signal()
}

// idle reports whether nothing waits.
func (g *target) idle() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.queue) == 0
}

func (g *target) signal() {
	select {
	case g.ready <- struct{}{}:
	default:
	}
}

func (g *target) pop() (dname.Name, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.queue) == 0 {
		return "", false
	}
	name := g.queue[0]
	g.queue = g.queue[1:]
	delete(g.queued, name)
	if len(g.queue) > 0 {
		g.signal()
	}
	return name, true
}

func (t *teller) run(ctx context.Context) {
	var wg sync.WaitGroup
	if len(t.targets) > 0 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			t.all(ctx)
		}()
	}
	for _, g := range t.targets {
		for range tellers {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for {
					select {
					case <-ctx.Done():
						return
					case <-g.ready:
					}
					for name, ok := g.pop(); ok && ctx.Err() == nil; name, ok = g.pop() {
						t.tell(ctx, g, name)
					}
				}
			}()
		}
	}
	wg.Wait()
}

// all has the secondaries told of every zone, one after the other; changes go before that.
func (t *teller) all(ctx context.Context) {
	var origins []dname.Name
	t.s.zones.each(func(s *Snapshot) bool {
		if !s.private {
			origins = append(origins, s.head.Origin)
		}
		return true
	})
	at := make([]int, len(t.targets))
	for left := true; left; {
		if pause(ctx, startPace) {
			return
		}
		left = false
		for i, g := range t.targets {
			if at[i] < len(origins) && g.idle() {
				g.add(origins[at[i]])
				at[i]++
			}
			left = left || at[i] < len(origins)
		}
	}
}

// tell sends NOTIFY until it is answered.
func (t *teller) tell(ctx context.Context, g *target, origin dname.Name) {
	wire, err := packName(string(origin))
	if err != nil {
		return
	}
	wait := t.s.cfg.NotifyRetry
	for range notifyTries {
		snap := t.s.zones.get(wire)
		if snap == nil {
			return
		}
		var final bool
		if final, err = t.once(ctx, g, snap, wait); final || ctx.Err() != nil {
			break
		}
		wait *= 2
	}
	if err != nil && ctx.Err() == nil {
		t.s.cfg.Log.Warn("dns: a secondary did not take a notice", "zone", origin, "secondary", g.addr.String(), "error", err)
	}
	t.s.cfg.Observer.Notified(origin, g.addr.String(), err)
}

// once sends one NOTIFY and waits for its answer; final when there is no sense in another.
func (t *teller) once(ctx context.Context, g *target, s *Snapshot, wait time.Duration) (final bool, err error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "udp", g.addr.String())
	if err != nil {
		return false, err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	p := notice(s)
	var sent *tsig
	if g.key != nil {
		p, sent = g.key.signRequest(p, t.s.cfg.Clocks.Wall())
	}
	if _, err := c.Write(p); err != nil {
		return pause(ctx, wait), err
	}
	if err := c.SetReadDeadline(t.s.cfg.Clocks.Wall().Add(wait)); err != nil {
		return false, err
	}
	in := make([]byte, 1232)
	none := errors.New("no answer")
	for {
		n, err := c.Read(in)
		if err != nil {
			var late net.Error
			if !errors.As(err, &late) || !late.Timeout() { // nobody listens there, now
				return pause(ctx, wait), err
			}
			return false, none
		}
		if n < headerSize || in[0] != p[0] || in[1] != p[1] || in[2]&0xf8 != 0x80|opNotify<<3 {
			continue
		}
		rcode := in[3] & 15
		if sent != nil && !sent.answered(in[:n], t.s.cfg.Clocks.Wall()) { // anybody's: the right one may still come
			none = fmt.Errorf("no answer but one that is not signed as it must be, with code %d", rcode)
			continue
		}
		if rcode != rcodeOK {
			return true, fmt.Errorf("answered with code %d", rcode)
		}
		return true, nil
	}
}

// pause waits; it gives true when ctx ended meanwhile.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return true
	case <-time.After(d):
		return false
	}
}

// notice is a NOTIFY message (RFC 1996 §3).
func notice(s *Snapshot) []byte {
	var r reply
	q := &query{opcode: opNotify}
	var id [2]byte
	_, _ = rand.Read(id[:]) // never fails
	q.id = binary.BigEndian.Uint16(id[:])
	q.name.read([]byte(s.wire))
	r.start(make([]byte, 0, 512), q, append([]byte(s.wire), 0, typeSOA, 0, classIN))
	r.flags = opNotify<<11 | flagAA
	r.limit = maxTCP
	soa := s.soa()
	r.record(inAnswer, []byte(s.wire), typeSOA, soa.ttl, soa.data)
	return r.finish(q, 0, "")
}

// notified takes a NOTIFY for a secondary zone in, from its masters only.
func (s *Server) notified(w *worker) {
	snap := s.zones.get(w.q.name.bytes())
	if snap == nil || w.q.qtype != typeSOA || snap.head.Kind != zone.Secondary {
		w.fail(rcodeNotAuth)
		return
	}
	if !w.fromMaster(snap.head.Masters) {
		s.cfg.Log.Debug("dns: a notice that comes from no master", "zone", snap.head.Origin, "from", w.from.addr.String())
		w.fail(rcodeRefused)
		return
	}
	w.r.flags |= flagAA
	s.fetch.poke(snap.head.Origin)
}

// fromMaster reports whether a query comes from one of the masters, with its key when it has one.
func (w *worker) fromMaster(masters []zone.Master) bool {
	for _, m := range masters {
		if m.Addr.Addr().Unmap() != w.from.addr.Addr().Unmap() {
			continue
		}
		if m.Key == "" && !w.tsig.present {
			return true
		}
		if k := w.server.key(m.Key); k != nil && w.tsig.present && w.tsig.good && w.tsig.key == k {
			return true
		}
	}
	return false
}
