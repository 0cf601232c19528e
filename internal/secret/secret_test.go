package secret

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestStringPrintsNothing(t *testing.T) {
	t.Parallel()
	s := String("hunter2")
	type outer struct{ P String }
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "p", s, "o", outer{s})
	js, err := json.Marshal(outer{s})
	if err != nil {
		t.Fatal(err)
	}
	all := log.String() + string(js) + fmt.Sprintf("%v %s %q %x %d %#v %+v %v", s, s, s, s, s, s, outer{s}, &s)
	if strings.Contains(all, "hunter2") || strings.Contains(all, fmt.Sprintf("%x", "hunter2")) || !strings.Contains(all, Masked) {
		t.Error(all)
	}
	if s.Reveal() != "hunter2" {
		t.Error("reveal")
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	if HashToken("abc") != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" { // FIPS 180-2, B.1
		t.Error(HashToken("abc"))
	}
	if !EqualConst("a", "a") || EqualConst("a", "b") || EqualConst("a", "aa") || !EqualConst("", "") {
		t.Error("compare")
	}
}

func TestTOTP(t *testing.T) {
	t.Parallel()
	const key = "JBSWY3DPEHPK3PXP"
	for sec, code := range map[int64]string{59: "996554", 1111111109: "071271", 1700000000: "324550"} {
		at := time.Unix(sec, 0)
		step, ok := VerifyTOTP("jbsw y3dp ehpk 3pxp", " "+code, at, 0)
		if !ok || step != sec/30 {
			t.Errorf("at %d: %d %v", sec, step, ok)
		}
		for _, off := range []int64{-30, 30} {
			if _, ok := VerifyTOTP(key, code, at.Add(time.Duration(off)*time.Second), 0); !ok {
				t.Errorf("at %d%+d refused", sec, off)
			}
		}
		for _, off := range []int64{-60, 60} {
			if _, ok := VerifyTOTP(key, code, at.Add(time.Duration(off)*time.Second), 0); ok && sec+off > 0 {
				t.Errorf("at %d%+d accepted", sec, off)
			}
		}
		if _, ok := VerifyTOTP(key, code, at, step); ok {
			t.Error("replay accepted")
		}
		if _, ok := VerifyTOTP(key, code, at, step-1); !ok {
			t.Error("step after the last refused")
		}
		if got, err := CodeTOTP(key, at); err != nil || got != code {
			t.Error(got, err)
		}
	}
	for _, bad := range []string{"", "12345", "1234567", "abcdef", "99655４"} {
		if _, ok := VerifyTOTP(key, bad, time.Unix(59, 0), 0); ok {
			t.Errorf("%q accepted", bad)
		}
	}
	if _, ok := VerifyTOTP("not base32!", "996554", time.Unix(59, 0), 0); ok {
		t.Error("bad secret accepted")
	}
	if len(NewTOTP()) != 32 {
		t.Error("fresh secret")
	}
}
