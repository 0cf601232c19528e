package secret

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSealAndRotate(t *testing.T) {
	t.Parallel()
	first := GenerateKey("k1")
	old, err := ParseRing(first)
	if err != nil {
		t.Fatal(err)
	}
	aad := "credential/secret/7"
	a, err1 := old.Seal("s3cret", aad)
	b, err2 := old.Seal("s3cret", aad)
	if err1 != nil || err2 != nil || a == b || !strings.HasPrefix(a, "v1:k1:") || strings.Contains(a, "s3cret") {
		t.Fatal(a, b, err1, err2)
	}
	fresh, err := ParseRing("# keys\n" + first + "\n\n" + GenerateKey("k2") + "\r\n")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := fresh.Open(a, aad); err != nil || got != "s3cret" || !fresh.NeedsReseal(a) || old.NeedsReseal(a) {
		t.Error(got, err)
	}
	c, err := fresh.Reseal(a, aad)
	if err != nil || fresh.NeedsReseal(c) {
		t.Error(c, err)
	}
	if got, err := fresh.Open(c, aad); err != nil || got != "s3cret" {
		t.Error(got, err)
	}
	refused := func(r *Ring, sealed, aad string, want error) {
		t.Helper()
		if got, err := r.Open(sealed, aad); !errors.Is(err, want) || got != "" {
			t.Errorf("got %q %v, want %v", got, err, want)
		}
	}
	refused(old, c, aad, ErrUnknownKey)
	refused(old, a, "credential/secret/8", ErrWrongPlace)
	refused(old, a, "credential/totp/7", ErrWrongPlace)
	refused(fresh, strings.Replace(a, ":k1:", ":k2:", 1), aad, ErrWrongPlace)
	refused(old, a[:len(a)-4], aad, ErrWrongPlace)
	refused(old, "v1:k1:AAAA", aad, ErrWrongPlace)
	refused(old, "v1:k1:!!", aad, ErrNotSealed)
	refused(old, "plain", aad, ErrNotSealed)
	refused(old, "", aad, ErrNotSealed)
	if _, err := (*Ring)(nil).Seal("x", ""); err == nil {
		t.Error("nil ring seals")
	}
}

func TestParseRingRefuses(t *testing.T) {
	t.Parallel()
	key := GenerateKey("a")
	for name, text := range map[string]string{
		"empty": " \n# x", "no id": ":" + key[2:], "bad id": "A b:" + key[2:], "short": "a:AAAA", "no base64": "a:???",
		"twice": key + "," + key, "no colon": "abc",
	} {
		if _, err := ParseRing(text); !errors.Is(err, ErrKeys) || strings.Contains(err.Error(), key[2:]) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if r, err := ParseRing(key + ", " + GenerateKey("b")); err != nil || r.current != "b" {
		t.Error(err)
	}
}

func TestKeyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys")
	if err := CreateKeyFile(path, "k1"); err != nil {
		t.Fatal(err)
	}
	if err := CreateKeyFile(path, "k2"); !errors.Is(err, os.ErrExist) {
		t.Error("overwrote a key file", err)
	}
	r, err := LoadRing(path)
	if err != nil || r.current != "k1" {
		t.Fatal(err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadRing(path); !errors.Is(err, ErrPermissions) {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
	if _, err := LoadRing(filepath.Dir(path)); !errors.Is(err, ErrKeys) {
		t.Error("folder", err)
	}
	if _, err := LoadRing(path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Error("absent", err)
	}
}
