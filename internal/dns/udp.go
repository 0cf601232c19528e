package dns

import (
	"errors"
	"net"
	"runtime/debug"
	"time"
)

// serveUDP answers one packet after the other. Several goroutines read one socket.
func (s *Server) serveUDP(c *net.UDPConn) {
	w := s.worker(4096)
	in := make([]byte, 4096)
	for errs := 0; ; {
		n, from, err := c.ReadFromUDPAddrPort(in)
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if errs++; errs > 100 { // not an ICMP error of an earlier answer, but one that lasts
				time.Sleep(10 * time.Millisecond)
			}
			continue
		}
		errs = 0
		if out := s.guarded(w, in[:n], caller{addr: from}); out != nil {
			_, _ = c.WriteToUDPAddrPort(out, from)
		}
	}
}

// guarded answers; a fault of ours costs one answer and not the server.
func (s *Server) guarded(w *worker, p []byte, from caller) (out []byte) {
	defer func() {
		if r := recover(); r != nil {
			s.cfg.Log.Error("dns: a query brought us down", "panic", r, "stack", string(debug.Stack()))
			out = nil
		}
	}()
	return w.respond(p, from)
}
