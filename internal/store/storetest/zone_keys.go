package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

func zoneKeys(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	acc := f.account("a", 0).ID
	z, other := f.zone(acc, "example.com"), f.zone(acc, "example.net")
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	ksk := zone.Key{Zone: z.ID, Role: zone.KSK, Algorithm: zone.ECDSAP256, Tag: 257, Public: "cHVibGlj", Private: "sealed", State: zone.Published, Generated: at, Published: at}
	zsk := zone.Key{Zone: z.ID, Role: zone.ZSK, Algorithm: zone.ECDSAP256, Tag: 256, Public: "cHVi", Private: "sealed too", State: zone.Active, Generated: at, Published: at, Active: at}
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.AddZoneKey(ctx, &ksk))
		f.ok(tx.AddZoneKey(ctx, &zsk))
		f.ok(tx.PutDue(ctx, command.DueEntry{Kind: command.DueZoneKey, Object: int64(z.ID), Account: acc, Name: "example.com", At: at, Step: "keys"}))
	})
	f.same(must[[]zone.Key](f)(view.ZoneKeys(ctx, z.ID)), []zone.Key{ksk, zsk})
	f.same(len(must[[]zone.Key](f)(view.ZoneKeys(ctx, other.ID))), 0)
	ksk.State, ksk.Active, zsk.State, zsk.Retired, zsk.DSGone = zone.Active, at.Add(time.Hour), zone.Retired, at.Add(2*time.Hour), at.Add(3*time.Hour)
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.PutZoneKey(ctx, ksk))
		f.ok(tx.PutZoneKey(ctx, zsk))
		f.kind(tx.PutZoneKey(ctx, zone.Key{ID: zsk.ID + 1000}), errs.NotFound)
	})
	f.same(must[[]zone.Key](f)(view.ZoneKeys(ctx, z.ID)), []zone.Key{ksk, zsk})

	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.NoteSigned(ctx, z.ID, at.Add(time.Hour)))
		f.ok(tx.NoteSigned(ctx, other.ID, at))
	})
	f.same(must[[]dname.Name](f)(view.ResignBefore(ctx, at.Add(time.Hour), 5)), []dname.Name{"example.net", "example.com"})
	f.same(must[[]dname.Name](f)(view.ResignBefore(ctx, at.Add(time.Hour), 1)), []dname.Name{"example.net"})
	f.same(must[[]dname.Name](f)(view.ResignBefore(ctx, at, 5)), []dname.Name{"example.net"})
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.NoteSigned(ctx, other.ID, time.Time{})) })
	f.same(len(must[[]dname.Name](f)(view.ResignBefore(ctx, at, 5))), 0)

	heir := f.account("b", 0).ID
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.MoveZones(ctx, acc, "example.com", heir)) }) // what is due goes along
	f.same(must[command.DueEntry](f)(view.Due(ctx, command.DueZoneKey, int64(z.ID))).Account, heir)
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.DeleteZone(ctx, z.ID)) }) // keys and duty go with the zone
	f.same(len(must[[]zone.Key](f)(view.ZoneKeys(ctx, z.ID))), 0)
	_, err := view.Due(ctx, command.DueZoneKey, int64(z.ID))
	f.kind(err, errs.NotFound)
}

// zoneChain: links of signed zones are found by where they stand, and the zone's own records by what they stand below.
func zoneChain(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	z := f.zone(f.account("a", 0).ID, "example.com")
	link := func(name, next string) []zone.Record {
		return []zone.Record{{Name: name, Type: "NSEC", TTL: 300, Data: next + ".example.com. A RRSIG NSEC"}, {Name: name, Type: "RRSIG", TTL: 300, Data: "NSEC 15 2 300"}}
	}
	links := [][]zone.Record{link("@", "b"), link("b", "a.b"), link("a.b", "b-c"), link("b-c", "example.com.")} // not as their letters sort
	e := zone.Entry{Zone: z.ID, From: z.Serial, To: z.Serial + 1, Change: zone.Change{Add: []zone.Record{{Name: "b", Type: "A", TTL: 60, Data: "192.0.2.1"},
		{Name: "x.y.b", Type: "A", TTL: 60, Data: "192.0.2.1"}, {Name: "b", Type: "RRSIG", TTL: 60, Data: "A 15 3 60"}, {Name: "b", Type: "RRSIG", TTL: 60, Data: "NSEC3 15 3 60"}}}}
	for _, l := range links {
		e.Change.Add = append(e.Change.Add, l...)
	}
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.ApplyChange(ctx, &e)) })
	bare := func(rs []zone.Record, err error) []zone.Record {
		t.Helper()
		f.ok(err)
		for i := range rs {
			rs[i].ID = 0
		}
		return rs
	}
	f.same(must[int](f)(view.LongestTTL(ctx, z.ID)), 60) // of its own
	f.same(must[int](f)(view.LongestTTL(ctx, z.ID+1)), 0)
	for i, l := range links {
		key := zone.ChainKey(l[0])
		f.same(bare(view.ChainAt(ctx, z.ID, key)), l)
		f.same(bare(view.ChainBefore(ctx, z.ID, key)), links[(i+3)%4])
		f.same(bare(view.ChainBefore(ctx, z.ID, key+" ")), l)
	}
	f.same(len(bare(view.ChainAt(ctx, z.ID, " c"))), 0)
	f.same(len(bare(view.ChainBefore(ctx, z.ID+1, " c"))), 0)
	f.same(len(bare(view.ExtraAt(ctx, z.ID, []string{"b", "a.b", "none"}))), 6)
	for _, c := range []struct {
		name   string
		except []string
		want   bool
	}{{"b", nil, true}, {"b", []string{"b"}, true}, {"b", []string{"b", "x.y.b"}, false}, {"y.b", nil, true}, {"a.b", nil, false}, {"_", nil, false}} {
		f.same(must[bool](f)(view.HoldsBelow(ctx, z.ID, c.name, c.except)), c.want)
	}
}
