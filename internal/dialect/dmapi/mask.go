package dmapi

import (
	"bytes"
	"strings"

	"github.com/polyreg/polyreg/internal/obs"
	"github.com/polyreg/polyreg/internal/wire/formx"
)

// authLine is the one line of a result's text that holds a secret behind a blank instead of a colon alone (§6.3).
var authLine = []byte("The Authorization ID is:")

// Mask implements dialect.Dialect: log-in data, sessions, cookies and auth-ids are hidden, in requests and in replies.
func (d *Dialect) Mask(octets []byte) []byte {
	out := obs.MaskPairs(maskPairs(octets), sessionCookie)
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

// maskPairs hides the secret parameters of a form whatever their values begin with: clients also send them unencoded.
func maskPairs(octets []byte) []byte {
	pieces := bytes.Split(octets, []byte("&"))
	for i, p := range pieces {
		n, v, ok := bytes.Cut(p, []byte("="))
		if ok && len(v) > 0 && !bytes.ContainsRune(n, '\n') && secretParam(formx.Unescape(string(n))) {
			pieces[i] = append(append(bytes.Clone(n), '='), obs.Masked...)
		}
	}
	return bytes.Join(pieces, []byte("&"))
}

// secretParam reports whether a parameter holds a secret: key is that of a mail to an owner (§7.8.1).
func secretParam(name string) bool { return strings.EqualFold(name, "key") || obs.Sensitive(name) }
