package job

import (
	"testing"
	"time"
)

func TestDaily(t *testing.T) {
	t.Parallel()
	for now, want := range map[string]string{
		"2026-11-22T02:59:59Z": "2026-11-22T03:00:00Z", "2026-11-22T03:00:00Z": "2026-11-23T03:00:00Z",
		"2026-12-31T23:00:00-02:00": "2027-01-01T03:00:00Z",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := (daily{hour: 3}).Next(at).Format(time.RFC3339); got != want {
			t.Errorf("after %s: %s, want %s", now, got, want)
		}
	}
}
