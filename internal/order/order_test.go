package order

import "testing"

func TestEPPIDReadsBack(t *testing.T) {
	t.Parallel()
	for id, attempt := range map[string]int{EPPID(1311000863, 2, ""): 2, EPPID(1311000863, 1, "c1"): 0} {
		if n, a, ok := ParseEPPID(id); !ok || n != 1311000863 || a != attempt {
			t.Errorf("ParseEPPID(%q) = %d, %d, %v", id, n, a, ok)
		}
	}
	for _, bad := range []string{"", "abc", "-1", "x-1", "12", "12-"} {
		if n, _, ok := ParseEPPID(bad); ok {
			t.Errorf("ParseEPPID(%q) = %d", bad, n)
		}
	}
	if !Sent.Open() || !Pending.Open() || Done.Open() || Failed.Open() {
		t.Error("open states are sent and pending")
	}
}
