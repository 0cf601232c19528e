package dmapi

import (
	"bytes"

	"github.com/polyreg/polyreg/internal/obs"
)

// authLine is the one line of a result's text that holds a secret behind a blank instead of a colon alone (§6.3).
var authLine = []byte("The Authorization ID is:")

// Mask implements dialect.Dialect: log-in data, sessions, cookies and auth-ids are hidden, in requests and in replies.
func (d *Dialect) Mask(octets []byte) []byte {
	out := obs.MaskPairs(octets, "transfer-auth-id", sessionCookie, "username")
	i := bytes.Index(out, authLine)
	if i < 0 {
		return out
	}
	rest := out[i+len(authLine):]
	end := bytes.IndexByte(rest, '\n')
	if end < 0 {
		end = len(rest)
	}
	return bytes.Join([][]byte{out[:i+len(authLine)], []byte(" " + obs.Masked), rest[end:]}, nil)
}
