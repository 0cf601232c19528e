package sim

import (
	"context"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// restoreDomain brings a domain back from redemption (RFC 3915 §4.2.5): the request takes it to pendingRestore, the report
// ends that.
func (s *Server) restoreDomain(ctx context.Context, c *call, name dname.Name, cmd *epp.Command) (*answer, error) {
	in, r := cmd.UpdateDomain, cmd.Ext.RGP.Restore
	if in.Add != nil || in.Rem != nil || in.Chg != nil && *in.Chg != (epp.DomainChange{}) || cmd.Ext.SecDNSUpdate != nil || cmd.Ext.SetsUpdate != nil {
		return nil, refuse(epp.CodeUse, element{epp.NSRGP, "restore", ""}, "a restore changes nothing else")
	}
	var a *answer
	err := s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		d, err := s.lockDomain(ctx, tx, c.who.Namespace, string(name))
		if err != nil {
			return err
		}
		if err := sponsored(c, d.Sponsor); err != nil {
			return err
		}
		a = &answer{}
		if r.Op == epp.RestoreReport {
			return s.reportRestore(ctx, tx, &d, r.Report)
		}
		if d.Deletion == nil || d.Deletion.Stage != epp.RGPRedemptionPeriod {
			return refuse(epp.CodeStatusProhibits, ofDomain("name", d.Name), "the domain is not in its redemption period")
		}
		fee, err := s.agree(name, epp.FeeForRestore, 0, cmd.Ext.FeeUpdate)
		if err != nil {
			return err
		}
		d.Deletion.Stage, d.Deletion.Until = epp.RGPPendingRestore, c.now.Add(days(s.policy(d.Name).Grace.PendingRestore))
		d.Updater, d.Updated = c.who.ID, c.now
		if s.policy(d.Name).NoReport {
			err = s.restored(ctx, tx, &d)
		} else {
			a.ext.RGPUpdate = epp.RGPStatuses(epp.RGPPendingRestore)
			err = tx.SaveDomain(ctx, &d)
		}
		if err != nil {
			return err
		}
		left, err := c.charge(ctx, tx, fee)
		if cmd.Ext.FeeUpdate != nil {
			a.ext.FeeUpdate = s.charged(epp.FeeForRestore, fee, left, nil)
		}
		return err
	})
	return a, err
}

func (s *Server) reportRestore(ctx context.Context, tx repo.Tx, d *repo.Domain, r *epp.RestoreReportData) error {
	if d.Deletion == nil || d.Deletion.Stage != epp.RGPPendingRestore {
		return refuse(epp.CodeStatusProhibits, ofDomain("name", d.Name), "no restore waits for a report")
	}
	if len(r.Statements) < 2 {
		return refuse(epp.CodeMissingParameter, element{epp.NSRGP, "statement", ""}, "both statements are needed")
	}
	d.Updater, d.Updated = d.Sponsor, s.cfg.Clocks.Registrar()
	return s.restored(ctx, tx, d)
}

// restored ends the deletion of a domain. A domain that has expired meanwhile is renewed, and its sponsor charged.
func (s *Server) restored(ctx context.Context, tx repo.Tx, d *repo.Domain) error {
	now := s.cfg.Clocks.Registrar()
	if err := tellDeleted(ctx, tx, d, false, now); err != nil {
		return err
	}
	d.Deletion = nil
	var fx effects
	for !d.Expires.After(now) && s.policy(d.Name).NoAutoRenew { // elsewhere time renews it
		fee, _ := s.price(dname.Name(d.Name), epp.FeeForRenew, 1)
		fx.charge(d.Sponsor, fee)
		d.Expires = clock.AddYears(d.Expires, 1)
	}
	if err := tx.SaveDomain(ctx, d); err != nil {
		return err
	}
	if _, err := s.ripen(ctx, tx, d, now); err != nil {
		return err
	}
	return fx.book(ctx, tx)
}
