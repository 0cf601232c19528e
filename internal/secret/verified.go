package secret

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"
)

// The defaults of NewVerified.
const (
	VerifiedFor  = 5 * time.Minute
	VerifiedSize = 10_000
)

// VerifiedKey is a verified (credential, version, password) as HMAC-SHA256 under a random key of this process. It cannot be
// turned back into a password, and it is worth nothing in another process.
type VerifiedKey [sha256.Size]byte

// Verified remembers for a while that a password was verified, so that a caller who sends it with every request is not hashed
// every time. It holds a bounded number of entries and drops the oldest first. Safe for concurrent use.
type Verified struct {
	secret [32]byte
	ttl    time.Duration
	size   int

	mu      sync.Mutex
	expires map[VerifiedKey]time.Time
	order   []VerifiedKey // a ring: the oldest is at next once it is full
	next    int
}

// NewVerified remembers at most size entries for ttl; zero takes the defaults.
func NewVerified(size int, ttl time.Duration) *Verified {
	if size <= 0 {
		size = VerifiedSize
	}
	if ttl <= 0 {
		ttl = VerifiedFor
	}
	v := &Verified{ttl: ttl, size: size, expires: make(map[VerifiedKey]time.Time)}
	rand.Read(v.secret[:])
	return v
}

// Key is the key of a credential's id and version, the stored hash and the password.
func (v *Verified) Key(id string, version int64, phc, password string) VerifiedKey {
	mac := hmac.New(sha256.New, v.secret[:])
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(version))
	mac.Write(n[:])
	for _, p := range [...]string{id, phc, password} {
		binary.BigEndian.PutUint64(n[:], uint64(len(p))) // so that no two lists of parts run together
		mac.Write(n[:])
		mac.Write([]byte(p))
	}
	var k VerifiedKey
	mac.Sum(k[:0])
	return k
}

// Known reports whether the key was remembered and has not run out at now (wall time).
func (v *Verified) Known(k VerifiedKey, now time.Time) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	until, ok := v.expires[k]
	return ok && now.Before(until)
}

// Remember keeps the key from now (wall time) on.
func (v *Verified) Remember(k VerifiedKey, now time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, ok := v.expires[k]; ok {
		v.expires[k] = now.Add(v.ttl)
		return
	}
	if len(v.order) < v.size {
		v.order = append(v.order, k)
	} else {
		delete(v.expires, v.order[v.next])
		v.order[v.next] = k
		v.next = (v.next + 1) % v.size
	}
	v.expires[k] = now.Add(v.ttl)
}

// Forget drops everything.
func (v *Verified) Forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	clear(v.expires)
	v.order, v.next = v.order[:0], 0
}
