package manage

import (
	"context"
	"net/http"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

// foreignName is a name of the other registrar.
type foreignName struct {
	Name        string   `json:"name"`
	Environment string   `json:"environment"`
	Registrar   string   `json:"registrar"`
	Expires     string   `json:"expires"`
	Statuses    []string `json:"statuses,omitempty"`
}

// getRegistrar lists the names of the other registrar and the transfers that it has a part in.
func (a *API) getRegistrar(r *http.Request) (any, error) {
	ctx := r.Context()
	held, transfers := []foreignName{}, []transfer{}
	waiting, err := a.waiting(ctx)
	if err != nil {
		return nil, err
	}
	for _, ns := range namespaces {
		other := a.Other.Names[ns]
		list, err := a.Holdings.HeldBy(ctx, other, "", listed)
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			held = append(held, foreignName{d.Name, ns, other, stamp(d.Expires), d.Statuses})
		}
		for t, d := range sorted(waiting, ns) {
			if d.Transfer.Waits() && (d.Transfer.AcID == other || d.Transfer.ReID == other) {
				transfers = append(transfers, a.shownTransfer(t, d, a.orderFor(ctx, t)))
			}
		}
	}
	return map[string]any{"names": held, "transfers": transfers}, nil
}

// orderFor is the number of the order that asked for a transfer, 0 for none.
func (a *API) orderFor(ctx context.Context, t target) int64 {
	o, err := a.Store.View().OpenOrder(ctx, account.Environment(t.namespace), "domain", t.name)
	if err != nil || o.Operation != order.TransferIn {
		return 0
	}
	return int64(o.Number)
}

// nameOrder is what the calls about one name take.
type nameOrder struct {
	Name        string `json:"name"`
	Environment string `json:"environment"` // live by default
	AuthInfo    string `json:"auth_info"`   // of take alone
}

// named reads a call about one name.
func named(r *http.Request) (target, nameOrder, error) {
	var in nameOrder
	if err := read(r, &in); err != nil {
		return target{}, in, err
	}
	if in.Name == "" {
		return target{}, in, errs.F(errs.Missing, "name", "say which name")
	}
	name, err := dname.Parse(in.Name)
	if err != nil {
		return target{}, in, errs.F(errs.InvalidName, "name", "%q is no domain name", in.Name)
	}
	env, err := environmentOf(in.Environment)
	return target{string(env), string(name)}, in, err
}

// noAuthInfo refuses one where it has no meaning.
func (in nameOrder) noAuthInfo() error {
	if in.AuthInfo != "" {
		return errs.F(errs.Invalid, "auth_info", "belongs to take alone")
	}
	return nil
}

// postTake lets the other registrar ask for one of our names: with an authInfo over EPP like everybody, without one as if it
// knew it.
func (a *API) postTake(r *http.Request) (any, error) {
	t, in, err := named(r)
	if err != nil {
		return nil, err
	}
	ctx := r.Context()
	if in.AuthInfo != "" {
		err = a.Other.Request(ctx, t.namespace, t.name, in.AuthInfo)
	} else {
		err = refused(a.Registry.TakeByTransfer(ctx, t.namespace, t.name, a.Other.Names[t.namespace]))
	}
	if err != nil {
		return nil, err
	}
	a.Runner.ConsumeAll(ctx) // the account hears of it at once
	d, err := a.Holdings.Domain(ctx, t.namespace, t.name)
	if err != nil {
		return nil, refused(err)
	}
	if !d.Transfer.Waits() {
		return nameAnswer{Name: t.name, Environment: t.namespace, Done: "transferred to " + d.Sponsor}, nil
	}
	s := a.shownTransfer(t, &d, 0)
	return nameAnswer{Name: t.name, Environment: t.namespace, Done: "requested", Transfer: &s}, nil
}

// nameAnswer is what the calls about one name answer.
type nameAnswer struct {
	Name        string     `json:"name"`
	Environment string     `json:"environment"`
	Done        string     `json:"done"` // "requested", "given", "approved", "rejected"
	AuthInfo    string     `json:"auth_info,omitempty"`
	Transfer    *transfer  `json:"transfer,omitempty"`
	Order       *openOrder `json:"order,omitempty"`
}

// postGive makes a name ready to be transferred to us: one of the other registrar, or a free one, which it registers first.
func (a *API) postGive(r *http.Request) (any, error) {
	t, in, err := named(r)
	if err == nil {
		err = in.noAuthInfo()
	}
	if err != nil {
		return nil, err
	}
	auth, err := a.Registry.Give(r.Context(), t.namespace, t.name, a.Other.Names[t.namespace])
	if err != nil {
		return nil, refused(err)
	}
	return nameAnswer{Name: t.name, Environment: t.namespace, Done: "given", AuthInfo: auth}, nil
}

// postApprove lets the other registrar approve the transfer of one of its names.
func (a *API) postApprove(r *http.Request) (any, error) { return a.decideForOther(r, true) }

// postReject lets the other registrar reject it.
func (a *API) postReject(r *http.Request) (any, error) { return a.decideForOther(r, false) }

func (a *API) decideForOther(r *http.Request, approve bool) (any, error) {
	t, in, err := named(r)
	if err == nil {
		err = in.noAuthInfo()
	}
	if err != nil {
		return nil, err
	}
	ctx := r.Context()
	w := waits{target: t}
	if w.domain, err = a.Holdings.Domain(ctx, t.namespace, t.name); err != nil {
		return nil, refused(err)
	}
	if err := a.mayDecide(t, &w.domain); err != nil {
		return nil, err
	}
	w.domain.Pending = nil // the transfer is meant
	if n := a.orderFor(ctx, t); n != 0 {
		w.order = &order.Order{Number: order.Number(n)}
	}
	if err := a.carry(ctx, w, approve); err != nil {
		return nil, err
	}
	out := nameAnswer{Name: t.name, Environment: t.namespace, Done: "rejected"}
	if approve {
		out.Done = "approved"
	}
	if w.order != nil {
		o, err := a.Store.View().AnyOrder(ctx, w.order.Number)
		if err != nil {
			return nil, err
		}
		s := a.shownOrder(ctx, a.names(), &o, &w.domain)
		out.Order = &s
	}
	return out, nil
}

// mayDecide holds to what a losing registrar may do.
func (a *API) mayDecide(t target, d *repo.Domain) error {
	switch {
	case !d.Transfer.Waits():
		return errs.F(errs.WrongState, "name", "no transfer of %s waits", t.name)
	case d.Transfer.AcID == a.Own[t.namespace]:
		return errs.F(errs.WrongState, "name", "%s is ours and asked for by %s: its account decides, or polyreg order complete|fail %s", t.name, d.Transfer.ReID, t.name)
	case d.Transfer.AcID != a.Other.Names[t.namespace]:
		return errs.F(errs.WrongState, "name", "%s is held by %s, not by the other registrar", t.name, d.Transfer.AcID)
	}
	return nil
}
