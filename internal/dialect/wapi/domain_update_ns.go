package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// domainUpdateNS replaces a domain's name servers (wapi.md §7.2).
func domainUpdateNS(ctx context.Context, c *call) (jsonx.Obj, error) {
	n, tld, err := c.sellable()
	if err != nil {
		return nil, err
	}
	list, err := c.servers(tld)
	if err != nil {
		return nil, err
	}
	out, err := do(ctx, c, command.UpdateDomain{Name: string(n), Servers: &list})
	if err != nil {
		return nil, err
	}
	return nil, pendingOr(out)
}
