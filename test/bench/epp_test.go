package bench

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/epp"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
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
