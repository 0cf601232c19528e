package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// domainCheck tells whether a name is free: 1000 with the name, or one of the 32xx codes without data (wapi.md §7.2).
func domainCheck(ctx context.Context, c *call) (jsonx.Obj, error) {
	name, _, err := c.sellable()
	if err != nil {
		return nil, err
	}
	if err := c.spendCheck(ctx); err != nil {
		return nil, err
	}
	res, err := do(ctx, c, command.CheckDomains{Names: []string{string(name)}})
	if err != nil {
		return nil, err
	}
	a := res[0]
	switch {
	case a.Status == command.Free:
		return jsonx.Obj{{"name", string(a.Name)}}, nil
	case a.Status == command.ReservedFor:
		return nil, code(3205)
	case a.Status == command.Processing:
		return nil, code(3203)
	case a.Status == command.Refused:
		return nil, a.Err
	case a.Mine:
		return nil, c.taken(ctx, name)
	}
	return nil, code(3201)
}

// taken is the code of a registered name: one of the account's own that was deleted lies in quarantine.
func (c *call) taken(ctx context.Context, name dname.Name) code {
	info, err := do(ctx, c, command.InfoDomain{Name: string(name)})
	if err == nil && !info.Domain.Deleted.IsZero() {
		return 3204
	}
	return 3201
}

// spendCheck takes one from the availability requests of the hour, which domain-check and domain-create share (wapi.md §4.2).
func (c *call) spendCheck(ctx context.Context) error {
	return limitReached(c.d.runner.Spend(ctx, checkRule, accountKey(c.caller)), tooManyChecks)
}
