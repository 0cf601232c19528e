package autodns

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneOrder is what a task says of a whole zone (autodns-xml.md §13.1). Elements that only answers have are ignored: clients send
// back what they got.
type zoneOrder struct {
	soa     soaOrder
	aside   internetx.ZoneAside
	records []askedRecord
	allow   *[]netip.Prefix
	comment *string
	dnssec  *bool
}

// readZone reads a whole zone over what it has: was is empty for a new one.
func (t *task) readZone(origin dname.Name, was zoneOrder) (zoneOrder, error) {
	var l errs.List
	n := t.object
	o := zoneOrder{aside: was.aside}
	o.soa = readSOA(n.Child("soa"), was.soa, &l)
	z := zoneReader{origin, &l}
	own := append(z.records(n, "rr"), z.free(n, o.soa.ttl)...)
	main, aside := z.main(n, own)
	o.aside.Main, o.aside.WWW = aside.Main, aside.WWW
	o.records = append(append(z.servers(n), main...), own...)
	fillTTLs(o.records, o.soa.ttl)
	o.aside.Action = readAction(n, was.aside.Action, &l)
	o.aside.Purge = readPurge(n, was.aside.Purge, &l)
	o.allow = readTransfers(n, &l)
	o.comment = textOf(n, "comment")
	o.dnssec = flagOf(n, "dnssec")
	t.asked = o.records
	return o, l.Err()
}

// main reads the main address and makes its records: the origin's, and that of "www" unless the task has it otherwise. What is
// among the other records already comes from there.
func (z zoneReader) main(n *xmlx.Node, own []askedRecord) ([]askedRecord, internetx.ZoneAside) {
	var aside internetx.ZoneAside
	address := n.Path("main").ChildTrim("value")
	if address == "" {
		return nil, aside
	}
	typ := internetx.MainType(address)
	if typ == "" {
		z.l.Add(bad(errs.Invalid, "request.task.zone.main.value", address, "is not an address"))
		return nil, aside
	}
	aside.Main = address
	ttl := z.seconds("request.task.zone.main.ttl", n.Path("main").ChildTrim("ttl"))
	aside.WWW = truthy(n.ChildText("www_include"))
	if n.ChildTrim("www_include") == "" {
		aside.WWW = !slices.ContainsFunc(own, func(a askedRecord) bool { return a.Name == "www" && (a.Type == "CNAME" || string(a.Type) == typ) })
	}
	var out []askedRecord
	for _, name := range []string{"", "www"} {
		if name != "" && !aside.WWW {
			continue
		}
		a := z.asked(internetx.ZoneRecord{Name: name, Type: typ, Value: address, TTL: ttl}, "main", 0)
		same := func(b askedRecord) bool { return a.Name == b.Name && a.Type == b.Type && a.Data == b.Data }
		if !slices.ContainsFunc(own, same) {
			out = append(out, a)
		}
	}
	return out, aside
}

// readAction reads ns_action. A zone is served here, with all its servers; what would be served otherwise is refused.
func readAction(n *xmlx.Node, was string, l *errs.List) string {
	switch word := strings.ToUpper(n.ChildTrim("ns_action")); word {
	case "":
		return was
	case "COMPLETE", "PRIMARY", "AUTO":
		return word
	case "SECONDARY", "HIDDEN", "NONE":
		l.Add(bad(errs.Unsupported, "request.task.zone.ns_action", lower(word), "zones are served as complete, primary or auto"))
	default:
		l.Add(bad(errs.Invalid, "request.task.zone.ns_action", lower(word), "must be complete, primary or auto"))
	}
	return was
}

// readPurge reads what is to become of the zone when its domain has gone.
func readPurge(n *xmlx.Node, was string, l *errs.List) string {
	switch word := strings.ToUpper(n.ChildTrim("purge_type")); word {
	case "":
		return was
	case "DISABLED":
		return word
	default:
		l.Add(bad(errs.Unsupported, "request.task.zone.purge_type", word, "zones are not removed by themselves"))
	}
	return was
}

// readTransfers reads who may transfer the zone; nil for nothing said.
func readTransfers(n *xmlx.Node, l *errs.List) *[]netip.Prefix {
	list := strings.FieldsFunc(n.ChildText("allow_transfer_from"), func(r rune) bool { return strings.ContainsRune(", ;\t\r\n", r) })
	var out []netip.Prefix
	for _, text := range list {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			var a netip.Addr
			if a, err = netip.ParseAddr(text); err == nil {
				p = netip.PrefixFrom(a, a.BitLen())
			}
		}
		if err != nil {
			l.Add(bad(errs.Invalid, "request.task.zone.allow_transfer_from", text, "is not an address"))
			continue
		}
		out = append(out, p.Masked())
	}
	switch allow := flagOf(n, "allow_transfer"); {
	case len(list) > 0:
	case allow == nil:
		return nil
	case *allow:
		out = slices.Clone(everywhere)
	}
	return &out
}

// textOf is the text of an element that is there and says something, nil else.
func textOf(n *xmlx.Node, name string) *string {
	text := n.ChildTrim(name)
	if text == "" {
		return nil
	}
	return &text
}

func flagOf(n *xmlx.Node, name string) *bool {
	if n.ChildTrim(name) == "" {
		return nil
	}
	on := truthy(n.ChildText(name))
	return &on
}

// sign has a zone signed or not, as a task wants it; whether that can be is found out with dry set, before anything is changed.
func (t *task) sign(ctx context.Context, z zone.Zone, want *bool, dry bool) error {
	if want == nil || !*want && !z.Signing.On { // a zone that is being unsigned refuses to be signed
		return nil
	}
	c := t.c
	c.DryRun = c.DryRun || dry
	var err error
	if *want {
		_, err = command.Do(ctx, t.d.run, c, command.SignZone{Origin: string(z.Origin), NSEC3: z.Signing.NSEC3})
	} else {
		_, err = command.Do(ctx, t.d.run, c, command.UnsignZone{Origin: string(z.Origin)})
	}
	return err
}
