package sim

import (
	"context"
	"errors"
	"time"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// deleteDomain deletes a domain (RFC 5731 §3.2.2): at once within the add grace period and where there is no redemption,
// else 1001 and redemption (RFC 3915 §3.1). With host objects below it that is 2305.
func (s *Server) deleteDomain(ctx context.Context, c *call, in *epp.DomainDelete) (*answer, error) {
	name, err := domainName(in.Name)
	if err != nil {
		return nil, err
	}
	var a *answer
	err = s.changeDomain(ctx, c, string(name), func(ctx context.Context, tx repo.Tx, d *repo.Domain) error {
		if err := allowed("Delete", d.Statuses, nil); err != nil {
			return err
		}
		if len(d.Hosts) > 0 {
			return repo.ErrInUse
		}
		a = &answer{}
		if s.pends(c, "delete", d, nil) {
			a.code = epp.CodePending
			return tx.SaveDomain(ctx, d)
		}
		r := removal{at: c.now, clTRID: c.clTRID, svTRID: c.svTRID}
		if err := s.remove(ctx, tx, d, &r); err != nil {
			return err
		}
		a.code = r.code()
		if s.cfg.Prices != nil && r.refund > 0 {
			a.ext.FeeDelete = s.charged(epp.FeeForDelete, -r.refund, r.left, nil)
		}
		return nil
	})
	if errors.Is(err, repo.ErrInUse) {
		return nil, refuse(epp.CodeInUse, ofDomain("name", string(name)), "there are host objects below the domain")
	}
	return a, err
}

// removal is a delete that is carried out, and what came of it.
type removal struct {
	at             time.Time
	clTRID, svTRID string

	purged  bool
	transit bool
	refund  int64
	left    *int64
}

// remove carries a delete out on a locked domain of its sponsor and gives back what the grace periods give back.
func (s *Server) remove(ctx context.Context, tx repo.Tx, d *repo.Domain, r *removal) error {
	tld := s.policy(d.Name)
	var expires time.Time
	r.refund, expires = refund(d, r.at)
	r.transit = tld.Transit
	r.purged = !r.transit && (tld.NoRGP || within(d, epp.RGPAddPeriod, r.at) != nil)
	var err error
	switch {
	case r.purged:
		err = tx.DeleteDomain(ctx, d)
	case r.transit:
		err = intoTransit(ctx, tx, d, tld, r.at)
	default:
		redeem(d, tld, r.at)
		d.Deletion.ClTRID, d.Deletion.SvTRID = r.clTRID, r.svTRID
		d.Expires, d.Updater, d.Updated = expires, d.Sponsor, r.at
		err = tx.SaveDomain(ctx, d)
	}
	if err != nil || r.refund == 0 {
		return err
	}
	r.left, err = tx.Charge(ctx, d.Sponsor, -r.refund, true)
	return err
}
