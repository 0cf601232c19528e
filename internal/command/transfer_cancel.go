package command

import (
	"context"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

// CancelTransfer withdraws a transfer to us that waits. Errors: NotFound (none waits), WrongState (not at the registry yet),
// Busy, RegistryDown, RegistryRejected.
type CancelTransfer struct{ Name string }

func (CancelTransfer) need() account.Access { return account.Modify }

func (cmd CancelTransfer) run(ctx context.Context, r *Runner, c Caller) (Outcome, error) {
	return r.once(ctx, c, cmd, func(hash string) (Outcome, error) {
		o, err := r.waitingTransfer(ctx, c, cmd.Name)
		if err != nil {
			return Outcome{}, err
		}
		if o.State != order.Pending {
			return Outcome{}, errs.E(errs.WrongState, "the transfer of %s is just being requested", o.ObjectName).On("domain", o.ObjectName)
		}
		return r.place(ctx, c, draft{op: order.CancelTransfer, kind: "transfer", name: o.ObjectName, registry: o.Registry, in: intent{Name: nameOf(o)},
			key: c.IdempotencyKey, hash: hash})
	})
}

// waitingTransfer finds the open transfer of a name to the caller.
func (r *Runner) waitingTransfer(ctx context.Context, c Caller, text string) (order.Order, error) {
	name, err := dname.Parse(text)
	if err != nil {
		return order.Order{}, errs.F(errs.InvalidName, "name", "%q is not a valid domain name", clipText(text))
	}
	o, err := r.cfg.Store.View().OpenOrder(ctx, c.Account.Environment, "domain", string(name))
	if errs.Is(err, errs.NotFound) || err == nil && (o.Account != c.Account.ID || o.Operation != order.TransferIn) {
		return o, errs.F(errs.NotFound, "name", "no transfer of %s waits", name).On("domain", string(name))
	}
	return o, err
}

// cancelOp is a function, for its end may be the end of another operation.
func cancelOp() operation {
	return operation{send: sendCancel, probe: probeCancel, apply: applyCancel, revert: removeMade}
}

func sendCancel(ctx context.Context, x *exchange) (achieved, bool, error) {
	res, err := x.reg.TransferDomain(ctx, x.clTRID(""), registry.DomainTransfer{Op: registry.TransferCancel, Name: x.in.Name})
	return achieved{Code: res.Code, SvTRID: res.SvTRID, Text: res.Text}, false, err
}

func probeCancel(ctx context.Context, x *exchange) (verdict, achieved, error) {
	t, err := x.reg.QueryTransfer(ctx, x.in.Name, "")
	switch {
	case registry.CodeOf(err) == registry.CodeNotPending:
		return wasDone, achieved{Code: registry.CodeOK}, nil
	case err != nil:
		return 0, achieved{}, err
	case t.Open():
		return notDone, achieved{}, nil
	case t.Status == registry.TransferClientCancelled:
		return wasDone, achieved{Code: registry.CodeOK}, nil
	}
	x.refusal = errs.E(errs.WrongState, "the transfer has ended already (%s)", t.Status)
	return lost, achieved{}, nil
}

// applyCancel ends the transfer's own order too.
func applyCancel(ctx context.Context, tx Tx, x *exchange, o *order.Order, _ achieved) error {
	t, err := tx.OpenOrder(ctx, o.Environment, "domain", o.ObjectName)
	if errs.Is(err, errs.NotFound) || err == nil && t.Operation != order.TransferIn {
		return nil
	}
	if err != nil {
		return err
	}
	cancelled := transferRefused(registry.Transfer{Status: registry.TransferClientCancelled})
	return x.r.endOrder(ctx, tx, t, x.reg, stepResult{refused: cancelled.On("domain", t.ObjectName)})
}

// endOrder ends another order than the one under way, in the same transaction.
func (r *Runner) endOrder(ctx context.Context, tx Tx, o order.Order, reg registry.Registry, step stepResult) error {
	in, err := decodeIntent(o)
	if err != nil {
		return err
	}
	op, err := operationOf(o.Operation)
	if err != nil {
		return err
	}
	x := &exchange{r: r, o: &o, in: in, reg: reg}
	ended := o
	was := step.close(tx, &ended)
	won, err := tx.Finish(ctx, &ended, was.Attempt, was.State)
	if err != nil || !won {
		return err
	}
	return r.applyEnd(ctx, tx, op, x, &ended, step, true)
}
