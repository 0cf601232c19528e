package domainrobot

import (
	"context"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneCreate is POST /zone (0201).
func zoneCreate(ctx context.Context, d *Dialect, q *request) (answer, error) {
	origin, err := q.originOf()
	if err != nil {
		return answer{}, err
	}
	z, cmd, aside := d.readNewZone(q, origin)
	if err := z.Err(); err != nil {
		return answer{}, err
	}
	cmd.Note = &command.Note{Of: internetx.ZoneNote, Text: aside.Text()}
	out, err := command.Do(ctx, d.run, q.caller, cmd)
	if err != nil {
		return answer{}, z.located(err, z.places)
	}
	if !q.caller.DryRun { // of which no zone is left
		if out.Zone.Signing.On, err = z.sign(ctx, d, out.Zone, false); err != nil {
			return answer{}, err
		}
	}
	v := zoneView{Zone: out.Zone, records: out.Records, aside: aside}
	return one(classZone, string(v.Origin), q.zoneJSON(v, nil)), nil
}

// originOf is the origin that the body names.
func (q *request) originOf() (dname.Name, error) {
	r := &reader{v: q.body, path: "zone"}
	text, _ := r.text("origin")
	if err := r.Err(); err != nil {
		return "", err
	}
	if text = strings.TrimSuffix(strings.TrimSpace(text), "."); text == "" {
		return "", bad(errs.Missing, "zone.origin", "", "is required")
	}
	origin, err := dname.Parse(text)
	if err != nil {
		return "", bad(errs.InvalidName, "zone.origin", text, "is not a name that a zone can have")
	}
	return origin, nil
}

// readNewZone reads a zone to be made; what is not told is as the vendor has it (domainrobot-json.md §8.5).
func (d *Dialect) readNewZone(q *request, origin dname.Name) (*zoneReader, command.CreateZone, internetx.ZoneAside) {
	cmd := command.CreateZone{Origin: string(origin), TTL: internetx.SOATTL,
		SOA: zone.SOA{Refresh: internetx.SOARefresh, Retry: internetx.SOARetry, Expire: internetx.SOAExpire, TTL: internetx.SOATTL, Minimum: internetx.SOATTL}}
	cmd.SOA.RName = internetx.Mailbox(q.caller.Account.Email)
	z := newZoneReader(q, origin, "")
	z.soa(&cmd.SOA, &cmd.TTL)
	cmd.VirtualNS = z.systemServer(d.run.Platform().NameServers)
	z.ns, cmd.SOA.MName = cmd.VirtualNS, dname.Name(cmd.VirtualNS)
	z.servers(cmd.TTL)
	z.readRecords("resourceRecords", cmd.TTL)
	z.freeText(cmd.TTL)
	aside := internetx.ZoneAside{}
	main, ttl := z.mainAddress()
	www, given := z.flag("wwwInclude")
	aside.Main, aside.WWW = main, main != "" && (www || !given && !z.hasName("www"))
	aside.Action = z.action
	if ttl == 0 {
		ttl = cmd.TTL
	}
	z.putMain(aside, ttl)
	cmd.AllowXFR, _ = z.readGrants()
	cmd.Comment, _ = z.text("comment")
	cmd.Records = z.records
	return z, cmd, aside
}

// systemServer is the first name server of the system: what the body says, else the first of its name servers that is the platform's,
// else the first of them, else the platform's first.
func (z *zoneReader) systemServer(platform []string) string {
	text, _ := z.text("virtualNameServer")
	text = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(text), "."))
	if text != "" {
		if _, err := dname.ParseHost(text); err != nil {
			z.Add(bad(errs.Invalid, z.at("virtualNameServer"), text, "is not a host name"))
			return ""
		}
		return text
	}
	list, _ := z.objects("nameServers")
	first := ""
	for _, item := range list {
		host, err := dname.ParseHost(strings.TrimSuffix(strings.TrimSpace(item.Get("name").Str()), "."))
		switch {
		case err != nil:
		case slices.Contains(platform, string(host)):
			return string(host)
		case first == "":
			first = string(host)
		}
	}
	if first == "" && len(platform) > 0 {
		return platform[0]
	}
	return first
}
