package command

import (
	"context"
	"slices"

	"github.com/polyreg/polyreg/internal/zone"
)

// amendUpTo is how many names a change may concern to be signed without a look at the others.
const amendUpTo = 100

// amend gives the change of the signer's own records that a change of some names of a signed zone brings along; what it costs does not
// grow with the zone. When signatures must be made anew stays as it is: new ones last longer than those that are there. Errors:
// zone.ErrWhole (the whole zone is to be signed).
func (r *Runner) amend(ctx context.Context, tx Tx, z zone.Zone, keys []zone.Key, own zone.Change) (zone.Change, error) {
	names := recordNames(own.Remove, own.Add)
	if len(names) == 0 || len(names) > amendUpTo || r.cfg.Signer == nil {
		return zone.Change{}, zone.ErrWhole
	}
	was, err := tx.ZoneByID(ctx, z.ID)
	if err != nil {
		return zone.Change{}, err
	}
	if was.Signing != z.Signing || was.SOA.TTL != z.SOA.TTL || was.SOA.Minimum != z.SOA.Minimum {
		return zone.Change{}, zone.ErrWhole
	}
	a := zone.Amendment{SignJob: signJob(tx, z, own), Names: names, Chain: chainOf{ctx, tx, z.ID}}
	if a.Old, err = tx.ExtraAt(ctx, z.ID, append([]string{zone.Apex}, names...)); err != nil {
		return zone.Change{}, err
	}
	near, err := tx.RecordsAt(ctx, z.ID, withAncestors(names))
	if err != nil {
		return zone.Change{}, err
	}
	a.Before = recordsOf(near, names)
	near = zone.Apply(near, own)
	a.Records = recordsOf(near, names)
	for _, x := range near {
		if x.Type == "NS" && x.Name != zone.Apex {
			a.Cuts = append(a.Cuts, x.Name)
		}
	}
	for _, k := range keys {
		if k.Role != zone.ZSK || !k.Signs() {
			continue
		}
		private, err := r.privateKey(z, k)
		if err != nil {
			return zone.Change{}, err
		}
		a.Keys = append(a.Keys, zone.SignKey{Alg: k.Algorithm, Public: k.Public, Private: private, Active: true})
	}
	return r.cfg.Signer.Amend(a)
}

func recordsOf(rs []zone.Record, names []string) []zone.Record {
	var out []zone.Record
	for _, x := range rs {
		if slices.Contains(names, x.Name) {
			out = append(out, x)
		}
	}
	return out
}

// chainOf reads the chain of a zone in a transaction (zone.Chain).
type chainOf struct {
	ctx context.Context
	tx  Tx
	id  zone.ID
}

func (c chainOf) At(key string) ([]zone.Record, error)     { return c.tx.ChainAt(c.ctx, c.id, key) }
func (c chainOf) Before(key string) ([]zone.Record, error) { return c.tx.ChainBefore(c.ctx, c.id, key) }
func (c chainOf) Holds(name string, except []string) (bool, error) {
	return c.tx.HoldsBelow(c.ctx, c.id, name, except)
}
