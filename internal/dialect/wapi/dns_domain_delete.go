package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// dnsDomainDelete ends an own zone; the registration of its name stays (wapi.md §7.5).
func dnsDomainDelete(ctx context.Context, c *call) (jsonx.Obj, error) {
	n, err := c.zoneName("name", "domain")
	if err != nil {
		return nil, err
	}
	_, err = do(ctx, c, command.DeleteZone{Origin: n})
	return nil, c.noZone(n, err)
}
