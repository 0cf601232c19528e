package command

import (
	"context"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

// DeleteDomain deletes a name at its registry. Within a grace period what was charged for it is given back. Outcome.Domain is
// nil when the name is free at once, and else in its redemption. A deletion on a later day is UpdateDomain.DeleteOn, one at
// the expiry UpdateDomain.AutoRenew. Errors: NotFound, NotOwned, Locked (clientDeleteProhibited), WrongState (deleted already,
// a transfer waits), InUse (hosts below it are used by others), Busy, RegistryDown, RegistryRejected.
type DeleteDomain struct{ Name string }

func (DeleteDomain) need() account.Access { return account.Modify }

func (cmd DeleteDomain) run(ctx context.Context, r *Runner, c Caller) (Outcome, error) {
	return r.once(ctx, c, cmd, func(hash string) (Outcome, error) {
		d, err := r.ownDomain(ctx, r.cfg.Store.View(), c, cmd.Name)
		if err != nil {
			return Outcome{}, err
		}
		if err := alive(d); err != nil {
			return Outcome{}, err
		}
		if d.Has(domain.ClientDeleteProhibit) {
			return Outcome{}, errs.F(errs.Locked, "name", "the deletion of %s is locked", d.Name).On("domain", string(d.Name))
		}
		return r.place(ctx, c, draft{op: order.DeleteDomain, kind: "domain", name: string(d.Name), registry: d.Registry, in: intent{Name: d.Name},
			key: c.IdempotencyKey, hash: hash, prepare: unchanged(c, d)})
	})
}

// alive refuses what cannot be done with a name that is deleted or on its way to another registrar.
func alive(d domain.Domain) error {
	switch {
	case !d.Deleted.IsZero():
		return errs.F(errs.WrongState, "name", "%s has been deleted", d.Name).On("domain", string(d.Name))
	case d.Outgoing != nil:
		return errs.F(errs.WrongState, "name", "a transfer of %s to another registrar is under way", d.Name).On("domain", string(d.Name))
	}
	return nil
}

// unchanged holds in tx 1 that the domain is as validation saw it.
func unchanged(c Caller, d domain.Domain) func(context.Context, Tx, *intent) error {
	return func(ctx context.Context, tx Tx, _ *intent) error {
		now, err := tx.Domain(ctx, c.Account.ID, d.Name)
		if err == nil && now.Version != d.Version {
			err = errs.E(errs.Conflict, "%s was changed in between", d.Name).On("domain", string(d.Name))
		}
		return err
	}
}

var deleteOp = operation{send: sendDelete, probe: probeDelete, apply: applyDelete, revert: removeMade}

// sendDelete takes the hosts below the name away first, as far as only the name itself uses them (RFC 9874 §5.1), and a lock
// that must not keep an expired name for ever.
func sendDelete(ctx context.Context, x *exchange) (achieved, bool, error) {
	now, err := x.reg.InfoDomain(ctx, x.in.Name)
	if err != nil {
		return achieved{}, false, notSentYet(err)
	}
	if redeemable(now) {
		return achieved{Code: registry.CodeOK}, false, nil
	}
	up := registry.DomainUpdate{Name: x.in.Name}
	if isSystem(*x.o) && slices.Contains(now.Statuses, domain.ClientDeleteProhibit) {
		up.RemStatus = []string{domain.ClientDeleteProhibit}
	}
	for _, h := range now.NameServers {
		if h.Within(x.in.Name) {
			up.RemNS = append(up.RemNS, h)
		}
	}
	if !up.Empty() {
		if _, err := x.reg.UpdateDomain(ctx, x.clTRID("u"), up); err != nil {
			return achieved{}, false, err
		}
	}
	for i, h := range now.Hosts {
		if _, err := x.reg.DeleteHost(ctx, x.clTRID("h"+letter(i)), h); err != nil && registry.CodeOf(err) != registry.CodeNotExist {
			return achieved{}, false, hostProblem(h, err)
		}
	}
	res, err := x.reg.DeleteDomain(ctx, x.clTRID(""), x.in.Name)
	got := achieved{Code: res.Code, SvTRID: res.SvTRID, Text: res.Text, Gone: err == nil && !res.Pending}
	if err != nil || !res.Pending || !x.reg.Capabilities().RGP {
		return got, res.Pending, err
	}
	// 1001 is both the begin of a redemption and a delete that the registry has yet to decide on.
	after, err := x.reg.InfoDomain(ctx, x.in.Name)
	switch {
	case registry.CodeOf(err) == registry.CodeNotExist:
		got.Gone = true
		return got, false, nil
	case err != nil:
		return got, false, registry.Unknown(0, "the deleted domain cannot be read", err)
	}
	return got, !redeemable(after), nil
}

// letter numbers the steps of one kind within an attempt.
func letter(i int) string {
	if i < 26 {
		return string(rune('a' + i))
	}
	return letter(i/26-1) + letter(i%26)
}

func deletedThere(d registry.Domain) bool {
	return redeemable(d) || slices.Contains(d.Statuses, domain.PendingDelete)
}

// redeemable reports whether the redemption, or what comes after it, has begun (RFC 3915 §3.1).
func redeemable(d registry.Domain) bool {
	return slices.Contains(d.RGPStatuses, registry.RGPRedemptionPeriod) || slices.Contains(d.RGPStatuses, registry.RGPPendingDelete)
}

func probeDelete(ctx context.Context, x *exchange) (verdict, achieved, error) {
	d, err := x.reg.InfoDomain(ctx, x.in.Name)
	switch {
	case registry.CodeOf(err) == registry.CodeNotExist:
		return wasDone, achieved{Code: registry.CodeOK, Gone: true}, nil
	case err != nil:
		return 0, achieved{}, err
	case redeemable(d):
		return wasDone, achieved{Code: registry.CodePending}, nil
	case slices.Contains(d.Statuses, domain.PendingDelete):
		return open, achieved{}, nil
	}
	return notDone, achieved{}, nil
}

func applyDelete(ctx context.Context, tx Tx, x *exchange, o *order.Order, got achieved) error {
	d, err := tx.Domain(ctx, o.Account, x.in.Name)
	if err != nil {
		return err
	}
	if err := x.r.refundGrace(ctx, tx, d); err != nil {
		return err
	}
	return x.r.markDeleted(ctx, tx, x, d, got.Gone)
}

// markDeleted takes the registry's deletion over into the store and tells the account.
func (r *Runner) markDeleted(ctx context.Context, tx Tx, x *exchange, d domain.Domain, gone bool) error {
	now := tx.Registrar()
	n := notify.Notice{Account: d.Account, Kind: notify.Deleted, ObjectKind: "domain", ObjectName: string(d.Name), Data: map[string]string{"expires": d.Expires.Format(time.RFC3339)}}
	if gone {
		n.Kind = notify.Released
		if err := r.removeDomain(ctx, tx, d); err != nil {
			return err
		}
		return tx.AddNotice(ctx, &n)
	}
	g := r.grace(d)
	d.Deleted, d.RestoreUntil = now, now.Add(g.Redemption)
	d.Purge, d.Updated, d.DeleteOn = d.RestoreUntil.Add(g.PendingDelete), now, time.Time{}
	if x != nil {
		x.end.domain = &d
	}
	if err := tx.PutDomain(ctx, &d); err != nil {
		return err
	}
	n.Data["restore_until"], n.Data["purge"] = d.RestoreUntil.Format(time.RFC3339), d.Purge.Format(time.RFC3339)
	if err := tx.AddNotice(ctx, &n); err != nil {
		return err
	}
	return r.schedule(ctx, tx, d)
}

// removeDomain takes a name off the platform, with the hosts below it and a zone that was made by itself and never changed.
func (r *Runner) removeDomain(ctx context.Context, tx Tx, d domain.Domain) error {
	if err := tx.RehomeHosts(ctx, d.Environment, d.Name, 0); err != nil {
		return err
	}
	if _, err := tx.DropDefaultZone(ctx, d.Account, d.Name); err != nil {
		return err
	}
	err := tx.RemoveDomain(ctx, d)
	if errs.Is(err, errs.NotFound) { // a message and an answer may tell of the same end at once: whoever is second looks again
		return errs.E(errs.Conflict, "%s has been removed meanwhile", d.Name).On("domain", string(d.Name))
	}
	return err
}

// refundGrace gives back what orders within their grace period were charged: the registry gives it back too.
func (r *Runner) refundGrace(ctx context.Context, tx Tx, d domain.Domain) error {
	orders, err := tx.ChargedOrders(ctx, d.Account, d.Name, 20)
	if err != nil {
		return err
	}
	g, now := r.grace(d), tx.Registrar()
	for _, o := range orders {
		var within time.Duration
		var reason string
		switch o.Operation {
		case order.Register:
			within, reason = g.Add, "add_grace"
		case order.RenewDomain:
			within, reason = g.Renew, "renew_grace"
		case order.TransferIn:
			within, reason = g.Transfer, "transfer_grace"
		}
		if within <= 0 || o.Finished.Add(within).Before(now) || o.Finished.Before(d.Created.Add(-clockSkew)) {
			continue
		}
		if _, _, err := tx.Refund(ctx, o.Number, reason, string(o.Operation)+" "+o.ObjectName+" given back: deleted within its grace period"); err != nil {
			return err
		}
	}
	return nil
}

// nameOf is the domain name of an order.
func nameOf(o order.Order) dname.Name { return dname.Name(o.ObjectName) }
