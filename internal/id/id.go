// Package id makes the identifiers that are not numbers of the database: request and journal ids (ULIDs, sortable by
// time), and unguessable secrets (sessions, keys, authInfo). Objects themselves carry an int64 from one sequence per kind.
package id

import (
	"crypto/rand"
	"encoding/hex"
	"math/big"
	"time"

	"github.com/oklog/ulid/v2"
)

// New is a ULID at the given wall time: 26 characters, sortable, never used as a secret.
func New(wall time.Time) string {
	return ulid.MustNew(ulid.Timestamp(wall), rand.Reader).String()
}

// Hex is n random bytes as 2n lower-case hexadecimal digits.
func Hex(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return hex.EncodeToString(b)
}

const secretAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"

// Secret is a random word of n characters without look-alikes; 16 characters carry 93 bits.
func Secret(n int) string {
	max := big.NewInt(int64(len(secretAlphabet)))
	b := make([]byte, n)
	for i := range b {
		k, err := rand.Int(rand.Reader, max)
		if err != nil { // crypto/rand does not fail on supported systems
			panic(err)
		}
		b[i] = secretAlphabet[k.Int64()]
	}
	return string(b)
}

// AuthInfo is a fresh authorization value: 16 random characters with a digit, a capital and a sign, as the strictest
// registries ask (RFC 9154 §4.1 wants at least 128 bits only where the value is long-lived; it is stored encrypted).
func AuthInfo() string { return Secret(20) + "-7Q" }
