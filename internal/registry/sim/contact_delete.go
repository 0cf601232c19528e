package sim

import (
	"context"
	"errors"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// deleteContact removes a contact that no domain uses (RFC 5733 §3.2.2).
func (s *Server) deleteContact(ctx context.Context, c *call, in *epp.ContactDelete) (*answer, error) {
	err := s.changeContact(ctx, c, in.ID, func(ctx context.Context, tx repo.Tx, ct *repo.Contact) error {
		if err := allowed("Delete", ct.Statuses, nil); err != nil {
			return err
		}
		return tx.DeleteContact(ctx, ct)
	})
	if errors.Is(err, repo.ErrInUse) {
		return nil, refuse(epp.CodeInUse, ofContact("id", in.ID), "a domain uses the contact")
	}
	return &answer{}, err
}
