package wapi

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestHashVectors(t *testing.T) {
	t.Parallel()
	for _, v := range []struct{ user, password, stored, hour, auth string }{
		{"tester", "123456", "7c4a8d09ca3762af61e59520943dc26494f8941b", "11", "ac28237e80e68efa3bfd07f42dca3d41c5986e01"},
		{"tester", "123456", "7c4a8d09ca3762af61e59520943dc26494f8941b", "00", "7fbabaadd1d5f19b05a15bae52132f70cb902dad"},
		{"reseller@example.com", "Wapi-Secret.1", "ab15dad0e2019837ea6a2778be886077a9d0dbb6", "14", "49f690da319c6a984f1840ee3a5fe6ab8bbccd73"},
		{"Reseller@example.com", "Wapi-Secret.1", "ab15dad0e2019837ea6a2778be886077a9d0dbb6", "14", "2330dee48c732b4237645fb5d4967ff560abb5d9"},
		{"jiří@example.cz", "žluťoučký-8", "489c179a0418c7fb8d251ab2b32d36d166003a92", "07", "086cfd3157a99d608c9247053d637bb7c7fb0f27"},
		{"a@example.org", `p&ss+w%rd "1"`, "3f8c2e2fa6bdccae862e35ff30beab835bc1b23c", "02", "642178680a54d1aa97a5bee54afef946e0f408df"},
	} {
		if got := PasswordHash(v.password); got != v.stored {
			t.Errorf("%s: stored %s", v.user, got)
		}
		if got := Hash(v.user, v.stored, v.hour); got != v.auth {
			t.Errorf("%s at %s: %s", v.user, v.hour, got)
		}
	}
}

func TestHoursOfTheClock(t *testing.T) {
	t.Parallel()
	for utc, want := range map[string]string{
		"2026-01-15T10:59:59Z": "11", "2026-01-15T11:00:00Z": "12",
		"2026-07-15T21:59:59Z": "23", "2026-07-15T22:00:00Z": "00",
		"2026-03-29T00:59:59Z": "01", "2026-03-29T01:00:00Z": "03",
		"2026-10-25T00:59:59Z": "02", "2026-10-25T01:00:00Z": "02", "2026-10-25T02:00:00Z": "03",
		"2026-07-14T12:00:00Z": "14",
	} {
		if got := hours(at(utc), 0); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v, want %s", utc, got, want)
		}
	}
	for utc, want := range map[string][]string{
		"2026-07-14T12:01:29Z": {"14", "13"}, "2026-07-14T12:01:30Z": {"14"}, "2026-07-14T12:58:29Z": {"14"},
		"2026-07-14T12:58:30Z": {"14", "15"}, "2026-03-29T00:59:00Z": {"01", "03"}, "2026-03-29T01:00:10Z": {"03", "01"},
		"2026-10-25T01:00:10Z": {"02"}, "2026-07-14T21:59:59Z": {"23", "00"},
	} {
		if diff := cmp.Diff(want, hours(at(utc), hourTolerance)); diff != "" {
			t.Errorf("%s: %s", utc, diff)
		}
	}
}

func at(rfc string) time.Time {
	t, err := time.Parse(time.RFC3339, rfc)
	if err != nil {
		panic(err)
	}
	return t
}

func TestVerifierTakesCapitalsAndNoUnpaddedHour(t *testing.T) {
	t.Parallel()
	stored := PasswordHash("Wapi-Secret.1")
	good := Hash("u", stored, "09")
	for auth, want := range map[string]bool{good: true, strings.ToUpper(good): true, Hash("u", stored, "9"): false, good[:39]: false, good + "0": false, "": false, Hash("U", stored, "09"): false} {
		if verifier("u", auth, []string{"10", "09"})(stored) != want {
			t.Errorf("%q: not %v", auth, want)
		}
	}
}
