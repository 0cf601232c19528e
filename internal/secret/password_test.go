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
	if ok, err := p.Verify(ctx, phc, "pässword"); !ok || err != nil {
		t.Error(ok, err)
	}
	for _, wrong := range []string{"", "password", "pässword ", strings.Repeat("x", MaxPassword+1)} {
		if ok, err := p.Verify(ctx, phc, wrong); ok || err != nil {
			t.Error(wrong, ok, err)
		}
	}
	// A vector of the reference implementation (phc-winner-argon2, test.c).
	known := "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, err := p.Verify(ctx, known, "password"); !ok || err != nil {
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
		if ok, err := p.Verify(context.Background(), phc, "password"); ok || !errors.Is(err, ErrHash) {
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

func TestCheckRemembers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := NewPasswords(MinParams)
	phc, err := p.Hash(ctx, "pw")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1_700_000_000, 0)
	good := Proof{ID: 1, Version: 1, PHC: phc, Password: "pw"}
	if ok, err := p.Check(ctx, good, now); !ok || err != nil {
		t.Fatal(ok, err)
	}
	dead, cancel := context.WithCancel(ctx)
	cancel() // hashing is impossible now: only memory can answer
	known := func(pr Proof, at time.Time) bool {
		ok, _ := p.Check(dead, pr, at)
		return ok
	}
	if !known(good, now.Add(4*time.Minute)) || known(good, now.Add(5*time.Minute)) {
		t.Error("five minutes")
	}
	other := good
	for _, change := range []func(){
		func() { other.Version = 2 }, func() { other.ID = 2 }, func() { other.Password = "pw2" }, func() { other.PHC = p.dummy },
	} {
		other = good
		change()
		if known(other, now) {
			t.Errorf("%+v known", other)
		}
	}
	bad := good
	bad.Password = "no"
	if ok, err := p.Check(ctx, bad, now); ok || err != nil || known(bad, now) {
		t.Error("a failure was remembered")
	}
}

func TestVerifiedIsBounded(t *testing.T) {
	t.Parallel()
	v := NewVerified(3, time.Minute)
	now := time.Unix(1, 0)
	for i := range int64(10) {
		v.Remember(v.Key(i, 0, "x"), now)
		v.Remember(v.Key(i, 0, "x"), now)
	}
	for i := range int64(10) {
		if v.Known(v.Key(i, 0, "x"), now) != (i >= 7) {
			t.Errorf("entry %d", i)
		}
	}
	if len(v.expires) != 3 || v.Key(1, 0, "ab", "c") == v.Key(1, 0, "a", "bc") {
		t.Error("size or key")
	}
	v.Forget()
	if v.Known(v.Key(9, 0, "x"), now) {
		t.Error("not forgotten")
	}
}

func BenchmarkCheckRemembered(b *testing.B) {
	p := NewPasswords(MinParams)
	phc, _ := p.Hash(context.Background(), "pw")
	pr, now := Proof{ID: 1, PHC: phc, Password: "pw"}, time.Unix(1, 0)
	for b.Loop() {
		if ok, _ := p.Check(context.Background(), pr, now); !ok {
			b.Fatal("refused")
		}
	}
}
