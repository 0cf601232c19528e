package clock

import (
	"testing"
	"time"
)

func TestRegistrarTimeStandsUntilMovedAndNeverGoesBack(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 22, 9, 0, 0, 123456789, time.FixedZone("x", 3600))
	c := At(start)
	if got := c.Registrar(); !got.Equal(Cut(start)) || got.Location() != time.UTC || got.Nanosecond()%1000 != 0 {
		t.Fatalf("registrar time %v", got)
	}
	c.Advance(48 * time.Hour)
	c.Advance(-time.Hour)
	if got := c.Registrar().Sub(Cut(start)); got != 48*time.Hour {
		t.Fatalf("moved by %v, want 48h", got)
	}
	s := System()
	s.Advance(time.Hour)
	if d := s.Registrar().Sub(s.Wall()); d < 59*time.Minute || d > 61*time.Minute {
		t.Fatalf("distance %v, want about an hour", d)
	}
}

func TestAddYears(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, want string }{
		{"2024-02-29T10:00:00Z", "2025-02-28T10:00:00Z"},
		{"2027-02-28T10:00:00Z", "2028-02-28T10:00:00Z"},
		{"2026-12-31T23:59:59Z", "2027-12-31T23:59:59Z"},
	} {
		from, _ := time.Parse(time.RFC3339, c.from)
		if got := AddYears(from, 1).Format(time.RFC3339); got != c.want {
			t.Errorf("AddYears(%s, 1) = %s, want %s", c.from, got, c.want)
		}
	}
}
