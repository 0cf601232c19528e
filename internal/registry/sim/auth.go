package sim

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// hashed begins an authInfo that is stored as a salted SHA-256 (RFC 9154 §4.3) and not sealed.
const hashed = "sha256:"

func hashAuth(salt, aad, value string) string {
	sum := sha256.Sum256([]byte(salt + "\x00" + aad + "\x00" + value))
	return hashed + salt + ":" + hex.EncodeToString(sum[:])
}

// newAuth reads the authInfo of a domain's create or update. Under RFC 9154 a create sets none, and an update only one that
// is long enough and random enough to see.
func (s *Server) newAuth(pw *epp.Password, aad string, creating bool) (string, error) {
	at := ofDomain("authInfo", "")
	if !s.cfg.SecureAuthInfo || pw == nil || pw.Text == "" {
		return s.seal(pw, aad, at)
	}
	switch {
	case creating:
		return "", refuse(epp.CodePolicy, at, "no authInfo at a create: set it when it is needed")
	case len(pw.Text) > authInfoLength:
		return "", refuse(epp.CodeRange, at, "at most %d bytes", authInfoLength)
	case !epp.SecureAuth(pw.Text):
		return "", refuse(epp.CodePolicy, at, "at least %d characters of both cases, digits and signs", epp.SecureAuthLength)
	}
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	return hashAuth(hex.EncodeToString(salt), aad, pw.Text), nil
}

// authOf is a domain's stored authInfo, empty when it is not valid any more.
func (s *Server) authOf(d *repo.Domain, now time.Time) string {
	if s.cfg.SecureAuthInfo && now.After(later(d.AuthSet, d.Created).Add(s.cfg.AuthValidity)) {
		return ""
	}
	return d.AuthInfo
}

// shownAuth is the authInfo as an info shows it; false when it is not to be shown.
func (s *Server) shownAuth(stored, aad string) (string, bool, error) {
	if s.cfg.SecureAuthInfo || strings.HasPrefix(stored, hashed) {
		return "", false, nil
	}
	plain, err := s.open(stored, aad)
	return plain, true, err
}

// entitled compares a given authInfo with the stored one; an object without one opens to nobody (2202).
func (s *Server) entitled(given *epp.AuthInfo, stored, aad string, at element) error {
	if given.PW == nil || given.PW.ROID != "" {
		return refuse(epp.CodeUnimplementedOption, at, "only the object's own password is offered")
	}
	want, got := stored, given.PW.Text
	if rest, ok := strings.CutPrefix(stored, hashed); ok {
		salt, _, _ := strings.Cut(rest, ":")
		got = hashAuth(salt, aad, got)
	} else {
		var err error
		if want, err = s.open(stored, aad); err != nil {
			return err
		}
	}
	if want == "" || subtle.ConstantTimeCompare([]byte(want), []byte(got)) != 1 {
		return refuse(epp.CodeBadAuthInfo, at, "")
	}
	return nil
}
