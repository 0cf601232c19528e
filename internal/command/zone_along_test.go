package command_test

import (
	"context"
	"errors"
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

func TestZonesWithTheirApex(t *testing.T) {
	t.Parallel()
	onBothZones(t, func(w *zoneWorld) {
		for _, name := range []string{"x.test", "y.test"} {
			zdo(w, command.CreateZone{Origin: name, Records: []zone.Record{{Name: "@", Type: "A", Data: "192.0.2.1"}, {Name: "www", Type: "A", Data: "192.0.2.2"}}})
		}
		page := zdo(w, command.ListZones{Query: command.Query{Where: command.Where("origin", command.Like, "%.test"), Limit: -1}, Apex: true})
		w.same([]any{len(page.Zones), len(page.Apex)}, []any{2, 2})
		for _, z := range page.Zones {
			w.same(len(page.Apex[z.ID]), 3)
		}
	})
}

type onlyZone struct{ origin dname.Name }

func (o onlyZone) Fetch(_ context.Context, origin dname.Name, _ zone.Master) (command.Received, error) {
	if origin != o.origin {
		return command.Received{}, errors.New("refused")
	}
	return command.Received{SOA: zone.SOA{MName: "ns.old.test", RName: "h.old.test", Refresh: 1, Retry: 1, Expire: 1, Minimum: 1, TTL: 1}, Serial: 7,
		Records: []zone.Record{{Name: "@", Type: "NS", TTL: 60, Data: "ns.old.test."}, {Name: "www", Type: "A", TTL: 60, Data: "192.0.2.1"}}}, nil
}

// TestFetchMakesTheZone: a zone that is fetched is made when its records have come, and else there is none.
func TestFetchMakesTheZone(t *testing.T) {
	t.Parallel()
	onBothZones(t, func(w *zoneWorld) {
		w.Runner.SetTransfers(onlyZone{"x.test"})
		from := mustAddrPort("192.0.2.53:53")
		refused(w, w.alpha, command.FetchZone{Origin: "x.test", Server: from}, "not_found zone")
		refused(w, w.alpha, command.FetchZone{Origin: "y.test", Server: from, Create: true}, "invalid server")
		refused(w, w.alpha, command.ZoneInfo{Origin: "y.test"}, "not_found zone")
		refused(w, w.alpha, command.FetchZone{Origin: "beta-owned.com", Server: from, Create: true}, "not_owned zone")
		zdo(w, command.FetchZone{Origin: "x.test", Server: from, Create: true})
		w.same(w.text("x.test"), "@ 60 IN NS ns.old.test.\nwww 60 IN A 192.0.2.1\n")
	})
}
