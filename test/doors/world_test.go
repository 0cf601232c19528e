package doors

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/polyreg/polyreg/internal/app"
	"github.com/polyreg/polyreg/internal/app/ca"
	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/secret"
	"github.com/polyreg/polyreg/internal/seed"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/store/pgtest"
	"github.com/polyreg/polyreg/internal/store/sqlite"
)

// now is where registrar time stands: a moment that is the next day already in Prague and Berlin.
var now = time.Date(2026, 11, 22, 23, 30, 15, 0, time.UTC)

// Zones that the dialects write times in (wapi.md §2.6, autodns-xml.md §6.1).
var (
	prague = zone("Europe/Prague")
	berlin = zone("Europe/Berlin")
)

func zone(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return l
}

// world is the program on loopback with handles to its two databases.
type world struct {
	app            *app.App
	core, registry db.DB
	http, https    string // base URLs
	opensrs        string // host:port
	roots          *x509.CertPool
	web            *http.Client
}

// setup is what a test may change.
type setup struct {
	core, registry db.DB // SQLite in a temporary file where nil
	pending        func(op, name string) bool
	wrap           func(registry.Registry) registry.Registry
}

// onBoth runs a test with the core on SQLite and on PostgreSQL.
func onBoth(t *testing.T, run func(*testing.T, setup)) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		run(t, setup{})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		run(t, setup{core: pgtest.Open(t)})
	})
}

// start runs the program until the end of the test.
func start(t testing.TB, s setup) *world {
	t.Helper()
	ctx := context.Background()
	for _, d := range []*db.DB{&s.core, &s.registry} {
		if *d == nil {
			own, err := sqlite.OpenTemp()
			must(t, err)
			t.Cleanup(func() { own.Close() })
			*d = own
		}
	}
	authority, err := ca.Load(t.TempDir(), time.Now())
	must(t, err)
	cert, err := authority.Issue(time.Now(), "localhost", "127.0.0.1")
	must(t, err)
	file, err := seed.Parse(seedText(), "doors.yaml", now)
	must(t, err)
	cat, err := seed.CatalogFrom(file)
	must(t, err)
	epp, plain, secure, own := listen(t), listen(t), listen(t), listen(t)
	servers, set := file.PlatformServers()
	opt := app.Options{
		Core: core.Options{DB: s.core, Clocks: clock.At(now), Ring: secret.NewRing(), Passwords: secret.NewPasswords(secret.MinParams), Catalog: cat,
			Log: quiet(), Node: "doors", Platform: command.Platform{NameServers: servers, NSSet: set}, Single: true, Wrap: s.wrap,
			Timing: core.Timing{Inline: 30 * time.Second, Exchange: 30 * time.Second, Sweep: 100 * time.Millisecond, Poll: 100 * time.Millisecond},
			Embedded: &core.Embedded{DB: s.registry, Listener: epp, Cert: cert, Trust: authority.Pool(), Pending: s.pending, Logins: map[string]core.Login{
				repo.Live: {User: core.PlatformLogins[repo.Live], Password: "live-pass-1"}, repo.Test: {User: core.PlatformLogins[repo.Test], Password: "test-pass-1"}}}},
		HTTP: []net.Listener{plain}, HTTPS: []net.Listener{secure}, OpenSRS: []net.Listener{own},
		Cert: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &cert, nil },
	}
	a, err := app.New(ctx, opt)
	must(t, err)
	t.Cleanup(func() {
		stop, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := a.Stop(stop); err != nil {
			t.Errorf("stopping: %v", err)
		}
	})
	must(t, a.Core().SeedRegistrars(ctx, repo.Live, core.Login{User: seed.OtherRegistrar, Password: "other-pass-1"}))
	_, err = seed.Apply(ctx, a.Core().Runner, func(ctx context.Context, s seed.SimSeed) error {
		return a.Core().Sim.Seed(ctx, sim.Seed{Contacts: s.Contacts, Hosts: s.Hosts, Domains: s.Domains})
	}, file)
	must(t, err)
	a.Start()
	tlsConf := &tls.Config{RootCAs: authority.Pool(), ServerName: "localhost", MinVersion: tls.VersionTLS12}
	web := &http.Client{Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: tlsConf, MaxIdleConnsPerHost: 16}}
	t.Cleanup(web.CloseIdleConnections)
	return &world{app: a, core: s.core, registry: s.registry, http: "http://" + plain.Addr().String(), https: "https://" + secure.Addr().String(),
		opensrs: own.Addr().String(), roots: authority.Pool(), web: web}
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	return l
}

// quiet drops the program's log; POLYREG_TEST_LOG=1 shows it.
func quiet() *slog.Logger {
	if os.Getenv("POLYREG_TEST_LOG") != "" {
		return slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	return slog.New(slog.DiscardHandler)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// seedAccount is one account of the seed; its credentials follow from its name.
type seedAccount struct{ Name, Currency, Balance string }

// priceEUR is what a .com costs for a year in the built-in catalog, to register and to renew.
const priceEUR, priceCZK = "9.90", "249.00"

// Money in cents for exactly ten registrations of .com.
const fundsForTen = "99.00"

var seedAccounts = []seedAccount{{"alpha", "EUR", "1000.00"}, {"beta", "EUR", "1000.00"}, {"crown", "CZK", "25000.00"}, {"poor", "EUR", "5.00"},
	{"ten", "EUR", fundsForTen}, {"fenced", "EUR", "1000.00"}}

var seedTemplate = template.Must(template.New("seed").Parse(`version: 1
now: 2026-11-22T23:30:15Z
platform:
  name_servers: [ns1.polyreg.test, ns2.polyreg.test]
  nsset: POLYREG
accounts:
{{- range .}}
  - name: {{.Name}}
    company: {{.Name}} GmbH
    email: ops@{{.Name}}.example
    language: en
    currency: {{.Currency}}
    balances: { {{.Currency}}: "{{.Balance}}" }
    dmapi:
      users: [{username: ops@{{.Name}}.example, password: {{.Name}}-dmapi-pw}]
      api_keys: [{key: {{.Name}}Key0123456789, access: full}]
    opensrs:
      username: {{.Name}}rsp
      keys: {live: {{.Name}}-0123456789abcdef}
      ip_rules: ["127.0.0.0/8"]
    wapi:
      user: ops@{{.Name}}.example
      password: {{.Name}}-Wapi.1
      allowed_ips: ["127.0.0.0/8"]
    domainrobot:
      users: [{user: {{.Name}}, context: 4, password: {{.Name}}-robot-pw}]
{{- end}}
contacts:
{{- range .}}
  - {id: jane-{{.Name}}, account: {{.Name}}, type: person, first_name: Jane, last_name: Doe, email: jane@{{.Name}}.example, phone: "+49.30123456", street: [Example Street 1], city: Berlin, postal_code: "10115", country: DE, verified: true}
{{- end}}
domains:
{{- range .}}
  - {name: {{.Name}}-owned.com, account: {{.Name}}, registrant: jane-{{.Name}}, created: -100d, expires: +630d, name_servers: [ns1.polyreg.test, ns2.polyreg.test], auth_info: {{.Name}}-AuthInfo-1}
{{- end}}
foreign_domains:
  - {name: incoming.com, auth_info: in-AuthInfo-1}
`))

func seedText() []byte {
	var b bytes.Buffer
	if err := seedTemplate.Execute(&b, seedAccounts); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// unchecked are the core's tables that any request, or time alone, may change: sessions, and the leases of nodes.
var unchecked = []string{"session", "lease"}

// dump is every row of the core and of the embedded registry, without sessions and log-in statistics.
func (w *world) dump(t testing.TB) map[string][]string {
	t.Helper()
	ctx := context.Background()
	rows, err := w.app.Core().Store.Dump(ctx, append([]string{"credential"}, unchecked...)...)
	must(t, err)
	rows["credential"] = query(t, w.core, `SELECT id, account_id, environment, dialect, kind, login, context, secret, totp, access, user_id, note, version FROM credential ORDER BY id`, 13)
	for table, columns := range map[string]int{
		"sim_registrar": 5, "sim_contact": 21, "sim_domain": 15, "sim_host": 11, "sim_domain_contact": 4, "sim_domain_host": 3, "sim_message": 6,
		"sim_set": 12, "sim_set_contact": 3, "sim_domain_set": 3} {
		rows[table] = query(t, w.registry, `SELECT * FROM `+table+` ORDER BY 1, 2`, columns)
	}
	return rows
}

// query gives each row as one text.
func query(t testing.TB, d db.DB, text string, columns int) []string {
	t.Helper()
	rows, err := d.Query(context.Background(), text)
	out, err := db.Collect(rows, err, func(r db.Rows) (string, error) {
		cells, at := make([]any, columns), make([]any, columns)
		for i := range cells {
			at[i] = &cells[i]
		}
		err := r.Scan(at...)
		return strings.TrimSuffix(fmt.Sprintln(cells...), "\n"), err
	})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return out
}

// count is a table's number of rows under a condition.
func count(t testing.TB, d db.DB, from string) int {
	t.Helper()
	var n int64
	must(t, d.QueryRow(context.Background(), `SELECT COUNT(*) FROM `+from).Scan(&n))
	return int(n)
}

// sameRows says what differs between two dumps, shortened; "" for nothing.
func sameRows(before, after map[string][]string) string {
	var b strings.Builder
	for table := range before {
		have := map[string]int{}
		for _, r := range before[table] {
			have[r]++
		}
		for _, r := range after[table] {
			if have[r]--; have[r] < 0 {
				fmt.Fprintf(&b, "\n\t+ %s: %.300s", table, r)
			}
		}
		for r, n := range have {
			if n > 0 {
				fmt.Fprintf(&b, "\n\t- %s: %.300s", table, r)
			}
		}
	}
	return b.String()
}

// proven fails the test when the ledger's sums do not agree.
func (w *world) proven(t testing.TB) {
	t.Helper()
	lines, err := w.app.Core().Store.View().Proof(context.Background())
	must(t, err)
	for _, l := range lines {
		t.Errorf("ledger: %s", l)
	}
}

// answer is what a door said, as octets and in short: the codes that its clients decide on.
type answer struct {
	door   string
	status int // of HTTP
	body   []byte
	head   http.Header
	code   string // "" for success
	text   string
}

// Error makes an answer with a code an error.
func (a *answer) Error() string { return a.door + " " + a.code + " " + a.text }

// do sends one HTTP request and reads the whole answer.
func (w *world) do(r *http.Request) (int, http.Header, []byte, error) {
	res, err := w.web.Do(r)
	if err != nil {
		return 0, nil, nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res.StatusCode, res.Header, body, err
}
