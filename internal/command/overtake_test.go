package command_test

import (
	"context"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/store/pgtest"
)

// overtaken holds the answer 1001 back until the registry's message about the end has been taken in.
type overtaken struct {
	registry.Registry
	end *func()
}

func (o overtaken) hold() {
	if f := *o.end; f != nil {
		*o.end = nil
		f()
	}
}

func (o overtaken) CreateDomain(ctx context.Context, id string, in registry.DomainCreate) (registry.DomainCreated, error) {
	res, err := o.Registry.CreateDomain(ctx, id, in)
	o.hold()
	return res, err
}
func (o overtaken) RenewDomain(ctx context.Context, id string, in registry.DomainRenew) (registry.DomainRenewed, error) {
	res, err := o.Registry.RenewDomain(ctx, id, in)
	o.hold()
	return res, err
}
func (o overtaken) UpdateDomain(ctx context.Context, id string, in registry.DomainUpdate) (registry.Result, error) {
	res, err := o.Registry.UpdateDomain(ctx, id, in)
	o.hold()
	return res, err
}
func (o overtaken) DeleteDomain(ctx context.Context, id string, name dname.Name) (registry.Result, error) {
	res, err := o.Registry.DeleteDomain(ctx, id, name)
	o.hold()
	return res, err
}
func (o overtaken) TransferDomain(ctx context.Context, id string, in registry.DomainTransfer) (registry.Transferred, error) {
	res, err := o.Registry.TransferDomain(ctx, id, in)
	o.hold()
	return res, err
}

// TestAMessageOvertakesTheAnswer lets the end of a pending command arrive before its answer: there is one outcome, one charge,
// one object, on both databases.
func TestAMessageOvertakesTheAnswer(t *testing.T) {
	t.Parallel()
	for _, db := range []string{"sqlite", "postgres"} {
		t.Run(db, func(t *testing.T) {
			t.Parallel()
			var end func()
			pending := false
			options := []dialecttest.Option{dialecttest.Pending(func(string, string) bool { return pending }), func(o *core.Options) {
				o.Wrap = func(r registry.Registry) registry.Registry { return overtaken{r, &end} }
				o.Timing.Due, o.Timing.Poll, o.Timing.Inline = time.Hour, time.Hour, 30*time.Second
			}}
			if db == "postgres" {
				d := pgtest.Open(t)
				options = append(options, func(o *core.Options) { o.DB = d })
			}
			w := dialecttest.New(t, options...)
			f := &cutOff{World: w, t: t, c: alpha(t, w), cut: &cut{}}
			lock := true
			for _, k := range []struct {
				name    string
				prepare func()
				order   func() (order.Number, error)
				approve func() error
				cost    int64
			}{
				{"create", nil, func() (order.Number, error) { return ordered(do(f, registerCmd(f.name))) }, nil, 1000},
				{"renew", f.held, func() (order.Number, error) { return ordered(do(f, command.RenewDomain{Name: f.name, Years: 1})) }, nil, 1100},
				{"update", f.held, func() (order.Number, error) { return ordered(do(f, command.UpdateDomain{Name: f.name, Lock: &lock})) }, nil, 0},
				{"delete", func() {
					f.held()
					f.Clocks.Advance(6 * 24 * time.Hour) // past the add grace period
				}, func() (order.Number, error) { return ordered(do(f, command.DeleteDomain{Name: f.name})) }, nil, 0},
				{"transfer", f.give, func() (order.Number, error) {
					return ordered(do(f, command.TransferDomain{Name: f.name, AuthInfo: "in-AuthInfo-1"}))
				}, func() error { return f.Sim.Approve(t.Context(), repo.Live, f.name) }, 900},
			} {
				f.name = k.name + "-overtaken.com"
				pending, end = false, nil
				if k.prepare != nil {
					k.prepare()
				}
				before, err := do(f, command.Balance{})
				f.must(err)
				pending = k.approve == nil
				end = func() {
					if k.approve != nil {
						f.must(k.approve())
					} else {
						f.must(w.Sim.ResolvePending(t.Context(), repo.Live, f.name, true))
					}
					pending = false
					w.Runner.ConsumeAll(t.Context())
				}
				n, err := k.order()
				if err != nil {
					t.Errorf("%s: %v", k.name, err)
					continue
				}
				o := waitEnd(t, w, f.c, n)
				left, err := do(f, command.Balance{})
				f.must(err)
				if o.State != order.Done || o.Attempt != 1 || before.Balance-left.Balance != k.cost || left.Held != 0 {
					t.Errorf("%s: %s %v after %d attempts, cost %d (want %d), held %d", k.name, o.State, o.Error, o.Attempt, before.Balance-left.Balance, k.cost, left.Held)
				}
				if info, err := do(f, command.InfoDomain{Name: f.name}); err != nil || k.name == "update" && !info.Domain.Has(domain.ClientTransferProhibit) {
					t.Errorf("%s: %v %v", k.name, info.Domain.Statuses, err)
				}
			}
			proof(t, w)
		})
	}
}
