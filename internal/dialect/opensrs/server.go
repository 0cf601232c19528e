package opensrs

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/errs"
)

// Connections: in all, and per reseller with real limits (opensrs.md §2.3).
const (
	maxConns        = 2000
	maxConnsOfOne   = 10
	acceptPause     = 5 * time.Millisecond
	acceptPauseLong = time.Second
)

// server is one run of Serve.
type server struct {
	d *Dialect

	mu    sync.Mutex
	conns map[*conn]struct{}
	of    map[account.ID]int // connections per reseller
	done  sync.WaitGroup
}

// Serve answers on the dialect's own listener, whose connections are TLS already, until ctx ends. Then it accepts no more,
// lets requests under way finish, closes the connections and gives nil. It closes the listener in any case.
func (d *Dialect) Serve(ctx context.Context, ln net.Listener) error {
	s := &server{d: d, conns: map[*conn]struct{}{}, of: map[account.ID]int{}}
	stop := context.AfterFunc(ctx, func() { ln.Close() })
	defer stop()
	defer ln.Close()
	err := s.accept(ctx, ln)
	s.shutdown()
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (s *server) accept(ctx context.Context, ln net.Listener) error {
	slots := make(chan struct{}, maxConns)
	pause := acceptPause
	for {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		nc, err := ln.Accept()
		if err != nil {
			<-slots
			if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return err
			}
			s.d.deps.Log.WarnContext(ctx, "connection not accepted", "dialect", dialectName, "err", err)
			time.Sleep(pause) // out of descriptors, say: others will end
			pause = min(2*pause, acceptPauseLong)
			continue
		}
		pause = acceptPause
		c := &conn{s: s, nc: nc}
		s.mu.Lock()
		s.conns[c] = struct{}{}
		s.mu.Unlock()
		s.done.Add(1)
		go func() {
			defer func() { <-slots; s.done.Done() }()
			c.serve(context.WithoutCancel(ctx))
		}()
	}
}

// shutdown ends all connections, those with a request under way after its answer, or when the time of grace is over.
func (s *server) shutdown() {
	s.each((*conn).drain)
	ended := make(chan struct{})
	go func() { s.done.Wait(); close(ended) }()
	t := time.NewTimer(s.d.timing.grace)
	defer t.Stop()
	select {
	case <-ended:
	case <-t.C:
		s.each(func(c *conn) { c.nc.Close() })
		<-ended
	}
}

func (s *server) each(do func(*conn)) {
	s.mu.Lock()
	conns := make([]*conn, 0, len(s.conns))
	for c := range s.conns {
		conns = append(conns, c)
	}
	s.mu.Unlock()
	for _, c := range conns {
		do(c)
	}
}

// release forgets a connection.
func (s *server) release(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	if c.counted == 0 {
		return
	}
	if s.of[c.counted]--; s.of[c.counted] <= 0 {
		delete(s.of, c.counted)
	}
}

// limited answers a request, with real limits only as long as its reseller has not too many connections (310).
func (c *conn) limited(ctx context.Context, m *message) ([]byte, bool) {
	if !c.s.d.deps.LiveLimits {
		return c.s.d.answer(ctx, m)
	}
	m.admit = func(id account.ID) error {
		s := c.s
		s.mu.Lock()
		defer s.mu.Unlock()
		if c.counted != 0 {
			return nil
		}
		if s.of[id] >= maxConnsOfOne {
			return refuse(errs.RateLimited, 310, "Too many simultaneous connections")
		}
		s.of[id]++
		c.counted = id
		return nil
	}
	return c.s.d.answer(ctx, m)
}

// Serve is beside dialect.Dialect: this door alone has a listener of its own.
var _ interface {
	dialect.Dialect
	Serve(context.Context, net.Listener) error
} = (*Dialect)(nil)
