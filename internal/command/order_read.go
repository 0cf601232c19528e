package command

import (
	"context"
	"slices"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// ListOrders lists the caller's orders. Fields: see Tx.ListOrders.
type ListOrders struct {
	Query
	Children bool
}

// OrderPage is a page of orders.
type OrderPage struct {
	Orders []order.Order
	Page
}

func (ListOrders) need() account.Access { return account.Read }

func (cmd ListOrders) run(ctx context.Context, r *Runner, c Caller) (OrderPage, error) {
	view := r.cfg.Store.View()
	accs, err := scope(ctx, view, c, cmd.Children)
	if err != nil {
		return OrderPage{}, err
	}
	os, page, err := view.ListOrders(ctx, accs, cmd.Query.bounded())
	return OrderPage{os, page}, err
}

// LatestOrders gives for each of some objects the latest done order that meets a condition; one without such an order is left out.
// Children takes those of the accounts below in, too.
type LatestOrders struct {
	Names    []string
	Where    Filter
	Children bool
}

func (LatestOrders) need() account.Access { return account.Read }

func (cmd LatestOrders) run(ctx context.Context, r *Runner, c Caller) (map[string]order.Order, error) {
	view := r.cfg.Store.View()
	accs, err := scope(ctx, view, c, cmd.Children)
	if err != nil {
		return nil, err
	}
	latest := map[string]order.Order{}
	for names := range slices.Chunk(cmd.Names, 200) {
		found, _, err := view.ListOrders(ctx, accs, Query{Limit: MaxPage, Sort: []Sort{{"number", true}},
			Where: And(Where("object_name", In, names...), Where("state", Equal, string(order.Done)), cmd.Where)})
		if err != nil {
			return nil, err
		}
		for _, o := range found {
			if _, later := latest[o.ObjectName]; !later {
				latest[o.ObjectName] = o
			}
		}
	}
	return latest, nil
}

// GetOrder reads one order by number or by the request id that the dialect showed. Errors: NotFound.
type GetOrder struct {
	Number  order.Number
	Request string // used when Number is 0, within the caller's dialect
}

func (GetOrder) need() account.Access { return account.Read }

func (cmd GetOrder) run(ctx context.Context, r *Runner, c Caller) (order.Order, error) {
	if !storable(cmd.Request) {
		return order.Order{}, errs.E(errs.NotFound, "the order does not exist")
	}
	if cmd.Number == 0 && cmd.Request != "" {
		return r.cfg.Store.View().OrderByRequest(ctx, c.Account.ID, c.Dialect, cmd.Request)
	}
	return r.cfg.Store.View().Order(ctx, c.Account.ID, cmd.Number)
}

// HideOrder deletes an ended order's result from the caller's list. Errors: NotFound, WrongState while it is open.
type HideOrder struct{ Number order.Number }

func (HideOrder) need() account.Access { return account.Read }

func (cmd HideOrder) run(ctx context.Context, r *Runner, c Caller) (order.Order, error) {
	var o order.Order
	err := r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if o, err = tx.Order(ctx, c.Account.ID, cmd.Number); err != nil {
			return err
		}
		if o.State.Open() {
			return errs.E(errs.WrongState, "order %d has no result yet", cmd.Number)
		}
		return tx.HideOrder(ctx, c.Account.ID, cmd.Number)
	})
	return o, err
}
