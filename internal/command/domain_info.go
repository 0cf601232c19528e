package command

import (
	"context"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

// InfoDomain reads one domain of the caller. Errors: InvalidName, NotFound, NotOwned (held by another account of the same
// environment on this platform).
type InfoDomain struct{ Name string }

func (InfoDomain) need() account.Access { return account.Read }

func (cmd InfoDomain) run(ctx context.Context, r *Runner, c Caller) (DomainInfo, error) {
	view := r.cfg.Store.View()
	name, err := dname.Parse(cmd.Name)
	if err != nil {
		_, err := r.ownDomain(ctx, view, c, cmd.Name)
		return DomainInfo{}, err
	}
	w, err := view.WholeDomain(ctx, c.Account.ID, name)
	if errs.Is(err, errs.NotFound) {
		if _, err := r.ownDomain(ctx, view, c, cmd.Name); err != nil { // tells why
			return DomainInfo{}, err
		}
		w, err = view.WholeDomain(ctx, c.Account.ID, name) // it has come in between
	}
	if err != nil {
		return DomainInfo{}, err
	}
	return r.domainInfo(ctx, view, c, w)
}

// ownDomain finds a domain of the caller and tells foreign from missing.
func (r *Runner) ownDomain(ctx context.Context, tx Tx, c Caller, text string) (domain.Domain, error) {
	if text == "" {
		return domain.Domain{}, errs.F(errs.Missing, "name", "no domain name given")
	}
	name, err := dname.Parse(text)
	if err != nil {
		return domain.Domain{}, errs.F(errs.InvalidName, "name", "%q is not a valid domain name", clipText(text))
	}
	d, err := tx.Domain(ctx, c.Account.ID, name)
	if !errs.Is(err, errs.NotFound) {
		return d, err
	}
	if _, _, bad := r.Catalog().Split(name); bad != nil && errs.Is(bad, errs.UnsupportedTLD) {
		return d, bad
	}
	switch _, err := tx.DomainAccount(ctx, c.Account.Environment, name); {
	case err == nil:
		return d, errs.F(errs.NotOwned, "name", "%s is held by another account", name).On("domain", string(name))
	case !errs.Is(err, errs.NotFound):
		return d, err
	}
	return d, errs.F(errs.NotFound, "name", "%s does not exist", name).On("domain", string(name))
}

func clipText(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}

// domainInfo completes what is told of a domain.
func (r *Runner) domainInfo(ctx context.Context, tx Tx, c Caller, w WholeDomain) (DomainInfo, error) {
	d := w.Domain
	info := DomainInfo{Domain: d, Contacts: map[domain.Role]contact.Contact{}, Open: w.Open}
	for role, id := range d.Contacts {
		if k, ok := w.Contacts[id]; ok {
			info.Contacts[role] = k
		}
	}
	var err error
	if info.AuthInfo, err = r.openAuthInfo(d); err != nil {
		return info, err
	}
	if d.Profile != 0 {
		p, err := tx.ProfileByID(ctx, c.Account.ID, d.Profile)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return info, err
		}
		info.Profile = p.Username
	}
	return info, nil
}

// authAAD binds a sealed authInfo to its domain.
func authAAD(env account.Environment, name dname.Name) string {
	return "domain/auth_info/" + string(env) + "/" + string(name)
}

func (r *Runner) openAuthInfo(d domain.Domain) (string, error) {
	if d.AuthInfo == "" {
		return "", nil
	}
	return r.cfg.Secrets.Open(d.AuthInfo, authAAD(d.Environment, d.Name))
}
