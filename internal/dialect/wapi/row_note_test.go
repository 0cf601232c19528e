package wapi

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/zone"
)

// Notes are read as they were written; lines that cannot be read cost nothing else.
func TestNoteText(t *testing.T) {
	t.Parallel()
	n := zoneNote{edited: time.Unix(1784030400, 0), rows: map[zone.RecordID]rowNote{
		7: {at: time.Unix(1784030300, 0), print: "p1", comment: "by \"me\", ž\n2 lines"}, 12: {at: time.Unix(1784030301, 0), print: "p2"}}}
	if diff := cmp.Diff(n, readNote(n.text()), cmp.AllowUnexported(zoneNote{}, rowNote{})); diff != "" {
		t.Error(diff)
	}
	got := readNote("x\n1 2\nq 1 p \"\"\n5 1 p unquoted\n" + "9 1 p \"c\"\n")
	if len(got.rows) != 1 || got.rows[9].comment != "c" || !got.edited.IsZero() {
		t.Errorf("%+v", got)
	}
}
