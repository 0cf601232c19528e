package names_test

import (
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/app/names"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/dns"
	"github.com/polyreg/polyreg/internal/zone"
)

func run[R any](t *testing.T, w *dialecttest.World, cmd command.Command[R]) R {
	t.Helper()
	out, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), cmd)
	if err != nil {
		t.Fatalf("%T: %v", cmd, err)
	}
	return out
}

// TestSecondaryOfAnother: a platform takes a secondary zone from another one and follows its changes, and imports a zone from there.
// A platform that takes no zones from private networks asks nobody there.
func TestSecondaryOfAnother(t *testing.T) {
	t.Parallel()
	server := func(w *dialecttest.World, o names.Options) *dns.Server {
		o.Listen = []string{"127.0.0.1:0"}
		srv, err := names.New(o, names.Deps{Store: w.Store, Runner: w.Runner, Clocks: clock.System(), Log: quiet})
		if err != nil {
			t.Fatal(err)
		}
		return srv
	}
	here, there := dialecttest.New(t), dialecttest.New(t)
	mine := server(here, names.Options{AnyMaster: true})
	addr := begin(t, mine)
	master := begin(t, server(there, names.Options{AllowXFR: loopback, Secondaries: []dns.Secondary{{Addr: addr}}}))
	one := []zone.Record{{Name: "www", Type: "A", TTL: 60, Data: "192.0.2.1"}}
	run(t, there, command.CreateZone{Origin: "moves.example", Records: one})
	run(t, here, command.CreateZone{Origin: "moves.example", Kind: zone.Secondary, Masters: []zone.Master{{Addr: master}}})
	awaitA(t, addr, "www.moves.example.", "192.0.2.1")
	one[0].Data = "192.0.2.2"
	run(t, there, command.ChangeZone{Origin: "moves.example", Replace: &one, Name: "www", Type: "A"})
	awaitA(t, addr, "www.moves.example.", "192.0.2.2")

	run(t, there, command.CreateZone{Origin: "imported.example", Records: append(one, zone.Record{Name: "mail", Type: "A", Data: "192.0.2.3"})})
	awaitA(t, master, "mail.imported.example.", "192.0.2.3")
	run(t, here, command.CreateZone{Origin: "imported.example"})
	run(t, here, command.FetchZone{Origin: "imported.example", Server: master})
	awaitA(t, addr, "mail.imported.example.", "192.0.2.3")
	_, err := command.Do(t.Context(), here.Runner, here.Caller(t, "alpha"), command.FetchZone{Origin: "imported.example", Server: addr})
	if err == nil || !strings.Contains(err.Error(), "gives no zone") {
		t.Errorf("from a server that gives nobody zones: %v", err)
	}

	server(here, names.Options{})
	_, err = command.Do(t.Context(), here.Runner, here.Caller(t, "alpha"), command.FetchZone{Origin: "imported.example", Server: master})
	if err == nil || !strings.Contains(err.Error(), "private network") {
		t.Errorf("from this machine: %v", err)
	}
}
