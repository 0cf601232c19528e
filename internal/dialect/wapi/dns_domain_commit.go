package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// dnsDomainCommit serves what waits; nothing that waits is a success too (wapi.md §7.5).
func dnsDomainCommit(ctx context.Context, c *call) (jsonx.Obj, error) {
	n, err := c.zoneName("name", "domain")
	if err != nil {
		return nil, err
	}
	_, err = do(ctx, c, command.CommitZone{Origin: n})
	return nil, c.noZone(n, err)
}
