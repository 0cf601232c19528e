package sim_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"io/fs"
	"math/big"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/secret"
	"github.com/polyreg/polyreg/internal/store/simstore"
	"github.com/polyreg/polyreg/internal/store/sqlite"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

var t0 = time.Date(2026, 11, 22, 9, 0, 0, 123456000, time.UTC)

// world is a running registry with the registrars reg-a and reg-b (live) and reg-t (test).
type world struct {
	t      testing.TB
	srv    *sim.Server
	config sim.Config
	store  repo.Store
	clocks *clock.Clocks
	addr   string
	roots  *x509.CertPool
	certs  []tls.Certificate // of the client

	offered []string // extensions of the latest greeting

	mu     sync.Mutex
	frames [][]byte // everything both sides sent
}

// start runs a registry on a free port of the loopback; change may be nil.
func start(t testing.TB, change func(*sim.Config)) *world {
	t.Helper()
	d, err := sqlite.OpenTemp()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	files, err := fs.Sub(simstore.Migrations, "migrations/sqlite")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, d.Raw().(*sql.DB), files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Up(context.Background()); err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, store: simstore.New(d), clocks: clock.At(t0)}
	cert, roots := certificate(t)
	w.roots = roots
	cfg := sim.Config{Store: w.store, Clocks: w.clocks, TLS: &tls.Config{Certificates: []tls.Certificate{cert}},
		TLDs:      map[string]sim.TLD{"com": {}, "org": {MaxYears: 5, RequireRegistrant: true}},
		Passwords: secret.NewPasswords(secret.MinParams), Vault: secret.NewRing()}
	if change != nil {
		change(&cfg)
	}
	w.config = cfg
	if w.srv, err = sim.New(cfg); err != nil {
		t.Fatal(err)
	}
	w.seed()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.addr = l.Addr().String()
	served := make(chan error, 1)
	go func() { served <- w.srv.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := w.srv.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		if err := <-served; err != sim.ErrClosed {
			t.Errorf("serve: %v", err)
		}
	})
	return w
}

func (w *world) seed() {
	w.t.Helper()
	err := w.srv.Seed(context.Background(), sim.Seed{
		Registrars: []sim.SeedRegistrar{{ID: "reg-a", Namespace: repo.Live, Password: "password-a"},
			{ID: "reg-b", Namespace: repo.Live, Password: "password-b"}, {ID: "reg-t", Namespace: repo.Test, Password: "password-t"}},
		Contacts: []repo.Contact{{Namespace: repo.Live, Handle: "SEED-1", Sponsor: "reg-b", AuthInfo: "seed-auth", Email: "x@example.org",
			Int: &repo.Postal{Name: "Seed", City: "Berlin", Country: "DE"}}},
		Hosts: []repo.Host{{Namespace: repo.Live, Name: "ns1.example.net", Sponsor: "reg-b"},
			{Namespace: repo.Live, Name: "ns2.example.net", Sponsor: "reg-b"}},
		Domains: []repo.Domain{{Namespace: repo.Live, Name: "seed.com", Sponsor: "reg-b", AuthInfo: "seed-auth",
			Created: t0.AddDate(-1, 0, 0), Expires: t0.AddDate(1, 0, 0),
			Contacts:    []repo.DomainContact{{Role: repo.Registrant, Handle: "SEED-1"}, {Role: repo.Admin, Handle: "SEED-1"}},
			NameServers: []string{"ns1.example.net"}}},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func certificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

// client is one connection.
type client struct {
	w    *world
	conn *tls.Conn
}

// connect opens a connection and reads the greeting.
func (w *world) connect() *client {
	w.t.Helper()
	conn, err := tls.Dial("tcp", w.addr, &tls.Config{RootCAs: w.roots, Certificates: w.certs})
	if err != nil {
		w.t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	w.t.Cleanup(func() { conn.Close() })
	c := &client{w: w, conn: conn}
	g, err := epp.DecodeGreeting(c.read())
	if err != nil || g.SvID == "" || g.Menu.Extensions == nil {
		w.t.Fatalf("greeting: %+v %v", g, err)
	}
	w.offered = g.Menu.Extensions.URIs
	return c
}

// login connects as reg-a, reg-b or reg-t.
func (w *world) login(who string) *client {
	w.t.Helper()
	c := w.connect()
	c.want(epp.CodeOK, &epp.Command{Login: credentials(who, "password-"+who[4:])})
	return c
}

// loginWith connects as a registrar that announces all extensions of the server, or the given ones.
func (w *world) loginWith(who string, extensions ...string) *client {
	w.t.Helper()
	c, l := w.connect(), credentials(who, "password-"+who[4:])
	if extensions == nil {
		extensions = slices.DeleteFunc(sim.AllExtensions(), func(x string) bool { return !slices.Contains(w.offered, x) })
	}
	l.Services.Extensions = &epp.ExtURIs{URIs: extensions}
	c.want(epp.CodeOK, &epp.Command{Login: l})
	return c
}

func credentials(who, password string) *epp.Login {
	return &epp.Login{ClID: who, Password: password, Options: epp.LoginOptions{Version: "1.0", Lang: "en"},
		Services: epp.Services{Objects: []string{epp.NSDomain, epp.NSContact, epp.NSHost}}}
}

func (c *client) read() []byte {
	c.w.t.Helper()
	frame, err := epp.ReadFrame(c.conn, 0)
	if err != nil {
		c.w.t.Fatal(err)
	}
	c.w.keep(frame)
	return frame
}

func (w *world) keep(frame []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.frames = append(w.frames, frame)
}

// raw sends a frame as it is and reads the answer.
func (c *client) raw(frame string) *epp.Response {
	c.w.t.Helper()
	if err := epp.WriteFrame(c.conn, []byte(frame)); err != nil {
		c.w.t.Fatal(err)
	}
	r, err := epp.DecodeResponse(c.read())
	if err != nil {
		c.w.t.Fatal(err)
	}
	return r
}

func (c *client) do(cmd *epp.Command) *epp.Response {
	c.w.t.Helper()
	frame, err := epp.EncodeCommand(cmd)
	if err != nil {
		c.w.t.Fatal(err)
	}
	c.w.keep(frame)
	return c.raw(string(frame))
}

// want sends a command and wants its result code.
func (c *client) want(code int, cmd *epp.Command) *epp.Response {
	c.w.t.Helper()
	r := c.do(cmd)
	if r.Code() != code {
		c.w.t.Errorf("%s %s: got %d, want %d: %+v", cmd.Verb(), cmd.Object(), r.Code(), code, r.Results)
	}
	return r
}

// closed wants the connection to be closed by the server.
func (c *client) closed() {
	c.w.t.Helper()
	if _, err := epp.ReadFrame(c.conn, 0); err == nil {
		c.w.t.Error("connection is open")
	}
}

func makeContact(id string) *epp.Command {
	return &epp.Command{CreateContact: &epp.ContactCreate{ID: id, Postal: []epp.PostalInfo{{Type: "int", Name: "Jane Doe", Org: "Org",
		Addr: epp.Address{Street: []string{"Street 1"}, City: "Berlin", PC: "10115", CC: "DE"}}},
		Voice: &epp.Phone{Number: "+49.301", X: "7"}, Email: "jane@example.org", AuthInfo: epp.Auth("contact-auth")}}
}

func makeDomain(name string) *epp.Command {
	return &epp.Command{CreateDomain: &epp.DomainCreate{Name: name, Period: epp.Years(1), Registrant: "SEED-1",
		NS: epp.HostObjects("ns1.example.net", "ns2.example.net"), AuthInfo: epp.Auth("domain-auth")}}
}

func infoDomain(name string) *epp.Command {
	return &epp.Command{InfoDomain: &epp.DomainInfo{Name: epp.DomainInfoName{Name: name}}}
}
