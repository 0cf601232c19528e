package lifecycle_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/lifecycle"
	"github.com/polyreg/polyreg/internal/money"
)

const day = 24 * time.Hour

// idle keeps the due list from being worked off but by the test itself.
func idle(o *core.Options) { o.Timing.Due = time.Hour }

// world is a platform with the caller alpha.
type world struct {
	*dialecttest.World
	t   *testing.T
	ctx context.Context
	c   command.Caller
}

func newWorld(t *testing.T, options ...dialecttest.Option) *world {
	t.Helper()
	w := &world{World: dialecttest.New(t, append([]dialecttest.Option{idle}, options...)...), t: t, ctx: t.Context()}
	w.c = w.Caller(t, "alpha")
	return w
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// do runs a command for alpha.
func do[R any](w *world, cmd command.Command[R]) R {
	w.t.Helper()
	out, err := command.Do(w.ctx, w.Runner, w.c, cmd)
	w.ok(err)
	return out
}

// register makes a name with a fresh registrant for a year.
func (w *world) register(name string, change ...func(*command.RegisterDomain)) domain.Domain {
	w.t.Helper()
	data := dialecttest.Jane()
	cmd := command.RegisterDomain{Name: name, Years: 1, FillRoles: true, Servers: command.ServerList{Platform: true},
		Contacts: map[domain.Role]command.ContactRef{domain.Registrant: {New: &data}}}
	for _, f := range change {
		f(&cmd)
	}
	return *do(w, cmd).Domain
}

// advance moves the clock and gives what that has caused.
func (w *world) advance(d time.Duration) lifecycle.Report {
	w.t.Helper()
	rep, err := w.Core.Lifecycle.Advance(w.ctx, w.Clocks.Registrar().Add(d), nil)
	w.ok(err)
	return rep
}

// since is the event log behind marks, for what may happen before the clock is moved.
func (w *world) since(m command.Marks) lifecycle.Report {
	w.t.Helper()
	events, _, err := w.Store.View().Timeline(w.ctx, m, 0)
	w.ok(err)
	return lifecycle.Report{Events: events}
}

func (w *world) domain(name string) (domain.Domain, error) {
	info, err := command.Do(w.ctx, w.Runner, w.c, command.InfoDomain{Name: name})
	return info.Domain, err
}

// locked tells until when the policy lets a name not go, and why.
func (w *world) locked(d domain.Domain) (time.Time, string) {
	now := w.Clocks.Registrar()
	return d.TransferLock(w.Runner.Policy(d, now), now)
}

func (w *world) balance() money.Amount { return do(w, command.Balance{}).Amount() }

// about gives the lines of a source on an object: its kind and the days since a moment.
func about(rep lifecycle.Report, source, object string, since time.Time) string {
	var lines []string
	for _, e := range rep.Events {
		if e.Source == source && e.Object == object {
			lines = append(lines, fmt.Sprintf("%+g %s", e.At.Sub(since).Hours()/24, e.Kind))
		}
	}
	return strings.Join(lines, "\n")
}

func (w *world) same(got, want string) {
	w.t.Helper()
	if got != strings.TrimSpace(want) {
		w.t.Errorf("got:\n%s\nwant:\n%s", got, strings.TrimSpace(want))
	}
}
