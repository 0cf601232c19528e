package bench

import (
	"context"
	"crypto/tls"
	"fmt"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/epp"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// registrar is a client of the embedded registry with so many sessions.
func (w *world) registrar(t testing.TB, sessions int) *epp.Client {
	t.Helper()
	e := w.opt.Embedded
	c, err := epp.New(epp.Config{Name: "bench", Addr: e.Listener.Addr().String(), ServerName: "localhost", RootCAs: e.Trust,
		User: core.PlatformLogins[repo.Live], Password: eppPassword, MaxSessions: sessions,
		Capabilities: registry.Capabilities{Contacts: true, HostObjects: true, CheckLimit: 50}})
	must(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

// creates registers names at the embedded registry, over EPP and without the core.
func (w *world) creates(c *epp.Client, sessions int, d time.Duration) figures {
	var servers []dname.Name
	for _, n := range w.opt.Platform.NameServers {
		servers = append(servers, dname.Name(n))
	}
	return load(sessions, d, func(_, call int) error {
		name := newName()
		k := fmt.Sprintf("BENCH%d", call%len(w.callers))
		_, err := c.CreateDomain(context.Background(), "b-"+name, registry.DomainCreate{Name: dname.Name(name), Years: 1, AuthInfo: "Bench-Auth-1",
			Registrant: k, NameServers: servers,
			Contacts: map[registry.ContactRole][]string{registry.Admin: {k}, registry.Tech: {k}, registry.Billing: {k}}})
		return err
	})
}

// sessions are connections to the embedded registry without the client, which would put checks of several callers into
// one command. Each belongs to the client of its number.
func (w *world) sessions(t testing.TB, n int) []*tls.Conn {
	t.Helper()
	e := w.opt.Embedded
	login, err := wire.EncodeCommand(&wire.Command{Login: &wire.Login{ClID: core.PlatformLogins[repo.Live], Password: eppPassword,
		Options: wire.LoginOptions{Version: wire.Version, Lang: wire.Lang}, Services: wire.Services{Objects: []string{wire.NSDomain}}}})
	must(t, err)
	var out []*tls.Conn
	for range n {
		c, err := tls.Dial("tcp", e.Listener.Addr().String(), &tls.Config{RootCAs: e.Trust, ServerName: "localhost"})
		must(t, err)
		t.Cleanup(func() { c.Close() })
		_, err = wire.ReadFrame(c, 0) // the greeting
		must(t, err)
		r, err := exchange(c, login)
		must(t, err)
		if r.Code() != wire.CodeOK {
			t.Fatalf("log-in: %+v", r.Results)
		}
		out = append(out, c)
	}
	return out
}

// exchange sends a frame and reads the answer.
func exchange(c *tls.Conn, frame []byte) (*wire.Response, error) {
	if err := wire.WriteFrame(c, frame); err != nil {
		return nil, err
	}
	answer, err := wire.ReadFrame(c, 0)
	if err != nil {
		return nil, err
	}
	return wire.DecodeResponse(answer)
}

// checks asks the embedded registry for names that nobody has, one in a command.
func (w *world) checks(sessions []*tls.Conn, d time.Duration) figures {
	return load(len(sessions), d, func(client, _ int) error {
		frame, err := wire.EncodeCommand(&wire.Command{CheckDomain: &wire.DomainCheck{Names: []string{newName()}}, ClTRID: "b-check"})
		if err != nil {
			return err
		}
		r, err := exchange(sessions[client], frame)
		if err != nil {
			return err
		}
		if r.Code() != wire.CodeOK || r.Data == nil || r.Data.DomainCheck == nil || !r.Data.DomainCheck.Items[0].Name.Avail {
			return fmt.Errorf("check: %+v", r.Results)
		}
		return nil
	})
}
