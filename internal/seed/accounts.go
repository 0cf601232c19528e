package seed

import (
	"crypto/sha1"
	"encoding/base32"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/money"
)

// The credentials' dialects.
const (
	dmapi       = "dmapi"
	svc         = "svc"
	opensrs     = "opensrs"
	wapi        = "wapi"
	domainrobot = "domainrobot"
)

func (c *compiler) accountsAll() {
	seen := map[string]string{}
	for i := range c.root.Accounts {
		a, path := &c.root.Accounts[i], item("accounts", i)
		if c.given(join(path, "name"), a.Name) {
			c.word(join(path, "name"), a.Name, 64)
			unique(c, seen, a.Name, join(path, "name"), "the account "+clip(a.Name))
		}
		c.oneOf(join(path, "environment"), &a.Environment, "live", "test")
		if c.accounts[a.Name] == nil {
			c.accounts[a.Name] = a
		}
	}
	for i := range c.root.Accounts {
		c.account(&c.root.Accounts[i], item("accounts", i))
	}
}

// account turns one account into what is planted; opensrs.keys.test of a live account adds its twin.
func (c *compiler) account(a *Account, path string) {
	c.oneOf(join(path, "language"), &a.Language, "en", "de", "cs")
	if a.Company == "" {
		a.Company = a.Name
	}
	if a.PriceGroup == "" {
		a.PriceGroup = standardGroup
	}
	if !c.groups()[a.PriceGroup] {
		c.notServed(join(path, "price_group"), "the catalog has no prices of the group %q: the standard ones are charged", a.PriceGroup)
	}
	c.email(join(path, "email"), a.Email)
	if c.given(join(path, "currency"), a.Currency) && !money.Currency(a.Currency).Valid() {
		c.bad(join(path, "currency"), "%q is not a currency: three capital letters of ISO 4217", clip(a.Currency))
	}
	c.notify(join(path, "notify"), &a.Notify, Notify{Channel: "poll"})
	c.parent(a, path)
	p := command.PlantAccount{
		Account: account.Account{Name: a.Name, Company: a.Company, Email: a.Email, Language: a.Language,
			Environment: account.Environment(a.Environment), Currency: money.Currency(a.Currency), PriceGroup: a.PriceGroup},
		Parent: a.Parent, Balances: c.amounts(join(path, "balances"), a.Balances),
		CreditLimits: c.amounts(join(path, "credit_limit"), a.CreditLimit),
	}
	d := dialects{c: c, a: a, p: &p, env: a.Environment}
	d.dmapi(join(path, dmapi))
	d.opensrs(join(path, opensrs))
	d.wapi(join(path, wapi))
	d.domainrobot(join(path, domainrobot))
	c.f.plant.Accounts = append(c.f.plant.Accounts, p)
	c.twin(a, p, path)
}

// parent checks that the tree stays in one environment and is one.
func (c *compiler) parent(a *Account, path string) {
	if a.Parent == "" {
		return
	}
	at := join(path, "parent")
	up := c.accounts[a.Parent]
	switch {
	case up == nil:
		c.bad(at, "there is no account %q in this file", clip(a.Parent))
		return
	case up.Environment != a.Environment:
		c.bad(at, "the account %s is in another environment", up.Name)
		return
	}
	for i := 0; up != nil && i <= len(c.root.Accounts); i++ {
		if up == a {
			c.bad(at, "the account would be its own ancestor")
			return
		}
		up = c.accounts[up.Parent]
	}
}

// twin is the test account that goes with a live one's test key: the same user name and money, no address rules, and
// nothing in it.
func (c *compiler) twin(a *Account, live command.PlantAccount, path string) {
	if a.OpenSRS == nil || a.Environment != "live" || a.OpenSRS.Keys.Test == "" {
		return
	}
	t := command.PlantAccount{Account: live.Account, Balances: live.Balances, CreditLimits: live.CreditLimits}
	t.Account.Environment = account.Test
	if up := c.accounts[a.Parent]; up != nil && up.OpenSRS != nil && up.OpenSRS.Keys.Test != "" {
		t.Parent = a.Parent
	}
	d := dialects{c: c, a: a, p: &t, env: "test"}
	d.settings(account.Settings{Dialect: opensrs}, a.Notify)
	d.login(join(path, "opensrs.keys.test"), account.Credential{Dialect: opensrs, Kind: account.SharedKey, Login: a.OpenSRS.Username}, a.OpenSRS.Keys.Test)
	c.f.plant.Accounts = append(c.f.plant.Accounts, t)
}

// notify fills the default in and checks that the channel has its target.
func (c *compiler) notify(path string, n *Notify, def Notify) {
	if *n == (Notify{}) {
		*n = def
	}
	c.oneOf(join(path, "channel"), &n.Channel, "poll", "email", "http")
	for _, t := range []struct{ channel, key, target string }{{"email", "address", n.Address}, {"http", "url", n.URL}} {
		switch {
		case n.Channel == t.channel && t.target == "":
			c.bad(path, "the channel %s needs the key %s", t.channel, t.key)
		case n.Channel != t.channel && t.target != "":
			c.bad(join(path, t.key), "belongs to the channel %s", t.channel)
		}
	}
	c.email(join(path, "address"), n.Address)
	if n.URL != "" {
		c.url(join(path, "url"), n.URL)
	}
	if _, here := c.at[join(path, "channel")]; here && n.Channel != "poll" {
		c.notServed(path, "kept, but notices are not delivered by %s yet: they wait in the poll queue", n.Channel)
	}
}

// dialects reads an account's sections into what is planted.
type dialects struct {
	c   *compiler
	a   *Account
	p   *command.PlantAccount
	env string
}

func (d dialects) settings(s account.Settings, n Notify) {
	s.Channel, s.Target = n.Channel, n.Address+n.URL
	d.p.Settings = append(d.p.Settings, s)
}

// login adds a credential and refuses one whose log-in is in the file already.
func (d dialects) login(path string, cred account.Credential, secret string) *command.PlantCredential {
	if cred.Access == "" {
		cred.Access = account.Full
	}
	unique(d.c, d.c.logins, strings.Join([]string{d.env, cred.Dialect, string(cred.Kind), cred.Login, strconv.Itoa(cred.Context)}, "\x00"), path, "the log-in")
	d.p.Credentials = append(d.p.Credentials, command.PlantCredential{Credential: cred, Secret: secret})
	return &d.p.Credentials[len(d.p.Credentials)-1]
}

func (d dialects) dmapi(path string) {
	in := d.a.DMAPI
	if in == nil {
		return
	}
	c := d.c
	d.settings(account.Settings{Dialect: dmapi}, d.a.Notify)
	for i, u := range in.Users {
		at := item(join(path, "users"), i)
		if c.given(join(at, "username"), u.Username) && c.given(join(at, "password"), u.Password) {
			d.login(at, account.Credential{Dialect: dmapi, Kind: account.Password, Login: strings.ToLower(u.Username)}, u.Password)
		}
	}
	for i := range in.APIKeys {
		k, at := &in.APIKeys[i], item(join(path, "api_keys"), i)
		c.oneOf(join(at, "access"), &k.Access, "full", "modify", "read")
		if c.given(join(at, "key"), k.Key) {
			d.login(at, account.Credential{Dialect: dmapi, Kind: account.APIKey, Login: account.KeyLogin(k.Key), Access: account.Access(k.Access), Note: k.Note}, "")
		}
	}
	for i := range in.SVC {
		s, at := &in.SVC[i], item(join(path, "svc"), i)
		if len(s.Zones) == 0 {
			s.Zones = []string{"*"}
		}
		for j, z := range s.Zones {
			if z != "*" {
				c.name(item(join(at, "zones"), j), strings.TrimPrefix(z, "*."))
			}
		}
		if c.given(join(at, "username"), s.Username) && c.given(join(at, "password"), s.Password) {
			c.word(join(at, "username"), s.Username, 128)
			unique(c, c.logins, key(svc, s.Username), at, "the log-in")
			d.p.DNS = append(d.p.DNS, command.PlantDNSCredential{Username: s.Username, Password: s.Password, Scopes: s.Zones})
		}
	}
}

func (d dialects) opensrs(path string) {
	in := d.a.OpenSRS
	if in == nil {
		return
	}
	c := d.c
	if in.Username == "" {
		in.Username = d.a.Name
	}
	c.word(join(path, "username"), in.Username, 64)
	d.settings(account.Settings{Dialect: opensrs, AllowedIPs: c.prefixes(join(path, "ip_rules"), in.IPRules)}, d.a.Notify)
	key := in.Keys.Live
	if d.env == "test" {
		if key != "" {
			c.notServed(join(path, "keys.live"), "not used: a test account has the test key alone")
		}
		key = in.Keys.Test
	}
	if key != "" {
		d.login(path, account.Credential{Dialect: opensrs, Kind: account.SharedKey, Login: in.Username}, key)
	}
	seen := map[string]string{}
	for i, f := range in.Profiles {
		at := item(join(path, "profiles"), i)
		if c.given(join(at, "username"), f.Username) && c.given(join(at, "password"), f.Password) {
			unique(c, seen, f.Username, at, "the profile "+clip(f.Username))
			d.p.Profiles = append(d.p.Profiles, command.PlantProfile(f))
		}
	}
}

func (d dialects) wapi(path string) {
	in := d.a.WAPI
	if in == nil {
		return
	}
	c := d.c
	c.oneOf(join(path, "protocol"), &in.Protocol, "json", "xml")
	c.notify(join(path, "notify"), &in.Notify, d.a.Notify)
	d.settings(account.Settings{Dialect: wapi, Protocol: in.Protocol, AllowedIPs: c.prefixes(join(path, "allowed_ips"), in.AllowedIPs)}, in.Notify)
	if in.User == "" {
		in.User = d.a.Email
	}
	if in.User == "" {
		c.bad(join(path, "user"), "is required: the account has no email to stand for it")
		return
	}
	if !c.given(join(path, "password"), in.Password) {
		return
	}
	sum := sha1.Sum([]byte(in.Password)) // the protocol's own form (wapi.md §3); stored sealed
	d.login(path, account.Credential{Dialect: wapi, Kind: account.SharedHash, Login: in.User}, hex.EncodeToString(sum[:]))
	if d.env == "test" {
		c.notServed(path, "stored; this interface lets live accounts in only")
	}
}

var uuidForm = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// demoContext is the context whose users belong to test accounts (domainrobot-json.md §1.1).
const demoContext = 1

func (d dialects) domainrobot(path string) {
	in := d.a.Domainrobot
	if in == nil {
		return
	}
	c := d.c
	d.settings(account.Settings{Dialect: domainrobot}, d.a.Notify)
	var users []command.PlantUser
	for i := range in.Users {
		u, at := &in.Users[i], item(join(path, "users"), i)
		d.context(join(at, "context"), &u.Context)
		if !c.given(join(at, "user"), u.User) || !c.given(join(at, "password"), u.Password) {
			continue
		}
		users = append(users, command.PlantUser{Login: u.User, Context: u.Context})
		cred := d.login(at, account.Credential{Dialect: domainrobot, Kind: account.Password, Login: u.User, Context: u.Context}, u.Password)
		if cred.TOTP = strings.ToUpper(u.TOTPSecret); cred.TOTP != "" {
			if _, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimRight(cred.TOTP, "=")); err != nil {
				c.bad(join(at, "totp_secret"), "must be Base32")
			}
		}
	}
	for i := range in.TrustedApps {
		t, at := &in.TrustedApps[i], item(join(path, "trusted_apps"), i)
		d.context(join(at, "context"), &t.Context)
		if !c.given(join(at, "uuid"), t.UUID) || !c.given(join(at, "user"), t.User) || !c.given(join(at, "password"), t.Password) {
			continue
		}
		if !uuidForm.MatchString(t.UUID) {
			c.bad(join(at, "uuid"), "must be a UUID")
		}
		user := command.PlantUser{Login: t.User, Context: t.Context}
		if !slices.Contains(users, user) {
			c.bad(join(at, "user"), "there is no user %q in context %d of this account", clip(t.User), t.Context)
		}
		cred := d.login(at, account.Credential{Dialect: domainrobot, Kind: account.App, Login: t.UUID, Note: t.Name}, t.Password)
		cred.User = user
	}
}

// context fills the default in: the demo system's for a test account, else the public live system's.
func (d dialects) context(path string, v *int) {
	if _, here := d.c.at[path]; *v == 0 && !here {
		if *v = 4; d.env == "test" {
			*v = demoContext
		}
	}
	switch {
	case *v < 1:
		d.c.bad(path, "must be a positive number")
	case *v == demoContext && d.env == "live":
		d.c.bad(path, "users of context %d belong to test accounts: give the account environment: test", demoContext)
	}
}
