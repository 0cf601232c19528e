package domainrobot

import (
	"context"
	"net/netip"
	"slices"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/zone"
)

// zonePatch is PATCH /zone/{name}/{virtualNameServer} (0202001): what the body has changes, all else stays.
func zonePatch(ctx context.Context, d *Dialect, q *request) (answer, error) {
	return retryChange(func() (answer, error) {
		v, err := d.zoneAt(ctx, q)
		if err != nil {
			return answer{}, err
		}
		p := newZonePatch(q, v)
		p.read()
		if err := p.z.Err(); err != nil {
			return answer{}, err
		}
		change, places := p.edit.change()
		cmd := command.UpdateZone{Origin: string(v.Origin), AllowXFR: p.allow, Records: &command.ChangeZone{Change: change}}
		if p.whole { // worked out from the present state
			cmd.Serial = &v.Serial
			cmd.SOA, cmd.TTL, cmd.Note = &p.soa, &p.ttl, &command.Note{Of: internetx.ZoneNote, Text: p.aside.Text()}
		}
		if _, err := command.Do(ctx, d.run, q.caller, cmd); err != nil {
			return answer{}, p.z.located(meanwhile(err), places)
		}
		return d.changedZone(ctx, q, v)
	})
}

// patch is a partial update of a zone on its way.
type patch struct {
	v     zoneView
	z     *zoneReader
	edit  *zoneEdit
	soa   zone.SOA
	ttl   int
	aside internetx.ZoneAside
	allow *[]netip.Prefix
	whole bool // more than single records and grants
}

func newZonePatch(q *request, v zoneView) *patch {
	z := newZoneReader(q, v.Origin, virtualNS(v.Zone))
	return &patch{v: v, z: z, edit: newZoneEdit(z, v), soa: v.SOA, ttl: v.TTL, aside: v.aside}
}

// read works the change out in the vendor's order: removals, search and replace, single values, additions (autodns-xml.md §13.4).
func (p *patch) read() {
	z, e := p.z, p.edit
	z.sameOrigin()
	z.keepsSigning(p.v.Signing.On)
	z.readRecords("resourceRecordsRem", 0)
	e.remove()
	p.modifiers()
	p.settings()
	p.grants()
	z.readRecords("resourceRecordsAdd", 0)
	z.freeText(0)
	e.take()
}

// settings reads what is given of SOA, name servers, main address and the whole list of records.
func (p *patch) settings() {
	z, e := p.z, p.edit
	if z.v.Get("soa").Given() {
		p.whole = true
		z.soa(&p.soa, &p.ttl)
		p.newTTL()
	}
	if list, _ := z.objects("nameServers"); len(list) > 0 {
		p.whole = true
		e.drop(isApexServer)
		z.servers(p.ttl)
	}
	if list, _ := z.objects("resourceRecords"); len(list) > 0 {
		p.whole = true
		apex, www := zoneView{Zone: p.v.Zone, records: p.v.records, aside: p.aside}.main()
		e.drop(func(x zone.Record) bool {
			return !isApexServer(x) && !(apex != nil && x.ID == apex.ID) && !(www != nil && x.ID == www.ID)
		})
		z.readRecords("resourceRecords", p.ttl)
	}
	e.take()
	if z.v.Get("main").Given() || z.v.Get("wwwInclude").Given() {
		p.whole = true
		p.main()
	}
	if z.action != "" {
		p.whole, p.aside.Action = true, z.action
	}
}

// newTTL gives the zone's TTL to the records that had the old one, which are those without one of their own.
func (p *patch) newTTL() {
	if p.ttl == p.v.TTL {
		return
	}
	p.edit.ttl = p.ttl
	p.edit.rewrite(p.z.at("soa.ttl"), func(x zone.Record) (zone.Record, bool) {
		own := x.TTL != p.v.TTL
		x.TTL = p.ttl
		return x, !own
	})
}

// main puts another main address in place of the present one, or takes it away.
func (p *patch) main() {
	next := p.aside
	ttl := 0
	if p.z.v.Get("main").Given() {
		next.Main, ttl = p.z.mainAddress()
	}
	if www, given := p.z.flag("wwwInclude"); given {
		next.WWW = www
	}
	next.WWW = next.WWW && next.Main != ""
	if p.z.Err() != nil {
		return
	}
	p.edit.setMain(p.aside, next, ttl)
	p.aside = next
}

// setMain has the records follow a change of the main address. ttl 0 keeps that of the present one.
func (e *zoneEdit) setMain(was, next internetx.ZoneAside, ttl int) {
	typ := zone.Type(internetx.MainType(next.Main))
	for i, want := range []struct {
		name string
		is   bool
	}{{zone.Apex, next.Main != ""}, {"www", next.WWW}} {
		x := zone.Record{Name: want.name, Type: typ, TTL: ttl, Data: next.Main}
		at := slices.IndexFunc(e.work, func(w edited) bool {
			a, b := was.IsMain(w.now.Name, string(w.now.Type), w.now.Data)
			return []bool{a, b}[i]
		})
		if at >= 0 {
			if x.TTL == 0 {
				x.TTL = e.work[at].now.TTL
			}
			old := e.work[at].now
			e.drop(func(have zone.Record) bool {
				return have.Name == old.Name && have.Type == old.Type && have.Data == old.Data
			})
		}
		if !want.is {
			continue
		}
		if x.TTL == 0 {
			x.TTL = e.ttl
		}
		e.drop(func(have zone.Record) bool { return have.Name == x.Name && have.Type == x.Type && have.Data == x.Data })
		e.work = append(e.work, edited{now: x, place: place{e.z.at("main.address"), next.Main}})
	}
}

// grants reads who may have the zone by AXFR, whole or as additions and removals.
func (p *patch) grants() {
	list, given := p.z.readGrants()
	if !given {
		list = slices.Clone(p.v.AllowXFR)
	}
	more, adds := p.z.grants("zoneGrantsAdd")
	less, rems := p.z.grants("zoneGrantsRem")
	if !given && !adds && !rems {
		return
	}
	list = slices.DeleteFunc(list, func(x netip.Prefix) bool { return slices.Contains(less, x) })
	for _, x := range more {
		if !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	p.allow = &list
}
