package secret

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
)

// Params are the costs of argon2id (RFC 9106).
type Params struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

var (
	// DefaultParams is what OWASP asks for at least: 19 MiB, two passes, one lane.
	DefaultParams = Params{Memory: 19 << 10, Time: 2, Threads: 1}
	// MinParams is the least that argon2id allows. It is for sandboxes, which publish their passwords anyway.
	MinParams = Params{Memory: 8, Time: 1, Threads: 1}
)

// The bounds of what is read back from a stored hash, so that a tampered row cannot exhaust the machine.
const (
	maxMemory  = 256 << 10 // KiB
	maxTime    = 16
	maxThreads = 16
	saltSize   = 16
	hashSize   = 32
	// MaxPassword is the longest password in bytes that is hashed; a longer one never matches.
	MaxPassword = 1024
)

// The errors of Passwords, for errors.Is.
var (
	ErrHash    = errors.New("secret: unreadable password hash")
	ErrTooLong = errors.New("secret: password too long")
)

// Passwords hashes and verifies passwords. At most GOMAXPROCS hashes run at a time, over all of its methods; a caller who waits
// gives up with its context. It remembers what it verified (see Verified). Safe for concurrent use.
type Passwords struct {
	params Params
	slots  chan struct{}
	memory *Verified
	dummy  string
	now    func() time.Time // wall time, monotonic
}

// NewPasswords hashes at the cost of params; a hash made at another cost still verifies.
func NewPasswords(params Params) *Passwords {
	p := &Passwords{params: params, slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0))), memory: NewVerified(0, 0), now: time.Now}
	p.dummy = encodeHash(params, make([]byte, saltSize), make([]byte, hashSize))
	return p
}

// Hash gives the PHC string of a password: $argon2id$v=19$m=…,t=…,p=…$salt$hash.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	if len(password) > MaxPassword {
		return "", ErrTooLong
	}
	salt := make([]byte, saltSize)
	rand.Read(salt)
	sum, err := p.derive(ctx, p.params, password, salt)
	if err != nil {
		return "", err
	}
	return encodeHash(p.params, salt, sum), nil
}

// Verify reports whether password is the one that phc, the stored hash of credential id, was made of. What was verified for the
// same id, version and hash less than five minutes ago costs microseconds; a failure is never remembered. The error is ErrHash
// or the context's.
func (p *Passwords) Verify(ctx context.Context, id string, version int64, phc, password string) (bool, error) {
	key := p.memory.Key(id, version, phc, password)
	now := p.now()
	if p.memory.Known(key, now) {
		return true, nil
	}
	ok, err := p.Compare(ctx, phc, password)
	if ok && err == nil {
		p.memory.Remember(key, now)
	}
	return ok, err
}

// Compare is Verify without memory.
func (p *Passwords) Compare(ctx context.Context, phc, password string) (bool, error) {
	params, salt, want, err := decodeHash(phc)
	if err != nil {
		return false, err
	}
	if len(password) > MaxPassword {
		return false, nil
	}
	got, err := p.derive(ctx, params, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// Waste takes as long as a failing Verify and verifies nothing: for a login that does not exist, so that the answer's time does
// not tell.
func (p *Passwords) Waste(ctx context.Context, password string) error {
	_, err := p.Compare(ctx, p.dummy, password)
	return err
}

// NeedsRehash reports whether a stored hash was made at another cost than this one's.
func (p *Passwords) NeedsRehash(phc string) bool {
	params, _, _, err := decodeHash(phc)
	return err != nil || params != p.params
}

func (p *Passwords) derive(ctx context.Context, params Params, password string, salt []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-p.slots }()
	return argon2.IDKey([]byte(password), salt, params.Time, params.Memory, params.Threads, hashSize), nil
}

func encodeHash(p Params, salt, sum []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.Memory, p.Time, p.Threads,
		b64.EncodeToString(salt), b64.EncodeToString(sum))
}

func decodeHash(phc string) (p Params, salt, sum []byte, err error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, ErrHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.Memory, &p.Time, &p.Threads); err != nil {
		return p, nil, nil, ErrHash
	}
	if parts[3] != fmt.Sprintf("m=%d,t=%d,p=%d", p.Memory, p.Time, p.Threads) || p.Threads < 1 || p.Threads > maxThreads ||
		p.Time < 1 || p.Time > maxTime || p.Memory < 8*uint32(p.Threads) || p.Memory > maxMemory {
		return p, nil, nil, ErrHash
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	sum, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(sum) != hashSize {
		return p, nil, nil, ErrHash
	}
	return p, salt, sum, nil
}
