package command_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// An account's number stands for its first user with a password in a dialect; all else stays what it is.
func TestUserOfAccount(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	number := strconv.FormatInt(int64(alpha(t, w).Account.ID), 10)
	for _, tc := range []struct{ dialect, text, want string }{
		{"dmapi", number, dialecttest.DMAPIUser}, {"dmapi", "0" + number, "0" + number}, {"dmapi", "+" + number, "+" + number},
		{"dmapi", "424242", "424242"}, {"dmapi", "-1", "-1"}, {"dmapi", "", ""}, {"dmapi", "99999999999999999999", "99999999999999999999"},
		{"dmapi", dialecttest.DMAPIUser, dialecttest.DMAPIUser}, {"nowhere", number, number},
	} {
		if got, err := w.Runner.UserOfAccount(context.Background(), tc.dialect, tc.text); err != nil || got != tc.want {
			t.Errorf("%s %q: %q %v", tc.dialect, tc.text, got, err)
		}
	}
}
