package command

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
)

// material reports whether two registrants differ in what makes a change of registrant (Transfer Policy II.A.1.3): name,
// organisation or e-mail.
func material(a, b contact.Data) bool {
	same := func(x, y string) bool {
		return strings.EqualFold(strings.Join(strings.Fields(x), " "), strings.Join(strings.Fields(y), " "))
	}
	return !same(a.Name(), b.Name()) || !same(a.Organisation, b.Organisation) || !same(a.Email, b.Email)
}

// newOwner reports whether an update gives a name another registrant.
func (r *Runner) newOwner(ctx context.Context, d domain.Domain, p pickedContacts) (bool, error) {
	var next contact.Data
	found := false
	if id, ok := p.stored[domain.Registrant]; ok {
		k, err := r.cfg.Store.View().Contact(ctx, d.Account, id)
		if errs.Is(err, errs.NotFound) {
			return false, nil // validation has said so
		}
		if err != nil {
			return false, err
		}
		next, found = k.Data, true
	}
	for _, f := range p.fresh {
		for _, role := range f.roles {
			if role == domain.Registrant {
				next, found = f.data, true
			}
		}
	}
	was, ok := d.Contacts[domain.Registrant]
	if !found || !ok {
		return false, nil
	}
	k, err := r.cfg.Store.View().Contact(ctx, d.Account, was)
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	return err == nil && material(k.Data, next), err
}

// ownerChanged tells both registrants of a change (Transfer Policy II.C), and asks the new one for the proof of the address.
// The account acts for both as their designated agent; the name is locked against transfers as the policy says.
func (r *Runner) ownerChanged(ctx context.Context, tx Tx, d domain.Domain, before *domain.Domain) error {
	data := map[string]string{}
	if until, why := d.TransferLock(r.Policy(d, tx.Registrar()), tx.Registrar()); why != "" {
		data["locked_until"] = stamp(until)
	}
	err := tx.AddNotice(ctx, &notify.Notice{Account: d.Account, Kind: notify.OwnerChanged, ObjectKind: "domain", ObjectName: string(d.Name), Data: data})
	if err != nil {
		return err
	}
	to := []string{""}
	if before != nil {
		old, err := registrantEmail(ctx, tx, *before)
		if err != nil {
			return err
		}
		if now, err := registrantEmail(ctx, tx, d); err != nil {
			return err
		} else if old != "" && !strings.EqualFold(old, now) {
			to = append(to, old)
		}
	}
	for _, t := range to {
		if err := r.oblige(ctx, tx, duty{d: d, kind: dutyOwner, due: tx.Registrar(), to: t, data: data}); err != nil {
			return err
		}
	}
	return r.askVerification(ctx, tx, d)
}

// registrantChanged is ownerChanged for every name whose registrant's data were changed so.
func (r *Runner) registrantChanged(ctx context.Context, tx Tx, k contact.Contact, old *contact.Data) error {
	if old == nil || !material(*old, k.Data) {
		return nil
	}
	ds, _, err := tx.ListDomains(ctx, []account.ID{k.Account}, Query{Where: Where("registrant", Equal, strconv.FormatInt(int64(k.ID), 10)), Limit: -1}.bounded())
	if err != nil {
		return err
	}
	for _, listed := range ds { // a list leaves the authInfo out
		d, err := tx.DomainByID(ctx, listed.ID)
		if err != nil {
			return err
		}
		d.OwnerChanged = tx.Registrar()
		if err := tx.PutDomain(ctx, &d); err != nil {
			return err
		}
		if err := r.ownerChanged(ctx, tx, d, nil); err != nil {
			return err
		}
		if !strings.EqualFold(old.Email, k.Data.Email) && old.Email != "" {
			if err := r.oblige(ctx, tx, duty{d: d, kind: dutyOwner, due: tx.Registrar(), to: old.Email}); err != nil {
				return err
			}
		}
	}
	return nil
}
