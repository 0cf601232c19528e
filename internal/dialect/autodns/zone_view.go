package autodns

import (
	"context"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneView is a zone as this interface tells it: its main address and name servers apart from the other records
// (autodns-xml.md §13.1).
type zoneView struct {
	zone.Zone
	aside   internetx.ZoneAside
	records []zone.Record
}

// theZone reads the zone that the task names, by its name and, where it says so, its system name server.
func (t *task) theZone(ctx context.Context) (zoneView, error) {
	name, err := t.identifier()
	if err != nil {
		return zoneView{}, err
	}
	if t.called != "" {
		name = t.called
	}
	v, err := do(ctx, t, command.ZoneInfo{Origin: name})
	if err != nil {
		return zoneView{}, err
	}
	out := zoneView{Zone: v.Zone, records: v.Records}
	if out.aside, err = t.aside(ctx, v.Zone); err != nil {
		return out, err
	}
	t.subject, t.zone = object{"zone", string(v.Zone.Origin)}, out
	if ns := t.systemNS(); ns != "" && ns != systemNS(v.Zone) && !slices.Contains(out.servers(), ns) {
		return out, errs.F(errs.NotFound, "zone", "%s is not served there", v.Zone.Origin)
	}
	return out, nil
}

// aside is what both interfaces of the vendor keep beside a zone.
func (t *task) aside(ctx context.Context, z zone.Zone) (internetx.ZoneAside, error) {
	text, err := t.d.run.ZoneNote(ctx, z, internetx.ZoneNote)
	return internetx.ParseZoneAside(text), err
}

// note is a zone's aside as the core keeps it.
func note(a internetx.ZoneAside) *command.Note {
	return &command.Note{Of: internetx.ZoneNote, Text: a.Text()}
}

// systemNS is the system name server that the task names; internal_ns is its older spelling.
func (t *task) systemNS() string {
	ns := t.object.ChildTrim("system_ns")
	if ns == "" {
		ns = t.object.ChildTrim("internal_ns")
	}
	return strings.ToLower(strings.TrimSuffix(ns, "."))
}

// systemNS is the name server that tells a zone from others of its name: the one it was made with, else its primary one.
func systemNS(z zone.Zone) string {
	if z.VirtualNS != "" {
		return z.VirtualNS
	}
	return string(z.SOA.MName)
}

// servers are the zone's name servers, its system name server first.
func (v zoneView) servers() []string { return serversOf(v.Zone, v.records) }

func serversOf(z zone.Zone, records []zone.Record) []string {
	var out []string
	first := systemNS(z)
	for _, r := range records {
		if r.Name != zone.Apex || r.Type != "NS" {
			continue
		}
		if name := strings.TrimSuffix(r.Data, "."); name == first {
			out = slices.Insert(out, 0, name)
		} else {
			out = append(out, name)
		}
	}
	return out
}

// main is the zone's main address: the record of the origin that was given as one, and whether "www" has it too.
func (v zoneView) main() (main zone.Record, www, ok bool) {
	for _, r := range v.records {
		a, w := v.aside.IsMain(r.Name, string(r.Type), r.Data)
		if a {
			main, ok = r, true
		}
		www = www || w
	}
	return main, www && ok, ok
}

// own reports whether a record is shown as one, and not as the main address or a name server.
func (v zoneView) own(r zone.Record, hasMain bool) bool {
	apex, www := v.aside.IsMain(r.Name, string(r.Type), r.Data)
	return (r.Name != zone.Apex || r.Type != "NS") && !(hasMain && (apex || www))
}

// zoneEls are the children of a zone in an answer, in the recorded order. One client takes no others; so what is not always there
// stands there only when it is set (autodns-xml.md §13.1).
func (q *request) zoneEls(v zoneView) []el {
	z := v.Zone
	out := append([]el{leaf("changed", stamp(changed(z.Created, z.Updated))), leaf("created", stamp(z.Created))}, nameEls(z)...)
	main, www, hasMain := v.main()
	if hasMain {
		out = append(out, block("main", leaf("value", main.Data), leaf("ttl", strconv.Itoa(main.TTL))))
	}
	out = append(out, leaf("ns_action", actionOf(v)), leaf("www_include", bit(www)))
	out = append(out, some(leaf("purge_type", v.aside.Purge))...)
	out = append(out, transferEls(z)...)
	if z.Signing.On {
		out = append(out, leaf("dnssec", "1"))
	}
	out = append(out, soaEl(z))
	for _, name := range v.servers() {
		out = append(out, block("nserver", leaf("name", name)))
	}
	for _, r := range v.records {
		if v.own(r, hasMain) {
			out = append(out, recordEl(r))
		}
	}
	return append(out, leaf("system_ns", systemNS(z)), leaf("domainsafe", "0"), q.owner.el("owner"), q.owner.el("updated_by"), leaf("comment", z.Comment))
}

func nameEls(z zone.Zone) []el {
	out := []el{leaf("name", string(z.Origin))}
	if z.Origin.IDN() {
		out = append(out, leaf("idn", z.Origin.Unicode()))
	}
	return out
}

func bit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// actionOf is the word of ns_action: what was asked for, as far as the zone still is of that kind.
func actionOf(v zoneView) string {
	switch {
	case v.Kind == zone.Secondary:
		return "secondary"
	case v.aside.Action != "":
		return strings.ToLower(v.aside.Action)
	}
	return "complete"
}

// everywhere are the addresses from which anybody asks.
var everywhere = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}

func transferEls(z zone.Zone) []el {
	if slices.Equal(z.AllowXFR, everywhere) {
		return []el{leaf("allow_transfer", "1")}
	}
	var list []string
	for _, p := range z.AllowXFR {
		if p.IsSingleIP() {
			list = append(list, p.Addr().String())
		} else {
			list = append(list, p.String())
		}
	}
	return some(leaf("allow_transfer_from", strings.Join(list, ",")))
}
