package opensrs

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/errs"
)

// serverName is in the Server header of every answer.
const serverName = "polyreg"

// maxCommands is how many requests one connection may carry (opensrs.md §2.3).
const maxCommands = 100

// conn is one client connection.
type conn struct {
	s       *server
	nc      net.Conn
	br      *bufio.Reader
	ip      netip.Addr
	sni     string    // host name of the TLS handshake
	ends    time.Time // of the connection's life
	counted account.ID

	mu       sync.Mutex
	busy     bool // a command is being carried out
	draining bool // the listener is being stopped
}

// serve answers requests until the client or the limits end the connection.
func (c *conn) serve(ctx context.Context) {
	defer c.nc.Close()
	c.ip, c.ends = remoteIP(c.nc.RemoteAddr().String()), time.Now().Add(c.s.d.timing.lifetime)
	defer c.s.release(c)
	if t, ok := c.nc.(*tls.Conn); ok {
		hctx, cancel := context.WithTimeout(ctx, c.s.d.timing.handshake)
		err := t.HandshakeContext(hctx)
		cancel()
		if err != nil {
			return
		}
		c.sni = t.ConnectionState().ServerName
	}
	c.br = bufio.NewReaderSize(c.nc, 4<<10)
	for n := 1; c.awaiting(); n++ {
		if !c.next(ctx, n) {
			return
		}
	}
}

// awaiting says that the connection waits for a request; false when there shall be no more.
func (c *conn) awaiting() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.draining {
		return false
	}
	c.busy = false
	return c.nc.SetReadDeadline(c.ends) == nil
}

// drain lets a request under way finish, and ends a connection that waits.
func (c *conn) drain() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.draining = true
	if !c.busy {
		c.nc.SetReadDeadline(time.Unix(1, 0))
	}
}

func (c *conn) setBusy() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = true
}

// next reads and answers the n-th request; false ends the connection.
func (c *conn) next(ctx context.Context, n int) bool {
	q, err := readHead(c.br)
	if err == nil {
		err = c.readBody(q)
	}
	c.setBusy()
	switch {
	case err == nil && n > maxCommands:
		err = refuse(errs.RateLimited, 350, "Too many commands on this connection")
	case err == nil && q.method != http.MethodPost:
		err = errNotPost
	}
	if err != nil {
		c.refuse(ctx, err)
		return false
	}
	doc, quit := c.carryOut(ctx, q)
	if c.write(doc) != nil {
		return false
	}
	if q.keep && !quit {
		return true
	}
	if quit || c.br.Buffered() > 0 {
		c.linger()
	}
	return false
}

// readBody reads the body, and asks for it first where the client wants to be asked.
func (c *conn) readBody(q *httpRequest) error {
	if q.method != http.MethodPost {
		return nil
	}
	length, err := q.bodyLength()
	if err != nil {
		return err
	}
	if hasToken(q.header["expect"], "100-continue") && length != 0 {
		if _, err := io.WriteString(c.nc, "HTTP/1.1 100 Continue\r\n\r\n"); err != nil {
			return err
		}
	}
	return q.readBody(c.br, length)
}

// refuse answers what cannot be taken for a request. A client that merely left gets no answer.
func (c *conn) refuse(ctx context.Context, err error) {
	var own *refusal
	switch {
	case errors.As(err, &own):
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = errMalformed
	case errors.Is(err, os.ErrDeadlineExceeded) && c.br.Buffered() > 0:
		err = refuse(errs.Malformed, 705, "Timed out, resubmit request.")
	default:
		return
	}
	if c.write(c.s.d.unusable(ctx, c.ip, err)) == nil {
		c.linger()
	}
}

// carryOut runs one request.
func (c *conn) carryOut(ctx context.Context, q *httpRequest) ([]byte, bool) {
	d := c.s.d
	done := func([]byte, []byte) {}
	if d.observe != nil {
		ctx, done = d.observe(ctx, c.ip)
	}
	m := &message{user: q.header["x-username"], signature: q.header["x-signature"], env: c.environment(q), ip: c.ip,
		idempotency: q.header["idempotency-key"], body: q.body}
	m.more = func(body []byte) []byte {
		q.keep = false // what belongs to which request cannot be told any more
		return c.readOn(body)
	}
	doc, quit := c.guarded(ctx, m)
	done(append(q.raw.Bytes(), m.body...), doc)
	return doc, quit
}

// guarded keeps a fault in one command from ending the process.
func (c *conn) guarded(ctx context.Context, m *message) (doc []byte, quit bool) {
	defer func() {
		if fault := recover(); fault != nil {
			c.s.d.deps.Log.ErrorContext(ctx, "panic in a command", "dialect", dialectName, "fault", fault, "stack", string(debug.Stack()))
			doc, quit = translate("", errs.E(errs.Internal, "panic")).reply("").encode(), true
		}
	}()
	return c.limited(ctx, m)
}

// environment is that of the vendor's host name, wherever the client gave it.
func (c *conn) environment(q *httpRequest) account.Environment {
	for _, host := range []string{q.header["host"], q.target, c.sni} {
		if env := envOf(host); env != "" {
			return env
		}
	}
	return ""
}

// readOn reads what follows a body whose length was counted in characters, until nothing has come for a while (§2.1).
func (c *conn) readOn(body []byte) []byte {
	out := append([]byte(nil), body...)
	buf := make([]byte, 4<<10)
	for len(out) <= MaxBody {
		until := time.Now().Add(c.s.d.timing.silence)
		if until.After(c.ends) {
			until = c.ends
		}
		if c.nc.SetReadDeadline(until) != nil {
			break
		}
		n, err := c.br.Read(buf)
		out = append(out, buf[:n]...)
		if err != nil {
			break
		}
	}
	return out
}

// write sends head and document in one piece: there are clients that read but once. The four headers and no others (§2.2).
func (c *conn) write(doc []byte) error {
	head := "HTTP/1.1 200 OK\r\nDate: " + c.s.d.deps.Runner.Clocks().Wall().UTC().Format(http.TimeFormat) + "\r\nServer: " + serverName +
		"\r\nContent-Length: " + strconv.Itoa(len(doc)) + "\r\nContent-Type: text/xml\r\n\r\n"
	if err := c.nc.SetWriteDeadline(time.Now().Add(c.s.d.timing.write)); err != nil {
		return err
	}
	_, err := c.nc.Write(append([]byte(head), doc...))
	return err
}

// linger takes what a client still sends for a moment: closing with unread octets would take the answer away from it.
func (c *conn) linger() {
	if w, ok := c.nc.(interface{ CloseWrite() error }); ok && w.CloseWrite() != nil {
		return
	}
	if c.nc.SetReadDeadline(time.Now().Add(2*time.Second)) == nil {
		io.CopyN(io.Discard, c.br, 4*MaxBody)
	}
}
