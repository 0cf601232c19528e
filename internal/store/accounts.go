package store

import (
	"context"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/store/db"
)

const accountColumns = `id, environment, name, company, email, language, parent, currency, price_group, locked, created`

const selectAccount = `SELECT ` + accountColumns + ` FROM account `

// accountRow reads accountColumns.
type accountRow struct {
	a       account.Account
	created int64
}

func (r *accountRow) dest() []any {
	a := &r.a
	return []any{&a.ID, &a.Environment, &a.Name, &a.Company, &a.Email, &a.Language, &a.Parent, &a.Currency, &a.PriceGroup, &a.Locked, &r.created}
}

func (r *accountRow) account() account.Account {
	r.a.Created = db.Time(r.created)
	return r.a
}

func scanAccount(r db.Row) (account.Account, error) {
	var row accountRow
	err := r.Scan(row.dest()...)
	return row.account(), absent(err, "account")
}

// Account reads an account (command.AccountTx).
func (t *tx) Account(ctx context.Context, id account.ID) (account.Account, error) {
	return scanAccount(t.q.QueryRow(ctx, selectAccount+`WHERE id = $1`, id))
}

// JudgeAccount reads an account for a judge (command.AccountTx).
func (t *tx) JudgeAccount(ctx context.Context, id account.ID, judge func(account.Account) error) error {
	return t.queue(ctx, func(r db.Row) error {
		a, err := scanAccount(r)
		if err != nil {
			return err
		}
		return judge(a)
	}, selectAccount+`WHERE id = $1`, id)
}

// AccountByName finds an account by its name (command.AccountTx).
func (t *tx) AccountByName(ctx context.Context, env account.Environment, name string) (account.Account, error) {
	return scanAccount(t.q.QueryRow(ctx, selectAccount+`WHERE environment = $1 AND name = $2`, env, name))
}

// Accounts lists accounts by number (command.AccountTx).
func (t *tx) Accounts(ctx context.Context, after account.ID, limit int) ([]account.Account, error) {
	rows, err := t.q.Query(ctx, selectAccount+`WHERE id > $1 ORDER BY id LIMIT $2`, after, max(limit, 0))
	return db.Collect(rows, err, func(r db.Rows) (account.Account, error) { return scanAccount(r) })
}

// AddAccount makes an account (command.AccountTx).
func (t *tx) AddAccount(ctx context.Context, a *account.Account) error {
	taken := errs.F(errs.Exists, "name", "there is an account %s already", a.Name)
	err := t.insert(ctx, &a.ID, taken, `INSERT INTO account (environment, name, company, email, language, parent, currency,
		price_group, locked, created) VALUES (`+places(1, 10)+`) ON CONFLICT (environment, name) DO NOTHING RETURNING id`,
		a.Environment, a.Name, a.Company, a.Email, a.Language, a.Parent, a.Currency, a.PriceGroup, a.Locked, db.Micros(t.registrar))
	if err == nil {
		a.Created = t.registrar
	}
	return err
}

// Tree is an account and its descendants (command.AccountTx). UNION drops what was met before, so that a ring ends.
func (t *tx) Tree(ctx context.Context, root account.ID) ([]account.ID, error) {
	rows, err := t.q.Query(ctx, `WITH RECURSIVE tree (id) AS (
		SELECT id FROM account WHERE id = $1
		UNION SELECT a.id FROM account a JOIN tree ON a.parent = tree.id)
		SELECT id FROM tree ORDER BY id`, root)
	return db.Collect(rows, err, func(r db.Rows) (id account.ID, err error) { return id, r.Scan(&id) })
}

// Settings reads an account's settings for a dialect (command.AccountTx).
func (t *tx) Settings(ctx context.Context, id account.ID, dialect string) (account.Settings, error) {
	row := settingsRow{s: account.Settings{Account: id, Dialect: dialect}}
	err := t.q.QueryRow(ctx, `SELECT allowed_ips, channel, target, protocol, extra FROM account_setting
		WHERE account_id = $1 AND dialect = $2`, id, dialect).Scan(row.dest()...)
	if err != nil && !errs.Is(absent(err, ""), errs.NotFound) {
		return row.s, err
	}
	return row.settings()
}

// settingsRow reads the columns of settings behind their key.
type settingsRow struct {
	s          account.Settings
	ips, extra string
}

func (r *settingsRow) dest() []any {
	return []any{&r.ips, &r.s.Channel, &r.s.Target, &r.s.Protocol, &r.extra}
}

func (r *settingsRow) settings() (account.Settings, error) {
	if err := unpack(r.ips, &r.s.AllowedIPs, "addresses"); err != nil {
		return r.s, err
	}
	return r.s, unpack(r.extra, &r.s.Extra, "settings")
}

// PutSettings writes settings (command.AccountTx).
func (t *tx) PutSettings(ctx context.Context, s account.Settings) error {
	_, err := t.exec(ctx, `INSERT INTO account_setting (account_id, dialect, allowed_ips, channel, target, protocol, extra)
		VALUES (`+places(1, 7)+`) ON CONFLICT (account_id, dialect) DO UPDATE SET allowed_ips = excluded.allowed_ips,
		channel = excluded.channel, target = excluded.target, protocol = excluded.protocol, extra = excluded.extra`,
		s.Account, s.Dialect, pack(s.AllowedIPs), s.Channel, s.Target, s.Protocol, packMap(s.Extra))
	return err
}

const selectProfile = `SELECT id, account_id, username, hash FROM profile `

func scanProfile(r db.Row) (account.Profile, error) {
	var p account.Profile
	return p, absent(r.Scan(&p.ID, &p.Account, &p.Username, &p.Hash), "profile")
}

// Profile finds a registrant profile (command.AccountTx).
func (t *tx) Profile(ctx context.Context, acc account.ID, username string) (account.Profile, error) {
	return scanProfile(t.q.QueryRow(ctx, selectProfile+`WHERE account_id = $1 AND username = $2`, acc, username))
}

// ProfileByID reads a registrant profile (command.AccountTx).
func (t *tx) ProfileByID(ctx context.Context, acc account.ID, id account.ProfileID) (account.Profile, error) {
	return scanProfile(t.q.QueryRow(ctx, selectProfile+`WHERE id = $1 AND account_id = $2`, id, acc))
}

// AddProfile makes a registrant profile (command.AccountTx).
func (t *tx) AddProfile(ctx context.Context, p *account.Profile) error {
	return t.insert(ctx, &p.ID, errs.F(errs.Exists, "username", "the user name %s is taken", p.Username),
		`INSERT INTO profile (account_id, username, hash) VALUES ($1, $2, $3)
		ON CONFLICT (account_id, username) DO NOTHING RETURNING id`, p.Account, p.Username, p.Hash)
}
