package program

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/ca"
	"github.com/polyreg/polyreg/internal/store/pgtest"
)

// TestServe sets up production on PostgreSQL as docs/serve.md says, orders through two doors, and looks at what is not there.
func TestServe(t *testing.T) {
	t.Parallel()
	p := setup(t, "postgres")
	wantWords(t, p.tool("config", "check"), "is valid", "1 registries")
	refused(t, []string{"version 0", "migrate"}, "serve", "--config", p.config)
	refused(t, []string{"version 0", "migrate"}, "account", "list", "--config", p.config)
	p.plant()
	wantWords(t, p.tool("migrate"), "schema version") // a second time changes nothing
	wantWords(t, p.tool("seed", "apply", p.path("accounts.yaml")), "added nothing", "kept 1 account")
	n, c := p.node()

	body := c.robotRegister("by-robot.com")
	if _, jobs := c.robot("GET", "/job/"+number(t, body), ""); !strings.Contains(jobs, `"SUCCESS"`) {
		t.Errorf("the job: %s", jobs)
	}
	got := c.wapi("domain-create", `{"name":"by-wapi.com","period":2,"dns":"","owner_c":"WEDOS-ALP-1","rules":{"fname":"Jane","lname":"Doe"}}`)
	if got.Response.Code != 1000 {
		t.Fatalf("domain-create: %+v", got.Response)
	}
	for _, name := range []string{"by-robot.com", "by-wapi.com"} {
		if err := c.sees(name); err != nil {
			t.Error(err)
		}
	}
	if got := c.balance(); got != "970.30" { // three years of .com at 9.90
		t.Errorf("balance is %s", got)
	}
	for _, path := range []string{"/_polyreg/reset", "/_polyreg/accounts", "/_polyreg/journal", "/_polyreg", "/_polyreg/"} {
		for _, method := range []string{"GET", "POST"} {
			if status, _, body := request(t, plain, newRequest(t, method, c.base+path, "")); status != 404 {
				t.Errorf("%s %s: %d %s", method, path, status, body)
			}
		}
	}
	inside := "http://" + n.find(`metrics (127\.0\.0\.1:\d+)`)
	for url, want := range map[string]int{c.base + "/healthz": 200, c.base + "/readyz": 200, c.base + "/metrics": 404,
		inside + "/metrics": 200, inside + "/readyz": 200, inside + "/v1/hello": 404} {
		if status, body := get(t, url); status != want {
			t.Errorf("%s: %d %s, want %d", url, status, body, want)
		}
	}
	if status, _ := (&client{t: t, base: c.base, acc: demoAlpha(t)}).robot("GET", "/hello", ""); status != 401 {
		t.Errorf("somebody of the demo can log in: %d", status)
	}
	testAccounts(t, p, c)
	n.stop()
	if text := n.out.String(); strings.Contains(text, "s3cret") || strings.Contains(text, "Wapi-Secret") || strings.Contains(text, "reg-Pass") {
		t.Errorf("secrets in the log:\n%s", text)
	}
	p.reg.stop()
}

// TestServeSets: a registry of endings of all kinds, configured without a profile: sets under .cz, hosts elsewhere.
func TestServeSets(t *testing.T) {
	t.Parallel()
	p := setup(t, "sqlite")
	p.plant()
	n, c := p.node()
	for _, name := range []string{"sets.cz", "hosts.com"} {
		c.robotRegister(name)
		if _, body := c.robot("GET", "/domain/"+name, ""); !strings.Contains(body, "ns1.polyreg.test") {
			t.Errorf("%s: %s", name, body)
		}
	}
	if status, body := c.robot("PUT", "/domain/sets.cz", `{"name":"sets.cz","nameServers":[{"name":"ns1.other.example"},{"name":"ns2.other.example"}]}`); status != 200 ||
		!strings.Contains(body, `"SUCCESS"`) {
		t.Errorf("other name servers: %d %s", status, body)
	}
	wantWords(t, p.tool("epp", "builtin", "info", "domain", "sets.cz"), "ns1.other.example", "ns2.other.example")
	n.stop()
}

// demoAlpha is a user of the built-in demo that production must not know.
func demoAlpha(t testing.TB) account {
	a := alphaAccount(t)
	a.Domainrobot.Users[0].User, a.Domainrobot.Users[0].Password = "beta", "s3cret-beta-robot"
	return a
}

// testAccounts: account add, list and credit beside a running node.
func testAccounts(t *testing.T, p *production, c *client) {
	wantWords(t, p.tool("account", "add", "gamma", "--currency", "CZK", "--parent", "alpha"), "account gamma has number")
	wantWords(t, p.tool("account", "credit", "gamma", "250.50", "CZK", "--text", "transfer 4711"), "250.50 CZK")
	wantWords(t, p.tool("account", "credit", "alpha", "29.70", "EUR"), "1000.00 EUR")
	if got := c.balance(); got != "1000.00" {
		t.Errorf("the running node says %s", got)
	}
	list := p.tool("account", "list")
	for _, re := range []string{"alpha", "live", "1000.00", "gamma", "CZK", "250.50"} {
		wantWords(t, list, re)
	}
	conf := []string{"--config", p.config}
	refused(t, []string{"gamma"}, append([]string{"account", "add", "gamma", "--currency", "EUR"}, conf...)...)
	refused(t, []string{"currency"}, append([]string{"account", "add", "delta", "--currency", "EURO"}, conf...)...)
	refused(t, []string{"environment"}, append([]string{"account", "add", "delta", "--environment", "moon"}, conf...)...)
	refused(t, []string{"parent", "nobody"}, append([]string{"account", "add", "delta", "--parent", "nobody"}, conf...)...)
	refused(t, []string{"nobody"}, append([]string{"account", "credit", "nobody", "1.00", "EUR"}, conf...)...)
	for _, amount := range []string{"0.00", "-5.00", "1.005", "much"} {
		refused(t, nil, append(append([]string{"account", "credit"}, conf...), "--", "gamma", amount, "CZK")...)
	}
	if now := p.tool("account", "list"); now != list {
		t.Errorf("refused commands changed something:\n%s", now)
	}
}

// TestServeRefuses: no key, another database's key, a broken configuration.
func TestServeRefuses(t *testing.T) {
	t.Parallel()
	p := setup(t, "sqlite")
	good, err := os.ReadFile(p.config)
	if err != nil {
		t.Fatal(err)
	}
	with := func(name, old, text string) string {
		if !strings.Contains(string(good), old) {
			t.Fatalf("no %q in the configuration", old)
		}
		return write(t, p.dir, name, strings.Replace(string(good), old, text, 1))
	}
	key := "secret_key_file: " + p.path("secret.key")
	open := write(t, p.dir, "open.key", "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	if err := os.Chmod(open, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, d := range []struct {
		name, old, text string
		words           []string
	}{
		{"no-key", key, "", []string{"secret_key_file", "POLYREG_SECRET_KEY"}},
		{"absent-key", "secret.key", "absent.key", []string{"secret_key_file", "absent.key"}},
		{"open-key", p.path("secret.key"), open, []string{"secret_key_file", "open.key", "0600"}},
		{"bad-key", p.path("secret.key"), write(t, p.dir, "bad.key", "k1:abc"), []string{"secret_key_file", "k1"}},
		{"no-database", "path: " + p.path("polyreg.db"), "", []string{"database", "url", "path"}},
		{"typo", "listen:", "listn:", []string{"typo.yaml", "listn", "[4:1]"}},
		{"no-listener", `listen: {http: "127.0.0.1:0", metrics: "127.0.0.1:0"}`, "", []string{"listen", "http"}},
		{"no-tls", "listen: {", `listen: {https: "127.0.0.1:0", `, []string{"tls", "cert"}},
		{"bad-limits", "limits: off", "limits: some", []string{"limits"}},
		{"no-password", p.path("registry.pw"), p.path("absent.pw"), []string{"builtin", "absent.pw"}},
		{"no-ca", p.ca, p.config, []string{"builtin", "no certificate"}},
		{"no-registries", "registries:", "platform2:", []string{"platform2"}},
		{"yaml", "listen: {", "listen: {{", []string{"yaml.yaml", "4:"}},
	} {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			path := with(d.name+".yaml", d.old, d.text)
			refused(t, d.words, "config", "check", "--config", path)
			refused(t, d.words, "serve", "--config", path)
		})
	}
	refused(t, []string{"empty.yaml", "database", "listen", "registries"}, "config", "check", "--config", write(t, p.dir, "empty.yaml", ""))
	refused(t, []string{"exists"}, "key", "generate", "--out", p.path("secret.key"))
}

// TestKeyFromEnvironment: the key itself, and single settings, may come from the environment.
func TestKeyFromEnvironment(t *testing.T) {
	t.Parallel()
	p := setup(t, "sqlite")
	text, err := os.ReadFile(p.config)
	if err != nil {
		t.Fatal(err)
	}
	p.config = write(t, p.dir, "bare.yaml", strings.Replace(string(text), "secret_key_file: "+p.path("secret.key"), "", 1))
	key := strings.TrimSpace(mustRun(t, "key", "generate"))
	env := []string{"POLYREG_SECRET_KEY=" + key, "POLYREG_LISTEN_HTTP=127.0.0.1:0", "POLYREG_LOG_LEVEL=debug"}
	for _, args := range [][]string{{"migrate"}, {"seed", "apply", write(t, p.dir, "accounts.yaml", accounts)}} {
		if code, _, complaints := runIn(t, "", env, append(append([]string{program(t)}, args...), "--config", p.config)...); code != 0 {
			t.Fatalf("%v: %s", args, complaints)
		}
	}
	n, c := p.node(env...)
	c.robotRegister("by-environment.com")
	if got := c.wapi("ping", ""); got.Response.Code != 1000 {
		t.Errorf("WAPI: %+v", got.Response)
	}
	n.stop()
	if strings.Contains(n.out.String(), key) {
		t.Error("the key is in the log")
	}
	// With another key the sealed values cannot be read: the hour hash fails, and nothing is shown.
	n, c = p.node("POLYREG_SECRET_KEY=" + strings.TrimSpace(mustRun(t, "key", "generate")))
	if got := c.wapi("ping", ""); got.Response.Code == 1000 {
		t.Error("WAPI log-in with another key")
	}
	n.stop()
}

// TestCatalogImport: prices and endings of a file count for nodes that start after it, and nothing else of it is kept.
func TestCatalogImport(t *testing.T) {
	t.Parallel()
	p := setup(t, "postgres")
	p.plant()
	const prices = `version: 1
accounts:
  - {name: stranger, currency: EUR, domainrobot: {users: [{user: stranger, context: 4, password: not-to-be-kept}]}}
catalog:
  tlds:
    - name: shop
      class: gtld
      handle_prefix: CSHO
      years: {min: 1, max: 10, ahead: 10}
      servers: {min: 2, max: 13}
      roles: [admin, tech, billing]
      prices: {standard: {EUR: {create: "25.00", renew: "25.00", transfer: "25.00", restore: "80.00"}}}
  prices:
    - {tld: com, operation: create, years: 1, currency: EUR, amount: "7.77", from: -1d}
    - {tld: com, operation: renew, years: 1, currency: EUR, amount: "99.00", from: +1d}
`
	refused(t, []string{"worse.yaml:2:", "catalog"}, "catalog", "import", write(t, p.dir, "worse.yaml", "version: 1\ncatalog: {tlds: 7}\n"), "--config", p.config)
	builtin := p.tool("catalog", "show")
	wantWords(t, builtin, "com", "9.90 EUR", "eu")
	file := write(t, p.dir, "prices.yaml", prices)
	wantWords(t, p.tool("catalog", "import", file), "8 endings")
	wantWords(t, p.tool("catalog", "show", "shop"), "25.00 EUR")
	if com := p.tool("catalog", "show", "com"); strings.Contains(com, "shop") || !strings.Contains(com, "7.77 EUR") {
		t.Errorf("catalog show com:\n%s", com)
	}
	p.reg.stop()
	p.startRegistry("--catalog", file)
	p.writeConfig(p.epp, p.ca, "")
	n, c := p.node()
	c.robotRegister("cheap.com")
	c.robotRegister("my.shop")
	if got := c.wapi("domain-renew", `{"name":"cheap.com","period":1}`); got.Response.Code != 1000 {
		t.Errorf("renew: %+v", got.Response)
	}
	if got := c.balance(); got != "957.33" { // 7.77 + 25.00, and the renewal at the price of today, 9.90
		t.Errorf("balance is %s", got)
	}
	n.stop()
	var kept string
	if err := pgtest.Again(t, p.schema).QueryRow(t.Context(), `SELECT CAST(jsonb_agg(to_jsonb(m)) AS TEXT) FROM meta m`).Scan(&kept); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(kept, "stranger") || strings.Contains(kept, "not-to-be-kept") {
		t.Errorf("credentials in the clear in the database: %s", kept)
	}
}

// TestTwoNodes: what is ordered through one node is seen through the other at once.
func TestTwoNodes(t *testing.T) {
	t.Parallel()
	p := setup(t, "postgres")
	p.plant()
	first, one := p.node("POLYREG_NODE=one")
	second, two := p.node("POLYREG_NODE=two")
	for i := range 5 {
		name := fmt.Sprintf("node-%d.com", i)
		if got := two.wapi("domain-check", `{"name":"`+name+`"}`); got.Response.Code != 1000 {
			t.Errorf("%s is not free: %+v", name, got.Response)
		}
		one.robotRegister(name)
		if got := two.wapi("domain-check", `{"name":"`+name+`"}`); got.Response.Code == 1000 {
			t.Errorf("the other node still offers %s", name)
		}
		if err := two.sees(name); err != nil {
			t.Errorf("the other node: %v", err)
		}
		if a, b := one.balance(), two.balance(); a != b {
			t.Errorf("balances %s and %s", a, b)
		}
		one, two = two, one
	}
	// A session of one node is good at the other, and its end too.
	sid := one.dmapiLogin()
	if body := two.dmapi("query-domain-list", "api-key", "", "auth-sid", sid); !strings.Contains(body, "node-0.com") {
		t.Errorf("session at the other node: %s", body)
	}
	two.dmapi("logout", "api-key", "", "auth-sid", sid)
	if body := one.dmapi("query-domain-list", "api-key", "", "auth-sid", sid); strings.Contains(body, "node-0.com") {
		t.Errorf("the session ended at the other node: %s", body)
	}
	// Both at once for one name: one of them gets it.
	done := make(chan string, 2)
	for _, c := range []*client{one, two} {
		go func() {
			_, body := c.robot("POST", "/domain", robotOrder("both.com"))
			done <- body
		}()
	}
	won := 0
	for range 2 {
		if strings.Contains(<-done, `"SUCCESS"`) {
			won++
		}
	}
	if won != 1 {
		t.Errorf("%d of two orders for one name succeeded", won)
	}
	first.stop()
	if err := p.proof(t); err != nil {
		t.Error(err)
	}
	second.stop()
}

// TestRegistryOnPostgreSQL: the built-in registry keeps its data in the schema sim of a database.
func TestRegistryOnPostgreSQL(t *testing.T) {
	t.Parallel()
	dsn := freshDatabase(t)
	p := setup(t, "sqlite")
	p.reg.stop()
	p.startRegistry("--postgres", dsn)
	p.writeConfig(p.epp, p.ca, "")
	p.plant()
	n, c := p.node()
	c.robotRegister("on-postgres.com")
	p.reg.stop()
	p.startRegistry("--postgres", dsn)
	n.stop()
	p.writeConfig(p.epp, p.ca, "")
	n, c = p.node()
	if got := c.wapi("domain-check", `{"name":"on-postgres.com"}`); got.Response.Code == 1000 {
		t.Error("the registry has forgotten the name")
	}
	if got := c.wapi("domain-renew", `{"name":"on-postgres.com","period":1}`); got.Response.Code != 1000 {
		t.Errorf("renew: %+v", got.Response)
	}
	n.stop()
	p.reg.stop()
}

// TestServeTLS: https and OpenSRS's own listener with a certificate of the operator's.
func TestServeTLS(t *testing.T) {
	t.Parallel()
	p := setup(t, "sqlite")
	own, err := ca.Load(t.TempDir(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	pair, err := own.Issue(time.Now(), "reseller.example")
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	var chain []byte
	for _, der := range pair.Certificate {
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	cert := write(t, p.dir, "server.pem", string(chain))
	keyFile := write(t, p.dir, "server-key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
	p.writeConfig(p.epp, p.ca, fmt.Sprintf("tls: {cert: %s, key: %s}\n", cert, keyFile))
	text, err := os.ReadFile(p.config)
	if err != nil {
		t.Fatal(err)
	}
	write(t, p.dir, "polyreg.yaml", strings.Replace(string(text), `listen: {`, `listen: {https: "127.0.0.1:0", opensrs: "127.0.0.1:0", `, 1))
	p.plant()
	n, c := p.node()
	hc := trusting(t, own.Path(), "reseller.example")
	if status, _, body := request(t, hc, newRequest(t, "GET", "https://"+n.find(`https (127\.0\.0\.1:\d+)`)+"/readyz", "")); status != 200 {
		t.Errorf("https: %d %s", status, body)
	}
	r := c.opensrsRequest("https://"+n.find(`opensrs (127\.0\.0\.1:\d+)`)+"/", c.acc.OpenSRS.Keys.Live, "GET_BALANCE", "BALANCE")
	if _, _, body := request(t, hc, r); !strings.Contains(body, "1000.00") {
		t.Errorf("OpenSRS: %s", body)
	}
	n.stop()
	write(t, p.dir, "server-key.pem", "not a key")
	refused(t, []string{"tls"}, "config", "check", "--config", p.config)
	refused(t, []string{"tls"}, "serve", "--config", p.config)
}
