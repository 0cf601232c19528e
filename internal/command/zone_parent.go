package command

import (
	"context"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/zone"
)

// parentHas reports whether the parent has the DS records of exactly the wanted keys. Where the name is the account's own here
// and delegated to this zone's servers, an update is ordered when it has not; soon is when to look again, 0 for never mind.
func (r *Runner) parentHas(ctx context.Context, tx Tx, z zone.Zone, wanted []zone.Key) (there bool, soon time.Duration, err error) {
	d, err := tx.AnyDomain(ctx, z.Environment, z.Origin)
	if errs.Is(err, errs.NotFound) {
		return false, lookLater, nil
	}
	if err != nil {
		return false, 0, err
	}
	if all, _, err := delegatedHere(ctx, tx, z, d); err != nil || !all && len(wanted) > 0 {
		return false, lookLater, err
	}
	reg, err := r.cfg.Registries.Named(d.Registry)
	if err != nil {
		return false, 0, err
	}
	caps := reg.Capabilities()
	if !caps.DNSSEC || d.Account != z.Account || !d.Deleted.IsZero() {
		return false, lookLater, nil
	}
	want, err := r.delegationSigner(z, wanted, caps.DNSSECKeys)
	if err != nil {
		return false, 0, err
	}
	if sameDNSSEC(d.DNSSEC, want) {
		return true, 0, nil
	}
	switch _, err := tx.OpenOrder(ctx, d.Environment, "domain", string(d.Name)); {
	case err == nil:
		return false, lookSoon, nil // another order is under way
	case !errs.Is(err, errs.NotFound):
		return false, 0, err
	}
	return false, lookSoon, r.orderDS(ctx, tx, d, intent{DNSSEC: want, ForKeys: true})
}

// orderDS orders an update of a name's DNSSEC data. A lock that the account has set on updates is no reason to break the name: it is
// taken off for the update, and put back by the one that follows.
func (r *Runner) orderDS(ctx context.Context, tx Tx, d domain.Domain, in intent) error {
	in.SetDNSSEC = true
	if d.Has(domain.ClientUpdateProhibit) {
		in.RemStatus = []string{domain.ClientUpdateProhibit}
	}
	return r.followUp(ctx, tx, d, in)
}

// delegatedHere reports whether all of a name's servers are those of the zone, and whether none is: a DS record for a zone that is
// served elsewhere would break the name.
func delegatedHere(ctx context.Context, tx Tx, z zone.Zone, d domain.Domain) (all, none bool, err error) {
	apex, err := tx.Records(ctx, z.ID, zone.Apex)
	if err != nil {
		return false, false, err
	}
	here := 0
	for _, s := range d.Servers {
		if slices.ContainsFunc(apex, func(x zone.Record) bool { return x.Type == "NS" && x.Data == string(s.Name)+"." }) {
			here++
		}
	}
	return here > 0 && here == len(d.Servers), here == 0, nil
}

// delegationSigner is what a registry is to have for keys.
func (r *Runner) delegationSigner(z zone.Zone, keys []zone.Key, asKeys bool) (*domain.DNSSEC, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	out := &domain.DNSSEC{}
	for _, k := range keys {
		s := zone.SignKey{KSK: true, Alg: k.Algorithm, Public: k.Public}
		if asKeys {
			out.Keys = append(out.Keys, r.cfg.Signer.DNSKEY(s))
			continue
		}
		ds, err := r.cfg.Signer.DS(z.Origin, s)
		if err != nil {
			return nil, err
		}
		out.DS = append(out.DS, ds)
	}
	return out, nil
}

// signedZoneOf is the signed zone of a name, where it is of the same account; false: there is none.
func signedZoneOf(ctx context.Context, tx Tx, d domain.Domain) (zone.Zone, bool, error) {
	z, err := tx.AnyZone(ctx, d.Name)
	if errs.Is(err, errs.NotFound) || err == nil && (z.Account != d.Account || !z.Signing.On) {
		return z, false, nil
	}
	return z, err == nil, err
}

// lookAtZoneOf has the keys of a domain's zone looked at after a while: at once when the registry has other DNSSEC data.
func (r *Runner) lookAtZoneOf(ctx context.Context, tx Tx, d domain.Domain, in time.Duration) error {
	z, ok, err := signedZoneOf(ctx, tx, d)
	if err != nil || !ok {
		return err
	}
	return r.lookAt(ctx, tx, z, tx.Registrar().Add(in))
}

// followZone has a signed zone follow an update of its name.
func (r *Runner) followZone(ctx context.Context, tx Tx, o *order.Order, in intent, d domain.Domain) error {
	if in.SetDNSSEC && isSystem(*o) && slices.Contains(in.RemStatus, domain.ClientUpdateProhibit) {
		if err := r.followUp(ctx, tx, d, intent{AddStatus: []string{domain.ClientUpdateProhibit}}); err != nil {
			return err
		}
	}
	switch {
	case in.Delegate:
		return r.delegated(ctx, tx, d)
	case in.SetDNSSEC && isSystem(*o) && !in.ForKeys: // what dropDS has ordered, maybe long ago
		return r.registeredAnew(ctx, tx, d)
	case in.SetDNSSEC:
		return r.lookAtZoneOf(ctx, tx, d, 0)
	}
	return nil
}

// delegated sees to the DS records of a name that has other servers than before: those of a zone that none of them has break the
// name, and are wanted again when it comes back.
func (r *Runner) delegated(ctx context.Context, tx Tx, d domain.Domain) error {
	z, ok, err := signedZoneOf(ctx, tx, d)
	if err != nil || !ok {
		return err
	}
	_, none, err := delegatedHere(ctx, tx, z, d)
	if err != nil {
		return err
	}
	if !none {
		return r.lookAt(ctx, tx, z, tx.Registrar())
	}
	if err := r.dropDS(ctx, tx, z); err != nil {
		return err
	}
	return r.parentLost(ctx, tx, z)
}

// registeredAnew has the registry asked for the DS records of a name that has just come here and whose zone was signed before.
func (r *Runner) registeredAnew(ctx context.Context, tx Tx, d domain.Domain) error {
	z, ok, err := signedZoneOf(ctx, tx, d)
	if err != nil || !ok {
		return err
	}
	return r.parentLost(ctx, tx, z)
}

// parentLost notes that the parent has no DS records of a zone any more.
func (r *Runner) parentLost(ctx context.Context, tx Tx, z zone.Zone) error {
	keys, err := tx.ZoneKeys(ctx, z.ID)
	if err != nil {
		return err
	}
	if err := r.putKeys(ctx, tx, z, keys, zone.DSLost(keys)); err != nil {
		return err
	}
	return r.lookAt(ctx, tx, z, tx.Registrar())
}

// dropDS has the registry forget the DS records of a zone's keys, where it has any. Errors: Busy (another order for the name is open).
func (r *Runner) dropDS(ctx context.Context, tx Tx, z zone.Zone) error {
	d, err := tx.AnyDomain(ctx, z.Environment, z.Origin)
	if errs.Is(err, errs.NotFound) || err == nil && (d.Account != z.Account || !d.Deleted.IsZero() || d.DNSSEC.Empty()) {
		return nil
	}
	if err != nil || r.cfg.Signer == nil {
		return err
	}
	keys, err := tx.ZoneKeys(ctx, z.ID)
	if err != nil {
		return err
	}
	rest := &domain.DNSSEC{DS: slices.Clone(d.DNSSEC.DS), Keys: slices.Clone(d.DNSSEC.Keys)}
	for _, k := range keys {
		if k.Role != zone.KSK {
			continue
		}
		s := zone.SignKey{KSK: true, Alg: k.Algorithm, Public: k.Public}
		ds, err := r.cfg.Signer.DS(z.Origin, s)
		if err != nil {
			return err
		}
		rest.DS = slices.DeleteFunc(rest.DS, ds.Same)
		rest.Keys = slices.DeleteFunc(rest.Keys, func(x domain.Key) bool { return x == r.cfg.Signer.DNSKEY(s) })
	}
	switch {
	case sameDNSSEC(rest, d.DNSSEC):
		return nil
	case rest.Empty():
		rest = nil
	}
	return r.orderDS(ctx, tx, d, intent{DNSSEC: rest})
}
