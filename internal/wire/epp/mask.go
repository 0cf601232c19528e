package epp

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
)

// mask stands for a secret.
const mask = "***"

// MaskSecrets gives a frame for logs and journals: the text of pw, newPW and allocationToken in any namespace and all text
// inside authInfo is replaced. What cannot be read as XML is masked from there to the end, for a secret may lie in it. The input is left
// as it is.
func MaskSecrets(frame []byte) []byte {
	dec := xml.NewDecoder(bytes.NewReader(frame))
	var out bytes.Buffer
	hidden := 0 // depth inside secret elements
	done := false
	var from int64
	for {
		tok, err := dec.RawToken()
		to := dec.InputOffset()
		if err == io.EOF {
			return out.Bytes()
		}
		if err != nil {
			out.WriteString(mask)
			return out.Bytes()
		}
		secret := false
		switch t := tok.(type) {
		case xml.StartElement:
			if hidden > 0 || secretElement(t.Name.Local) {
				hidden++
				done = false
			}
		case xml.EndElement:
			if hidden > 0 {
				hidden--
			}
		case xml.CharData, xml.Comment:
			secret = hidden > 0
		case xml.Directive, xml.ProcInst:
			secret = from > 0 // neither belongs into a frame, apart from the XML declaration
		}
		switch {
		case !secret:
			out.Write(frame[from:to])
		case !done:
			out.WriteString(mask)
			done = true
		}
		from = to
	}
}

func secretElement(local string) bool {
	if i := strings.LastIndexByte(local, ':'); i >= 0 {
		local = local[i+1:]
	}
	return strings.EqualFold(local, "pw") || strings.EqualFold(local, "newPW") || strings.EqualFold(local, "authInfo") ||
		strings.EqualFold(local, "allocationToken")
}
