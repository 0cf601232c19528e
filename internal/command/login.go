package command

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/id"
)

// Login is a proof of identity: what the dialect read, and how it is to be judged.
type Login struct {
	Dialect string // whose credentials: "dmapi", "opensrs", "wapi", "domainrobot"
	Login   string
	Context int
	IP      netip.Addr
	// Env limits the search to one environment; "" tries live first.
	Env account.Environment
	// Password is for Password and App credentials.
	Password string
	// Verify judges the opened secret of SharedKey and SharedHash credentials in constant time.
	Verify func(secret string) bool
	// TOTP is the second factor, checked with CheckTOTP when the credential has one.
	TOTP      string
	CheckTOTP func(secret, code string, wall time.Time, lastStep int64) (step int64, ok bool)
	// Rule says what the account's address list means.
	Rule IPRule
}

// IPRule says what an account's list of allowed addresses means in a dialect. Test accounts have no address rules.
type IPRule int

// The rules.
const (
	IPIfListed  IPRule = iota // an empty list allows everybody
	IPMustMatch               // an empty list allows nobody
)

// LoginPassword verifies a Password credential. Errors: Auth, AccountLocked, AddressRefused.
func (r *Runner) LoginPassword(ctx context.Context, l Login) (Caller, error) {
	return r.login(ctx, account.Password, l, r.byPassword(l))
}

// LoginApp verifies a trusted application and gives a caller that acts for its user.
func (r *Runner) LoginApp(ctx context.Context, l Login) (Caller, error) {
	return r.login(ctx, account.App, l, r.byPassword(l))
}

// LoginKey finds an API key.
func (r *Runner) LoginKey(ctx context.Context, l Login) (Caller, error) {
	l.Login = account.KeyLogin(l.Login)
	return r.login(ctx, account.APIKey, l, func(context.Context, account.Credential) (bool, error) { return true, nil })
}

// LoginShared verifies a credential whose secret the protocol itself computes with (kind SharedKey or SharedHash).
func (r *Runner) LoginShared(ctx context.Context, kind account.Kind, l Login) (Caller, error) {
	return r.login(ctx, kind, l, func(_ context.Context, c account.Credential) (bool, error) {
		plain, err := r.cfg.Secrets.Open(c.Secret, CredentialAAD(c))
		return err == nil && l.Verify(plain), err
	})
}

// CredentialAAD binds a credential's sealed secret to its place.
func CredentialAAD(c account.Credential) string {
	return "credential/secret/" + c.Dialect + "/" + string(c.Kind) + "/" + c.Login + "/" + strconv.FormatInt(int64(c.Account), 10)
}

// TOTPAAD binds a credential's sealed TOTP secret to its place.
func TOTPAAD(c account.Credential) string {
	return "credential/totp/" + c.Dialect + "/" + c.Login + "/" + strconv.FormatInt(int64(c.Account), 10)
}

func (r *Runner) byPassword(l Login) func(context.Context, account.Credential) (bool, error) {
	return func(ctx context.Context, c account.Credential) (bool, error) {
		return r.cfg.Passwords.Verify(ctx, strconv.FormatInt(int64(c.ID), 10), c.Version, c.Secret, l.Password)
	}
}

var errLogin = errs.E(errs.Auth, "the credentials are not valid")

// noteEvery is how often a success is written back: a read must not commit with each request.
const noteEvery = time.Minute

func (r *Runner) login(ctx context.Context, kind account.Kind, l Login, verify func(context.Context, account.Credential) (bool, error)) (Caller, error) {
	var found []FoundLogin
	var err error
	if storable(l.Login) {
		found, err = r.cfg.Store.View().FindLogins(ctx, l.Dialect, kind, l.Login, l.Context)
	}
	if err != nil {
		return Caller{}, err
	}
	if l.Env != "" {
		found = slices.DeleteFunc(found, func(f FoundLogin) bool { return f.Account.Environment != l.Env })
	}
	if len(found) == 0 && l.Password != "" {
		if err := r.cfg.Passwords.Waste(ctx, l.Password); err != nil { // so that names cannot be told apart by time
			return Caller{}, err
		}
	}
	wall := r.cfg.Clocks.Wall()
	var failed []account.Credential
	for _, f := range found {
		cred := f.Credential
		if wall.Before(cred.LockedUntil) {
			return Caller{}, lockedUntil(cred)
		}
		ok, err := verify(ctx, cred)
		if err != nil {
			return Caller{}, err
		}
		if ok {
			return r.admit(ctx, l, f)
		}
		failed = append(failed, cred)
	}
	for _, cred := range failed {
		if err := r.noteFailure(ctx, cred, l.IP); err != nil {
			return Caller{}, err
		}
	}
	return Caller{}, errLogin
}

// admit applies what comes after a right password: lock, address, second factor.
func (r *Runner) admit(ctx context.Context, l Login, f FoundLogin) (Caller, error) {
	if f.Account.Locked {
		return Caller{}, errs.E(errs.AccountLocked, "the account is locked")
	}
	if err := checkAddress(l, f); err != nil {
		return Caller{}, err
	}
	cred, err := actingFor(ctx, r.cfg.Store.View(), f.Credential)
	if err != nil {
		return Caller{}, errLogin
	}
	if r.cfg.Clocks.Wall().Before(cred.LockedUntil) {
		return Caller{}, lockedUntil(cred)
	}
	if cred.TOTP != "" {
		if err := r.secondFactor(ctx, l, cred); err != nil {
			return Caller{}, err
		}
	}
	if r.cfg.Clocks.Wall().Sub(cred.LastLogin) >= noteEvery || cred.Failures > 0 {
		if err := r.note(ctx, cred.ID, LoginNote{OK: true, Wall: r.cfg.Clocks.Wall(), IP: l.IP.String()}); err != nil {
			return Caller{}, err
		}
	}
	return newCaller(l, cred, f.Account), nil
}

func lockedUntil(cred account.Credential) error {
	return errs.E(errs.AccountLocked, "the user is locked until %s", cred.LockedUntil.Format(time.RFC3339))
}

// actingFor gives an application the context, the lock and, as Note, the log-in of the user it acts for.
func actingFor(ctx context.Context, view Tx, cred account.Credential) (account.Credential, error) {
	if cred.Kind != account.App {
		return cred, nil
	}
	user, err := view.Credential(ctx, cred.User)
	cred.Context, cred.Note = user.Context, user.Login
	if user.LockedUntil.After(cred.LockedUntil) {
		cred.LockedUntil = user.LockedUntil
	}
	return cred, err
}

func newCaller(l Login, cred account.Credential, acc account.Account) Caller {
	cred.Secret, cred.TOTP = "", ""
	return Caller{Account: acc, Actor: acc, Credential: cred, Access: cred.Access, Dialect: l.Dialect, Channel: l.Dialect, IP: l.IP}
}

func checkAddress(l Login, f FoundLogin) error {
	if f.Account.Environment == account.Test || len(f.Settings.AllowedIPs) == 0 && l.Rule == IPIfListed || f.Settings.Allows(l.IP) {
		return nil
	}
	return errs.E(errs.AddressRefused, "access is not allowed from %s", l.IP)
}

func (r *Runner) secondFactor(ctx context.Context, l Login, cred account.Credential) error {
	plain, err := r.cfg.Secrets.Open(cred.TOTP, TOTPAAD(cred))
	if err != nil {
		return err
	}
	if l.CheckTOTP == nil {
		return errs.F(errs.Auth, "totp", "this user needs a second factor")
	}
	step, ok := l.CheckTOTP(plain, l.TOTP, r.cfg.Clocks.Wall(), cred.TOTPStep)
	if ok {
		err = r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
			var err error
			ok, err = tx.UseTOTP(ctx, cred.ID, step)
			return err
		})
		if err != nil {
			return err
		}
	}
	if ok {
		return nil
	}
	if _, used := l.CheckTOTP(plain, l.TOTP, r.cfg.Clocks.Wall(), 0); l.TOTP != "" && !used {
		// Or who knows the password could try all codes. One that was right before is no guess.
		if err := r.noteFailure(ctx, cred, l.IP); err != nil {
			return err
		}
	}
	return errs.F(errs.Auth, "totp", "the second factor is not valid")
}

// Locking after failures, only with real limits (domainrobot-json.md §1.6).
const (
	maxFailures = 10
	lockFor     = 60 * time.Minute
)

func (r *Runner) noteFailure(ctx context.Context, cred account.Credential, ip netip.Addr) error {
	n := LoginNote{Wall: r.cfg.Clocks.Wall(), IP: ip.String()}
	if r.cfg.Limits != nil && cred.Kind == account.Password && cred.Failures+1 >= maxFailures {
		n.LockedUntil = n.Wall.Add(lockFor)
	}
	return r.note(ctx, cred.ID, n)
}

func (r *Runner) note(ctx context.Context, cred account.CredentialID, n LoginNote) error {
	return r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.NoteLogin(ctx, cred, n) })
}

// OpenSession starts a session for a caller that has logged in, and gives its token: bytes random octets as lower-case
// hexadecimal, unless the dialect brings a token of its own form. At most keep sessions of a credential live; the oldest go.
func (r *Runner) OpenSession(ctx context.Context, c Caller, token string, idle time.Duration, keep int) error {
	wall := r.cfg.Clocks.Wall()
	return r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		s := account.Session{TokenHash: hashToken(token), Account: c.Actor.ID, Credential: c.Credential.ID, Dialect: c.Dialect, Created: wall, Used: wall, Idle: idle}
		if err := tx.AddSession(ctx, s); err != nil {
			return err
		}
		return tx.TrimSessions(ctx, c.Credential.ID, c.Dialect, keep)
	})
}

// NewToken is a fresh session token of n random octets in hexadecimal.
func NewToken(n int) string { return id.Hex(n) }

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Resume gives the caller of a session and keeps it alive. Env limits it to one environment. Errors: SessionExpired,
// AddressRefused, AccountLocked.
func (r *Runner) Resume(ctx context.Context, l Login, token string) (Caller, account.Session, error) {
	gone := errs.E(errs.SessionExpired, "the session is unknown or has expired")
	view, wall := r.cfg.Store.View(), r.cfg.Clocks.Wall()
	s, f, err := view.SessionLogin(ctx, l.Dialect, hashToken(token))
	if errs.Is(err, errs.NotFound) || err == nil && s.Expired(wall) {
		return Caller{}, s, gone
	}
	if err != nil {
		return Caller{}, s, err
	}
	acc := f.Account
	cred, err := actingFor(ctx, view, f.Credential)
	if err != nil || l.Env != "" && acc.Environment != l.Env {
		return Caller{}, s, gone
	}
	if acc.Locked || wall.Before(cred.LockedUntil) {
		return Caller{}, s, errs.E(errs.AccountLocked, "the account is locked")
	}
	if err := checkAddress(l, f); err != nil {
		return Caller{}, s, err
	}
	if wall.Sub(s.Used) >= noteEvery || wall.Sub(s.Used) >= s.Idle/4 {
		err := r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
			return tx.TouchSession(ctx, l.Dialect, s.TokenHash, wall)
		})
		if err != nil {
			return Caller{}, s, err
		}
	}
	return newCaller(l, cred, acc), s, nil
}

// EndSession ends a session; an unknown one is no error.
func (r *Runner) EndSession(ctx context.Context, dialect, token string) error {
	return r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		return tx.DeleteSession(ctx, dialect, hashToken(token))
	})
}

// ActFor gives a caller that works with the objects of a descendant's account, found by its log-in in the same dialect.
// Direct allows children alone. Errors: Forbidden when it is no descendant.
func (r *Runner) ActFor(ctx context.Context, c Caller, login string, loginContext int, direct bool) (Caller, error) {
	no := errs.E(errs.Forbidden, "%s is not a user below this account", clipText(login))
	view := r.cfg.Store.View()
	kind := account.Password
	if c.Credential.Kind == account.SharedKey {
		kind = account.SharedKey
	}
	if !storable(login) {
		return c, no
	}
	found, err := view.FindCredentials(ctx, c.Dialect, kind, login, loginContext)
	if err != nil {
		return c, err
	}
	tree, err := view.Tree(ctx, c.Actor.ID)
	if err != nil {
		return c, err
	}
	below := map[account.ID]bool{}
	for _, id := range tree {
		below[id] = true
	}
	for _, cred := range found {
		acc, err := view.Account(ctx, cred.Account)
		if err != nil {
			return c, err
		}
		if !below[acc.ID] || acc.Locked || direct && acc.Parent != c.Actor.ID {
			continue
		}
		c.Account = acc
		return c, nil
	}
	return c, no
}
