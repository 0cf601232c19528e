package wapi

import (
	"context"
	"slices"
	"sort"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// Statuses of domains-list that domains here can have.
const (
	statusSetup   = "setup_processing"
	statusActive  = "active"
	statusRenew   = "renew_processing"
	statusExpired = "expired"
)

// statuses are all that the parameter may name.
var statuses = []string{"fee_waiting", statusSetup, statusActive, statusRenew, statusExpired, "disabled", "canceled",
	"transfer_fee_waiting", "transfer_processing", "deleted"}

// listed is one line of the list.
type listed struct {
	name, status string
	expires      time.Time
}

// domainsList lists the account's domains and the registrations under way, by name; the interface has no pages (wapi.md §7.2).
func domainsList(ctx context.Context, c *call) (jsonx.Obj, error) {
	want := c.text("status")
	if want != "" && !slices.Contains(statuses, want) {
		return nil, code(2242)
	}
	var all []listed
	if want == "" || want == statusActive || want == statusRenew || want == statusExpired {
		ds, err := c.heldDomains(ctx, want)
		if err != nil {
			return nil, err
		}
		all = ds
	}
	if want == "" || want == statusSetup {
		names, err := c.openOrders(ctx, order.Register)
		if err != nil {
			return nil, err
		}
		for n := range names {
			all = append(all, listed{name: n, status: statusSetup})
		}
		sort.SliceStable(all, func(i, j int) bool { return all[i].name < all[j].name })
	}
	list := make([]jsonx.Obj, 0, len(all))
	for _, l := range all {
		list = append(list, jsonx.Obj{{"name", l.name}, {"status", l.status}, {"expiration", dateOrNil(l.expires)}})
	}
	return jsonx.Obj{{"domain", list}}, nil
}

// heldDomains reads the domains that the account has, sorted by name, with one status only unless want is "".
func (c *call) heldDomains(ctx context.Context, want string) ([]listed, error) {
	renewing, err := c.openOrders(ctx, order.RenewDomain)
	if err != nil {
		return nil, err
	}
	now := c.d.runner.Clocks().Registrar()
	var all []listed
	q := command.Query{Sort: []command.Sort{{Field: "name"}}, Limit: command.MaxPage}
	for {
		page, err := do(ctx, c, command.ListDomains{Query: q})
		if err != nil {
			return nil, err
		}
		for _, d := range page.Domains {
			l := listed{string(d.Name), statusActive, d.Expires}
			switch {
			case renewing[l.name]:
				l.status = statusRenew
			case !now.Before(d.Expires):
				l.status = statusExpired
			}
			if want == "" || want == l.status {
				all = append(all, l)
			}
		}
		if q.After = page.Next; q.After == "" {
			return all, nil
		}
	}
}

// openOrders gives the names of domains with an open order of a kind.
func (c *call) openOrders(ctx context.Context, op order.Operation) (map[string]bool, error) {
	names := map[string]bool{}
	q := command.Query{Limit: command.MaxPage, Where: command.And(
		command.Where("operation", command.Equal, string(op)),
		command.Where("state", command.In, string(order.Sent), string(order.Pending)))}
	for {
		page, err := do(ctx, c, command.ListOrders{Query: q})
		if err != nil {
			return nil, err
		}
		for _, o := range page.Orders {
			names[o.ObjectName] = true
		}
		if q.After = page.Next; q.After == "" {
			return names, nil
		}
	}
}
