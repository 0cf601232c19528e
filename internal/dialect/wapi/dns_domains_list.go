package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// dnsDomainsList lists the account's zones by name; the interface has no pages (wapi.md §7.5).
func dnsDomainsList(ctx context.Context, c *call) (jsonx.Obj, error) {
	list := []jsonx.Obj{}
	q := command.Query{Sort: []command.Sort{{Field: "origin"}}, Limit: command.MaxPage}
	for {
		page, err := do(ctx, c, command.ListZones{Query: q})
		if err != nil {
			return nil, err
		}
		for _, z := range page.Zones {
			list = append(list, jsonx.Obj{{"name", string(z.Origin)}, {"type", string(z.Kind)}, {"status", statusOfZone}})
		}
		if q.After = page.Next; q.After == "" {
			return jsonx.Obj{{"domain", list}}, nil
		}
	}
}
