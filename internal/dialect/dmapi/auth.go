package dmapi

import (
	"context"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// Sessions (§4.3). The time that is announced is shorter than the one that is kept, because some clients count it from their
// own clocks.
const (
	sessionCookie  = "dmapi-auth"
	sessionBytes   = 20 // 40 hex digits
	sessionSeconds = 3600
	sessionGrace   = 3 * time.Minute
	sessionIdle    = sessionSeconds*time.Second + sessionGrace
	sessionsKept   = 50
)

// loginBlock blocks an address after ten failed log-ins in a quarter of an hour (§14). It counts only with real limits on.
var loginBlock = command.BlockRule{Threshold: 9, Factor: 90 * time.Second, Forget: 15 * time.Minute}

// keyError is a wrong API key, which is told in the body too.
type keyError struct{ err *errs.Error }

func (e keyError) Error() string { return e.err.Error() }
func (e keyError) Unwrap() error { return e.err }

var errNoSession = errs.E(errs.SessionExpired, "no session")

// proof is what every way to log in has in common. Without a list of addresses everybody may call.
func (rq *request) proof() command.Login {
	return command.Login{Dialect: name, IP: rq.ip(), Env: rq.environment(), Rule: command.IPIfListed}
}

// authenticate finds the caller by parameter auth-sid, parameter api-key or cookie, in this order. A parameter that is given
// decides alone: a wrong auth-sid beside a good cookie is refused (§4.3).
func (rq *request) authenticate(ctx context.Context) error {
	sid := rq.form.get("auth-sid")
	if sid == "" && rq.form.get("api-key") != "" {
		return rq.loginKey(ctx)
	}
	if sid == "" {
		if c, err := rq.http.Cookie(sessionCookie); err == nil {
			sid = c.Value
		}
	}
	if len(sid) != 2*sessionBytes {
		rq.d.deps.Runner.Reject(ctx, command.Rejection{Dialect: name, IP: rq.ip()})
		return errNoSession
	}
	sid = strings.ToLower(sid)
	caller, _, err := rq.d.deps.Runner.Resume(ctx, rq.proof(), sid)
	if err != nil {
		rq.d.deps.Runner.Reject(ctx, command.Rejection{Dialect: name, IP: rq.ip()})
		return err
	}
	rq.caller, rq.sid = caller, sid
	return nil
}

// loginKey identifies the caller by the parameter api-key.
func (rq *request) loginKey(ctx context.Context) error {
	if err := rq.mayTry(); err != nil {
		return err
	}
	l := rq.proof()
	l.Login = rq.form.get("api-key")
	caller, err := rq.d.deps.Runner.LoginKey(ctx, l)
	if err != nil {
		rq.reject(ctx)
		if errs.Is(err, errs.Auth) {
			return keyError{errs.E(errs.Auth, "API key is invalid")}
		}
		return err
	}
	rq.caller = caller
	return nil
}

// loginPassword identifies the caller by username and password.
func (rq *request) loginPassword(ctx context.Context) error {
	user := rq.form.get("username")
	if user == "" {
		return errUsername
	}
	if rq.form.raw("password") == "" {
		return missing("password")
	}
	if err := rq.mayTry(); err != nil {
		return err
	}
	known, err := rq.d.deps.Runner.UserOfAccount(ctx, name, strings.ToLower(user)) // the UID of the login reply is a user name too
	if err != nil {
		return err
	}
	l := rq.proof()
	l.Login, l.Password = known, rq.form.raw("password") // one client lower-cases all values, so names are kept that way
	caller, err := rq.d.deps.Runner.LoginPassword(ctx, l)
	if err != nil {
		rq.reject(ctx)
		switch {
		case errs.Is(err, errs.Auth) && !wellFormedUser(user):
			return errUsername
		case errs.Is(err, errs.Auth):
			return errs.E(errs.Auth, "Invalid credentials")
		}
		return err
	}
	rq.caller = caller
	return nil
}

var errUsername = param("username", "valid username")

// mayTry refuses an address with too many failures.
func (rq *request) mayTry() error {
	if until, blocked := rq.d.deps.Runner.Blocked(name, rq.ip()); blocked {
		return errs.E(errs.Blocked, "Too many failed logins, try again after %s", until.UTC().Format(time.RFC3339))
	}
	return nil
}

// wellFormedUser is the vendor client's pattern: a number, or 6 to 255 printable characters (§4.1).
func wellFormedUser(s string) bool {
	if s[0] != '0' && strings.Trim(s, "0123456789") == "" {
		return true
	}
	return len(s) >= 6 && len(s) <= 255 && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}
