package internetx

import (
	"testing"
	"time"
)

func TestOwnersAreTheSame(t *testing.T) {
	t.Parallel()
	was := Owner{Name: "Jane Doe", Organization: "Doe Ltd", Email: "jane@example.com"}
	for is, want := range map[Owner]bool{
		was: true,
		{" jane  DOE\t", "doe\u00a0ltd", "Jane@Example.com "}: true,
		{"JaneDoe", "Doe Ltd", "jane@example.com"}:            false,
		{"Jane Doe", "", "jane@example.com"}:                  false,
		{"Jane Doe", "Doe Ltd", "jane@example.org"}:           false,
	} {
		if got := was.Same(is); got != want {
			t.Errorf("%q: %t", is, got)
		}
	}
}

func TestProofStatus(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for want, got := range map[string]string{"PENDING": ProofStatus(time.Time{}, time.Time{}), "FAILED": ProofStatus(time.Time{}, at),
		"SUCCESS": ProofStatus(at, at)} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
