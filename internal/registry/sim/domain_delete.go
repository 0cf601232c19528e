package sim

import (
	"context"
	"errors"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// deleteDomain removes a domain at once (RFC 5731 §3.2.2); with host objects below it that is 2305.
func (s *Server) deleteDomain(ctx context.Context, c *call, in *epp.DomainDelete) (*answer, error) {
	name, err := domainName(in.Name)
	if err != nil {
		return nil, err
	}
	a := &answer{}
	err = s.changeDomain(ctx, c, string(name), func(ctx context.Context, tx repo.Tx, d *repo.Domain) error {
		if err := allowed("Delete", d.Statuses, nil); err != nil {
			return err
		}
		if len(d.Hosts) > 0 {
			return repo.ErrInUse
		}
		a.code = 0
		if s.pends(c, "delete", d, nil) {
			a.code = epp.CodePending
			return tx.UpdateDomain(ctx, d)
		}
		return tx.DeleteDomain(ctx, d)
	})
	if errors.Is(err, repo.ErrInUse) {
		return nil, refuse(epp.CodeInUse, ofDomain("name", string(name)), "there are host objects below the domain")
	}
	return a, err
}
