package manage

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

// namespaces of the embedded registry, named like the environments.
var namespaces = []string{repo.Live, repo.Test}

// target is a name at the embedded registry.
type target struct{ namespace, name string }

// sorted walks through the targets of a name space by name.
func sorted(m map[target]*repo.Domain, ns string) iter.Seq2[target, *repo.Domain] {
	return func(yield func(target, *repo.Domain) bool) {
		keys := slices.SortedFunc(maps.Keys(m), func(a, b target) int { return cmp.Compare(a.name, b.name) })
		for _, k := range keys {
			if k.namespace == ns && !yield(k, m[k]) {
				return
			}
		}
	}
}

// decisionOrder is what POST orders takes.
type decisionOrder struct {
	Decision    string `json:"decision"`    // "complete", "fail" or "never"
	AfterPolls  int    `json:"after_polls"` // with complete and fail: not at once, but after so many requests of the order's account
	Environment string `json:"environment"` // when the path has a name: live by default
}

func (d *decisionOrder) check() error {
	switch d.Decision {
	case "complete", "fail", "never":
	case "":
		return errs.F(errs.Missing, "decision", "is needed: complete, fail or never")
	default:
		return errs.F(errs.Invalid, "decision", "%q is none of complete, fail, never", d.Decision)
	}
	if d.AfterPolls < 0 || d.AfterPolls > 0 && d.Decision == "never" {
		return errs.F(errs.Invalid, "after_polls", "must be a number of requests, with complete or fail")
	}
	return nil
}

// decided is what POST orders answers.
type decided struct {
	Order    *openOrder `json:"order,omitempty"`    // as it is now
	Transfer *transfer  `json:"transfer,omitempty"` // as it was, where no order of ours asked for it
	Decision string     `json:"decision"`           // what was decided, or is still to be
}

// postOrder decides an order, or a transfer, that waits at the embedded registry. The path has the order's number or the name.
func (a *API) postOrder(r *http.Request) (any, error) {
	var in decisionOrder
	if err := read(r, &in); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	env, err := environmentOf(in.Environment)
	if err != nil {
		return nil, err
	}
	w, err := a.find(r.Context(), r.PathValue("order"), env)
	if err != nil {
		return nil, err
	}
	dec := decision{complete: in.Decision == "complete", polls: in.AfterPolls, never: in.Decision == "never", w: w}
	if w.order != nil {
		acc := a.names().of(r.Context(), w.order.Account)
		dec.account, dec.dialect, dec.command = acc.Name, w.order.Caller.Dialect, w.order.Caller.Command
	}
	if in.AfterPolls > 0 && w.order == nil {
		return nil, errs.F(errs.Invalid, "after_polls", "nobody polls for %s: no order of ours asked for this transfer", w.name)
	}
	if dec.never || dec.polls > 0 {
		err = a.putOff(r.Context(), &dec)
	} else {
		err = a.carry(r.Context(), w, dec.complete)
	}
	if err != nil {
		return nil, err
	}
	return a.after(r.Context(), w, dec)
}

// waits is something at the registry that waits for a decision.
type waits struct {
	target
	order  *order.Order // nil for a transfer that no order of ours asked for
	domain repo.Domain
}

// find looks for what waits under an order's number or a name.
func (a *API) find(ctx context.Context, word string, env account.Environment) (waits, error) {
	if n, err := strconv.ParseInt(word, 10, 64); err == nil {
		return a.findOrder(ctx, order.Number(n))
	}
	name, err := dname.Parse(word)
	if err != nil {
		return waits{}, errs.F(errs.Invalid, "order", "%q is neither the number of an order nor a domain name", word)
	}
	o, err := a.Store.View().OpenOrder(ctx, env, "domain", string(name))
	if err == nil {
		return a.findOrder(ctx, o.Number)
	}
	if !errs.Is(err, errs.NotFound) {
		return waits{}, err
	}
	w := waits{target: target{string(env), string(name)}}
	if w.domain, err = a.Holdings.Domain(ctx, w.namespace, w.name); err != nil {
		return w, refused(err)
	}
	if w.domain.Pending == nil && !w.domain.Transfer.Waits() {
		return w, errs.F(errs.WrongState, "order", "no order for %s is open, and no transfer of it waits", name)
	}
	return w, nil
}

func (a *API) findOrder(ctx context.Context, n order.Number) (waits, error) {
	o, err := a.Store.View().AnyOrder(ctx, n)
	if errs.Is(err, errs.NotFound) {
		return waits{}, errs.F(errs.NotFound, "order", "there is no order %d", n)
	}
	if err != nil {
		return waits{}, err
	}
	if !o.State.Open() {
		return waits{}, errs.F(errs.WrongState, "order", "order %d is %s already", n, o.State)
	}
	w := waits{target: target{string(o.Environment), o.ObjectName}, order: &o}
	w.domain, err = a.Holdings.Domain(ctx, w.namespace, w.name)
	if err == nil && (concerns(&o, w.domain.Pending) || o.Operation == order.TransferIn && w.domain.Transfer.Waits()) {
		return w, nil
	}
	return w, errs.F(errs.WrongState, "order", "order %d (%s) waits for no decision at the embedded registry: polyreg is finding out what became of it", n, o.State)
}

// carry makes a decision at the registry and takes what it has to tell.
func (a *API) carry(ctx context.Context, w waits, complete bool) error {
	a.forget(w.target)
	var err error
	switch {
	case w.domain.Pending != nil:
		err = a.Registry.ResolvePending(ctx, w.namespace, w.name, complete)
	case complete:
		err = a.Registry.Approve(ctx, w.namespace, w.name)
	default:
		err = a.Registry.Reject(ctx, w.namespace, w.name)
	}
	if err != nil {
		return refused(err)
	}
	var n order.Number
	if w.order != nil {
		n = w.order.Number
	}
	return a.settle(ctx, n)
}

// How long a decision may take to reach its order, and how often that is looked at.
const (
	settleWithin = 10 * time.Second
	settleEvery  = 30 * time.Millisecond
)

// settle takes the registry's messages until an order has its outcome; number 0 takes them once. An order that is still open
// after a while goes on by itself.
func (a *API) settle(ctx context.Context, n order.Number) error {
	ctx, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	t := time.NewTicker(settleEvery)
	defer t.Stop()
	for {
		a.Runner.ConsumeAll(ctx)
		if n == 0 {
			return nil
		}
		o, err := a.Store.View().AnyOrder(ctx, n)
		if err != nil || !o.State.Open() {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}

// after tells what a decision has led to.
func (a *API) after(ctx context.Context, w waits, dec decision) (any, error) {
	out := decided{Decision: dec.String()}
	if w.order == nil {
		if w.domain.Transfer.Waits() {
			t := a.shownTransfer(w.target, &w.domain, 0)
			out.Transfer = &t
		}
		return out, nil
	}
	o, err := a.Store.View().AnyOrder(ctx, w.order.Number)
	if err != nil {
		return nil, err
	}
	s := a.shownOrder(ctx, a.names(), &o, &w.domain)
	out.Order = &s
	return out, nil
}
