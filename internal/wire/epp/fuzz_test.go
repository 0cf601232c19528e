package epp

import (
	"bytes"
	"errors"
	"testing"
)

// FuzzDecode holds that no input panics, that every refusal can be answered, and that what was read as a command can be
// written and read again unless it holds what is only read; likewise a response.
func FuzzDecode(f *testing.F) {
	for _, frame := range everyFrame(f) {
		f.Add(frame)
	}
	f.Add([]byte(`<!DOCTYPE a><a/>`))
	f.Add([]byte(createWith(`<l:phase>sunrise</l:phase><l:codeMark xmlns:m="` + NSMark + `" xmlns:q="urn:q"><m:mark q:a="1"><x xmlns="urn:p"/></m:mark></l:codeMark>`)))
	f.Add([]byte(withExt(`<r:update xmlns:r="` + NSRGP + `"/><x:y xmlns:x="urn:x"/>`)))
	f.Fuzz(func(t *testing.T, in []byte) {
		MaskSecrets(in)
		_, _ = DecodeGreeting(in)
		if r, err := DecodeResponse(in); err == nil {
			fuzzResponse(t, r)
		}
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

func fuzzResponse(t *testing.T, r *Response) {
	r.Unhandled()
	out, err := EncodeResponse(r)
	if err != nil {
		return
	}
	back, err := DecodeResponse(out)
	if err != nil {
		t.Fatalf("own response refused: %v\n%s", err, out)
	}
	again, err := EncodeResponse(back)
	if err != nil || !bytes.Equal(out, again) {
		t.Fatalf("not stable: %v\n%s\n%s", err, out, again)
	}
	back.TakeUnhandled()
}
