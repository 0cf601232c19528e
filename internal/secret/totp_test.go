package secret

import (
	"testing"
	"time"
)

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
}
