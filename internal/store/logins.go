package store

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/store/db"
)

const selectCredential = `SELECT id, account_id, dialect, kind, login, context, secret, totp, totp_step, access, user_id, note,
	version, failures, locked_until, last_login, last_ip, last_error, last_error_ip FROM credential `

func scanCredential(r db.Row) (account.Credential, error) {
	var c account.Credential
	var locked, login, failure int64
	err := r.Scan(&c.ID, &c.Account, &c.Dialect, &c.Kind, &c.Login, &c.Context, &c.Secret, &c.TOTP, &c.TOTPStep, &c.Access,
		&c.User, &c.Note, &c.Version, &c.Failures, &locked, &login, &c.LastIP, &failure, &c.LastErrorIP)
	c.LockedUntil, c.LastLogin, c.LastError = db.Time(locked), db.Time(login), db.Time(failure)
	return c, absent(err, "credential")
}

func credentials(rows db.Rows, err error) ([]account.Credential, error) {
	return db.Collect(rows, err, func(r db.Rows) (account.Credential, error) { return scanCredential(r) })
}

// FindCredentials finds a log-in in both environments (command.LoginTx); "live" sorts before "test".
func (t *tx) FindCredentials(ctx context.Context, dialect string, kind account.Kind, login string, context int) ([]account.Credential, error) {
	return credentials(t.q.Query(ctx, selectCredential+`WHERE dialect = $1 AND kind = $2 AND login = $3 AND context = $4
		ORDER BY environment`, dialect, kind, login, context))
}

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

// Session finds a session by its token's hash (command.LoginTx).
func (t *tx) Session(ctx context.Context, dialect, tokenHash string) (account.Session, error) {
	var s account.Session
	var created, used, idle int64
	err := t.q.QueryRow(ctx, `SELECT token_hash, account_id, credential_id, dialect, created, used, idle FROM session
		WHERE dialect = $1 AND token_hash = $2`, dialect, tokenHash).
		Scan(&s.TokenHash, &s.Account, &s.Credential, &s.Dialect, &created, &used, &idle)
	s.Created, s.Used, s.Idle = db.Time(created), db.Time(used), time.Duration(idle)*time.Microsecond
	return s, absent(err, "session")
}

// AddSession stores a new session (command.LoginTx).
func (t *tx) AddSession(ctx context.Context, s account.Session) error {
	_, err := t.exec(ctx, `INSERT INTO session (dialect, token_hash, account_id, credential_id, created, used, idle)
		VALUES (`+places(1, 7)+`)`, s.Dialect, s.TokenHash, s.Account, s.Credential, db.Micros(s.Created), db.Micros(s.Used),
		s.Idle.Microseconds())
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
