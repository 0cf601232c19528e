package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
)

// dnsRowDelete takes a row away; that waits for a commit (wapi.md §7.5).
func dnsRowDelete(ctx context.Context, c *call) (jsonx.Obj, error) {
	n, err := c.zoneName("domain", "name")
	if err != nil {
		return nil, err
	}
	if c.text("row_id") == "" {
		return nil, paramMissing
	}
	return nil, c.editRows(ctx, n, func(v command.StagedView) (rowEdit, error) {
		x, err := c.row(v)
		if err != nil {
			return rowEdit{}, err
		}
		return rowEdit{zone.Change{Remove: []zone.Record{x}}, edit(c.d.runner.Clocks().Registrar(), nil, nil)}, nil
	})
}
