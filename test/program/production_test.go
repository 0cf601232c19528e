package program

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
	"testing"

	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/store/pgtest"
)

// production is what an operator sets up: a database, a key, the built-in registry as a process of its own, a configuration.
type production struct {
	t      testing.TB
	dir    string
	config string // path
	reg    *process
	epp    string // the registry's address
	ca     string // its certificate authority
	dbURL  string // PostgreSQL, with a schema of its own
	schema string
	once   sync.Once
	db     db.DB // see database
}

// setup makes everything but does not migrate. more is added to the configuration; the registry is reached at address, or
// directly.
func setup(t testing.TB, database string) *production {
	t.Helper()
	p := &production{t: t, dir: t.TempDir()}
	if database == "postgres" {
		_, p.schema = pgtest.OpenSchema(t)
		u, err := url.Parse(pgtest.DSN(t))
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		q.Set("search_path", p.schema)
		u.RawQuery = q.Encode()
		p.dbURL = u.String()
	}
	mustRun(t, "key", "generate", "--out", p.path("secret.key"))
	write(t, p.dir, "registry.pw", "reg-Pass-77\n")
	p.startRegistry()
	p.config = p.path("polyreg.yaml")
	p.writeConfig(p.epp, p.ca, "")
	return p
}

func (p *production) path(name string) string { return filepath.Join(p.dir, name) }

func (p *production) startRegistry(args ...string) {
	p.t.Helper()
	p.reg = start(p.t, nil, append([]string{program(p.t), "registry", "--data", p.path("registry"), "--listen", "127.0.0.1:0",
		"--registrar", "live:polyreg=" + p.path("registry.pw"), "--registrar", "live:demo=" + p.path("registry.pw")}, args...)...)
	p.epp = p.reg.find(`ready on (127\.0\.0\.1:\d+)`)
	p.ca = p.path("registry/ca.pem")
}

// writeConfig writes the configuration; the registry is at an address behind a certificate of an authority.
func (p *production) writeConfig(address, ca, more string) {
	p.t.Helper()
	database := "path: " + p.path("polyreg.db")
	if p.dbURL != "" {
		database = "url: " + p.dbURL
	}
	write(p.t, p.dir, "polyreg.yaml", fmt.Sprintf(`database: {%s}
secret_key_file: %s
platform: {name_servers: [ns1.polyreg.test, ns2.polyreg.test], nsset: POLYREG}
listen: {http: "127.0.0.1:0", metrics: "127.0.0.1:0"}
limits: off
registries:
  - {name: builtin, address: %q, server_name: localhost, ca: %s, user: polyreg, password_file: %s}
%s`, database, p.path("secret.key"), address, ca, p.path("registry.pw"), more))
}

// tool runs a subcommand with the configuration.
func (p *production) tool(args ...string) string {
	p.t.Helper()
	return mustRun(p.t, append(args, "--config", p.config)...)
}

// accounts is a seed file of production: one reseller with log-ins for all doors.
const accounts = `version: 1
platform: {name_servers: [ns1.polyreg.test, ns2.polyreg.test], nsset: POLYREG}
accounts:
  - name: alpha
    company: Alpha Hosting GmbH
    email: ops@alpha.example
    currency: EUR
    balances: {EUR: "1000.00"}
    dmapi: {users: [{username: ops@alpha.example, password: s3cret-dmapi}], api_keys: [{key: AlphaKey0123456789, access: full}]}
    opensrs: {username: alphareseller, keys: {live: 0123456789abcdef}, ip_rules: ["127.0.0.0/8"]}
    wapi: {user: ops@alpha.example, password: Wapi-Secret.1, allowed_ips: ["127.0.0.0/8"]}
    domainrobot: {users: [{user: alpha, context: 4, password: s3cret-robot}]}
contacts:
  - {id: jane, account: alpha, handles: {dmapi: CCOM-1001, wapi: WEDOS-ALP-1, domainrobot: 100101}, type: person, first_name: Jane, last_name: Doe,
     email: jane@alpha.example, phone: "+49.30123456", street: [Example Street 1], city: Berlin, postal_code: "10115", country: DE}
`

// alphaAccount is the account of the file above with its log-ins.
func alphaAccount(t testing.TB) account {
	t.Helper()
	var a account
	const text = `{"name":"alpha","currency":"EUR","balances":{"EUR":"1000.00"},
		"dmapi":{"users":[{"username":"ops@alpha.example","password":"s3cret-dmapi"}],"api_keys":[{"key":"AlphaKey0123456789","access":"full"}]},
		"opensrs":{"username":"alphareseller","keys":{"live":"0123456789abcdef"}},"wapi":{"user":"ops@alpha.example","password":"Wapi-Secret.1"},
		"domainrobot":{"users":[{"user":"alpha","context":4,"password":"s3cret-robot"}]}}`
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// plant migrates and adds the reseller.
func (p *production) plant() {
	p.t.Helper()
	wantWords(p.t, p.tool("migrate"), "schema version")
	wantWords(p.t, p.tool("seed", "apply", write(p.t, p.dir, "accounts.yaml", accounts)), "added 1 account", "1 contact")
}

// node starts a node and gives a client of the reseller.
func (p *production) node(env ...string) (*process, *client) {
	p.t.Helper()
	n := start(p.t, env, program(p.t), "serve", "--config", p.config)
	base := "http://" + n.find(`is ready on http (127\.0\.0\.1:\d+)`)
	eventually(p.t, patience, func() error {
		res, err := plain.Get(base + "/readyz")
		if err != nil {
			return err
		}
		res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return fmt.Errorf("/readyz: %s", res.Status)
		}
		return nil
	})
	return n, &client{t: p.t, base: base, acc: alphaAccount(p.t)}
}

// freshDatabase makes a database that goes away with the test.
func freshDatabase(t testing.TB) string {
	t.Helper()
	u, err := url.Parse(pgtest.DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	d, schema := pgtest.OpenSchema(t) // its name is as good for a database
	if _, err := d.Exec(t.Context(), "CREATE DATABASE "+schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := d.Exec(context.Background(), "DROP DATABASE "+schema+" WITH (FORCE)"); err != nil {
			t.Errorf("dropping the database: %v", err)
		}
	})
	u.Path = "/" + schema
	return u.String()
}
