package seed_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/app/ca"
	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/secret"
	"github.com/polyreg/polyreg/internal/seed"
)

// world is a core with an embedded registry behind real EPP, made for a file.
type world struct {
	*core.Core
	file *seed.File
}

func newWorld(t testing.TB, data []byte) world {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	f, err := seed.Parse(data, "seed.yaml", t0)
	must(err)
	authority, err := ca.Load(t.TempDir(), time.Now())
	must(err)
	cert, err := authority.Issue(time.Now(), "localhost", "127.0.0.1")
	must(err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	main, registry := databases(t)
	cat, err := seed.CatalogFrom(f)
	must(err)
	servers, set := f.PlatformServers()
	logins := map[string]core.Login{}
	for ns, user := range core.PlatformLogins {
		logins[ns] = core.Login{User: user, Password: "pass-" + ns}
	}
	c, err := core.Open(context.Background(), core.Options{DB: main, Clocks: clock.At(t0), Ring: secret.NewRing(), Passwords: secret.NewPasswords(secret.MinParams),
		Catalog: cat, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Node: "test", Platform: command.Platform{NameServers: servers, NSSet: set}, Single: true,
		Embedded: &core.Embedded{DB: registry, Listener: l, Cert: cert, Trust: authority.Pool(), Logins: logins}})
	must(err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		c.Close(ctx)
	})
	return world{c, f}
}

func (w world) sim(ctx context.Context, s seed.SimSeed) error {
	return w.Sim.Seed(ctx, sim.Seed{Contacts: s.Contacts, Hosts: s.Hosts, Domains: s.Domains})
}

func (w world) caller(t testing.TB, env account.Environment, name string) command.Caller {
	t.Helper()
	a, err := w.Store.View().AccountByName(context.Background(), env, name)
	if err != nil {
		t.Fatal(err)
	}
	return command.Caller{Account: a, Actor: a, Access: account.Full, Dialect: "test", Channel: "test"}
}

// TestApply plants the demo: what the core says of a domain, the registry says over EPP, and both take orders for it.
func TestApply(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t, seed.Demo())
	rep, err := seed.Apply(ctx, w.Runner, w.sim, w.file)
	if err != nil {
		t.Fatal(err)
	}
	if rep.Added.Accounts != 5 || rep.Added.Domains != 6 || rep.Kept != (command.PlantCounts{}) || rep.Foreign != 2 || len(rep.NotServed) != 0 {
		t.Errorf("%s", rep)
	}
	for _, d := range []struct {
		env      account.Environment
		acc, reg string
		name     dname.Name
	}{{"live", "alpha", core.EmbeddedLive, "example.com"}, {"live", "alpha", core.EmbeddedLive, "example.org"},
		{"live", "alpha", core.EmbeddedLive, mustName("bücher-example.de")}, {"live", "beta", core.EmbeddedLive, "beta-example.cz"}, {"test", "trial", core.EmbeddedTest, "trial-example.com"}} {
		info, err := command.Do(ctx, w.Runner, w.caller(t, d.env, d.acc), command.InfoDomain{Name: string(d.name)})
		if err != nil {
			t.Fatal(err)
		}
		reg, err := w.Registries.Named(d.reg)
		if err != nil {
			t.Fatal(err)
		}
		there, err := reg.InfoDomain(ctx, d.name)
		if err != nil {
			t.Fatal(err)
		}
		if !there.Created.Equal(info.Domain.Created) || !there.Expires.Equal(info.Domain.Expires) || there.AuthInfo != info.AuthInfo || info.AuthInfo == "" ||
			there.Sponsor != w.Registries.Sponsor(d.reg) || len(there.NameServers) != len(info.Domain.Servers) || there.Registrant == "" {
			t.Errorf("%s: registry %+v, core %+v", d.name, there, info)
		}
		for role := range info.Contacts {
			at, err := w.Store.View().AtRegistry(ctx, d.reg, []contactID{info.Domain.Contacts[role]})
			id := at[info.Domain.Contacts[role]].ID
			if err != nil || role == domain.Registrant && there.Registrant != id {
				t.Errorf("%s %s: %s, %+v, %v", d.name, role, id, there, err)
			}
			k, err := reg.InfoContact(ctx, id)
			if err != nil || k.Email != info.Contacts[role].Data.Email {
				t.Errorf("%s %s: %+v %v", d.name, role, k, err)
			}
		}
		if want := info.Domain.Locked(); want != contains(there.Statuses, domain.ClientTransferProhibit) {
			t.Errorf("%s: locked %v, registry %v", d.name, want, there.Statuses)
		}
	}
	alpha := w.caller(t, account.Live, "alpha")
	out, err := command.Do(ctx, w.Runner, alpha, command.RenewDomain{Name: "example.com", Years: 1, ExpiryDate: t0.AddDate(0, 0, 630)})
	if err != nil || out.Pending || !out.Domain.Expires.Equal(clock.AddYears(t0.AddDate(0, 0, 630), 1)) {
		t.Errorf("%+v %v", out, err)
	}
	out, err = command.Do(ctx, w.Runner, alpha, command.RegisterDomain{Name: "fresh.com", Years: 1, FillRoles: true, Servers: command.ServerList{Platform: true},
		Contacts: map[domain.Role]command.ContactRef{domain.Registrant: {ID: firstContact(t, w, alpha)}}})
	if err != nil || out.Pending {
		t.Errorf("%+v %v", out, err)
	}
	if lines, err := w.Store.View().Proof(ctx); err != nil || len(lines) > 0 {
		t.Errorf("%v %v", lines, err)
	}
	free, err := command.Do(ctx, w.Runner, alpha, command.CheckDomains{Names: []string{"incoming.com", "locked-away.com"}})
	if err != nil || free[0].Status != command.Taken || free[1].Status != command.Taken {
		t.Errorf("%+v %v", free, err)
	}
}

// TestApplyAgain changes nothing, and completes the registry's half when a crash came between the two transactions.
func TestApplyAgain(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t, seed.Demo())
	crash := fmt.Errorf("gone")
	if _, err := seed.Apply(ctx, w.Runner, func(context.Context, seed.SimSeed) error { return crash }, w.file); err != crash {
		t.Fatal(err)
	}
	var seeds []seed.SimSeed
	keep := func(ctx context.Context, s seed.SimSeed) error { seeds = append(seeds, s); return w.sim(ctx, s) }
	for range 2 {
		rep, err := seed.Apply(ctx, w.Runner, keep, w.file)
		if err != nil || rep.Added != (command.PlantCounts{}) || rep.Kept.Domains != 6 || !strings.HasPrefix(rep.String(), "added nothing; kept 5 accounts, ") {
			t.Errorf("%s, %v", rep, err)
		}
	}
	for i := range seeds {
		for j := range seeds[i].Contacts {
			seeds[i].Contacts[j].AuthInfo = "" // drawn anew; the registry keeps the first
		}
	}
	if diff := cmp.Diff(seeds[0], seeds[1], cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	reg, err := w.Registries.Named(core.EmbeddedLive)
	if err != nil {
		t.Fatal(err)
	}
	d, err := reg.InfoDomain(ctx, "example.com")
	if err != nil || d.AuthInfo != "ex-AuthInfo-1" || !d.Expires.Equal(t0.AddDate(0, 0, 630)) {
		t.Errorf("%+v %v", d, err)
	}
	if b, err := command.Do(ctx, w.Runner, w.caller(t, account.Live, "alpha"), command.Balance{}); err != nil || b.Balance != 100000 {
		t.Errorf("%+v %v", b, err)
	}
}

// TestMirror compares the registry's side of a file: hosts and their sponsors, foreign names, roles.
func TestMirror(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := newWorld(t, []byte(`version: 1
accounts: [{name: a, currency: EUR}]
contacts: [{id: k, account: a, last_name: Müller, phone: "+49.30123456"}, {id: l, account: a}]
hosts: [{name: ns1.one.com, account: a, addresses: [192.0.2.1]}]
domains:
  - {name: one.com, account: a, admin: l, name_servers: [ns1.one.com, ns2.outside.test, ns1.theirs.com, ns.nobody.com], locked: true}
  - {name: two.cz, account: a, admin: l}
foreign_domains:
  - {name: theirs.com, auth_info: x, locked: true, expires: +10d}
  - {name: one.com, environment: test}
`))
	var got seed.SimSeed
	if _, err := seed.Apply(ctx, w.Runner, func(ctx context.Context, s seed.SimSeed) error { got = s; return w.sim(ctx, s) }, w.file); err != nil {
		t.Fatal(err)
	}
	us := core.PlatformLogins[repo.Live]
	wantHosts := []repo.Host{
		{Namespace: "live", Name: "ns.nobody.com", Sponsor: seed.OtherRegistrar}, {Namespace: "live", Name: "ns1.one.com", Sponsor: us, Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.1")}},
		{Namespace: "live", Name: "ns1.polyreg.test", Sponsor: us}, {Namespace: "live", Name: "ns1.theirs.com", Sponsor: seed.OtherRegistrar},
		{Namespace: "live", Name: "ns2.outside.test", Sponsor: us}, {Namespace: "live", Name: "ns2.polyreg.test", Sponsor: us},
	}
	if diff := cmp.Diff(wantHosts, got.Hosts, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	if n := len(got.Contacts); n != 4 || got.Contacts[0].Loc == nil || got.Contacts[1].Int == nil || got.Contacts[0].Voice != "+49.30123456" {
		t.Errorf("%d contacts: %+v", n, got.Contacts)
	}
	one, two := got.Domains[0], got.Domains[1]
	if len(one.Contacts) != 4 || one.Contacts[0].Handle == one.Contacts[1].Handle || one.Contacts[0].Handle != one.Contacts[3].Handle || len(two.Contacts) != 2 {
		t.Errorf("%+v %+v", one, two)
	}
	theirs, test := got.Domains[2], got.Domains[3]
	if theirs.Sponsor != seed.OtherRegistrar || !theirs.Expires.Equal(t0.AddDate(0, 0, 10)) || len(theirs.Statuses) != 1 || test.Namespace != "test" || test.Sponsor != seed.OtherTestRegistrar {
		t.Errorf("%+v %+v", theirs, test)
	}
}

// TestApplyWithoutRegistry takes accounts and contacts, and refuses names before anything is written.
func TestApplyWithoutRegistry(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t, seed.Demo())
	_, err := seed.Apply(ctx, w.Runner, nil, w.file)
	if err == nil || !strings.Contains(err.Error(), "domains: needs the embedded registry") || !strings.HasPrefix(err.Error(), "seed.yaml:") {
		t.Errorf("%v", err)
	}
	if list, err := w.Store.View().Accounts(ctx, 0, 1); err != nil || len(list) > 0 {
		t.Errorf("%v %v", list, err)
	}
	f, err := seed.Parse([]byte("version: 1\naccounts: [{name: a, currency: EUR}]\ncontacts: [{id: k, account: a}]\nzones: [{name: z.test, account: a}]\n"), "f.yaml", t0)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := seed.Apply(ctx, w.Runner, nil, f)
	if err != nil || rep.Added.Contacts != 1 || rep.Added.Zones != 1 {
		t.Errorf("%s %v", rep, err)
	}
}

// TestThousandDomains: reading, planting and the registry's half take under two seconds on an idle machine; ten times that
// is allowed here, for tests share theirs.
func TestThousandDomains(t *testing.T) {
	data := thousand()
	start := time.Now()
	f, err := seed.Parse(data, "f.yaml", t0)
	if err != nil {
		t.Fatal(err)
	}
	parsed := time.Since(start)
	w := newWorld(t, data)
	start = time.Now()
	rep, err := seed.Apply(context.Background(), w.Runner, w.sim, f)
	if err != nil || rep.Added.Domains != 1000 {
		t.Fatalf("%s %v", rep, err)
	}
	planted := time.Since(start)
	start = time.Now()
	if rep, err = seed.Apply(context.Background(), w.Runner, w.sim, f); err != nil || rep.Kept.Domains != 1000 {
		t.Fatalf("%s %v", rep, err)
	}
	t.Logf("1,000 domains: read in %v, planted in %v, again in %v", parsed, planted, time.Since(start))
	if total := parsed + planted; total > 20*time.Second {
		t.Errorf("took %v", total)
	}
}

func thousand() []byte {
	var b strings.Builder
	b.WriteString("version: 1\naccounts:\n  - {name: a, currency: EUR, balances: {EUR: \"1.00\"}, dmapi: {users: [{username: u, password: p}]}}\ncontacts:\n")
	for i := range 100 {
		fmt.Fprintf(&b, "  - {id: c%d, account: a, first_name: Jane, last_name: Doe, phone: \"+49.30123456\"}\n", i)
	}
	b.WriteString("domains:\n")
	for i := range 1000 {
		fmt.Fprintf(&b, "  - name: name-%d.com\n    account: a\n    registrant: c%d\n    created: -100d\n    expires: +265d\n    auth_info: auth-%d\n"+
			"    name_servers: [ns1.example.test, ns2.example.test]\n    auto_renew: true\n", i, i%100, i)
	}
	return []byte(b.String())
}

func mustName(s string) dname.Name {
	n, err := dname.Parse(s)
	if err != nil {
		panic(err)
	}
	return n
}

func contains(list []string, want string) bool {
	for _, s := range list {
		if s == want {
			return true
		}
	}
	return false
}
