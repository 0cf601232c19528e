package sim

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// Postpone changes the time by which the transfer that waits for a domain is approved by itself; 2301 when none waits. A time far
// away lets it wait until somebody decides.
func (s *Server) Postpone(ctx context.Context, namespace, name string, until time.Time) error {
	return s.change(ctx, namespace, name, func(ctx context.Context, tx repo.Tx, d *repo.Domain) error {
		if !d.Transfer.Waits() {
			return refuse(epp.CodeNotPendingTransfer, ofDomain("name", name), "no transfer is pending")
		}
		d.Transfer.AcDate = until
		return tx.SaveDomain(ctx, d)
	})
}
