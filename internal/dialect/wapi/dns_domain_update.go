package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
)

// dnsDomainUpdate changes settings of an own zone; what is not given stays. They are served at once (wapi.md §7.5).
func dnsDomainUpdate(ctx context.Context, c *call) (jsonx.Obj, error) {
	v, err := c.ownZone(ctx)
	if err != nil {
		return nil, err
	}
	if t := c.text("type"); t != "" && t != string(v.Zone.Kind) {
		return nil, badZoneType
	}
	cmd := command.UpdateZone{Origin: string(v.Zone.Origin)}
	master, given, err := c.primaryIP()
	if err != nil {
		return nil, err
	}
	if given {
		cmd.Masters = &[]zone.Master{master}
	}
	if cmd.AllowXFR, err = c.transferList(v.Zone.AllowXFR); err != nil {
		return nil, err
	}
	servers, err := c.ownServers()
	if err != nil {
		return nil, err
	}
	if len(servers) > 0 {
		if v.Zone.Kind == zone.Secondary {
			return nil, badNS
		}
		cmd.Records = &command.ChangeZone{Replace: &servers, Name: zone.Apex, Type: "NS"}
	}
	_, err = do(ctx, c, cmd)
	return nil, err
}
