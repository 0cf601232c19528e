package command

import (
	"context"
	"sync"
)

// gate holds new orders while it is closed.
type gate struct {
	mu   sync.Mutex
	shut chan struct{} // closed when the gate opens again; nil while it is open
}

// pass waits until the gate is open.
func (g *gate) pass(ctx context.Context) error {
	for {
		g.mu.Lock()
		shut := g.shut
		g.mu.Unlock()
		if shut == nil {
			return nil
		}
		select {
		case <-shut:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// close shuts the gate; false when it is shut already.
func (g *gate) close() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut != nil {
		return false
	}
	g.shut = make(chan struct{})
	return true
}

// closed reports whether the gate is shut.
func (g *gate) closed() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.shut != nil
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut != nil {
		close(g.shut)
		g.shut = nil
	}
}

// Followed counts the orders that ended orders have brought along.
func (r *Runner) Followed() int64 { return r.followed.Load() }

// Hold keeps new orders waiting and lets those under way come to their end; the sweep and the registries' messages wait too. resume lets them go on; ok is false when somebody
// else holds them already.
func (r *Runner) Hold(ctx context.Context) (resume func(), ok bool, err error) {
	if !r.gate.close() {
		return nil, false, nil
	}
	if err := r.Drain(ctx); err != nil {
		r.gate.open()
		return nil, false, err
	}
	return r.gate.open, true, nil
}
