package command_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

func TestDynamicUpdate(t *testing.T) {
	t.Parallel()
	onBothZones(t, func(w *zoneWorld) {
		ctx := w.t.Context()
		zdo(w, command.CreateZone{Origin: "x.test", Records: []zone.Record{a("www", "192.0.2.1")}})
		zdo(w, command.CreateZone{Origin: "y.test"})
		cred := zdo(w, command.AddDNSCredential{Username: "u", Password: "p", Scopes: []string{"*.x.test"}})
		if cred.Hash != "" || cred.ID == 0 {
			w.t.Errorf("%+v", cred)
		}
		refused(w, w.beta, command.AddDNSCredential{Username: "u", Password: "p", Scopes: []string{"*"}}, "exists username")
		refused(w, w.alpha, command.AddDNSCredential{Username: "u:", Password: "p", Scopes: []string{"com"}}, "invalid username")
		for i, c := range []struct {
			u    command.DynamicUpdate
			want string
		}{
			{command.DynamicUpdate{Username: "u", Password: "p", Zone: "x.test", Name: "_acme-challenge", Type: "txt", Data: []string{zone.TXT("v1"), zone.TXT("v2")}}, "2 0"},
			{command.DynamicUpdate{Username: "u", Password: "p", Name: "_ACME-challenge.x.test", Type: "TXT", Data: []string{zone.TXT("v2")}}, "0 1"},
			{command.DynamicUpdate{Username: "u", Password: "p", Zone: "x.test", Name: "_acme-challenge", Type: "TXT"}, "0 1"},
			{command.DynamicUpdate{Username: "u", Password: "p", Zone: "x.test", Name: "jokerTXTUpdateTest", Type: "TXT"}, "0 0"},
			{command.DynamicUpdate{Username: "u", Password: "p", Zone: "x.test", Name: "www", Type: "A", Data: []string{"192.0.2.9"}}, "1 1"},
			{command.DynamicUpdate{Username: "u", Password: "p", Zone: "x.test", Name: "www", Type: "A", Data: []string{"x"}}, "invalid"},
			{command.DynamicUpdate{Username: "u", Password: "q", Zone: "x.test", Name: "www", Type: "A"}, "auth"},
			{command.DynamicUpdate{Username: "v", Password: "p", Zone: "x.test", Name: "www", Type: "A"}, "auth"},
			{command.DynamicUpdate{Username: "u", Password: "p", Zone: "x.test", Name: "@", Type: "A"}, "auth"},
			{command.DynamicUpdate{Username: "u", Password: "p", Zone: "y.test", Name: "www", Type: "A"}, "auth"},
			{command.DynamicUpdate{Username: "u", Password: "p", Zone: "test", Name: "x", Type: "A"}, "auth"},
		} {
			out, err := w.Runner.DynamicUpdate(ctx, c.u)
			got := fmt.Sprint(out.Inserted, out.Deleted)
			if err != nil {
				got = errs.KindOf(err).String()
			}
			if got != c.want {
				w.t.Errorf("%d: %s (%v), want %s", i, got, err, c.want)
			}
		}
		w.same(w.text("x.test"), apexText+"www 3600 IN A 192.0.2.9\n")
		list := zdo(w, command.ListDNSCredentials{})
		w.same([]any{len(list), list[0].LastUsed.IsZero()}, []any{1, false})
		zdo(w, command.DeleteDNSCredential{ID: cred.ID})
	})
}

func TestForwards(t *testing.T) {
	t.Parallel()
	onBothZones(t, func(w *zoneWorld) {
		zdo(w, command.CreateZone{Origin: "x.test"})
		set := func(fs ...zone.Forward) command.SetForwards {
			return command.SetForwards{Origin: "x.test", Forwards: fs}
		}
		web := zone.Forward{Kind: zone.Redirect, Source: "GO", Target: "https://www.example.net/"}
		out := zdo(w, set(web, zone.Forward{Kind: zone.Mail, Source: "info@@", Target: "jane@example.net"}, zone.Forward{Kind: zone.Mail, Source: "*@sub", Target: "jane@example.net"}))
		w.same([]any{out[0].Source, out[0].Status, out[1].Source, out[2].Source}, []any{"go", 302, "info@@", "*@sub"})
		f, err := w.Runner.ForwardFor(w.t.Context(), "Go.x.test.")
		w.same([]any{f.ID, err}, []any{out[0].ID, nil})
		refused(w, w.alpha, set(web, web), "exists forwards[1].source")
		refused(w, w.alpha, set(zone.Forward{Kind: zone.Redirect, Source: "a", Target: "javascript:x"}), "invalid forwards[0].target")
		refused(w, w.alpha, set(zone.Forward{Kind: zone.Mail, Source: "info", Target: "jane@example.net"}), "invalid forwards[0].source")
		w.same(len(zdo(w, command.Forwards{Origin: "x.test"})), 3)
	})
}

// TestZoneWritersAtOnce: changes of one zone by several callers are made one after the other, and none is lost.
func TestZoneWritersAtOnce(t *testing.T) {
	t.Parallel()
	onBothZones(t, func(w *zoneWorld) {
		z := zdo(w, command.CreateZone{Origin: "x.test"}).Zone
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				for j := range 5 {
					rec := a(fmt.Sprintf("n%d-%d", i, j), "192.0.2.1")
					var err error
					if i%2 == 0 {
						_, err = command.Do(w.t.Context(), w.Runner, w.alpha, command.ChangeZone{Origin: "x.test", Change: zone.Change{Add: []zone.Record{rec}}})
					} else {
						_, err = command.Do(w.t.Context(), w.Runner, w.alpha, command.StageZone{Origin: "x.test", Change: zone.Change{Add: []zone.Record{rec}}})
					}
					if err != nil {
						w.t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		zdo(w, command.CommitZone{Origin: "x.test"})
		v := zdo(w, command.ZoneInfo{Origin: "x.test"})
		w.same([]any{v.Count, v.Zone.Serial}, []any{42, z.Serial + 21})
		entries, ok, err := w.Store.View().Journal(w.t.Context(), z.ID, z.Serial)
		w.same([]any{len(entries), ok, err}, []any{21, true, nil})
	})
}

// TestLargeZone: a change of a zone of 100,000 records costs what it touches.
func TestLargeZone(t *testing.T) {
	if testing.Short() {
		t.Skip("large")
	}
	onBothZones(t, func(w *zoneWorld) {
		const many = 100_000
		list := make([]zone.Record, many-2)
		for i := range list {
			list[i] = zone.Record{Name: fmt.Sprintf("n%d.sub", i), Type: "A", TTL: 60, Data: fmt.Sprintf("10.%d.%d.1", i>>8&255, i&255)}
		}
		zdo(w, command.CreateZone{Origin: "x.test", Records: list})
		var took []time.Duration
		for i := range 10 {
			change := zone.Change{Add: []zone.Record{a(fmt.Sprintf("new%d.sub", i), "192.0.2.1")}, Remove: []zone.Record{a(fmt.Sprintf("n%d.sub", i*7), fmt.Sprintf("10.0.%d.1", i*7))}}
			began := time.Now()
			zdo(w, command.ChangeZone{Origin: "x.test", Change: change})
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		w.t.Logf("one change: median %s, longest %s", took[5], took[9])
		if took[5] > 50*time.Millisecond {
			w.t.Errorf("one change took %s", took[5])
		}
		refused(w, w.alpha, command.ChangeZone{Origin: "x.test", Change: zone.Change{Add: []zone.Record{a("new1.sub", "192.0.2.1")}}}, "exists records[0]")
		refused(w, w.alpha, command.ChangeZone{Origin: "x.test", Change: zone.Change{Add: []zone.Record{{Name: "new1.sub", Type: "CNAME", Data: "x"}}}}, "invalid records[0].type")
		more := make([]zone.Record, 11)
		for i := range more {
			more[i] = a(fmt.Sprintf("more%d", i), "192.0.2.1")
		}
		refused(w, w.alpha, command.ChangeZone{Origin: "x.test", Change: zone.Change{Add: more}}, "quota_exceeded records")
	}, func(o *core.Options) { o.Platform.ZoneRecords = 100_010 })
}

// TestWatchZones: another node learns of a change within a second.
func TestWatchZones(t *testing.T) {
	t.Parallel()
	onBothZones(t, func(w *zoneWorld) {
		zdo(w, command.CreateZone{Origin: "x.test"})
		ctx, stop := context.WithCancel(w.t.Context())
		after, err := w.Store.View().ZoneChanges(ctx)
		if err != nil {
			w.t.Fatal(err)
		}
		woken, done := make(chan struct{}, 100), make(chan error, 1)
		go func() {
			done <- w.Store.WatchZones(ctx, after, func() {
				select {
				case woken <- struct{}{}:
				default:
				}
			})
		}()
		time.Sleep(300 * time.Millisecond) // it listens
		for range len(woken) {
			<-woken
		}
		began := time.Now()
		zdo(w, command.ChangeZone{Origin: "x.test", Change: zone.Change{Add: []zone.Record{a("a", "192.0.2.1")}}})
		for told := false; !told; {
			select {
			case <-woken:
				names, _, err := w.Store.View().ChangedZones(ctx, after, 10)
				if err != nil {
					w.t.Fatal(err)
				}
				told = slices.Contains(names, dname.Name("x.test"))
			case <-time.After(time.Second):
				w.t.Fatal("nobody was told within a second")
			}
		}
		w.t.Logf("told after %s", time.Since(began))
		stop()
		if err := <-done; !errors.Is(err, context.Canceled) {
			w.t.Error(err)
		}
	})
}

func TestSecondaryZone(t *testing.T) {
	t.Parallel()
	onBothZones(t, func(w *zoneWorld) {
		ctx := w.t.Context()
		z := zdo(w, command.CreateZone{Origin: "x.test", Kind: zone.Secondary, Masters: []zone.Master{{Addr: mustAddrPort("192.0.2.1:53")}}}).Zone
		w.same(z.Serial, 0)
		soa := zone.SOA{MName: "ns.there.test", RName: "h.there.test", Refresh: 1, Retry: 1, Expire: 1, Minimum: 1, TTL: 1}
		odd := zone.Record{Name: "odd", Type: "TYPE65280", TTL: 5, Data: `\# 2 0102`}
		www := zone.Record{Name: "www", Type: "A", TTL: 5, Data: "192.0.2.1"}
		sig := zone.Record{Name: "www", Type: "RRSIG", TTL: 5, Data: "A 13 3 5 x"}
		if err := w.Runner.ReplaceSecondary(ctx, z.ID, command.Received{SOA: soa, Serial: 70, Records: []zone.Record{odd, www, sig}}); err != nil {
			w.t.Fatal(err)
		}
		next := www
		next.Data = "192.0.2.2"
		if err := w.Runner.ApplySecondary(ctx, z.ID, []zone.Entry{{From: 70, To: 75, SOA: soa, Change: zone.Change{Remove: []zone.Record{www, sig}, Add: []zone.Record{next}}}}); err != nil {
			w.t.Fatal(err)
		}
		if err := w.Runner.ApplySecondary(ctx, z.ID, []zone.Entry{{From: 70, To: 76}}); !errs.Is(err, errs.Conflict) {
			w.t.Error(err)
		}
		whole, err := w.Store.View().WholeZone(ctx, "x.test")
		if err != nil || whole.Zone.Serial != 75 || len(whole.Records) != 2 || len(whole.Extra) != 0 || whole.Records[1].Data != "192.0.2.2" {
			w.t.Errorf("%+v %v", whole, err)
		}
		refused(w, w.alpha, command.ChangeZone{Origin: "x.test", Change: zone.Change{Add: []zone.Record{a("q", "192.0.2.1")}}}, "wrong_state zone")
	})
}
