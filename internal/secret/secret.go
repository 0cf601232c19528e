// Package secret holds everything that keeps a secret unreadable: envelope encryption of stored values, password hashes, the
// memory of passwords lately verified, token hashes, one-time codes, and a string type that does not print itself.
//
// It knows nothing of accounts or dialects. Nothing in it ever puts a secret into an error text.
package secret

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
)

// Masked is what a secret prints as.
const Masked = "***"

// String is a text that formats, marshals and logs as "***". Reveal gives the text. It is a plain string underneath, so that
// configuration readers can fill it.
type String string

// Reveal is the secret text.
func (s String) Reveal() string { return string(s) }

// String is Masked.
func (s String) String() string { return Masked }

// GoString is Masked.
func (s String) GoString() string { return Masked }

// Format prints Masked for every verb.
func (s String) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, Masked) }

// MarshalJSON is Masked.
func (s String) MarshalJSON() ([]byte, error) { return []byte(`"` + Masked + `"`), nil }

// MarshalYAML is Masked.
func (s String) MarshalYAML() (any, error) { return Masked, nil }

// LogValue is Masked.
func (s String) LogValue() slog.Value { return slog.StringValue(Masked) }

// HashToken is the lower-case hexadecimal SHA-256 of a generated, unguessable token (session, API key): what is stored and
// looked up in its place. It is no hash for passwords.
func HashToken(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// EqualConst compares two texts in time that depends on neither content nor common prefix.
func EqualConst(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
