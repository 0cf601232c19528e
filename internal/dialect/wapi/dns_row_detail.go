package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
)

// dnsRowDetail shows one row (wapi.md §7.5).
func dnsRowDetail(ctx context.Context, c *call) (jsonx.Obj, error) {
	n, err := c.zoneName("domain", "name")
	if err != nil {
		return nil, err
	}
	if c.text("row_id") == "" {
		return nil, paramMissing
	}
	v, err := c.openPrimary(ctx, n)
	if err != nil {
		return nil, err
	}
	x, err := c.row(v)
	if err != nil {
		return nil, err
	}
	rows, err := c.showRows(ctx, v, []zone.Record{x})
	if err != nil {
		return nil, err
	}
	return jsonx.Obj{{"row", rows[0]}}, nil
}
