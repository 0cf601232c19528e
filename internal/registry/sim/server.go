package sim

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/polyreg/polyreg/internal/id"
)

// ErrClosed is what Serve gives after Shutdown.
var ErrClosed = errors.New("embedded registry: server closed")

// Server is the embedded registry. It is safe for concurrent use.
type Server struct {
	cfg    Config
	prefix string // of this process's svTRIDs
	count  atomic.Uint64

	ticking sync.Mutex // held by Tick

	mu        sync.Mutex
	closing   bool
	listeners map[net.Listener]struct{}
	sessions  map[*session]struct{}
	perClient map[string]int // sessions by registrar
	running   sync.WaitGroup
}

// New makes a server; Serve starts it. Seed, Reset and ResolvePending work without Serve.
func New(cfg Config) (*Server, error) {
	if err := cfg.defaults(); err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, prefix: id.Hex(6), listeners: map[net.Listener]struct{}{}, sessions: map[*session]struct{}{},
		perClient: map[string]int{}}
	return s, nil
}

// Serve accepts connections on a plain listener and speaks TLS on them until Shutdown; then it gives ErrClosed.
func (s *Server) Serve(l net.Listener) error {
	if s.cfg.TLS == nil {
		return errors.New("embedded registry: no TLS configuration")
	}
	if !s.listen(l) {
		l.Close()
		return ErrClosed
	}
	conf := s.cfg.TLS.Clone()
	conf.MinVersion = max(conf.MinVersion, tls.VersionTLS12)
	if len(s.cfg.ClientCerts) > 0 && conf.ClientAuth == tls.NoClientCert {
		conf.ClientAuth = tls.RequestClientCert // which one is whose is settled at the log-in
	}
	for {
		conn, err := l.Accept()
		if err != nil {
			if s.isClosing() {
				return ErrClosed
			}
			var n net.Error
			if errors.As(err, &n) && n.Timeout() || errors.Is(err, net.ErrClosed) {
				return fmt.Errorf("embedded registry: %w", err)
			}
			s.cfg.Logger.Warn("accepting a connection", "err", err)
			time.Sleep(10 * time.Millisecond) // out of descriptors: wait for some to be closed
			continue
		}
		ss := &session{srv: s, raw: conn, conn: tls.Server(conn, conf)}
		if !s.admit(ss) {
			conn.Close()
			continue
		}
		go func() {
			defer s.running.Done()
			defer s.leave(ss)
			ss.run()
		}()
	}
}

// Shutdown stops accepting, lets commands that run come to their end and closes the connections. When ctx ends before
// that, the connections are cut and ctx's error is given.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.closing = true
	for l := range s.listeners {
		l.Close()
	}
	for ss := range s.sessions {
		ss.raw.SetReadDeadline(time.Unix(1, 0)) // wakes up a session that waits for a frame
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() { s.running.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	for ss := range s.sessions {
		ss.raw.Close()
	}
	s.mu.Unlock()
	<-done
	return ctx.Err()
}

func (s *Server) isClosing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing
}

func (s *Server) listen(l net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing {
		s.listeners[l] = struct{}{}
	}
	return !s.closing
}

// admit takes a connection in, unless there are too many.
func (s *Server) admit(ss *session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing || len(s.sessions) >= s.cfg.Limits.Connections {
		return false
	}
	s.sessions[ss] = struct{}{}
	s.running.Add(1)
	return true
}

func (s *Server) leave(ss *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, ss)
	if ss.loggedIn {
		s.uncount(ss.who.ID)
	}
}

// uncount takes a registrar's session off; the caller holds the lock.
func (s *Server) uncount(registrar string) {
	if s.perClient[registrar]--; s.perClient[registrar] == 0 {
		delete(s.perClient, registrar)
	}
}

// enter counts a registrar's session; false when it has as many as it may.
func (s *Server) enter(registrar string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.perClient[registrar] >= s.cfg.Limits.Sessions {
		return false
	}
	s.perClient[registrar]++
	return true
}

// armRead sets the time by which a session must have got its next frame; not while closing, which has set it already.
func (s *Server) armRead(ss *session, until time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing {
		ss.raw.SetReadDeadline(until)
	}
	return !s.closing
}

// svTRID makes a server transaction id: unique over processes by its random beginning (RFC 5730 §2.6).
func (s *Server) svTRID() string { return fmt.Sprintf("%s-%d", s.prefix, s.count.Add(1)) }

func (s *Server) roid(kind byte, number int64) string {
	return fmt.Sprintf("%c%d-%s", kind, number, s.cfg.ROIDSuffix)
}
