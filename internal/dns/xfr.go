package dns

import (
	"context"
	"encoding/binary"
	"net/netip"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/zone"
)

// xfrSize is how full a message of a transfer is made; pointers reach no farther.
const xfrSize = 16_000

// isTransfer tells AXFR and IXFR from other queries.
func isTransfer(p []byte) bool {
	if len(p) < headerSize || p[2]&0xf8 != 0 || binary.BigEndian.Uint16(p[4:]) != 1 {
		return false
	}
	at := skipName(p, headerSize)
	if at == 0 || at+2 > len(p) {
		return false
	}
	t := binary.BigEndian.Uint16(p[at:])
	return t == typeAXFR || t == typeIXFR
}

// mayAskAll reports whether the caller may see and transfer everything.
func (w *worker) mayAskAll() bool { return w.mayTransfer(nil) }

func (w *worker) mayTransfer(s *Snapshot) bool {
	if w.tsig.present {
		if !w.tsig.good {
			return false
		}
		if w.tsig.key.config.Transfer {
			return true
		}
	}
	addr := w.from.addr.Addr().Unmap()
	for _, p := range w.server.cfg.AllowXFR {
		if p.Contains(addr) {
			return true
		}
	}
	return s != nil && slices.ContainsFunc(s.head.AllowXFR, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// transferable finds the zone that is asked for; nil when the answer is an error.
func (w *worker) transferable() *Snapshot {
	s := w.zones.get(w.q.name.bytes())
	switch {
	case !w.mayTransfer(s):
		w.fail(rcodeRefused)
	case s == nil:
		w.fail(rcodeNotAuth)
	case s.expired.Load():
		w.fail(rcodeServFail)
	case w.q.qtype == typeIXFR && !w.q.soa:
		w.fail(rcodeForm)
	default:
		return s
	}
	return nil
}

// newer compares serials (RFC 1982).
func newer(a, b uint32) bool { return int32(a-b) > 0 }

// transfer answers AXFR and IXFR over TCP. An error is one of the connection.
func (c *tcpConn) transfer(ctx context.Context, p []byte) error {
	w := c.w
	switch state := w.begin(p, c.from); {
	case state == ignored:
		return nil
	case state != readable:
		w.fail(rcodeForm)
	case w.refused():
	default:
		if s := w.transferable(); s != nil {
			w.r.flags |= flagAA
			return c.give(ctx, s)
		}
	}
	return c.send(w.end(c.from))
}

// give sends a zone, or what changed in it.
func (c *tcpConn) give(ctx context.Context, s *Snapshot) error {
	st := stream{c: c, s: s, soa: s.soa().data, started: true}
	kind := "axfr"
	var err error
	switch d := (*difference)(nil); {
	case c.w.q.qtype == typeIXFR && !newer(s.serial, c.w.q.serial):
		kind = "soa"
		err = st.put(st.origin(), typeSOA, s.soa().ttl, st.soa)
	case c.w.q.qtype == typeIXFR:
		if d = c.s.difference(ctx, s, c.w.q.serial); d != nil {
			kind = "ixfr"
			err = d.each(s, st.put)
			break
		}
		err = st.whole()
	default:
		err = st.whole()
	}
	if err == nil {
		err = st.flush()
	}
	if err == nil {
		err = c.flush()
	}
	c.s.cfg.Observer.Transferred(Transfer{Origin: s.head.Origin, Kind: kind, Peer: c.from.addr.String(), Records: st.records, Messages: st.messages, Err: err})
	log := c.s.cfg.Log.With("zone", s.head.Origin, "kind", kind, "serial", s.serial, "to", c.from.addr.String(), "records", st.records, "messages", st.messages)
	if err != nil {
		log.Warn("dns: a transfer was broken off", "error", err)
	} else {
		log.Info("dns: zone transferred")
	}
	return err
}

// stream writes the records of a transfer as a sequence of messages.
type stream struct {
	c                 *tcpConn
	s                 *Snapshot
	soa               string
	name              []byte
	records, messages int
	started           bool // there is an open message
	filled            bool // with a record in it
}

func (st *stream) origin() []byte { return append(st.name[:0], st.s.wire...) }

// put adds a record, in a new message when the open one is full.
func (st *stream) put(owner []byte, typ uint16, ttl uint32, rdata string) error {
	w := st.c.w
	for {
		if !st.started {
			w.r.again(&w.q, nil)
			w.r.flags |= flagAA
			st.started, st.filled = true, false
		}
		w.r.limit = xfrSize
		if !st.filled { // a record alone may be as long as any message
			w.r.limit = w.room(true) - tsigRoom - w.tsig.name.n - w.tsig.alg.n
		}
		m := w.r.mark()
		if w.r.record(inAnswer, owner, typ, ttl, rdata) {
			st.filled = true
			st.records++
			return nil
		}
		w.r.back(m)
		if !st.filled {
			return errTooLong
		}
		if err := st.flush(); err != nil {
			return err
		}
	}
}

// flush sends the open message.
func (st *stream) flush() error {
	if !st.started {
		return nil
	}
	w := st.c.w
	out := w.seal()
	w.q.edns = false // in the first message only
	w.r.buf = out[:0]
	st.started = false
	st.messages++
	return st.c.send(out)
}

// whole sends all records, between the start of authority twice (RFC 5936 §2.2).
func (st *stream) whole() error {
	soa := st.s.soa()
	if err := st.put(st.origin(), typeSOA, soa.ttl, soa.data); err != nil {
		return err
	}
	for _, nodes := range [][]node{st.s.nodes, st.s.hashed} {
		for i := range nodes {
			if err := st.node(&nodes[i]); err != nil {
				return err
			}
		}
	}
	return st.put(st.origin(), typeSOA, soa.ttl, soa.data)
}

func (st *stream) node(n *node) error {
	st.name = append(appendName(st.name[:0], n.key), st.s.wire...)
	for i := range n.sets {
		set := &n.sets[i]
		if set.typ != typeSOA {
			if err := st.all(set.typ, set.ttl, set.data); err != nil {
				return err
			}
		}
		if err := st.all(typeRRSIG, set.ttl, set.sigs); err != nil {
			return err
		}
	}
	return nil
}

func (st *stream) all(typ uint16, ttl uint32, data string) error {
	for data != "" {
		var one string
		one, data = next(data)
		if err := st.put(st.name, typ, ttl, one); err != nil {
			return err
		}
	}
	return nil
}

// transferUDP answers IXFR over UDP: with the changes when they fit, else with the start of authority, which sends the asker to TCP
// (RFC 1995 §2).
func (s *Server) transferUDP(w *worker) {
	snap := w.transferable()
	if snap == nil {
		return
	}
	w.r.flags |= flagAA
	soa := snap.soa()
	kind, m := "soa", w.r.mark()
	if newer(snap.serial, w.q.serial) {
		select {
		case s.slots <- struct{}{}:
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			if d := s.difference(ctx, snap, w.q.serial); d != nil && d.each(snap, w.putOrFail) == nil {
				kind = "ixfr"
			}
			cancel()
			<-s.slots
		default:
		}
	}
	if kind == "soa" {
		w.r.back(m)
		w.r.record(inAnswer, []byte(snap.wire), typeSOA, soa.ttl, soa.data)
	}
	s.cfg.Observer.Transferred(Transfer{Origin: snap.head.Origin, Kind: kind, Peer: w.from.addr.String(), Records: int(w.r.counts[inAnswer]), Messages: 1})
}

func (w *worker) putOrFail(owner []byte, typ uint16, ttl uint32, rdata string) error {
	if !w.r.record(inAnswer, owner, typ, ttl, rdata) {
		return errTooLong
	}
	return nil
}

// journal gives what changed in a zone since a serial.
func (s *Server) journal(ctx context.Context, snap *Snapshot, from uint32) ([]zone.Entry, bool, error) {
	if snap.private {
		return s.catalog.since(from)
	}
	return s.cfg.Source.Journal(ctx, snap.head.ID, from)
}
