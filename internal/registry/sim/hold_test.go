package sim_test

import (
	"testing"

	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// TestPostpone: a transfer that was put off is not approved by time.
func TestPostpone(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	ctx := t.Context()
	if err := w.srv.Postpone(ctx, "live", "seed.com", t0); sim.CodeOf(err) != epp.CodeNotPendingTransfer {
		t.Errorf("of nothing: %v", err)
	}
	if err := w.srv.TakeByTransfer(ctx, "live", "seed.com", "reg-a"); err != nil {
		t.Fatal(err)
	}
	if err := w.srv.Postpone(ctx, "live", "seed.com", t0.AddDate(50, 0, 0)); err != nil {
		t.Fatal(err)
	}
	w.clocks.Advance(30 * day)
	if _, err := w.srv.Tick(ctx); err != nil {
		t.Fatal(err)
	}
	if d, err := w.store.Domain(ctx, "live", "seed.com"); err != nil || d.Sponsor != "reg-b" || !d.Transfer.Waits() {
		t.Errorf("%+v %v", d, err)
	}
	if err := w.srv.Approve(ctx, "live", "seed.com"); err != nil {
		t.Error(err)
	}
}
