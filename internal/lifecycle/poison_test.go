package lifecycle_test

import (
	"context"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
)

// TestStepThatCannotBeTaken keeps no other waiting, and is there to be tried again.
func TestStepThatCannotBeTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bad := w.register("bad.com", func(c *command.RegisterDomain) { c.AutoRenew = domain.Renew })
	w.register("good.com", func(c *command.RegisterDomain) { c.AutoRenew = domain.Renew })
	d := must(w.Store.View().DomainByID(w.ctx, bad.ID))
	d.Registry = "gone" // a registry that is configured no more
	w.ok(w.Store.InTx(w.ctx, func(ctx context.Context, tx command.Tx) error { return tx.PutDomain(ctx, &d) }))
	w.Clocks.Advance(bad.Expires.Add(-6 * day).Sub(w.Clocks.Registrar()))
	for range 3 {
		if _, err := w.Core.Lifecycle.Work(w.ctx); err != nil {
			t.Fatal(err)
		}
	}
	if now := must(w.domain("good.com")); !now.Expires.After(bad.Expires.Add(day)) {
		t.Errorf("good.com was kept waiting: %v", now.Expires)
	}
	e, err := w.Store.View().Due(w.ctx, command.DueDomain, int64(bad.ID))
	if err != nil || e.Step != string(domain.StepAutoRenew) || e.Tries == 0 || e.Retry.Before(time.Now().Add(-time.Minute)) {
		t.Errorf("bad.com: %+v %v", e, err)
	}
}
