// Package rr turns records of zones into those of the DNS library.
package rr

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	mdns "github.com/miekg/dns"
)

var errNone = errors.New("no record")

// New makes a record; owner is absolute with a dot at its end, data in the canonical presentation of zone.Canonical, or of what
// masters of secondary zones gave.
func New(owner string, ttl int, typ, data string) (mdns.RR, error) {
	switch typ {
	case "CAA", "URI":
		if r := texted(mdns.RR_Header{Name: owner, Rrtype: mdns.StringToType[typ], Class: mdns.ClassINET, Ttl: uint32(ttl)}, data); r != nil {
			return r, nil
		}
	}
	r, err := mdns.NewRR(fmt.Sprintf("%s %d IN %s %s", owner, ttl, typ, data))
	if err == nil && r == nil {
		err = errNone
	}
	return r, err
}

// texted makes a CAA or URI record, whose text the library cuts after 255 octets as if it were a character string; nil for data that
// are not two items and a quoted text.
func texted(h mdns.RR_Header, data string) mdns.RR {
	first, rest, _ := strings.Cut(data, " ")
	second, text, ok := strings.Cut(rest, " ")
	if !ok || len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' || strings.Contains(strings.ReplaceAll(strings.ReplaceAll(text[1:len(text)-1], `\\`, ""), `\"`, ""), `"`) {
		return nil
	}
	text = text[1 : len(text)-1]
	bits := 8
	if h.Rrtype == mdns.TypeURI {
		bits = 16
	}
	n, err := strconv.ParseUint(first, 10, bits)
	if err != nil {
		return nil
	}
	if h.Rrtype == mdns.TypeCAA {
		return &mdns.CAA{Hdr: h, Flag: uint8(n), Tag: second, Value: text}
	}
	weight, err := strconv.ParseUint(second, 10, 16)
	if err != nil {
		return nil
	}
	return &mdns.URI{Hdr: h, Priority: uint16(n), Weight: uint16(weight), Target: text}
}
