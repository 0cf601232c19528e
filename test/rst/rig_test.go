package rst

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"math/big"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/secret"
	"github.com/polyreg/polyreg/internal/store"
	"github.com/polyreg/polyreg/internal/store/simstore"
	"github.com/polyreg/polyreg/internal/store/sqlite"
)

// plan is what the reference calls the input parameters: which registry is tested.
type plan struct {
	name     string
	contacts bool   // general.registryDataModel is maximum, else minimum
	secDNS   string // epp.secDNSInterfaces
	secure   bool   // RFC 9154 is implemented
	attrs    bool   // epp.hostModel is attributes, else objects
}

// plans are the registries that the cases run against.
var plans = []plan{
	{name: "thick", contacts: true, secDNS: "dsData", secure: true},
	{name: "thin", secDNS: "keyData", secure: true},
	{name: "classic", contacts: true, secDNS: "dsData"},
	{name: "attributes", contacts: true, secDNS: "dsData", attrs: true},
}

// objects are the object services of the registry.
func (p plan) objects() []string {
	out := []string{nsDomain}
	if !p.attrs {
		out = append(out, nsHost)
	}
	if p.contacts {
		out = append(out, nsContact)
	}
	return out
}

// The TLD set: a delete below graceTLD removes a young name at once, below redeemTLD it leads to redemption.
const (
	graceTLD  = "alpha"
	redeemTLD = "beta"
)

var tlds = []string{graceTLD, redeemTLD}

// german is the IDN table of the TLDs.
const german = "äöüß"

// The registrars: epp.clid01, epp.clid02, and who holds epp.registeredNames.
const (
	clid01 = "rst-clid-01"
	clid02 = "rst-clid-02"
	holder = "rst-holder"

	hostName = "epp.rst.example" // epp.hostName, in the certificates
)

var (
	registeredContacts = []string{"RST-HELD-1", "RST-HELD-2"}
	passwords          = map[string]string{clid01: "foo2bar-01", clid02: "foo3bar-02", holder: "foo4bar-03"}
)

func registeredName(tld string) string       { return "registered." + tld }
func registeredNameserver(tld string) string { return "ns1.registered." + tld }

// rig is a running registry with all that its clients need.
type rig struct {
	plan  plan
	ports []string // service ports: two nodes on one database, one of them on several addresses
	roots *x509.CertPool
	certs map[string]tls.Certificate // client certificates by registrar; "stranger" is of another CA
}

// start runs the registry of a plan on the loopback.
func start(t *testing.T, p plan) *rig {
	t.Helper()
	root, servers, clients := newAuthority(t, "RST root", nil), (*authority)(nil), (*authority)(nil)
	servers, clients = newAuthority(t, "RST servers", root), newAuthority(t, "RST clients", root)
	r := &rig{plan: p, roots: x509.NewCertPool(), certs: map[string]tls.Certificate{}}
	r.roots.AddCert(root.cert)
	prints := map[string][]string{}
	for _, who := range []string{clid01, clid02, holder} {
		r.certs[who] = clients.issue(t, who)
		sum := sha256.Sum256(r.certs[who].Certificate[0])
		prints[who] = []string{hex.EncodeToString(sum[:])}
	}
	r.certs["stranger"] = newAuthority(t, "another", nil).issue(t, "stranger")

	d, err := sqlite.OpenTemp()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := store.MigrateSim(context.Background(), d); err != nil {
		t.Fatal(err)
	}
	cfg := sim.Config{Store: simstore.New(d), Clocks: clock.System(), ID: "polyreg embedded registry", ClientCerts: prints,
		TLS:       &tls.Config{Certificates: []tls.Certificate{servers.issue(t, hostName)}, ClientAuth: tls.RequireAnyClientCert},
		Passwords: secret.NewPasswords(secret.MinParams), Vault: secret.NewRing(), SecureAuthInfo: p.secure}
	// New names can be transferred at once: the cases do not wait for 60 days.
	tld := sim.TLD{RequireRegistrant: p.contacts, TransferLock: -1, IDNTable: german, HostAttributes: p.attrs}
	cfg.TLDs = map[string]sim.TLD{graceTLD: tld}
	tld.Grace.Add = -1
	cfg.TLDs[redeemTLD] = tld
	if p.name == "classic" { // a missing certificate is told at the log-in instead of by TLS
		cfg.TLS.ClientAuth = tls.RequestClientCert
	}
	cfg.Objects = p.objects()
	first := r.serve(t, cfg, "127.0.0.1:0", "127.0.0.2:0", "[::1]:0")
	r.serve(t, cfg, "127.0.0.1:0")
	r.seed(t, first)
	return r
}

// serve starts a node on addresses of the loopback; one that the machine does not have is left out.
func (r *rig) serve(t *testing.T, cfg sim.Config, addrs ...string) *sim.Server {
	t.Helper()
	srv, err := sim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, len(addrs))
	n := 0
	for _, a := range addrs {
		l, err := net.Listen("tcp", a)
		if err != nil {
			t.Logf("service port %s is left out: %v", a, err)
			continue
		}
		r.ports = append(r.ports, l.Addr().String())
		n++
		go func() { served <- srv.Serve(l) }()
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		for range n {
			if err := <-served; err != sim.ErrClosed {
				t.Errorf("serve: %v", err)
			}
		}
	})
	return srv
}

func (r *rig) seed(t *testing.T, srv *sim.Server) {
	t.Helper()
	var in sim.Seed
	for _, who := range []string{clid01, clid02, holder} {
		in.Registrars = append(in.Registrars, sim.SeedRegistrar{ID: who, Namespace: repo.Live, Password: passwords[who]})
	}
	for _, id := range registeredContacts {
		in.Contacts = append(in.Contacts, repo.Contact{Namespace: repo.Live, Handle: id, Sponsor: holder, Email: "held@example.org",
			Int: &repo.Postal{Name: "Holder", City: "Berlin", Country: "DE"}})
	}
	now := time.Now()
	for _, tld := range tlds {
		in.Domains = append(in.Domains, repo.Domain{Namespace: repo.Live, Name: registeredName(tld), Sponsor: holder,
			Created: now.AddDate(-1, 0, 0), Expires: now.AddDate(1, 0, 0)})
		in.Hosts = append(in.Hosts, repo.Host{Namespace: repo.Live, Name: registeredNameserver(tld), Sponsor: holder,
			Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.1")}})
	}
	if err := srv.Seed(context.Background(), in); err != nil {
		t.Fatal(err)
	}
}

// authority is a certificate authority of the tests.
type authority struct {
	cert  *x509.Certificate
	key   *ecdsa.PrivateKey
	chain [][]byte // from this one up to the root, which is left out
}

var serial int64

func template(name string) *x509.Certificate {
	serial++
	return &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(90 * 24 * time.Hour), BasicConstraintsValid: true}
}

// newAuthority makes a root, or an intermediate below one.
func newAuthority(t *testing.T, name string, above *authority) *authority {
	t.Helper()
	tmpl := template(name)
	tmpl.IsCA, tmpl.KeyUsage = true, x509.KeyUsageCertSign
	a := &authority{}
	var err error
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	parent, signer := tmpl, a.key
	if above != nil {
		parent, signer = above.cert, above.key
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, parent, &a.key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	if above != nil {
		a.chain = append([][]byte{der}, above.chain...)
	}
	return a
}

// issue makes a certificate for a server and client of that name, with the intermediates that lead to it.
func (a *authority) issue(t *testing.T, name string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := template(name)
	tmpl.DNSNames = []string{name}
	tmpl.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	tmpl.KeyUsage = x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, tmpl, a.cert, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: append([][]byte{der}, a.chain...), PrivateKey: key}
}
