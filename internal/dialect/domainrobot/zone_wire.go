package domainrobot

import (
	"net/netip"
	"strings"

	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneView is a zone as this interface sees it.
type zoneView struct {
	zone.Zone
	records []zone.Record
	bare    bool // the records are not there
	aside   internetx.ZoneAside
}

// virtualNS is the first name server of the system that has the zone: its key beside the origin.
func virtualNS(z zone.Zone) string {
	if z.VirtualNS != "" {
		return z.VirtualNS
	}
	return string(z.SOA.MName)
}

// main are the records that are told as the main address; nil where they are not there.
func (v zoneView) main() (apex, www *zone.Record) {
	for i, x := range v.records {
		a, w := v.aside.IsMain(x.Name, string(x.Type), x.Data)
		switch {
		case a:
			apex = &v.records[i]
		case w:
			www = &v.records[i]
		}
	}
	if apex == nil {
		return nil, nil
	}
	return apex, www
}

// zoneJSON writes a Zone object in the form of the vendor's captures (domainrobot-json.md §9.4, §13); only says which items, nil for all.
func (q *request) zoneJSON(v zoneView, only map[string]bool) jsonx.Obj {
	var o jsonx.Obj
	add := func(name string, value any, given bool) {
		if given && (only == nil || only[strings.ToLower(name)]) {
			o.Add(name, value)
		}
	}
	own := v.Account == q.caller.Account.ID
	ns := virtualNS(v.Zone)
	apex, www := v.main()
	add("created", stamp(v.Created), true)
	add("updated", stamp(changed(v.Created, v.Updated)), true)
	add("origin", string(v.Origin), true)
	add("idn", v.Origin.Unicode(), v.Origin.Unicode() != string(v.Origin))
	add("soa", jsonx.Obj{{"refresh", v.SOA.Refresh}, {"retry", v.SOA.Retry}, {"expire", v.SOA.Expire}, {"ttl", v.TTL}, {"email", internetx.Email(v.SOA.RName)}}, v.Kind == zone.Primary)
	add("dnssec", true, v.Signing.On)
	add("nameServerGroup", internetx.NameServerGroup(ns), true)
	add("allowTransfer", true, len(v.AllowXFR) > 0)
	add("owner", q.owner.json(), own)
	add("updater", q.owner.json(), own)
	add("comment", v.Comment, v.Comment != "")
	add("domainsafe", false, true)
	add("purgeType", "DISABLED", true)
	add("nameServers", v.serversJSON(), !v.bare)
	if apex != nil {
		m := jsonx.Obj{{"address", apex.Data}}
		m.AddIf(apex.TTL != v.TTL, "ttl", apex.TTL)
		add("main", m, true)
	}
	add("wwwInclude", www != nil || v.bare && v.aside.Main != "" && v.aside.WWW, true)
	add("virtualNameServer", ns, true)
	add("action", v.action(), true)
	grants := make([]string, len(v.AllowXFR))
	for i, p := range v.AllowXFR {
		grants[i] = grantText(p)
	}
	add("grants", grants, len(grants) > 0)
	add("resourceRecords", v.recordsJSON(apex, www), !v.bare)
	add("roid", int64(v.ID), true)
	return o
}

// action is what the name servers do with the zone, in the vendor's words.
func (v zoneView) action() string {
	switch {
	case v.Kind == zone.Secondary:
		return "SECONDARY"
	case v.aside.Action != "":
		return v.aside.Action
	}
	return "COMPLETE"
}

func isApexServer(x zone.Record) bool { return x.Name == zone.Apex && x.Type == "NS" }

func (v zoneView) serversJSON() []jsonx.Obj {
	out := []jsonx.Obj{}
	for _, x := range v.records {
		if isApexServer(x) {
			o := jsonx.Obj{{"name", strings.TrimSuffix(x.Data, ".")}}
			o.AddIf(x.TTL != v.TTL, "ttl", x.TTL)
			out = append(out, o)
		}
	}
	return out
}

// recordsJSON are all records but the name servers of the origin and the main address.
func (v zoneView) recordsJSON(apex, www *zone.Record) []jsonx.Obj {
	out := []jsonx.Obj{}
	for i, x := range v.records {
		if p := &v.records[i]; isApexServer(x) || p == apex || p == www {
			continue
		}
		r := internetx.ShownRecord(x.Name, string(x.Type), x.Data)
		o := jsonx.Obj{{"name", r.Name}}
		o.AddIf(x.TTL != v.TTL, "ttl", x.TTL)
		o.Add("type", r.Type)
		o.Add("value", r.Value)
		if r.Pref != nil {
			o.Add("pref", *r.Pref)
		}
		out = append(out, o)
	}
	return out
}

// grantText is an address where a prefix is one.
func grantText(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}
