package dmapi

import (
	"bytes"
	"net/url"
	"regexp"
	"strings"

	"github.com/polyreg/polyreg/internal/obs"
	"github.com/polyreg/polyreg/internal/wire/formx"
)

// authLine is the one line of a result's text that holds a secret behind a blank instead of a colon alone (§6.3).
var authLine = []byte("The Authorization ID is:")

// Mask implements dialect.Dialect: log-in data, sessions, cookies, auth-ids and log-ins for dynamic DNS are hidden, in requests and in replies.
func (d *Dialect) Mask(octets []byte) []byte {
	out := maskDynDNS(obs.MaskPairs(maskPairs(octets), sessionCookie))
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
		if !ok || len(v) == 0 || bytes.ContainsRune(n, '\n') {
			continue
		}
		switch name := formx.Unescape(string(n)); {
		case secretParam(name):
			pieces[i] = append(append(bytes.Clone(n), '='), obs.Masked...)
		case strings.EqualFold(name[strings.LastIndexByte(name, '?')+1:], "zone"):
			text := []byte(formx.Unescape(string(v)))
			if hidden := maskDynDNS(text); !bytes.Equal(text, hidden) {
				pieces[i] = append(append(bytes.Clone(n), '='), url.QueryEscape(string(hidden))...)
			}
		}
	}
	return bytes.Join(pieces, []byte("&"))
}

var dynDNSLine = regexp.MustCompile(`(?i)(\$dyndns[^=\r\n]*=)([^\r\n]*)`)

// maskDynDNS hides the log-in of $dyndns lines in the text of a zone (§9.1).
func maskDynDNS(text []byte) []byte {
	return dynDNSLine.ReplaceAllFunc(text, func(line []byte) []byte {
		at := bytes.IndexByte(line, '=') + 1
		if value := line[at:]; len(value) == 0 || bytes.EqualFold(value, []byte("no::")) || bytes.EqualFold(value, []byte("no")) {
			return line
		}
		return append(bytes.Clone(line[:at]), obs.Masked...)
	})
}

// secretParam reports whether a parameter holds a secret: key is that of a mail to an owner (§7.8.1).
func secretParam(name string) bool { return strings.EqualFold(name, "key") || obs.Sensitive(name) }
