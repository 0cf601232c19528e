package manage

import (
	"context"
	"net/http"
	"slices"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

// openOrder is an order without an outcome, or one that has just got it.
type openOrder struct {
	Number      int64  `json:"number"`
	Account     string `json:"account"`
	Environment string `json:"environment"`
	Dialect     string `json:"dialect,omitempty"`
	Command     string `json:"command,omitempty"` // the dialect's own word
	Operation   string `json:"operation"`
	Kind        string `json:"kind"` // of object
	Object      string `json:"object"`
	State       string `json:"state"` // "sent", "pending", "done", "failed"
	Registry    string `json:"registry,omitempty"`
	Attempt     int    `json:"attempt"`
	Created     string `json:"created"`
	// Waits tells whose decision an open order waits for: "registry", "losing registrar", or none that could be made here.
	Waits    string `json:"waits_for,omitempty"`
	Decision string `json:"decision,omitempty"` // one that is still to be made
	Error    string `json:"error,omitempty"`    // of one that failed
}

// transfer is one that waits at the registry.
type transfer struct {
	Name        string `json:"name"`
	Environment string `json:"environment"`
	From        string `json:"from"`
	To          string `json:"to"`
	Direction   string `json:"direction"` // "in", "away", or "foreign": between others
	Requested   string `json:"requested"`
	ActBy       string `json:"act_by"` // when it is approved by time
	Order       int64  `json:"order,omitempty"`
	Decision    string `json:"decision,omitempty"`
}

// listed is how many orders and transfers are listed at most.
const listed = 1000

// getOrders lists open orders and the transfers that wait: ?account=NAME. An account's transfers are those that it has asked for,
// and those of names that it holds.
func (a *API) getOrders(r *http.Request) (any, error) {
	ctx := r.Context()
	only, err := a.onlyOf(r)
	if err != nil {
		return nil, err
	}
	list, err := a.openOrders(ctx, only)
	if err != nil {
		return nil, err
	}
	waiting, err := a.waiting(ctx)
	if err != nil {
		return nil, err
	}
	orders, n := []openOrder{}, a.names()
	for i := range list {
		o := &list[i]
		orders = append(orders, a.shownOrder(ctx, n, o, waiting[target{string(o.Environment), o.ObjectName}]))
	}
	transfers := []transfer{}
	for _, ns := range namespaces {
		for t, d := range sorted(waiting, ns) {
			if !d.Transfer.Waits() {
				continue
			}
			acc, number, err := a.concerned(ctx, t)
			if err != nil {
				return nil, err
			}
			if only == nil || slices.Contains(only, acc) {
				transfers = append(transfers, a.shownTransfer(t, d, number))
			}
		}
	}
	return map[string]any{"orders": orders, "transfers": transfers}, nil
}

// openOrders lists open orders by number: of some accounts, or of all when only is nil.
func (a *API) openOrders(ctx context.Context, only []account.ID) ([]order.Order, error) {
	view := a.Store.View()
	if only == nil {
		return view.OpenOrders(ctx, 0, listed)
	}
	list, _, err := view.ListOrders(ctx, only, command.Query{Where: command.Where("state", command.In, string(order.Sent), string(order.Pending)), Limit: listed})
	return list, err
}

// concerned is whom of ours a waiting transfer of a name concerns: who asked for it, with the order's number, else who holds the
// name; 0 for nobody.
func (a *API) concerned(ctx context.Context, t target) (account.ID, int64, error) {
	view, env := a.Store.View(), account.Environment(t.namespace)
	o, err := view.OpenOrder(ctx, env, "domain", t.name)
	if err == nil && o.Operation == order.TransferIn {
		return o.Account, int64(o.Number), nil
	}
	if err != nil && !errs.Is(err, errs.NotFound) {
		return 0, 0, err
	}
	acc, err := view.DomainAccount(ctx, env, dname.Name(t.name))
	if errs.Is(err, errs.NotFound) {
		err = nil
	}
	return acc, 0, err
}

// waiting is what waits at the registry, in both name spaces.
func (a *API) waiting(ctx context.Context) (map[target]*repo.Domain, error) {
	out := map[target]*repo.Domain{}
	for _, ns := range namespaces {
		list, err := a.Holdings.Waiting(ctx, ns, "", listed)
		if err != nil {
			return nil, err
		}
		for i := range list {
			out[target{ns, list[i].Name}] = &list[i]
		}
	}
	return out, nil
}

// shownOrder shows an order; d is its object at the registry, if something waits there.
func (a *API) shownOrder(ctx context.Context, n *names, o *order.Order, d *repo.Domain) openOrder {
	s := openOrder{Number: int64(o.Number), Account: n.of(ctx, o.Account).Name, Environment: string(o.Environment), Dialect: o.Caller.Dialect,
		Command: o.Caller.Command, Operation: string(o.Operation), Kind: o.ObjectKind, Object: o.ObjectName, State: string(o.State),
		Registry: o.Registry, Attempt: o.Attempt, Created: stamp(o.Created)}
	if o.Error != nil {
		s.Error = o.Error.Text
	}
	if !o.State.Open() {
		return s
	}
	switch {
	case d == nil:
	case concerns(o, d.Pending):
		s.Waits = "registry"
	case o.Operation == order.TransferIn && d.Transfer.Waits():
		s.Waits = "losing registrar"
	}
	if s.Waits != "" {
		s.Decision = a.stillTo(target{string(o.Environment), o.ObjectName})
	}
	return s
}

// concerns reports whether a pending action is an order's: by the id of one of its attempts.
func concerns(o *order.Order, p *repo.Pending) bool {
	if p == nil {
		return false
	}
	n, _, ok := order.ParseEPPID(p.ClTRID)
	return ok && n == o.Number
}

func (a *API) shownTransfer(t target, d *repo.Domain, n int64) transfer {
	tr := d.Transfer
	s := transfer{Name: d.Name, Environment: t.namespace, From: tr.AcID, To: tr.ReID, Direction: "foreign", Requested: stamp(tr.ReDate),
		ActBy: stamp(tr.AcDate), Order: n, Decision: a.stillTo(t)}
	switch a.Own[t.namespace] {
	case tr.ReID:
		s.Direction = "in"
	case tr.AcID:
		s.Direction = "away"
	}
	return s
}
