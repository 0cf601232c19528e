package core

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/ca"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/epp"
	"github.com/polyreg/polyreg/internal/registry/epp/profiles"
	"github.com/polyreg/polyreg/internal/registry/registrytest"
	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/secret"
	"github.com/polyreg/polyreg/internal/seed"
	"github.com/polyreg/polyreg/internal/store"
	"github.com/polyreg/polyreg/internal/store/simstore"
	"github.com/polyreg/polyreg/internal/store/sqlite"
)

const profilePassword = "password-of-both"

// profiled is the embedded registry as a profile has it, with access for two registrars.
type profiled struct {
	srv    *sim.Server
	conf   func(user string) epp.Config
	access func(t *testing.T, user string) *epp.Client
}

func startProfile(t *testing.T, p profiles.Profile, change func(*sim.Config)) *profiled {
	t.Helper()
	d, err := sqlite.OpenTemp()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := store.MigrateSim(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	authority, err := ca.Load(t.TempDir(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cert, err := authority.Issue(time.Now(), "localhost")
	if err != nil {
		t.Fatal(err)
	}
	cfg := sim.Config{Store: simstore.New(d), Clocks: clock.System(), TLS: &tls.Config{Certificates: []tls.Certificate{cert}},
		TLDs: map[string]sim.TLD{"example": {}}, Passwords: secret.NewPasswords(secret.MinParams), Vault: secret.NewRing(),
		Prices: &sim.PriceTable{Currency: "EUR", Standard: sim.Prices{Create: 800, Renew: 800, Transfer: 800, Restore: 4000}}}
	ProfileServer(p, &cfg)
	if change != nil {
		change(&cfg)
	}
	out := &profiled{}
	if out.srv, err = sim.New(cfg); err != nil {
		t.Fatal(err)
	}
	if err := out.srv.Seed(t.Context(), sim.Seed{Registrars: []sim.SeedRegistrar{{ID: "reg-a", Namespace: repo.Live, Password: profilePassword},
		{ID: "reg-b", Namespace: repo.Live, Password: profilePassword}}}); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- out.srv.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := errors.Join(out.srv.Shutdown(ctx), <-served); !errors.Is(err, sim.ErrClosed) {
			t.Error(err)
		}
	})
	out.conf = func(user string) epp.Config {
		return epp.Config{Name: p.Name, Addr: l.Addr().String(), ServerName: "localhost", RootCAs: authority.Pool(), User: user, Password: profilePassword,
			Capabilities: registry.Capabilities{Contacts: true, HostObjects: true}}
	}
	out.access = func(t *testing.T, user string) *epp.Client {
		cfg := out.conf(user)
		p.Configure(&cfg)
		c, err := epp.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}
	return out
}

// The port's conformance suite, for each profile over the embedded registry that was started with it. What a profile does not
// have is refused, and a domain that is new may be transferred, for the suite has no time to wait.
func TestProfiles(t *testing.T) {
	t.Parallel()
	for _, name := range profiles.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _ := profiles.Named(name)
			p.Server.MaxYears = 0 // the suite registers for up to three
			p.Server.TransferLock = -1
			if p.Capabilities.RGP {
				p.Server.Grace.Add = -1 // a delete leads to redemption then, whatever the age
			}
			r := startProfile(t, p, nil)
			as := func(user string) func(*testing.T) registry.Registry {
				return func(t *testing.T) registry.Registry { return r.access(t, user) }
			}
			registrytest.ExerciseWith(t, registrytest.Options{TLD: registrytest.DefaultTLD, Open: as("reg-a"), Other: as("reg-b"),
				TransferNoYear: p.Server.TransferNoYear})
			want, got := p.Capabilities, r.access(t, "reg-a")
			if err := got.Ping(t.Context()); err != nil || got.Capabilities() != want {
				t.Errorf("capabilities %+v, %v, want %+v", got.Capabilities(), err, want)
			}
		})
	}
}

// One list of servers is one set, whoever orders it and however often; what others put under its id is left alone.
func TestSetsAreShared(t *testing.T) {
	t.Parallel()
	p, _ := profiles.Named("cz")
	p.Server.RequireRegistrant = false
	r := startProfile(t, p, func(cfg *sim.Config) { cfg.Extensions = nil })
	ctx := t.Context()
	servers := []dname.Name{"ns1.x.net", "ns2.x.net"}
	a, b := r.access(t, "reg-a"), r.access(t, "reg-b")
	create := func(c *epp.Client, n string) {
		t.Helper()
		in := registry.DomainCreate{Name: dname.Name(n), Years: 1, NameServers: servers, AuthInfo: "auth-1nfo"}
		if _, err := c.CreateDomain(ctx, "T-"+n, in); err != nil {
			t.Fatal(err)
		}
		d, err := c.InfoDomain(ctx, in.Name)
		if slices.Sort(d.NameServers); err != nil || !slices.Equal(d.NameServers, []dname.Name{"ns1.x.net", "ns2.x.net"}) {
			t.Fatalf("%s: %+v %v", n, d, err)
		}
	}
	create(a, "one.example")
	slices.Reverse(servers)
	before := a.Status().Counters.Commands
	create(a, "two.example")
	if sent := a.Status().Counters.Commands - before; sent != 3 { // create, info of the domain and of its set
		t.Errorf("%d commands for a known set", sent)
	}
	create(r.access(t, "reg-a"), "three.example") // knows nothing, and finds the set there
	create(b, "four.example")
	up := registry.DomainUpdate{Name: "two.example", AddNS: []dname.Name{"ns3.x.net"}, RemNS: servers[:1]}
	if _, err := a.UpdateDomain(ctx, "T-u", up); err != nil {
		t.Fatal(err)
	}
	if _, err := a.UpdateDomain(ctx, "T-u2", up); registry.CodeOf(err) != registry.CodePolicy {
		t.Errorf("the same update again: %v", err)
	}
	if d, err := a.InfoDomain(ctx, "one.example"); err != nil || len(d.NameServers) != 2 || slices.Contains(d.NameServers, "ns3.x.net") {
		t.Errorf("a domain beside the updated one: %+v %v", d, err)
	}
	none := registry.DomainUpdate{Name: "one.example", RemNS: servers}
	if _, err := a.UpdateDomain(ctx, "T-n", none); err != nil {
		t.Fatal(err)
	}
	if d, err := a.InfoDomain(ctx, "one.example"); err != nil || len(d.NameServers) != 0 || !slices.Contains(d.Statuses, "inactive") {
		t.Errorf("without servers: %+v %v", d, err)
	}
}

// The built-in catalog's endings have what their classes say, and a client of all of them names sets under .cz alone.
func TestEndingsHaveTheirClass(t *testing.T) {
	t.Parallel()
	cat, err := seed.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	tlds := simTLDs(cat)
	if cz, com, eu := tlds["cz"], tlds["com"], tlds["eu"]; !cz.Sets || !cz.TransferNoYear || com.Sets || com.InstantTransfer || !eu.InstantTransfer || !eu.NoReport {
		t.Errorf("cz %+v\ncom %+v\neu %+v", cz, com, eu)
	}
	if cfg := (Remote{}).Config(cat, nil); !slices.Equal(cfg.SetTLDs, []string{"cz"}) || !cfg.SetsIfOffered {
		t.Errorf("sets under %v", cfg.SetTLDs)
	}
	thin, err := Tuned("thin", nil)
	if err != nil {
		t.Fatal(err)
	}
	if cfg := (Remote{Tune: thin}).Config(cat, nil); cfg.Capabilities.Contacts || !cfg.Capabilities.HostObjects || cfg.SetTLDs != nil {
		t.Errorf("thin: %+v, sets under %v", cfg.Capabilities, cfg.SetTLDs)
	}
	if _, err := Tuned("none", nil); err == nil {
		t.Error("a profile that is not there was taken")
	}
}

// Endings of all kinds live in one registry: hosts here and sets there, through one client.
func TestMixedEndings(t *testing.T) {
	t.Parallel()
	thick, _ := profiles.Named("thick")
	r := startProfile(t, thick, func(cfg *sim.Config) {
		cfg.Objects, cfg.Extensions = nil, nil
		cfg.TLDs = map[string]sim.TLD{"example": {}, "cz": {Sets: true}}
	})
	ctx := t.Context()
	cfg := r.conf("reg-a")
	cfg.SetTLDs = []string{"cz"}
	c, err := epp.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	ns := []dname.Name{"ns1.x.net"}
	if _, err := c.CreateHost(ctx, "T-h", registry.Host{Name: ns[0]}); err != nil {
		t.Fatal(err)
	}
	for _, n := range []dname.Name{"one.example", "one.cz"} {
		if _, err := c.CreateDomain(ctx, "T-"+n.String(), registry.DomainCreate{Name: n, Years: 1, NameServers: ns, AuthInfo: "auth-1nfo"}); err != nil {
			t.Fatal(err)
		}
		if d, err := c.InfoDomain(ctx, n); err != nil || !slices.Equal(d.NameServers, ns) {
			t.Errorf("%+v %v", d, err)
		}
	}
	if h, err := c.InfoHost(ctx, ns[0]); err != nil || !slices.Contains(h.Statuses, "linked") {
		t.Errorf("%+v %v", h, err)
	}
}
