package secret

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestPasswords(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := NewPasswords(MinParams)
	phc, err := p.Hash(ctx, "pässword")
	if err != nil || !strings.HasPrefix(phc, "$argon2id$v=19$m=8,t=1,p=1$") {
		t.Fatal(phc, err)
	}
	if ok, err := p.Compare(ctx, phc, "pässword"); !ok || err != nil {
		t.Error(ok, err)
	}
	for _, wrong := range []string{"", "password", "pässword ", strings.Repeat("x", MaxPassword+1)} {
		if ok, err := p.Compare(ctx, phc, wrong); ok || err != nil {
			t.Error(wrong, ok, err)
		}
	}
	// A vector of the reference implementation (phc-winner-argon2, test.c).
	known := "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, err := p.Compare(ctx, known, "password"); !ok || err != nil {
		t.Error("known hash", ok, err)
	}
	if p.NeedsRehash(phc) || !NewPasswords(DefaultParams).NeedsRehash(phc) {
		t.Error("rehash")
	}
	if err := p.Waste(ctx, "x"); err != nil {
		t.Error(err)
	}
	if _, err := p.Hash(ctx, strings.Repeat("x", MaxPassword+1)); !errors.Is(err, ErrTooLong) {
		t.Error(err)
	}
}

func TestBadHashes(t *testing.T) {
	t.Parallel()
	p := NewPasswords(MinParams)
	tail := "$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	for _, phc := range []string{"", "plain", "$argon2i$v=19$m=8,t=1,p=1" + tail, "$argon2id$v=16$m=8,t=1,p=1" + tail,
		"$argon2id$v=19$m=4294967295,t=1,p=1" + tail, "$argon2id$v=19$m=8,t=0,p=1" + tail, "$argon2id$v=19$m=8,t=1,p=0" + tail,
		"$argon2id$v=19$m=8,t=1,p=1x" + tail, "$argon2id$v=19$m=8,t=1,p=1$$", "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AA"} {
		if ok, err := p.Compare(context.Background(), phc, "password"); ok || !errors.Is(err, ErrHash) {
			t.Errorf("%q: %v %v", phc, ok, err)
		}
	}
}

func TestPasswordsWaitWithContext(t *testing.T) {
	t.Parallel()
	p := NewPasswords(MinParams)
	for range cap(p.slots) {
		p.slots <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if _, err := p.Hash(ctx, "x"); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestVerifyRemembers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := NewPasswords(MinParams)
	start := time.Unix(1_700_000_000, 0)
	now := start
	p.now = func() time.Time { return now }
	phc, err := p.Hash(ctx, "pw")
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := p.Verify(ctx, "1", 1, phc, "pw"); !ok || err != nil {
		t.Fatal(ok, err)
	}
	dead, cancel := context.WithCancel(ctx)
	cancel() // hashing is impossible now: only memory can answer
	known := func(id string, version int64, phc, password string) bool {
		ok, _ := p.Verify(dead, id, version, phc, password)
		return ok
	}
	now = start.Add(5*time.Minute - time.Second)
	if !known("1", 1, phc, "pw") {
		t.Error("forgotten")
	}
	if known("2", 1, phc, "pw") || known("1", 2, phc, "pw") || known("1", 1, p.dummy, "pw") || known("1", 1, phc, "pw2") {
		t.Error("another proof is known")
	}
	now = start.Add(5 * time.Minute)
	if known("1", 1, phc, "pw") {
		t.Error("known for too long")
	}
	if ok, err := p.Verify(ctx, "1", 1, phc, "no"); ok || err != nil || known("1", 1, phc, "no") {
		t.Error("a failure was remembered")
	}
}

func TestVerifiedIsBounded(t *testing.T) {
	t.Parallel()
	v := NewVerified(3, time.Minute)
	now := time.Unix(1, 0)
	for i := range int64(10) {
		v.Remember(v.Key("c", i, "h", "x"), now)
		v.Remember(v.Key("c", i, "h", "x"), now)
	}
	for i := range int64(10) {
		if v.Known(v.Key("c", i, "h", "x"), now) != (i >= 7) {
			t.Errorf("entry %d", i)
		}
	}
	if len(v.expires) != 3 || v.Key("ab", 1, "c", "") == v.Key("a", 1, "bc", "") {
		t.Error("size or key")
	}
	v.Forget()
	if v.Known(v.Key("c", 9, "h", "x"), now) {
		t.Error("not forgotten")
	}
}

func BenchmarkVerifyRemembered(b *testing.B) {
	p := NewPasswords(MinParams)
	phc, _ := p.Hash(context.Background(), "pw")
	for b.Loop() {
		if ok, _ := p.Verify(context.Background(), "1", 1, phc, "pw"); !ok {
			b.Fatal("refused")
		}
	}
}
