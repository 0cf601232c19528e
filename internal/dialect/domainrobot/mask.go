package domainrobot

import (
	"bytes"

	"github.com/polyreg/polyreg/internal/obs"
)

// secretNames are this dialect's names of secrets beyond those that obs knows: session ids, PINs,
// TANs, and the references of verification mails.
var secretNames = []string{headerSession, header2FA, "X-Domainrobot-Pin", "X-Domainrobot-Domain-Safe-Pin", "X-Domainrobot-Domain-Safe-Tan", "sessionId", "pin", "tan", "reference"}

// Mask gives a request's or answer's octets with every secret replaced: a body, or a head and a body.
func (*Dialect) Mask(octets []byte) []byte {
	head, body, both := bytes.Cut(octets, []byte("\r\n\r\n"))
	if line, rest, ok := bytes.Cut(head, []byte("\r\n")); ok && bytes.Contains(line, []byte("HTTP/1.")) {
		out := append(maskTarget(line), "\r\n"...)
		out = append(out, obs.MaskPairs(rest, secretNames...)...)
		if both {
			out = append(append(out, "\r\n\r\n"...), obs.MaskPairs(body, secretNames...)...)
		}
		return out
	}
	return obs.MaskPairs(octets, secretNames...)
}

// maskTarget masks the query of a request line.
func maskTarget(line []byte) []byte {
	target, query, ok := bytes.Cut(line, []byte("?"))
	if !ok {
		return bytes.Clone(line)
	}
	query, version, _ := bytes.Cut(query, []byte(" "))
	out := append(bytes.Clone(target), '?')
	out = append(out, obs.MaskPairs(query, secretNames...)...)
	return append(append(out, ' '), version...)
}
