package dns

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	mdns "github.com/miekg/dns"
)

// hostile are packets that must not be answered as if they were queries.
func hostile(t testing.TB) map[string][]byte {
	good, err := question("www.example.org.", mdns.TypeA, true).Pack()
	if err != nil {
		t.Fatal(err)
	}
	edit := func(f func(p []byte) []byte) []byte { return f(bytes.Clone(good)) }
	return map[string][]byte{
		"empty":               {},
		"short header":        good[:11],
		"an answer":           edit(func(p []byte) []byte { p[2] |= 0x80; return p }),
		"no question":         edit(func(p []byte) []byte { p[5] = 0; return p }),
		"two questions":       edit(func(p []byte) []byte { p[5] = 2; return p }),
		"cut in the name":     good[:16],
		"cut in the type":     good[:30],
		"pointer to itself":   edit(func(p []byte) []byte { p[12], p[13] = 0xc0, 12; return p }),
		"pointer beyond":      edit(func(p []byte) []byte { p[12], p[13] = 0xff, 0xff; return p }),
		"reserved label":      edit(func(p []byte) []byte { p[12] = 0x40; return p }),
		"garbage behind":      append(bytes.Clone(good), 1, 2, 3),
		"record that is long": edit(func(p []byte) []byte { p[len(p)-1] = 200; return p }),
		"many records":        edit(func(p []byte) []byte { p[6], p[7] = 0xff, 0xff; return p }),
		"two OPT":             edit(func(p []byte) []byte { p[11] = 2; return append(p, p[len(p)-11:]...) }),
		"OPT with a name": edit(func(p []byte) []byte {
			n := len(p) - 11
			return append(p[:n:n], append([]byte{0xc0, 12}, p[n+1:]...)...)
		}),
		"option that is long": edit(func(p []byte) []byte { p[len(p)-1] = 4; return append(p, 0, 3, 0, 9) }),
		"a name of 256":       long(),
	}
}

func long() []byte {
	p := []byte{0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0}
	for range 4 {
		p = append(append(p, 63), strings.Repeat("a", 63)...)
	}
	return append(p, 0, 0, 1, 0, 1)
}

func TestHostilePackets(t *testing.T) {
	t.Parallel()
	s, _ := server(t, Config{}, text(t, "example.org", plain))
	w := s.worker(4096)
	for name, p := range hostile(t) {
		out := w.respond(p, elsewhere)
		if len(p) < headerSize || p[2]&0x80 != 0 {
			if out != nil {
				t.Errorf("%s: answered", name)
			}
			continue
		}
		if out == nil || out[3]&15 != rcodeForm || binary.BigEndian.Uint16(out[6:]) != 0 {
			t.Errorf("%s: %x", name, out)
		}
	}
}

// FuzzQuery: no packet brings the reader or the answerer down; what is answered is a message, shorter than its limit.
func FuzzQuery(f *testing.F) {
	for _, p := range hostile(f) {
		f.Add(p)
	}
	for _, name := range []string{"www.example.org.", "x.dn.example.org.", "a.b.sub.example.org.", `\000\001.example.org.`, "x.signed.example.", "*.signed.example."} {
		for _, typ := range []uint16{mdns.TypeA, mdns.TypeANY, mdns.TypeDS, mdns.TypeIXFR} {
			p, err := question(name, typ, true).Pack()
			if err != nil {
				f.Fatal(err)
			}
			f.Add(p)
		}
	}
	s, _ := server(f, Config{NSID: "x", Keys: []Key{{Name: "k.", Secret: make([]byte, 16)}}}, text(f, "example.org", plain), signed(f, text(f, "signed.example", strings.ReplaceAll(secure, "example.org", "signed.example")), true))
	w := s.worker(4096)
	f.Fuzz(func(t *testing.T, p []byte) {
		out := w.respond(p, elsewhere)
		if out == nil {
			return
		}
		if len(out) < headerSize || out[2]&0x80 == 0 || !bytes.Equal(out[:2], p[:2]) || len(out) > 4096 {
			t.Fatalf("%x is answered with %x", p, out)
		}
		var m mdns.Msg
		if err := m.Unpack(out); err != nil {
			t.Fatalf("%x is answered with %x: %v", p, out, err)
		}
	})
}

func TestKeys(t *testing.T) { // RFC 4034 §6.1
	t.Parallel()
	want := []string{"", "a", "yljkjljk.a", "z.a", "zabc.a", "z", `\001.z`, "*.z", `\200.z`}
	var last string
	for i, name := range want {
		key, err := nameKey(name)
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 && key <= last {
			t.Errorf("%q does not come after %q", name, want[i-1])
		}
		wire := append(appendName(nil, key), 0)
		back, _, err := mdns.UnpackDomainName(wire, 0)
		if err != nil || strings.TrimSuffix(back, ".") != name {
			t.Errorf("%q comes back as %q (%v)", name, back, err)
		}
		last = key
	}
}
