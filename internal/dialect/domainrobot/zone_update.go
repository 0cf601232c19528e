package domainrobot

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
)

// zoneUpdate is PUT /zone/{name}[/{virtualNameServer}] (0202): what the body holds replaces the records; records and a main address
// that are not in it go. Name servers, SOA and grants stay where the body has none (domainrobot-json.md §8.5).
func zoneUpdate(ctx context.Context, d *Dialect, q *request) (answer, error) {
	v, err := d.zoneAt(ctx, q)
	if err != nil {
		return answer{}, err
	}
	z := newZoneReader(q, v.Origin, virtualNS(v.Zone))
	z.sameOrigin()
	soa, ttl, aside := v.SOA, v.TTL, v.aside
	z.soa(&soa, &ttl)
	z.servers(ttl)
	z.readRecords("resourceRecords", ttl)
	z.freeText(ttl)
	main, mainTTL := z.mainAddress()
	if mainTTL == 0 {
		mainTTL = ttl
	}
	if www, given := z.flag("wwwInclude"); given {
		aside.WWW = www
	}
	if z.action != "" {
		aside.Action = z.action
	}
	aside.Main = main
	aside.WWW = aside.WWW && main != ""
	z.putMain(aside, mainTTL)
	cmd := command.UpdateZone{Origin: string(v.Origin), SOA: &soa, TTL: &ttl, Records: &command.ChangeZone{Replace: &z.records},
		Note: &command.Note{Of: internetx.ZoneNote, Text: aside.Text()}}
	if grants, given := z.readGrants(); given {
		cmd.AllowXFR = &grants
	}
	if err := z.Err(); err != nil {
		return answer{}, err
	}
	if _, err := z.sign(ctx, d, v.Zone, true); err != nil {
		return answer{}, err
	}
	if _, err := command.Do(ctx, d.run, q.caller, cmd); err != nil {
		return answer{}, z.located(err, z.places)
	}
	if _, err := z.sign(ctx, d, v.Zone, false); err != nil {
		return answer{}, err
	}
	return d.changedZone(ctx, q, v)
}

// sameOrigin holds that a body that names an origin means the zone of the address.
func (z *zoneReader) sameOrigin() {
	text, given := z.text("origin")
	if !given || strings.TrimSpace(text) == "" {
		return
	}
	if n, err := dname.Parse(strings.TrimSuffix(strings.TrimSpace(text), ".")); err != nil || n != z.origin {
		z.Add(bad(errs.Invalid, z.at("origin"), text, "is not the zone of the address"))
	}
}

// changedZone answers with the zone as it has become; a dry run has changed nothing, and its answer has no data.
func (d *Dialect) changedZone(ctx context.Context, q *request, v zoneView) (answer, error) {
	if q.caller.DryRun {
		return one(classZone, string(v.Origin)), nil
	}
	return d.zoneAnswer(ctx, q, string(v.Origin))
}
