package command

import (
	"context"
	"crypto/subtle"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

// TransferStatus tells where a transfer to the caller stands.
type TransferStatus struct{ Name string }

// TransferState is a transfer to us. Latest is the last order for it, of whatever end; Waiting what the registry says while it
// waits.
type TransferState struct {
	Order   order.Order
	Waiting *registry.Transfer
}

func (TransferStatus) need() account.Access { return account.Read }

func (cmd TransferStatus) run(ctx context.Context, r *Runner, c Caller) (TransferState, error) {
	name, err := dname.Parse(cmd.Name)
	if err != nil {
		return TransferState{}, errs.F(errs.InvalidName, "name", "%q is not a valid domain name", clipText(cmd.Name))
	}
	os, _, err := r.cfg.Store.View().ListOrders(ctx, []account.ID{c.Account.ID}, Query{Where: And(Where("object_kind", Equal, "domain"),
		Where("object_name", Equal, string(name)), Where("operation", Equal, string(order.TransferIn))), Sort: []Sort{{"number", true}}, Limit: 1})
	if err != nil {
		return TransferState{}, err
	}
	if len(os) == 0 {
		return TransferState{}, errs.F(errs.NotFound, "name", "no transfer of %s is known", name).On("domain", string(name))
	}
	st := TransferState{Order: os[0]}
	if st.Order.State != order.Pending {
		return st, nil
	}
	reg, err := r.cfg.Registries.Named(st.Order.Registry)
	if err != nil {
		return st, err
	}
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Inline)
	defer cancel()
	if t, err := reg.QueryTransfer(ctx, name, ""); err == nil {
		st.Waiting = &t
	}
	return st, nil
}

// CheckTransfer tells whether a name could be transferred to the caller: nil error when it could. AuthInfo may be empty. Errors:
// as TransferDomain, but for money and contacts.
type CheckTransfer struct {
	Name     string
	AuthInfo string
}

// Transferable is what is known of a name that may come.
type Transferable struct {
	Name    dname.Name
	TLD     *catalog.TLD
	Inside  bool      // another account of the platform holds it
	Expires time.Time // zero where the registry does not show it
}

func (CheckTransfer) need() account.Access { return account.Read }

func (cmd CheckTransfer) run(ctx context.Context, r *Runner, c Caller) (Transferable, error) {
	name, tld, err := r.Catalog().CheckName(cmd.Name)
	t := Transferable{Name: name, TLD: tld}
	if err != nil {
		return t, err
	}
	held, err := r.cfg.Store.View().AnyDomain(ctx, c.Account.Environment, name)
	switch {
	case err == nil:
		return r.checkWithin(c, held, cmd.AuthInfo, t)
	case !errs.Is(err, errs.NotFound):
		return t, err
	}
	switch _, err := r.waitingTransfer(ctx, c, string(name)); {
	case err == nil:
		return t, transferWaits(name)
	case !errs.Is(err, errs.NotFound):
		return t, err
	}
	reg, err := r.cfg.Registries.For(c.Account.Environment, tld)
	if err != nil {
		return t, err
	}
	if err := r.mayCome(ctx, reg, name); err != nil {
		return t, err
	}
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Inline)
	defer cancel()
	if d, err := reg.InfoDomain(ctx, name); err == nil {
		t.Expires = d.Expires
	}
	if cmd.AuthInfo == "" {
		return t, nil
	}
	return t, r.authFits(ctx, reg, name, cmd.AuthInfo)
}

// authFits asks whether an authInfo is right: a query with it shows that, and that there is no transfer is what is hoped for.
func (r *Runner) authFits(ctx context.Context, reg registry.Registry, name dname.Name, auth string) error {
	if _, err := reg.QueryTransfer(ctx, name, auth); registry.CodeOf(err) == registry.CodeBadAuthInfo {
		return wrongAuthInfo(name)
	}
	return nil
}

func (r *Runner) checkWithin(c Caller, d domain.Domain, auth string, t Transferable) (Transferable, error) {
	t.Inside, t.Expires = true, d.Expires
	switch {
	case d.Account == c.Account.ID:
		return t, errs.F(errs.Exists, "name", "%s is in the account already", d.Name).On("domain", string(d.Name))
	case d.Locked():
		return t, errs.F(errs.Locked, "name", "%s is locked against transfers", d.Name).On("domain", string(d.Name))
	}
	if err := alive(d); err != nil || auth == "" {
		return t, err
	}
	have, err := r.openAuthInfo(d)
	if err == nil && (have == "" || subtle.ConstantTimeCompare([]byte(have), []byte(auth)) != 1) {
		err = wrongAuthInfo(d.Name)
	}
	return t, err
}
