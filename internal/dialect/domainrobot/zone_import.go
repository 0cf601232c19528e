package domainrobot

import (
	"context"
	"net/netip"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
)

// zoneImport is POST /zone/{name}/{virtualNameServer}/_import (0204): the zone is fetched by AXFR from the name server "source", and
// made where it is not there. Name servers and SOA of the body, where it has any, take the place of the fetched ones.
func zoneImport(ctx context.Context, d *Dialect, q *request) (answer, error) {
	origin, err := dname.Parse(q.arg("name"))
	if err != nil {
		return answer{}, errs.F(errs.InvalidName, "zone", "is not a name that a zone can have")
	}
	server := strings.ToLower(q.arg("virtualNameServer"))
	z := newZoneReader(q, origin, server)
	z.sameOrigin()
	source := z.source()
	if err := z.Err(); err != nil {
		return answer{}, err
	}
	if v, err := d.zoneOf(ctx, q, string(origin), server); err != nil && !(errs.Is(err, errs.NotFound) && v.ID == 0) {
		return answer{}, err
	}
	out, err := command.Do(ctx, d.run, q.caller, command.FetchZone{Origin: string(origin), Server: source, Create: true})
	if err != nil {
		return answer{}, err
	}
	if q.caller.DryRun {
		return one(classZone, string(origin)), nil
	}
	soa, ttl := out.Zone.SOA, out.Zone.TTL
	z.soa(&soa, &ttl)
	cmd := command.UpdateZone{Origin: string(origin), VirtualNS: &server, SOA: &soa, TTL: &ttl, Note: &command.Note{Of: internetx.ZoneNote, Text: internetx.ZoneAside{}.Text()}}
	if z.servers(ttl) != "" {
		cmd.Records = &command.ChangeZone{Replace: &z.records, Name: "@", Type: "NS"}
		soa.MName = dname.Name(server)
	}
	if err := z.Err(); err != nil {
		return answer{}, err
	}
	if _, err := command.Do(ctx, d.run, q.caller, cmd); err != nil {
		return answer{}, z.located(err, z.places)
	}
	return d.zoneAnswer(ctx, q, string(origin))
}

// source is the address to fetch from; its port is 53 unless another one is told.
func (z *zoneReader) source() netip.AddrPort {
	text, _ := z.text("source")
	text = strings.TrimSpace(text)
	if text == "" {
		z.Add(bad(errs.Missing, z.at("source"), "", "is required"))
		return netip.AddrPort{}
	}
	if a, err := netip.ParseAddr(text); err == nil {
		return netip.AddrPortFrom(a.Unmap(), 53)
	}
	ap, err := netip.ParseAddrPort(text)
	if err != nil {
		z.Add(bad(errs.Invalid, z.at("source"), text, "must be the IP address of a name server"))
	}
	return ap
}
