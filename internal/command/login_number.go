package command

import (
	"context"
	"strconv"

	"github.com/polyreg/polyreg/internal/account"
)

// UserOfAccount is the log-in name that a number stands for in dialects whose users may log in by the number of their account:
// that of the account's first user with a password. A user whose name is the number itself comes first; text that is no
// account's number comes back as it is, for the log-in to refuse.
func (r *Runner) UserOfAccount(ctx context.Context, dialect, text string) (string, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != text {
		return text, nil
	}
	view := r.cfg.Store.View()
	named, err := view.FindCredentials(ctx, dialect, account.Password, text, 0)
	if err != nil || len(named) > 0 {
		return text, err
	}
	users, err := view.CredentialsOf(ctx, account.ID(n), dialect)
	if err != nil {
		return text, err
	}
	for _, u := range users {
		if u.Kind == account.Password {
			return u.Login, nil
		}
	}
	return text, nil
}
