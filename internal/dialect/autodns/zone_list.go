package autodns

import (
	"context"
	"strconv"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneColumns are the keys of the zone list (autodns-xml.md §5.2).
var zoneColumns = map[string]column{
	"name": {core: "origin", text: nameValue}, "system_ns": {core: "virtual_ns", text: nameValue}, "comment": {core: "comment"},
	"created": {core: "created", dates: true}, "changed": {core: "updated", dates: true}, "updated": {core: "updated", dates: true},
	"domainsafe": {always: "false"},
}

// zoneList is task 0205 without a name (autodns-xml.md §13.4).
func zoneList(ctx context.Context, t *task) (result, error) {
	l := &listing{t: t, columns: zoneColumns}
	p, err := l.page(ctx)
	if err != nil {
		return result{}, err
	}
	apex := map[zone.ID][]zone.Record{}
	found, total, err := collect(ctx, p, func(ctx context.Context, q command.Query) ([]zone.Zone, command.Page, error) {
		got, err := do(ctx, t, command.ListZones{Query: q, Children: p.children, Apex: true})
		for id, records := range got.Apex {
			apex[id] = records
		}
		return got.Zones, got.Page, err
	})
	if err != nil {
		return result{}, err
	}
	only := t.keys()
	out := make([]el, len(found))
	for i, z := range found {
		v := zoneView{Zone: z, records: apex[z.ID]}
		if v.aside, err = t.aside(ctx, z); err != nil {
			return result{}, err
		}
		kids, err := t.listedZone(ctx, v, only)
		if err != nil {
			return result{}, err
		}
		out[i] = block("zone", kids...)
	}
	return listed(total, out), nil
}

// listedZone are the children of a zone in a list. No other name may stand there unless asked for: one client takes whatever name it
// finds for the zone's.
func (t *task) listedZone(ctx context.Context, v zoneView, only map[string]bool) ([]el, error) {
	z := v.Zone
	out := append([]el{leaf("changed", stamp(changed(z.Created, z.Updated))), leaf("created", stamp(z.Created))}, nameEls(z)...)
	out = append(out, some(leaf("comment", z.Comment))...)
	if main, _, ok := v.main(); ok {
		out = append(out, leaf("mainip", main.Data))
	}
	for i, name := range v.servers() {
		key := "primary"
		if i > 0 {
			key = "secondary" + strconv.Itoa(i)
		}
		out = append(out, leaf(key, name))
	}
	if only["dnssec"] {
		out = append(out, leaf("dnssec", bit(z.Signing.On)))
	}
	if only["soa"] {
		out = append(out, soaEl(z))
	}
	own := z.Account == t.c.Account.ID
	if only["rr"] && own {
		whole, err := do(ctx, t, command.ZoneInfo{Origin: string(z.Origin)})
		if missing(err) { // it has gone meanwhile
			err = nil
		}
		if err != nil {
			return nil, err
		}
		v.records = whole.Records
		_, _, hasMain := v.main()
		for _, r := range v.records {
			if v.own(r, hasMain) {
				out = append(out, recordEl(r))
			}
		}
	}
	out = append(out, leaf("domainsafe", "0"))
	if own {
		out = append(out, t.q.owner.el("owner"), t.q.owner.el("updated_by"))
	}
	return append(out, leaf("system_ns", systemNS(z)), leaf("ns_action", actionOf(v))), nil
}
