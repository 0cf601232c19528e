package command

import (
	"context"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/order"
)

// AuthInfo gives the authInfo with which a name can be transferred away. Under a policy with a transfer authorization code (TAC)
// there is one only once NewAuthInfo has made it: NotFound with field "auth_info" until then. Errors: NotFound, NotOwned,
// WrongState (deleted).
type AuthInfo struct{ Name string }

func (AuthInfo) need() account.Access { return account.Modify }

func (cmd AuthInfo) run(ctx context.Context, r *Runner, c Caller) (string, error) {
	_, plain, err := r.authInfo(ctx, c, cmd.Name)
	return plain, err
}

func (r *Runner) authInfo(ctx context.Context, c Caller, name string) (d domain.Domain, plain string, err error) {
	if d, err = r.ownDomain(ctx, r.cfg.Store.View(), c, name); err != nil {
		return d, "", err
	}
	if !d.Deleted.IsZero() {
		return d, "", alive(d)
	}
	plain, err = r.openAuthInfo(d)
	if err == nil && plain == "" {
		err = errs.F(errs.NotFound, "auth_info", "%s has no authorization code; ask for one", d.Name).On("domain", string(d.Name))
	}
	return d, plain, err
}

// NewAuthInfo draws a new authInfo and sets it at the registry. Outcome.Domain carries it; AuthInfo reads it. Errors: as
// UpdateDomain.
type NewAuthInfo struct{ Name string }

func (NewAuthInfo) need() account.Access { return account.Modify }

func (cmd NewAuthInfo) run(ctx context.Context, r *Runner, c Caller) (Outcome, error) {
	return r.once(ctx, c, cmd, func(hash string) (Outcome, error) { return cmd.order(ctx, r, c, hash) })
}

func (cmd NewAuthInfo) order(ctx context.Context, r *Runner, c Caller, hash string) (Outcome, error) {
	auth := id.AuthInfo()
	return UpdateDomain{Name: cmd.Name, AuthInfo: &auth}.order(ctx, r, c, hash)
}

// DropAuthInfo takes a name's authInfo away: at the registry it is unset, or replaced by one that nobody knows. Errors: as
// UpdateDomain.
type DropAuthInfo struct{ Name string }

func (DropAuthInfo) need() account.Access { return account.Modify }

func (cmd DropAuthInfo) run(ctx context.Context, r *Runner, c Caller) (Outcome, error) {
	return r.once(ctx, c, cmd, func(hash string) (Outcome, error) {
		d, err := r.ownDomain(ctx, r.cfg.Store.View(), c, cmd.Name)
		if err == nil {
			err = alive(d)
		}
		if err != nil {
			return Outcome{}, err
		}
		in := intent{Name: d.Name, DropAuth: true, Before: &d}
		if in.AuthInfo, err = r.cfg.Secrets.Seal(id.AuthInfo(), authAAD(d.Environment, d.Name)); err != nil {
			return Outcome{}, err
		}
		return r.place(ctx, c, draft{op: order.UpdateDomain, kind: "domain", name: string(d.Name), registry: d.Registry, in: in,
			key: c.IdempotencyKey, hash: hash, prepare: unchanged(c, d)})
	})
}

// SendAuthInfo sends the authInfo to the registrant by mail, and gives the address. Errors: as AuthInfo, and Missing with field
// "registrant.email".
type SendAuthInfo struct{ Name string }

func (SendAuthInfo) need() account.Access { return account.Modify }

func (cmd SendAuthInfo) run(ctx context.Context, r *Runner, c Caller) (string, error) {
	d, plain, err := r.authInfo(ctx, c, cmd.Name)
	if err != nil {
		return "", err
	}
	to, err := registrantEmail(ctx, r.cfg.Store.View(), d)
	if err != nil {
		return "", err
	}
	if to == "" {
		return "", errs.F(errs.Missing, "registrant.email", "the registrant has no e-mail address")
	}
	if c.DryRun {
		return to, nil
	}
	return to, r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		m, err := r.mail(duty{d: d, kind: dutyAuthInfo, to: to, data: map[string]string{"auth_info": plain}})
		if err != nil {
			return err
		}
		return tx.AddMail(ctx, &m)
	})
}

// limitAuthInfo enters the end of a new authInfo into the due list, where the policy limits its life (a TAC).
func (r *Runner) limitAuthInfo(ctx context.Context, tx Tx, d domain.Domain, in intent) error {
	p := r.Policy(d, tx.Registrar())
	if in.AuthInfo == "" || in.DropAuth || !p.TAC || p.AuthValid <= 0 {
		return nil
	}
	return tx.PutDue(ctx, DueEntry{Kind: DueAuthInfo, Object: int64(d.ID), Account: d.Account, Name: string(d.Name), At: tx.Registrar().Add(p.AuthValid), Step: "auth_info_end", Rank: 10})
}

// planAuthEnd makes an authInfo that has lived its time void at the registry: by taking it away, or by another one that
// nobody knows.
func (r *Runner) planAuthEnd(ctx context.Context, e DueEntry) error {
	return r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		d, err := tx.DomainByID(ctx, domain.ID(e.Object))
		if errs.Is(err, errs.NotFound) || err == nil && (d.AuthInfo == "" || !d.Deleted.IsZero()) {
			return tx.DropDue(ctx, e.Kind, e.Object)
		}
		if err != nil {
			return err
		}
		in := intent{DropAuth: true}
		if in.AuthInfo, err = r.cfg.Secrets.Seal(id.AuthInfo(), authAAD(d.Environment, d.Name)); err != nil {
			return err
		}
		return r.afterFollowUp(ctx, tx, e, r.followUp(ctx, tx, d, in))
	})
}
