package domainrobot

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneReader reads Zone objects, and keeps where each record came from so that the core's refusals can name it.
type zoneReader struct {
	*reader
	q      *request
	origin dname.Name
	ns     string // of the zone, for messages about records

	action string // in capitals, "" where none is told

	records []zone.Record
	places  []place // of records
}

// place is where a record of a request came from.
type place struct{ path, text string }

// newZoneReader reads the request's body about the zone of an origin. It refuses what a zone cannot have here, rather than leave it out.
func newZoneReader(q *request, origin dname.Name, ns string) *zoneReader {
	z := &zoneReader{reader: &reader{v: q.body, path: "zone"}, q: q, origin: origin, ns: ns}
	z.unsupported()
	return z
}

// unsupported refuses what this server does not do; switched off or empty it is accepted.
func (z *zoneReader) unsupported() {
	z.action = z.word("action", "PRIMARY", "SECONDARY", "COMPLETE", "HIDDEN", "NONE", "AUTO")
	purge := z.word("purgeType", "DISABLED", "AUTO", "SCHEDULED")
	for _, c := range []struct {
		name, word string
		fine       []string
	}{{"action", z.action, []string{"PRIMARY", "COMPLETE", "AUTO"}}, {"purgeType", purge, []string{"DISABLED"}}} {
		if c.word != "" && !slices.Contains(c.fine, c.word) {
			z.Add(bad(errs.Unsupported, z.at(c.name), c.word, "%s is not supported by this server", c.word))
		}
	}
}

// keepsSigning refuses to switch the signing of a zone beside a change of single records.
func (z *zoneReader) keepsSigning(now bool) {
	if on, given := z.flag("dnssec"); given && on != now {
		z.Add(bad(errs.Unsupported, z.at("dnssec"), z.v.Get("dnssec").Str(), "signing is switched by a whole update"))
	}
}

// sign has a zone signed or not, as the body wants it; whether that can be is found out with dry set, before anything is changed. It
// gives what the zone is then.
func (z *zoneReader) sign(ctx context.Context, d *Dialect, v zone.Zone, dry bool) (bool, error) {
	want, given := z.flag("dnssec")
	if !given || !want && !v.Signing.On { // a zone that is being unsigned refuses to be signed
		return v.Signing.On, nil
	}
	c := z.q.caller
	c.DryRun = c.DryRun || dry
	var err error
	if want {
		_, err = command.Do(ctx, d.run, c, command.SignZone{Origin: string(v.Origin), NSEC3: v.Signing.NSEC3})
	} else {
		_, err = command.Do(ctx, d.run, c, command.UnsignZone{Origin: string(v.Origin)})
	}
	return want, err
}

func (z *zoneReader) add(r zone.Record, path, text string) {
	z.records, z.places = append(z.records, r), append(z.places, place{path, text})
}

// soa reads the SOA onto what there is; ttl is that of the zone's records too.
func (z *zoneReader) soa(s *zone.SOA, ttl *int) {
	v := z.v.Get("soa")
	if !v.Given() {
		return
	}
	if v.Kind != jsonx.Object {
		z.Add(bad(errs.Invalid, z.at("soa"), v.Str(), "is not an object"))
		return
	}
	r := &reader{v: v, path: z.at("soa")}
	for _, item := range []struct {
		name string
		to   *int
	}{{"refresh", &s.Refresh}, {"retry", &s.Retry}, {"expire", &s.Expire}, {"ttl", ttl}} {
		if n, given := r.number(item.name); given && n != 0 {
			if n < 0 || n > zone.MaxTTL {
				r.Add(bad(errs.Invalid, r.at(item.name), fmt.Sprint(n), "is not a number of seconds"))
				continue
			}
			*item.to = int(n)
		}
	}
	s.TTL, s.Minimum = *ttl, *ttl
	if email, given := r.text("email"); given && strings.TrimSpace(email) != "" {
		if s.RName = internetx.Mailbox(email); s.RName == "" {
			r.Add(bad(errs.Invalid, r.at("email"), email, "is not a mail address"))
		}
	}
	z.Add(errs.As(r.Err()))
}

// servers reads the name servers of the origin as records; none where none are told.
func (z *zoneReader) servers(ttl int) (first string) {
	list, _ := z.objects("nameServers")
	if len(list) > internetx.MaxNameServers {
		z.Add(bad(errs.TooLarge, z.at("nameServers"), "", "are more than %d", internetx.MaxNameServers))
		return ""
	}
	for i, item := range list {
		r := &reader{v: item, path: fmt.Sprintf("%s[%d]", z.at("nameServers"), i)}
		text, _ := r.text("name")
		own := ttl
		if n, given := r.number("ttl"); given && n > 0 && n <= zone.MaxTTL {
			own = int(n)
		}
		host, err := dname.ParseHost(strings.TrimSuffix(strings.TrimSpace(text), "."))
		if err != nil {
			r.Add(bad(errs.Invalid, r.at("name"), text, "is not a host name"))
		}
		if z.Add(errs.As(r.Err())); err != nil {
			continue
		}
		if first == "" {
			first = string(host)
		}
		z.add(zone.Record{Name: zone.Apex, Type: "NS", TTL: own, Data: string(host) + "."}, r.at("name"), string(host))
	}
	return first
}

// mainAddress reads the main address; "" where there is none (libdns sends {"address":null,"ttl":0}).
func (z *zoneReader) mainAddress() (address string, ttl int) {
	r := &reader{v: z.v.Get("main"), path: z.at("main")}
	address, _ = r.text("address")
	address = strings.TrimSpace(address)
	if n, given := r.number("ttl"); given && n > 0 && n <= zone.MaxTTL {
		ttl = int(n)
	}
	if address != "" && internetx.MainType(address) == "" {
		r.Add(bad(errs.Invalid, r.at("address"), address, "is not an IP address"))
	}
	z.Add(errs.As(r.Err()))
	return address, ttl
}

// putMain adds the records of a main address, and of "www" where it has it too, and takes the same ones out of the others.
func (z *zoneReader) putMain(aside internetx.ZoneAside, ttl int) {
	if aside.Main == "" || z.Err() != nil {
		return
	}
	typ := zone.Type(internetx.MainType(aside.Main))
	for i := len(z.records) - 1; i >= 0; i-- {
		x := z.records[i]
		name, _ := zone.CanonicalName(x.Name, z.origin)
		if apex, www := aside.IsMain(name, string(x.Type), x.Data); apex || www {
			z.records, z.places = slices.Delete(z.records, i, i+1), slices.Delete(z.places, i, i+1)
		}
	}
	z.add(zone.Record{Name: zone.Apex, Type: typ, TTL: ttl, Data: aside.Main}, z.at("main.address"), aside.Main)
	if aside.WWW {
		z.add(zone.Record{Name: "www", Type: typ, TTL: ttl, Data: aside.Main}, z.at("wwwInclude"), "true")
	}
}

// hasName reports whether a record of a relative name is there.
func (z *zoneReader) hasName(name string) bool {
	return slices.ContainsFunc(z.records, func(x zone.Record) bool {
		n, _ := zone.CanonicalName(x.Name, z.origin)
		return n == name
	})
}

// grants reads who may have the zone by AXFR; given is false where nothing is told.
func (z *zoneReader) grants(name string) (out []netip.Prefix, given bool) {
	list, given := z.texts(name)
	for i, text := range list {
		text = strings.TrimSpace(text)
		p, err := netip.ParsePrefix(text)
		if a, e := netip.ParseAddr(text); e == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil || p.Addr().Zone() != "" {
			z.Add(bad(errs.Invalid, fmt.Sprintf("%s[%d]", z.at(name), i), text, "is not an IP address"))
			continue
		}
		out = append(out, p.Masked())
	}
	return out, given
}

// readGrants reads grants as allowTransfer lets them count.
func (z *zoneReader) readGrants() (out []netip.Prefix, given bool) {
	out, given = z.grants("grants")
	if on, told := z.flag("allowTransfer"); told && !on {
		return nil, true
	}
	return out, given
}
