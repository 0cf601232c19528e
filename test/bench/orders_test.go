package bench

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

// instant is a registry that, while it is switched on, takes everything and answers at once: what is left is the core's own
// work.
type instant struct {
	registry.Registry
	clocks *clock.Clocks
	on     *atomic.Bool
}

// CheckDomains says that all names are free.
func (r instant) CheckDomains(ctx context.Context, names []dname.Name) ([]registry.Availability, error) {
	if !r.on.Load() {
		return r.Registry.CheckDomains(ctx, names)
	}
	out := make([]registry.Availability, len(names))
	for i, n := range names {
		out[i] = registry.Availability{Name: n, Available: true}
	}
	return out, nil
}

// CheckHosts says that all hosts exist.
func (r instant) CheckHosts(ctx context.Context, names []dname.Name) ([]registry.Availability, error) {
	if !r.on.Load() {
		return r.Registry.CheckHosts(ctx, names)
	}
	out := make([]registry.Availability, len(names))
	for i, n := range names {
		out[i] = registry.Availability{Name: n}
	}
	return out, nil
}

// CreateDomain takes it.
func (r instant) CreateDomain(ctx context.Context, clTRID string, in registry.DomainCreate) (registry.DomainCreated, error) {
	if !r.on.Load() {
		return r.Registry.CreateDomain(ctx, clTRID, in)
	}
	now := r.clocks.Registrar()
	return registry.DomainCreated{Result: registry.Result{Code: registry.CodeOK, SvTRID: "sv-" + clTRID, Text: "Command completed successfully"},
		Created: now, Expires: clock.AddYears(now, in.Years)}, nil
}

var names atomic.Int64

// newName is a name that nobody has.
func newName() string { return fmt.Sprintf("bench-%d.com", names.Add(1)) }

// register orders a name for an account, with a contact that the registry has, or with one that comes along.
func (w *world) register(i int, fresh bool) error {
	c := w.callers[i]
	name := newName()
	c.RequestID = "req-" + name
	ref := command.ContactRef{ID: w.jane[i]}
	if fresh {
		jane := dialecttest.Jane()
		ref = command.ContactRef{New: &jane}
	}
	contacts := map[domain.Role]command.ContactRef{}
	for _, role := range domain.Roles {
		contacts[role] = ref
	}
	out, err := command.Do(context.Background(), w.Runner, c, command.RegisterDomain{Name: name, Years: 1, Contacts: contacts,
		Servers: command.ServerList{Platform: true}, AutoRenew: domain.Renew})
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", name, err)
	case out.Order.State != order.Done:
		return errs.E(errs.Internal, "%s is %s", name, out.Order.State)
	}
	return nil
}
