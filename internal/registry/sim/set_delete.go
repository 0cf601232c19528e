package sim

import (
	"context"
	"errors"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// deleteSet removes a set that no domain names.
func (s *Server) deleteSet(ctx context.Context, c *call, kind string, in *epp.SetDelete) (*answer, error) {
	err := s.changeSet(ctx, c, setKey(c, kind, in.ID), func(ctx context.Context, tx repo.Tx, set *repo.Set) error {
		if err := allowed("Delete", set.Statuses, nil); err != nil {
			return err
		}
		return tx.DeleteSet(ctx, set)
	})
	if errors.Is(err, repo.ErrInUse) {
		return nil, refuse(epp.CodeInUse, ofSet(kind)("id", in.ID), "a domain names the set")
	}
	return &answer{}, err
}
