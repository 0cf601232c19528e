package seed

import (
	"errors"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

func (c *compiler) zonesAll() {
	for i := range c.root.Zones {
		z, path := &c.root.Zones[i], item("zones", i)
		owner, ok := c.accountKey(join(path, "account"), z.Account)
		if !c.given(join(path, "name"), z.Name) {
			continue
		}
		name, named := c.name(join(path, "name"), z.Name)
		if z.VirtualNameServer != "" {
			c.hostNames(join(path, "virtual_name_server"), []string{z.VirtualNameServer})
		}
		soa := c.soa(join(path, "soa"), z.SOA)
		if !ok || !named {
			continue
		}
		c.zoneText(path, name, z.Zone)
		c.f.plant.Zones = append(c.f.plant.Zones, command.PlantZone{Account: owner, Origin: name, VirtualNameServer: z.VirtualNameServer, SOA: soa, Text: z.Zone})
	}
}

// soa reads values of a start of authority; what is not given stays zero. The mailbox is a name there (RFC 1035 §3.3.13).
func (c *compiler) soa(path string, s SOA) zone.SOA {
	for _, v := range []struct {
		key string
		n   int
	}{{"ttl", s.TTL}, {"refresh", s.Refresh}, {"retry", s.Retry}, {"expire", s.Expire}} {
		if v.n < 0 || v.n > zone.MaxTTL {
			c.bad(join(path, v.key), "must be seconds, from 0 to %d", zone.MaxTTL)
		}
	}
	out := zone.SOA{TTL: s.TTL, Refresh: s.Refresh, Retry: s.Retry, Expire: s.Expire}
	if s.Email == "" {
		return out
	}
	c.email(join(path, "email"), s.Email)
	local, host, _ := strings.Cut(s.Email, "@")
	if out.RName = strings.ToLower(local + "." + host); strings.Contains(local, ".") {
		c.bad(join(path, "email"), "a mailbox with a dot cannot stand in a zone")
	}
	return out
}

// zoneText checks a zone's text and that its origin is served once on the platform, whatever the environment.
func (c *compiler) zoneText(path string, origin dname.Name, text string) {
	unique(c, c.origins, string(origin), path, "the zone "+string(origin))
	parsed, err := zone.ParseText(text, origin, 3600, 0)
	var bad *zone.ParseError
	if errors.As(err, &bad) {
		c.bad(path, "line %d of the text: %s", bad.Line, bad.Text)
		return
	}
	records := parsed.Records
	for _, ns := range c.root.Platform.NameServers { // what stands at the origin where the text has none
		records = append(records, zone.Record{Name: zone.Apex, Type: "NS", TTL: 1, Data: ns + "."})
	}
	own := len(parsed.Records)
	for _, x := range parsed.Records {
		if x.Name == zone.Apex && x.Type == "NS" {
			records = parsed.Records
		}
	}
	if err := zone.Check(origin, records, 0); err != nil {
		c.zoneProblems(path, records[:own], err)
	}
}

// zoneProblems tells what is wrong with records.
func (c *compiler) zoneProblems(path string, records []zone.Record, err *errs.Error) {
	for _, p := range err.All() {
		number, _, _ := strings.Cut(strings.TrimPrefix(p.Field, "records["), "]")
		at := ""
		for i, x := range records {
			if number == strconv.Itoa(i) {
				at = x.Name + " " + string(x.Type) + ": "
			}
		}
		c.bad(path, "%s%s", at, p.Text)
	}
}
