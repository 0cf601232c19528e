package app

import (
	"bytes"
	"context"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/obs"
)

// echo is a door that answers what it read and masks the one secret it knows.
type echo struct{ dialect.Dialect }

func (echo) Name() string         { return "echo" }
func (echo) Mask(b []byte) []byte { return bytes.ReplaceAll(b, []byte("hunter2"), []byte("***")) }
func utf16le(s string) (b []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

// TestTheJournalKeepsNothingThatCannotBeMasked: masks read text, so that a secret in another encoding would slip through.
func TestTheJournalKeepsNothingThatCannotBeMasked(t *testing.T) {
	t.Parallel()
	f := &front{journal: obs.NewRing(10, 1<<20), clocks: clock.System(), gate: &sync.RWMutex{}}
	secret := utf16le("password=hunter2")
	for _, body := range [][]byte{[]byte("password=hunter2"), secret} {
		_, done := f.observe(echo{})(context.Background(), netip.Addr{})
		done(body, body)
	}
	r := httptest.NewRequest("POST", "/", nil)
	_, end := f.begin(r.Context(), echo{})
	end("200", func() []byte { return kept(echo{}, secret) }, secret)
	list := f.journal.List(0, 10)
	if len(list) != 3 || !strings.Contains(string(list[0].Request), "password=***") {
		t.Fatalf("%+v", list)
	}
	for _, e := range list {
		for _, b := range [][]byte{e.Request, e.Answer} {
			if bytes.Contains(b, []byte("hunter2")) || bytes.Contains(b, utf16le("hunter2")) {
				t.Errorf("entry %d keeps a secret: %q", e.Seq, b)
			}
		}
	}
	if want := "(32 octets that are no text)"; string(list[1].Request) != want || string(list[2].Answer) != want {
		t.Errorf("%q %q, want %q", list[1].Request, list[2].Answer, want)
	}
}
