package dns

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"
)

// slip: of the answers that are held back, each second one is sent truncated, so that an asker who is no forgery can come back over TCP.
const slip = 2

const buckets = 1 << 15

// rateLimit holds back answers that go to one network too often, and so might be sent there by somebody who forges its addresses
// (response rate limiting). Its size is fixed: networks that share a bucket push each other out.
type rateLimit struct {
	rate    float64 // answers a second, per network and kind of answer
	seed    maphash.Seed
	now     func() time.Time
	locks   [64]sync.Mutex
	buckets []bucket
}

type bucket struct {
	tag    uint64
	tokens float64
	at     time.Time
	held   uint32
}

type verdict int

const (
	send verdict = iota
	hold
	truncate
)

func newRateLimit(rate int, now func() time.Time) *rateLimit {
	if rate <= 0 {
		return nil
	}
	return &rateLimit{rate: float64(rate), seed: maphash.MakeSeed(), now: now, buckets: make([]bucket, buckets)}
}

// judge counts an answer.
func (l *rateLimit) judge(to netip.Addr, k kind) verdict {
	if to = to.Unmap(); l == nil || to.IsLoopback() {
		return send
	}
	bits := 56
	if to.Is4() {
		bits = 24
	}
	net, err := to.WithZone("").Prefix(bits)
	if err != nil {
		return send
	}
	a := net.Addr().As16()
	tag := maphash.Bytes(l.seed, append(a[:], byte(k)))
	i := tag % buckets
	m := &l.locks[i%uint64(len(l.locks))]
	m.Lock()
	defer m.Unlock()
	now, b := l.now(), &l.buckets[i]
	if b.tag != tag {
		*b = bucket{tag: tag, tokens: l.rate, at: now}
	}
	b.tokens = min(l.rate, b.tokens+max(0, now.Sub(b.at).Seconds())*l.rate) // the clock may be set back
	b.at = now
	if b.tokens >= 1 {
		b.tokens--
		return send
	}
	b.held++
	if b.held%slip == 0 {
		return truncate
	}
	return hold
}
