package dns

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// conns are the open TCP connections.
type conns struct {
	mu     sync.Mutex
	open   map[net.Conn]bool
	each   map[netip.Prefix]int
	closed bool
}

// network is what one caller has at the least: an address, of IPv6 a /64.
func network(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits)
	return p
}

func (c *conns) add(conn net.Conn, from netip.Prefix, most, mostEach int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || len(c.open) >= most || c.each[from] >= mostEach {
		return false
	}
	if c.open == nil {
		c.open = map[net.Conn]bool{}
	}
	c.open[conn] = true
	c.each[from]++
	return true
}

func (c *conns) remove(conn net.Conn, from netip.Prefix) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, conn)
	if c.each[from]--; c.each[from] <= 0 {
		delete(c.each, from)
	}
}

// closeIdle lets no connection wait for another query; what is being answered goes on.
func (c *conns) closeIdle(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for conn := range c.open {
		_ = conn.SetReadDeadline(now)
	}
}

func (c *conns) closeAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for conn := range c.open {
		_ = conn.Close()
	}
}

func (s *Server) serveTCP(ctx context.Context, l *net.TCPListener) {
	for {
		conn, err := l.AcceptTCP()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			s.cfg.Log.Warn("dns: accepting a connection failed", "error", err)
			select { // out of descriptors, most likely
			case <-ctx.Done():
				return
			case <-time.After(50 * time.Millisecond):
			}
			continue
		}
		from := conn.RemoteAddr().(*net.TCPAddr).AddrPort()
		net, most := network(from.Addr()), s.cfg.MaxConns
		if !s.secondary(from.Addr()) {
			most -= s.reserve()
		}
		if !s.conns.add(conn, net, most, s.cfg.MaxConnsEach) {
			_ = conn.Close()
			continue
		}
		s.run(func() {
			defer func() {
				_ = conn.Close()
				s.conns.remove(conn, net)
			}()
			c := &tcpConn{Conn: conn, s: s, w: s.worker(4096), r: bufio.NewReaderSize(conn, 2048), out: bufio.NewWriterSize(conn, 4096), from: caller{addr: from, tcp: true}}
			c.serve(ctx)
		})
	}
}

// reserve is how many connections are kept for secondaries: strangers cannot keep them from their transfers.
func (s *Server) reserve() int {
	if len(s.cfg.Secondaries) == 0 {
		return 0
	}
	return s.cfg.MaxConns / 10
}

func (s *Server) secondary(a netip.Addr) bool {
	return slices.ContainsFunc(s.cfg.Secondaries, func(x Secondary) bool { return x.Addr.Addr().Unmap() == a.Unmap() })
}

// tcpConn is one connection. Queries may come without waiting for answers (RFC 7766 §6.2.1.1); they are answered in their order.
type tcpConn struct {
	net.Conn
	s    *Server
	w    *worker
	r    *bufio.Reader
	out  *bufio.Writer
	from caller
}

func (c *tcpConn) serve(ctx context.Context) {
	defer func() { _ = c.flush() }()
	buf := make([]byte, 512)
	for {
		if err := c.SetReadDeadline(c.s.cfg.Clocks.Wall().Add(c.s.cfg.Idle)); err != nil || ctx.Err() != nil {
			return // in this order: a deadline that was set to end the wait may just have been moved
		}
		p, err := c.read(&buf)
		if err != nil || ctx.Err() != nil {
			return
		}
		if !c.one(ctx, p) {
			return
		}
		if !c.more() && c.flush() != nil {
			return
		}
	}
}

// more reports whether another whole query was read already: what waits for its rest may wait long.
func (c *tcpConn) more() bool {
	n := c.r.Buffered()
	if n < 2 {
		return false
	}
	head, err := c.r.Peek(2)
	return err == nil && n >= 2+int(binary.BigEndian.Uint16(head))
}

// maxQuery bounds a query over TCP.
const maxQuery = 4096

func (c *tcpConn) read(buf *[]byte) ([]byte, error) {
	var head [2]byte
	if _, err := io.ReadFull(c.r, head[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(head[:]))
	if n > maxQuery {
		return nil, errors.New("dns: a query that is too long")
	}
	if n > len(*buf) {
		*buf = make([]byte, n)
	}
	_, err := io.ReadFull(c.r, (*buf)[:n])
	return (*buf)[:n], err
}

// one answers one query; false when the connection is to be closed.
func (c *tcpConn) one(ctx context.Context, p []byte) (ok bool) {
	if isTransfer(p) {
		defer func() { // a fault of ours costs one connection and not the server
			if r := recover(); r != nil {
				c.s.cfg.Log.Error("dns: a transfer brought us down", "panic", r, "stack", string(debug.Stack()))
				ok = false
			}
		}()
		return c.transfer(ctx, p) == nil
	}
	out := c.s.guarded(c.w, p, c.from)
	return out != nil && c.send(out) == nil
}

// send writes a message; it goes out when the buffer is full or flushed.
func (c *tcpConn) send(p []byte) error {
	if err := c.SetWriteDeadline(c.s.cfg.Clocks.Wall().Add(c.s.cfg.Idle)); err != nil {
		return err
	}
	var head [2]byte
	binary.BigEndian.PutUint16(head[:], uint16(len(p)))
	if _, err := c.out.Write(head[:]); err != nil {
		return err
	}
	_, err := c.out.Write(p)
	return err
}

func (c *tcpConn) flush() error {
	if err := c.SetWriteDeadline(c.s.cfg.Clocks.Wall().Add(c.s.cfg.Idle)); err != nil {
		return err
	}
	return c.out.Flush()
}
