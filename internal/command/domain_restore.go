package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

// RestoreDomain brings a name back from its redemption (RFC 3915 §4.2.5). It costs the restore fee, and a year when the name
// has expired, for the registry renews it then. Errors: NotFound, NotOwned, WrongState (not in its redemption), NoPrice,
// NoFunds, Busy, RegistryDown, RegistryRejected.
type RestoreDomain struct {
	Name     string
	MaxPrice *money.Amount
	Reason   string // for the registry's report; a usual one when empty
}

func (RestoreDomain) need() account.Access { return account.Full }

func (cmd RestoreDomain) run(ctx context.Context, r *Runner, c Caller) (Outcome, error) {
	return r.once(ctx, c, cmd, func(hash string) (Outcome, error) {
		d, err := r.ownDomain(ctx, r.cfg.Store.View(), c, cmd.Name)
		if err != nil {
			return Outcome{}, err
		}
		if d.Phase(r.now()) != domain.Redemption {
			return Outcome{}, errs.F(errs.WrongState, "name", "%s is not in its redemption period", d.Name).On("domain", string(d.Name))
		}
		price, fee, err := r.restorePrice(ctx, c, d)
		if err == nil {
			err = checkMaxPrice(price, cmd.MaxPrice)
		}
		if err != nil {
			return Outcome{}, err
		}
		return r.place(ctx, c, draft{op: order.RestoreDomain, kind: "domain", name: string(d.Name), registry: d.Registry, price: price,
			in:  intent{Name: d.Name, Reason: cmd.Reason, Before: &d, Fee: fee},
			key: c.IdempotencyKey, hash: hash, prepare: unchanged(c, d)})
	})
}

// restorePrice is the fee and, for a name that has expired, a year.
func (r *Runner) restorePrice(ctx context.Context, c Caller, d domain.Domain) (price, fee money.Amount, err error) {
	price, fee, err = r.quoteHeld(ctx, c, d, catalog.Restore, 1)
	if err != nil || d.Expires.After(r.now()) {
		return price, fee, err
	}
	year, _, err := r.quoteHeld(ctx, c, d, catalog.Renew, 1)
	price.Minor += year.Minor
	return price, fee, err
}

var restoreOp = operation{send: sendRestore, probe: probeRestore, apply: applyRestore, revert: removeMade}

func sendRestore(ctx context.Context, x *exchange) (achieved, bool, error) {
	now, err := x.reg.InfoDomain(ctx, x.in.Name)
	if err != nil {
		return achieved{}, false, notSentYet(err)
	}
	report := slices.Contains(now.RGPStatuses, registry.RGPPendingRestore)
	if !report {
		res, err := x.reg.RestoreDomain(ctx, x.clTRID(""), registry.DomainRestore{Name: x.in.Name, Fee: x.in.Fee})
		if err != nil {
			return achieved{}, false, err
		}
		if report = slices.Contains(res.RGPStatuses, registry.RGPPendingRestore); !report {
			after, err := x.reg.InfoDomain(ctx, x.in.Name)
			if err != nil {
				return achieved{}, false, registry.Unknown(0, "the restored domain cannot be read", err)
			}
			report = slices.Contains(after.RGPStatuses, registry.RGPPendingRestore)
		}
	}
	if report {
		if _, err := x.reg.ReportRestore(ctx, x.clTRID("r"), x.report()); err != nil {
			return achieved{}, false, reportProblem(err)
		}
	}
	after, err := x.reg.InfoDomain(ctx, x.in.Name)
	if err != nil {
		return achieved{}, false, registry.Unknown(0, "the restored domain cannot be read", err)
	}
	return achieved{Created: after.Created, Expires: after.Expires, Code: registry.CodeOK}, false, nil
}

// reportProblem keeps an order open whose restore was taken and whose report was not: the report is tried again.
func reportProblem(err error) error {
	if registry.IsUnknown(err) {
		return err
	}
	return registry.Unknown(registry.CodeOf(err), "the restore report was refused", err)
}

// report says what the registration was and is (RFC 3915 §4.2.5).
func (x *exchange) report() registry.RestoreReport {
	reason := x.in.Reason
	if reason == "" {
		reason = "Deleted by mistake or for want of a renewal that the registrant wants now."
	}
	rep := registry.RestoreReport{Name: x.in.Name, Restored: x.r.now(), Reason: reason, Other: "none"}
	if d := x.in.Before; d != nil {
		rep.Deleted = d.Deleted
		servers := make([]string, len(d.Servers))
		for i, s := range d.Servers {
			servers[i] = string(s.Name)
		}
		rep.PreData = fmt.Sprintf("domain %s, expiry %s, name servers %s", d.Name, d.Expires.Format(time.DateOnly), strings.Join(servers, " "))
		rep.PostData = rep.PreData
	}
	return rep
}

func probeRestore(ctx context.Context, x *exchange) (verdict, achieved, error) {
	d, err := x.reg.InfoDomain(ctx, x.in.Name)
	switch {
	case registry.CodeOf(err) == registry.CodeNotExist:
		x.refusal = errs.E(errs.WrongState, "the redemption of %s has ended", x.in.Name)
		return lost, achieved{}, nil
	case err != nil:
		return 0, achieved{}, err
	case deletedThere(d), slices.Contains(d.RGPStatuses, registry.RGPPendingRestore):
		return notDone, achieved{}, nil
	}
	return wasDone, achieved{Created: d.Created, Expires: d.Expires, Code: registry.CodeOK}, nil
}

func applyRestore(ctx context.Context, tx Tx, x *exchange, o *order.Order, got achieved) error {
	d, err := tx.Domain(ctx, o.Account, x.in.Name)
	if err != nil {
		return err
	}
	d.Deleted, d.RestoreUntil, d.Purge = time.Time{}, time.Time{}, time.Time{}
	d.Expires, d.Updated = got.Expires, tx.Registrar()
	x.end.domain = &d
	if err := tx.PutDomain(ctx, &d); err != nil {
		return err
	}
	err = tx.AddNotice(ctx, &notify.Notice{Account: d.Account, Kind: notify.Restored, ObjectKind: "domain", ObjectName: string(d.Name),
		Data: map[string]string{"expires": d.Expires.Format(time.RFC3339)}})
	if err != nil {
		return err
	}
	if err := x.r.schedule(ctx, tx, d); err != nil {
		return err
	}
	return x.r.releaseHold(ctx, tx, d, domain.HeldExpiry)
}
