package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/config"
	"github.com/polyreg/polyreg/internal/job"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/seed"
	"github.com/polyreg/polyreg/internal/store"
)

// Migrate brings a database to this program's schema and gives the version.
func Migrate(ctx context.Context, c config.Database) (int64, error) {
	d, err := OpenDatabase(ctx, c)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	if err := store.MigrateCore(ctx, d); err != nil {
		return 0, err
	}
	if err := job.Migrate(ctx, d); err != nil {
		return 0, err
	}
	return store.SchemaVersion(), nil
}

// Tools is the core of a configuration for an operator's command: no listeners, no background work.
type Tools struct {
	opt    core.Options
	store  *store.Store
	runner *command.Runner
}

// OpenTools opens the database and checks its version.
func OpenTools(ctx context.Context, c config.Config, log *slog.Logger) (*Tools, error) {
	opt, err := preparedOptions(ctx, c, log)
	if err != nil {
		return nil, err
	}
	t := &Tools{opt: opt, store: store.New(opt.DB, opt.Clocks)}
	t.runner = command.NewRunner(command.Config{Store: t.store, Clocks: opt.Clocks, Secrets: opt.Ring, Passwords: opt.Passwords, Log: log,
		Platform: opt.Platform, Node: opt.Node}, t.opt.Catalog)
	return t, nil
}

// Close closes the database.
func (t *Tools) Close(context.Context) error { return t.opt.DB.Close() }

// Catalog is the catalog in force: the built-in one under an imported one.
func (t *Tools) Catalog() *catalog.Catalog { return t.opt.Catalog }

// catalogOf lays an imported catalog over the built-in one.
func catalogOf(ctx context.Context, s *store.Store, builtin *catalog.Catalog) (*catalog.Catalog, error) {
	text, err := command.KeptCatalog(ctx, s)
	if err != nil || text == "" {
		return builtin, err
	}
	f, err := seed.Parse([]byte(text), "imported catalog", clock.Cut(time.Now()))
	if err != nil {
		return nil, err
	}
	return seed.CatalogFrom(f)
}

// ImportCatalog keeps the catalog section of a seed file, and gives the number of endings then in force. The other sections
// are not kept: they may hold credentials.
func (t *Tools) ImportCatalog(ctx context.Context, data []byte, name string) (int, error) {
	now := t.opt.Clocks.Registrar()
	f, err := seed.Parse(data, name, now)
	if err != nil {
		return 0, err
	}
	cat, err := seed.CatalogFrom(f)
	if err != nil {
		return 0, err
	}
	text, err := catalogText(f, now)
	if err != nil {
		return 0, err
	}
	return len(cat.TLDs()), t.runner.KeepCatalog(ctx, text)
}

// catalogText is a seed file with the catalog section of another, in JSON, which is YAML too. Its times stay relative to the
// time of the import.
func catalogText(f *seed.File, now time.Time) (string, error) {
	root := seed.Root{Version: seed.Version, Now: f.Root.Now, Catalog: f.Root.Catalog}
	if root.Now == "" {
		root.Now = now.UTC().Format(time.RFC3339)
	}
	text, err := json.Marshal(root)
	return string(text), err
}

// ApplySeed plants a seed's accounts, contacts and sets. Domains and hosts need the embedded registry beside the core.
func (t *Tools) ApplySeed(ctx context.Context, f *seed.File) (string, error) {
	report, err := seed.Apply(ctx, t.runner, nil, f)
	return report.String(), err
}

// AddAccount adds an account below a named parent, or at the root.
func (t *Tools) AddAccount(ctx context.Context, a *account.Account, parent string) error {
	return t.runner.AddAccount(ctx, a, parent)
}

// AccountRow is an account with its money in its billing currency.
type AccountRow struct {
	Account account.Account
	Balance money.Amount
	Held    money.Amount
	Limit   money.Amount
}

// EachAccount calls f for all accounts by number.
func (t *Tools) EachAccount(ctx context.Context, f func(AccountRow) error) error {
	var after account.ID
	for {
		list, err := t.store.View().Accounts(ctx, after, 500)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, a := range list {
			b, err := t.store.View().Balance(ctx, a.ID, a.Currency)
			if err != nil {
				return err
			}
			row := AccountRow{a, money.New(b.Balance, a.Currency), money.New(b.Held, a.Currency), money.New(b.CreditLimit, a.Currency)}
			if err := f(row); err != nil {
				return err
			}
			after = a.ID
		}
	}
}

// Credit books money in and gives the balance after.
func (t *Tools) Credit(ctx context.Context, env account.Environment, name string, amount money.Amount, text string) (money.Amount, error) {
	b, err := t.runner.Credit(ctx, env, name, amount, text)
	return b.Amount(), err
}
