package command_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/secret"
)

// A probe finds the object of a pending create in the registry, in the status pendingCreate: that is no success yet.
func TestAPendingCreateIsNotDone(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := dialecttest.New(t, dialecttest.Pending(func(op, _ string) bool { return op == "create" }), func(o *core.Options) {
		o.Timing.ProbeEvery = 50 * time.Millisecond
	})
	c := alpha(t, w)
	out, err := command.Do(ctx, w.Runner, c, registerCmd("slow.com"))
	if err != nil || !out.Pending {
		t.Fatalf("%+v, %v", out, err)
	}
	time.Sleep(400 * time.Millisecond) // several probes
	o, err := command.Do(ctx, w.Runner, c, command.GetOrder{Number: out.Order.Number})
	if err != nil || o.State != order.Pending {
		t.Fatalf("%+v, %v", o, err)
	}
	if err := w.Sim.ResolvePending(ctx, "live", "slow.com", false); err != nil {
		t.Fatal(err)
	}
	if o := waitEnd(t, w, c, o.Number); o.State != order.Failed {
		t.Fatalf("ended as %s", o.State)
	}
	if b, err := command.Do(ctx, w.Runner, c, command.Balance{}); err != nil || b.Balance != 100000 || b.Held != 0 {
		t.Fatalf("%+v, %v", b, err)
	}
	proof(t, w)
}

// forgetful loses the answer to the first command that the registry keeps pending.
type forgetful struct {
	registry.Registry
	done *atomic.Bool
}

func (f forgetful) UpdateDomain(ctx context.Context, id string, in registry.DomainUpdate) (registry.Result, error) {
	res, err := f.Registry.UpdateDomain(ctx, id, in)
	if err == nil && !f.done.Swap(true) {
		return registry.Result{}, registry.Unknown(0, "", errLost)
	}
	return res, err
}

// The answer "1001" to an update was lost: it is not sent again while the registry still works on it.
func TestALostPendingUpdateIsNotSentAgain(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := dialecttest.New(t, dialecttest.Pending(func(op, _ string) bool { return op == "update" }), func(o *core.Options) {
		o.Wrap = func(r registry.Registry) registry.Registry { return forgetful{r, &atomic.Bool{}} }
	})
	c, lock := alpha(t, w), true
	if _, err := command.Do(ctx, w.Runner, c, registerCmd("kept.com")); err != nil {
		t.Fatal(err)
	}
	out, err := command.Do(ctx, w.Runner, c, command.UpdateDomain{Name: "kept.com", Lock: &lock})
	if err != nil || !out.Pending {
		t.Fatalf("%+v, %v", out, err)
	}
	if err := w.Sim.ResolvePending(ctx, "live", "kept.com", true); err != nil {
		t.Fatal(err)
	}
	if o := waitEnd(t, w, c, out.Order.Number); o.State != order.Done || o.Attempt != 1 {
		t.Fatalf("ended as %s after %d attempts", o.State, o.Attempt)
	}
}

// slowly carries the first create out only after it was asked whether it did, and then cannot be asked once.
type slowly struct {
	registry.Registry
	mu    sync.Mutex
	late  func() error
	count int // creates
	asked int // since the second
}

func (s *slowly) CreateDomain(ctx context.Context, id string, in registry.DomainCreate) (registry.DomainCreated, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.count++; s.count == 1 {
		s.late = func() error { _, err := s.Registry.CreateDomain(context.WithoutCancel(ctx), id, in); return err }
		return registry.DomainCreated{}, registry.Unknown(0, "", errLost)
	}
	return s.Registry.CreateDomain(ctx, id, in)
}

func (s *slowly) InfoDomain(ctx context.Context, name dname.Name) (registry.Domain, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.count == 2 {
		if s.asked++; s.asked == 1 {
			return registry.Domain{}, registry.Unknown(0, "", errLost)
		}
	}
	d, err := s.Registry.InfoDomain(ctx, name)
	if s.late != nil {
		if late := s.late(); late != nil {
			return d, late
		}
		s.late = nil
	}
	return d, err
}

// A name is refused as taken, for the attempt before has taken it after all; whoever cannot ask at that moment asks again.
func TestAnEchoIsNoRefusal(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := dialecttest.New(t, func(o *core.Options) {
		o.Wrap = func(r registry.Registry) registry.Registry { return &slowly{Registry: r} }
	})
	c := alpha(t, w)
	out, err := command.Do(ctx, w.Runner, c, registerCmd("echo.com"))
	if err != nil {
		t.Fatal(err)
	}
	if o := waitEnd(t, w, c, out.Order.Number); o.State != order.Done || o.Attempt != 2 {
		t.Fatalf("ended as %s after %d attempts: %v", o.State, o.Attempt, o.Error)
	}
	proof(t, w)
}

// letters is a registry whose queue holds one message.
type letters struct {
	registry.Registry
	m     *registry.Message
	acked bool
}

func (l *letters) PollRequest(context.Context) (*registry.Message, error) { return l.m, nil }
func (l *letters) PollAck(context.Context, string) error                  { l.acked = true; return nil }

// A refusal of another attempt, or of a step besides, says nothing about the attempt that is under way.
func TestRefusalsOfOtherAttemptsEndNothing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := dialecttest.New(t, dialecttest.Pending(func(op, _ string) bool { return op == "create" }))
	c := alpha(t, w)
	out, err := command.Do(ctx, w.Runner, c, registerCmd("letters.com"))
	if err != nil || !out.Pending {
		t.Fatalf("%+v, %v", out, err)
	}
	reg, err := w.Core.Registries.Named(out.Order.Registry)
	if err != nil {
		t.Fatal(err)
	}
	for i, id := range []string{order.EPPID(out.Order.Number, 2, ""), order.EPPID(out.Order.Number, 1, "c1")} {
		l := &letters{Registry: reg, m: &registry.Message{ID: fmt.Sprintf("letter-%d", i), Text: "refused",
			PanData: &registry.PanData{Name: "letters.com", ClTRID: id}}}
		if _, err := w.Runner.ConsumeMessage(ctx, l); err != nil || !l.acked {
			t.Fatalf("%s: %v", id, err)
		}
		if o, err := command.Do(ctx, w.Runner, c, command.GetOrder{Number: out.Order.Number}); err != nil || o.State != order.Pending {
			t.Fatalf("%s: %s, %v", id, o.State, err)
		}
	}
}

// A message whose word the registry's object does not bear out is dealt with all the same: those behind it are not to wait. The
// order is asked about soon.
func TestAMessageAheadOfItsObjectKeepsNoneWaiting(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := dialecttest.New(t, dialecttest.Pending(func(op, _ string) bool { return op == "create" }), func(o *core.Options) { o.Timing.ProbeEvery = 200 * time.Millisecond })
	c := alpha(t, w)
	out, err := command.Do(ctx, w.Runner, c, registerCmd("ahead.com"))
	if err != nil || !out.Pending {
		t.Fatalf("%+v, %v", out, err)
	}
	reg, err := w.Core.Registries.Named(out.Order.Registry)
	if err != nil {
		t.Fatal(err)
	}
	l := &letters{Registry: reg, m: &registry.Message{ID: "ahead", PanData: &registry.PanData{Name: "ahead.com", Done: true, ClTRID: order.EPPID(out.Order.Number, 1, "")}}}
	if _, err := w.Runner.ConsumeMessage(ctx, l); err != nil || !l.acked {
		t.Fatalf("acknowledged %t, %v", l.acked, err)
	}
	if o, err := command.Do(ctx, w.Runner, c, command.GetOrder{Number: out.Order.Number}); err != nil || o.State != order.Pending {
		t.Fatalf("%s, %v", o.State, err)
	}
	if err := w.Sim.ResolvePending(ctx, "live", "ahead.com", true); err != nil {
		t.Fatal(err)
	}
	if o := waitEnd(t, w, c, out.Order.Number); o.State != order.Done {
		t.Fatalf("ended as %s", o.State)
	}
}

// brittle is a store whose transactions fail as the script says, from the first on: nil lets one pass.
type brittle struct {
	command.Store
	mu     *sync.Mutex
	script *[]error
}

func (b brittle) InTx(ctx context.Context, fn func(context.Context, command.Tx) error) error {
	b.mu.Lock()
	var bad error
	if len(*b.script) > 0 {
		bad, *b.script = (*b.script)[0], (*b.script)[1:]
	}
	b.mu.Unlock()
	return b.Store.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return bad
	})
}

// another is a node beside the world's own whose store is brittle.
func another(w *dialecttest.World, script ...error) *command.Runner {
	return command.NewRunner(command.Config{Store: brittle{w.Store, &sync.Mutex{}, &script}, Clocks: w.Clocks, Registries: w.Core.Registries,
		Secrets: secret.NewRing(), Passwords: secret.NewPasswords(secret.MinParams), Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Node: "another",
		Platform: w.Runner.Platform(), Inline: 300 * time.Millisecond, Exchange: 300 * time.Millisecond, Margin: 100 * time.Millisecond}, w.Runner.Catalog())
}

// An outcome that could not be written is not told: the caller hears "pending", and the sweep ends the order.
func TestAnUnwrittenOutcomeIsNotTold(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), dialecttest.New(t)
	c := alpha(t, w)
	out, err := command.Do(ctx, another(w, nil, errors.New("disk full")), c, registerCmd("unwritten.com"))
	if err != nil || !out.Pending || out.Order.State != order.Sent {
		t.Fatalf("%+v, %v", out, err)
	}
	if o := waitEnd(t, w, c, out.Order.Number); o.State != order.Done {
		t.Fatalf("ended as %s: %v", o.State, o.Error)
	}
	if b, err := command.Do(ctx, w.Runner, c, command.Balance{}); err != nil || b.Balance != 99000 || b.Held != 0 {
		t.Fatalf("%+v, %v", b, err)
	}
	if n, err := command.Do(ctx, w.Runner, c, command.NextNotices{Limit: 10}); err != nil || n.Total != 2 { // the seeded one and one result
		t.Fatalf("%+v, %v", n, err)
	}
	proof(t, w)
}

// An object that another transaction changed meanwhile is read again.
func TestTheOutcomeIsWrittenAgainAfterACollision(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), dialecttest.New(t)
	out, err := command.Do(ctx, another(w, nil, errs.E(errs.Conflict, "changed meanwhile")), alpha(t, w), registerCmd("collision.com"))
	if err != nil || out.Order.State != order.Done || out.Balance.Balance != 99000 {
		t.Fatalf("%+v, %v", out, err)
	}
	proof(t, w)
}

// Requests with one key side by side make one order: the same request hears of it, another one is refused.
func TestOneKeySideBySide(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), dialecttest.New(t)
	c := alpha(t, w)
	run := func(key string, name func(int) string) (outs [8]command.Outcome, problems [8]error) {
		c := c
		c.IdempotencyKey = key
		var wg sync.WaitGroup
		for i := range outs {
			wg.Add(1)
			go func() {
				defer wg.Done()
				outs[i], problems[i] = command.Do(ctx, w.Runner, c, registerCmd(name(i)))
			}()
		}
		wg.Wait()
		return outs, problems
	}
	outs, problems := run("same", func(int) string { return "one-key.com" })
	for i, o := range outs {
		if problems[i] != nil || o.Order.Number == 0 || o.Order.Number != outs[0].Order.Number {
			t.Errorf("same request %d: order %d, %v", i, o.Order.Number, problems[i])
		}
	}
	outs, problems = run("other", func(i int) string { return fmt.Sprintf("one-key-%d.com", i) })
	made := 0
	for i, o := range outs {
		switch {
		case problems[i] == nil && o.Order.ObjectName == fmt.Sprintf("one-key-%d.com", i):
			made++
		case !errs.Is(problems[i], errs.Conflict):
			t.Errorf("other request %d: order for %s, %v", i, o.Order.ObjectName, problems[i])
		}
	}
	if made != 1 {
		t.Errorf("%d orders under one key", made)
	}
	proof(t, w)
}

// A contact of its own right that came with a refused order may be in use elsewhere by then.
func TestSharedContactsOutliveARefusedOrder(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := dialecttest.New(t, dialecttest.Pending(func(_, name string) bool { return name == "first.com" }))
	c, data := alpha(t, w), dialecttest.Jane()
	data.City = "Passau"
	shared := func(name string) command.RegisterDomain {
		cmd := registerCmd(name)
		cmd.Contacts = map[domain.Role]command.ContactRef{domain.Registrant: {New: &data, Shared: true}}
		return cmd
	}
	first, err := command.Do(ctx, w.Runner, c, shared("first.com"))
	if err != nil || !first.Pending {
		t.Fatalf("%+v, %v", first, err)
	}
	second, err := command.Do(ctx, w.Runner, c, shared("second.com"))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Sim.ResolvePending(ctx, "live", "first.com", false); err != nil {
		t.Fatal(err)
	}
	waitEnd(t, w, c, first.Order.Number)
	k, err := command.Do(ctx, w.Runner, c, command.FindContact{ID: second.Domain.Contacts[domain.Registrant]})
	if err != nil || k.Contact.Data.City != "Passau" {
		t.Fatalf("%+v, %v", k, err)
	}
}

// vanishing refuses contact updates after something has happened.
type vanishing struct {
	registry.Registry
	before func()
}

func (v vanishing) UpdateContact(context.Context, string, registry.Contact) (registry.Result, error) {
	v.before()
	return registry.Result{}, registry.Refused(2306, "policy")
}

// A refused change of a contact that is gone meanwhile has nothing to put back, and ends.
func TestARefusedChangeOfAGoneContactEnds(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var w *dialecttest.World
	var k command.FoundContact
	w = dialecttest.New(t, func(o *core.Options) {
		o.Wrap = func(r registry.Registry) registry.Registry {
			return vanishing{r, func() {
				_ = w.Store.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
					return tx.DeleteContact(ctx, k.Contact.Account, k.Contact.ID)
				})
			}}
		}
	})
	c := alpha(t, w)
	var err error
	if k, err = command.Do(ctx, w.Runner, c, command.FindContact{Dialect: "domainrobot", Handle: "100101"}); err != nil {
		t.Fatal(err)
	}
	d := k.Contact.Data
	d.City = "Nowhere"
	out, err := command.Do(ctx, w.Runner, c, command.UpdateContact{ID: k.Contact.ID, Data: d})
	if !errs.Is(err, errs.RegistryRejected) || out.Order.State != order.Failed {
		t.Fatalf("%s, %v", out.Order.State, err)
	}
}
