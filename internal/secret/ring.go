// Package secret holds everything that keeps a secret unreadable: envelope encryption of stored values, password hashes, the
// memory of passwords lately verified, and one-time codes.
//
// It knows nothing of accounts or dialects. Nothing in it ever puts a secret into an error text.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// The errors of a Ring, for errors.Is.
var (
	ErrUnknownKey  = errors.New("secret: sealed under a key that is not in the ring")
	ErrNotSealed   = errors.New("secret: not a sealed value")
	ErrWrongPlace  = errors.New("secret: sealed value damaged, or moved from the place it was sealed for")
	ErrKeys        = errors.New("secret: unusable key text")
	ErrPermissions = errors.New("secret: key file is readable by others; its mode must be 0600")
)

const (
	sealVersion = "v1"
	keySize     = 32
	maxKeyFile  = 64 << 10
	maxKeyID    = 32
)

// Ring is a set of AES-256 keys, one of which seals; all of them open. It is safe for concurrent use.
type Ring struct {
	current string
	keys    map[string]cipher.AEAD
}

// ParseRing reads keys from text: "id:base64" items of 32-byte keys, separated by line ends, commas or blanks; a line that
// begins with # is a comment. The last key is the current one, so that a rotation appends a line.
func ParseRing(text string) (*Ring, error) {
	r := &Ring{keys: make(map[string]cipher.AEAD)}
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for _, item := range strings.FieldsFunc(line, func(c rune) bool { return strings.ContainsRune(", \t\r", c) }) {
			id, key, _ := strings.Cut(item, ":")
			if err := r.add(id, key); err != nil {
				return nil, err
			}
		}
	}
	if r.current == "" {
		return nil, fmt.Errorf("%w: no key", ErrKeys)
	}
	return r, nil
}

func (r *Ring) add(id, text string) error {
	if !validKeyID(id) {
		return fmt.Errorf("%w: a key id is 1 to %d of a-z 0-9 _ -", ErrKeys, maxKeyID)
	}
	if _, twice := r.keys[id]; twice {
		return fmt.Errorf("%w: key %s given twice", ErrKeys, id)
	}
	key, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil || len(key) != keySize {
		return fmt.Errorf("%w: key %s is not the base64 of %d bytes", ErrKeys, id, keySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return fmt.Errorf("%w: key %s", ErrKeys, id)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return fmt.Errorf("%w: key %s", ErrKeys, id)
	}
	r.keys[id], r.current = aead, id
	return nil
}

func validKeyID(id string) bool {
	if id == "" || len(id) > maxKeyID {
		return false
	}
	return strings.IndexFunc(id, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '-'
	}) < 0
}

// LoadRing reads a key file in the form of ParseRing. The file must be a regular one that only its owner can read.
func LoadRing(path string) (*Ring, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !st.Mode().IsRegular():
		return nil, fmt.Errorf("%w: %s is not a regular file", ErrKeys, path)
	case st.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("%w: %s", ErrPermissions, path)
	case st.Size() > maxKeyFile:
		return nil, fmt.Errorf("%w: %s is too large", ErrKeys, path)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil {
		return nil, err
	}
	return ParseRing(string(text))
}

// GenerateKey makes one "id:base64" line of a fresh key, without a line end.
func GenerateKey(id string) string {
	key := make([]byte, keySize)
	rand.Read(key)
	return id + ":" + base64.StdEncoding.EncodeToString(key)
}

// CreateKeyFile writes a fresh key file with one key and mode 0600. It fails if the file exists.
func CreateKeyFile(path, id string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(GenerateKey(id) + "\n")
	return errors.Join(err, f.Sync(), f.Close())
}

// NewRing is a ring with one fresh key that is kept nowhere: for tests and for databases in memory.
func NewRing() *Ring {
	r, err := ParseRing(GenerateKey("temp"))
	if err != nil { // the text is our own
		panic(err)
	}
	return r
}

// Seal encrypts plain under the current key for the place aad. The result is "v1:<key id>:<base64>" (nonce, ciphertext and tag
// of AES-256-GCM).
func (r *Ring) Seal(plain, aad string) (string, error) {
	if r == nil || r.current == "" {
		return "", ErrKeys
	}
	head := sealVersion + ":" + r.current + ":"
	out := r.keys[r.current].Seal(nil, nil, []byte(plain), []byte(head+aad))
	return head + base64.RawStdEncoding.EncodeToString(out), nil
}

// Open decrypts a sealed value that stands at the place aad.
func (r *Ring) Open(sealed, aad string) (string, error) {
	version, rest, _ := strings.Cut(sealed, ":")
	id, body, ok := strings.Cut(rest, ":")
	if version != sealVersion || !ok {
		return "", ErrNotSealed
	}
	if r == nil || r.keys[id] == nil {
		return "", ErrUnknownKey
	}
	raw, err := base64.RawStdEncoding.DecodeString(body)
	if err != nil {
		return "", ErrNotSealed
	}
	plain, err := r.keys[id].Open(nil, nil, raw, []byte(version+":"+id+":"+aad))
	if err != nil {
		return "", ErrWrongPlace
	}
	return string(plain), nil
}

// NeedsReseal reports whether a sealed value is under another key than the current one.
func (r *Ring) NeedsReseal(sealed string) bool {
	return !strings.HasPrefix(sealed, sealVersion+":"+r.current+":")
}

// Reseal opens a value and seals it under the current key.
func (r *Ring) Reseal(sealed, aad string) (string, error) {
	plain, err := r.Open(sealed, aad)
	if err != nil {
		return "", err
	}
	return r.Seal(plain, aad)
}
