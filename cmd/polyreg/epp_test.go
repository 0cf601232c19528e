package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app"
	"github.com/polyreg/polyreg/internal/secret"
)

// eppRig is the built-in registry as a process has it, and a configuration that knows it as "one".
type eppRig struct{ config string }

func newEPPRig(t *testing.T) eppRig {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	pw := write("one.pw", "registrar-Pass1\n")
	r, err := app.NewRegistry(t.Context(), app.RegistryOptions{Data: filepath.Join(dir, "registry"), Listen: "127.0.0.1:0",
		Registrars: []string{"live:polyreg=" + pw}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx, 5*time.Second) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("registry: %v", err)
		}
	})
	key := write("secret.key", secret.GenerateKey("k1")+"\n")
	text := fmt.Sprintf(`
database: {path: %q}
secret_key_file: %q
listen: {http: "127.0.0.1:0"}
registries:
  - name: one
    address: %q
    server_name: localhost
    ca: %q
    user: polyreg
    password_file: %q
    rate: 500
    idle: 5m
    maintenance: [{from: 2020-01-01T00:00:00Z, until: 2999-01-01T00:00:00Z}]
`, filepath.Join(dir, "polyreg.db"), key, r.Addr(), r.CA(), pw)
	return eppRig{write("polyreg.yaml", text)}
}

// run is one call of the program.
func (r eppRig) run(t *testing.T, stdin string, args ...string) (string, error) {
	t.Helper()
	root := newRoot()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetIn(strings.NewReader(stdin))
	root.SetArgs(append([]string{"epp"}, append(args, "--config", r.config)...))
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

const eppHead = `<?xml version="1.0" encoding="UTF-8"?><epp xmlns="urn:ietf:params:xml:ns:epp-1.0">`

func eppCommand(verb string) string {
	return eppHead + "<command>" + verb + "<clTRID>by-hand-1</clTRID></command></epp>"
}

func TestEPP(t *testing.T) {
	t.Parallel()
	r := newEPPRig(t)
	contact := eppCommand(`<create><contact:create xmlns:contact="urn:ietf:params:xml:ns:contact-1.0"><contact:id>HAND1</contact:id>
		<contact:postalInfo type="int"><contact:name>Jane Doe</contact:name><contact:addr><contact:street>Main 1</contact:street>
		<contact:city>Bonn</contact:city><contact:pc>53111</contact:pc><contact:cc>DE</contact:cc></contact:addr></contact:postalInfo>
		<contact:voice>+49.2281234</contact:voice><contact:email>jane@example.net</contact:email>
		<contact:authInfo><contact:pw>c0ntact-Auth1</contact:pw></contact:authInfo></contact:create></create>`)
	domain := eppCommand(`<create><domain:create xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"><domain:name>by-hand.com</domain:name>
		<domain:period unit="y">1</domain:period><domain:registrant>HAND1</domain:registrant>
		<domain:authInfo><domain:pw>d0main-Auth1!</domain:pw></domain:authInfo></domain:create></create>`)
	info := eppCommand(`<info><domain:info xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"><domain:name>by-hand.com</domain:name></domain:info></info>`)
	for _, c := range []struct {
		stdin  string
		args   string
		want   []string
		not    string
		failed string // part of the error
	}{
		{args: "one hello", want: []string{"server", "round trip", "object", "urn:ietf:params:xml:ns:domain-1.0"}},
		{args: "one check by-hand.com", want: []string{"by-hand.com", "free"}},
		{stdin: contact, args: "one raw", want: []string{`code="1000"`, "by-hand-1"}},
		{stdin: domain, args: "one raw", want: []string{`code="1000"`}},
		{stdin: domain, args: "one raw", want: []string{`code="2302"`}, failed: "2302"},
		{args: "one check by-hand.com other-hand.com", want: []string{"taken", "other-hand.com", "free"}},
		{args: "one info by-hand.com", want: []string{"by-hand.com", "HAND1", "sponsor", "polyreg", "expires", "***"}, not: "d0main-Auth1!"},
		{args: "one info by-hand.com --show-secrets", want: []string{"d0main-Auth1!"}},
		{args: "one info contact HAND1", want: []string{"Jane Doe", "Main 1", "jane@example.net"}, not: "c0ntact-Auth1"},
		{args: "one info host ns1.by-hand.com", failed: "2303"},
		{args: "one info nothing X", failed: "must be domain, host or contact"},
		{stdin: info, args: "one raw", want: []string{"by-hand.com", "***"}, not: "d0main-Auth1!"},
		{stdin: info, args: "one raw --show-secrets", want: []string{"d0main-Auth1!"}},
		{stdin: eppCommand("<frobnicate/>"), args: "one raw", want: []string{`code="2000"`}, failed: "2000"}, // well-formed: the registry's word counts
		{stdin: info[:len(info)-3], args: "one raw", failed: "2001"},
		{stdin: "", args: "one raw", failed: "2001"},
		{args: "two hello", failed: "configured are: one"},
		{args: "one dance", failed: "none of hello, check, info, raw"},
		{args: "one check", failed: "other arguments"},
		{args: "one", failed: "which registry"},
	} {
		out, err := r.run(t, c.stdin, strings.Fields(c.args)...)
		if (err != nil) != (c.failed != "") || err != nil && !strings.Contains(err.Error(), c.failed) {
			t.Errorf("%s: error %v, want %q", c.args, err, c.failed)
		}
		for _, w := range c.want {
			if !strings.Contains(out, w) {
				t.Errorf("%s: no %q in\n%s", c.args, w, out)
			}
		}
		if c.not != "" && strings.Contains(out, c.not) {
			t.Errorf("%s: shows %q", c.args, c.not)
		}
	}
}

func TestEPPHelpHasExamples(t *testing.T) {
	t.Parallel()
	root := newRoot()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetArgs([]string{"epp", "--help"})
	if err := root.Execute(); err != nil || !strings.Contains(out.String(), "polyreg epp one raw --config polyreg.yaml") {
		t.Errorf("%v\n%s", err, out.String())
	}
}
