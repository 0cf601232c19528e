package sim

import (
	"context"
	"errors"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// deleteHost removes a host that no domain is delegated to (RFC 5732 §3.2.2).
func (s *Server) deleteHost(ctx context.Context, c *call, in *epp.HostDelete) (*answer, error) {
	err := s.changeHost(ctx, c, in.Name, func(ctx context.Context, tx repo.Tx, h *repo.Host) error {
		if err := allowed("Delete", h.Statuses, nil); err != nil {
			return err
		}
		return tx.DeleteHost(ctx, h)
	})
	if errors.Is(err, repo.ErrInUse) {
		return nil, refuse(epp.CodeInUse, ofHost("name", in.Name), "a domain is delegated to the host")
	}
	return &answer{}, err
}
