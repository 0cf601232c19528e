package app

import (
	"context"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/config"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/epp"
)

func TestTune(t *testing.T) {
	t.Parallel()
	var got epp.Config
	tuneOf(config.Registry{})(&got)
	if got.CheckWindow != epp.DefaultCheckWindow || got.CheckCache != epp.DefaultCheckCache || got.Rate != 0 || got.Maintenance != nil {
		t.Errorf("left out: %+v", got)
	}
	off := time.Duration(0)
	from, until := time.Unix(1, 0), time.Unix(2, 0)
	got = epp.Config{}
	tuneOf(config.Registry{CheckWindow: &off, CheckCache: &off, Rate: 5, Idle: 7, Maintenance: []config.Window{{From: &from, Until: &until}},
		Timeout: config.Timeout{Connect: 1, Command: 2, KeepAlive: 3, Logout: 4}})(&got)
	if got.CheckWindow != 0 || got.CheckCache != 0 || got.Rate != 5 {
		t.Errorf("switched off: %+v", got)
	}
	if d := cmp.Diff(epp.Timeouts{Connect: 1, Command: 2, KeepAlive: 3, Logout: 4, Idle: 7}, got.Timeouts); d != "" {
		t.Error(d)
	}
	if len(got.Maintenance) != 1 || got.Maintenance[0] != (epp.Window{From: from, Until: until}) {
		t.Errorf("maintenance %+v", got.Maintenance)
	}
}

// freshness notes how names were asked for.
type freshness struct {
	mu    sync.Mutex
	asked map[dname.Name][]bool
}

type wrapped struct {
	registry.Registry
	notes *freshness
}

func (w *wrapped) CheckDomains(ctx context.Context, names []dname.Name) ([]registry.Availability, error) {
	f := w.notes
	f.mu.Lock()
	for _, n := range names {
		f.asked[n] = append(f.asked[n], registry.IsFresh(ctx))
	}
	f.mu.Unlock()
	return w.Registry.CheckDomains(ctx, names)
}

// TestRegistrationsAskAfresh: what a registration decides on never comes from a cache; what is only shown may.
func TestRegistrationsAskAfresh(t *testing.T) {
	t.Parallel()
	f := freshness{asked: map[dname.Name][]bool{}}
	w := dialecttest.New(t, func(o *core.Options) {
		o.Wrap = func(r registry.Registry) registry.Registry { return &wrapped{r, &f} }
	})
	ctx := t.Context()
	c, err := w.Runner.LoginPassword(ctx, command.Login{Dialect: "domainrobot", Login: dialecttest.RobotUser, Context: 4,
		Password: dialecttest.RobotPassword, IP: netip.MustParseAddr("127.0.0.1")})
	if err != nil {
		t.Fatal(err)
	}
	for _, cmd := range []command.CheckDomains{{Names: []string{"fresh-1.com"}}, {Names: []string{"fresh-2.com"}, Fresh: true}} {
		if _, err := command.Do(ctx, w.Runner, c, cmd); err != nil {
			t.Fatal(err)
		}
	}
	jane := dialecttest.Jane()
	if _, err := command.Do(ctx, w.Runner, c, command.RegisterDomain{Name: "fresh-3.com", Years: 1, FillRoles: true,
		Contacts: map[domain.Role]command.ContactRef{domain.Registrant: {New: &jane}},
		Servers:  command.ServerList{Servers: []host.Server{{Name: "ns1.example.net"}, {Name: "ns2.example.net"}}}}); err != nil {
		t.Fatal(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	want := map[dname.Name][]bool{"fresh-1.com": {false}, "fresh-2.com": {true}, "fresh-3.com": {true}}
	if d := cmp.Diff(want, f.asked); d != "" {
		t.Errorf("asked afresh (-want +got):\n%s", d)
	}
}
