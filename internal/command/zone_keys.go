package command

import (
	"context"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// SignedZone is the state of a zone's signing.
type SignedZone struct {
	Zone zone.Zone
	// Keys without their private halves, by number; removed ones are left out.
	Keys []zone.Key
	// DS is what the parent shall have, and Trust what the keys are that validators may start from: the KSKs that sign.
	DS    []domain.DS
	Trust []domain.Key
	// Waits is set while the parent is to change its DS records.
	Waits bool
	// Leaving is set from UnsignZone on until the signatures are gone.
	Leaving bool
	Next    time.Time // registrar time at which something happens next; zero: never
}

// SignZone signs a primary zone: its keys are made, and rolled from then on. A zone that is signed already may change between NSEC
// and NSEC3. Errors: NotFound and NotOwned (field "zone"), Invalid (field "algorithm"), WrongState (a secondary; another algorithm
// than the present one; while the zone is being unsigned).
type SignZone struct {
	Origin    string
	Algorithm int // 13 or 15; 0: the present one, or 13
	NSEC3     bool
}

func (SignZone) need() account.Access { return account.Modify }

func (cmd SignZone) run(ctx context.Context, r *Runner, c Caller) (SignedZone, error) {
	if cmd.Algorithm != 0 && cmd.Algorithm != zone.ECDSAP256 && cmd.Algorithm != zone.Ed25519 {
		return SignedZone{}, errs.F(errs.Invalid, "algorithm", "must be 13 (ECDSA P-256) or 15 (Ed25519)")
	}
	return r.onKeys(ctx, c, cmd.Origin, func(ctx context.Context, tx Tx, z *zone.Zone, keys []zone.Key) error {
		present := anyInZone(keys)
		switch {
		case z.Kind == zone.Secondary:
			return errs.F(errs.WrongState, "zone", "%s comes from other servers, which sign it or not", z.Origin)
		case r.cfg.Signer == nil:
			return errs.F(errs.Forbidden, "zone", "zones cannot be signed here")
		case z.Signing.On && present && zone.Leaving(keys):
			return errs.F(errs.WrongState, "zone", "%s is being unsigned", z.Origin)
		case z.Signing.On && present && cmd.Algorithm != 0 && cmd.Algorithm != z.Signing.Algorithm:
			return errs.F(errs.WrongState, "algorithm", "%s is signed with algorithm %d: unsign it first", z.Origin, z.Signing.Algorithm)
		case z.Signing.On && present && cmd.NSEC3 == z.Signing.NSEC3:
			return nil
		}
		if !present {
			if z.Signing.Algorithm = cmd.Algorithm; cmd.Algorithm == 0 {
				z.Signing.Algorithm = zone.ECDSAP256
			}
		}
		z.Signing.On, z.Signing.NSEC3 = true, cmd.NSEC3
		if !present {
			var err error
			if keys, err = r.firstKeys(ctx, tx, *z); err != nil {
				return err
			}
		}
		return r.resign(ctx, tx, z, keys, zoneActor(c))
	})
}

// UnsignZone takes the DS records away from the parent and, once nobody can have them any more, the signatures off the zone. Now
// does both at once: validators refuse the zone as long as they remember its DS. Errors as of SignZone; Busy (Now: another order for
// the name is open).
type UnsignZone struct {
	Origin string
	Now    bool
}

func (UnsignZone) need() account.Access { return account.Modify }

func (cmd UnsignZone) run(ctx context.Context, r *Runner, c Caller) (SignedZone, error) {
	return r.onKeys(ctx, c, cmd.Origin, func(ctx context.Context, tx Tx, z *zone.Zone, keys []zone.Key) error {
		if !z.Signing.On {
			return nil
		}
		if cmd.Now || !anyInZone(keys) {
			if err := r.dropDS(ctx, tx, *z); err != nil {
				return err
			}
			return r.endSigning(ctx, tx, *z, keys)
		}
		timing, err := storedTiming(ctx, tx, *z)
		if err != nil {
			return err
		}
		_, unseen := timing.Wanted(keys, tx.Registrar())
		after := slices.Clone(keys)
		for i := range after {
			k := &after[i]
			if k.Role != zone.KSK || k.State != zone.Published && k.State != zone.Active {
				continue
			}
			k.State, k.Retired = zone.Retired, tx.Registrar()
			if unseen { // nobody has been asked for its DS
				k.DSGone = k.Published.Add(-365 * 24 * time.Hour)
			}
		}
		if err := r.putKeys(ctx, tx, *z, keys, after); err != nil {
			return err
		}
		return r.lookAfterKeys(ctx, tx, *z)
	})
}

// ZoneKeys tells the state of a zone's keys. Errors: NotFound and NotOwned (field "zone").
type ZoneKeys struct{ Origin string }

func (ZoneKeys) need() account.Access { return account.Read }

func (cmd ZoneKeys) run(ctx context.Context, r *Runner, c Caller) (SignedZone, error) {
	view := r.cfg.Store.View()
	z, err := ownZone(ctx, view, c, cmd.Origin)
	if err != nil {
		return SignedZone{}, err
	}
	return r.signingOf(ctx, view, z)
}

// ConfirmDS says that the parent has the DS records that SignedZone.DS shows, and no others: for names that are not held here,
// whose parent follows CDS records or is told by hand. Errors as of SignZone; WrongState while nothing waits for it.
type ConfirmDS struct{ Origin string }

func (ConfirmDS) need() account.Access { return account.Modify }

func (cmd ConfirmDS) run(ctx context.Context, r *Runner, c Caller) (SignedZone, error) {
	return r.onKeys(ctx, c, cmd.Origin, func(ctx context.Context, tx Tx, z *zone.Zone, keys []zone.Key) error {
		timing, err := storedTiming(ctx, tx, *z)
		if err != nil {
			return err
		}
		wanted, first := timing.Wanted(keys, tx.Registrar())
		after, changed := zone.DSSeen(keys, wanted, tx.Registrar())
		if !z.Signing.On || first || !changed {
			return errs.F(errs.WrongState, "zone", "%s waits for no change of its DS records", z.Origin)
		}
		if err := r.putKeys(ctx, tx, *z, keys, after); err != nil {
			return err
		}
		return r.lookAfterKeys(ctx, tx, *z)
	})
}

// RollKey begins to replace the active key of a role before its time. Errors as of SignZone; WrongState while a roll of the role
// is under way or the zone is not signed.
type RollKey struct {
	Origin string
	Role   zone.KeyRole
}

func (RollKey) need() account.Access { return account.Modify }

func (cmd RollKey) run(ctx context.Context, r *Runner, c Caller) (SignedZone, error) {
	if cmd.Role != zone.KSK && cmd.Role != zone.ZSK {
		return SignedZone{}, errs.F(errs.Invalid, "role", "must be ksk or zsk")
	}
	return r.onKeys(ctx, c, cmd.Origin, func(ctx context.Context, tx Tx, z *zone.Zone, keys []zone.Key) error {
		waits := func(k zone.Key) bool { return k.Role == cmd.Role && k.State == zone.Published }
		if !z.Signing.On || !anyInZone(keys) || zone.Leaving(keys) || slices.ContainsFunc(keys, waits) {
			return errs.F(errs.WrongState, "zone", "no %s of %s can be replaced now", cmd.Role, z.Origin)
		}
		k, err := r.newKey(ctx, tx, *z, cmd.Role, keys)
		if err != nil {
			return err
		}
		if err := r.addKey(ctx, tx, *z, &k); err != nil {
			return err
		}
		return r.lookAfterKeys(ctx, tx, *z)
	})
}

// onKeys runs a change of a zone's keys in a transaction and gives the state after it; a dry run leaves everything as it is.
func (r *Runner) onKeys(ctx context.Context, c Caller, origin string, do func(context.Context, Tx, *zone.Zone, []zone.Key) error) (out SignedZone, err error) {
	err = r.onZones(ctx, c, func(ctx context.Context, tx Tx) error {
		z, err := ownZone(ctx, tx, c, origin)
		if err != nil {
			return err
		}
		keys, err := tx.ZoneKeys(ctx, z.ID)
		if err != nil {
			return err
		}
		if err := do(ctx, tx, &z, keys); err != nil {
			return err
		}
		if z, err = tx.ZoneByID(ctx, z.ID); err != nil {
			return err
		}
		out, err = r.signingOf(ctx, tx, z)
		return err
	})
	return out, err
}

func (r *Runner) signingOf(ctx context.Context, tx Tx, z zone.Zone) (SignedZone, error) {
	out := SignedZone{Zone: z}
	if !z.Signing.On {
		return out, nil
	}
	keys, err := tx.ZoneKeys(ctx, z.ID)
	if err != nil {
		return out, err
	}
	timing, err := storedTiming(ctx, tx, z)
	if err != nil {
		return out, err
	}
	wanted, first := timing.Wanted(keys, tx.Registrar())
	_, out.Waits = zone.DSSeen(keys, wanted, tx.Registrar())
	out.Waits = out.Waits && !first
	out.Leaving = anyInZone(keys) && zone.Leaving(keys)
	if ds, err := r.delegationSigner(z, wanted, false); err != nil {
		return out, err
	} else if ds != nil {
		out.DS = ds.DS
	}
	for _, k := range keys {
		if k.Role == zone.KSK && k.Signs() {
			out.Trust = append(out.Trust, r.cfg.Signer.DNSKEY(zone.SignKey{KSK: true, Alg: k.Algorithm, Public: k.Public}))
		}
		if k.Private = ""; k.InZone() {
			out.Keys = append(out.Keys, k)
		}
	}
	switch e, err := tx.Due(ctx, DueZoneKey, int64(z.ID)); {
	case err == nil:
		out.Next = e.At
	case !errs.Is(err, errs.NotFound):
		return out, err
	}
	return out, nil
}
