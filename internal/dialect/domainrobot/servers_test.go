package domainrobot

import (
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// TestEmptyNameServers: the list replaces the stored one, so that an empty one is refused where the ending needs servers; a list
// that is absent, or null, changes nothing.
func TestEmptyNameServers(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	for _, body := range []string{`{"nameServers":[]}`, `{"nameServers":[null]}`} {
		a := c.want(c.do("PUT", "/v1/domain/example.com", body), 400, "E0102")
		if m := a.body.Messages[0]; m.Code != "EF01000" || m.Objects[0].Type != "domain.nameServers" {
			t.Error(a.raw)
		}
	}
	for _, body := range []string{`{}`, `{"nameServers":null}`} {
		c.want(c.do("PUT", "/v1/domain/example.com", body), 200, "N0102")
	}
}
