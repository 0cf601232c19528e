package command_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

// hostly writes down what is asked about hosts and sent, and refuses the next creates with given codes.
type hostly struct {
	registry.Registry
	log *hostLog
}

type hostLog struct {
	mu     sync.Mutex
	calls  []string
	refuse []int
}

func (l *hostLog) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := strings.Join(l.calls, " ")
	l.calls = nil
	return s
}

func (h hostly) CheckHosts(ctx context.Context, names []dname.Name) ([]registry.Availability, error) {
	h.log.mu.Lock()
	h.log.calls = append(h.log.calls, "check")
	h.log.mu.Unlock()
	return h.Registry.CheckHosts(ctx, names)
}

func (h hostly) CreateDomain(ctx context.Context, id string, in registry.DomainCreate) (registry.DomainCreated, error) {
	_, attempt, _ := strings.Cut(id, "-")
	h.log.mu.Lock()
	h.log.calls = append(h.log.calls, "create-"+attempt)
	code := 0
	if len(h.log.refuse) > 0 {
		code, h.log.refuse = h.log.refuse[0], h.log.refuse[1:]
	}
	h.log.mu.Unlock()
	if code != 0 {
		return registry.DomainCreated{}, registry.Refused(code, "refused on purpose")
	}
	return h.Registry.CreateDomain(ctx, id, in)
}

func TestHostsAreRememberedAndForgotten(t *testing.T) {
	t.Parallel()
	log := &hostLog{}
	ctx := context.Background()
	w := dialecttest.New(t, func(o *core.Options) {
		o.Wrap = func(r registry.Registry) registry.Registry { return hostly{r, log} }
	})
	who := alpha(t, w)
	for _, c := range []struct {
		name   string
		refuse []int
		calls  string
		kind   errs.Kind
	}{
		{name: "first.com", calls: "check create-1"},
		{name: "second.com", calls: "create-1"},
		{name: "gone.com", refuse: []int{registry.CodeNotExist}, calls: "create-1 check create-2"},
		{name: "third.com", calls: "create-1"},
		{name: "taken.com", refuse: []int{registry.CodeObjectExists}, calls: "create-1", kind: errs.NotAvailable},
		{name: "refused.com", refuse: []int{2306, 2306}, calls: "create-1 check create-2", kind: errs.RegistryRejected},
		{name: "last.com", calls: "create-1"},
	} {
		log.refuse = c.refuse
		out, err := command.Do(ctx, w.Runner, who, registerCmd(c.name))
		if got := log.take(); got != c.calls || errs.KindOf(err) != c.kind || err == nil && out.Order.State != order.Done {
			t.Errorf("%s: %q, want %q; %s, %v", c.name, got, c.calls, out.Order.State, err)
		}
	}
	b, err := command.Do(ctx, w.Runner, who, command.Balance{})
	if err != nil || b.Balance != 95000 || b.Held != 0 {
		t.Errorf("five registrations, five charges: %+v, %v", b, err)
	}
	proof(t, w)
}
