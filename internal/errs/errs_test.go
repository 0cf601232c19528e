package errs

import (
	"errors"
	"fmt"
	"testing"
)

func TestEveryKindHasANameThatReadsBack(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range Kinds() {
		n := k.String()
		if seen[n] {
			t.Errorf("name %q is used twice", n)
		}
		seen[n] = true
		if ParseKind(n) != k {
			t.Errorf("ParseKind(%q) = %v, want %v", n, ParseKind(n), k)
		}
	}
	if len(seen) != int(QuotaExceeded) {
		t.Errorf("%d names for %d kinds", len(seen), QuotaExceeded)
	}
}

func TestForeignErrorsAreInternalAndKeepTheirCause(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk on fire")
	e := As(fmt.Errorf("reading: %w", cause))
	if e.Kind != Internal || e.Text != "internal error" || !errors.Is(e, cause) {
		t.Fatalf("got %+v", e)
	}
	if KindOf(nil) != 0 || Is(nil, Internal) {
		t.Fatal("nil has no kind")
	}
}

func TestAFaultHidesItsTextAndItsNeighbours(t *testing.T) {
	t.Parallel()
	var l List
	l.Add(F(Missing, "period", "is required"))
	l.Add(F(Internal, "name", "hunter2"))
	for _, err := range []error{l.Err(), F(Internal, "name", "hunter2"), fmt.Errorf("order: %w", l.Err())} {
		e := As(err)
		if e.Kind != Internal || e.Text != "internal error" || e.Field != "" || len(e.More) > 0 || !errors.Is(e, err) {
			t.Errorf("%v became %+v", err, e)
		}
	}
}

func TestListKeepsAllProblems(t *testing.T) {
	t.Parallel()
	var l List
	if l.Err() != nil {
		t.Fatal("an empty list is no error")
	}
	l.Add(F(Missing, "contact.email", "is required"))
	inner := F(Invalid, "period", "must be 1 to 10")
	inner.More = []*Error{F(Invalid, "name", "bad")}
	l.Add(inner)
	l.Add(nil)
	if got := len(As(l.Err()).All()); got != 3 {
		t.Fatalf("%d problems, want 3", got)
	}
}
