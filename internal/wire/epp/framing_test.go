package epp

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

func TestFraming(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	for _, f := range []string{"<a/>", "<bb/>"} {
		if err := WriteFrame(&b, []byte(f)); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.Bytes()[:4]; !bytes.Equal(got, []byte{0, 0, 0, 8}) {
		t.Errorf("header %v: the length counts itself", got)
	}
	r := iotest.OneByteReader(&b)
	for _, want := range []string{"<a/>", "<bb/>"} {
		if got, err := ReadFrame(r, 0); err != nil || string(got) != want {
			t.Errorf("got %q, %v", got, err)
		}
	}
	if _, err := ReadFrame(r, 0); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
}

func TestReadFrameRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in   string
		want error
	}{
		"cut header": {"\x00\x00", io.ErrUnexpectedEOF},
		"cut body":   {"\x00\x00\x00\x08<a", io.ErrUnexpectedEOF},
		"too short":  {"\x00\x00\x00\x03", ErrFrameSize},
		"empty":      {"\x00\x00\x00\x04", ErrFrameSize},
		"too long":   {"\x00\x00\x00\x65", ErrFrameSize},
		"huge":       {"\xff\xff\xff\xff", ErrFrameSize},
	} {
		if _, err := ReadFrame(bytes.NewReader([]byte(c.in)), 100); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := WriteFrame(io.Discard, nil); !errors.Is(err, ErrFrameSize) {
		t.Errorf("empty frame written: %v", err)
	}
}
