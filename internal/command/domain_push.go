package command

import (
	"context"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
)

// PushDomain gives a name to another account of the same environment, at once and without a charge. The new account gets
// copies of the contacts, and the registry is told a moment later. Errors: NotFound, NotOwned, NotFound with field "account",
// Invalid (field "account": the same account), WrongState, Busy.
type PushDomain struct {
	Name string
	To   string // the account's name
}

func (PushDomain) need() account.Access { return account.Full }

func (cmd PushDomain) run(ctx context.Context, r *Runner, c Caller) (Outcome, error) {
	return r.once(ctx, c, cmd, func(hash string) (Outcome, error) {
		d, err := r.ownDomain(ctx, r.cfg.Store.View(), c, cmd.Name)
		if err != nil {
			return Outcome{}, err
		}
		if err := alive(d); err != nil {
			return Outcome{}, err
		}
		to, err := r.cfg.Store.View().AccountByName(ctx, c.Account.Environment, cmd.To)
		if errs.Is(err, errs.NotFound) {
			return Outcome{}, errs.F(errs.NotFound, "account", "the account %s does not exist", clipText(cmd.To))
		}
		if err != nil {
			return Outcome{}, err
		}
		if to.ID == c.Account.ID {
			return Outcome{}, errs.F(errs.Invalid, "account", "the domain is in that account")
		}
		return r.push(ctx, c, pushing{d: d, to: to, hash: hash})
	})
}

// pushing is a name on its way from one account to another.
type pushing struct {
	d  domain.Domain
	to account.Account
	// taken is what the new account says about the name where it takes it by its authInfo, and v what was found of that; nil
	// where the old account pushes it.
	taken *TransferDomain
	v     validRegister
	hash  string
}

func (r *Runner) push(ctx context.Context, c Caller, p pushing) (Outcome, error) {
	in := intent{Name: p.d.Name, To: p.to.ID}
	return r.place(ctx, c, draft{op: order.PushDomain, kind: "domain", name: string(p.d.Name), in: in, key: c.IdempotencyKey, hash: p.hash,
		prepare: func(ctx context.Context, tx Tx, in *intent) error { return r.movePushed(ctx, tx, c, p, in) }})
}

func (r *Runner) movePushed(ctx context.Context, tx Tx, c Caller, p pushing, in *intent) error {
	d, err := tx.DomainByID(ctx, p.d.ID)
	if err == nil && d.Version != p.d.Version {
		err = errs.E(errs.Conflict, "%s was changed in between", d.Name)
	}
	if err != nil {
		return err
	}
	contacts := map[domain.Role]contact.ID{}
	if p.taken != nil {
		if err := p.v.picked.write(ctx, tx, c, string(d.Name), in); err != nil {
			return err
		}
		for role, k := range in.Contacts {
			contacts[role] = k
		}
	}
	if err := copyContacts(ctx, tx, d, p.to.ID, contacts); err != nil {
		return err
	}
	before := d
	d.Contacts, d.Profile, d.Comment, d.NSSet, d.Updated = contacts, 0, "", "", tx.Registrar()
	d.DeleteOn = noTime
	if err := p.settings(ctx, tx, &d); err != nil {
		return err
	}
	fresh, err := r.cfg.Secrets.Seal(id.AuthInfo(), authAAD(d.Environment, d.Name))
	if err != nil {
		return err
	}
	d.AuthInfo = fresh // the old account shall not know it
	changed, err := otherRegistrant(ctx, tx, before, d, p.to.ID)
	if err != nil {
		return err
	}
	if changed {
		d.OwnerChanged = tx.Registrar()
	}
	if err := tx.MoveDomain(ctx, &d, p.to.ID); err != nil {
		return err
	}
	if err := tx.RehomeHosts(ctx, d.Environment, d.Name, p.to.ID); err != nil {
		return err
	}
	if err := tx.MoveZones(ctx, before.Account, d.Name, p.to.ID); err != nil {
		return err
	}
	if changed {
		err = r.ownerChanged(ctx, tx, d, &before)
	} else {
		err = r.askVerification(ctx, tx, d)
	}
	if err != nil {
		return err
	}
	if err := dropUnused(ctx, tx, before.Account, distinct(before.Contacts)); err != nil {
		return err
	}
	if err := r.schedule(ctx, tx, d); err != nil {
		return err
	}
	if err := r.settlePushed(ctx, tx, p, d); err != nil {
		return err
	}
	return tellPushed(ctx, tx, before.Account, p)
}

// tellPushed tells both accounts.
func tellPushed(ctx context.Context, tx Tx, from account.ID, p pushing) error {
	old, err := tx.Account(ctx, from)
	if err != nil {
		return err
	}
	data := map[string]string{"from": old.Name, "to": p.to.Name}
	for _, n := range []notify.Notice{{Account: from, Kind: notify.PushedAway}, {Account: p.to.ID, Kind: notify.PushedIn}} {
		n.ObjectKind, n.ObjectName, n.Data = "domain", string(p.d.Name), data
		if err := tx.AddNotice(ctx, &n); err != nil {
			return err
		}
	}
	return nil
}

// otherRegistrant reports whether the account that gets a name brings another registrant along (Transfer Policy II.A).
func otherRegistrant(ctx context.Context, tx Tx, before, after domain.Domain, to account.ID) (bool, error) {
	was, had := before.Contacts[domain.Registrant]
	is, has := after.Contacts[domain.Registrant]
	if !had || !has {
		return false, nil
	}
	old, err := tx.Contact(ctx, before.Account, was)
	if err != nil {
		return false, err
	}
	now, err := tx.Contact(ctx, to, is)
	return err == nil && material(old.Data, now.Data), err
}

// settlePushed gives the name the new account's contacts at the registry, and an authInfo that the old one does not know.
func (r *Runner) settlePushed(ctx context.Context, tx Tx, p pushing, d domain.Domain) error {
	next := intent{Contacts: d.Contacts}
	if err := drawRegistryIDs(ctx, tx, Caller{Account: p.to}, d.Registry, &next); err != nil {
		return err
	}
	next.AuthInfo, next.DropAuth = d.AuthInfo, r.Policy(d, tx.Registrar()).TAC
	if t := p.taken; t != nil {
		if t.Lock && !d.Locked() {
			next.AddStatus = []string{domain.ClientTransferProhibit}
		}
		if t.Servers.Given() {
			next.Delegate, next.Servers, next.NSSet = true, p.v.in.Servers, p.v.in.NSSet
			delegated := d
			delegated.Servers = next.Servers
			if err := r.defaultZone(ctx, tx, delegated); err != nil {
				return err
			}
		}
	}
	return r.followUp(ctx, tx, d, next)
}

// settings are the platform's own fields as the new account wants them.
func (p pushing) settings(ctx context.Context, tx Tx, d *domain.Domain) error {
	if p.taken == nil {
		return nil
	}
	d.Comment = p.taken.Comment
	if p.taken.AutoRenew != "" {
		d.AutoRenew = p.taken.AutoRenew
	}
	in := p.v.in
	err := p.v.writeProfile(ctx, tx, &in)
	d.Profile = in.Profile
	return err
}

// copyContacts gives the new account contacts of its own with the same data, for the roles that have none yet. They belong to
// the domain.
func copyContacts(ctx context.Context, tx Tx, d domain.Domain, to account.ID, have map[domain.Role]contact.ID) error {
	copies := map[contact.ID]contact.ID{}
	for _, role := range domain.Roles {
		old, ok := d.Contacts[role]
		if _, done := have[role]; !ok || done {
			continue
		}
		if copies[old] == 0 {
			k, err := tx.Contact(ctx, d.Account, old)
			if err != nil {
				return err
			}
			next := contact.Contact{Account: to, Data: k.Data, Verified: k.Verified, Owner: string(d.Name)}
			if err := tx.AddContact(ctx, &next); err != nil {
				return err
			}
			copies[old] = next.ID
		}
		have[role] = copies[old]
	}
	return nil
}
