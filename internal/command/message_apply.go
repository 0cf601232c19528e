package command

import (
	"context"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

// endOfTransfer finds the order of a transfer to us that a message ends; nil when it ends none.
func (r *Runner) endOfTransfer(ctx context.Context, reg registry.Registry, m *registry.Message) (*pendingEnd, error) {
	t := m.Transfer
	if t == nil || t.Object != "domain" || t.Open() || t.ReID != r.cfg.Registries.Sponsor(reg.Name()) {
		return nil, nil
	}
	o, err := r.cfg.Store.View().OpenOrder(ctx, r.cfg.Registries.Environment(reg.Name()), "domain", strings.ToLower(t.Name))
	if errs.Is(err, errs.NotFound) || err == nil && (o.Operation != order.TransferIn || o.Registry != reg.Name()) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	in, err := decodeIntent(o)
	if err != nil {
		return nil, err
	}
	end := &pendingEnd{op: transferOp, x: &exchange{r: r, o: &o, in: in, reg: reg}}
	// The message may be about an earlier transfer of the same name: what counts is what the registry shows now.
	v, got, err := transferOp.probe(ctx, end.x)
	switch {
	case err != nil:
		return nil, err
	case v == wasDone:
		end.step.got = &got
	case v == lost && o.State == order.Pending: // 1001 was seen: the latest transfer there is this order's
		end.step.refused = end.x.refusal.On(o.ObjectKind, o.ObjectName)
	case t.Done():
		return end, nil // it is not borne out yet: it is asked again soon
	default:
		return nil, nil
	}
	return end, nil
}

// cameBack reports whether a message says that a name has gone to another registrar which is with us all the same: it has come
// back, or was registered here anew, since.
func (r *Runner) cameBack(ctx context.Context, reg registry.Registry, m *registry.Message) (bool, error) {
	us := r.cfg.Registries.Sponsor(reg.Name())
	if t := m.Transfer; t == nil || t.Object != "domain" || !t.Done() || t.ReID == us {
		return false, nil
	}
	d, err := reg.InfoDomain(ctx, dname.Name(strings.ToLower(m.Transfer.Name)))
	switch registry.CodeOf(err) {
	case registry.CodeNotExist, registry.CodeAuthorization:
		return false, nil
	}
	return err == nil && d.Sponsor == us, err
}

// applyMessage carries out what a message says about our names that is no order's end: transfers away, and what the registry
// did by itself. stale is what cameBack says of it.
func (r *Runner) applyMessage(ctx context.Context, tx Tx, reg registry.Registry, m *registry.Message, stale bool) error {
	switch {
	case m.Transfer != nil && m.Transfer.Object == "domain":
		return r.applyTransferMessage(ctx, tx, reg, *m.Transfer, stale)
	case m.Change != nil && m.Change.Domain != nil && !m.Change.Before:
		return r.applyChange(ctx, tx, reg, *m.Change)
	}
	return nil // the end of a redemption, a notice in words: nothing here hangs on it
}

// heldAt finds one of our names at a registry; ok is false when it is not, or no longer, here.
func (r *Runner) heldAt(ctx context.Context, tx Tx, reg registry.Registry, name string) (d domain.Domain, ok bool, err error) {
	d, err = tx.AnyDomain(ctx, r.cfg.Registries.Environment(reg.Name()), dname.Name(strings.ToLower(name)))
	if errs.Is(err, errs.NotFound) {
		return d, false, nil
	}
	return d, err == nil && d.Registry == reg.Name(), err
}

func (r *Runner) applyTransferMessage(ctx context.Context, tx Tx, reg registry.Registry, t registry.Transfer, stale bool) error {
	if t.ReID == r.cfg.Registries.Sponsor(reg.Name()) {
		return nil // a transfer to us that no order waits for
	}
	d, ok, err := r.heldAt(ctx, tx, reg, t.Name)
	if err != nil || !ok {
		return err
	}
	switch {
	case t.Open():
		return r.transferAsked(ctx, tx, d, t)
	case t.Done() && !stale:
		return r.transferredAway(ctx, tx, d)
	}
	return r.transferStays(ctx, tx, nil, d, t.Status)
}

// applyChange takes over what the registry did to a name by itself (RFC 8590): its server statuses, or that it is gone.
func (r *Runner) applyChange(ctx context.Context, tx Tx, reg registry.Registry, c registry.Change) error {
	d, ok, err := r.heldAt(ctx, tx, reg, string(c.Domain.Name))
	if err != nil || !ok || c.Who == r.cfg.Registries.Sponsor(reg.Name()) {
		return err
	}
	switch c.Operation {
	case "delete", "autoDelete":
		if d.Deleted.IsZero() {
			return r.markDeleted(ctx, tx, nil, d, false)
		}
		return nil
	case "autoPurge":
		return r.markDeleted(ctx, tx, nil, d, true)
	case "update", "custom":
	default:
		return nil
	}
	next := slices.DeleteFunc(slices.Clone(d.Statuses), isServerStatus)
	for _, s := range c.Domain.Statuses {
		if isServerStatus(s) {
			next = append(next, s)
		}
	}
	if slices.Equal(next, d.Statuses) {
		return nil
	}
	d.Statuses, d.Updated = next, tx.Registrar()
	if err := tx.PutDomain(ctx, &d); err != nil {
		return err
	}
	return tx.AddNotice(ctx, &notify.Notice{Account: d.Account, Kind: notify.RegistryChange, ObjectKind: "domain", ObjectName: string(d.Name),
		Text: c.Reason, Data: map[string]string{"operation": c.Operation, "reason": c.Reason, "statuses": strings.Join(next, " ")}})
}

func isServerStatus(s string) bool { return strings.HasPrefix(s, "server") }
