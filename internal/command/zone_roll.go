package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// DueZoneKey is the kind of the due list's entries for the keys of a zone, by the zone's number.
const DueZoneKey = "zone_key"

// lookAtKeys is the one step of such an entry: see what is to be done.
const lookAtKeys = "keys"

// How soon the parent is looked at again: while it has not done what it was asked for, and while there is nothing to be done
// about it from here.
const (
	lookSoon  = time.Hour
	lookLater = 24 * time.Hour
)

// newKey makes a key and keeps it.
func (r *Runner) newKey(ctx context.Context, tx Tx, z zone.Zone, role zone.KeyRole, have []zone.Key) (zone.Key, error) {
	if r.cfg.Signer == nil {
		return zone.Key{}, errs.E(errs.Forbidden, "zones cannot be signed here")
	}
	k := zone.Key{Zone: z.ID, Role: role, Algorithm: z.Signing.Algorithm, State: zone.Published, Generated: tx.Registrar(), Published: tx.Registrar()}
	for try := 0; ; try++ { // two keys of a zone must not have the same tag
		public, private, err := r.cfg.Signer.Generate(k.Algorithm, role == zone.KSK)
		if err != nil {
			return k, err
		}
		k.Public, k.Tag = public, r.cfg.Signer.Tag(zone.SignKey{KSK: role == zone.KSK, Alg: k.Algorithm, Public: public})
		if try < 10 && slices.ContainsFunc(have, func(o zone.Key) bool { return o.InZone() && o.Tag == k.Tag }) {
			continue
		}
		if k.Private, err = r.cfg.Secrets.Seal(private, zoneKeyAAD(k)); err != nil {
			return k, err
		}
		return k, nil
	}
}

// firstKeys makes the first keys of a zone. The zone-signing key is in use at once; the DS waits until nobody has the unsigned
// zone any more, which nobody has of a zone that was made just now.
func (r *Runner) firstKeys(ctx context.Context, tx Tx, z zone.Zone) ([]zone.Key, error) {
	keys, err := tx.ZoneKeys(ctx, z.ID)
	if err != nil {
		return nil, err
	}
	for _, role := range []zone.KeyRole{zone.KSK, zone.ZSK} {
		k, err := r.newKey(ctx, tx, z, role, keys)
		if err != nil {
			return nil, err
		}
		switch {
		case role == zone.ZSK:
			k.State, k.Active = zone.Active, tx.Registrar()
		case !z.Created.Before(tx.Registrar().Truncate(time.Microsecond)):
			k.Published = k.Published.Add(-zone.TimingFor(zone.MaxTTL * time.Second).Publish)
		}
		if err := r.addKey(ctx, tx, z, &k); err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, r.lookAt(ctx, tx, z, tx.Registrar())
}

func (r *Runner) addKey(ctx context.Context, tx Tx, z zone.Zone, k *zone.Key) error {
	if err := tx.AddZoneKey(ctx, k); err != nil {
		return err
	}
	return r.noteKey(ctx, tx, z, *k)
}

// noteKey writes a key's state into the history.
func (r *Runner) noteKey(ctx context.Context, tx Tx, z zone.Zone, k zone.Key) error {
	return tx.AddHistory(ctx, History{Account: z.Account, ObjectKind: "zone", ObjectName: string(z.Origin), What: fmt.Sprintf("%s %s", k.Role, k.State), At: tx.Registrar()})
}

// putKeys writes the keys whose state or times differ from before.
func (r *Runner) putKeys(ctx context.Context, tx Tx, z zone.Zone, before, after []zone.Key) error {
	for i, k := range after {
		if i >= len(before) || before[i] == k {
			continue
		}
		if err := tx.PutZoneKey(ctx, k); err != nil {
			return err
		}
		if before[i].State == k.State {
			continue
		}
		if err := r.noteKey(ctx, tx, z, k); err != nil {
			return err
		}
	}
	return nil
}

// lookAt enters when a zone's keys are to be looked at.
func (r *Runner) lookAt(ctx context.Context, tx Tx, z zone.Zone, at time.Time) error {
	return tx.PutDue(ctx, DueEntry{Kind: DueZoneKey, Object: int64(z.ID), Account: z.Account, Name: string(z.Origin), At: at, Step: lookAtKeys, Rank: 50})
}

// planZoneKeys looks at the keys of a zone whose time has come. What fails is tried again a while later and holds nothing up.
func (r *Runner) planZoneKeys(ctx context.Context, e DueEntry) error {
	err := r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		have, err := tx.Due(ctx, e.Kind, e.Object)
		if errs.Is(err, errs.NotFound) || err == nil && !have.At.Equal(e.At) {
			return nil
		}
		if err != nil {
			return err
		}
		z, err := tx.AnyZone(ctx, dname.Name(e.Name))
		if errs.Is(err, errs.NotFound) || err == nil && (int64(z.ID) != e.Object || !z.Signing.On) {
			return tx.DropDue(ctx, e.Kind, e.Object)
		}
		if err != nil {
			return err
		}
		return r.lookAfterKeys(ctx, tx, z)
	})
	if err == nil || ctx.Err() != nil {
		return err
	}
	r.cfg.Log.Error("the keys of a zone", "zone", e.Name, "err", err)
	return r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		e.Tries++
		e.Retry = tx.Wall().Add(backoff(e.Tries + 2))
		return tx.PutDue(ctx, e)
	})
}

// lookAfterKeys moves the keys of a zone along, sees to the parent's DS, signs what that changes, and enters when to look again.
func (r *Runner) lookAfterKeys(ctx context.Context, tx Tx, z zone.Zone) error {
	timing, err := storedTiming(ctx, tx, z)
	if err != nil {
		return err
	}
	keys, err := tx.ZoneKeys(ctx, z.ID)
	if err != nil {
		return err
	}
	now := tx.Registrar()
	roll := timing.Advance(keys, now)
	after := roll.Keys
	wanted, first := timing.Wanted(after, now)
	var soon time.Duration
	if _, waits := zone.DSSeen(after, wanted, now); waits && !first {
		var there bool
		if there, soon, err = r.parentHas(ctx, tx, z, wanted); err != nil {
			return err
		}
		if there {
			after, _ = zone.DSSeen(after, wanted, now)
		}
	}
	if err := r.putKeys(ctx, tx, z, keys, after); err != nil {
		return err
	}
	for _, role := range roll.New {
		k, err := r.newKey(ctx, tx, z, role, after)
		if err != nil {
			return err
		}
		if err := r.addKey(ctx, tx, z, &k); err != nil {
			return err
		}
		after = append(after, k)
	}
	if zone.Leaving(after) && !slices.ContainsFunc(after, func(k zone.Key) bool { return k.Role == zone.KSK && k.InZone() }) {
		return r.endSigning(ctx, tx, z, after)
	}
	if err := r.resign(ctx, tx, &z, after, "keys"); err != nil {
		return err
	}
	next := timing.Advance(after, now).Next // DSSeen and new keys bring moments of their own
	if soon > 0 && (next.IsZero() || now.Add(soon).Before(next)) {
		next = now.Add(soon)
	}
	if next.IsZero() {
		next = now.Add(lookLater)
	}
	return r.lookAt(ctx, tx, z, next)
}

// endSigning takes the signatures off a zone.
func (r *Runner) endSigning(ctx context.Context, tx Tx, z zone.Zone, keys []zone.Key) error {
	gone := slices.Clone(keys)
	for i := range gone {
		if gone[i].InZone() {
			gone[i].State, gone[i].Removed = zone.Removed, tx.Registrar()
		}
	}
	if err := r.putKeys(ctx, tx, z, keys, gone); err != nil {
		return err
	}
	old, err := tx.ExtraRecords(ctx, z.ID)
	if err != nil {
		return err
	}
	z.Signing.On = false
	if _, err := writeEntry(ctx, tx, &z, zone.NextSerial(z.Serial, tx.Registrar()), zone.Change{Remove: old}, "signing ends"); err != nil {
		return err
	}
	return errors.Join(tx.NoteSigned(ctx, z.ID, time.Time{}), tx.DropDue(ctx, DueZoneKey, int64(z.ID)))
}
