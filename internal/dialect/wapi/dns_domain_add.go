package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
)

// dnsDomainAdd makes a primary or secondary zone below an ending that is sold; its name need not be registered here
// (wapi.md §7.5).
func dnsDomainAdd(ctx context.Context, c *call) (jsonx.Obj, error) {
	text, err := c.zoneName("name", "domain")
	if err != nil {
		return nil, err
	}
	n, _, err := c.d.runner.Catalog().CheckName(text)
	if err != nil {
		return nil, err
	}
	cmd := command.CreateZone{Origin: string(n)}
	switch cmd.Kind = zone.Kind(c.text("type")); cmd.Kind {
	case "":
		cmd.Kind = zone.Primary
	case zone.Primary, zone.Secondary:
	default:
		return nil, badZoneType
	}
	master, given, err := c.primaryIP()
	if err != nil {
		return nil, err
	}
	if given {
		cmd.Masters = []zone.Master{master}
	}
	may, err := c.transferList(nil)
	if err != nil {
		return nil, err
	}
	if may != nil {
		cmd.AllowXFR = *may
	}
	if cmd.Records, err = c.ownServers(); err != nil {
		return nil, err
	}
	_, err = do(ctx, c, cmd)
	return nil, err
}
