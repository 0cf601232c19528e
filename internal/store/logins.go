package store

import (
	"context"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/store/db"
)

const credentialColumns = `id, account_id, dialect, kind, login, context, secret, totp, totp_step, access, user_id, note,
	version, failures, locked_until, last_login, last_ip, last_error, last_error_ip`

const selectCredential = `SELECT ` + credentialColumns + ` FROM credential `

// credentialRow reads credentialColumns.
type credentialRow struct {
	c                      account.Credential
	locked, login, failure int64
}

func (r *credentialRow) dest() []any {
	c := &r.c
	return []any{&c.ID, &c.Account, &c.Dialect, &c.Kind, &c.Login, &c.Context, &c.Secret, &c.TOTP, &c.TOTPStep, &c.Access,
		&c.User, &c.Note, &c.Version, &c.Failures, &r.locked, &r.login, &c.LastIP, &r.failure, &c.LastErrorIP}
}

func (r *credentialRow) credential() account.Credential {
	r.c.LockedUntil, r.c.LastLogin, r.c.LastError = db.Time(r.locked), db.Time(r.login), db.Time(r.failure)
	return r.c
}

func scanCredential(r db.Row) (account.Credential, error) {
	var row credentialRow
	err := r.Scan(row.dest()...)
	return row.credential(), absent(err, "credential")
}

func credentials(rows db.Rows, err error) ([]account.Credential, error) {
	return db.Collect(rows, err, func(r db.Rows) (account.Credential, error) { return scanCredential(r) })
}

// FindCredentials finds a log-in in both environments (command.LoginTx); "live" sorts before "test".
func (t *tx) FindCredentials(ctx context.Context, dialect string, kind account.Kind, login string, context int) ([]account.Credential, error) {
	return credentials(t.q.Query(ctx, selectCredential+`WHERE dialect = $1 AND kind = $2 AND login = $3 AND context = $4
		ORDER BY environment`, dialect, kind, login, context))
}

// loginColumns are a credential's with those of its account and of the account's settings.
var loginColumns = of("c", credentialColumns) + ", " + of("a", accountColumns) +
	", COALESCE(s.allowed_ips, ''), COALESCE(s.channel, ''), COALESCE(s.target, ''), COALESCE(s.protocol, ''), COALESCE(s.extra, '')"

// loginRow reads loginColumns.
type loginRow struct {
	credential credentialRow
	account    accountRow
	settings   settingsRow
}

func (r *loginRow) dest() []any {
	return slices.Concat(r.credential.dest(), r.account.dest(), r.settings.dest())
}

func (r *loginRow) login(dialect string) (command.FoundLogin, error) {
	f := command.FoundLogin{Credential: r.credential.credential(), Account: r.account.account()}
	r.settings.s.Account, r.settings.s.Dialect = f.Account.ID, dialect
	var err error
	f.Settings, err = r.settings.settings()
	return f, err
}

// FindLogins finds a log-in in both environments with its accounts (command.LoginTx).
func (t *tx) FindLogins(ctx context.Context, dialect string, kind account.Kind, login string, context int) ([]command.FoundLogin, error) {
	rows, err := t.q.Query(ctx, selectLogins, dialect, kind, login, context)
	return db.Collect(rows, err, func(r db.Rows) (command.FoundLogin, error) {
		var row loginRow
		if err := r.Scan(row.dest()...); err != nil {
			return command.FoundLogin{}, err
		}
		return row.login(dialect)
	})
}

var selectLogins = `SELECT ` + loginColumns + ` FROM credential c JOIN account a ON a.id = c.account_id
	LEFT JOIN account_setting s ON s.account_id = a.id AND s.dialect = $1
	WHERE c.dialect = $1 AND c.kind = $2 AND c.login = $3 AND c.context = $4 ORDER BY c.environment`

// Credential reads a credential (command.LoginTx).
func (t *tx) Credential(ctx context.Context, id account.CredentialID) (account.Credential, error) {
	return scanCredential(t.q.QueryRow(ctx, selectCredential+`WHERE id = $1`, id))
}

// CredentialsOf lists an account's credentials for a dialect by number (command.LoginTx).
func (t *tx) CredentialsOf(ctx context.Context, acc account.ID, dialect string) ([]account.Credential, error) {
	return credentials(t.q.Query(ctx, selectCredential+`WHERE account_id = $1 AND dialect = $2 ORDER BY id`, acc, dialect))
}

// AddCredential makes a credential in its account's environment (command.LoginTx).
func (t *tx) AddCredential(ctx context.Context, c *account.Credential) error {
	acc, err := t.Account(ctx, c.Account)
	if err != nil {
		return err
	}
	version := max(c.Version, 1)
	err = t.insert(ctx, &c.ID, errs.F(errs.Exists, "login", "the log-in %s is taken", c.Login),
		`INSERT INTO credential (account_id, environment, dialect, kind, login, context, secret, totp, totp_step, access, user_id,
		note, version, failures, locked_until, last_login, last_ip, last_error, last_error_ip) VALUES (`+places(1, 19)+`)
		ON CONFLICT (dialect, kind, login, context, environment) DO NOTHING RETURNING id`,
		c.Account, acc.Environment, c.Dialect, c.Kind, c.Login, c.Context, c.Secret, c.TOTP, c.TOTPStep, c.Access, c.User, c.Note,
		version, c.Failures, db.Micros(c.LockedUntil), db.Micros(c.LastLogin), c.LastIP, db.Micros(c.LastError), c.LastErrorIP)
	if err == nil {
		c.Version = version
	}
	return err
}

// NoteLogin writes log-in statistics (command.LoginTx). A lock raises the version, so that remembered verifications end.
func (t *tx) NoteLogin(ctx context.Context, id account.CredentialID, n command.LoginNote) error {
	wall := db.Micros(n.Wall)
	var err error
	switch {
	case n.OK:
		_, err = t.exec(ctx, `UPDATE credential SET failures = 0, last_login = $1, last_ip = $2 WHERE id = $3`, wall, n.IP, id)
	case n.LockedUntil.IsZero():
		_, err = t.exec(ctx, `UPDATE credential SET failures = failures + 1, last_error = $1, last_error_ip = $2 WHERE id = $3`,
			wall, n.IP, id)
	default:
		_, err = t.exec(ctx, `UPDATE credential SET failures = failures + 1, last_error = $1, last_error_ip = $2,
			locked_until = $3, version = version + 1 WHERE id = $4`, wall, n.IP, db.Micros(n.LockedUntil), id)
	}
	return err
}

// UseTOTP records a used time step (command.LoginTx).
func (t *tx) UseTOTP(ctx context.Context, id account.CredentialID, step int64) (bool, error) {
	n, err := t.exec(ctx, `UPDATE credential SET totp_step = $1 WHERE id = $2 AND totp_step < $1`, step, id)
	return n == 1, err
}

const sessionColumns = `token_hash, account_id, credential_id, dialect, created, used, idle, profile_id, domain`

// sessionRow reads sessionColumns.
type sessionRow struct {
	s                   account.Session
	created, used, idle int64
}

func (r *sessionRow) dest() []any {
	return []any{&r.s.TokenHash, &r.s.Account, &r.s.Credential, &r.s.Dialect, &r.created, &r.used, &r.idle, &r.s.Profile, &r.s.Domain}
}

func (r *sessionRow) session() account.Session {
	r.s.Created, r.s.Used, r.s.Idle = db.Time(r.created), db.Time(r.used), time.Duration(r.idle)*time.Microsecond
	return r.s
}

// Session finds a session by its token's hash (command.LoginTx).
func (t *tx) Session(ctx context.Context, dialect, tokenHash string) (account.Session, error) {
	var row sessionRow
	err := t.q.QueryRow(ctx, `SELECT `+sessionColumns+` FROM session WHERE dialect = $1 AND token_hash = $2`, dialect, tokenHash).
		Scan(row.dest()...)
	return row.session(), absent(err, "session")
}

// SessionLogin finds a session with its log-in (command.LoginTx).
func (t *tx) SessionLogin(ctx context.Context, dialect, tokenHash string) (account.Session, command.FoundLogin, error) {
	var row sessionRow
	var login loginRow
	err := t.q.QueryRow(ctx, selectSessionLogin, dialect, tokenHash).Scan(append(row.dest(), login.dest()...)...)
	if err != nil {
		return row.session(), command.FoundLogin{}, absent(err, "session")
	}
	f, err := login.login(dialect)
	return row.session(), f, err
}

var selectSessionLogin = `SELECT ` + of("n", sessionColumns) + `, ` + loginColumns + ` FROM session n
	JOIN credential c ON c.id = n.credential_id JOIN account a ON a.id = n.account_id
	LEFT JOIN account_setting s ON s.account_id = a.id AND s.dialect = $1 WHERE n.dialect = $1 AND n.token_hash = $2`

// AddSession stores a new session (command.LoginTx).
func (t *tx) AddSession(ctx context.Context, s account.Session) error {
	_, err := t.exec(ctx, `INSERT INTO session (dialect, token_hash, account_id, credential_id, created, used, idle, profile_id, domain)
		VALUES (`+places(1, 9)+`)`, s.Dialect, s.TokenHash, s.Account, s.Credential, db.Micros(s.Created), db.Micros(s.Used),
		s.Idle.Microseconds(), s.Profile, s.Domain)
	return err
}

// MoveSession gives a registrant's session another domain (command.LoginTx); a session that is gone stays gone.
func (t *tx) MoveSession(ctx context.Context, dialect, tokenHash string, to dname.Name) error {
	_, err := t.exec(ctx, `UPDATE session SET domain = $1 WHERE dialect = $2 AND token_hash = $3`, to, dialect, tokenHash)
	return err
}

// TouchSession writes the last use back (command.LoginTx); a session that is gone stays gone.
func (t *tx) TouchSession(ctx context.Context, dialect, tokenHash string, used time.Time) error {
	_, err := t.exec(ctx, `UPDATE session SET used = $1 WHERE dialect = $2 AND token_hash = $3 AND used < $1`, db.Micros(used),
		dialect, tokenHash)
	return err
}

// DeleteSession ends a session; an unknown one is no error (command.LoginTx).
func (t *tx) DeleteSession(ctx context.Context, dialect, tokenHash string) error {
	_, err := t.exec(ctx, `DELETE FROM session WHERE dialect = $1 AND token_hash = $2`, dialect, tokenHash)
	return err
}

// TrimSessions keeps the youngest sessions of a credential (command.LoginTx).
func (t *tx) TrimSessions(ctx context.Context, id account.CredentialID, dialect string, keep int) error {
	_, err := t.exec(ctx, `DELETE FROM session WHERE credential_id = $1 AND dialect = $2 AND id NOT IN (
		SELECT id FROM session WHERE credential_id = $1 AND dialect = $2 ORDER BY created DESC, id DESC LIMIT $3)`,
		id, dialect, max(keep, 0))
	return err
}
