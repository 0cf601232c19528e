package command

import (
	"context"
	"strconv"
	"time"

	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
)

// NeedsOrder reports whether a step of the due list is an order to the registry (PlanByTime) and not a matter of the
// platform's alone (StepByTime).
func NeedsOrder(e DueEntry) bool {
	if e.Kind != DueDomain {
		return true
	}
	switch domain.Step(e.Step) {
	case domain.StepAutoRenew, domain.StepHold, domain.StepDelete:
		return true
	}
	return false
}

// StepByTime takes a step that needs no order, inside a transaction whose registrar time is that of the step, and enters the
// next one, which it gives. An entry that another node has worked off, or whose domain is gone, is passed over.
func (r *Runner) StepByTime(ctx context.Context, tx Tx, e DueEntry) (next DueEntry, ok bool, err error) {
	d, err := stillDue(ctx, tx, e)
	if errs.Is(err, errs.Conflict) {
		return next, false, nil
	}
	if errs.Is(err, errs.NotFound) {
		return next, false, tx.DropDue(ctx, e.Kind, e.Object)
	}
	if err != nil {
		return next, false, err
	}
	step := domain.Step(e.Step)
	if err := tx.AddHistory(ctx, History{Account: d.Account, ObjectKind: "domain", ObjectName: string(d.Name), What: e.Step, At: tx.Registrar()}); err != nil {
		return next, false, err
	}
	if err := r.takeStep(ctx, tx, d, e); err != nil || step == domain.StepRelease {
		return next, false, err
	}
	return r.putNext(ctx, tx, d, domain.Due{At: e.At, Step: step})
}

func (r *Runner) takeStep(ctx context.Context, tx Tx, d domain.Domain, e DueEntry) error {
	n := notify.Notice{Account: d.Account, ObjectKind: "domain", ObjectName: string(d.Name), Data: map[string]string{"expires": stamp(d.Expires)}}
	days := func() { n.Data["days"] = strconv.Itoa(int(d.Expires.Sub(e.At) / (24 * time.Hour))) }
	u := duty{d: d, due: e.At, data: n.Data}
	switch domain.Step(e.Step) {
	case domain.StepNotice:
		n.Kind, u.kind = notify.Expiring, dutyExpiring
		days()
	case domain.StepExpiredNotice:
		n.Kind, u.kind = notify.Expired, dutyExpired
		days()
	case domain.StepExpired:
		n.Kind = notify.Expired
		n.Data["days"] = "0"
	case domain.StepReminder:
		n.Kind, u.kind = notify.DataReminder, dutyReminder
	case domain.StepRedemptionEnd:
		n.Kind = notify.RedemptionEnd
		n.Data["purge"] = stamp(d.Purge)
	case domain.StepRelease:
		n.Kind = notify.Released
		if err := r.removeDomain(ctx, tx, d); err != nil {
			return err
		}
	}
	if u.kind != "" {
		if err := r.oblige(ctx, tx, u); err != nil {
			return err
		}
	}
	return tx.AddNotice(ctx, &n)
}
