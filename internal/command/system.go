package command

import (
	"context"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
)

// byTime is the command word of orders that nobody placed but time.
const byTime = "lifecycle"

// system is the caller of what the platform does by itself on an account's behalf.
func system(a account.Account) Caller {
	return Caller{Account: a, Actor: a, Access: account.Full, Command: byTime, Notice: order.NoticeNever}
}

func isSystem(o order.Order) bool { return o.Caller.Dialect == "" && o.Caller.Command == byTime }

// retryRefused is how long after what could not be done it is tried again, in registrar time.
const retryRefused = 24 * time.Hour

// TimePlan is an order that time places: made by PlanByTime, carried out by RunByTime.
type TimePlan struct {
	Entry DueEntry
	x     *exchange // nil where there is no order: the entry of the due list was dealt with then
}

// PlanByTime makes the order for a step of the due list that needs the registry, and writes it (tx 1) together with the
// object's next entry, so that no step is taken twice. A step that has become pointless is passed over; a refusal (no funds)
// is told in a notice, and the step is due again a day later while nothing else comes before.
func (r *Runner) PlanByTime(ctx context.Context, e DueEntry) (TimePlan, error) {
	plan := TimePlan{Entry: e}
	switch e.Kind {
	case DueVerification:
		return plan, r.planVerification(ctx, e)
	case DueAuthInfo:
		return plan, r.planAuthEnd(ctx, e)
	case DueFollowUp:
		return plan, r.planFollowUp(ctx, e)
	case DueZoneKey:
		return plan, r.planZoneKeys(ctx, e)
	}
	view := r.cfg.Store.View()
	d, err := view.DomainByID(ctx, domain.ID(e.Object))
	if errs.Is(err, errs.NotFound) {
		return plan, r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.DropDue(ctx, e.Kind, e.Object) })
	}
	if err != nil {
		return plan, err
	}
	acc, err := view.Account(ctx, d.Account)
	if err != nil {
		return plan, err
	}
	c := system(acc)
	dr, refused := r.timeDraft(ctx, c, d, domain.Step(e.Step))
	if refused != nil || dr == nil {
		return plan, r.passOver(ctx, e, refused)
	}
	inner := dr.prepare
	dr.prepare = func(ctx context.Context, tx Tx, in *intent) error {
		now, err := stillDue(ctx, tx, e)
		if err != nil {
			return err
		}
		if inner != nil {
			if err := inner(ctx, tx, in); err != nil {
				return err
			}
		}
		_, _, err = r.putNext(ctx, tx, now, domain.Due{At: e.At, Step: domain.Step(e.Step)})
		return err
	}
	if plan.x, err = r.writeOrder(ctx, c, *dr); err == nil || errs.Is(err, errs.Internal) {
		return plan, err
	}
	return plan, r.passOver(ctx, e, errs.As(err))
}

// stillDue reads the domain of an entry again; errs.Conflict when another node has worked it off.
func stillDue(ctx context.Context, tx Tx, e DueEntry) (domain.Domain, error) {
	have, err := tx.Due(ctx, e.Kind, e.Object)
	if err == nil && (!have.At.Equal(e.At) || have.Step != e.Step) || errs.Is(err, errs.NotFound) {
		err = errs.E(errs.Conflict, "the step has been taken already")
	}
	if err != nil {
		return domain.Domain{}, err
	}
	return tx.DomainByID(ctx, domain.ID(e.Object))
}

// Open reports whether there is an order to be carried out.
func (p TimePlan) Open() bool { return p.x != nil && p.x.o.State.Open() }

// RunByTime carries a planned order out and waits for its end, as far as the exchange time allows. turn, when set, is waited
// for before the outcome is written, so that outcomes of one moment are written in order.
func (r *Runner) RunByTime(ctx context.Context, p TimePlan, turn <-chan struct{}) (order.Order, error) {
	if p.x == nil {
		return order.Order{}, nil
	}
	if !p.x.o.State.Open() {
		return *p.x.o, nil
	}
	p.x.turn = turn
	r.running.begin()
	defer r.running.end()
	return r.carry(ctx, p.x, nil, false)
}

// timeDraft is the order that a step asks for; nil for a step that has become pointless.
func (r *Runner) timeDraft(ctx context.Context, c Caller, d domain.Domain, step domain.Step) (*draft, *errs.Error) {
	base := draft{kind: "domain", name: string(d.Name), registry: d.Registry, in: intent{Name: d.Name}}
	switch step {
	case domain.StepAutoRenew:
		tld := r.Catalog().TLD(d.TLD)
		if !d.RenewsItself() {
			return nil, nil
		}
		if tld == nil {
			return nil, errs.E(errs.UnsupportedTLD, "%s is not sold any more", d.TLD)
		}
		price, fee, err := r.quoteHeld(ctx, c, d, catalog.Renew, max(1, tld.MinYears))
		if err != nil {
			return nil, errs.As(err)
		}
		base.op, base.price = order.RenewDomain, price
		base.in.Years, base.in.OldExpiry, base.in.Fee = max(1, tld.MinYears), d.Expires, fee
		if d.AutoRenew == domain.RenewOnce {
			base.in.AutoRenew = domain.Expire
		}
		return &base, nil
	case domain.StepHold:
		return r.holdDraft(base, d, domain.HeldExpiry), nil
	case domain.StepDelete:
		if !d.Deleted.IsZero() {
			return nil, nil
		}
		base.op = order.DeleteDomain
		return &base, nil
	}
	return nil, nil
}

// holdDraft takes a name out of the zone for a reason of the platform's.
func (r *Runner) holdDraft(base draft, d domain.Domain, reason string) *draft {
	if slices.Contains(d.HeldFor, reason) || !d.Deleted.IsZero() {
		return nil
	}
	base.op = order.UpdateDomain
	base.in.HoldFor = reason
	if !d.Has(domain.ClientHold) {
		base.in.AddStatus = []string{domain.ClientHold}
	}
	base.prepare = func(ctx context.Context, tx Tx, in *intent) error {
		now, err := tx.DomainByID(ctx, d.ID)
		in.Before = &now
		return err
	}
	return &base
}

// passOver deals with an entry whose order could not be made: with a reason it is tried again a day later, unless another
// step comes before; without one it is done.
func (r *Runner) passOver(ctx context.Context, e DueEntry, refused *errs.Error) error {
	if errs.Is(refused, errs.Conflict) {
		return nil
	}
	return r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		d, err := stillDue(ctx, tx, e)
		if errs.Is(err, errs.Conflict, errs.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if refused == nil {
			_, _, err := r.putNext(ctx, tx, d, domain.Due{At: e.At, Step: domain.Step(e.Step)})
			return err
		}
		return r.tryLater(ctx, tx, d, e, refused)
	})
}

// tryLater makes a failed step due again and tells the account about the first failure.
func (r *Runner) tryLater(ctx context.Context, tx Tx, d domain.Domain, e DueEntry, why *errs.Error) error {
	step := domain.Step(e.Step)
	if errs.Is(why, errs.Busy, errs.RegistryDown) {
		e.Tries++
		e.Retry = tx.Wall().Add(backoff(e.Tries + 2))
		return tx.PutDue(ctx, e)
	}
	if step == domain.StepAutoRenew && e.Tries == 0 {
		err := tx.AddNotice(ctx, &notify.Notice{Account: d.Account, Kind: notify.RenewFailed, ObjectKind: "domain", ObjectName: string(d.Name),
			Data: map[string]string{"error_kind": why.Kind.String(), "error": why.Text, "expires": d.Expires.Format(time.RFC3339)}})
		if err != nil {
			return err
		}
	}
	err := tx.AddHistory(ctx, History{Account: d.Account, ObjectKind: "domain", ObjectName: string(d.Name), What: e.Step + " refused: " + why.Kind.String(), At: tx.Registrar()})
	if err != nil {
		return err
	}
	again := e
	again.At, again.Tries, again.Retry = e.At.Add(retryRefused), e.Tries+1, time.Time{}
	next, ok := r.NextEntry(d, tx.Registrar(), domain.Due{At: e.At, Step: step})
	if ok && !again.At.Before(next.At) && step == domain.StepAutoRenew {
		return tx.PutDue(ctx, next)
	}
	return tx.PutDue(ctx, again)
}

// failedByTime brings an order of the platform's own back that ended badly: the step of the due list that had placed it, or the
// follow-up that it was.
func (r *Runner) failedByTime(ctx context.Context, tx Tx, o *order.Order, in intent) error {
	step, ok := map[order.Operation]domain.Step{order.RenewDomain: domain.StepAutoRenew, order.DeleteDomain: domain.StepDelete}[o.Operation]
	switch {
	case ok:
	case o.Operation != order.UpdateDomain:
		return nil // a transfer away that the policy rejects: the account decides, or time
	case in.HoldFor == domain.HeldExpiry:
		step = domain.StepHold
	case in.ForKeys:
	default:
		return r.followAgain(ctx, tx, o, in)
	}
	d, err := tx.AnyDomain(ctx, o.Environment, nameOf(*o))
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if in.ForKeys {
		return r.lookAtZoneOf(ctx, tx, d, lookLater)
	}
	e := entryOf(d, domain.Due{At: tx.Registrar(), Step: step})
	why := o.Error
	if why == nil {
		why = errs.E(errs.RegistryRejected, "the order failed")
	}
	return r.tryLater(ctx, tx, d, e, why)
}

// systemNotice is what the account is told of an order that time placed and that succeeded.
func systemNotice(o order.Order, in intent) notify.Kind {
	switch o.Operation {
	case order.RenewDomain:
		return notify.AutoRenewed
	case order.UpdateDomain:
		if in.HoldFor != "" {
			return notify.Suspended
		}
		if in.Release != "" {
			return notify.Resumed
		}
	}
	return "" // deletions and transfers tell by themselves
}
