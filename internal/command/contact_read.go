package command

import (
	"context"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
)

// FindContact looks a contact up by its public handle in a dialect (without regard to case), or by number. Errors:
// NotFound, NotOwned.
type FindContact struct {
	Dialect string
	Handle  string
	ID      contact.ID // used when Handle is empty
}

// FoundContact is the contact and the group its handle belongs to ("" when one handle serves all).
type FoundContact struct {
	Contact contact.Contact
	Group   string
	Handle  string
}

func (FindContact) need() account.Access { return account.Read }

func (cmd FindContact) run(ctx context.Context, r *Runner, c Caller) (FoundContact, error) {
	view := r.cfg.Store.View()
	id, found := cmd.ID, FoundContact{}
	if !storable(cmd.Handle) {
		return found, noContact(errs.E(errs.NotFound, ""), cmd.Handle)
	}
	if cmd.Handle != "" {
		h, err := view.FindHandle(ctx, c.Account.Environment, cmd.Dialect, cmd.Handle)
		if err != nil {
			return found, noContact(err, cmd.Handle)
		}
		id, found.Group, found.Handle = h.Contact, h.Group, h.Handle
	}
	k, err := view.Contact(ctx, c.Account.ID, id)
	if errs.Is(err, errs.NotFound) {
		if _, other := view.ContactAccount(ctx, id); other == nil {
			return found, errs.F(errs.NotOwned, "contact", "the contact %s belongs to another account", cmd.Handle).On("contact", cmd.Handle)
		}
	}
	found.Contact = k
	return found, noContact(err, cmd.Handle)
}

func noContact(err error, handle string) error {
	if errs.Is(err, errs.NotFound) {
		return errs.F(errs.NotFound, "contact", "the contact %s does not exist", clipText(handle)).On("contact", handle)
	}
	return err
}

// ListContacts lists the caller's shared contacts; Children adds those of its descendants. Fields: see Tx.ListContacts.
type ListContacts struct {
	Query
	Children bool
}

// ContactPage is a page of contacts.
type ContactPage struct {
	Contacts []contact.Contact
	Page
}

func (ListContacts) need() account.Access { return account.Read }

func (cmd ListContacts) run(ctx context.Context, r *Runner, c Caller) (ContactPage, error) {
	view := r.cfg.Store.View()
	accs, err := scope(ctx, view, c, cmd.Children)
	if err != nil {
		return ContactPage{}, err
	}
	ks, page, err := view.ListContacts(ctx, accs, cmd.Query.bounded())
	return ContactPage{ks, page}, err
}

// Handles gives the public handles of contacts in a dialect and handle group, and makes the missing ones by Format, which
// turns a contact's number into a handle ("CCOM-10000001"). It is a read for the caller: making a handle is no change of his.
type Handles struct {
	Dialect string
	Group   string
	IDs     []contact.ID
	Format  func(contact.ID) string
}

func (Handles) need() account.Access { return account.Read }

func (cmd Handles) run(ctx context.Context, r *Runner, c Caller) (map[contact.ID]string, error) {
	have, err := r.cfg.Store.View().Handles(ctx, cmd.Dialect, cmd.Group, cmd.IDs)
	if err != nil {
		return nil, err
	}
	var missing []contact.ID
	for _, id := range cmd.IDs {
		if _, ok := have[id]; !ok {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 || c.DryRun {
		for _, id := range missing {
			have[id] = cmd.Format(id)
		}
		return have, nil
	}
	err = r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		for _, id := range missing {
			h := contact.Handle{Contact: id, Dialect: cmd.Dialect, Group: cmd.Group, Handle: cmd.Format(id)}
			if err := tx.AddHandle(ctx, c.Account.Environment, h); err != nil {
				return err
			}
		}
		have, err = tx.Handles(ctx, cmd.Dialect, cmd.Group, cmd.IDs)
		return err
	})
	return have, err
}
