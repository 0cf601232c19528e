package epp

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// Back-off after repeated failures to open a session: none after the first, then doubling, each cut by up to a half.
const (
	backoffBase = 200 * time.Millisecond
	backoffMax  = 30 * time.Second
)

var errClosed = errors.New("client is closed")

// pool keeps sessions. Whoever uses one holds a slot; a session is opened only when none is idle, so that there are never
// more sessions than slots.
type pool struct {
	cfg   *Config
	slots chan struct{}
	done  chan struct{} // closed by close

	mu       sync.Mutex
	idle     []*session // the last one used is the last
	busy     map[*session]bool
	closed   bool
	failures int
	notUntil time.Time // wall time before which no connection is tried
	lastErr  error
}

func newPool(cfg *Config) *pool {
	p := &pool{cfg: cfg, slots: make(chan struct{}, cfg.MaxSessions), done: make(chan struct{}), busy: map[*session]bool{}}
	go p.keepAlive()
	return p
}

// acquire gives a session that is believed to live. Nothing was sent when it fails.
func (p *pool) acquire(ctx context.Context) (*session, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case p.slots <- struct{}{}:
	case <-p.done:
		return nil, errClosed
	case <-ctx.Done():
		return nil, fmt.Errorf("no session became free: %w", ctx.Err())
	}
	s, err := p.take(ctx)
	if err != nil {
		<-p.slots
		return nil, err
	}
	return s, nil
}

func (p *pool) take(ctx context.Context) (*session, error) {
	if s, err := p.pop(); s != nil || err != nil {
		return s, err
	}
	s, err := connect(ctx, p.cfg)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case err != nil:
		if ctx.Err() == nil { // a caller who gave up says nothing about the registry
			p.failed(err)
		}
		return nil, err
	case p.closed:
		go s.close()
		return nil, errClosed
	}
	p.failures, p.lastErr, p.notUntil = 0, nil, time.Time{}
	p.busy[s] = true
	return s, nil
}

// pop takes an idle session that lives. It gives nil and no error when one may be opened.
func (p *pool) pop() (*session, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errClosed
	}
	for len(p.idle) > 0 {
		s := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		if s.alive() == nil {
			p.busy[s] = true
			return s, nil
		}
		go s.close()
	}
	if time.Now().Before(p.notUntil) {
		return nil, fmt.Errorf("waiting before the next attempt: %w", p.lastErr)
	}
	return nil, nil
}

// failed counts a failure to open a session; the lock is held.
func (p *pool) failed(err error) {
	p.failures++
	p.lastErr = err
	if p.failures < 2 {
		return
	}
	wait := backoffMax
	if n := p.failures - 2; n < 16 {
		wait = min(wait, backoffBase<<n)
	}
	wait -= rand.N(wait/2 + 1)
	p.notUntil = time.Now().Add(wait)
}

// release gives a session back; one that is not worth keeping is closed.
func (p *pool) release(s *session, keep bool) {
	p.mu.Lock()
	delete(p.busy, s)
	closed := p.closed
	if keep && !closed {
		p.idle = append(p.idle, s)
	}
	p.mu.Unlock()
	switch {
	case !keep:
		s.close()
	case closed:
		s.logout()
	}
	<-p.slots
}

// keepAlive says hello on sessions that have been idle for long.
func (p *pool) keepAlive() {
	tick := time.NewTicker(max(p.cfg.Timeouts.KeepAlive/2, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-p.done:
			return
		case <-tick.C:
			p.greetIdle()
		}
	}
}

func (p *pool) greetIdle() {
	for {
		select {
		case p.slots <- struct{}{}:
		default:
			return // all are at work, or other idle ones wait for the next tick
		}
		s := p.popStale()
		if s == nil {
			<-p.slots
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), p.cfg.Timeouts.Connect)
		_, err := s.hello(ctx)
		cancel()
		p.release(s, err == nil)
	}
}

// popStale takes the session that has been idle longest, if it is due for a hello.
func (p *pool) popStale() *session {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.idle) > 0 {
		oldest := 0
		for i, s := range p.idle {
			if s.lastUse.Before(p.idle[oldest].lastUse) {
				oldest = i
			}
		}
		s := p.idle[oldest]
		dead := s.alive() != nil
		if !dead && time.Since(s.lastUse) < p.cfg.Timeouts.KeepAlive {
			return nil
		}
		p.idle = append(p.idle[:oldest], p.idle[oldest+1:]...)
		if !dead {
			p.busy[s] = true
			return s
		}
		go s.close()
	}
	return nil
}

// close logs idle sessions out, waits for those at work at most as long as a command may take, and cuts what is left.
func (p *pool) close() {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return
	}
	p.closed = true
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	close(p.done)
	var wg sync.WaitGroup
	for _, s := range idle {
		wg.Go(s.logout)
	}
	wg.Wait()
	timeout := time.NewTimer(p.cfg.Timeouts.Command)
	defer timeout.Stop()
	for range cap(p.slots) {
		select {
		case p.slots <- struct{}{}:
		case <-timeout.C:
			p.cut()
			return
		}
	}
}

func (p *pool) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for s := range p.busy {
		go s.close()
	}
}
