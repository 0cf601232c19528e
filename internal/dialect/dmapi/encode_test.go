package dmapi

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestReplyVectors checks the envelope against the computed examples of dmapi.md §17.1.
func TestReplyVectors(t *testing.T) {
	t.Parallel()
	const sid = "0123456789abcdef0123456789abcdef01234567"
	for _, tc := range []struct {
		name string
		rp   reply
		size int
		sum  string
	}{
		{"smallest login", reply{login: true, text: textOK, extra: []header{{"UID", "12345"}, {"Auth-Sid", sid}}, body: "com\nnet\norg", bodyLF: true},
			131, "a90f3878c0ed7bf2237964538f4b94877916ee5ae222e3e8bbb4038045945cef"},
		{"refused login", reply{login: true, nack: true, code: 2400, text: "Command failed", tracking: "00112233445566778899aabbccddeeff",
			errors: []string{"Parameter username: expected: valid username"}},
			212, "219f4de7985d5f62ea1223e45e6324c21612d4d77ad222bd094762e97b75f8b5"},
		{"empty success", reply{}, 88, "fd62b0299abedbab734a28ae9e4d0239553c7c3f2f91b254b361f392f793abca"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := tc.rp.bytes()
			sum := sha256.Sum256(got)
			if len(got) != tc.size || hex.EncodeToString(sum[:]) != tc.sum {
				t.Errorf("%d bytes, want %d, or another content:\n%s", len(got), tc.size, got)
			}
		})
	}
}

func TestEnvelopeStaysOnItsLines(t *testing.T) {
	t.Parallel()
	rp := reply{nack: true, code: 2400, text: statusText[2400], errors: []string{"one\r\nStatus-Code: 0\n\nbody", "two\u0085x"},
		warnings: []string{"w\x00"}}
	text := string(rp.bytes())
	head, body, ok := strings.Cut(text, "\n\n")
	if !ok || body != "" || strings.Contains(text, "\r") || strings.Count(head, "\n") != 6 {
		t.Errorf("a value left its line:\n%q", text)
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	sp := &rows{sep: " "}
	sp.add("a b", "", "last one")
	tab := &rows{sep: "\t"}
	tab.add("a b", "x\ty", "")
	if got := sp.into(&reply{}); got.body != "a_b - last one" || got.separator != "" {
		t.Errorf("%q %q", got.body, got.separator)
	}
	if got := tab.into(&reply{}); got.body != "a b\tx y\t-" || got.separator != "TAB" {
		t.Errorf("%q %q", got.body, got.separator)
	}
}

func TestFactsLeaveEmptyLinesOut(t *testing.T) {
	t.Parallel()
	var f facts
	f.add("a", "1")
	f.add("b", "")
	f.add("c", "2\n3")
	if got := f.String(); got != "a: 1\nc: 2 3" {
		t.Errorf("%q", got)
	}
}

// TestTrackingID compares the time part with a recorded reply of 2020-11-15 22:04:41 UTC.
func TestTrackingID(t *testing.T) {
	t.Parallel()
	got := trackingID(time.Date(2020, 11, 15, 22, 4, 41, 0, time.UTC))
	if !regexp.MustCompile(`^01d6bb9b5[0-9a-f]{23}$`).MatchString(got) {
		t.Errorf("%s does not have the time of the recording, 01d6bb9b5190ba66…", got)
	}
	if later := trackingID(time.Date(2020, 11, 15, 22, 4, 42, 0, time.UTC)); later <= got {
		t.Errorf("%s does not sort behind %s", later, got)
	}
}
