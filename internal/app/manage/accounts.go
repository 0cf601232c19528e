package manage

import (
	"context"
	"net/http"
	"strconv"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/errs"
)

// names remembers the names of accounts during one call.
type names struct {
	store Store
	known map[account.ID]account.Account
}

func (a *API) names() *names {
	return &names{store: a.Store, known: map[account.ID]account.Account{}}
}

// of is an account; one without a name when it cannot be read.
func (n *names) of(ctx context.Context, id account.ID) account.Account {
	if acc, ok := n.known[id]; ok || id == 0 {
		return acc
	}
	acc, err := n.store.View().Account(ctx, id)
	if err != nil {
		acc = account.Account{ID: id, Name: strconv.FormatInt(int64(id), 10)}
	}
	n.known[id] = acc
	return acc
}

// accountsOf finds accounts by number, or by name in both environments.
func (a *API) accountsOf(ctx context.Context, word string) ([]account.Account, error) {
	view := a.Store.View()
	if n, err := strconv.ParseInt(word, 10, 64); err == nil {
		acc, err := view.Account(ctx, account.ID(n))
		if errs.Is(err, errs.NotFound) {
			return nil, errs.F(errs.NotFound, "account", "there is no account %d", n)
		}
		return []account.Account{acc}, err
	}
	var out []account.Account
	for _, env := range []account.Environment{account.Live, account.Test} {
		acc, err := view.AccountByName(ctx, env, word)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, acc)
	}
	if len(out) == 0 {
		return nil, errs.F(errs.NotFound, "account", "there is no account %q", word)
	}
	return out, nil
}

// onlyOf are the accounts that the query's account names; nil when it names none.
func (a *API) onlyOf(r *http.Request) ([]account.ID, error) {
	word := r.URL.Query().Get("account")
	if word == "" {
		return nil, nil
	}
	accs, err := a.accountsOf(r.Context(), word)
	if err != nil {
		return nil, err
	}
	var out []account.ID
	for _, acc := range accs {
		out = append(out, acc.ID)
	}
	return out, nil
}
