package autodns

import (
	"context"
	"net/netip"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneImport is task 0204: the zone is taken over from a name server elsewhere, and made when it is not there. Name servers and SOA
// values that the task tells count in place of those that came (autodns-xml.md §13.4).
func zoneImport(ctx context.Context, t *task) (result, error) {
	origin, err := t.origin()
	if err != nil {
		return result{}, err
	}
	from, err := t.source()
	if err != nil {
		return result{}, err
	}
	var l errs.List
	z := zoneReader{origin, &l}
	servers := z.servers(t.object)
	readSOA(t.object.Child("soa"), t.firstSOA(), &l) // what is wrong with it is told before anything is done
	if err := l.Err(); err != nil {
		return result{}, err
	}
	t.asked = servers
	if t.c.DryRun {
		return result{}, bad(errs.Unsupported, "request.task.demo", "1", "a zone can be imported, not tried")
	}
	got, err := do(ctx, t, command.FetchZone{Origin: string(origin), Server: from, Create: true})
	if err != nil {
		return result{}, err
	}
	soa := readSOA(t.object.Child("soa"), soaOrder{got.Zone.SOA, got.Zone.TTL}, &l)
	cmd := command.UpdateZone{Origin: string(origin), SOA: &soa.SOA, TTL: &soa.ttl}
	if len(servers) > 0 || t.systemNS() != "" {
		ns := t.newSystemNS(servers)
		cmd.VirtualNS, soa.MName = &ns, dname.Name(ns)
	}
	if records := plainRecords(servers); len(records) > 0 {
		cmd.Records = &command.ChangeZone{Name: zone.Apex, Type: "NS", Replace: &records}
	}
	_, err = do(ctx, t, cmd)
	return t.done('S'), err
}

// source is the name server to ask: an address, with or without a port.
func (t *task) source() (netip.AddrPort, error) {
	text := t.object.ChildTrim("source")
	if text == "" {
		return netip.AddrPort{}, bad(errs.Missing, "request.task.zone.source", "", "is required")
	}
	if a, err := netip.ParseAddr(text); err == nil {
		return netip.AddrPortFrom(a, 53), nil
	}
	from, err := netip.ParseAddrPort(text)
	if err != nil {
		return from, bad(errs.Invalid, "request.task.zone.source", text, "must be the address of a name server")
	}
	return from, nil
}
