package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
)

// dnsDomainCopy makes a zone with the rows of another one, those that wait for a commit too. Names in their data stay as they are
// (wapi.md §7.5).
func dnsDomainCopy(ctx context.Context, c *call) (jsonx.Obj, error) {
	from, err := c.zoneName("name", "name_from", "domain")
	if err != nil {
		return nil, err
	}
	to, err := c.zoneName("name_new")
	if err != nil {
		return nil, err
	}
	v, err := c.openPrimary(ctx, from)
	if err != nil {
		return nil, err
	}
	n, _, err := c.d.runner.Catalog().CheckName(to)
	if err != nil {
		return nil, newZoneCode(err)
	}
	cmd := command.CreateZone{Origin: string(n), TTL: v.Zone.TTL}
	for _, x := range v.Records {
		if isRow(x) {
			cmd.Records = append(cmd.Records, zone.Record{Name: x.Name, Type: x.Type, TTL: x.TTL, Data: x.Data})
		}
	}
	_, err = do(ctx, c, cmd)
	return nil, newZoneCode(err)
}
