package epp

import (
	"bytes"
	"errors"
	"testing"
)

// FuzzDecode holds that no input panics, that every refusal can be answered, and that what was read as a command can be
// written and read again unless it holds what is only read.
func FuzzDecode(f *testing.F) {
	for _, frame := range everyFrame(f) {
		f.Add(frame)
	}
	f.Add([]byte(`<!DOCTYPE a><a/>`))
	f.Fuzz(func(t *testing.T, in []byte) {
		MaskSecrets(in)
		_, _ = DecodeResponse(in)
		_, _ = DecodeGreeting(in)
		c, err := DecodeCommand(in)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || Text(e.Code) == "" {
				t.Fatalf("refusal without a code: %v", err)
			}
			r := &Response{Results: []Result{e.Result()}, TRID: TRID{ClTRID: e.ClTRID, SvTRID: "SV-1"}}
			if _, err := EncodeResponse(r); err != nil {
				t.Fatalf("refusal cannot be answered: %v", err)
			}
			return
		}
		out, err := EncodeCommand(c)
		if err != nil {
			return
		}
		back, err := DecodeCommand(out)
		if err != nil {
			t.Fatalf("own frame refused: %v\n%s", err, out)
		}
		again, err := EncodeCommand(back)
		if err != nil || !bytes.Equal(out, again) {
			t.Fatalf("not stable: %v\n%s\n%s", err, out, again)
		}
	})
}
