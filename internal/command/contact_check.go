package command

import (
	"context"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

// checkContact validates data against the common rules and, with a TLD, that ending's requirements. prefix stands before
// the fields ("contact.", "registrant.").
func checkContact(d contact.Data, tld *catalog.TLD, role domain.Role, prefix string) *errs.Error {
	var l errs.List
	l.Add(d.Validate(prefix))
	if tld == nil {
		err, _ := l.Err().(*errs.Error)
		return err
	}
	for _, f := range tld.Required {
		if contactField(d, string(f)) == "" {
			l.Add(errs.F(errs.Missing, prefix+string(f), "is required below %s", tld.Name))
		}
	}
	if role == domain.Registrant && len(tld.Countries) > 0 && d.Country != "" && !slices.Contains(tld.Countries, d.Country) {
		l.Add(errs.F(errs.Invalid, prefix+contact.FieldCountry, "is not eligible below %s", tld.Name))
	}
	err, _ := l.Err().(*errs.Error)
	return err
}

// contactField reads a field by the name the catalog uses.
func contactField(d contact.Data, name string) string {
	switch name {
	case contact.FieldFirstName:
		return d.FirstName
	case contact.FieldLastName:
		return d.LastName
	case contact.FieldOrg:
		return d.Organisation
	case contact.FieldEmail:
		return d.Email
	case contact.FieldPhone:
		return d.Phone
	case contact.FieldFax:
		return d.Fax
	case contact.FieldStreet:
		return strings.Join(d.Street, " ")
	case contact.FieldCity:
		return d.City
	case contact.FieldState:
		return d.State
	case contact.FieldPostalCode:
		return d.PostalCode
	case contact.FieldCountry:
		return d.Country
	}
	return d.Extra[name]
}

// roles that a TLD takes, the registrant first.
func rolesOf(tld *catalog.TLD) []domain.Role {
	rs := []domain.Role{domain.Registrant}
	for _, r := range domain.Roles[1:] {
		if slices.Contains(tld.Roles, string(r)) {
			rs = append(rs, r)
		}
	}
	return rs
}

// newContact is a contact that an order brings along, and the roles that it fills.
type newContact struct {
	data   contact.Data
	shared bool
	roles  []domain.Role
}

// pickedContacts are an order's contacts after validation: stored ones by role, and those to be made in tx 1.
type pickedContacts struct {
	stored map[domain.Role]contact.ID
	fresh  []newContact
}

// pickContacts validates the references of an order. Equal data for several roles becomes one contact.
func (r *Runner) pickContacts(ctx context.Context, c Caller, refs map[domain.Role]ContactRef, tld *catalog.TLD, l *errs.List) (pickedContacts, error) {
	p := pickedContacts{stored: map[domain.Role]contact.ID{}}
	var ids []contact.ID
	for _, ref := range refs {
		if ref.New == nil {
			ids = append(ids, ref.ID)
		}
	}
	have, err := r.cfg.Store.View().Contacts(ctx, c.Account.ID, ids)
	if err != nil {
		return p, err
	}
	for _, role := range domain.Roles {
		ref, ok := refs[role]
		if !ok {
			continue
		}
		if ref.New != nil {
			d := ref.New.Normalize()
			l.Add(checkContact(d, tld, role, string(role)+"."))
			p.addFresh(d, ref.Shared, role)
			continue
		}
		k, ok := have[ref.ID]
		if !ok {
			l.Add(errs.F(errs.NotFound, string(role), "the %s contact does not exist", role).On("contact", string(role)))
			continue
		}
		l.Add(checkContact(k.Data, tld, role, string(role)+"."))
		p.stored[role] = ref.ID
	}
	return p, nil
}

func (p *pickedContacts) addFresh(d contact.Data, shared bool, role domain.Role) {
	for i := range p.fresh {
		if p.fresh[i].shared == shared && p.fresh[i].data.Same(d) {
			p.fresh[i].roles = append(p.fresh[i].roles, role)
			return
		}
	}
	p.fresh = append(p.fresh, newContact{d, shared, []domain.Role{role}})
}

// write makes the fresh contacts in tx 1 and completes the intent; owner is the domain of implicit ones. That the stored
// ones still exist is for drawRegistryIDs to see.
func (p pickedContacts) write(ctx context.Context, tx Tx, c Caller, owner string, in *intent) error {
	in.Contacts = map[domain.Role]contact.ID{}
	for role, id := range p.stored {
		in.Contacts[role] = id
	}
	for _, f := range p.fresh {
		id, made, err := f.write(ctx, tx, c, owner)
		if err != nil {
			return err
		}
		if made {
			in.Made = append(in.Made, id)
		}
		for _, role := range f.roles {
			in.Contacts[role] = id
		}
	}
	return nil
}

func (f newContact) write(ctx context.Context, tx Tx, c Caller, owner string) (contact.ID, bool, error) {
	if f.shared {
		k, err := tx.SameContact(ctx, c.Account.ID, f.data)
		if err == nil {
			return k.ID, false, nil
		}
		if !errs.Is(err, errs.NotFound) {
			return 0, false, err
		}
		owner = ""
	}
	k := contact.Contact{Account: c.Account.ID, Data: f.data, Owner: owner}
	err := tx.AddContact(ctx, &k)
	return k.ID, true, err
}
