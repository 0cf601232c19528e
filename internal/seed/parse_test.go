package seed_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/seed"
	"github.com/polyreg/polyreg/internal/testkit"
)

var t0 = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// account0 begins files whose problems lie elsewhere: five lines.
const account0 = "version: 1\naccounts:\n  - name: a\n    currency: EUR\n    environment: live\n"

// problemCases are files with all that is to be told about them.
var problemCases = map[string]struct {
	in   string
	want []string
}{
	"empty":           {"", []string{"f.yaml:1:1: version: is required"}},
	"comment alone":   {"# nothing\n", []string{"f.yaml:1:1: version: is required"}},
	"version":         {"version: 2\n", []string{"f.yaml:1:10: version: must be 1"}},
	"version as text": {"version: \"1\"\n", []string{"f.yaml:1:10: version: must be a whole number"}},
	"unknown keys": {account0 + "    color: red\nplatform: {nssets: X}\n", []string{
		"f.yaml:6:5: accounts[0].color: there is no such key", "f.yaml:7:12: platform.nssets: there is no such key"}},
	"repeated key": {"version: 1\naccounts: []\nversion: 1\n", []string{"f.yaml:3:1: version: the key is given twice"}},
	"types": {"version: 1\nnow: 5\naccounts:\n  - name: [a]\n    currency: EUR\n    balances: {EUR: 1000.00}\n    wapi: yes\ncontacts: {a: b}\n", []string{
		"f.yaml:2:6: now: must be text: put it in quotes",
		"f.yaml:4:11: accounts[0].name: must be text",
		"f.yaml:6:21: accounts[0].balances.EUR: must be text: put it in quotes",
		"f.yaml:7:11: accounts[0].wapi: must be a mapping of keys to values",
		"f.yaml:8:11: contacts: must be a list"}},
	"required": {"version: 1\naccounts:\n  - company: x\n  - {name: \"\", currency: EUR}\n", []string{
		"f.yaml:3:5: accounts[0].name: is required", "f.yaml:3:5: accounts[0].currency: is required",
		"f.yaml:4:12: accounts[1].name: must not be empty"}},
	"syntax":    {"version: 1\naccounts:\n  - {name: a\n", []string{"f.yaml:3:5: could not find flow mapping end token '}'"}},
	"anchor":    {"version: 1\nnow: &x \"2026-01-01T00:00:00Z\"\n", []string{"f.yaml:2:6: now: anchors, aliases, tags and complex keys are not part of this format"}},
	"documents": {"version: 1\n---\nversion: 1\n", []string{"f.yaml:3:1: the file holds more than one document"}},
	"utf-8":     {"version: 1\nnow: \"\xff\"\n", []string{"f.yaml:2:7: the file is not valid UTF-8"}},
	"amounts": {account0 + "    balances: {EUR: \"1.005\", usd: \"1\", CZK: \"-1\", JPY: \"5\", USD: \"1,5\"}\n", []string{
		`f.yaml:6:21: accounts[0].balances.EUR: "1.005" is not an amount of EUR: digits, with at most 2 behind the point`,
		`f.yaml:6:35: accounts[0].balances.usd: "usd" is not a currency: three capital letters of ISO 4217`,
		`f.yaml:6:45: accounts[0].balances.CZK: must not be negative`,
		`f.yaml:6:66: accounts[0].balances.USD: "1,5" is not an amount of USD: digits, with at most 2 behind the point`}},
	"times": {account0 + "domains:\n  - {name: xx.com, account: a, created: 100d, expires: 2027-01-01}\n  - {name: yy.com, account: a, created: +1d, expires: +5d}\n  - {name: zz.com, account: a, expires: -1y}\n", []string{
		"f.yaml:7:41: domains[0].created: must be a time: RFC 3339 (2026-11-22T09:00:00Z), or relative to registrar time in days or years (-100d, +2y)",
		"f.yaml:7:56: domains[0].expires: must be a time: RFC 3339 (2026-11-22T09:00:00Z), or relative to registrar time in days or years (-100d, +2y)",
		"f.yaml:8:41: domains[1].created: lies in the future",
		"f.yaml:9:41: domains[2].expires: must lie behind created"}},
	"names": {account0 + "domains:\n  - {name: x.test, account: a}\n  - {name: -x.com, account: a}\n  - {name: a.b.com, account: a}\n  - {name: ö.cz, account: a}\n  - {name: X.com., account: nobody}\n", []string{
		"f.yaml:7:12: domains[0].name: the ending of x.test is not supported",
		`f.yaml:8:12: domains[1].name: "-x.com" is not a valid domain name: label is not allowed`,
		"f.yaml:9:12: domains[2].name: only names directly below com can be registered",
		"f.yaml:10:12: domains[3].name: the character 'ö' is not allowed below cz",
		"f.yaml:11:12: domains[4].name: names below com have at least 2 characters",
		`f.yaml:11:29: domains[4].account: there is no account "nobody" in this file`}},
	"repeated objects": {account0 + "  - {name: a, currency: EUR}\ncontacts:\n  - {id: k, account: a}\n  - {id: K, account: a}\ndomains:\n  - {name: xx.com, account: a}\n  - {name: xx.com, account: a}\nforeign_domains:\n  - {name: xx.com}\n", []string{
		"f.yaml:6:12: accounts[1].name: the account a is there already: accounts[0].name",
		"f.yaml:9:10: contacts[1].id: the contact K is there already: contacts[0].id",
		"f.yaml:12:12: domains[1].name: xx.com is there already: domains[0].name",
		"f.yaml:14:12: foreign_domains[0].name: xx.com is there already: domains[0].name"}},
	"references": {account0 + "domains:\n  - {name: xx.com, account: a, registrant: bob, profile: o, nsset: s}\n  - {name: yy.com, account: a, name_servers: [ns1.yy.com, ns1.yy.com, x]}\n", []string{
		`f.yaml:7:44: domains[0].registrant: the account a has no contact "bob"`,
		`f.yaml:7:58: domains[0].profile: the account a has no profile "o" under opensrs.profiles`,
		`f.yaml:7:68: domains[0].nsset: the account a has no set "s"`,
		"f.yaml:8:47: domains[1].name_servers[0]: ns1.yy.com lies below yy.com and needs addresses: give them under hosts",
		"f.yaml:8:59: domains[1].name_servers[1]: ns1.yy.com is named twice",
		`f.yaml:8:71: domains[1].name_servers[2]: "x" is not a full host name`}},
	"context 1": {account0 + "    domainrobot:\n      users:\n        - {user: u, context: 1, password: p}\n        - {user: v, password: p, totp_secret: \"1\"}\n      trusted_apps:\n        - {uuid: x, password: p, user: w}\n", []string{
		"f.yaml:8:30: accounts[0].domainrobot.users[0].context: users of context 1 belong to test accounts: give the account environment: test",
		"f.yaml:9:47: accounts[0].domainrobot.users[1].totp_secret: must be Base32",
		"f.yaml:11:18: accounts[0].domainrobot.trusted_apps[0].uuid: must be a UUID",
		`f.yaml:11:40: accounts[0].domainrobot.trusted_apps[0].user: there is no user "w" in context 4 of this account`}},
	"log-ins": {account0 + "    opensrs: {username: o, keys: {live: k}}\n  - name: b\n    currency: EUR\n    opensrs: {username: o, keys: {live: k2}, ip_rules: [10.0.0.0/8, nonsense]}\n", []string{
		"f.yaml:9:14: accounts[1].opensrs: the log-in is there already: accounts[0].opensrs",
		`f.yaml:9:69: accounts[1].opensrs.ip_rules[1]: "nonsense" is neither an address nor a prefix in CIDR form`}},
	"tree": {"version: 1\naccounts:\n  - {name: a, currency: EUR, parent: b}\n  - {name: b, currency: EUR, parent: a}\n  - {name: c, currency: EUR, parent: a, environment: test}\n  - {name: d, currency: EUR, parent: x}\n", []string{
		"f.yaml:3:38: accounts[0].parent: the account would be its own ancestor",
		"f.yaml:4:38: accounts[1].parent: the account would be its own ancestor",
		"f.yaml:5:38: accounts[2].parent: the account a is in another environment",
		`f.yaml:6:38: accounts[3].parent: there is no account "x" in this file`}},
	"contacts": {account0 + "contacts:\n  - {id: k, account: a, type: robot, email: nobody, country: XX, phone: \"12\", handles: {dmapi: XXXX-1, domainrobot: x1, opensrs: y}}\n", []string{
		"f.yaml:7:31: contacts[0].type: must be one of: person, organisation, role",
		"f.yaml:7:31: contacts[0].type: must be person, organisation or role",
		"f.yaml:7:45: contacts[0].email: is not an e-mail address",
		"f.yaml:7:62: contacts[0].country: is not an ISO 3166-1 alpha-2 code",
		"f.yaml:7:73: contacts[0].phone: is not an international phone number (+CC.number)",
		`f.yaml:7:96: contacts[0].handles.dmapi: "XXXX" is not a handle prefix of the catalog`,
		"f.yaml:7:117: contacts[0].handles.domainrobot: must be a positive number",
		"f.yaml:7:130: contacts[0].handles.opensrs: contacts have handles in dmapi, wapi and domainrobot only"}},
	"notify": {account0 + "    notify: {channel: http, address: x@y.example}\n", []string{
		"f.yaml:6:13: accounts[0].notify: the channel http needs the key url", "f.yaml:6:38: accounts[0].notify.address: belongs to the channel email"}},
	"zone": {account0 + "zones:\n  - name: x.net\n    account: a\n    zone: |\n      $TTL 1h\n      @ IN A 192.0.2.2\n      www ( A 192.0.2.1\n", []string{
		"f.yaml:7:5: zones[0]: line 3 of the text: a parenthesis is not closed"}},
	"policies": {"version: 1\ncatalog:\n  tlds:\n    - {name: a1, policy: x}\n    - {name: a2, policy: gtld, policies: [{name: gtld}]}\n    - name: a3\n      policies:\n        - {name: y}\n        - {from: -1d}\n        - {name: gtld, from: soon, verify: -1d, notices: [5, 5m, 1d, 24h]}\n        - {name: plain, from: -1d, delete_after: 8d}\n        - {name: plain, from: -1d, hold_after: 40d, owner_lock: 1y}\n        - {name: plain, from: +1d, delete_after: 0h}\n", []string{
		`f.yaml:4:26: catalog.tlds[0].policy: "x" is not a policy: gtld, gtld-720h, plain`,
		"f.yaml:5:26: catalog.tlds[1].policy: cannot be given together with policies",
		`f.yaml:8:18: catalog.tlds[2].policies[0].name: "y" is not a policy: gtld, gtld-720h, plain`,
		"f.yaml:9:11: catalog.tlds[2].policies[1].name: is required",
		"f.yaml:10:30: catalog.tlds[2].policies[2].from: must be a time: RFC 3339 (2026-11-22T09:00:00Z), or relative to registrar time in days or years (-100d, +2y)",
		"f.yaml:10:44: catalog.tlds[2].policies[2].verify: must be a number of days or hours: 60d, 720h",
		"f.yaml:10:59: catalog.tlds[2].policies[2].notices[0]: must be text: put it in quotes",
		"f.yaml:10:62: catalog.tlds[2].policies[2].notices[1]: must be days or hours from the expiry: -30d before it, 5d after it",
		"f.yaml:10:70: catalog.tlds[2].policies[2].notices[3]: is there twice",
		"f.yaml:11:50: catalog.tlds[2].policies[3].delete_after: must be more than hold_after",
		"f.yaml:12:11: catalog.tlds[2].policies[4]: a policy from the same time is there already: catalog.tlds[2].policies[3]",
		"f.yaml:12:48: catalog.tlds[2].policies[4].hold_after: must be less than delete_after; 0d for no hold",
		"f.yaml:12:65: catalog.tlds[2].policies[4].owner_lock: must be a number of days or hours: 60d, 720h",
		"f.yaml:13:50: catalog.tlds[2].policies[5].delete_after: must be more than nothing"}},
	"catalog": {"version: 1\ncatalog:\n  tlds:\n    - {name: shop, handle_prefix: SHOP1, years: {min: 3, max: 2}, roles: [boss], idn: \"aä\", grace: {add: 5h}, prices: {standard: {EUR: {buy: \"1\"}}}}\n  prices:\n    - {tld: nope, operation: create, currency: EUR, amount: \"1\"}\n  reserved:\n    - {name: x.nope}\n", []string{
		"f.yaml:4:35: catalog.tlds[0].handle_prefix: must be four capital letters",
		"f.yaml:4:49: catalog.tlds[0].years: must hold 1 <= min <= max <= ahead <= 99",
		"f.yaml:4:75: catalog.tlds[0].roles[0]: must be one of: admin, tech, billing",
		"f.yaml:4:87: catalog.tlds[0].idn: 'a' cannot stand in a name",
		"f.yaml:4:106: catalog.tlds[0].grace.add: must be a number of days: 45d",
		`f.yaml:4:142: catalog.tlds[0].prices.standard.EUR.buy: "buy" is not an operation: create, renew, transfer, restore`,
		`f.yaml:6:13: catalog.prices[0].tld: there is no ending "nope" in the catalog`,
		"f.yaml:8:14: catalog.reserved[0].name: the ending of x.nope is not supported"}},
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for name, c := range problemCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := seed.Parse([]byte(c.in), "f.yaml", t0)
			if f != nil || err == nil {
				t.Fatal("accepted")
			}
			var ps seed.Problems
			if !errors.As(err, &ps) {
				t.Fatalf("not Problems: %T", err)
			}
			if diff := cmp.Diff(c.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestSecretsStayOut: no message repeats a password, a key, or the log-in derived from one.
func TestSecretsStayOut(t *testing.T) {
	t.Parallel()
	in := account0 + `    wapi: {user: u, password: [hush1]}
    dmapi: {api_keys: [{key: hush2, access: hush0}, {key: hush2}], users: [{username: u, password: hush3}, {username: U, password: hush3}]}
    opensrs: {keys: {live: hush4, live: hush4}}
    domainrobot: {users: [{user: x, password: hush5, totp_secret: hush6}]}
domains: [{name: xx.com, account: a, auth_info: " hush7"}]
`
	_, err := seed.Parse([]byte(in), "f.yaml", t0)
	if err == nil || strings.Contains(strings.ToLower(err.Error()), "hush") {
		t.Errorf("%v", err)
	}
}

func TestExample(t *testing.T) {
	t.Parallel()
	path := filepath.Join(testkit.Root(), "..", "shared", "seed-example.yaml")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("the seed example is not beside the repository: %v", err)
	}
	f, err := seed.Parse(data, "seed-example.yaml", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if !f.Now().Equal(t0) {
		t.Errorf("now is %v", f.Now())
	}
	p := f.Plant()
	if len(p.Accounts) != 2 || p.Accounts[1].Account.Environment != account.Test || p.Accounts[1].Account.Name != "alpha" {
		t.Fatalf("accounts: %+v", p.Accounts)
	}
	alpha, twin := p.Accounts[0], p.Accounts[1]
	if diff := cmp.Diff([]money.Amount{money.New(100000, "EUR"), money.New(50000, "USD")}, alpha.Balances); diff != "" {
		t.Error(diff)
	}
	if n := len(alpha.Credentials); n != 7 || len(alpha.DNS) != 1 {
		t.Errorf("%d credentials", n)
	}
	if len(twin.Credentials) != 1 || twin.Credentials[0].Secret != "fedcba9876543210" || twin.Credentials[0].Credential.Login != "alphareseller" ||
		len(twin.Profiles) != 0 || len(twin.Settings[0].AllowedIPs) != 0 {
		t.Errorf("twin: %+v", twin)
	}
	wantHandles := []contact.Handle{{Dialect: "dmapi", Group: "CCOM", Handle: "CCOM-1001"}, {Dialect: "domainrobot", Handle: "100101"}, {Dialect: "wapi", Handle: "WEDOS-ALP-1"}}
	if diff := cmp.Diff(wantHandles, p.Contacts[0].Handles); diff != "" {
		t.Error(diff)
	}
	d := p.Domains[0]
	if !d.Created.Equal(t0.AddDate(0, 0, -100)) || !d.Expires.Equal(t0.AddDate(0, 0, 630)) || d.Contacts["billing"] != "jane" || len(d.Servers.Servers) != 2 {
		t.Errorf("domain: %+v", d)
	}
	if len(p.Zones) != 2 || len(p.NSSets) != 1 || len(p.Hosts) != 1 || len(p.Notices) != 1 {
		t.Errorf("%d zones, %d sets, %d hosts, %d notices", len(p.Zones), len(p.NSSets), len(p.Hosts), len(p.Notices))
	}
	if len(f.NotServed) > 0 {
		t.Errorf("not served: %q", f.NotServed)
	}
}

// TestMinimal: every key is optional but for those marked so.
func TestMinimal(t *testing.T) {
	t.Parallel()
	in := "version: 1\naccounts: [{name: a, currency: EUR}]\ncontacts: [{id: k, account: a}]\nnssets: [{id: s, account: a}]\nhosts: [{name: ns1.x.test, account: a}]\n" +
		"domains: [{name: xx.com, account: a}]\nzones: [{name: zz.test, account: a}]\nforeign_domains: [{name: yy.com}]\nnotices: [{account: a}]\nplatform:\ncatalog:\n"
	f, err := seed.Parse([]byte(in), "f.yaml", t0)
	if err != nil {
		t.Fatal(err)
	}
	d := f.Plant().Domains[0]
	if !d.Servers.Platform || d.Contacts["registrant"] != "k" || !d.Created.Equal(t0) || !d.Expires.Equal(t0.AddDate(1, 0, 0)) || d.AutoRenew != "renew" {
		t.Errorf("%+v", d)
	}
	if !f.Now().IsZero() {
		t.Errorf("now is %v", f.Now())
	}
	if s := f.Plant().NSSets[0]; s.Handle != "NS-A-S" || len(s.Servers) != 2 {
		t.Errorf("%+v", s)
	}
}

// TestAccountWithoutContact gets one made up for its domain.
func TestAccountWithoutContact(t *testing.T) {
	t.Parallel()
	f, err := seed.FromRoot(seed.Root{Accounts: []seed.Account{{Name: "a", Currency: "EUR", Email: "x@a.example"}},
		Domains: []seed.Domain{{Name: "xx.com", Account: "a", Expires: "+2y"}}}, t0)
	if err != nil {
		t.Fatal(err)
	}
	p := f.Plant()
	if len(p.Contacts) != 1 || p.Contacts[0].Data.Email != "x@a.example" || p.Domains[0].Contacts["registrant"] != p.Contacts[0].ID {
		t.Errorf("%+v", p)
	}
	if _, err := seed.FromRoot(seed.Root{Accounts: []seed.Account{{Currency: "EUR"}}}, t0); err == nil || err.Error() != "accounts[0].name: is required" {
		t.Errorf("%v", err)
	}
}

func TestTestAccount(t *testing.T) {
	t.Parallel()
	in := "version: 1\naccounts: [{name: a, currency: EUR, environment: test, opensrs: {keys: {live: l, test: k}}, domainrobot: {users: [{user: u, password: p}]}}]\n"
	f, err := seed.Parse([]byte(in), "f.yaml", t0)
	if err != nil {
		t.Fatal(err)
	}
	p := f.Plant()
	want := []command.PlantCredential{
		{Credential: account.Credential{Dialect: "opensrs", Kind: account.SharedKey, Login: "a", Access: account.Full}, Secret: "k"},
		{Credential: account.Credential{Dialect: "domainrobot", Kind: account.Password, Login: "u", Context: 1, Access: account.Full}, Secret: "p"},
	}
	if diff := cmp.Diff(want, p.Accounts[0].Credentials); diff != "" || len(p.Accounts) != 1 {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"accounts[0].opensrs.keys.live: not used: a test account has the test key alone"}, f.NotServed); diff != "" {
		t.Error(diff)
	}
	shown := f.AccountsShown()[0]
	if shown["environment"] != "test" || shown["domainrobot"].(map[string]any)["users"].([]any)[0].(map[string]any)["password"] != "p" {
		t.Errorf("%v", shown)
	}
}

func TestDemo(t *testing.T) {
	t.Parallel()
	f, err := seed.Parse(seed.Demo(), "demo.yaml", t0)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.NotServed) > 0 || !f.Now().IsZero() {
		t.Errorf("%v %v", f.NotServed, f.Now())
	}
}
