package command

import (
	"context"
	"fmt"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/ledger"
	"github.com/polyreg/polyreg/internal/money"
)

// The operator's own use cases: no door leads here, and no account is the caller.

// AddAccount adds an account below a named parent of its environment, or at the root, and sets its ID. Errors: Invalid,
// Missing, NotFound (the parent), Exists.
func (r *Runner) AddAccount(ctx context.Context, a *account.Account, parent string) error {
	switch {
	case a.Environment != account.Live && a.Environment != account.Test:
		return errs.F(errs.Invalid, "environment", "must be live or test")
	case !a.Currency.Valid():
		return errs.F(errs.Invalid, "currency", "%q is not a currency", a.Currency)
	case strings.TrimSpace(a.Name) == "":
		return errs.F(errs.Missing, "name", "a name is needed")
	}
	return r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if parent != "" {
			p, err := tx.AccountByName(ctx, a.Environment, parent)
			if err != nil {
				return fmt.Errorf("parent %s: %w", parent, err)
			}
			a.Parent = p.ID
		}
		return tx.AddAccount(ctx, a)
	})
}

// Credit books money into a named account and gives the balance after. Errors: Invalid, NotFound.
func (r *Runner) Credit(ctx context.Context, env account.Environment, name string, amount money.Amount, text string) (ledger.Balance, error) {
	var b ledger.Balance
	if amount.Minor <= 0 {
		return b, errs.F(errs.Invalid, "amount", "must be more than nothing")
	}
	err := r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := tx.AccountByName(ctx, env, name)
		if err != nil {
			return fmt.Errorf("account %s: %w", name, err)
		}
		if err := tx.Deposit(ctx, a.ID, amount, text); err != nil {
			return err
		}
		b, err = tx.Balance(ctx, a.ID, amount.Currency)
		return err
	})
	return b, err
}

// metaCatalog is where an imported catalog is kept.
const metaCatalog = "catalog.import"

// KeepCatalog keeps the text of an imported catalog in place of an earlier one.
func (r *Runner) KeepCatalog(ctx context.Context, text string) error {
	return r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.PutMeta(ctx, metaCatalog, text) })
}

// KeptCatalog gives the text of the imported catalog, "" when there is none.
func KeptCatalog(ctx context.Context, s Store) (string, error) {
	text, err := s.View().Meta(ctx, metaCatalog)
	if errs.Is(err, errs.NotFound) {
		return "", nil
	}
	return text, err
}
