package command

import (
	"context"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

// DeleteContact removes a contact that no domain uses, here and at the registries. Errors: NotFound, NotOwned, InUse, Busy,
// RegistryDown, RegistryRejected.
type DeleteContact struct{ ID contact.ID }

func (DeleteContact) need() account.Access { return account.Modify }

func (cmd DeleteContact) run(ctx context.Context, r *Runner, c Caller) (Outcome, error) {
	return r.once(ctx, c, cmd, func(hash string) (Outcome, error) {
		k, err := FindContact{ID: cmd.ID}.run(ctx, r, c)
		if err != nil {
			return Outcome{}, err
		}
		view := r.cfg.Store.View()
		if err := unused(ctx, view, k.Contact.ID); err != nil {
			return Outcome{}, err
		}
		at, err := view.RegistriesOf(ctx, k.Contact.ID)
		if err != nil {
			return Outcome{}, err
		}
		d := draft{op: order.DeleteContact, kind: "contact", in: intent{Contact: k.Contact.ID, Version: k.Contact.Version}, key: c.IdempotencyKey, hash: hash}
		for _, a := range at {
			if a.Made {
				d.registry = manyRegistries
			}
		}
		d.prepare = func(ctx context.Context, tx Tx, in *intent) error {
			if err := unused(ctx, tx, in.Contact); err != nil || d.registry != "" {
				return err
			}
			return tx.DeleteContact(ctx, c.Account.ID, in.Contact)
		}
		return r.place(ctx, c, d)
	})
}

func unused(ctx context.Context, tx Tx, id contact.ID) error {
	n, err := tx.ContactUse(ctx, id)
	if err == nil && n > 0 {
		err = errs.E(errs.InUse, "the contact is used by %d domain(s)", n)
	}
	return err
}

var contactDeleteOp = operation{send: sendContactDelete, probe: probeContact, apply: applyContactDelete, revert: removeMade}

// sendContactDelete removes the contact's objects; one that is gone or that the registry still links stays behind there
// without harm, for nothing here refers to it any more.
func sendContactDelete(ctx context.Context, x *exchange) (achieved, bool, error) {
	at, err := x.r.cfg.Store.View().RegistriesOf(ctx, x.in.Contact)
	if err != nil {
		return achieved{}, false, registry.NotSent("the contact cannot be read", err)
	}
	got := achieved{Code: registry.CodeOK}
	for i, a := range at {
		if !a.Made {
			continue
		}
		reg, err := x.r.cfg.Registries.Named(a.Registry)
		if err != nil {
			return got, false, registry.NotSent("registry unknown", err)
		}
		res, err := reg.DeleteContact(ctx, x.clTRID("r"+letter(i)), a.ID)
		switch registry.CodeOf(err) {
		case registry.CodeNotExist, registry.CodeInUse:
		default:
			if err != nil {
				return got, false, err
			}
			got.Code, got.SvTRID, got.Text = res.Code, res.SvTRID, res.Text
		}
	}
	return got, false, nil
}

func applyContactDelete(ctx context.Context, tx Tx, x *exchange, o *order.Order, _ achieved) error {
	err := unused(ctx, tx, x.in.Contact)
	if errs.Is(err, errs.InUse) {
		return nil // a domain has taken it up meanwhile: its registry has kept the contact as linked
	}
	if err == nil {
		err = tx.DeleteContact(ctx, o.Account, x.in.Contact)
	}
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}
