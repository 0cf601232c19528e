package command

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

// CreateContact makes a shared contact. It costs nothing and reaches a registry with the first order that needs it there.
// TLD, when given, adds that ending's requirements. Errors: Invalid and Missing with fields "contact.first_name" …,
// UnsupportedTLD (field "tld"), Exists (field "handle").
type CreateContact struct {
	Data contact.Data
	TLD  string
	// Reuse gives the oldest contact with equal data instead of a new one; Reused in the result tells.
	Reuse bool
	// Dialect, Group and Format make the public handle with the contact; Handle is the client's own choice instead.
	Dialect string
	Group   string
	Format  func(contact.ID) string `json:"-"`
	Handle  string
}

// CreatedContact is the result; Order stands for the request in result lists.
type CreatedContact struct {
	Outcome
	Handle string
	Reused bool
}

func (CreateContact) need() account.Access { return account.Modify }

func (cmd CreateContact) run(ctx context.Context, r *Runner, c Caller) (CreatedContact, error) {
	var res CreatedContact
	out, err := r.once(ctx, c, cmd, func(hash string) (Outcome, error) {
		var err error
		res, err = cmd.order(ctx, r, c, hash)
		return res.Outcome, err
	})
	res.Outcome = out
	if err != nil || c.DryRun && !res.Reused {
		return res, err
	}
	return cmd.withHandle(ctx, r, c, res)
}

// order makes the contact, or finds the one to be used again.
func (cmd CreateContact) order(ctx context.Context, r *Runner, c Caller, hash string) (CreatedContact, error) {
	var res CreatedContact
	data, err := r.checkContactFor(cmd.Data, cmd.TLD)
	if err != nil {
		return res, err
	}
	if cmd.Reuse {
		k, err := r.cfg.Store.View().SameContact(ctx, c.Account.ID, data)
		if err == nil {
			res.Contact, res.Reused = &k, true
			return res, nil
		}
		if !errs.Is(err, errs.NotFound) {
			return res, err
		}
	}
	if cmd.Handle != "" {
		if _, err := r.cfg.Store.View().FindHandle(ctx, c.Account.Environment, cmd.Dialect, cmd.Handle); err == nil {
			return res, handleTaken(cmd.Handle)
		} else if !errs.Is(err, errs.NotFound) {
			return res, err
		}
	}
	d := draft{op: order.CreateContact, kind: "contact", name: "new", in: intent{}, key: c.IdempotencyKey, hash: hash}
	d.prepare = func(ctx context.Context, tx Tx, in *intent) error {
		k := contact.Contact{Account: c.Account.ID, Data: data}
		if err := tx.AddContact(ctx, &k); err != nil {
			return err
		}
		in.Contact, in.Version = k.ID, k.Version
		return cmd.addHandle(ctx, tx, c, k.ID)
	}
	if res.Outcome, err = r.place(ctx, c, d); err != nil {
		return res, err
	}
	if c.DryRun {
		res.Contact, res.Handle = &contact.Contact{Account: c.Account.ID, Data: data}, cmd.Handle
	}
	return res, nil
}

func (cmd CreateContact) addHandle(ctx context.Context, tx Tx, c Caller, id contact.ID) error {
	if cmd.Dialect == "" {
		return nil
	}
	h := contact.Handle{Contact: id, Dialect: cmd.Dialect, Group: cmd.Group, Handle: cmd.Handle}
	if h.Handle == "" {
		h.Handle = cmd.Format(id)
	}
	err := tx.AddHandle(ctx, c.Account.Environment, h)
	if errs.Is(err, errs.Exists) {
		return handleTaken(h.Handle)
	}
	return err
}

func handleTaken(handle string) error {
	return errs.F(errs.Exists, "handle", "the handle %s is taken", clipText(handle)).On("contact", handle)
}

func (cmd CreateContact) withHandle(ctx context.Context, r *Runner, c Caller, res CreatedContact) (CreatedContact, error) {
	if cmd.Dialect == "" || res.Contact == nil {
		return res, nil
	}
	hs, err := Handles{Dialect: cmd.Dialect, Group: cmd.Group, IDs: []contact.ID{res.Contact.ID}, Format: cmd.Format}.run(ctx, r, c)
	res.Handle = hs[res.Contact.ID]
	return res, err
}

// checkContactFor normalizes and validates data, with an ending's requirements when one is given.
func (r *Runner) checkContactFor(d contact.Data, ending string) (contact.Data, error) {
	d = d.Normalize()
	var tld *catalog.TLD
	if ending != "" {
		if tld = r.Catalog().TLD(strings.TrimSpace(ending)); tld == nil {
			return d, errs.F(errs.UnsupportedTLD, "tld", "the ending %s is not supported", clipText(ending))
		}
	}
	if e := checkContact(d, tld, "", "contact."); e != nil {
		return d, e
	}
	return d, nil
}

// UpdateContact replaces a contact's data and carries the change to every registry that has it, as one order. Errors:
// NotFound, NotOwned, Conflict (another change came between), Invalid, Missing, Busy, RegistryDown.
type UpdateContact struct {
	ID      contact.ID
	Version int64 // as read; 0 compares nothing
	Data    contact.Data
	TLD     string
}

func (UpdateContact) need() account.Access { return account.Modify }

// manyRegistries stands in an order that concerns every registry that has the contact.
const manyRegistries = "*"

func (cmd UpdateContact) run(ctx context.Context, r *Runner, c Caller) (Outcome, error) {
	return r.once(ctx, c, cmd, func(hash string) (Outcome, error) { return cmd.order(ctx, r, c, hash) })
}

func (cmd UpdateContact) order(ctx context.Context, r *Runner, c Caller, hash string) (out Outcome, err error) {
	k, err := FindContact{ID: cmd.ID}.run(ctx, r, c)
	if err != nil {
		return out, err
	}
	data, err := r.checkContactFor(cmd.Data, cmd.TLD)
	if err != nil {
		return out, err
	}
	was := k.Contact
	if cmd.Version != 0 && cmd.Version != was.Version {
		return out, errs.E(errs.Conflict, "the contact was changed in between")
	}
	at, err := r.cfg.Store.View().RegistriesOf(ctx, was.ID)
	if err != nil {
		return out, err
	}
	d := draft{op: order.UpdateContact, kind: "contact", in: intent{Contact: was.ID, Old: &was.Data}, key: c.IdempotencyKey, hash: hash}
	for _, a := range at {
		if a.Made {
			d.registry = manyRegistries
		}
	}
	d.prepare = func(ctx context.Context, tx Tx, in *intent) error {
		next := was
		next.Data = data
		next.Verified = was.Verified && strings.EqualFold(was.Data.Email, data.Email)
		next.Updated = tx.Registrar()
		if err := tx.PutContact(ctx, &next); err != nil {
			return err
		}
		in.Version = next.Version
		if d.registry == "" { // else once the registries have it
			return r.registrantChanged(ctx, tx, next, in.Old)
		}
		return nil
	}
	return r.place(ctx, c, d)
}

var contactOp = operation{send: sendContact, probe: probeContact, apply: applyContact, revert: revertContact}

// sendContact carries the present data to every registry that has the contact in an older version. The change is absolute, so
// that a repeat does no harm.
func sendContact(ctx context.Context, x *exchange) (achieved, bool, error) {
	view := x.r.cfg.Store.View()
	k, err := view.Contact(ctx, x.o.Account, x.in.Contact)
	if err != nil {
		return achieved{}, false, registry.NotSent("the contact cannot be read", err)
	}
	at, err := view.RegistriesOf(ctx, x.in.Contact)
	if err != nil {
		return achieved{}, false, registry.NotSent("the contact cannot be read", err)
	}
	got := achieved{Code: registry.CodeOK}
	for i, a := range at {
		if !a.Made || a.Version >= x.in.Version {
			continue
		}
		reg, err := x.r.cfg.Registries.Named(a.Registry)
		if err != nil {
			return got, false, registry.NotSent("registry unknown", err)
		}
		next := registryContact(a.ID, k.Data)
		next.AuthInfo = ""
		res, err := reg.UpdateContact(ctx, x.clTRID("r"+string(rune('1'+i))), next)
		if err != nil {
			return got, false, err
		}
		x.made = append(x.made, madeContact{a.Registry, a.Contact, a.ID, x.in.Version})
		got.Code, got.SvTRID, got.Text = res.Code, res.SvTRID, res.Text
	}
	return got, false, nil
}

func probeContact(context.Context, *exchange) (verdict, achieved, error) {
	return notDone, achieved{}, nil // sending an absolute change again is the probe
}

// applyContact makes a change of registrant of the contact's names what it is under the policies of their endings.
func applyContact(ctx context.Context, tx Tx, x *exchange, o *order.Order, _ achieved) error {
	k, err := tx.Contact(ctx, o.Account, x.in.Contact)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return x.r.registrantChanged(ctx, tx, k, x.in.Old)
}

// revertContact puts the data back that the registry refused to replace.
func revertContact(ctx context.Context, tx Tx, o *order.Order, in intent) error {
	k, err := tx.Contact(ctx, o.Account, in.Contact)
	if errs.Is(err, errs.NotFound) {
		return nil // it went with its domain
	}
	if err != nil || in.Old == nil || k.Version != in.Version {
		return err
	}
	k.Data, k.Updated = *in.Old, tx.Registrar()
	return tx.PutContact(ctx, &k)
}
