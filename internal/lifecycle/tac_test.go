package lifecycle_test

import (
	"testing"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/errs"
)

// next sells everything under the approved transfer rules, from a date on.
func next(o *core.Options) {
	var tlds []catalog.TLD
	for _, t := range dialecttest.Catalog().TLDs() {
		old, _ := catalog.PolicyNamed(catalog.PolicyGTLD)
		now, _ := catalog.PolicyNamed(catalog.PolicyGTLDNext)
		now.From = dialecttest.Now.Add(10 * day)
		x := *t
		x.Policies = []catalog.Policy{old, now}
		tlds = append(tlds, x)
	}
	o.Catalog = catalog.New(tlds, nil)
}

// TestTAC draws a transfer authorization code on request alone, not before 720 hours, and makes it void after 14 days; before
// the policy's date the old rules hold.
func TestTAC(t *testing.T) {
	t.Parallel()
	w := newWorld(t, next)
	w.register("old.com")
	if do(w, command.AuthInfo{Name: "old.com"}) == "" {
		t.Error("no authInfo under the old rules")
	}
	w.advance(11 * day)
	d := w.register("tac.com")
	if _, err := command.Do(w.ctx, w.Runner, w.c, command.AuthInfo{Name: "tac.com"}); !errs.Is(err, errs.NotFound) {
		t.Errorf("before it was asked for: %v", err)
	}
	if _, err := command.Do(w.ctx, w.Runner, w.c, command.NewAuthInfo{Name: "tac.com"}); !errs.Is(err, errs.Locked) {
		t.Errorf("a new name: %v", err)
	}
	w.advance(31 * day)
	do(w, command.NewAuthInfo{Name: "tac.com"})
	auth := do(w, command.AuthInfo{Name: "tac.com"})
	reg := must(w.Core.Registries.Named(d.Registry))
	if there := must(reg.InfoDomain(w.ctx, "tac.com")); there.AuthInfo != auth {
		t.Error("the registry has another authInfo")
	}
	w.advance(13 * day)
	if do(w, command.AuthInfo{Name: "tac.com"}) != auth {
		t.Error("the code has changed")
	}
	w.advance(2 * day)
	if _, err := command.Do(w.ctx, w.Runner, w.c, command.AuthInfo{Name: "tac.com"}); !errs.Is(err, errs.NotFound) {
		t.Errorf("after its time: %v", err)
	}
	if there := must(reg.InfoDomain(w.ctx, "tac.com")); there.AuthInfo == auth {
		t.Error("the registry would still take the code")
	}
}
