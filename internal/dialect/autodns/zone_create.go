package autodns

import (
	"context"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
)

// zoneCreate is task 0201 (autodns-xml.md §13.4).
func zoneCreate(ctx context.Context, t *task) (result, error) {
	origin, err := t.origin()
	if err != nil {
		return result{}, err
	}
	o, err := t.readZone(origin, zoneOrder{soa: t.firstSOA()})
	if err != nil {
		return result{}, err
	}
	cmd := command.CreateZone{Origin: string(origin), SOA: o.soa.SOA, TTL: o.soa.ttl, Records: plainRecords(o.records), VirtualNS: t.newSystemNS(o.records), Note: note(o.aside)}
	if cmd.VirtualNS != "" {
		cmd.SOA.MName = dname.Name(cmd.VirtualNS)
	}
	if o.allow != nil {
		cmd.AllowXFR = *o.allow
	}
	if o.comment != nil {
		cmd.Comment = *o.comment
	}
	t.zone.VirtualNS = cmd.VirtualNS
	made, err := do(ctx, t, cmd)
	if err != nil || t.c.DryRun {
		return t.done('S'), err
	}
	if err := t.sign(ctx, made.Zone, o.dnssec, false); err != nil {
		_, failed := do(ctx, t, command.DeleteZone{Origin: string(origin)})
		return result{}, joined(err, failed)
	}
	return t.done('S'), nil
}

// origin is the name of the task's zone, which need not be there.
func (t *task) origin() (dname.Name, error) {
	text, err := t.identifier()
	if err != nil {
		return "", err
	}
	origin, err := dname.Parse(text)
	if err != nil {
		return "", bad(errs.InvalidName, "request.task.zone.name", text, "is not a valid name")
	}
	t.subject, t.zone.Origin = object{"zone", string(origin)}, origin
	return origin, nil
}

// newSystemNS is the system name server of a new zone: the one that the task names, else the first of its name servers that is one of
// the platform's, else the first, else the platform's first.
func (t *task) newSystemNS(records []askedRecord) string {
	platform := t.d.run.Platform().NameServers
	if ns := t.systemNS(); ns != "" {
		return ns
	}
	first := ""
	for _, a := range records {
		if a.in != "nserver" {
			continue
		}
		name := strings.TrimSuffix(a.Data, ".")
		if slices.Contains(platform, name) {
			return name
		}
		if first == "" {
			first = name
		}
	}
	if first == "" && len(platform) > 0 {
		return platform[0]
	}
	return first
}

// joined is the error that the client is told; what failed on the way back is the server's fault.
func joined(err, failed error) error {
	if failed != nil {
		return failed
	}
	return err
}
