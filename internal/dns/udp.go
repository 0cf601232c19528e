package dns

import (
	"errors"
	"net"
	"runtime/debug"
)

// serveUDP answers one packet after the other. Several goroutines read one socket.
func (s *Server) serveUDP(c *net.UDPConn) {
	w := s.worker(4096)
	in := make([]byte, 4096)
	for {
		n, from, err := c.ReadFromUDPAddrPort(in)
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			continue // an ICMP error of an earlier answer
		}
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
