package storetest

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

func (f *fixture) zone(acc account.ID, origin dname.Name, records ...zone.Record) zone.Zone {
	f.t.Helper()
	z := zone.Zone{Account: acc, Environment: account.Live, Origin: origin, Kind: zone.Primary, TTL: 3600, Serial: 2026112200,
		SOA: zone.SOA{MName: "ns1.polyreg.test", RName: "hostmaster." + string(origin), Refresh: 1, Retry: 2, Expire: 3, Minimum: 4, TTL: 5}}
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.AddZone(ctx, &z))
		f.ok(tx.ApplyChange(ctx, &zone.Entry{Zone: z.ID, From: z.Serial, To: z.Serial, Change: zone.Change{Add: records}}))
	})
	return z
}

func rec(name string, typ zone.Type, data string) zone.Record {
	return zone.Record{Name: name, Type: typ, TTL: 300, Data: data}
}

// change writes a change under the next serial.
func (f *fixture) change(z *zone.Zone, c zone.Change) zone.Entry {
	f.t.Helper()
	before := must[zone.Zone](f)(f.View().ZoneByID(f.t.Context(), z.ID)).SOA
	e := zone.Entry{Zone: z.ID, From: z.Serial, To: z.Serial + 1, Change: c, Before: before, SOA: z.SOA, Who: "test"}
	f.in(func(ctx context.Context, tx command.Tx) {
		try, next := e, *z // the transaction may run again
		try.At, next.Serial, next.Updated = tx.Registrar(), e.To, tx.Registrar()
		f.ok(tx.ApplyChange(ctx, &try))
		f.ok(tx.PutZone(ctx, &next))
		e, *z = try, next
	})
	return e
}

func zoneHeads(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a, b := f.account("a", 0), f.account("b", 0)
	z := zone.Zone{Account: a.ID, Environment: account.Live, Origin: "example.com", Kind: zone.Secondary, TTL: 60, Serial: 4294967295,
		SOA: zone.SOA{MName: "ns1.x.test", RName: "h.x.test", Refresh: 1, Retry: 2, Expire: 3, Minimum: 4, TTL: 5}, VirtualNS: "a.ns14.net",
		Masters: []zone.Master{{Addr: netip.MustParseAddrPort("192.0.2.1:53"), Key: "k"}}, AllowXFR: []netip.Prefix{netip.MustParsePrefix("2001:db8::/32")},
		Signing: zone.Signing{On: true, Algorithm: 13, NSEC3: true}, Comment: "Mine"}
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.AddZone(ctx, &z)) })
	f.same(must[zone.Zone](f)(view.Zone(ctx, a.ID, "example.com")), z)
	f.same(must[zone.Zone](f)(view.AnyZone(ctx, "example.com")), z)
	f.same(must[zone.Zone](f)(view.ZoneByID(ctx, z.ID)), z)
	_, err := view.Zone(ctx, b.ID, "example.com")
	f.kind(err, errs.NotFound)
	f.kind(f.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
		return tx.AddZone(ctx, &zone.Zone{Account: b.ID, Environment: account.Test, Origin: "example.com"})
	}), errs.Exists)

	f.zone(a.ID, "sub.example.com")
	f.zone(b.ID, "deep.sub.example.com")
	for name, want := range map[dname.Name]dname.Name{"example.com": "example.com", "www.example.com": "example.com", "_x.deep.sub.example.com": "sub.example.com"} {
		f.same(must[zone.Zone](f)(view.ZoneAbove(ctx, a.ID, name)).Origin, want)
	}
	f.same(must[zone.Zone](f)(view.ZoneAbove(ctx, 0, "x.deep.sub.example.com")).Account, b.ID)
	_, err = view.ZoneAbove(ctx, a.ID, "com")
	f.kind(err, errs.NotFound)

	old := z
	z.Comment, z.Signing, z.Masters, z.AllowXFR, z.Serial, z.TTL = "other", zone.Signing{}, nil, nil, 1, 61
	f.in(func(ctx context.Context, tx command.Tx) {
		next := z
		f.ok(tx.PutZone(ctx, &next))
		f.same(next.Version, int64(2))
	})
	z.Version = 2
	f.same(must[zone.Zone](f)(view.ZoneByID(ctx, z.ID)), z)
	f.kind(f.InTx(ctx, func(ctx context.Context, tx command.Tx) error { return tx.PutZone(ctx, &old) }), errs.Conflict)

	list, page, err := view.ListZones(ctx, []account.ID{a.ID}, command.Query{Limit: 1, Count: true})
	f.ok(err)
	f.same(list[0].Origin, dname.Name("example.com"))
	f.same(page.Total, 2)
	list, page, err = view.ListZones(ctx, []account.ID{a.ID}, command.Query{Limit: 5, After: page.Next})
	f.ok(err)
	f.same([]any{len(list), list[0].Origin, page.Next}, []any{1, dname.Name("sub.example.com"), ""})
	list, _, err = view.ListZones(ctx, []account.ID{a.ID, b.ID}, command.Query{Limit: 5, Where: command.And(command.Where("kind", command.Equal, "primary"),
		command.Where("origin", command.Like, "%SUB.example.com"), command.Where("comment", command.NotEqual, "x"), command.Where("virtual_ns", command.IsNull))})
	f.ok(err)
	f.same(len(list), 2)
	f.same(len(must[[]zone.Zone](f)(view.AllZones(ctx, "deep.sub.example.com", 1))), 1)
	f.same(must[[]zone.Zone](f)(view.AllZones(ctx, "deep.sub.example.com", 9))[0].Origin, dname.Name("example.com"))

	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.MoveZones(ctx, a.ID, "example.com", b.ID)) })
	_, page, err = view.ListZones(ctx, []account.ID{b.ID}, command.Query{})
	f.ok(err)
	f.same(page.Total, 3)
}

func zoneRecords(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a := f.account("a", 0)
	z := f.zone(a.ID, "example.com", rec("www", "A", "192.0.2.1"), rec("@", "NS", "ns1.polyreg.test."), rec("@", "RRSIG", "x"))
	all := must[[]zone.Record](f)(view.Records(ctx, z.ID, ""))
	f.same([]any{len(all), all[0].Name, all[1].Data}, []any{2, "@", "192.0.2.1"})
	f.same(must[int](f)(view.CountRecords(ctx, z.ID)), 2)
	extra := must[[]zone.Record](f)(view.ExtraRecords(ctx, z.ID))
	f.same([]any{len(extra), extra[0].Type}, []any{1, zone.Type("RRSIG")})
	w, err := view.WholeZone(ctx, "example.com")
	f.ok(err)
	f.same(w, command.WholeZone{Zone: z, Records: all, Extra: extra})

	e := f.change(&z, zone.Change{Remove: []zone.Record{all[1], extra[0]}, Add: []zone.Record{rec("b", "A", "192.0.2.2"), {ID: all[1].ID, Name: "www", Type: "A", TTL: 1, Data: "192.0.2.3"}}})
	if e.Change.Add[0].ID <= all[1].ID || e.Change.Add[1].ID != all[1].ID {
		t.Fatalf("numbers %+v", e.Change.Add)
	}
	f.same(must[[]zone.Record](f)(view.Records(ctx, z.ID, "b")), e.Change.Add[:1])
	f.same(must[[]zone.Record](f)(view.RecordsAt(ctx, z.ID, []string{"www", "b", "www", "x"})), e.Change.Add)
	f.same(must[[]zone.Record](f)(view.RecordsByID(ctx, z.ID, []zone.RecordID{all[1].ID, extra[0].ID, 5})), e.Change.Add[1:])
	f.same(len(must[[]zone.Record](f)(view.RecordsByID(ctx, z.ID, nil))), 0)
	f.same(must[int](f)(view.CountRecords(ctx, z.ID)), 3)
	f.kind(f.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
		return tx.ApplyChange(ctx, &zone.Entry{Zone: z.ID, From: 1, To: 2, Change: zone.Change{Remove: []zone.Record{extra[0]}}})
	}), errs.Conflict)

	many := make([]zone.Record, 350)
	for i := range many {
		many[i] = rec(fmt.Sprintf("n%03d", i), "TXT", `"x"`)
	}
	e = f.change(&z, zone.Change{Add: many})
	f.same(must[[]zone.Record](f)(view.Records(ctx, z.ID, ""))[2:352], e.Change.Add)
	f.change(&z, zone.Change{Remove: e.Change.Add})
	f.same(must[int](f)(view.CountRecords(ctx, z.ID)), 3)

	f.in(func(ctx context.Context, tx command.Tx) {
		ids := must[[]zone.RecordID](f)(tx.NextRecords(ctx, 3))
		if len(ids) != 3 || ids[0] >= ids[1] || ids[1] >= ids[2] || ids[0] <= e.Change.Add[349].ID {
			t.Errorf("drew %v", ids)
		}
		f.ok(tx.DeleteZone(ctx, z.ID))
	})
	_, err = view.AnyZone(ctx, "example.com")
	f.kind(err, errs.NotFound)
	f.same(len(must[[]zone.Record](f)(view.Records(ctx, z.ID, ""))), 0)
	_, err = view.CountRecords(ctx, z.ID)
	f.kind(err, errs.NotFound)
	f.kind(f.InTx(ctx, func(ctx context.Context, tx command.Tx) error { return tx.DeleteZone(ctx, z.ID) }), errs.NotFound)
}

func zoneJournal(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	z := f.zone(f.account("a", 0).ID, "example.com")
	first := z.Serial
	e1 := f.change(&z, zone.Change{Add: []zone.Record{rec("a", "A", "192.0.2.1")}})
	z.SOA.Refresh = 77
	e2 := f.change(&z, zone.Change{Remove: e1.Change.Add, Add: []zone.Record{rec("a", "A", "192.0.2.2")}})
	for from, want := range map[uint32][]zone.Entry{first: {e1, e2}, first + 1: {e2}, first + 2: nil} {
		got, ok, err := view.Journal(ctx, z.ID, from)
		f.ok(err)
		f.same(ok, true)
		f.same(got, want)
	}
	_, ok, err := view.Journal(ctx, z.ID, first-1)
	f.ok(err)
	f.same(ok, false)
	f.same(must[[]zone.Entry](f)(view.ZoneHistory(ctx, z.ID, 1)), []zone.Entry{e2})
	f.in(func(ctx context.Context, tx command.Tx) { // the oldest of more than a thousand are forgotten
		for range 1005 {
			f.ok(tx.ApplyChange(ctx, &zone.Entry{Zone: z.ID, From: z.Serial, To: z.Serial + 1}))
			z.Serial++
		}
		f.ok(tx.PutZone(ctx, &z))
	})
	f.same(len(must[[]zone.Entry](f)(view.ZoneHistory(ctx, z.ID, 5000))), 1000)
	_, ok, err = view.Journal(ctx, z.ID, first)
	f.ok(err)
	f.same(ok, false)
}

func zoneStaged(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	z := f.zone(f.account("a", 0).ID, "example.com", rec("a", "A", "192.0.2.1"))
	f.same(must[zone.Change](f)(view.Staged(ctx, z.ID)), zone.Change{})
	served := must[[]zone.Record](f)(view.Records(ctx, z.ID, ""))
	c := zone.Change{Remove: served, Add: []zone.Record{rec("b", "A", "192.0.2.2")}}
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.PutStaged(ctx, z.ID, c)) })
	got := must[zone.Change](f)(view.Staged(ctx, z.ID))
	if got.Add[0].ID <= served[0].ID {
		t.Fatalf("a staged record has the number %d", got.Add[0].ID)
	}
	got.Add[0].ID = 0
	f.same(got, c)
	now := must[zone.Zone](f)(view.ZoneByID(ctx, z.ID))
	f.same([]any{now.Staged, now.Version, now.StagedAt.IsZero()}, []any{2, z.Version, false})
	f.same(len(must[[]zone.Zone](f)(view.StagedBefore(ctx, now.StagedAt, 5))), 0)
	f.same(len(must[[]zone.Zone](f)(view.StagedBefore(ctx, now.StagedAt.Add(time.Second), 5))), 1)
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.PutStaged(ctx, z.ID, zone.Change{})) })
	f.same(must[zone.Zone](f)(view.ZoneByID(ctx, z.ID)), z)
	f.same(must[zone.Change](f)(view.Staged(ctx, z.ID)), zone.Change{})
}

func zoneDefaults(t *testing.T, f *fixture) {
	ctx := t.Context()
	a, b := f.account("a", 0), f.account("b", 0)
	drop := func(acc account.ID, origin dname.Name) (gone bool) {
		f.in(func(ctx context.Context, tx command.Tx) { gone = must[bool](f)(tx.DropDefaultZone(ctx, acc, origin)) })
		return gone
	}
	made := func(origin dname.Name) zone.Zone {
		z := f.zone(a.ID, origin)
		f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.NoteDefaultZone(ctx, z.ID)) })
		return z
	}
	made("kept.com")
	changed, staged := made("changed.com"), made("staged.com")
	f.zone(a.ID, "own.com")
	f.change(&changed, zone.Change{})
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.PutStaged(ctx, staged.ID, zone.Change{Add: []zone.Record{rec("x", "A", "192.0.2.1")}}))
	})
	f.same([]bool{drop(b.ID, "kept.com"), drop(a.ID, "kept.com"), drop(a.ID, "kept.com"), drop(a.ID, "changed.com"), drop(a.ID, "staged.com"), drop(a.ID, "own.com")},
		[]bool{false, true, false, false, false, false})
	_, err := f.View().AnyZone(ctx, "kept.com")
	f.kind(err, errs.NotFound)
}

func zoneForwards(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	z := f.zone(f.account("a", 0).ID, "example.com")
	put := func(fs ...zone.Forward) []zone.Forward {
		f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.PutForwards(ctx, z.ID, fs)) })
		return fs
	}
	web := zone.Forward{Kind: zone.Redirect, Source: "www", Target: "https://x.test/", Status: 301}
	wild := zone.Forward{Kind: zone.Frame, Source: "*", Target: "https://y.test/", Title: "T"}
	box := zone.Forward{Kind: zone.Mail, Source: "info@@", Target: "jane@x.test"}
	one := put(web, wild, box)
	f.same(must[[]zone.Forward](f)(view.Forwards(ctx, z.ID)), one)
	f.same(must[zone.Forward](f)(view.ForwardFor(ctx, "www.example.com")), one[0])
	f.same(must[zone.Forward](f)(view.ForwardFor(ctx, "a.b.example.com")), one[1])
	_, err := view.ForwardFor(ctx, "example.com")
	f.kind(err, errs.NotFound)
	two := put(box, zone.Forward{Kind: zone.Redirect, Source: "@", Target: "https://z.test/"})
	f.same(two[0].ID, one[2].ID)
	f.same(must[[]zone.Forward](f)(view.Forwards(ctx, z.ID)), two)
	f.same(must[zone.Forward](f)(view.ForwardFor(ctx, "example.com")), two[1])
}

func zoneNotes(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a, b := f.account("a", 0), f.account("b", 0)
	z, other := f.zone(a.ID, "example.com"), f.zone(a.ID, "example.net")
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.PutZoneNote(ctx, z.ID, "x", "old"))
		f.ok(tx.PutZoneNote(ctx, z.ID, "x", "new"))
		f.ok(tx.PutZoneNote(ctx, z.ID, "y", "of y"))
		f.ok(tx.PutZoneNote(ctx, other.ID, "x", "other"))
	})
	f.same(must[string](f)(view.ZoneNote(ctx, z.ID, "x")), "new")
	f.same(must[string](f)(view.ZoneNote(ctx, z.ID, "y")), "of y")
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.MoveZones(ctx, a.ID, "example.com", b.ID)) }) // they are the old account's
	_, err := view.ZoneNote(ctx, z.ID, "x")
	f.kind(err, errs.NotFound)
	f.same(must[string](f)(view.ZoneNote(ctx, other.ID, "x")), "other")
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.DeleteZone(ctx, other.ID)) })
	_, err = view.ZoneNote(ctx, other.ID, "x")
	f.kind(err, errs.NotFound)
}

func dnsCredentials(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a, b := f.account("a", 0), f.account("b", 0)
	c := zone.Credential{Account: a.ID, Username: "u", Hash: "h", Scopes: []string{"*", "x.test"}}
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.AddDNSCredential(ctx, &c)) })
	f.same(must[zone.Credential](f)(view.DNSCredential(ctx, "u")), c)
	f.kind(f.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
		return tx.AddDNSCredential(ctx, &zone.Credential{Account: b.ID, Username: "u"})
	}), errs.Exists)
	wall := view.Wall()
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.UseDNSCredential(ctx, c.ID, wall)) })
	c.LastUsed = wall
	f.same(must[[]zone.Credential](f)(view.DNSCredentials(ctx, a.ID)), []zone.Credential{c})
	remove := func(acc account.ID) error {
		return f.InTx(ctx, func(ctx context.Context, tx command.Tx) error { return tx.DeleteDNSCredential(ctx, acc, c.ID) })
	}
	f.kind(remove(b.ID), errs.NotFound)
	f.ok(remove(a.ID))
	_, err := view.DNSCredential(ctx, "u")
	f.kind(err, errs.NotFound)
}

// zoneFeed holds that a reader who goes on from the number it was given learns of every change.
func zoneFeed(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a := f.account("a", 0)
	start := must[int64](f)(view.ZoneChanges(ctx))
	x := f.zone(a.ID, "x.test")
	y := f.zone(a.ID, "y.test")
	f.change(&x, zone.Change{})
	at, seen := start, []dname.Name(nil)
	for range 10 {
		names, next, err := view.ChangedZones(ctx, at, 2)
		f.ok(err)
		if at = next; len(names) == 0 {
			break
		}
		seen = append(seen, names...)
	}
	if !slices.Contains(seen, "x.test") || !slices.Contains(seen, "y.test") {
		t.Fatalf("seen %v", seen)
	}
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.DeleteZone(ctx, y.ID)) })
	names, _, err := view.ChangedZones(ctx, at, 10)
	f.ok(err)
	if !slices.Contains(names, "y.test") {
		t.Fatalf("a deleted zone is not told: %v", names)
	}

	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.TrimZoneFeed(ctx, tx.Wall().Add(time.Hour))) })
	names, _, err = view.ChangedZones(ctx, start, 10)
	f.ok(err)
	f.same(len(names), 0)
}

// zoneFeedAtOnce is zoneFeed while several write.
func zoneFeedAtOnce(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a := f.account("a", 0)
	at := must[int64](f)(view.ZoneChanges(ctx))
	told := map[dname.Name]bool{}
	stop := make(chan struct{})
	var reader, writers sync.WaitGroup
	read := func() {
		for {
			names, next, err := view.ChangedZones(ctx, at, 3)
			if err != nil {
				t.Error(err)
				return
			}
			for _, n := range names {
				told[n] = true
			}
			if len(names) == 0 || next <= at {
				return
			}
			at = next
		}
	}
	reader.Go(func() {
		for {
			read()
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
		}
	})
	for w := range 4 {
		writers.Go(func() {
			for i := range 15 {
				err := f.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
					for part := range 2 { // the second one comes late in its transaction
						z := zone.Zone{Account: a.ID, Environment: account.Live, Origin: dname.Name(fmt.Sprintf("z%d-%d-%d.test", w, i, part)), Kind: zone.Primary}
						if err := tx.AddZone(ctx, &z); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	close(stop)
	reader.Wait()
	read()
	if len(told) < 120 {
		t.Errorf("told of %d changes of 120", len(told))
	}
}
