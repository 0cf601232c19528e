package epp

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

var errClosed = errors.New("client is closed")

// pool keeps sessions. Whoever uses one holds a slot; a session is opened only when none is idle, so that there are never
// more sessions than slots.
type pool struct {
	cfg   *Config
	slots chan struct{}
	done  chan struct{} // closed by close

	rate  *bucket
	dial  gate // to open sessions; those that live are used all the same
	stats *counters

	mu     sync.Mutex
	idle   []*session // the last one used is the last
	busy   map[*session]bool
	closed bool
}

func newPool(cfg *Config, rate *bucket, stats *counters) *pool {
	p := &pool{cfg: cfg, rate: rate, stats: stats, dial: gate{after: dialFailures}, slots: make(chan struct{}, cfg.MaxSessions),
		done: make(chan struct{}), busy: map[*session]bool{}}
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
	s, err := p.open(ctx)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		go s.close()
		return nil, errClosed
	}
	p.busy[s] = true
	return s, nil
}

// open makes a new session, unless the last attempts have failed too lately.
func (p *pool) open(ctx context.Context) (*session, error) {
	trial, err := p.dial.enter()
	if err != nil {
		return nil, fmt.Errorf("waiting before the next attempt: %w", err)
	}
	p.rate.debit()
	s, err := connect(ctx, p.cfg)
	switch {
	case err == nil:
		p.stats.logins.Add(1)
		p.dial.leave(trial, good, nil)
	case ctx.Err() != nil: // a caller who gave up says nothing about the registry
		p.dial.leave(trial, unknown, err)
	default:
		p.stats.loginFailures.Add(1)
		if p.dial.leave(trial, bad, err) {
			p.cfg.Log.Warn("registry cannot be reached", "registry", p.cfg.Name, "err", err)
		}
	}
	return s, err
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
	return nil, nil
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

// keepAlive says hello on sessions that have been idle for long, and logs out those that nobody has needed for longer.
func (p *pool) keepAlive() {
	every := p.cfg.Timeouts.KeepAlive
	if idle := p.cfg.Timeouts.Idle; idle > 0 {
		every = min(every, idle)
	}
	tick := time.NewTicker(max(every/2, time.Millisecond))
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
		if idle := p.cfg.Timeouts.Idle; idle > 0 && time.Since(s.lastWork) >= idle {
			p.retire(s)
			continue
		}
		p.rate.debit()
		ctx, cancel := context.WithTimeout(context.Background(), p.cfg.Timeouts.Connect)
		_, err := s.hello(ctx)
		cancel()
		p.release(s, err == nil)
	}
}

// retire logs a session out and gives its slot back.
func (p *pool) retire(s *session) {
	s.logout()
	p.release(s, false)
}

// popStale takes the session that has been idle longest, if it is due for a hello or a logout.
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
		unneeded := p.cfg.Timeouts.Idle > 0 && time.Since(s.lastWork) >= p.cfg.Timeouts.Idle
		if !dead && !unneeded && time.Since(s.lastUse) < p.cfg.Timeouts.KeepAlive {
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
