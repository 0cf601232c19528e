package command_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/store/pgtest"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneWorld is a platform with two callers.
type zoneWorld struct {
	*dialecttest.World
	t           *testing.T
	alpha, beta command.Caller
}

// onBothZones runs a test on a world over each engine.
func onBothZones(t *testing.T, fn func(w *zoneWorld), more ...dialecttest.Option) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			options := slices.Clone(more)
			if engine == "postgres" {
				d := pgtest.Open(t)
				options = append(options, func(o *core.Options) { o.DB = d })
			}
			w := dialecttest.New(t, options...)
			fn(&zoneWorld{w, t, w.Caller(t, "alpha"), w.Caller(t, "beta")})
		})
	}
}

func zdo[R any](w *zoneWorld, cmd command.Command[R]) R {
	w.t.Helper()
	out, err := command.Do(w.t.Context(), w.Runner, w.alpha, cmd)
	if err != nil {
		w.t.Fatalf("%T: %v", cmd, err)
	}
	return out
}

// refused holds that a command is refused with a kind, about a field.
func refused[R any](w *zoneWorld, c command.Caller, cmd command.Command[R], want string) {
	w.t.Helper()
	_, err := command.Do(w.t.Context(), w.Runner, c, cmd)
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind.String()+" "+e.Field != want {
		w.t.Errorf("%T: %v, want %s", cmd, err, want)
	}
}

func (w *zoneWorld) text(origin string) string {
	w.t.Helper()
	text := zdo(w, command.ExportZone{Origin: origin})
	_, text, _ = strings.Cut(text, "SOA")
	_, text, _ = strings.Cut(text, "\n")
	return strings.ReplaceAll(text, "\t", " ")
}

func (w *zoneWorld) same(got, want any) {
	w.t.Helper()
	if g, x := fmt.Sprint(got), fmt.Sprint(want); g != x {
		w.t.Errorf("got:\n%s\nwant:\n%s", g, x)
	}
}

func a(name, addr string) zone.Record { return zone.Record{Name: name, Type: "A", Data: addr} }

const apexText = "@ 86400 IN NS ns1.polyreg.test.\n@ 86400 IN NS ns2.polyreg.test.\n"

func TestZoneLife(t *testing.T) {
	t.Parallel()
	onBothZones(t, func(w *zoneWorld) {
		v := zdo(w, command.CreateZone{Origin: "Example.NET", TTL: 600, Records: []zone.Record{a("WWW", "192.0.2.1")}, VirtualNS: "a.ns14.net."})
		w.same(v.Zone.Serial, 2026112200)
		w.same(v.Zone.SOA, zone.SOA{MName: "ns1.polyreg.test", RName: "hostmaster.example.net", Refresh: 10800, Retry: 3600, Expire: 1209600, Minimum: 3600, TTL: 3600})
		w.same(w.text("example.net"), apexText+"www 600 IN A 192.0.2.1\n")
		www := v.Records[2]

		serial := v.Zone.Serial
		ch := zdo(w, command.ChangeZone{Origin: "example.net", Serial: &serial, Change: zone.Change{Add: []zone.Record{a("www", "192.0.2.2"), {Name: "@", Type: "mx", TTL: 60, Data: "10 mail"}}}})
		w.same([]any{ch.Zone.Serial, len(ch.Change.Add), ch.Change.Add[0].TTL, ch.Change.Add[1].Data}, []any{serial + 1, 2, 600, "10 mail.example.net."})
		refused(w, w.alpha, command.ChangeZone{Origin: "example.net", Serial: &serial}, "conflict serial")

		// What stays keeps its number; what is written anew under a number keeps that one; name servers stay.
		list := []zone.Record{a("www", "192.0.2.1"), a("new", "192.0.2.3")}
		rep := zdo(w, command.ChangeZone{Origin: "example.net", Replace: &list})
		w.same([]any{len(rep.Change.Add), len(rep.Change.Remove), rep.Zone.Serial}, []any{1, 2, serial + 2})
		w.same(w.text("example.net"), apexText+"new 600 IN A 192.0.2.3\nwww 600 IN A 192.0.2.1\n")
		w.same(zdo(w, command.ChangeZone{Origin: "example.net", Replace: &list}).Zone.Serial, serial+2)
		moved := zone.Record{ID: www.ID, Name: "www", Type: "A", TTL: 5, Data: "192.0.2.9"}
		w.same(zdo(w, command.ChangeZone{Origin: "example.net", Change: zone.Change{Remove: []zone.Record{{ID: www.ID}}, Add: []zone.Record{moved}}}).Change.Add[0], moved)

		// A part of the zone.
		part := []zone.Record{{Name: "www", Type: "TXT", Data: `"hi"`}}
		zdo(w, command.ChangeZone{Origin: "example.net", Name: "www", Type: "TXT", Replace: &part})
		refused(w, w.alpha, command.ChangeZone{Origin: "example.net", Name: "new", Replace: &part}, "invalid records[0]")
		none := []zone.Record{}
		zdo(w, command.ChangeZone{Origin: "example.net", Type: "A", Replace: &none})
		w.same(w.text("example.net"), apexText+"www 600 IN TXT \"hi\"\n")

		// A zone never goes without name servers.
		zdo(w, command.ChangeZone{Origin: "example.net", Name: "@", Type: "NS", Replace: &none})
		other := []zone.Record{{Name: "@", Type: "NS", Data: "ns.elsewhere.test."}}
		zdo(w, command.ChangeZone{Origin: "example.net", Name: "@", Type: "NS", Replace: &other})
		w.same(w.text("example.net"), "@ 86400 IN NS ns.elsewhere.test.\nwww 600 IN TXT \"hi\"\n")

		// Settings; the SOA is served, a comment is not.
		ttl, comment := 77, "mine"
		z := zdo(w, command.UpdateZone{Origin: "example.net", TTL: &ttl, Comment: &comment})
		now := z.Serial
		w.same(zdo(w, command.UpdateZone{Origin: "example.net", SOA: &zone.SOA{Refresh: 5}}).Serial, now+1)

		hist := zdo(w, command.ZoneHistory{Origin: "example.net"})
		w.same([]any{len(hist), hist[0].SOA.Refresh, hist[len(hist)-1].From}, []any{7, 5, serial})
		w.alpha.DryRun = true
		zdo(w, command.DeleteZone{Origin: "example.net"})
		w.alpha.DryRun = false
		zdo(w, command.DeleteZone{Origin: "example.net"})
		refused(w, w.alpha, command.ZoneInfo{Origin: "example.net"}, "not_found zone")
	})
}

func TestZoneRefusals(t *testing.T) {
	t.Parallel()
	onBothZones(t, func(w *zoneWorld) {
		zdo(w, command.CreateZone{Origin: "x.test", Records: []zone.Record{a("www", "192.0.2.1"), {Name: "al", Type: "CNAME", Data: "www"}}})
		for _, c := range []struct {
			c    command.Caller
			cmd  command.CreateZone
			want string
		}{
			{w.beta, command.CreateZone{Origin: "x.test"}, "exists zone"},
			{w.beta, command.CreateZone{Origin: "sub.x.test"}, "not_owned zone"},
			{w.beta, command.CreateZone{Origin: "example.com"}, "not_owned zone"},
			{w.beta, command.CreateZone{Origin: "a.b.example.com"}, "not_owned zone"},
			{w.alpha, command.CreateZone{Origin: "com"}, "invalid_name zone"},
			{w.alpha, command.CreateZone{Origin: "-x.test"}, "invalid_name zone"},
			{w.alpha, command.CreateZone{}, "missing zone"},
			{w.alpha, command.CreateZone{Origin: "s.test", Kind: zone.Secondary}, "missing masters"},
			{w.alpha, command.CreateZone{Origin: "t.test", Text: "\n\nwww A x\n"}, "invalid text"},
			{w.alpha, command.CreateZone{Origin: "t.test", Records: []zone.Record{a("a", "192.0.2.1"), a("a", "x")}}, "invalid records[1].data"},
			{w.alpha, command.CreateZone{Origin: "t.test", SOA: zone.SOA{RName: "a b"}}, "invalid soa.rname"},
		} {
			refused(w, c.c, c.cmd, c.want)
		}
		change := func(add ...zone.Record) command.ChangeZone {
			return command.ChangeZone{Origin: "x.test", Change: zone.Change{Add: add}}
		}
		refused(w, w.alpha, change(a("new", "192.0.2.1"), a("www", "192.0.2.1")), "exists records[1]")
		refused(w, w.alpha, change(a("new", "192.0.2.1"), a("al", "192.0.2.1")), "invalid records[1].type")
		refused(w, w.alpha, change(zone.Record{Name: "www", Type: "A", TTL: 9, Data: "192.0.2.7"}), "invalid records[0].ttl")
		refused(w, w.alpha, change(zone.Record{Name: "a..b", Type: "A", Data: "192.0.2.7"}), "invalid records[0].name")
		refused(w, w.alpha, change(zone.Record{Name: "a", Type: "SOA", Data: "x"}), "invalid records[0].type")
		refused(w, w.alpha, command.ChangeZone{Origin: "x.test", Change: zone.Change{Remove: []zone.Record{{ID: 1}}}}, "not_found remove[0]")
		refused(w, w.beta, command.ZoneInfo{Origin: "x.test"}, "not_owned zone")
		refused(w, w.beta, command.DeleteZone{Origin: "x.test"}, "not_owned zone")
		refused(w, w.alpha, command.ImportZone{Origin: "x.test", Text: "www A 192.0.2.1\nwww A\n"}, "invalid text")
		w.same(w.text("x.test"), apexText+"al 3600 IN CNAME www.x.test.\nwww 3600 IN A 192.0.2.1\n")
		w.alpha.Access = account.Read
		refused(w, w.alpha, change(a("q", "192.0.2.1")), "forbidden ")
		w.alpha.Access = account.Full

		// The live holder of a name decides for the test environment too; zones of both are served side by side.
		twin, err := w.Store.View().AccountByName(w.t.Context(), account.Test, "alpha")
		if err != nil {
			w.t.Fatal(err)
		}
		refused(w, command.Caller{Account: twin, Access: account.Full}, command.CreateZone{Origin: "www.example.com"}, "not_owned zone")
		zdo(w, command.CreateZone{Origin: "www.example.com"})
	})
}

// TestZoneLimit: a zone takes no more records than the platform says, by whatever way they come.
func TestZoneLimit(t *testing.T) {
	t.Parallel()
	onBothZones(t, func(w *zoneWorld) {
		zdo(w, command.CreateZone{Origin: "x.test", Records: []zone.Record{a("a", "192.0.2.1"), a("b", "192.0.2.1")}}) // and two name servers
		one := zone.Change{Add: []zone.Record{a("c", "192.0.2.1")}}
		zdo(w, command.ChangeZone{Origin: "x.test", Change: one})
		two := zone.Change{Add: []zone.Record{a("d", "192.0.2.1")}}
		refused(w, w.alpha, command.ChangeZone{Origin: "x.test", Change: two}, "quota_exceeded records")
		refused(w, w.alpha, command.StageZone{Origin: "x.test", Change: two}, "quota_exceeded records")
		refused(w, w.alpha, command.ReplaceZone{Origin: "x.test", Records: []zone.Record{a("a", "192.0.2.1"), a("b", "192.0.2.1"), a("c", "192.0.2.1"), a("d", "192.0.2.1")}}, "quota_exceeded records")
		text := "a A 192.0.2.1\nb A 192.0.2.1\nc A 192.0.2.1\nd A 192.0.2.1\ne A 192.0.2.1\nf A 192.0.2.1\n"
		refused(w, w.alpha, command.ImportZone{Origin: "x.test", Text: text}, "invalid text")
		refused(w, w.alpha, command.CreateZone{Origin: "y.test", Text: text}, "invalid text")
		zdo(w, command.ChangeZone{Origin: "x.test", Change: zone.Change{Remove: []zone.Record{a("c", "192.0.2.1")}, Add: two.Add}})
	}, func(o *core.Options) { o.Platform.ZoneRecords = 5 })
}

func TestStagedZone(t *testing.T) {
	t.Parallel()
	onBothZones(t, func(w *zoneWorld) {
		zdo(w, command.CreateZone{Origin: "x.test", Records: []zone.Record{a("a", "192.0.2.1"), a("b", "192.0.2.1")}})
		served := w.text("x.test")
		st := zdo(w, command.StageZone{Origin: "x.test", Change: zone.Change{Add: []zone.Record{a("c", "192.0.2.3"), a("d", "192.0.2.4")}, Remove: []zone.Record{a("b", "192.0.2.1")}}})
		w.same([]any{st.Zone.Staged, len(st.Records), w.text("x.test") == served}, []any{3, 5, true})
		c := st.Records[3]
		if c.Name != "c" || c.ID == 0 {
			w.t.Fatalf("%+v", st.Records)
		}
		// A waiting record is changed under its number, and one that was to go comes back as what it was.
		st = zdo(w, command.StageZone{Origin: "x.test", Change: zone.Change{Remove: []zone.Record{{ID: c.ID}}, Add: []zone.Record{{ID: c.ID, Name: "c", Type: "A", Data: "192.0.2.33"}, a("b", "192.0.2.1")}}})
		w.same([]any{st.Zone.Staged, len(st.Change.Remove)}, []any{2, 0})
		i := slices.IndexFunc(st.Records, func(x zone.Record) bool { return x.Name == "c" })
		w.same([]any{st.Records[i].ID, st.Records[i].Data}, []any{c.ID, "192.0.2.33"})
		refused(w, w.alpha, command.StageZone{Origin: "x.test", Change: zone.Change{Add: []zone.Record{a("d", "192.0.2.4")}}}, "exists records[0]")

		// A direct change drops what waits for the same name and type, and leaves the rest.
		zdo(w, command.ChangeZone{Origin: "x.test", Change: zone.Change{Add: []zone.Record{a("d", "192.0.2.44")}}})
		done := zdo(w, command.CommitZone{Origin: "x.test"})
		w.same([]any{len(done.Change.Add), done.Change.Add[0].ID, done.Zone.Staged}, []any{1, c.ID, 0})
		w.same(w.text("x.test"), apexText+"a 3600 IN A 192.0.2.1\nb 3600 IN A 192.0.2.1\nc 3600 IN A 192.0.2.33\nd 3600 IN A 192.0.2.44\n")
		w.same(zdo(w, command.CommitZone{Origin: "x.test"}).Zone.Serial, done.Zone.Serial)
	})
}

// TestAutoCommit serves what has waited, by wall time.
func TestAutoCommit(t *testing.T) {
	t.Parallel()
	wall := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	var mu sync.Mutex
	now := func() time.Time { mu.Lock(); defer mu.Unlock(); return wall }
	w, clocks := newClockedZones(t, now)
	ctx := t.Context()
	if _, err := command.Do(ctx, w, clocks, command.CreateZone{Origin: "x.test"}); err != nil {
		t.Fatal(err)
	}
	st, err := command.Do(ctx, w, clocks, command.StageZone{Origin: "x.test", Change: zone.Change{Add: []zone.Record{a("a", "192.0.2.1")}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		after time.Duration
		want  int
	}{{3 * time.Minute, 0}, {time.Minute + time.Second, 1}, {time.Hour, 0}} {
		mu.Lock()
		wall = wall.Add(c.after)
		mu.Unlock()
		if n, err := w.AutoCommit(ctx); n != c.want || err != nil {
			t.Errorf("%d, %v after %s", n, err, c.after)
		}
	}
	v, err := command.Do(ctx, w, clocks, command.ZoneInfo{Origin: "x.test"})
	if err != nil || v.Zone.Serial != st.Zone.Serial+1 || v.Zone.Staged != 0 || len(v.Records) != 2 {
		t.Errorf("%+v %v", v, err)
	}
}

func TestUndoAndImport(t *testing.T) {
	t.Parallel()
	onBothZones(t, func(w *zoneWorld) {
		text := "$TTL 1h\n@ SOA ns1.there.test. admin 2030010100 1h 10m 7d 60\n@ NS ns1.there.test.\nwww 5m A 192.0.2.1\n * TXT (\"a\"\n \"b\")\n"
		text = strings.Replace(text, " * TXT", "* TXT", 1)
		v := zdo(w, command.CreateZone{Origin: "x.test", Text: text})
		w.same([]any{v.Zone.Serial, v.Zone.SOA.RName, v.Zone.TTL}, []any{2030010101, "admin.x.test", 3600})
		one := zdo(w, command.ChangeZone{Origin: "x.test", Change: zone.Change{Remove: []zone.Record{a("www", "192.0.2.1")}, Add: []zone.Record{a("ftp", "192.0.2.2")}}})
		before := w.text("x.test")
		undone := zdo(w, command.UndoZone{Origin: "x.test", Serial: one.Zone.Serial})
		w.same(undone.Zone.Serial, one.Zone.Serial+1)
		w.same(w.text("x.test"), "@ 3600 IN NS ns1.there.test.\n* 3600 IN TXT \"a\" \"b\"\nwww 300 IN A 192.0.2.1\n")
		refused(w, w.alpha, command.UndoZone{Origin: "x.test", Serial: one.Zone.Serial}, "conflict serial")
		refused(w, w.alpha, command.UndoZone{Origin: "x.test", Serial: 1}, "not_found serial")
		zdo(w, command.UndoZone{Origin: "x.test", Serial: undone.Zone.Serial})
		w.same(w.text("x.test"), before)

		// A zone file goes out and comes back without a change.
		out := zdo(w, command.ExportZone{Origin: "x.test"})
		w.same(zdo(w, command.ImportZone{Origin: "x.test", Text: out}).Change.Empty(), true)
		im := zdo(w, command.ImportZone{Origin: "x.test", Text: "@ 60 SOA ns1.there.test. admin 2040010100 1 2 3 4\nwww A 192.0.2.7\n"})
		w.same([]any{im.Zone.Serial, im.Zone.SOA.Minimum}, []any{2040010101, 4})
		w.same(w.text("x.test"), "@ 3600 IN NS ns1.there.test.\nwww 3600 IN A 192.0.2.7\n")
		entries, ok, err := w.Store.View().Journal(w.t.Context(), im.Zone.ID, one.Zone.Serial)
		if err != nil || !ok || entries[len(entries)-1].To != im.Zone.Serial {
			w.t.Errorf("%+v %v %v", entries, ok, err)
		}
	})
}

// TestZonesOfDomains: a name on the platform's servers gets a zone, which moves with it and goes with it unless it was changed.
func TestZonesOfDomains(t *testing.T) {
	t.Parallel()
	onBothZones(t, func(w *zoneWorld) {
		platform := func(name string) {
			cmd := registerCmd(name)
			cmd.Servers = command.ServerList{Platform: true}
			zdo(w, cmd)
		}
		platform("one.com")
		platform("two.com")
		zdo(w, registerCmd("elsewhere.com"))
		w.same(w.text("one.com"), apexText)
		refused(w, w.alpha, command.ZoneInfo{Origin: "elsewhere.com"}, "not_found zone")
		zdo(w, command.ChangeZone{Origin: "two.com", Change: zone.Change{Add: []zone.Record{a("www", "192.0.2.1")}}})
		for _, name := range []string{"one.com", "two.com"} {
			zdo(w, command.DeleteDomain{Name: name})
		}
		refused(w, w.alpha, command.InfoDomain{Name: "two.com"}, "not_found name") // in its grace period: gone at once
		refused(w, w.alpha, command.ZoneInfo{Origin: "one.com"}, "not_found zone")
		zdo(w, command.ZoneInfo{Origin: "two.com"})

		platform("three.com")
		zdo(w, command.CreateZone{Origin: "sub.three.com"})
		zdo(w, command.PushDomain{Name: "three.com", To: "beta"})
		for _, origin := range []string{"three.com", "sub.three.com"} {
			refused(w, w.alpha, command.ZoneInfo{Origin: origin}, "not_owned zone")
			if _, err := command.Do(w.t.Context(), w.Runner, w.beta, command.ZoneInfo{Origin: origin}); err != nil {
				w.t.Error(err)
			}
		}
		out := zdo(w, command.TransferDomain{Name: "incoming.com", AuthInfo: "in-AuthInfo-1", FillRoles: true, Servers: command.ServerList{Platform: true},
			Contacts: registerCmd("x.com").Contacts})
		w.same(out.Order.ObjectName, "incoming.com")
	})
}
