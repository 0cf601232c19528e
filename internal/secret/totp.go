package secret

import (
	"crypto/subtle"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"
)

const (
	totpStep   = 30 // seconds
	totpDigits = 6
)

// VerifyTOTP checks a one-time code (RFC 6238: SHA-1, 30 s, 6 digits) at wall time, one step early or late included. A step
// not after lastUsed (0: none used yet) is refused, so that no code works twice; the caller stores the step given back.
func VerifyTOTP(secretBase32, code string, wall time.Time, lastUsed int64) (step int64, ok bool) {
	code = strings.TrimSpace(code)
	key := strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(secretBase32))
	if len(code) != totpDigits || key == "" {
		return 0, false
	}
	now := wall.Unix() / totpStep
	for s := now - 1; s <= now+1; s++ {
		if s < 0 {
			continue
		}
		want, err := hotp.GenerateCode(key, uint64(s))
		if err != nil {
			return 0, false
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && s > lastUsed && !ok {
			step, ok = s, true
		}
	}
	return step, ok
}

// CodeTOTP is the code of a secret at wall time: for seeds that print credentials, and for tests.
func CodeTOTP(secretBase32 string, wall time.Time) (string, error) {
	return hotp.GenerateCode(strings.ToUpper(strings.ReplaceAll(secretBase32, " ", "")), uint64(wall.Unix()/totpStep))
}
