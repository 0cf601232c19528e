package rr

import (
	"strings"
	"testing"

	mdns "github.com/miekg/dns"
)

// TestLongTexts come through whole.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("z", 900)
	for typ, data := range map[string]string{"URI": `1 2 "` + long + `"`, "CAA": `0 issue "` + long + `"`} {
		r, err := New("x.", 60, typ, data)
		if err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, mdns.Len(r)+64)
		n, err := mdns.PackRR(r, buf, 0, nil, false)
		if err != nil || !strings.HasSuffix(string(buf[:n]), long) {
			t.Errorf("%s: %d octets, %v", typ, n, err)
		}
	}
}

// TestBroken data are none.
func TestBroken(t *testing.T) {
	t.Parallel()
	for typ, data := range map[string]string{"URI": `1 2 "a" "b"`, "CAA": `300 issue "x"`, "A": "x", "X": "1", "TXT": ""} {
		if r, err := New("x.", 60, typ, data); err == nil && typ != "TXT" {
			t.Errorf("%s %s is %v", typ, data, r)
		}
	}
}
