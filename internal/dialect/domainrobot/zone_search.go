package domainrobot

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// zoneColumns are the keys of POST /zone/_search (domainrobot-json.md §8.5). platform is the first name server of the platform: that of
// zones that name none.
func zoneColumns(platform string) map[string]column {
	out := map[string]column{
		"name": {core: "origin", read: nameValue}, "origin": {core: "origin", read: nameValue}, "comment": {core: "comment"},
		"created": {core: "created", dates: true}, "updated": {core: "updated", dates: true}, "changed": {core: "updated", dates: true},
		"virtualnameserver": {core: "virtual_ns", exact: true, build: func(value string) (command.Filter, bool) {
			value = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(value), "."))
			f := command.Where("virtual_ns", command.Equal, value)
			if value == platform {
				return command.Filter{Any: []command.Filter{f, command.Where("virtual_ns", command.Equal, "")}}, true
			}
			return f, true
		}},
		"roid": {core: "id"},
	}
	for _, k := range []string{"dnssec", "mainip", "domainsafe", "action", "primary", "soa", "main", "nameservers", "resourcerecords", "grants", "wwwinclude", "updater", "purgetype", "nameservergroup"} {
		out[k] = column{}
	}
	for i := range internetx.MaxNameServers {
		out["secondary"+strconv.Itoa(i+1)] = column{}
	}
	return out
}

// zoneDefaults are the columns of a list without further keys (domainrobot-json.md §4).
var zoneDefaults = []string{"created", "updated", "owner", "origin", "idn", "nameServerGroup", "updater", "domainsafe", "wwwInclude", "virtualNameServer"}

// zoneItems are the items of a Zone object that some keys stand for under another name.
var zoneItems = map[string]string{"mainip": "main", "primary": "nameservers", "changed": "updated", "name": "origin"}

// zoneSearch is POST /zone/_search (0205).
func zoneSearch(ctx context.Context, d *Dialect, q *request) (answer, error) {
	page, err := d.findZones(ctx, q)
	if err != nil {
		return answer{}, err
	}
	only, whole := map[string]bool{}, false
	for _, k := range append(q.keys(), zoneDefaults...) {
		k = strings.ToLower(k)
		if item := zoneItems[k]; item != "" {
			k = item
		}
		if strings.HasPrefix(k, "secondary") {
			k = "nameservers"
		}
		only[k] = true
		whole = whole || k == "nameservers" || k == "main" || k == "resourcerecords"
	}
	data := make([]jsonx.Obj, len(page.Zones))
	for i, z := range page.Zones {
		v := zoneView{Zone: z, bare: true}
		if whole && z.Account == q.caller.Account.ID {
			full, err := d.zoneOf(ctx, q, string(z.Origin), "")
			if err != nil && !errs.Is(err, errs.NotFound) { // it may have gone since
				return answer{}, err
			}
			if err == nil {
				v = full
			}
		} else if err := d.readAside(ctx, &v); err != nil {
			return answer{}, err
		}
		data[i] = q.zoneJSON(v, only)
	}
	return list(classZone, page.Total, data), nil
}

// findZones finds zones by the Query object of the body.
func (d *Dialect) findZones(ctx context.Context, q *request) (command.ZonePage, error) {
	platform := ""
	if ns := d.run.Platform().NameServers; len(ns) > 0 {
		platform = ns[0]
	}
	s := &search{d: d, q: q, columns: zoneColumns(platform)}
	v, err := s.query(ctx)
	if err != nil {
		return command.ZonePage{}, err
	}
	return command.Do(ctx, d.run, q.caller, command.ListZones{Query: v.Query, Children: v.children})
}
