package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// Validity of signatures, in wall time.
const (
	sigValid   = 14 * 24 * time.Hour
	sigRefresh = 7 * 24 * time.Hour // with less left they are made anew
	sigEarly   = time.Hour          // they begin before now, for validators whose clocks go wrong
)

// signChange adds to a change of a zone what its signatures need. z has the serial and the settings that it will have. A zone
// that is to be signed and has no keys yet gets its first ones.
func (r *Runner) signChange(ctx context.Context, tx Tx, z zone.Zone, own zone.Change) (zone.Change, error) {
	if !z.Signing.On || z.Kind == zone.Secondary {
		return own, nil
	}
	keys, err := tx.ZoneKeys(ctx, z.ID)
	if err != nil {
		return own, err
	}
	if !anyInZone(keys) {
		if keys, err = r.firstKeys(ctx, tx, z); err != nil {
			return own, err
		}
		extra, err := r.signatures(ctx, tx, z, keys, own)
		return own.Join(extra), err
	}
	extra, err := r.amend(ctx, tx, z, keys, own)
	if errors.Is(err, zone.ErrWhole) {
		extra, err = r.signatures(ctx, tx, z, keys, own)
	}
	return own.Join(extra), err
}

func anyInZone(keys []zone.Key) bool {
	for _, k := range keys {
		if k.InZone() {
			return true
		}
	}
	return false
}

// signJob is a job without records and keys.
func signJob(tx Tx, z zone.Zone, own zone.Change) zone.SignJob {
	wall := tx.Wall()
	return zone.SignJob{Origin: z.Origin, SOA: z.SOA.Data(z.Serial), SOATTL: z.SOA.TTL, Minimum: z.SOA.Minimum, NSEC3: z.Signing.NSEC3,
		Touched: own.Touched(), Inception: wall.Add(-sigEarly), Expiration: wall.Add(sigValid), Refresh: wall.Add(sigRefresh)}
}

// signatures gives the change of the signer's own records that a change of the zone brings along, and keeps when they must be
// made anew.
func (r *Runner) signatures(ctx context.Context, tx Tx, z zone.Zone, keys []zone.Key, own zone.Change) (zone.Change, error) {
	if r.cfg.Signer == nil {
		return zone.Change{}, errors.New("zones cannot be signed here")
	}
	records, err := tx.Records(ctx, z.ID, "")
	if err != nil {
		return zone.Change{}, err
	}
	old, err := tx.ExtraRecords(ctx, z.ID)
	if err != nil {
		return zone.Change{}, err
	}
	records = zone.Apply(records, own)
	j := signJob(tx, z, own)
	j.Records, j.Old = records, old
	timing := timingOf(z, records)
	wanted, _ := timing.Wanted(keys, tx.Registrar())
	j.NoDS = zone.Leaving(keys)
	for _, k := range keys {
		if !k.InZone() {
			continue
		}
		s := zone.SignKey{KSK: k.Role == zone.KSK, Alg: k.Algorithm, Public: k.Public, Active: k.Signs()}
		for _, w := range wanted {
			s.CDS = s.CDS || w.ID == k.ID
		}
		if s.Active {
			if s.Private, err = r.privateKey(z, k); err != nil {
				return zone.Change{}, err
			}
		}
		j.Keys = append(j.Keys, s)
	}
	now, err := r.cfg.Signer.Sign(j)
	if err != nil {
		return zone.Change{}, err
	}
	resign, err := firstEnd(now)
	if err != nil {
		return zone.Change{}, err
	}
	return zone.Diff(old, now), tx.NoteSigned(ctx, z.ID, resign.Add(-sigRefresh))
}

func (r *Runner) privateKey(z zone.Zone, k zone.Key) (string, error) {
	private, err := r.cfg.Secrets.Open(k.Private, zoneKeyAAD(k))
	if err != nil {
		err = fmt.Errorf("key %d of %s: %w", k.Tag, z.Origin, err)
	}
	return private, err
}

// zoneKeyAAD binds a sealed private key to its zone and its public half.
func zoneKeyAAD(k zone.Key) string {
	return "zone_key/private/" + strconv.FormatInt(int64(k.Zone), 10) + "/" + k.Public
}

// firstEnd is when the first of the signatures ends.
func firstEnd(extra []zone.Record) (time.Time, error) {
	var first time.Time
	for _, x := range extra {
		if x.Type != "RRSIG" {
			continue
		}
		f := strings.Fields(x.Data)
		if len(f) < 5 {
			return first, errors.New("a signature without an end")
		}
		end, err := time.Parse("20060102150405", f[4])
		if err != nil {
			return first, err
		}
		if first.IsZero() || end.Before(first) {
			first = end
		}
	}
	return first, nil
}

// timingOf reckons with the longest TTL of a zone.
func timingOf(z zone.Zone, records []zone.Record) zone.Timing {
	ttl := 0
	for _, x := range records {
		ttl = max(ttl, x.TTL)
	}
	return timingFor(z, ttl)
}

func timingFor(z zone.Zone, ttl int) zone.Timing {
	return zone.TimingFor(time.Duration(max(z.SOA.TTL, z.SOA.Minimum, ttl)) * time.Second)
}

// storedTiming is timingOf for the records that are stored.
func storedTiming(ctx context.Context, tx Tx, z zone.Zone) (zone.Timing, error) {
	ttl, err := tx.LongestTTL(ctx, z.ID)
	return timingFor(z, ttl), err
}

// resign makes a zone's signatures anew as far as they need it and writes the outcome as a change of its own; nothing is written
// when only the serial would differ.
func (r *Runner) resign(ctx context.Context, tx Tx, z *zone.Zone, keys []zone.Key, why string) error {
	next := *z
	next.Serial = zone.NextSerial(z.Serial, tx.Registrar())
	extra, err := r.signatures(ctx, tx, next, keys, zone.Change{})
	if err != nil || onlySOA(extra) {
		return err
	}
	_, err = writeEntry(ctx, tx, z, next.Serial, extra, why)
	return err
}

// onlySOA reports whether nothing but the signature of the SOA record differs.
func onlySOA(c zone.Change) bool {
	for _, list := range [][]zone.Record{c.Remove, c.Add} {
		for _, x := range list {
			if x.Type != "RRSIG" || !strings.HasPrefix(x.Data, "SOA ") {
				return false
			}
		}
	}
	return true
}

// resignLease is the piece of work of making signatures anew, which one node does.
const resignLease = "resign"

// ResignZones makes signatures anew that end within a week of wall time, and gives how many zones that concerned. It goes on
// after a zone that fails and gives all errors in the end.
func (r *Runner) ResignZones(ctx context.Context) (int, error) {
	var failed []error
	done, tried := 0, map[dname.Name]bool{}
	for ctx.Err() == nil {
		due, err := r.cfg.Store.View().ResignBefore(ctx, r.cfg.Clocks.Wall(), len(tried)+100)
		if err != nil {
			failed = append(failed, err)
			break
		}
		due = slices.DeleteFunc(due, func(n dname.Name) bool { return tried[n] })
		if len(due) == 0 {
			break
		}
		if mine, err := r.takeResign(ctx); err != nil || !mine {
			return done, errors.Join(append(failed, err)...)
		}
		for _, origin := range due {
			tried[origin] = true
			if err := r.resignZone(ctx, origin); err != nil {
				failed = append(failed, fmt.Errorf("signing %s anew: %w", origin, err))
				continue
			}
			done++
		}
	}
	if len(tried) > 0 {
		failed = append(failed, r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.DropLease(ctx, resignLease, r.cfg.Node) }))
	}
	return done, errors.Join(failed...)
}

// takeResign takes the lease for a while, or renews it.
func (r *Runner) takeResign(ctx context.Context) (mine bool, err error) {
	err = r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		mine, err = tx.TakeLease(ctx, resignLease, r.cfg.Node, tx.Wall().Add(10*time.Minute))
		return err
	})
	return mine, err
}

func (r *Runner) resignZone(ctx context.Context, origin dname.Name) error {
	return r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		z, err := tx.AnyZone(ctx, origin)
		if errs.Is(err, errs.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		keys, err := tx.ZoneKeys(ctx, z.ID)
		if err != nil || !z.Signing.On || !anyInZone(keys) {
			return errors.Join(err, tx.NoteSigned(ctx, z.ID, time.Time{}))
		}
		return r.resign(ctx, tx, &z, keys, "signatures made anew")
	})
}
