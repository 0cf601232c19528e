package command_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// TestSettingsAndRecordsAtOnce: records change along with settings under one serial, or neither does.
func TestSettingsAndRecordsAtOnce(t *testing.T) {
	t.Parallel()
	onBothZones(t, func(w *zoneWorld) {
		was := zdo(w, command.CreateZone{Origin: "x.test"}).Zone
		www := []zone.Record{{Name: "www", Type: "A", TTL: 300, Data: "192.0.2.1"}}
		ttl := 600
		z := zdo(w, command.UpdateZone{Origin: "x.test", SOA: &zone.SOA{Refresh: 4711}, TTL: &ttl, Records: &command.ChangeZone{Replace: &www}})
		got := zdo(w, command.ZoneInfo{Origin: "x.test"})
		w.same([]any{z.Serial, got.Zone.Serial, got.Zone.SOA.Refresh, got.Zone.TTL, len(got.Records)}, []any{was.Serial + 1, was.Serial + 1, 4711, 600, 3})
		entries := zdo(w, command.ZoneHistory{Origin: "x.test"})
		w.same([]any{len(entries), entries[0].Before.Refresh, entries[0].SOA.Refresh}, []any{1, was.SOA.Refresh, 4711})
		w.noted(z, "")
		zdo(w, command.UpdateZone{Origin: "x.test", Note: &command.Note{Of: "some", Text: "aside"}})
		got = zdo(w, command.ZoneInfo{Origin: "x.test"})
		w.noted(z, "aside")
		y := zdo(w, command.CreateZone{Origin: "y.test", Note: &command.Note{Of: "some", Text: "from the start"}})
		w.noted(y.Zone, "from the start")
		bad := []zone.Record{{Name: "www", Type: "A", Data: "no address"}}
		refused(w, w.alpha, command.UpdateZone{Origin: "x.test", SOA: &zone.SOA{Refresh: 9}, Records: &command.ChangeZone{Replace: &bad}, Note: &command.Note{Of: "some"}}, "invalid records[0].data")
		refused(w, w.alpha, command.UpdateZone{Origin: "x.test", SOA: &zone.SOA{Refresh: -9}, Records: &command.ChangeZone{Replace: &[]zone.Record{}}}, "invalid soa.refresh")
		w.same(zdo(w, command.ZoneInfo{Origin: "x.test"}), got)
		w.noted(z, "aside")
	})
}

func (w *zoneWorld) noted(z zone.Zone, want string) {
	w.t.Helper()
	got, err := w.Runner.ZoneNote(w.t.Context(), z, "some")
	w.same([]any{got, err}, []any{want, nil})
}

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

// TestForwardsAtOnce: forwards that several callers add at the same time are all there.
func TestForwardsAtOnce(t *testing.T) {
	t.Parallel()
	onBothZones(t, func(w *zoneWorld) {
		zdo(w, command.CreateZone{Origin: "x.test"})
		var wg sync.WaitGroup
		for _, name := range []string{"a", "b", "c", "d"} {
			wg.Go(func() {
				zdo(w, command.SetForwards{Origin: "x.test", Edit: func(have []zone.Forward) ([]zone.Forward, error) {
					return append(have, zone.Forward{Kind: zone.Redirect, Source: name, Target: "https://www.example.net/"}), nil
				}})
			})
		}
		wg.Wait()
		w.same(len(zdo(w, command.Forwards{Origin: "x.test"})), 4)
		own := errors.New("own")
		_, err := command.Do(w.t.Context(), w.Runner, w.alpha, command.SetForwards{Origin: "x.test", Edit: func([]zone.Forward) ([]zone.Forward, error) { return nil, own }})
		w.same([]any{errors.Is(err, own), len(zdo(w, command.Forwards{Origin: "x.test"}))}, []any{true, 4})
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
