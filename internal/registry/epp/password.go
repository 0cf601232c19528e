package epp

import (
	"context"
	"errors"
	"sync"

	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// credential is the password in force. A change waits for log-ins under way, and log-ins wait for a change.
type credential struct {
	mu       sync.RWMutex
	password string
}

func (c *credential) use(login func(password string) (*session, error)) (*session, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return login(c.password)
}

// ChangePassword sets a new password at the registry by logging in with both (RFC 5730 §2.9.1.1); sessions that are open stay
// open. From then on the client logs in with the new one; the caller keeps it for the next start. Errors are
// *registry.Error: refused or not sent means that the old password is in force, an unknown outcome that it could not be
// found out which is.
func (c *Client) ChangePassword(ctx context.Context, password string) error {
	probe := &wire.Command{Login: &wire.Login{ClID: c.cfg.User,
		Options: wire.LoginOptions{Version: wire.Version, Lang: wire.Lang}, Services: wire.Services{Objects: c.cfg.Objects}}}
	probe.SetPasswords(password, password)
	if _, err := wire.EncodeCommand(probe); err != nil {
		return registry.Refused(wire.CodeValueSyntax, "the new password must have 8 to 64 characters that XML allows")
	}
	if err := c.mayStart(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeouts.Connect)
	defer cancel()
	if err := c.pool.room(ctx); err != nil {
		return registry.NotSent("registry cannot be reached", err)
	}
	c.rate.debit()
	cred := c.cfg.login
	cred.mu.Lock()
	defer cred.mu.Unlock()
	s, err := connectAs(ctx, &c.cfg, cred.password, password)
	var refused *loginError
	if errors.As(err, &refused) && refused.code == 0 {
		s, err = c.findPassword(ctx, password, err)
	}
	c.pool.settle(s)
	switch {
	case err == nil:
		cred.password = password
		c.stats.logins.Add(1)
		return nil
	case registry.IsUnknown(err) && errors.As(err, new(*registry.Error)):
		return err
	case errors.Is(err, errLongPassword):
		return registry.Refused(wire.CodeValueSyntax, errLongPassword.Error())
	case errors.As(err, &refused):
		return registry.Refused(refused.code, refused.text)
	}
	return registry.NotSent("password was not changed", err)
}

// findPassword finds out, after a change without an answer, whether the new password is in force. It is tried once, for
// registries lock accounts that try often.
func (c *Client) findPassword(ctx context.Context, password string, cause error) (*session, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.cfg.Timeouts.Connect)
	defer cancel()
	s, err := connectAs(ctx, &c.cfg, password, "")
	var refused *loginError
	if err != nil && (!errors.As(err, &refused) || refused.code != wire.CodeAuthentication && refused.code != wire.CodeAuthClosing) {
		return nil, registry.Unknown(0, "it is not known which password is in force", errors.Join(cause, err))
	}
	return s, err
}

// room takes a slot and sees to it that a session may be opened in it.
func (p *pool) room(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
	case <-p.done:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	s, err := p.pop()
	if err != nil {
		<-p.slots
		return err
	}
	if s != nil {
		s.logout()
		p.mu.Lock()
		delete(p.busy, s)
		p.mu.Unlock()
	}
	return nil
}

// settle ends what room began: the session joins the others, if there is one.
func (p *pool) settle(s *session) {
	if s == nil {
		<-p.slots
		return
	}
	p.release(s, true)
}
