package epp

import (
	"crypto/rand"
	"strings"
)

// Secure authorisation information (RFC 9154): a domain has none, except for the time that a transfer needs. It is unset by
// an empty password in a create or contact update and by null in a domain update, set by a domain update to a random
// value, and never shown.

// NoAuth is authInfo with an empty password: none (RFC 9154 §4.3).
func NoAuth() AuthInfo { return Auth("") }

// UnsetAuth removes a domain's authInfo in an update (RFC 9154 §5.1).
func UnsetAuth() *AuthInfoChange { return &AuthInfoChange{Null: true} }

// SetAuth replaces a domain's authInfo in an update; an empty password unsets it.
func SetAuth(pw string) *AuthInfoChange {
	if pw == "" {
		return UnsetAuth()
	}
	return &AuthInfoChange{PW: &Password{Text: pw}}
}

// Unset reports whether there is no password or an empty one; a nil AuthInfo is unset.
func (a *AuthInfo) Unset() bool { return a.Password() == "" }

// Unsets reports whether the change removes the authInfo: null or an empty password (RFC 9154 §5.1).
func (a *AuthInfoChange) Unsets() bool { return a.Null || a.PW != nil && a.PW.Text == "" }

// SecureAuthLength is the length that gives a random value of all printable characters 128 bits (RFC 9154 §4.1).
const SecureAuthLength = 20

// authChars are letters, digits and signs that no XML, shell or form has to escape. 72 of them: 24 characters make 148 bits.
const authChars = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#*+-.:=@_"

// NewSecureAuth draws a random authInfo of 24 characters, with at least one letter of each case, digit and sign.
func NewSecureAuth() string {
	for {
		var b strings.Builder
		for b.Len() < 24 {
			var raw [48]byte
			_, _ = rand.Read(raw[:]) // never fails
			for _, r := range raw {
				if int(r) < 256/len(authChars)*len(authChars) && b.Len() < 24 {
					b.WriteByte(authChars[int(r)%len(authChars)])
				}
			}
		}
		if SecureAuth(b.String()) {
			return b.String()
		}
	}
}

// SecureAuth reports whether a value can be one that RFC 9154 §4.1 asks for: at least SecureAuthLength printable ASCII
// characters without spaces, of both cases, digits and signs.
func SecureAuth(pw string) bool {
	var upper, lower, digit, sign bool
	for _, r := range pw {
		switch {
		case r <= ' ' || r > '~':
			return false
		case r >= 'A' && r <= 'Z':
			upper = true
		case r >= 'a' && r <= 'z':
			lower = true
		case r >= '0' && r <= '9':
			digit = true
		default:
			sign = true
		}
	}
	return len(pw) >= SecureAuthLength && upper && lower && digit && sign
}
