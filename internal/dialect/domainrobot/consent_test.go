package domainrobot

import (
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// TestNeedsConsent: what differs in case and white space alone is no other owner.
func TestNeedsConsent(t *testing.T) {
	t.Parallel()
	is := dialecttest.Jane()
	is.FirstName, is.LastName, is.Email = " JANE", "doe  ", "Jane@Alpha.Example"
	if needsConsent(dialecttest.Jane(), is) {
		t.Error("white space and case need consent")
	}
	is.Organisation = "Doe Ltd"
	if !needsConsent(dialecttest.Jane(), is) {
		t.Error("another organization needs none")
	}
}
