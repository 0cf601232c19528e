package command_test

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/order"
)

func caller(t *testing.T, w *dialecttest.World, user, pw string) command.Caller {
	t.Helper()
	c, err := w.Runner.LoginPassword(context.Background(), command.Login{Dialect: "domainrobot", Login: user, Context: 4, Password: pw, IP: netip.MustParseAddr("127.0.0.1")})
	if err != nil {
		t.Fatal(err)
	}
	c.Notice = order.NoticeAlways
	return c
}

func alpha(t *testing.T, w *dialecttest.World) command.Caller {
	return caller(t, w, dialecttest.RobotUser, dialecttest.RobotPassword)
}

func registerCmd(name string) command.RegisterDomain {
	d := dialecttest.Jane()
	return command.RegisterDomain{Name: name, Years: 1, FillRoles: true, Contacts: map[domain.Role]command.ContactRef{domain.Registrant: {New: &d}},
		Servers: command.ServerList{Servers: []host.Server{{Name: "ns1.example.net"}, {Name: "ns2.example.net"}}}}
}

func TestAnOrderFromDoorToRegistryAndBack(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), dialecttest.New(t)
	c := alpha(t, w)
	out, err := command.Do(ctx, w.Runner, c, registerCmd("new-name.com"))
	if err != nil {
		t.Fatal(err)
	}
	if out.Order.State != order.Done || out.Price.Minor != 1000 || out.Balance.Balance != 99000 || out.Balance.Held != 0 {
		t.Fatalf("outcome %+v", out)
	}
	if !out.Domain.Expires.Equal(dialecttest.Now.AddDate(1, 0, 0)) {
		t.Fatalf("expires %v", out.Domain.Expires)
	}
	info, err := command.Do(ctx, w.Runner, c, command.InfoDomain{Name: "NEW-name.com"})
	if err != nil || len(info.Contacts) != 4 || info.AuthInfo == "" || info.Contacts[domain.Admin].Owner != "new-name.com" {
		t.Fatalf("info %+v, %v", info, err)
	}
	ren, err := command.Do(ctx, w.Runner, c, command.RenewDomain{Name: "new-name.com", Years: 2, ExpiryYear: 2027})
	if err != nil || ren.Price.Minor != 2200 || !ren.Domain.Expires.Equal(dialecttest.Now.AddDate(3, 0, 0)) {
		t.Fatalf("renewal %+v, %v", ren, err)
	}
	lock := true
	up, err := command.Do(ctx, w.Runner, c, command.UpdateDomain{Name: "new-name.com", Lock: &lock,
		Servers: &command.ServerList{Servers: []host.Server{{Name: "ns1.new-name.com", Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}, {Name: "ns2.example.net"}}}})
	if err != nil || !up.Domain.Locked() || up.Domain.Servers[0].Name != "ns1.new-name.com" {
		t.Fatalf("update %+v, %v", up, err)
	}
	if again, err := command.Do(ctx, w.Runner, c, command.UpdateDomain{Name: "new-name.com", Lock: &lock}); err != nil || !again.NoChange {
		t.Fatalf("repeating an update changes nothing: %+v, %v", again, err)
	}
	proof(t, w)
	waiting, err := command.Do(ctx, w.Runner, c, command.NextNotices{Limit: 10})
	if err != nil || waiting.Total != 4 { // the seeded one and three orders
		t.Fatalf("notices %+v, %v", waiting, err)
	}
}

// TestRenewalAfterTheRegistryRenewedByItself: past its expiry a name has been renewed by the registry, for a year.
func TestRenewalAfterTheRegistryRenewedByItself(t *testing.T) {
	t.Parallel()
	for years, price := range map[int]int64{1: 1100, 2: 2200} {
		ctx, w := context.Background(), dialecttest.New(t)
		c := alpha(t, w)
		if _, err := command.Do(ctx, w.Runner, c, registerCmd("past.com")); err != nil {
			t.Fatal(err)
		}
		w.Clocks.Advance(370 * 24 * time.Hour)
		out, err := command.Do(ctx, w.Runner, c, command.RenewDomain{Name: "past.com", Years: years})
		if err != nil || out.Price.Minor != price || !out.Domain.Expires.Equal(dialecttest.Now.AddDate(1+years, 0, 0)) {
			t.Errorf("%d years: %+v, %v", years, out, err)
		}
		proof(t, w)
	}
}

func proof(t *testing.T, w *dialecttest.World) {
	t.Helper()
	lines, err := w.Store.View().Proof(context.Background())
	if err != nil || len(lines) > 0 {
		t.Fatalf("the ledger does not balance: %v %v", lines, err)
	}
}

func TestRefusalsNameTheirKindAndChargeNothing(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), dialecttest.New(t)
	a, poor := alpha(t, w), caller(t, w, "poor", "poor-"+dialecttest.RobotPassword)
	no := dialecttest.Jane()
	no.Email, no.Phone = "", ""
	with := func(change func(*command.RegisterDomain)) command.RegisterDomain {
		r := registerCmd("refused.com")
		change(&r)
		return r
	}
	for name, c := range map[string]struct {
		who  command.Caller
		cmd  command.RegisterDomain
		kind errs.Kind
	}{
		"taken here":     {a, registerCmd("beta-owned.com"), errs.NotAvailable},
		"taken there":    {a, registerCmd("incoming.com"), errs.NotAvailable},
		"reserved":       {a, registerCmd("reserved.com"), errs.NotAvailable},
		"no funds":       {poor, registerCmd("refused.com"), errs.NoFunds},
		"unknown ending": {a, registerCmd("refused.example"), errs.UnsupportedTLD},
		"bad name":       {a, registerCmd("-refused.com"), errs.InvalidName},
		"too long":       {a, with(func(r *command.RegisterDomain) { r.Years = 11 }), errs.InvalidPeriod},
		"contact fields": {a, with(func(r *command.RegisterDomain) {
			r.Contacts = map[domain.Role]command.ContactRef{domain.Registrant: {New: &no}}
		}), errs.Missing},
		"no contact":      {a, with(func(r *command.RegisterDomain) { r.Contacts = nil }), errs.Missing},
		"foreign contact": {a, with(func(r *command.RegisterDomain) { r.Contacts[domain.Registrant] = command.ContactRef{ID: 10000001} }), errs.NotFound},
		"no servers":      {a, with(func(r *command.RegisterDomain) { r.Servers = command.ServerList{} }), errs.Missing},
	} {
		if _, err := command.Do(ctx, w.Runner, c.who, c.cmd); errs.KindOf(err) != c.kind {
			t.Errorf("%s: %v, want kind %v", name, err, c.kind)
		}
	}
	b, err := command.Do(ctx, w.Runner, a, command.Balance{})
	if err != nil || b.Balance != 100000 || b.Held != 0 {
		t.Errorf("balance %+v, %v", b, err)
	}
	page, err := command.Do(ctx, w.Runner, a, command.ListOrders{Query: command.Query{Limit: 10, Count: true}})
	if err != nil || page.Total != 0 {
		t.Errorf("a refused request leaves no order: %+v, %v", page, err)
	}
	proof(t, w)
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), dialecttest.New(t)
	c := alpha(t, w)
	c.IdempotencyKey = "key-1"
	first, err := command.Do(ctx, w.Runner, c, registerCmd("idem.com"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := command.Do(ctx, w.Runner, c, registerCmd("idem.com"))
	if err != nil || !again.Repeated || again.Order.Number != first.Order.Number || again.Balance.Balance != 99000 {
		t.Fatalf("repeat: %+v, %v", again, err)
	}
	if _, err := command.Do(ctx, w.Runner, c, registerCmd("other.com")); !errs.Is(err, errs.Conflict) {
		t.Fatalf("another input under the same key: %v", err)
	}
	// The hash covers passwords: it is not kept in the clear.
	if hash, _, err := w.Store.View().OrderKey(ctx, c.Account.ID, "key-1"); err != nil || !strings.HasPrefix(hash, "v1:") {
		t.Errorf("stored hash %q, %v", hash, err)
	}
}

func TestPendingEndsByTheRegistrysMessage(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := dialecttest.New(t, dialecttest.Pending(func(op, name string) bool { return op == "create" }))
	c := alpha(t, w)
	for name, approve := range map[string]bool{"good.com": true, "bad.com": false} {
		out, err := command.Do(ctx, w.Runner, c, registerCmd(name))
		if err != nil || !out.Pending || out.Balance.Held != 1000 {
			t.Fatalf("%s: %+v, %v", name, out, err)
		}
		if _, err := command.Do(ctx, w.Runner, c, registerCmd(name)); !errs.Is(err, errs.Busy, errs.NotAvailable) {
			t.Fatalf("a second order for %s: %v", name, err)
		}
		if err := w.Sim.ResolvePending(ctx, "live", name, approve); err != nil {
			t.Fatal(err)
		}
		o := waitEnd(t, w, c, out.Order.Number)
		if want := map[bool]order.State{true: order.Done, false: order.Failed}[approve]; o.State != want {
			t.Fatalf("%s ended as %s", name, o.State)
		}
	}
	b, err := command.Do(ctx, w.Runner, c, command.Balance{})
	if err != nil || b.Balance != 99000 || b.Held != 0 {
		t.Fatalf("balance %+v, %v", b, err)
	}
	ks, err := command.Do(ctx, w.Runner, c, command.ListContacts{Query: command.Query{Limit: 10, Count: true}})
	if err != nil || ks.Total != 1 {
		t.Fatalf("implicit contacts of the refused order must go: %+v, %v", ks.Contacts, err)
	}
	proof(t, w)
}

func waitEnd(t *testing.T, w *dialecttest.World, c command.Caller, n order.Number) order.Order {
	t.Helper()
	for began := time.Now(); time.Since(began) < time.Minute; { // a busy machine is no failure
		o, err := command.Do(context.Background(), w.Runner, c, command.GetOrder{Number: n})
		if err != nil {
			t.Fatal(err)
		}
		if !o.State.Open() {
			return o
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("order %d does not end", n)
	return order.Order{}
}

func TestContactChangesReachTheRegistry(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), dialecttest.New(t)
	c := alpha(t, w)
	found, err := command.Do(ctx, w.Runner, c, command.FindContact{Dialect: "domainrobot", Handle: "100101"})
	if err != nil {
		t.Fatal(err)
	}
	d := found.Contact.Data
	d.City = "München"
	out, err := command.Do(ctx, w.Runner, c, command.UpdateContact{ID: found.Contact.ID, Version: found.Contact.Version, Data: d})
	if err != nil || out.Contact.Data.City != "München" {
		t.Fatalf("%+v, %v", out, err)
	}
	reg, err := w.Core.Registries.Named("embedded-live")
	if err != nil {
		t.Fatal(err)
	}
	k, err := reg.InfoContact(ctx, "SEEDJANE1")
	if err != nil || k.Loc == nil || k.Loc.City != "München" {
		t.Fatalf("at the registry: %+v, %v", k, err)
	}
	if _, err := command.Do(ctx, w.Runner, c, command.UpdateContact{ID: found.Contact.ID, Version: found.Contact.Version, Data: d}); !errs.Is(err, errs.Conflict) {
		t.Fatalf("an outdated version: %v", err)
	}
	made, err := command.Do(ctx, w.Runner, c, command.CreateContact{Data: dialecttest.Jane(), Dialect: "dmapi", Group: "CCOM", Format: func(id contact.ID) string { return "CCOM-X" }})
	if err != nil || made.Handle != "CCOM-X" || made.Order.State != order.Done {
		t.Fatalf("%+v, %v", made, err)
	}
}

func TestLoginsJudgePasswordsKeysAndEnvironments(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), dialecttest.New(t)
	ip := netip.MustParseAddr("127.0.0.1")
	shared := func(key string, from netip.Addr) (command.Caller, error) {
		return w.Runner.LoginShared(ctx, account.SharedKey, command.Login{Dialect: "opensrs", Login: dialecttest.OpenSRSUser, IP: from, Rule: command.IPMustMatch,
			Verify: func(s string) bool { return s == key }})
	}
	if c, err := shared(dialecttest.OpenSRSKey, ip); err != nil || c.Account.Environment != account.Live {
		t.Errorf("live key: %+v, %v", c.Account, err)
	}
	if c, err := shared(dialecttest.OpenSRSTest, netip.MustParseAddr("203.0.113.9")); err != nil || c.Account.Environment != account.Test {
		t.Errorf("test key has no address rule: %+v, %v", c.Account, err)
	}
	if _, err := shared(dialecttest.OpenSRSKey, netip.MustParseAddr("203.0.113.9")); !errs.Is(err, errs.AddressRefused) {
		t.Errorf("foreign address: %v", err)
	}
	if _, err := shared("wrong", ip); !errs.Is(err, errs.Auth) {
		t.Errorf("wrong key: %v", err)
	}
	key, err := w.Runner.LoginKey(ctx, command.Login{Dialect: "dmapi", Login: dialecttest.DMAPIReadKey, IP: ip})
	if err != nil || key.Access != account.Read {
		t.Fatalf("read key: %+v, %v", key, err)
	}
	if _, err := command.Do(ctx, w.Runner, key, registerCmd("x.com")); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a read key may not register: %v", err)
	}
	tok := command.NewToken(20)
	if err := w.Runner.OpenSession(ctx, key, tok, time.Hour, 50); err != nil {
		t.Fatal(err)
	}
	if c, _, err := w.Runner.Resume(ctx, command.Login{Dialect: "dmapi", IP: ip}, tok); err != nil || c.Account.ID != key.Account.ID || c.Access != account.Read {
		t.Errorf("resumed: %+v, %v", c, err)
	}
	if err := w.Runner.EndSession(ctx, "dmapi", tok); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Runner.Resume(ctx, command.Login{Dialect: "dmapi", IP: ip}, tok); !errs.Is(err, errs.SessionExpired) {
		t.Errorf("ended: %v", err)
	}
	if kid, err := w.Runner.ActFor(ctx, alpha(t, w), "kid", 4, true); err != nil || kid.Account.Name != "kid" || kid.Actor.Name != "alpha" {
		t.Errorf("acting for a child: %+v, %v", kid.Account, err)
	}
	if _, err := w.Runner.ActFor(ctx, alpha(t, w), "beta", 4, false); !errs.Is(err, errs.Forbidden) {
		t.Errorf("acting for a stranger: %v", err)
	}
}
