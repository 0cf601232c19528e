package epp

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// server is a small EPP server. hook, when set, sees each command after login and may answer itself: it gives a response,
// or cut to drop the connection, or neither to go on as usual.
type server struct {
	t    testing.TB
	ln   net.Listener
	pool *x509.CertPool
	mem  *memory

	hook     atomic.Pointer[func(cmd *wire.Command) (res *wire.Response, cut bool)]
	greeting atomic.Pointer[wire.Greeting]
	// A login with a new password is not answered; and the new password is not set.
	cutChange, dropChange atomic.Bool

	mu       sync.Mutex
	password string
	conns    map[net.Conn]bool
	logins   int
	logouts  int
	hellos   int
	open     int
	maxOpen  int
	sv       int
	frames   [][]byte // all that came and went, as it was
}

func newServer(t testing.TB) *server {
	t.Helper()
	cert, pool := certificate(t)
	ln, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, ln: ln, pool: pool, mem: newMemory(), password: testPassword, conns: map[net.Conn]bool{}}
	s.greeting.Store(&wire.Greeting{SvID: "test registry", SvDate: time.Now(), Privacy: wire.DefaultPolicy(),
		Menu: wire.Menu{Versions: []string{wire.Version}, Langs: []string{wire.Lang},
			Objects: []string{wire.NSDomain, wire.NSContact, wire.NSHost}}})
	go s.accept()
	t.Cleanup(s.stop)
	return s
}

func (s *server) stop() {
	_ = s.ln.Close()
	s.drop()
}

// drop cuts all connections.
func (s *server) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		_ = c.Close()
	}
}

func (s *server) onCommand(f func(cmd *wire.Command) (*wire.Response, bool)) { s.hook.Store(&f) }

// count reads one of the server's counters.
func (s *server) count(n *int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *n
}

func (s *server) accept() {
	for {
		c, err := s.ln.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[c] = true
		s.open++
		s.maxOpen = max(s.maxOpen, s.open)
		s.mu.Unlock()
		go func() {
			s.serve(c)
			s.mu.Lock()
			delete(s.conns, c)
			s.open--
			s.mu.Unlock()
			_ = c.Close()
		}()
	}
}

func (s *server) greet(c net.Conn) bool {
	f, err := wire.EncodeGreeting(s.greeting.Load())
	s.keep(f)
	return err == nil && wire.WriteFrame(c, f) == nil
}

func (s *server) keep(frame []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frames = append(s.frames, frame)
}

func (s *server) serve(c net.Conn) {
	if !s.greet(c) {
		return
	}
	for {
		frame, err := wire.ReadFrame(c, 0)
		if err != nil {
			return
		}
		s.keep(frame)
		cmd, err := wire.DecodeCommand(frame)
		if err != nil {
			s.t.Errorf("client sent a bad command: %v\n%s", err, frame)
			return
		}
		if cmd.Hello {
			s.mu.Lock()
			s.hellos++
			s.mu.Unlock()
			if !s.greet(c) {
				return
			}
			continue
		}
		res, cut := s.answer(cmd)
		if cut {
			return
		}
		out, err := wire.EncodeResponse(res)
		if err != nil {
			s.t.Errorf("response: %v", err)
			return
		}
		s.keep(out)
		if wire.WriteFrame(c, out) != nil || wire.Closing(res.Code()) {
			return
		}
	}
}

func (s *server) answer(cmd *wire.Command) (*wire.Response, bool) {
	s.mu.Lock()
	s.sv++
	sv := fmt.Sprintf("SV-%d", s.sv)
	switch {
	case cmd.Login != nil:
		s.logins++
	case cmd.Logout:
		s.logouts++
	}
	s.mu.Unlock()
	switch {
	case cmd.Login != nil:
		if cmd.Login.ClID != testUser || !s.knows(cmd) {
			return wire.Respond(wire.CodeAuthentication, cmd.ClTRID, sv), false
		}
		if cmd.Login.NewPassword != "" && s.cutChange.Load() {
			return nil, true
		}
		return wire.Respond(wire.CodeOK, cmd.ClTRID, sv), false
	case cmd.Logout:
		return wire.Respond(wire.CodeEndingSession, cmd.ClTRID, sv), false
	}
	if h := s.hook.Load(); h != nil {
		res, cut := (*h)(cmd)
		if cut {
			return nil, true
		}
		if res != nil {
			res.TRID = wire.TRID{ClTRID: cmd.ClTRID, SvTRID: sv}
			return res, false
		}
	}
	res := s.mem.handle(cmd)
	res.TRID = wire.TRID{ClTRID: cmd.ClTRID, SvTRID: sv}
	return res, false
}

// knows checks a login's password, and sets the new one that comes with it.
func (s *server) knows(cmd *wire.Command) bool {
	password, next, ok := cmd.Passwords()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !ok || password != s.password {
		return false
	}
	if next != "" && !s.dropChange.Load() {
		s.password = next
	}
	return true
}

const (
	testUser     = "registrar"
	testPassword = "pass-w0rd<&"
)

// config is a configuration for the server.
func (s *server) config() Config {
	return Config{Name: "test", Addr: s.ln.Addr().String(), RootCAs: s.pool, User: testUser, Password: testPassword,
		Timeouts:     Timeouts{Connect: 5 * time.Second, Command: 10 * time.Second},
		Capabilities: registry.Capabilities{Contacts: true, HostObjects: true, CheckLimit: 3}}
}

// client makes a client; change may be nil.
func (s *server) client(t testing.TB, change func(*Config)) *Client {
	t.Helper()
	cfg := s.config()
	if change != nil {
		change(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func certificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, pool
}
