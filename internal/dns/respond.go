package dns

import (
	"net/netip"
)

const (
	minUDP     = 512
	defaultUDP = 1232 // fits every path (DNS flag day 2020)
	maxTCP     = 65535
)

// worker is what one goroutine answers with.
type worker struct {
	asker
	server *Server
	tsig   tsig
	out    []byte
	from   caller
}

func (s *Server) worker(room int) *worker {
	w := &worker{asker: asker{zones: s.zones}, server: s, out: make([]byte, 0, room)}
	w.privy = w.mayAskAll
	return w
}

// caller is where a query came from.
type caller struct {
	addr netip.AddrPort
	tcp  bool
}

// respond answers a packet; nil when there is nothing to send. The answer is valid until the next call.
func (w *worker) respond(p []byte, from caller) []byte {
	state := w.begin(p, from)
	if state == ignored {
		return nil
	}
	if state == readable {
		w.dispatch()
	} else {
		w.fail(rcodeForm)
	}
	return w.end(from)
}

// begin reads the query and begins the answer.
func (w *worker) begin(p []byte, from caller) reading {
	w.tsig.present, w.from = false, from
	state := w.q.read(p)
	if state == ignored {
		return state
	}
	w.kind = kindAnswer
	w.r.start(w.out, &w.q, w.question(p))
	w.r.limit = w.room(from.tcp)
	if state == readable && w.q.tsig != 0 {
		if !w.tsig.verify(p, w.q.tsig, w.server.keys, w.server.cfg.Clocks.Wall()) {
			w.tsig.present = false
			return malformed
		}
		w.r.limit -= tsigRoom + w.tsig.name.n + w.tsig.alg.n
	}
	return state
}

func (w *worker) question(p []byte) []byte {
	if w.q.end == 0 {
		return nil
	}
	return p[headerSize:w.q.end]
}

// room is what the records of a message may take, without OPT.
func (w *worker) room(tcp bool) int {
	n := minUDP
	switch {
	case tcp:
		n = maxTCP
	case w.q.edns:
		n = min(max(int(w.q.size), minUDP), w.server.cfg.MaxUDP)
	}
	if w.q.edns {
		n -= 11
		if w.q.nsid {
			n -= 4 + len(w.server.cfg.NSID)
		}
	}
	return n
}

// dispatch answers a query that could be read.
func (w *worker) dispatch() {
	switch {
	case w.refused():
	case w.q.opcode == opNotify:
		w.server.notified(w)
	default:
		w.ask()
	}
}

// refused turns away what is answered from no zone.
func (w *worker) refused() bool {
	q := &w.q
	switch {
	case q.opcode != opQuery && q.opcode != opNotify:
		w.fail(rcodeNotImp)
	case q.version > 0:
		w.fail(rcodeBadVers)
	case w.tsig.present && !w.tsig.good:
		w.fail(rcodeNotAuth)
	case q.qclass == classCH: // version.bind and its like: what runs here is nobody's business
		w.fail(rcodeRefused)
	case q.qclass != classIN:
		w.fail(rcodeNotImp)
	default:
		return false
	}
	return true
}

func (w *worker) ask() {
	switch w.q.qtype {
	case typeAXFR: // not over UDP (RFC 5936 §4.2); over TCP it was taken out before
		w.fail(rcodeForm)
	case typeIXFR:
		w.server.transferUDP(w)
	case typeOPT, typeTKEY, typeTSIG, typeMAILA, typeMAILB:
		w.fail(rcodeNotImp)
	default:
		w.answer()
	}
}

// end finishes the answer.
func (w *worker) end(from caller) []byte {
	if !from.tcp {
		switch w.server.limit.judge(from.addr.Addr(), w.kind) {
		case hold:
			w.server.cfg.Observer.Limited(false)
			return nil
		case truncate:
			w.server.cfg.Observer.Limited(true)
			w.cut()
		}
	}
	w.server.cfg.Observer.Answered(from.tcp, w.q.qtype, w.r.rcode)
	return w.seal()
}

// cut takes all records out and has the asker come back over TCP.
func (w *worker) cut() {
	w.r.buf = w.r.buf[:max(w.q.end, headerSize)]
	w.r.counts = [4]uint16{w.r.counts[0]}
	w.r.flags |= flagTC
}

// seal adds what comes last.
func (w *worker) seal() []byte {
	out := w.r.finish(&w.q, uint16(w.server.cfg.MaxUDP), w.server.cfg.NSID)
	if w.tsig.present {
		out = w.tsig.sign(out, w.server.cfg.Clocks.Wall())
	}
	if cap(out) > cap(w.out) {
		w.out = out[:0]
	}
	return out
}
