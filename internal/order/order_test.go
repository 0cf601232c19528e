package order

import "testing"

func TestEPPIDReadsBack(t *testing.T) {
	t.Parallel()
	for _, id := range []string{EPPID(1311000863, 2, ""), EPPID(1311000863, 1, "c1")} {
		if n, ok := ParseEPPID(id); !ok || n != 1311000863 {
			t.Errorf("ParseEPPID(%q) = %d, %v", id, n, ok)
		}
	}
	for _, bad := range []string{"", "abc", "-1", "x-1", "12"} {
		if n, ok := ParseEPPID(bad); ok {
			t.Errorf("ParseEPPID(%q) = %d", bad, n)
		}
	}
	if !Sent.Open() || !Pending.Open() || Done.Open() || Failed.Open() {
		t.Error("open states are sent and pending")
	}
}
