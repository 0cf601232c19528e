package wapi

import (
	"context"
	"fmt"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// systemNotify is the form of notifications that no request caused (wapi.md §5.3): without clTRID, with an svTRID made here.
func systemNotify(n notify.Notice, c code, data jsonx.Obj) jsonx.Obj {
	return noticeDoc(n, c, nil, svTRID(n.Wall.UnixMicro()/100, 10_000+int64(n.ID)%90_000), "system-notify", data)
}

// departure is the one event that the interface knows: a domain left the account.
func (c *call) departure(ctx context.Context, n notify.Notice) (jsonx.Obj, error) {
	num, err := c.orderOf(ctx, n)
	if err != nil {
		return nil, err
	}
	return systemNotify(n, transferredOut, jsonx.Obj{{"msg", fmt.Sprintf("domain %s transfered out", n.ObjectName)},
		{"domain", n.ObjectName}, {"num", orderNumber(num)}}), nil
}

// orderOf is the account's last order that brought a domain in or gave it away; 0 for one that came without an order.
func (c *call) orderOf(ctx context.Context, n notify.Notice) (order.Number, error) {
	if n.Order != 0 {
		return order.Number(n.Order), nil
	}
	page, err := do(ctx, c, command.ListOrders{Query: command.Query{Limit: 1, Sort: []command.Sort{{Field: "number", Desc: true}}, Where: command.And(
		command.Where("object_kind", command.Equal, "domain"),
		command.Where("object_name", command.Equal, n.ObjectName),
		command.Where("state", command.Equal, string(order.Done)),
		command.Where("operation", command.In, string(order.Register), string(order.TransferIn), string(order.PushDomain)))}})
	if err != nil || len(page.Orders) == 0 {
		return 0, err
	}
	return page.Orders[0].Number, nil
}
