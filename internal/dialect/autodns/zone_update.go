package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
)

// zoneUpdate is task 0202: records, name servers and main address are replaced by those of the task. What it does not say of the SOA
// and of other settings stays (autodns-xml.md §13.4).
func zoneUpdate(ctx context.Context, t *task) (result, error) {
	v, err := t.theZone(ctx)
	if err != nil {
		return result{}, err
	}
	o, err := t.readZone(v.Origin, zoneOrder{soa: soaOrder{v.SOA, v.TTL}, aside: v.aside})
	if err != nil {
		return result{}, err
	}
	if err := t.sign(ctx, v.Zone, o.dnssec, true); err != nil {
		return result{}, err
	}
	records := plainRecords(o.records)
	cmd := command.UpdateZone{Origin: string(v.Origin), SOA: &o.soa.SOA, TTL: &o.soa.ttl, AllowXFR: o.allow, Comment: o.comment,
		Records: &command.ChangeZone{Replace: &records}, Note: note(o.aside)}
	z, err := do(ctx, t, cmd)
	if err == nil && !t.c.DryRun {
		err = t.sign(ctx, z, o.dnssec, false)
	}
	return t.done('S'), err
}
