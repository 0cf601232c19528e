// Package obs is what an operator sees of the program: structured logs, the request journal, and the masking that keeps secrets
// out of both. The metrics are in its folder metrics. It knows the errs vocabulary and nothing else of the registrar core.
package obs

import (
	"slices"
	"strings"
)

// Masked is what stands in the place of a secret.
const Masked = "***"

// Parts of names that mark a secret wherever they occur, and whole names that do. Both are compared without case, "-", "_",
// "." and blanks, so "Auth-Sid", "auth_info" and "authInfo1" are found.
var (
	secretParts = []string{"password", "passwd", "passphrase", "secret", "token", "apikey", "authinfo", "authcode", "authid",
		"authsid", "authorization", "cookie", "signature", "privatekey", "credential", "otpauth", "sharedkey"}
	secretNames = map[string]bool{"pass": true, "pw": true, "pwd": true, "newpw": true, "newpass": true, "auth": true,
		"sid": true, "hash": true, "otp": true, "totp": true}
)

// Sensitive reports whether a field, parameter, header or log key of this name holds a secret. It errs on the side of yes.
func Sensitive(name string) bool { return sensitiveWord(fold(name)) }

func sensitiveWord(n string) bool {
	if secretNames[n] {
		return true
	}
	for _, p := range secretParts {
		if strings.Contains(n, p) {
			return true
		}
	}
	return false
}

// fold brings a name into the form that is compared.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == '_' || r == '.' || r == ' ':
			return -1
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return r
	}, name)
}

// names is what one masking looks for: Sensitive, and the caller's own names.
type names []string

func newNames(extra []string) names {
	out := make(names, 0, len(extra))
	for _, e := range extra {
		out = append(out, fold(e))
	}
	return out
}

func (n names) has(name string) bool {
	f := fold(name)
	return sensitiveWord(f) || slices.Contains(n, f)
}

// holder reports whether the name may also be a block that only holds secrets among other things: <auth><user/>…</auth>.
func holder(name string) bool { return fold(name) == "auth" }
