package sim_test

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/testkit"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

func TestSession(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	c := w.connect()
	c.want(epp.CodeUse, infoDomain("seed.com"))
	c.want(epp.CodeUse, &epp.Command{Logout: true})
	for code, change := range map[int]func(*epp.Login){
		epp.CodeVersion:             func(l *epp.Login) { l.Options.Version = "2.0" },
		epp.CodeUnimplementedOption: func(l *epp.Login) { l.Options.Lang = "fr" },
		epp.CodeObjectService:       func(l *epp.Login) { l.Services.Objects = append(l.Services.Objects, "urn:example:x") },
		epp.CodeExtension: func(l *epp.Login) {
			l.Services.Extensions = &epp.ExtURIs{URIs: []string{epp.NSRGP, "urn:example:x"}}
		},
		epp.CodeAuthentication: func(l *epp.Login) { l.Password = "password-b" },
	} {
		l := credentials("reg-a", "password-a")
		change(l)
		c.want(code, &epp.Command{Login: l})
	}
	r := c.want(epp.CodeOK, &epp.Command{Login: credentials("reg-a", "password-a"), ClTRID: "my-id"})
	if r.TRID.ClTRID != "my-id" || r.TRID.SvTRID == "" {
		t.Errorf("transaction ids: %+v", r.TRID)
	}
	c.want(epp.CodeUse, &epp.Command{Login: credentials("reg-a", "password-a")})
	if err := epp.WriteFrame(c.conn, epp.EncodeHello()); err != nil {
		t.Fatal(err)
	}
	if _, err := epp.DecodeGreeting(c.read()); err != nil {
		t.Error(err)
	}
	if again := c.want(epp.CodeOK, &epp.Command{InfoDomain: &epp.DomainInfo{Name: epp.DomainInfoName{Name: "seed.com"}}, ClTRID: "my-id"}); again.TRID.ClTRID != "my-id" || again.TRID.SvTRID == r.TRID.SvTRID {
		t.Errorf("repeated clTRID: %+v", again.TRID)
	}
	c.want(epp.CodeExtension, epp.RestoreDomain("seed.com")) // the log-in did not name the extension
	c.want(epp.CodeEndingSession, &epp.Command{Logout: true})
	c.closed()
}

func TestObjectServiceNotNamedAtLogin(t *testing.T) {
	t.Parallel()
	c := start(t, nil).connect()
	l := credentials("reg-a", "password-a")
	l.Services.Objects = []string{epp.NSDomain}
	c.want(epp.CodeOK, &epp.Command{Login: l})
	c.want(epp.CodeObjectService, &epp.Command{InfoHost: &epp.HostInfo{Name: "ns1.example.net"}})
}

func TestLoginRefusedThreeTimes(t *testing.T) {
	t.Parallel()
	c := start(t, nil).connect()
	c.want(epp.CodeAuthentication, &epp.Command{Login: credentials("reg-a", "wrong-password")})
	c.want(epp.CodeAuthentication, &epp.Command{Login: credentials("nobody", "wrong-password")})
	c.want(epp.CodeAuthClosing, &epp.Command{Login: credentials("reg-a", "wrong-password")})
	c.closed()
}

func TestNewPassword(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	l := credentials("reg-a", "password-a")
	l.NewPassword = "password-new"
	w.connect().want(epp.CodeOK, &epp.Command{Login: l})
	c := w.connect()
	c.want(epp.CodeAuthentication, &epp.Command{Login: credentials("reg-a", "password-a")})
	c.want(epp.CodeOK, &epp.Command{Login: credentials("reg-a", "password-new")})
}

func TestBadFrames(t *testing.T) {
	t.Parallel()
	const head, tail = `<?xml version="1.0"?><epp xmlns="urn:ietf:params:xml:ns:epp-1.0">`, `</epp>`
	c := start(t, nil).login("reg-a")
	for frame, code := range map[string]int{
		"not xml": epp.CodeSyntax,
		head + "<command><info><domain:info xmlns:domain='urn:ietf:params:xml:ns:domain-1.0'/>":                                                                                  epp.CodeSyntax,
		"<!DOCTYPE x [<!ENTITY a 'b'>]>" + head + "<hello/>" + tail:                                                                                                              epp.CodeSyntax,
		head + "<command><frobnicate/></command>" + tail:                                                                                                                         epp.CodeUnknownCommand,
		head + "<command><info><x:info xmlns:x='urn:example:x'/></info></command>" + tail:                                                                                        epp.CodeObjectService,
		head + "<command><info><d:info xmlns:d='urn:ietf:params:xml:ns:domain-1.0'/></info></command>" + tail:                                                                    epp.CodeMissingParameter,
		head + "<command><logout/><extension><x:y xmlns:x='urn:example:x'/></extension></command>" + tail:                                                                        epp.CodeExtension,
		head + "<command><renew><d:renew xmlns:d='urn:ietf:params:xml:ns:domain-1.0'><d:name>seed.com</d:name><d:curExpDate>x</d:curExpDate></d:renew></renew></command>" + tail: epp.CodeValueSyntax,
	} {
		if r := c.raw(frame); r.Code() != code {
			t.Errorf("%s: got %d, want %d", frame, r.Code(), code)
		}
	}
	c.want(epp.CodeOK, infoDomain("seed.com"))
}

func TestFrameTooLong(t *testing.T) {
	t.Parallel()
	c := start(t, func(cfg *sim.Config) { cfg.Limits.Frame = 4096 }).login("reg-a")
	if err := binary.Write(c.conn, binary.BigEndian, uint32(4097)); err != nil {
		t.Fatal(err)
	}
	if r, err := epp.DecodeResponse(c.read()); err != nil || r.Code() != epp.CodeFailedClosing {
		t.Errorf("answer: %+v %v", r, err)
	}
	c.closed()
}

func TestLimits(t *testing.T) {
	t.Parallel()
	w := start(t, func(cfg *sim.Config) {
		cfg.Limits = sim.Limits{Connections: 3, Sessions: 1, Idle: 150 * time.Millisecond, Check: 2}
	})
	first := w.login("reg-a")
	first.want(epp.CodePolicy, &epp.Command{CheckDomain: &epp.DomainCheck{Names: []string{"a.com", "b.com", "c.com"}}})
	second := w.connect()
	second.want(epp.CodeSessionLimit, &epp.Command{Login: credentials("reg-a", "password-a")})
	second.closed()
	w.connect()
	w.connect()
	if conn, err := tls.Dial("tcp", w.addr, &tls.Config{RootCAs: w.roots}); err == nil {
		conn.SetDeadline(time.Now().Add(5 * time.Second))
		if _, err := epp.ReadFrame(conn, 0); err == nil {
			t.Error("a connection too many is greeted")
		}
		conn.Close()
	}
	first.closed() // idle
}

func TestShutdownLetsCommandsEnd(t *testing.T) {
	t.Parallel()
	entered, release := make(chan struct{}), make(chan struct{})
	w := start(t, func(cfg *sim.Config) {
		cfg.Pending = func(string, string) bool { close(entered); <-release; return false }
	})
	idle, busy := w.login("reg-b"), w.login("reg-a")
	frame, err := epp.EncodeCommand(makeDomain("last.com"))
	if err != nil {
		t.Fatal(err)
	}
	if err := epp.WriteFrame(busy.conn, frame); err != nil {
		t.Fatal(err)
	}
	<-entered
	down := make(chan error, 1)
	go func() { down <- w.srv.Shutdown(context.Background()) }()
	idle.closed()
	close(release)
	if r, err := epp.DecodeResponse(busy.read()); err != nil || r.Code() != epp.CodeOK {
		t.Errorf("command under way: %+v %v", r, err)
	}
	busy.closed()
	if err := <-down; err != nil {
		t.Error(err)
	}
}

func TestPanicIsAnUnknownOutcome(t *testing.T) {
	t.Parallel()
	c := start(t, func(cfg *sim.Config) { cfg.Pending = func(string, string) bool { panic("test") } }).login("reg-a")
	c.want(epp.CodeFailed, makeDomain("panic.com"))
	c.want(epp.CodeNotExist, infoDomain("panic.com"))
}

func TestConfig(t *testing.T) {
	t.Parallel()
	if _, err := sim.New(sim.Config{}); err == nil {
		t.Error("an empty configuration is taken")
	}
}

// Of many that want one name one gets it, and every session gets its own answers.
func TestConcurrentSessions(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		wins int
	)
	for i := range 16 {
		c := w.login([]string{"reg-a", "reg-b"}[i%2])
		wg.Go(func() {
			own := "own" + string(rune('a'+i)) + ".com"
			for _, name := range []string{"race.com", own} {
				r := c.do(makeDomain(name))
				if name == own && r.Code() != epp.CodeOK || name != own && r.Code() != epp.CodeOK && r.Code() != epp.CodeExists {
					t.Errorf("%s: %d", name, r.Code())
				}
				if name != own && r.Code() == epp.CodeOK {
					mu.Lock()
					wins++
					mu.Unlock()
				}
			}
			if r := c.do(infoDomain(own)); r.Data == nil || r.Data.DomainInfo == nil || r.Data.DomainInfo.Name != own {
				t.Errorf("info of %s: %+v", own, r)
			}
		})
	}
	wg.Wait()
	if wins != 1 {
		t.Errorf("%d sessions registered the same name", wins)
	}
}

// Every frame of a session that goes through all commands, in both directions, validates against the schemas.
func TestFramesValidate(t *testing.T) {
	t.Parallel()
	schema := testkit.Reference(t, "epp", "all.xsd")
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		if os.Getenv("POLYREG_REQUIRE_TOOLS") == "1" {
			t.Fatal("xmllint is required but absent")
		}
		t.Skip("xmllint is not installed")
	}
	w := start(t, func(cfg *sim.Config) {
		cfg.Pending = func(_, name string) bool { return strings.HasPrefix(name, "pending") }
		cfg.Prices, cfg.Names = prices, names
	})
	everything(t, w)
	extended(t, w)
	dir := t.TempDir()
	args := []string{"--noout", "--nonet", "--schema", schema}
	for i, frame := range w.frames {
		path := filepath.Join(dir, strings.Repeat("0", 4)+string(rune('a'+i%26))+strings.Repeat("x", i/26)+".xml")
		if err := os.WriteFile(path, frame, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	out, err := exec.Command(lint, args...).CombinedOutput()
	if err != nil {
		var bad []string
		for _, line := range strings.Split(string(out), "\n") {
			if !strings.HasSuffix(line, "validates") && line != "" {
				bad = append(bad, line)
			}
		}
		t.Errorf("xmllint: %v\n%s", err, strings.Join(bad, "\n"))
	}
	if n := strings.Count(string(out), " validates"); n != len(w.frames) || n < 60 {
		t.Errorf("%d of %d frames validate", n, len(w.frames))
	}
}
