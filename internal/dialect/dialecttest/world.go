// Package dialecttest gives dialects' tests a whole world behind the doors: a Runner on a temporary SQLite store, the
// embedded registry behind real EPP, a registrar clock that stands, and a few accounts, contacts and domains.
package dialecttest

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/app/ca"
	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/secret"
	"github.com/polyreg/polyreg/internal/store"
	"github.com/polyreg/polyreg/internal/store/sqlite"
)

// Now is the registrar time of every World.
var Now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// World is everything behind the doors.
type World struct {
	Runner *command.Runner
	Store  *store.Store
	Clocks *clock.Clocks
	Sim    *sim.Server
	Core   *core.Core
	ring   *secret.Ring
	pw     *secret.Passwords
}

// Option changes a World.
type Option func(*core.Options)

// Limits switches the real services' limits on.
func Limits(o *core.Options) { o.Limits = true }

// Pending lets the registry answer 1001 where f says so.
func Pending(f func(op, name string) bool) Option {
	return func(o *core.Options) { o.Embedded.Pending = f }
}

// Deps are for a dialect's constructor.
func (w *World) Deps() dialect.Deps {
	return dialect.Deps{Runner: w.Runner, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

// Ring is what the world's secrets are sealed with, for a second node on the same store.
func (w *World) Ring() *secret.Ring { return w.ring }

// New makes a World; it goes away with the test. The accounts are alpha and beta (EUR, 1,000.00 each), alpha-test (test
// environment), poor (EUR, 5.00) and kid (child of alpha), with the credentials that Credentials describes; alpha holds the
// contact jane and the domain example.com, beta holds beta-owned.com, and incoming.com is held by another registrar.
func New(t testing.TB, options ...Option) *World {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	authority, err := ca.Load(dir, time.Now())
	must(t, err)
	cert, err := authority.Issue(time.Now(), "localhost", "127.0.0.1")
	must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	main, err := sqlite.OpenTemp()
	must(t, err)
	registry, err := sqlite.OpenTemp()
	must(t, err)
	cat := Catalog()
	w := &World{Clocks: clock.At(Now), ring: secret.NewRing(), pw: secret.NewPasswords(secret.MinParams)}
	opt := core.Options{DB: main, Clocks: w.Clocks, Ring: w.ring, Passwords: w.pw, Catalog: cat, Node: "test",
		Log:      slog.New(slog.NewTextHandler(io.Discard, nil)),
		Deliver:  true,
		Platform: command.Platform{URL: "https://registrar.test", Name: "Polyreg Test", NameServers: []string{"ns1.polyreg.test", "ns2.polyreg.test"}, NSSet: "POLYREG"}, Single: true,
		Timing: core.Timing{Inline: 5 * time.Second, Exchange: 10 * time.Second, Sweep: 50 * time.Millisecond, Poll: 50 * time.Millisecond},
		Embedded: &core.Embedded{DB: registry, Listener: l, Cert: cert, Trust: authority.Pool(), Logins: map[string]core.Login{
			repo.Live: {User: core.PlatformLogins[repo.Live], Password: "live-pass-1"}, repo.Test: {User: core.PlatformLogins[repo.Test], Password: "test-pass-1"}}}}
	for _, o := range options {
		o(&opt)
	}
	c, err := core.Open(ctx, opt)
	must(t, err)
	w.Core, w.Runner, w.Store, w.Sim = c, c.Runner, c.Store, c.Sim
	t.Cleanup(func() {
		stop, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		c.Close(stop)
		main.Close()
		registry.Close()
	})
	w.plant(t)
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const day = 24 * time.Hour

// Catalog sells com, net, org, info, de, cz and eu at prices that tests can compute: create 10.00, renew 11.00, transfer
// 9.00, restore 80.00 a year in EUR, the same in USD, and 25 times as much in CZK.
func Catalog() *catalog.Catalog {
	var tlds []catalog.TLD
	for _, t := range []struct{ name, prefix, class string }{{"com", "CCOM", "gtld"}, {"net", "CNET", "gtld"}, {"org", "CORG", "gtld"},
		{"info", "CAFI", "gtld"}, {"de", "CODE", "de"}, {"cz", "CCZE", "cz"}, {"eu", "COEU", "eu"}} {
		e := catalog.TLD{Name: t.name, MinYears: 1, MaxYears: 10, MaxAhead: 10, MinServers: 2, MaxServers: 13, MinLabel: 1,
			Roles: []string{"admin", "tech", "billing"}, IDNScript: "äöüßéèàčřšžýáíéúů", GTLD: t.class == "gtld", HandlePrefix: t.prefix, Class: t.class,
			Grace: catalog.Grace{Add: 5 * day, Renew: 5 * day, AutoRenew: 45 * day, Transfer: 5 * day, Redemption: 30 * day, PendingDelete: 5 * day}}
		if t.class == "gtld" || t.class == "eu" {
			e.Required = []catalog.Field{contact.FieldPhone}
		}
		for op, minor := range map[catalog.Operation]int64{catalog.Create: 1000, catalog.Renew: 1100, catalog.Transfer: 900, catalog.Restore: 8000} {
			for c, factor := range map[money.Currency]int64{"EUR": 1, "USD": 1, "CZK": 25} {
				e.Prices = append(e.Prices, catalog.Price{Operation: op, Years: 1, Group: "standard", Amount: money.New(minor*factor, c)})
			}
		}
		tlds = append(tlds, e)
	}
	return catalog.New(tlds, map[dname.Name]string{"reserved.com": "Reserved Name"})
}

// Jane is the data of alpha's contact jane.
func Jane() contact.Data {
	return contact.Data{Type: contact.Person, FirstName: "Jane", LastName: "Doe", Email: "jane@alpha.example", Phone: "+49.30123456",
		Street: []string{"Example Street 1"}, City: "Berlin", PostalCode: "10115", Country: "DE"}
}

// Credentials of alpha, as the seed example has them. Beta's are the same with "beta" for "alpha" in names, its own
// passwords with "beta-" before them; poor likewise with "poor-".
const (
	DMAPIUser     = "ops@alpha.example"
	DMAPIPassword = "s3cret-dmapi"
	DMAPIKey      = "AlphaKey0123456789"
	DMAPIReadKey  = "AlphaRead0123456789"
	OpenSRSUser   = "alphareseller"
	OpenSRSKey    = "0123456789abcdef"
	OpenSRSTest   = "fedcba9876543210"
	WAPIUser      = "ops@alpha.example"
	WAPIPassword  = "Wapi-Secret.1"
	RobotUser     = "alpha"
	RobotPassword = "s3cret-robot"
	Robot2FAUser  = "alpha2fa"
	Robot2FAPass  = "s3cret-robot2"
	Robot2FATOTP  = "JBSWY3DPEHPK3PXP"
	RobotAppUUID  = "7a0f4a52-4b1c-4f4e-9a53-0d4c1f1f2b11"
	RobotAppPass  = "app-pass-9"
)

func (w *World) plant(t testing.TB) {
	ctx := context.Background()
	var jane contact.Contact
	must(t, w.Store.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
		alpha := account.Account{Name: "alpha", Company: "Alpha Hosting GmbH", Email: "ops@alpha.example", Language: "en", Environment: account.Live, Currency: "EUR", PriceGroup: "standard"}
		must(t, w.addAccount(ctx, tx, &alpha, 100000, ""))
		for _, other := range []struct {
			name  string
			minor int64
		}{{"beta", 100000}, {"poor", 500}} {
			a := account.Account{Name: other.name, Company: other.name, Email: "ops@" + other.name + ".example", Language: "en", Environment: account.Live, Currency: "EUR", PriceGroup: "standard"}
			must(t, w.addAccount(ctx, tx, &a, other.minor, other.name))
		}
		twin := account.Account{Name: "alpha", Environment: account.Test, Language: "en", Currency: "EUR", PriceGroup: "standard"}
		must(t, w.addTest(ctx, tx, &twin))
		kid := account.Account{Name: "kid", Parent: alpha.ID, Environment: account.Live, Language: "de", Currency: "EUR", PriceGroup: "standard"}
		must(t, w.addAccount(ctx, tx, &kid, 100000, "kid"))
		jane = contact.Contact{Account: alpha.ID, Data: Jane(), Verified: true}
		must(t, tx.AddContact(ctx, &jane))
		for _, h := range []contact.Handle{{Contact: jane.ID, Dialect: "dmapi", Group: "CCOM", Handle: "CCOM-1001"},
			{Contact: jane.ID, Dialect: "wapi", Group: "gtld", Handle: "WEDOS-ALP-1"}, {Contact: jane.ID, Dialect: "domainrobot", Handle: "100101"}} {
			must(t, tx.AddHandle(ctx, account.Live, h))
		}
		must(t, tx.PutAtRegistry(ctx, contact.AtRegistry{Contact: jane.ID, Registry: core.EmbeddedLive, ID: "SEEDJANE1", Made: true, Version: jane.Version}))
		must(t, w.addDomain(ctx, tx, alpha, "example.com", jane.ID))
		beta, err := tx.AccountByName(ctx, account.Live, "beta")
		must(t, err)
		bob := contact.Contact{Account: beta.ID, Data: Jane()}
		must(t, tx.AddContact(ctx, &bob))
		must(t, tx.PutAtRegistry(ctx, contact.AtRegistry{Contact: bob.ID, Registry: core.EmbeddedLive, ID: "SEEDBOB1", Made: true, Version: bob.Version}))
		must(t, w.addDomain(ctx, tx, beta, "beta-owned.com", bob.ID))
		must(t, tx.AddNSSet(ctx, account.Live, &host.Set{Account: alpha.ID, Handle: "NS-ALPHA", Servers: []host.Server{{Name: "ns1.alpha.example"}, {Name: "ns2.alpha.example"}}}))
		return tx.AddNotice(ctx, &notify.Notice{Account: alpha.ID, Kind: notify.Test, Text: "hello"})
	}))
	must(t, w.Sim.Seed(ctx, simSeed()))
}

func simSeed() sim.Seed {
	k := func(handle, ns, sponsor string) repo.Contact {
		return repo.Contact{Namespace: ns, Handle: handle, Sponsor: sponsor, Email: "jane@alpha.example", Voice: "+49.30123456", AuthInfo: "contact-Auth-1",
			Int: &repo.Postal{Name: "Jane Doe", Street: []string{"Example Street 1"}, City: "Berlin", Code: "10115", Country: "DE"}}
	}
	d := func(name, sponsor, registrant, auth string) repo.Domain {
		return repo.Domain{Namespace: repo.Live, Name: name, Sponsor: sponsor, AuthInfo: auth, Created: Now.AddDate(0, 0, -100), Expires: Now.AddDate(0, 0, 630),
			NameServers: []string{"ns1.polyreg.test", "ns2.polyreg.test"}, Contacts: []repo.DomainContact{{Role: repo.Registrant, Handle: registrant},
				{Role: repo.Admin, Handle: registrant}, {Role: repo.Tech, Handle: registrant}, {Role: repo.Billing, Handle: registrant}}}
	}
	live := core.PlatformLogins[repo.Live]
	return sim.Seed{Registrars: []sim.SeedRegistrar{{ID: core.OtherRegistrar, Namespace: repo.Live, Password: "other-pass-1"}},
		Contacts: []repo.Contact{k("SEEDJANE1", repo.Live, live), k("SEEDBOB1", repo.Live, live), k("OTHER1", repo.Live, core.OtherRegistrar)},
		Hosts:    []repo.Host{{Namespace: repo.Live, Name: "ns1.polyreg.test", Sponsor: live}, {Namespace: repo.Live, Name: "ns2.polyreg.test", Sponsor: live}},
		Domains: []repo.Domain{d("example.com", live, "SEEDJANE1", "ex-AuthInfo-1"), d("beta-owned.com", live, "SEEDBOB1", "beta-AuthInfo-1"),
			d("incoming.com", core.OtherRegistrar, "OTHER1", "in-AuthInfo-1")}}
}

func (w *World) addDomain(ctx context.Context, tx command.Tx, a account.Account, name dname.Name, id contact.ID) error {
	sealed, err := w.ring.Seal("ex-AuthInfo-1", "domain/auth_info/live/"+string(name))
	if err != nil {
		return err
	}
	d := domain.Domain{Account: a.ID, Environment: a.Environment, Name: name, TLD: "com", Registry: core.EmbeddedLive,
		Contacts: map[domain.Role]contact.ID{domain.Registrant: id, domain.Admin: id, domain.Tech: id, domain.Billing: id},
		Servers:  []host.Server{{Name: "ns1.polyreg.test"}, {Name: "ns2.polyreg.test"}}, NSSet: "POLYREG", AuthInfo: sealed, AutoRenew: domain.Renew,
		Created: Now.AddDate(0, 0, -100), Expires: Now.AddDate(0, 0, 630)}
	if err := tx.AddDomain(ctx, &d); err != nil {
		return err
	}
	next, _ := w.Runner.NextEntry(d, Now, domain.Due{At: Now, Step: domain.StepRelease})
	return tx.PutDue(ctx, next)
}

// Caller is an account of the live environment that may do everything, without a dialect.
func (w *World) Caller(t testing.TB, name string) command.Caller {
	t.Helper()
	a, err := w.Store.View().AccountByName(context.Background(), account.Live, name)
	must(t, err)
	return command.Caller{Account: a, Actor: a, Access: account.Full}
}

// prefixed is a credential's text for another account than alpha.
func prefixed(who, text string) string {
	if who == "" {
		return text
	}
	return who + "-" + text
}

func (w *World) addAccount(ctx context.Context, tx command.Tx, a *account.Account, minor int64, who string) error {
	if err := tx.AddAccount(ctx, a); err != nil {
		return err
	}
	if err := tx.Deposit(ctx, a.ID, money.New(minor, "EUR"), "seed"); err != nil {
		return err
	}
	local := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for _, d := range []string{"opensrs", "wapi"} {
		if err := tx.PutSettings(ctx, account.Settings{Account: a.ID, Dialect: d, AllowedIPs: local, Channel: "poll", Protocol: "json"}); err != nil {
			return err
		}
	}
	name := "alpha"
	if who != "" {
		name = who
	}
	hash := func(pw string) string {
		h, err := w.pw.Hash(ctx, prefixed(who, pw))
		if err != nil {
			panic(err)
		}
		return h
	}
	pwSum := sha1.Sum([]byte(prefixed(who, WAPIPassword)))
	creds := []account.Credential{
		{Dialect: "dmapi", Kind: account.Password, Login: "ops@" + name + ".example", Secret: hash(DMAPIPassword), Access: account.Full},
		{Dialect: "dmapi", Kind: account.APIKey, Login: account.KeyLogin(prefixed(who, DMAPIKey)), Access: account.Full, Note: "ci"},
		{Dialect: "dmapi", Kind: account.APIKey, Login: account.KeyLogin(prefixed(who, DMAPIReadKey)), Access: account.Read, Note: "read"},
		{Dialect: "opensrs", Kind: account.SharedKey, Login: name + "reseller", Secret: prefixed(who, OpenSRSKey), Access: account.Full},
		{Dialect: "wapi", Kind: account.SharedHash, Login: "ops@" + name + ".example", Secret: hex.EncodeToString(pwSum[:]), Access: account.Full},
		{Dialect: "domainrobot", Kind: account.Password, Login: name, Context: 4, Secret: hash(RobotPassword), Access: account.Full},
		{Dialect: "domainrobot", Kind: account.Password, Login: name + "2fa", Context: 4, Secret: hash(Robot2FAPass), TOTP: Robot2FATOTP, Access: account.Full},
	}
	return w.addCredentials(ctx, tx, a, creds, who)
}

func (w *World) addCredentials(ctx context.Context, tx command.Tx, a *account.Account, creds []account.Credential, who string) error {
	var user account.CredentialID
	for _, c := range creds {
		c.Account = a.ID
		var err error
		if c.Kind == account.SharedKey || c.Kind == account.SharedHash {
			if c.Secret, err = w.ring.Seal(c.Secret, command.CredentialAAD(c)); err != nil {
				return err
			}
		}
		if c.TOTP != "" {
			if c.TOTP, err = w.ring.Seal(c.TOTP, command.TOTPAAD(c)); err != nil {
				return err
			}
		}
		if err := tx.AddCredential(ctx, &c); err != nil {
			return err
		}
		if c.Dialect == "domainrobot" && user == 0 {
			user = c.ID
		}
	}
	if who != "" {
		return nil
	}
	h, err := w.pw.Hash(ctx, RobotAppPass)
	if err != nil {
		return err
	}
	return tx.AddCredential(ctx, &account.Credential{Account: a.ID, Dialect: "domainrobot", Kind: account.App, Login: RobotAppUUID, Secret: h, Access: account.Full, User: user, Note: "sync"})
}

// addTest makes alpha's twin in the test environment: OpenSRS by its test key, DMAPI and Domainrobot (context 1) by the
// same names.
func (w *World) addTest(ctx context.Context, tx command.Tx, a *account.Account) error {
	if err := tx.AddAccount(ctx, a); err != nil {
		return err
	}
	if err := tx.Deposit(ctx, a.ID, money.New(500000, "EUR"), "play money"); err != nil {
		return err
	}
	hash, err := w.pw.Hash(ctx, RobotPassword)
	if err != nil {
		return err
	}
	return w.addCredentials(ctx, tx, a, []account.Credential{
		{Dialect: "opensrs", Kind: account.SharedKey, Login: OpenSRSUser, Secret: OpenSRSTest, Access: account.Full},
		{Dialect: "domainrobot", Kind: account.Password, Login: RobotUser, Context: 1, Secret: hash, Access: account.Full},
		{Dialect: "dmapi", Kind: account.Password, Login: "test@alpha.example", Secret: hash, Access: account.Full},
	}, "test")
}
