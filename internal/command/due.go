package command

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

// Policy is what is in force for a domain at a registrar time. An ending that is not sold any more has the plain policy.
func (r *Runner) Policy(d domain.Domain, at time.Time) catalog.Policy {
	if t := r.Catalog().TLD(d.TLD); t != nil {
		return t.Policy(at)
	}
	p, _ := catalog.PolicyNamed(catalog.PolicyPlain)
	return p
}

// grace gives the grace times of a domain's ending.
func (r *Runner) grace(d domain.Domain) catalog.Grace {
	if t := r.Catalog().TLD(d.TLD); t != nil {
		return t.Grace
	}
	return catalog.Grace{}
}

// NextEntry is a domain's place in the due list after a step; ok is false when nothing is left to come.
func (r *Runner) NextEntry(d domain.Domain, now time.Time, after domain.Due) (DueEntry, bool) {
	p := r.Policy(d, now)
	next, ok := domain.NextDue(d, p, after)
	if wish := d.DeleteOn; d.Deleted.IsZero() && !wish.IsZero() && !wish.After(now) {
		return entryOf(d, domain.Due{At: now, Step: domain.StepDelete}), true
	}
	// Whoever switches the automatic renewal on after its time and before the expiry wants it now.
	late := domain.Due{At: d.Expires.Add(-p.RenewBefore), Step: domain.StepAutoRenew}
	if d.RenewsItself() && now.Before(d.Expires) && !after.Before(late) && after.Step != domain.StepAutoRenew {
		next, ok = domain.Due{At: now, Step: domain.StepAutoRenew}, true
	}
	return entryOf(d, next), ok
}

func entryOf(d domain.Domain, s domain.Due) DueEntry {
	return DueEntry{Kind: DueDomain, Object: int64(d.ID), Account: d.Account, Name: string(d.Name), At: s.At, Step: string(s.Step), Rank: s.Step.Rank()}
}

// schedule brings the due list up to a domain that was changed: what fell due before and is not worked off yet stays due.
func (r *Runner) schedule(ctx context.Context, tx Tx, d domain.Domain) error {
	now := tx.Registrar()
	after := domain.Due{At: now, Step: domain.StepRelease}
	have, err := tx.Due(ctx, DueDomain, int64(d.ID))
	switch {
	case errs.Is(err, errs.NotFound):
	case err != nil:
		return err
	case !have.At.After(now):
		after = domain.Due{At: have.At.Add(-time.Microsecond), Step: domain.StepRelease}
	case have.Step == string(domain.StepAutoRenew) && have.Tries > 0 && d.AutoRenew != domain.Expire && have.At.Before(d.Expires):
		return nil // a retry of the renewal that is to come
	}
	_, _, err = r.putNext(ctx, tx, d, after)
	return err
}

// scheduleNew enters a domain that has just been made, whose entry does not exist yet.
func (r *Runner) scheduleNew(ctx context.Context, tx Tx, d domain.Domain) error {
	_, _, err := r.putNext(ctx, tx, d, domain.Due{At: tx.Registrar(), Step: domain.StepRelease})
	return err
}

func (r *Runner) putNext(ctx context.Context, tx Tx, d domain.Domain, after domain.Due) (next DueEntry, ok bool, err error) {
	if next, ok = r.NextEntry(d, tx.Registrar(), after); !ok {
		return next, false, tx.DropDue(ctx, DueDomain, int64(d.ID))
	}
	return next, true, tx.PutDue(ctx, next)
}
