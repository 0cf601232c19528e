package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// dnsRowsList lists the rows of an own primary zone, with what waits for a commit (wapi.md §7.5).
func dnsRowsList(ctx context.Context, c *call) (jsonx.Obj, error) {
	n, err := c.zoneName("domain", "name")
	if err != nil {
		return nil, err
	}
	v, err := c.openPrimary(ctx, n)
	if err != nil {
		return nil, err
	}
	rows, err := c.showRows(ctx, v, rowsOf(v.Records))
	return jsonx.Obj{{"row", rows}}, err
}
