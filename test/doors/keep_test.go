package doors

import (
	"net/http"
	"testing"

	"github.com/polyreg/polyreg/internal/clock"
)

// TestRenewalOfACanceledName: a name that is to be deleted at its expiry is not paid for and deleted. The doors that have cancelations
// refuse to renew it; through the others, which have no word for them, a renewal keeps it.
func TestRenewalOfACanceledName(t *testing.T) {
	t.Parallel()
	w := start(t, setup{})
	const name = "alpha-owned.com"
	canceled := func() bool { return count(t, w.core, "domain WHERE name = '"+name+"' AND delete_on <> 0") == 1 }
	cancel, expires := newRobot(w, "alpha"), now.AddDate(0, 0, 630)
	for _, c := range w.clients("alpha") {
		if !canceled() {
			_, err := cancel.call(http.MethodPost, "/domain/"+name+"/cancelation", map[string]any{})
			must(t, err)
		}
		before := w.dump(t)
		err := c.renew(name, 1, expires)
		if refused := map[string]string{"domainrobot": "400 E0101003 EF0103101", "autodns": "E0101003 EF0103101"}[c.door()]; refused != "" {
			if diff := sameRows(before, w.dump(t)); codeOf(err) != refused || diff != "" {
				t.Errorf("%s: %s, want %s; changed%s", c.door(), codeOf(err), refused, diff)
			}
			continue
		}
		expires = clock.AddYears(expires, 1)
		if err != nil || canceled() {
			t.Errorf("%s: %v, still canceled: %v", c.door(), err, canceled())
		}
		if got, err := c.info(name); err != nil || got.expires != c.infoTime(expires) {
			t.Errorf("%s: %+v, %v", c.door(), got, err)
		}
	}
}
