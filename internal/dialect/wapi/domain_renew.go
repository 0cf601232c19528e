package wapi

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// domainRenew extends a registration. A name that was deleted after its expiration is restored by it, for the restore fee
// (wapi.md §7.2, §8).
func domainRenew(ctx context.Context, c *call) (jsonx.Obj, error) {
	n, err := c.ownName()
	if err != nil {
		return nil, err
	}
	years, err := c.period()
	if err != nil {
		return nil, err
	}
	out, err := do(ctx, c, command.RenewDomain{Name: n, Years: years, Keep: true})
	expires := expiryOf(out)
	switch {
	case errs.Is(err, errs.WrongState):
		out, expires, err = c.restore(ctx, n, years, err)
	case isOtherInput(err) && years == 1: // the key may be that of a renewal that was a restore
		out, err = do(ctx, c, command.RestoreDomain{Name: n})
		expires = expiryOf(out)
	}
	if err != nil {
		return nil, err
	}
	if out.Pending {
		return nil, pending
	}
	return jsonx.Obj{{"expiration", date(expires)}}, nil
}

// restore brings back a name that was deleted after its expiration. The registry adds one year, so no other period can be had;
// a name that was deleted before its expiration would come back without any, which is no renewal. refused is the answer for
// names that are in no redemption.
func (c *call) restore(ctx context.Context, name string, years int, refused error) (command.Outcome, time.Time, error) {
	var none command.Outcome
	info, err := do(ctx, c, command.InfoDomain{Name: name})
	if err != nil {
		return none, time.Time{}, err
	}
	d, now := info.Domain, c.d.runner.Clocks().Registrar()
	switch {
	case d.Phase(now) != domain.Redemption || now.Before(d.Expires):
		return none, time.Time{}, refused
	case years != 1:
		return none, time.Time{}, badPeriod
	}
	out, err := do(ctx, c, command.RestoreDomain{Name: name})
	if c.test {
		return out, clock.AddYears(d.Expires, 1), err
	}
	return out, expiryOf(out), err
}

// isOtherInput reports whether a request's idempotency key was used with another command of the core.
func isOtherInput(err error) bool {
	return errs.Is(err, errs.Conflict) && errs.As(err).Field == "idempotency_key"
}
