package wapi

import (
	"context"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"net/netip"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// PasswordHash is what a SharedHash credential of this dialect keeps, sealed: the lower-case hexadecimal SHA-1 of the WAPI
// password. It is as good as the password itself.
func PasswordHash(password string) string { return sha1Hex(password) }

// Hash is the auth element for a user, a PasswordHash and an hour "00" to "23" (wapi.md §3).
func Hash(user, passwordHash, hour string) string { return sha1Hex(user + passwordHash + hour) }

func sha1Hex(s string) string {
	sum := sha1.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

// hours are the hours in Prague whose hash is valid at wall: the current one, and its neighbour within tolerance of the change.
func hours(wall time.Time, tolerance time.Duration) []string {
	hs := []string{hour(wall)}
	for _, t := range []time.Time{wall.Add(-tolerance), wall.Add(tolerance)} {
		if h := hour(t); h != hs[0] {
			hs = append(hs, h)
		}
	}
	return hs
}

func hour(t time.Time) string { return t.In(prague).Format("15") }

// verifier judges a hash against a stored PasswordHash, in time that does not depend on which hour fits.
func verifier(user, auth string, hs []string) func(string) bool {
	auth = strings.ToLower(auth)
	return func(stored string) bool {
		fits := 0
		for _, h := range hs {
			fits |= subtle.ConstantTimeCompare([]byte(Hash(user, stored, h)), []byte(auth))
		}
		return fits == 1
	}
}

// authenticate finds the caller. Live accounts alone have WAPI; an empty list of addresses switches it off (wapi.md §4.1).
func (d *Dialect) authenticate(ctx context.Context, req *request, ip netip.Addr) (command.Caller, error) {
	hs := hours(d.runner.Clocks().Wall(), d.tolerance)
	c, err := d.runner.LoginShared(ctx, account.SharedHash, command.Login{
		Dialect: name, Login: req.user, IP: ip, Env: account.Live, Rule: command.IPMustMatch, Verify: verifier(req.user, req.auth, hs),
	})
	var known *errs.Error
	if err != nil && !errors.As(err, &known) {
		d.log.ErrorContext(ctx, "log-in could not be judged", "dialect", name, "err", err)
		return c, authBroken
	}
	if err != nil {
		return c, known
	}
	c.Dialect, c.Channel, c.IP, c.Notice = name, name, ip, order.NoticeIfPending
	return c, nil
}
