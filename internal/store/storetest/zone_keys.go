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
