package command

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
)

// RegistrantSession is a log-in of a registrant that CheckProfile has verified, in a reseller's interface (opensrs.md §7).
type RegistrantSession struct {
	Token   string // in the dialect's form; stored as its SHA-256
	Profile account.ProfileID
	Domain  dname.Name
	Idle    time.Duration
	Keep    int // sessions of registrants that one credential of the reseller keeps; the oldest go
}

// registrants is where registrants' sessions are kept, apart from those of the dialect's own users.
func registrants(dialect string) string { return dialect + "-cookie" }

// OpenRegistrant stores a registrant's session under the account that the caller works for.
func (r *Runner) OpenRegistrant(ctx context.Context, c Caller, rs RegistrantSession) error {
	wall := r.cfg.Clocks.Wall()
	return r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		err := tx.AddSession(ctx, account.Session{TokenHash: hashToken(rs.Token), Account: c.Account.ID, Credential: c.Credential.ID,
			Dialect: registrants(c.Dialect), Created: wall, Used: wall, Idle: rs.Idle, Profile: rs.Profile, Domain: rs.Domain})
		if err != nil {
			return err
		}
		return tx.TrimSessions(ctx, c.Credential.ID, registrants(c.Dialect), rs.Keep)
	})
}

// Registrant gives a registrant's session and keeps it alive. It is good for the account that it was opened for, as long as its
// profile holds its domain. Errors: SessionExpired.
func (r *Runner) Registrant(ctx context.Context, c Caller, token string) (account.Session, error) {
	gone := errs.E(errs.SessionExpired, "the registrant's session is unknown or has expired")
	view, wall := r.cfg.Store.View(), r.cfg.Clocks.Wall()
	s, err := view.Session(ctx, registrants(c.Dialect), hashToken(token))
	if errs.Is(err, errs.NotFound) || err == nil && (s.Expired(wall) || s.Account != c.Account.ID) {
		return account.Session{}, gone
	}
	if err != nil {
		return account.Session{}, err
	}
	d, err := view.Domain(ctx, c.Account.ID, s.Domain)
	if errs.Is(err, errs.NotFound) || err == nil && d.Profile != s.Profile {
		return account.Session{}, gone
	}
	if err != nil {
		return account.Session{}, err
	}
	if wall.Sub(s.Used) >= noteEvery || wall.Sub(s.Used) >= s.Idle/4 {
		err = r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.TouchSession(ctx, s.Dialect, s.TokenHash, wall) })
	}
	return s, err
}

// MoveRegistrant turns a registrant's session to another domain of its profile. Errors: SessionExpired, NotFound, NotOwned, Auth
// (field "profile": the domain belongs to another profile).
func (r *Runner) MoveRegistrant(ctx context.Context, c Caller, token, domain string) (account.Session, error) {
	s, err := r.Registrant(ctx, c, token)
	if err != nil {
		return s, err
	}
	d, err := r.ownDomain(ctx, r.cfg.Store.View(), c, domain)
	if err != nil {
		return account.Session{}, err
	}
	if d.Profile != s.Profile {
		return account.Session{}, errs.F(errs.Auth, "profile", "the domain belongs to another profile")
	}
	s.Domain = d.Name
	return s, r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.MoveSession(ctx, s.Dialect, s.TokenHash, d.Name) })
}

// EndRegistrant ends a registrant's session of the caller's. Errors: SessionExpired.
func (r *Runner) EndRegistrant(ctx context.Context, c Caller, token string) error {
	s, err := r.Registrant(ctx, c, token)
	if err != nil {
		return err
	}
	return r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.DeleteSession(ctx, s.Dialect, s.TokenHash) })
}
