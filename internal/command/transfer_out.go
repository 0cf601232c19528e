package command

import (
	"context"
	"slices"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

// ListTransfersOut lists the caller's domains that another registrar has asked for and that nobody has decided on; fields as
// ListDomains.
type ListTransfersOut struct{ Query Query }

func (ListTransfersOut) need() account.Access { return account.Read }

func (cmd ListTransfersOut) run(ctx context.Context, r *Runner, c Caller) (DomainPage, error) {
	q := cmd.Query
	q.Where = And(q.Where, Where("outgoing", NotNull))
	return ListDomains{Query: q}.run(ctx, r, c)
}

// DecideTransfer approves or rejects a transfer away that waits. Reason is kept with the order. Errors: NotFound, NotOwned,
// WrongState (none waits), Busy, RegistryDown, RegistryRejected.
type DecideTransfer struct {
	Name    string
	Approve bool
	Reason  string
}

func (DecideTransfer) need() account.Access { return account.Full }

func (cmd DecideTransfer) run(ctx context.Context, r *Runner, c Caller) (Outcome, error) {
	return r.once(ctx, c, cmd, func(hash string) (Outcome, error) {
		d, err := r.ownDomain(ctx, r.cfg.Store.View(), c, cmd.Name)
		if err != nil {
			return Outcome{}, err
		}
		if d.Outgoing == nil {
			return Outcome{}, errs.F(errs.WrongState, "name", "no transfer of %s to another registrar waits", d.Name).On("domain", string(d.Name))
		}
		op := order.RejectTransfer
		if cmd.Approve {
			op = order.ApproveTransfer
		}
		return r.place(ctx, c, draft{op: op, kind: "domain", name: string(d.Name), registry: d.Registry, in: intent{Name: d.Name, Reason: cmd.Reason},
			key: c.IdempotencyKey, hash: hash, prepare: unchanged(c, d)})
	})
}

var decideOp = operation{send: sendDecide, probe: probeDecide, apply: applyDecide, revert: removeMade}

func (x *exchange) decision() registry.TransferOp {
	if x.o.Operation == order.ApproveTransfer {
		return registry.TransferApprove
	}
	return registry.TransferReject
}

func sendDecide(ctx context.Context, x *exchange) (achieved, bool, error) {
	res, err := x.reg.TransferDomain(ctx, x.clTRID(""), registry.DomainTransfer{Op: x.decision(), Name: x.in.Name})
	return achieved{Code: res.Code, SvTRID: res.SvTRID, Text: res.Text}, false, err
}

func probeDecide(ctx context.Context, x *exchange) (verdict, achieved, error) {
	t, err := x.reg.QueryTransfer(ctx, x.in.Name, "")
	switch code := registry.CodeOf(err); {
	case code == registry.CodeNotPending || code == registry.CodeAuthorization || code == registry.CodeBadAuthInfo || code == registry.CodeNotExist:
		// The registry shows a transfer to its parties: who is none any more has let the name go.
		if x.o.Operation == order.ApproveTransfer {
			return wasDone, achieved{Code: registry.CodeOK}, nil
		}
		x.refusal = errs.E(errs.WrongState, "no transfer waits any more")
		return lost, achieved{}, nil
	case err != nil:
		return 0, achieved{}, err
	case t.Open():
		return notDone, achieved{}, nil
	case t.Done() == (x.o.Operation == order.ApproveTransfer):
		return wasDone, achieved{Code: registry.CodeOK}, nil
	}
	x.refusal = errs.E(errs.WrongState, "the transfer has ended otherwise (%s)", t.Status)
	return lost, achieved{}, nil
}

func applyDecide(ctx context.Context, tx Tx, x *exchange, o *order.Order, _ achieved) error {
	d, err := tx.Domain(ctx, o.Account, x.in.Name)
	if errs.Is(err, errs.NotFound) {
		return nil // the registry's message was faster
	}
	if err != nil {
		return err
	}
	if o.Operation == order.ApproveTransfer {
		return x.r.transferredAway(ctx, tx, d)
	}
	return x.r.transferStays(ctx, tx, x, d, registry.TransferClientRejected)
}

// transferAsked notes that another registrar has asked for a name: the account decides, the registrant is told (Transfer
// Policy I.A.3). Within the time in which the policy lets no name go, it is rejected at once.
func (r *Runner) transferAsked(ctx context.Context, tx Tx, d domain.Domain, t registry.Transfer) error {
	if d.Outgoing != nil && d.Outgoing.Gaining == t.ReID {
		return nil
	}
	d.Outgoing = &domain.Outgoing{Gaining: t.ReID, Requested: t.ReDate, ActBy: t.AcDate}
	if err := tx.PutDomain(ctx, &d); err != nil {
		return err
	}
	data := map[string]string{"registrar": t.ReID, "act_by": stamp(t.AcDate)}
	err := tx.AddNotice(ctx, &notify.Notice{Account: d.Account, Kind: notify.TransferRequested, ObjectKind: "domain", ObjectName: string(d.Name), Data: data})
	if err != nil {
		return err
	}
	if err := r.oblige(ctx, tx, duty{d: d, kind: dutyTransfer, due: tx.Registrar(), data: data}); err != nil {
		return err
	}
	if err := tx.AddHistory(ctx, History{Account: d.Account, ObjectKind: "domain", ObjectName: string(d.Name), What: "transfer requested", At: tx.Registrar()}); err != nil {
		return err
	}
	if until, why := d.TransferLock(r.Policy(d, tx.Registrar()), tx.Registrar()); why != "" {
		reason := "the name may not be transferred before " + stamp(until) + " (" + why + ")"
		err := r.placeLater(ctx, tx, d, order.RejectTransfer, intent{Reason: reason})
		if errs.Is(err, errs.Busy) {
			return nil // the account has five days to decide by itself
		}
		return err
	}
	return nil
}

// transferredAway takes a name off the platform that another registrar has now.
func (r *Runner) transferredAway(ctx context.Context, tx Tx, d domain.Domain) error {
	data := map[string]string{}
	if d.Outgoing != nil {
		data["registrar"] = d.Outgoing.Gaining
	}
	if err := r.removeDomain(ctx, tx, d); err != nil {
		return err
	}
	if err := tx.AddHistory(ctx, History{Account: d.Account, ObjectKind: "domain", ObjectName: string(d.Name), What: "transferred away", At: tx.Registrar()}); err != nil {
		return err
	}
	return tx.AddNotice(ctx, &notify.Notice{Account: d.Account, Kind: notify.TransferredAway, ObjectKind: "domain", ObjectName: string(d.Name), Data: data})
}

// transferStays notes that a transfer away did not take place.
func (r *Runner) transferStays(ctx context.Context, tx Tx, x *exchange, d domain.Domain, status string) error {
	if d.Outgoing == nil {
		return nil
	}
	data := map[string]string{"registrar": d.Outgoing.Gaining, "status": status}
	d.Outgoing = nil
	d.Statuses = slices.DeleteFunc(slices.Clone(d.Statuses), func(s string) bool { return s == domain.PendingTransfer })
	if x != nil {
		x.end.domain = &d
	}
	if err := tx.PutDomain(ctx, &d); err != nil {
		return err
	}
	if err := tx.AddHistory(ctx, History{Account: d.Account, ObjectKind: "domain", ObjectName: string(d.Name), What: "transfer ended: " + status, At: tx.Registrar()}); err != nil {
		return err
	}
	return tx.AddNotice(ctx, &notify.Notice{Account: d.Account, Kind: notify.TransferEnded, ObjectKind: "domain", ObjectName: string(d.Name), Data: data})
}
