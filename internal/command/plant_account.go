package command

import (
	"context"
	"strconv"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/money"
)

// plantHashes are the password hashes of what is new, made outside the transaction because they are slow on purpose.
type plantHashes map[secretKey]string

// secretKey names a credential with a hash, or (kind "profile") a registrant profile of an account.
type secretKey struct {
	env     account.Environment
	dialect string
	kind    account.Kind
	login   string
	context int
}

func credentialKey(env account.Environment, c account.Credential) secretKey {
	return secretKey{env, c.Dialect, c.Kind, c.Login, c.Context}
}

func profileKey(acc PlantKey, username string) secretKey {
	return secretKey{acc.Environment, acc.Name, "profile", username, 0}
}

func hashed(k account.Kind) bool { return k == account.Password || k == account.App }

// hashPlant hashes, in parallel, the passwords of credentials and profiles that are not there yet.
func (r *Runner) hashPlant(ctx context.Context, p Plant) (plantHashes, error) {
	todo := map[secretKey]string{}
	view := r.cfg.Store.View()
	for _, a := range p.Accounts {
		acc, err := view.AccountByName(ctx, a.Account.Environment, a.Account.Name)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return nil, err
		}
		for _, c := range a.Credentials {
			if !hashed(c.Credential.Kind) {
				continue
			}
			if _, err := findLogin(ctx, view, a.Account.Environment, c.Credential); errs.Is(err, errs.NotFound) {
				todo[credentialKey(a.Account.Environment, c.Credential)] = c.Secret
			} else if err != nil {
				return nil, err
			}
		}
		if err := hashDNS(ctx, view, a.DNS, todo); err != nil {
			return nil, err
		}
		for _, f := range a.Profiles {
			if acc.ID != 0 {
				if _, err := view.Profile(ctx, acc.ID, f.Username); err == nil {
					continue
				} else if !errs.Is(err, errs.NotFound) {
					return nil, err
				}
			}
			todo[profileKey(a.Key(), f.Username)] = f.Password
		}
	}
	return r.hashAll(ctx, todo)
}

func (r *Runner) hashAll(ctx context.Context, todo map[secretKey]string) (plantHashes, error) {
	out := plantHashes{}
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(16) // Passwords itself lets as many run as there are processors
	for key, password := range todo {
		group.Go(func() error {
			h, err := r.cfg.Passwords.Hash(ctx, password)
			mu.Lock()
			defer mu.Unlock()
			out[key] = h
			return err
		})
	}
	return out, group.Wait()
}

// findLogin finds a credential by its log-in within one environment.
func findLogin(ctx context.Context, tx Tx, env account.Environment, want account.Credential) (account.Credential, error) {
	found, err := tx.FindCredentials(ctx, want.Dialect, want.Kind, want.Login, want.Context)
	if err != nil {
		return account.Credential{}, err
	}
	for _, c := range found {
		acc, err := tx.Account(ctx, c.Account)
		if err != nil {
			return c, err
		}
		if acc.Environment == env {
			return c, nil
		}
	}
	return account.Credential{}, errs.E(errs.NotFound, "no such log-in")
}

// plantAccounts adds accounts, parents before their children.
func (g *planting) plantAccounts(ctx context.Context, list []PlantAccount) error {
	byKey := make(map[PlantKey]PlantAccount, len(list))
	for _, a := range list {
		byKey[a.Key()] = a
	}
	under := map[PlantKey]bool{}
	var ensure func(a PlantAccount) error
	ensure = func(a PlantAccount) error {
		k := a.Key()
		if _, done := g.accounts[k]; done {
			return nil
		}
		if under[k] {
			return errs.E(errs.Invalid, "the account %s is its own ancestor", k.Name).On("account", k.Name)
		}
		under[k] = true
		var parent account.ID
		if a.Parent != "" {
			pk := PlantKey{k.Environment, a.Parent}
			if p, ok := byKey[pk]; ok {
				if err := ensure(p); err != nil {
					return err
				}
			}
			p, err := g.account(ctx, pk)
			if err != nil {
				return err
			}
			parent = p.ID
		}
		return g.addAccount(ctx, a, parent)
	}
	for _, a := range list {
		if err := ensure(a); err != nil {
			return err
		}
	}
	return nil
}

func (g *planting) addAccount(ctx context.Context, a PlantAccount, parent account.ID) error {
	acc, err := g.tx.AccountByName(ctx, a.Account.Environment, a.Account.Name)
	fresh := errs.Is(err, errs.NotFound)
	if err != nil && !fresh {
		return err
	}
	if fresh {
		acc = a.Account
		acc.ID, acc.Parent = 0, parent
		if err := g.tx.AddAccount(ctx, &acc); err != nil {
			return err
		}
	}
	g.accounts[a.Key()] = acc
	g.count(fresh, func(c *PlantCounts) *int { return &c.Accounts })
	if err := g.settings(ctx, acc, a.Settings); err != nil {
		return err
	}
	if err := g.credentials(ctx, acc, a.Credentials); err != nil {
		return err
	}
	if err := g.dnsCredentials(ctx, acc, a.DNS); err != nil {
		return err
	}
	if err := g.profiles(ctx, acc, a); err != nil || !fresh {
		return err
	}
	return g.money(ctx, acc, a.CreditLimits, a.Balances)
}

// settings are written for dialects that have none yet.
func (g *planting) settings(ctx context.Context, acc account.Account, list []account.Settings) error {
	for _, s := range list {
		have, err := g.tx.Settings(ctx, acc.ID, s.Dialect)
		if err != nil {
			return err
		}
		if have.Channel != "" || have.Protocol != "" || len(have.AllowedIPs) > 0 || len(have.Extra) > 0 {
			continue
		}
		s.Account = acc.ID
		if err := g.tx.PutSettings(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// money is given to a new account: the limit first, so that it holds before anything is booked.
func (g *planting) money(ctx context.Context, acc account.Account, limits, balances []money.Amount) error {
	for _, m := range limits {
		if err := g.tx.SetCreditLimit(ctx, acc.ID, m); err != nil {
			return err
		}
	}
	for _, m := range balances {
		if m.IsZero() {
			continue
		}
		if err := g.tx.Deposit(ctx, acc.ID, m, "opening balance"); err != nil {
			return err
		}
	}
	return nil
}

// credentials are added with the applications last: they act for users that must be there.
func (g *planting) credentials(ctx context.Context, acc account.Account, list []PlantCredential) error {
	for _, apps := range []bool{false, true} {
		for _, c := range list {
			if (c.Credential.Kind == account.App) != apps {
				continue
			}
			if err := g.credential(ctx, acc, c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *planting) credential(ctx context.Context, acc account.Account, c PlantCredential) error {
	have, err := findLogin(ctx, g.tx, acc.Environment, c.Credential)
	switch {
	case err == nil && have.Account != acc.ID:
		return g.taken(c.Credential)
	case err == nil:
		g.count(false, func(c *PlantCounts) *int { return &c.Credentials })
		return nil
	case !errs.Is(err, errs.NotFound):
		return err
	}
	cred := c.Credential
	cred.ID, cred.Account = 0, acc.ID
	if cred.Access == "" {
		cred.Access = account.Full
	}
	if err := g.secrets(&cred, acc.Environment, c); err != nil {
		return err
	}
	if cred.Kind == account.App {
		user, err := findLogin(ctx, g.tx, acc.Environment, account.Credential{Dialect: cred.Dialect, Kind: account.Password, Login: c.User.Login, Context: c.User.Context})
		if err != nil || user.Account != acc.ID {
			return errs.E(errs.NotFound, "the application %s acts for %s in context %d, which is no user of this account", cred.Login, c.User.Login, c.User.Context).
				On("account", acc.Name)
		}
		cred.User = user.ID
	}
	err = g.tx.AddCredential(ctx, &cred)
	if errs.Is(err, errs.Exists) {
		return g.taken(c.Credential)
	}
	g.count(true, func(c *PlantCounts) *int { return &c.Credentials })
	return err
}

// taken does not show the log-in of an API key, which is derived from a secret.
func (g *planting) taken(c account.Credential) error {
	login := c.Login
	if c.Kind == account.APIKey {
		login = "with this key"
	}
	return errs.E(errs.Exists, "the %s log-in %s belongs to another account", c.Dialect, login).On("credential", login)
}

// secrets fills Secret and TOTP by the credential's kind. The account's number is part of what a sealed value is bound to.
func (g *planting) secrets(cred *account.Credential, env account.Environment, c PlantCredential) error {
	var err error
	switch {
	case hashed(cred.Kind):
		h, ok := g.hashes[credentialKey(env, c.Credential)]
		if !ok {
			return errs.E(errs.Conflict, "the log-in %s was removed meanwhile; plant again", cred.Login)
		}
		cred.Secret = h
	case cred.Kind != account.APIKey:
		if cred.Secret, err = g.r.cfg.Secrets.Seal(c.Secret, CredentialAAD(*cred)); err != nil {
			return err
		}
	}
	if c.TOTP != "" {
		cred.TOTP, err = g.r.cfg.Secrets.Seal(c.TOTP, TOTPAAD(*cred))
	}
	return err
}

func (g *planting) profiles(ctx context.Context, acc account.Account, a PlantAccount) error {
	for _, f := range a.Profiles {
		_, err := g.tx.Profile(ctx, acc.ID, f.Username)
		if err == nil {
			g.count(false, func(c *PlantCounts) *int { return &c.Profiles })
			continue
		}
		h, ok := g.hashes[profileKey(a.Key(), f.Username)]
		if !errs.Is(err, errs.NotFound) {
			return err
		}
		if !ok {
			return errs.E(errs.Conflict, "the profile %s was removed meanwhile; plant again", f.Username)
		}
		if err := g.tx.AddProfile(ctx, &account.Profile{Account: acc.ID, Username: f.Username, Hash: h}); err != nil {
			return err
		}
		g.count(true, func(c *PlantCounts) *int { return &c.Profiles })
	}
	return nil
}

// plantHandle is the handle by which a planted contact is found again.
func plantHandle(acc account.ID, id string) string {
	return strconv.FormatInt(int64(acc), 10) + "/" + id
}
