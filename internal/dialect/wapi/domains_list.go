package wapi

import (
	"context"
	"slices"
	"sort"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// Statuses of domains-list that domains here can have.
const (
	statusSetup    = "setup_processing"
	statusActive   = "active"
	statusRenew    = "renew_processing"
	statusExpired  = "expired"
	statusDisabled = "disabled"
	statusTransfer = "transfer_processing"
	statusDeleted  = "deleted"
)

// statuses are all that the parameter may name.
var statuses = []string{"fee_waiting", statusSetup, statusActive, statusRenew, statusExpired, statusDisabled, "canceled",
	"transfer_fee_waiting", statusTransfer, statusDeleted}

// processing are the statuses of names with an order under way.
var processing = map[order.Operation]string{order.Register: statusSetup, order.TransferIn: statusTransfer, order.RenewDomain: statusRenew,
	order.RestoreDomain: statusRenew}

// listed is one line of the list.
type listed struct {
	name, status string
	expires      time.Time
}

// domainsList lists the account's domains, and the registrations and transfers under way, by name; the interface has no pages
// (wapi.md §7.2).
func domainsList(ctx context.Context, c *call) (jsonx.Obj, error) {
	want := c.text("status")
	if want != "" && !slices.Contains(statuses, want) {
		return nil, code(2242)
	}
	open, err := c.openOrders(ctx)
	if err != nil {
		return nil, err
	}
	var all []listed
	if want != statusSetup && want != statusTransfer {
		if all, err = c.heldDomains(ctx, open); err != nil {
			return nil, err
		}
	}
	for name, status := range open {
		if status == statusSetup || status == statusTransfer {
			all = append(all, listed{name: name, status: status})
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].name < all[j].name })
	list := []jsonx.Obj{}
	for _, l := range all {
		if want == "" || want == l.status {
			list = append(list, jsonx.Obj{{"name", l.name}, {"status", l.status}, {"expiration", dateOrNil(l.expires)}})
		}
	}
	return jsonx.Obj{{"domain", list}}, nil
}

// heldDomains reads the domains that the account has; open are the statuses of those with an order under way.
func (c *call) heldDomains(ctx context.Context, open map[string]string) ([]listed, error) {
	now := c.d.runner.Clocks().Registrar()
	var all []listed
	q := command.Query{Sort: []command.Sort{{Field: "name"}}, Limit: command.MaxPage}
	for {
		page, err := do(ctx, c, command.ListDomains{Query: q})
		if err != nil {
			return nil, err
		}
		for _, d := range page.Domains {
			l := listed{string(d.Name), listStatus(d, now), d.Expires}
			if open[l.name] == statusRenew {
				l.status = statusRenew
			}
			all = append(all, l)
		}
		if q.After = page.Next; q.After == "" {
			return all, nil
		}
	}
}

// listStatus is the status of a name without an order under way. What can still be had back by a renewal has expired; what
// cannot is as good as gone (wapi.md §7.2, §8).
func listStatus(d domain.Domain, now time.Time) string {
	switch phase := d.Phase(now); {
	case phase == domain.Expired, phase == domain.Redemption && !now.Before(d.Expires):
		return statusExpired
	case phase != domain.Active:
		return statusDeleted
	}
	if slices.Contains(d.HeldFor, domain.HeldVerification) || d.Has(serverHold) {
		return statusDisabled
	}
	return statusActive
}

// serverHold is the registry's own suspension (RFC 5731 §2.3).
const serverHold = "serverHold"

// openOrders gives the statuses of the names with an order under way that the list has a word for.
func (c *call) openOrders(ctx context.Context) (map[string]string, error) {
	names := map[string]string{}
	q := command.Query{Limit: command.MaxPage, Where: command.And(
		command.Where("object_kind", command.Equal, "domain"),
		command.Where("state", command.In, string(order.Sent), string(order.Pending)))}
	for {
		page, err := do(ctx, c, command.ListOrders{Query: q})
		if err != nil {
			return nil, err
		}
		for _, o := range page.Orders {
			if status := processing[o.Operation]; status != "" {
				names[o.ObjectName] = status
			}
		}
		if q.After = page.Next; q.After == "" {
			return names, nil
		}
	}
}
