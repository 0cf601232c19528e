package wapi

import (
	"fmt"
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// Zones are listed by name; those of other accounts are not.
func TestZonesList(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	d := New(w.Deps())
	const many = 12
	for i := range many {
		_, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.CreateZone{Origin: fmt.Sprintf("z%05d.com", many-i)})
		must(t, err)
	}
	_, err := command.Do(t.Context(), w.Runner, w.Caller(t, "beta"), command.CreateZone{Origin: "beta-owned.com"})
	must(t, err)
	list := value(t, ask(t, d, "alpha", "dns-domains-list", `""`)).Path("response", "data", "domain").Items
	if len(list) != many || list[0].Get("name").Text != "z00001.com" || list[many-1].Get("name").Text != fmt.Sprintf("z%05d.com", many) {
		t.Errorf("%d zones", len(list))
	}
}
