package command_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/secret"
	"github.com/polyreg/polyreg/internal/store"
	"github.com/polyreg/polyreg/internal/store/sqlite"
)

var plantNow = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// nowhere is a registry that is named and never called.
type nowhere struct{ registry.Registry }

func (nowhere) Name() string { return "reg" }

type oneRegistry struct{}

func (oneRegistry) For(account.Environment, *catalog.TLD) (registry.Registry, error) {
	return nowhere{}, nil
}
func (oneRegistry) Named(string) (registry.Registry, error) { return nowhere{}, nil }
func (oneRegistry) All() []registry.Registry                { return nil }
func (oneRegistry) Sponsor(string) string                   { return "us" }
func (oneRegistry) Environment(string) account.Environment  { return account.Live }

type plantWorld struct {
	*command.Runner
	store *store.Store
}

func newPlantWorld(t *testing.T) plantWorld {
	t.Helper()
	d, err := sqlite.OpenTemp()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := store.MigrateCore(context.Background(), d); err != nil {
		t.Fatal(err)
	}
	clocks := clock.At(plantNow)
	s := store.New(d, clocks)
	cat := catalog.New([]catalog.TLD{{Name: "com", MinYears: 1, MaxYears: 10, MaxAhead: 10, Roles: []string{"admin"}}}, nil)
	return plantWorld{command.NewRunner(command.Config{Store: s, Clocks: clocks, Registries: oneRegistry{}, Secrets: secret.NewRing(),
		Passwords: secret.NewPasswords(secret.MinParams), Platform: command.Platform{NameServers: []string{"ns1.p.test"}, NSSet: "POLYREG"}}, cat), s}
}

func samplePlant() command.Plant {
	key := command.PlantKey{Environment: account.Live, Name: "alpha"}
	return command.Plant{
		Accounts: []command.PlantAccount{
			{Account: account.Account{Name: "kid", Environment: account.Live, Currency: "EUR"}, Parent: "alpha"},
			{Account: account.Account{Name: "alpha", Environment: account.Live, Currency: "EUR"},
				Balances: []money.Amount{money.New(1000, "EUR"), money.New(0, "USD")}, CreditLimits: []money.Amount{money.New(50, "EUR")},
				Settings: []account.Settings{{Dialect: "wapi", Channel: "poll", Protocol: "xml"}},
				Credentials: []command.PlantCredential{
					{Credential: account.Credential{Dialect: "domainrobot", Kind: account.App, Login: "app"}, Secret: "app-pw", User: command.PlantUser{Login: "u", Context: 4}},
					{Credential: account.Credential{Dialect: "domainrobot", Kind: account.Password, Login: "u", Context: 4}, Secret: "pw", TOTP: "JBSWY3DPEHPK3PXP"},
					{Credential: account.Credential{Dialect: "opensrs", Kind: account.SharedKey, Login: "u"}, Secret: "key"},
				},
				Profiles: []command.PlantProfile{{Username: "owner", Password: "opw"}}},
		},
		Contacts: []command.PlantContact{{Account: key, ID: "jane", Verified: true, Handles: []contact.Handle{{Dialect: "dmapi", Group: "CCOM", Handle: "CCOM-1"}},
			Data: contact.Data{FirstName: "Jane", LastName: "Doe", Email: "j@x.example", Street: []string{"S 1"}, City: "B", PostalCode: "1", Country: "DE"}}},
		NSSets: []command.PlantNSSet{{Account: key, Handle: "NS-A", Servers: []host.Server{{Name: "ns1.a.test"}}}},
		Hosts:  []command.PlantHost{{Account: key, Name: "ns1.one.com"}},
		Domains: []command.PlantDomain{
			{Account: key, Name: "one.com", Contacts: map[domain.Role]string{domain.Registrant: "jane", domain.Admin: "jane", domain.Billing: "jane"},
				Servers: command.ServerList{NSSet: "ns-a"}, AuthInfo: "auth-1", Profile: "owner", Created: plantNow, Expires: plantNow.AddDate(1, 0, 0)},
			{Account: key, Name: "two.com", Contacts: map[domain.Role]string{domain.Registrant: "jane"}, Servers: command.ServerList{Platform: true},
				Created: plantNow, Expires: plantNow.AddDate(1, 0, 0)},
		},
		Notices: []command.PlantNotice{{Account: key, Kind: notify.Test, Text: "hi"}, {Account: key, Kind: notify.Test, Text: "hi"}},
	}
}

func TestPlant(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newPlantWorld(t)
	rep, err := w.Plant(ctx, samplePlant())
	if err != nil {
		t.Fatal(err)
	}
	all := command.PlantCounts{Accounts: 2, Credentials: 3, Profiles: 1, Contacts: 1, NSSets: 1, Hosts: 1, Domains: 2, Notices: 2}
	if diff := cmp.Diff(all, rep.Added); diff != "" || rep.Kept != (command.PlantCounts{}) {
		t.Errorf("%s kept %+v", diff, rep.Kept)
	}
	view := w.store.View()
	alpha, err := view.AccountByName(ctx, account.Live, "alpha")
	if err != nil {
		t.Fatal(err)
	}
	if kid, err := view.AccountByName(ctx, account.Live, "kid"); err != nil || kid.Parent != alpha.ID {
		t.Errorf("kid: %+v %v", kid, err)
	}
	if b, err := view.Balance(ctx, alpha.ID, "EUR"); err != nil || b.Balance != 1000 || b.CreditLimit != 50 {
		t.Errorf("%+v %v", b, err)
	}
	// The log-ins work by the runner's own rules, the application as its user.
	app, err := w.LoginApp(ctx, command.Login{Dialect: "domainrobot", Login: "app", Password: "app-pw", TOTP: "1",
		CheckTOTP: func(s, _ string, _ time.Time, _ int64) (int64, bool) { return 1, s == "JBSWY3DPEHPK3PXP" }})
	if err != nil || app.Credential.Note != "u" || app.Credential.Context != 4 {
		t.Errorf("%+v %v", app.Credential, err)
	}
	if _, err := w.LoginPassword(ctx, command.Login{Dialect: "domainrobot", Login: "u", Context: 4, Password: "pw", TOTP: "1",
		CheckTOTP: func(s, _ string, _ time.Time, _ int64) (int64, bool) { return 1, s == "JBSWY3DPEHPK3PXP" }}); err != nil {
		t.Error(err)
	}
	owner, err := w.LoginShared(ctx, account.SharedKey, command.Login{Dialect: "opensrs", Login: "u", Verify: func(s string) bool { return s == "key" }})
	if err != nil {
		t.Fatal(err)
	}
	info, err := command.Do(ctx, w.Runner, owner, command.InfoDomain{Name: "one.com"})
	if err != nil || info.AuthInfo != "auth-1" || info.Profile != "owner" || info.Domain.NSSet != "NS-A" || len(info.Contacts) != 2 {
		t.Errorf("%+v %v", info, err)
	}
	// What the registry is to have: one contact, by the id that the core will use.
	at, err := view.AtRegistry(ctx, "reg", []contact.ID{info.Domain.Contacts[domain.Registrant]})
	if err != nil || len(rep.Contacts) != 1 || at[rep.Contacts[0].ID].ID != rep.Contacts[0].Object.ID || !at[rep.Contacts[0].ID].Made {
		t.Errorf("%+v %+v %v", at, rep.Contacts, err)
	}
	if len(rep.Domains) != 2 || rep.Domains[0].AuthInfo != "auth-1" || rep.Domains[1].AuthInfo == "" || rep.Domains[0].Sponsor != "us" {
		t.Errorf("%+v", rep.Domains)
	}
}

// TestPlantTwice adds nothing, and leaves what has changed in between.
func TestPlantTwice(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newPlantWorld(t)
	first, err := w.Plant(ctx, samplePlant())
	if err != nil {
		t.Fatal(err)
	}
	alpha, err := w.store.View().AccountByName(ctx, account.Live, "alpha")
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(w.store.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
		must(tx.Deposit(ctx, alpha.ID, money.New(5, "EUR"), "more"))
		d, err := tx.Domain(ctx, alpha.ID, "one.com")
		must(err)
		d.Comment = "mine"
		must(tx.PutDomain(ctx, &d))
		ns, _, err := tx.OpenNotices(ctx, alpha.ID, "wapi", nil, 5)
		must(err)
		_, err = tx.AckNotice(ctx, alpha.ID, "wapi", ns[0].ID)
		return err
	}))
	p := samplePlant()
	p.Domains = append(p.Domains, p.Domains[1])
	p.Domains[2].Name = "three.com"
	second, err := w.Plant(ctx, p)
	must(err)
	if diff := cmp.Diff(command.PlantCounts{Domains: 1}, second.Added); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(first.Added, second.Kept); diff != "" {
		t.Error(diff)
	}
	b, err := w.store.View().Balance(ctx, alpha.ID, "EUR")
	must(err)
	_, waiting, err := w.store.View().OpenNotices(ctx, alpha.ID, "wapi", nil, 5)
	must(err)
	if b.Balance != 1005 || waiting != 1 {
		t.Errorf("balance %d, %d notices", b.Balance, waiting)
	}
	if second.Domains[0].Comment != "mine" || second.Domains[0].AuthInfo != "auth-1" || second.Domains[1].AuthInfo != first.Domains[1].AuthInfo ||
		second.Contacts[0].Object.ID != first.Contacts[0].Object.ID {
		t.Errorf("%+v", second)
	}
	if lines, err := w.store.View().Proof(ctx); err != nil || len(lines) > 0 {
		t.Errorf("%v %v", lines, err)
	}
}

func TestPlantRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*command.Plant)
		kind   errs.Kind
		text   string
	}{
		"log-in of another account": {func(p *command.Plant) { p.Accounts[0].Credentials = p.Accounts[1].Credentials[1:] }, errs.Exists, "log-in u belongs to another account"},
		"user of an application":    {func(p *command.Plant) { p.Accounts[1].Credentials[0].User.Context = 5 }, errs.NotFound, "no user of this account"},
		"parent":                    {func(p *command.Plant) { p.Accounts[0].Parent = "x" }, errs.NotFound, "account x"},
		"ring":                      {func(p *command.Plant) { p.Accounts[1].Parent = "kid" }, errs.Invalid, "its own ancestor"},
		"handle":                    {func(p *command.Plant) { p.Contacts = append(p.Contacts, p.Contacts[0]); p.Contacts[1].ID = "bob" }, errs.Exists, "CCOM-1"},
		"contact":                   {func(p *command.Plant) { p.Domains[0].Contacts[domain.Registrant] = "bob" }, errs.NotFound, "contact bob"},
		"set":                       {func(p *command.Plant) { p.Domains[0].Servers.NSSet = "x" }, errs.NotFound, "name-server set x"},
		"profile":                   {func(p *command.Plant) { p.Domains[0].Profile = "x" }, errs.NotFound, "profile x"},
		"ending":                    {func(p *command.Plant) { p.Domains[0].Name = "one.test" }, errs.UnsupportedTLD, "one.test"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, w := context.Background(), newPlantWorld(t)
			p := samplePlant()
			c.change(&p)
			_, err := w.Plant(ctx, p)
			if !errs.Is(err, c.kind) || !strings.Contains(err.Error(), c.text) {
				t.Errorf("%v", err)
			}
			if list, err := w.store.View().Accounts(ctx, 0, 10); err != nil || len(list) != 0 {
				t.Errorf("a refused plant left %d accounts, %v", len(list), err)
			}
		})
	}
}
