package dns

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"strings"
	"time"
)

// Key is a shared secret that messages are signed with (RFC 8945). Holding one gives no rights but those that are named here: the
// masters of customers' zones hold keys too.
type Key struct {
	Name      string // a domain name
	Algorithm string // "hmac-sha256" or "hmac-sha512"
	Secret    []byte
	Transfer  bool // whoever holds it may transfer every zone, the catalog zone with them
}

// TSIG errors (RFC 8945 §3).
const (
	badSig  = 16
	badKey  = 17
	badTime = 18
)

const (
	tsigFudge = 300              // seconds
	tsigRoom  = 10 + 16 + 64 + 6 // without the names of key and algorithm
)

// tsigKey is a key ready for use.
type tsigKey struct {
	name   []byte // in wire form
	alg    []byte
	secret []byte
	hash   func() hash.Hash
	config Key
}

// key finds a key by its name; nil when there is none.
func (s *Server) key(name string) *tsigKey {
	wire, err := packName(strings.ToLower(name))
	if err != nil {
		return nil
	}
	return s.keys[string(wire)]
}

func readKeys(list []Key) (map[string]*tsigKey, error) {
	out := map[string]*tsigKey{}
	for _, k := range list {
		name, err := packName(strings.ToLower(k.Name))
		if err != nil {
			return nil, fmt.Errorf("dns: key %q: %w", k.Name, err)
		}
		if len(name) == 1 {
			return nil, errors.New("dns: a key without a name")
		}
		t := &tsigKey{name: name, secret: k.Secret, config: k}
		switch strings.TrimSuffix(strings.ToLower(k.Algorithm), ".") {
		case "hmac-sha256", "":
			t.hash, t.config.Algorithm = sha256.New, "hmac-sha256"
		case "hmac-sha512":
			t.hash, t.config.Algorithm = sha512.New, "hmac-sha512"
		default:
			return nil, fmt.Errorf("dns: key %q: no algorithm %q (hmac-sha256, hmac-sha512)", k.Name, k.Algorithm)
		}
		if len(k.Secret) < 16 {
			return nil, fmt.Errorf("dns: the secret of key %q is shorter than 16 octets", k.Name)
		}
		if t.alg, err = packName(t.config.Algorithm); err != nil {
			return nil, err
		}
		out[string(name)] = t
	}
	return out, nil
}

// tsig is a TSIG record that came, and what the answer's needs of it.
type tsig struct {
	key     *tsigKey
	name    wireName
	alg     wireName
	signed  uint64 // seconds, 48 bits
	fudge   uint16
	mac     []byte
	id      uint16
	err     uint16 // what is told in the answer
	present bool
	good    bool
	first   bool // no message of the answer was signed yet
}

// read takes the record at an offset apart; false when it is malformed.
func (t *tsig) read(p []byte, at int) bool {
	n := t.name.read(p[at:])
	at += n
	if n == 0 || at+10 > len(p) || binary.BigEndian.Uint16(p[at+2:]) != classANY {
		return false
	}
	d := p[at+10:]
	n = t.alg.read(d)
	if n == 0 || len(d) < n+10 {
		return false
	}
	d = d[n:]
	t.signed = uint64(binary.BigEndian.Uint16(d))<<32 | uint64(binary.BigEndian.Uint32(d[2:]))
	t.fudge = binary.BigEndian.Uint16(d[6:])
	size := int(binary.BigEndian.Uint16(d[8:]))
	if len(d) < 10+size+6 || size > 64 {
		return false
	}
	t.mac = append(t.mac[:0], d[10:10+size]...)
	d = d[10+size:]
	t.id = binary.BigEndian.Uint16(d)
	return len(d) == 6+int(binary.BigEndian.Uint16(d[4:]))
}

// verify checks a message whose TSIG record begins at an offset; prior is the MAC of the question when the message is an answer.
// The outcome is in good and err.
func (t *tsig) verify(p []byte, at int, keys map[string]*tsigKey, now time.Time) bool {
	*t = tsig{mac: t.mac, present: true, first: true}
	if !t.read(p, at) {
		return false
	}
	t.check(p[:at], nil, keys, now)
	return true
}

func (t *tsig) check(p, prior []byte, keys map[string]*tsigKey, now time.Time) {
	t.key = keys[string(t.name.bytes())]
	if t.key == nil || string(t.alg.bytes()) != string(t.key.alg) {
		t.key, t.err = nil, badKey
		return
	}
	mac := hmac.New(t.key.hash, t.key.secret)
	if prior != nil {
		mac.Write(binary.BigEndian.AppendUint16(nil, uint16(len(prior))))
		mac.Write(prior)
	}
	head := [headerSize]byte(p)
	binary.BigEndian.PutUint16(head[:], t.id)
	binary.BigEndian.PutUint16(head[10:], binary.BigEndian.Uint16(head[10:])-1)
	mac.Write(head[:])
	mac.Write(p[headerSize:])
	mac.Write(t.key.variables(t.signed, t.fudge, 0, nil))
	switch d := now.Unix() - int64(t.signed); {
	case !hmac.Equal(mac.Sum(nil), t.mac):
		t.err = badSig
	case d > int64(t.fudge) || -d > int64(t.fudge):
		t.err = badTime
	default:
		t.good = true
	}
}

// variables are what is digested beside the message (RFC 8945 §4.3.3).
func (k *tsigKey) variables(signed uint64, fudge, code uint16, other []byte) []byte {
	b := append([]byte(nil), k.name...)
	b = append(b, 0, classANY, 0, 0, 0, 0)
	b = append(b, k.alg...)
	b = append(b, timers(signed, fudge)...)
	b = binary.BigEndian.AppendUint16(b, code)
	b = binary.BigEndian.AppendUint16(b, uint16(len(other)))
	return append(b, other...)
}

func timers(signed uint64, fudge uint16) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(signed>>32))
	b = binary.BigEndian.AppendUint32(b, uint32(signed))
	return binary.BigEndian.AppendUint16(b, fudge)
}

// sign appends the TSIG record to an answer, and keeps its MAC for the next message (RFC 8945 §5.3).
func (t *tsig) sign(p []byte, now time.Time) []byte {
	at, code := uint64(now.Unix()), t.err
	var other, mac []byte
	if t.err == badTime {
		other = timers(at, 0)[:6]
		at = t.signed
	}
	if t.key == nil || t.err == badSig {
		mac = []byte{} // such an error is told unsigned (RFC 8945 §5.2)
	} else {
		h := hmac.New(t.key.hash, t.key.secret)
		if t.mac != nil {
			h.Write(binary.BigEndian.AppendUint16(nil, uint16(len(t.mac))))
			h.Write(t.mac)
		}
		h.Write(p)
		if t.first {
			h.Write(t.key.variables(at, tsigFudge, code, other))
		} else {
			h.Write(timers(at, tsigFudge))
		}
		mac = h.Sum(nil)
	}
	t.first = false
	t.mac = append(t.mac[:0], mac...)
	name, alg := t.name.bytes(), t.alg.bytes()
	if t.key != nil {
		name, alg = t.key.name, t.key.alg
	}
	p = append(p, name...)
	p = append(p, 0, typeTSIG, 0, classANY, 0, 0, 0, 0)
	p = binary.BigEndian.AppendUint16(p, uint16(len(alg)+16+len(mac)+len(other)))
	p = append(append(p, alg...), timers(at, tsigFudge)...)
	p = binary.BigEndian.AppendUint16(p, uint16(len(mac)))
	p = append(p, mac...)
	p = append(p, p[0], p[1])
	p = binary.BigEndian.AppendUint16(p, code)
	p = binary.BigEndian.AppendUint16(p, uint16(len(other)))
	p = append(p, other...)
	binary.BigEndian.PutUint16(p[10:], binary.BigEndian.Uint16(p[10:])+1)
	return p
}

// signRequest appends a TSIG record to a message of ours.
func (k *tsigKey) signRequest(p []byte, now time.Time) ([]byte, *tsig) {
	t := &tsig{key: k, first: true}
	return t.sign(p, now), t
}

// answered reports whether an answer to a message of ours is signed with the same key.
func (t *tsig) answered(p []byte, now time.Time) bool {
	at := tsigAt(p)
	if at == 0 {
		return false
	}
	var got tsig
	if !got.read(p, at) {
		return false
	}
	got.check(p[:at], t.mac, map[string]*tsigKey{string(t.key.name): t.key}, now)
	return got.good
}

// tsigAt finds the TSIG record of a message, which is its last (RFC 8945 §5.1); 0 when there is none.
func tsigAt(p []byte) int {
	if len(p) < headerSize || binary.BigEndian.Uint16(p[10:]) == 0 {
		return 0
	}
	at := headerSize
	for range binary.BigEndian.Uint16(p[4:]) {
		if at = skipName(p, at); at == 0 || at+4 > len(p) {
			return 0
		}
		at += 4
	}
	var start, typ int
	for section := range 3 {
		for range binary.BigEndian.Uint16(p[6+2*section:]) {
			start = at
			if at = skipName(p, at); at == 0 || at+10 > len(p) {
				return 0
			}
			typ = int(binary.BigEndian.Uint16(p[at:]))
			if at += 10 + int(binary.BigEndian.Uint16(p[at+8:])); at > len(p) {
				return 0
			}
		}
	}
	if typ != typeTSIG || at != len(p) {
		return 0
	}
	return start
}
