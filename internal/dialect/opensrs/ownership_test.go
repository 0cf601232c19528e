package opensrs

import (
	"slices"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// TestMoveAllButOne moves a profile's domains but the one whose ending is not sold any more, and says so.
func TestMoveAllButOne(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, idle)
	c := newClient(w)
	for _, name := range []string{"first.com", "gone.net", "last.com"} {
		expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder(name)), "200", "")
	}
	expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder("target.com").with("reg_username", "otheruser")), "200", "")
	first := profileOf(t, w, "first.com")
	for _, name := range []string{"gone.net", "last.com"} {
		if _, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.UpdateDomain{Name: name, Profile: &first}); err != nil {
			t.Fatal(err)
		}
	}
	var sold []catalog.TLD
	for _, tld := range w.Runner.Catalog().TLDs() {
		sold = append(sold, *tld)
	}
	w.Runner.SetCatalog(catalog.New(slices.DeleteFunc(sold, func(t catalog.TLD) bool { return t.Name == "net" }), nil))
	top := c.do(t, "CHANGE", "OWNERSHIP", hash("domain", "first.com", "username", "otheruser", "password", "Abcdef123456", "reg_domain", "target.com", "move_all", "1"))
	if text := top.raw("response_text"); top.str("is_success") != "0" || !strings.HasSuffix(text, "; not moved: gone.net; moved: 2 of 3") {
		t.Errorf("%s %s", top.str("response_code"), text)
	}
	to := profileOf(t, w, "target.com")
	for name, want := range map[string]bool{"first.com": true, "last.com": true, "gone.net": false} {
		if got := profileOf(t, w, name) == to; got != want {
			t.Errorf("%s moved: %v", name, got)
		}
	}
}

func profileOf(t *testing.T, w *dialecttest.World, name string) account.ProfileID {
	t.Helper()
	info, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.InfoDomain{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return info.Domain.Profile
}
