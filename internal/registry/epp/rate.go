package epp

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"
)

// bucket is a token bucket over all sessions of a registry. It holds a tenth of a second's tokens, so that a registry which
// counts by the second sees hardly more than the rate. A nil bucket limits nothing.
type bucket struct {
	rate, most float64
	turn       chan struct{} // held by the one who waits in front: the others queue up behind, in order

	mu     sync.Mutex
	tokens float64
	at     time.Time // wall time at which tokens was right
}

func newBucket(rate float64) *bucket {
	if rate <= 0 {
		return nil
	}
	most := math.Max(1, rate/10)
	return &bucket{rate: rate, most: most, turn: make(chan struct{}, 1), tokens: most, at: time.Now()}
}

// wait takes a token, when it is there. Who gives up has taken none.
func (b *bucket) wait(ctx context.Context) error {
	if b == nil {
		return nil
	}
	full := func() error { return fmt.Errorf("command rate of %g per second: %w", b.rate, ctx.Err()) }
	select {
	case b.turn <- struct{}{}:
	case <-ctx.Done():
		return full()
	}
	defer func() { <-b.turn }()
	for {
		d := b.take(false)
		if d == 0 {
			return nil
		}
		t := time.NewTimer(d)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return full()
		}
	}
}

// debit takes a token for what cannot wait; those who come after wait the longer.
func (b *bucket) debit() {
	if b != nil {
		b.take(true)
	}
}

// take takes a token, or says how long it takes until there is one.
func (b *bucket) take(always bool) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.tokens = math.Min(b.most, b.tokens+now.Sub(b.at).Seconds()*b.rate)
	b.at = now
	if b.tokens >= 1 || always {
		b.tokens--
		return 0
	}
	return max(time.Duration((1-b.tokens)/b.rate*float64(time.Second)), time.Microsecond)
}
