package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// domainRenew extends a registration (wapi.md §7.2).
func domainRenew(ctx context.Context, c *call) (jsonx.Obj, error) {
	n, err := c.ownName()
	if err != nil {
		return nil, err
	}
	years, err := c.period()
	if err != nil {
		return nil, err
	}
	out, err := do(ctx, c, command.RenewDomain{Name: n, Years: years})
	if err != nil {
		return nil, err
	}
	if out.Pending {
		return nil, pending
	}
	return jsonx.Obj{{"expiration", date(expiryOf(out))}}, nil
}
