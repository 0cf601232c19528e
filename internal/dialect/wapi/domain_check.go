package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
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
	switch a := res[0]; a.Status {
	case command.Free:
		return jsonx.Obj{{"name", string(a.Name)}}, nil
	case command.ReservedFor:
		return nil, code(3205)
	case command.Processing:
		return nil, code(3203)
	case command.Refused:
		return nil, a.Err
	}
	return nil, code(3201)
}

// spendCheck takes one from the availability requests of the hour, which domain-check and domain-create share (wapi.md §4.2).
func (c *call) spendCheck(ctx context.Context) error {
	return limitReached(c.d.runner.Spend(ctx, checkRule, accountKey(c.caller)), tooManyChecks)
}
