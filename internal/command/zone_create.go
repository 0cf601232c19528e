package command

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// What a zone has where nothing is said, in seconds.
const (
	zoneTTL     = 3600
	soaTTL      = 3600
	soaRefresh  = 10_800
	soaRetry    = 3600
	soaExpire   = 1_209_600
	soaNegative = 3600
)

// apexTTL is the TTL of name-server records that the platform puts at a zone's origin.
const apexTTL = 86_400

// CreateZone begins to serve a zone. Zero fields of SOA and a zero TTL stand for defaults; records of the origin's name servers, where
// none are given, are those of the platform. Text is a zone file in place of Records; its SOA and $TTL count where the command has
// none. Errors: Missing, InvalidName, Exists (field "zone": served already, in whatever account), NotOwned (field "zone": the name
// belongs to another account, or lies below what does), Invalid ("kind", "masters", "text", "soa.mname" …, "ttl", "records[0].data" …),
// Exists ("records[0]": twice), QuotaExceeded ("records").
type CreateZone struct {
	Origin    string
	Kind      zone.Kind // Primary by default
	SOA       zone.SOA
	TTL       int
	Records   []zone.Record
	Text      string
	Masters   []zone.Master // of a secondary
	AllowXFR  []netip.Prefix
	VirtualNS string
	Comment   string
	Signed    bool  // as SignZone does where nothing is said
	Note      *Note // to be kept beside it
}

// ZoneView is a zone with its records.
type ZoneView struct {
	Zone    zone.Zone
	Records []zone.Record // by name, type and number
	Count   int           // records, whether given or not
}

func (CreateZone) need() account.Access { return account.Modify }

func (cmd CreateZone) run(ctx context.Context, r *Runner, c Caller) (ZoneView, error) {
	var out ZoneView
	z, adds, err := cmd.draft(r, c)
	if err != nil {
		return out, err
	}
	err = r.onZones(ctx, c, func(ctx context.Context, tx Tx) error {
		z := z
		if err := r.mayServe(ctx, tx, c.Account, z.Origin); err != nil {
			return err
		}
		z.Serial = zone.NextSerial(z.Serial, tx.Registrar())
		records, err := r.beginZone(ctx, tx, &z, adds)
		if err != nil {
			return err
		}
		if err := r.putNote(ctx, tx, z, cmd.Note); err != nil {
			return err
		}
		out = ZoneView{Zone: z, Records: records, Count: len(records)}
		return zoneHistory(ctx, tx, z, "created")
	})
	return out, err
}

// draft is the zone as it shall begin, with the records that are asked for.
func (cmd CreateZone) draft(r *Runner, c Caller) (zone.Zone, *additions, error) {
	z := zone.Zone{Account: c.Account.ID, Environment: c.Account.Environment, Kind: cmd.Kind, SOA: cmd.SOA, TTL: cmd.TTL, Masters: cmd.Masters,
		AllowXFR: cmd.AllowXFR, VirtualNS: strings.ToLower(strings.TrimSuffix(cmd.VirtualNS, ".")), Comment: cmd.Comment}
	var err error
	if z.Origin, err = parseOrigin(cmd.Origin); err != nil {
		return z, nil, err
	}
	var l errs.List
	records := cmd.Records
	if cmd.Text != "" {
		var p zone.Parsed
		if p, err = r.parseZone(cmd.Text, z.Origin, cmd.TTL); err != nil {
			return z, nil, err
		}
		records = append(slices.Clone(records), p.Records...)
		z.Serial = p.Serial
		takeParsed(&z, p)
	}
	if z.Kind == "" {
		z.Kind = zone.Primary
	}
	r.fillZone(&z)
	checkZoneSettings(z, &l)
	if cmd.Signed {
		z.Signing = zone.Signing{On: true, Algorithm: zone.ECDSAP256}
	}
	if z.Kind == zone.Secondary && cmd.Signed {
		l.Add(errs.F(errs.Invalid, "signed", "a secondary is signed by its masters, or not at all"))
	}
	if z.Kind == zone.Secondary && len(records) > 0 {
		l.Add(errs.F(errs.Invalid, "records", "the records of a secondary come from its masters"))
	}
	adds := readRecords(z, records, &l)
	return z, adds, l.Err()
}

// takeParsed takes what a zone file says of the zone itself, where nothing else is said.
func takeParsed(z *zone.Zone, p zone.Parsed) {
	if z.TTL == 0 {
		z.TTL = p.TTL
	}
	if s := p.SOA; s != nil {
		fillSOA(&z.SOA, *s)
	}
}

// parseZone reads a zone file that may have as many records as a zone.
func (r *Runner) parseZone(text string, origin dname.Name, ttl int) (zone.Parsed, error) {
	limit, _ := r.zoneLimit(0)
	if ttl <= 0 {
		ttl = zoneTTL
	}
	p, err := zone.ParseText(text, origin, ttl, limit)
	var bad *zone.ParseError
	if errors.As(err, &bad) {
		return p, errs.F(errs.Invalid, "text", "line %d: %s", bad.Line, bad.Text)
	}
	return p, err
}

// fillSOA fills the zero fields of s.
func fillSOA(s *zone.SOA, with zone.SOA) {
	if s.MName == "" {
		s.MName = with.MName
	}
	if s.RName == "" {
		s.RName = with.RName
	}
	for _, f := range [][2]*int{{&s.Refresh, &with.Refresh}, {&s.Retry, &with.Retry}, {&s.Expire, &with.Expire}, {&s.Minimum, &with.Minimum}, {&s.TTL, &with.TTL}} {
		if *f[0] == 0 {
			*f[0] = *f[1]
		}
	}
}

// fillZone gives a zone the platform's defaults where it has nothing of its own.
func (r *Runner) fillZone(z *zone.Zone) {
	if z.TTL == 0 {
		z.TTL = zoneTTL
	}
	def := zone.SOA{MName: z.Origin, RName: "hostmaster." + string(z.Origin), Refresh: soaRefresh, Retry: soaRetry, Expire: soaExpire, Minimum: soaNegative, TTL: soaTTL}
	if ns := r.cfg.Platform.NameServers; len(ns) > 0 {
		def.MName = dname.Name(ns[0])
	}
	fillSOA(&z.SOA, def)
}

// checkZoneSettings applies the rules on what is no record.
func checkZoneSettings(z zone.Zone, l *errs.List) {
	switch {
	case z.Kind != zone.Primary && z.Kind != zone.Secondary:
		l.Add(errs.F(errs.Invalid, "kind", "must be primary or secondary"))
	case z.Kind == zone.Secondary && len(z.Masters) == 0:
		l.Add(errs.F(errs.Missing, "masters", "a secondary needs the address it comes from"))
	case z.Kind == zone.Primary && len(z.Masters) > 0:
		l.Add(errs.F(errs.Invalid, "masters", "only a secondary has masters"))
	}
	for _, m := range z.Masters {
		if !m.Addr.IsValid() || !validGlue(m.Addr.Addr()) || m.Addr.Port() == 0 {
			l.Add(errs.F(errs.Invalid, "masters", "%s is no address of a server", m.Addr))
		}
	}
	s := z.SOA
	for _, n := range []struct{ field, name string }{{"soa.mname", string(s.MName)}, {"soa.rname", s.RName}} {
		if !validTarget(n.name, z.Origin) {
			l.Add(errs.F(errs.Invalid, n.field, "%q is not a name", clipText(n.name)))
		}
	}
	for _, n := range []struct {
		field string
		value int
		least int
	}{{"ttl", z.TTL, 0}, {"soa.ttl", s.TTL, 0}, {"soa.refresh", s.Refresh, 1}, {"soa.retry", s.Retry, 1}, {"soa.expire", s.Expire, 1}, {"soa.minimum", s.Minimum, 0}} {
		if n.value < n.least || n.value > zone.MaxTTL {
			l.Add(errs.F(errs.Invalid, n.field, "%d is not a number of seconds", n.value))
		}
	}
	if z.VirtualNS != "" {
		if _, err := dname.ParseHost(z.VirtualNS); err != nil {
			l.Add(errs.F(errs.Invalid, "virtual_ns", "%q is not a host name", clipText(z.VirtualNS)))
		}
	}
	if !contact.Lines(z.Comment) || len(z.Comment) > maxComment {
		l.Add(errs.F(errs.Invalid, "comment", "has characters that are not allowed, or is longer than %d octets", maxComment))
	}
}

// validTarget reports whether a name can stand in record data.
func validTarget(name string, origin dname.Name) bool {
	_, err := zone.Canonical("PTR", name+".", origin)
	return err == nil && name != ""
}

// mayServe holds who may have a zone: an origin is served once; below a name that is registered here, and below a zone of another
// account, only the account of the name may.
func (r *Runner) mayServe(ctx context.Context, tx Tx, a account.Account, origin dname.Name) error {
	if _, _, ok := origin.Cut(); !ok || r.Catalog().TLD(string(origin)) != nil {
		return errs.F(errs.InvalidName, fieldZone, "%s is an ending", origin).On("zone", string(origin))
	}
	holder, err := r.holderAbove(ctx, tx, a, origin)
	if err != nil {
		return err
	}
	foreign := errs.F(errs.NotOwned, fieldZone, "%s belongs to another account", origin).On("zone", string(origin))
	if holder != 0 && holder != a.ID {
		return foreign
	}
	above, err := tx.ZoneAbove(ctx, 0, origin)
	switch {
	case errs.Is(err, errs.NotFound):
		return nil
	case err != nil:
		return err
	case above.Origin == origin:
		return errs.F(errs.Exists, fieldZone, "the zone %s is served already", origin).On("zone", string(origin))
	case above.Account != a.ID && holder != a.ID:
		return foreign
	}
	return nil
}

// holderAbove is the account that has registered a name or one above it; 0 for nobody. Zones of both environments are served side
// by side, so what is registered in the live one counts for the test one too.
func (r *Runner) holderAbove(ctx context.Context, tx Tx, a account.Account, name dname.Name) (account.ID, error) {
	names := []dname.Name{name}
	for _, up, ok := name.Cut(); ok && strings.Contains(string(up), "."); _, up, ok = up.Cut() {
		names = append(names, up)
	}
	var holder account.ID
	for _, env := range []account.Environment{account.Live, account.Test} {
		if env == account.Test && a.Environment != account.Test {
			break
		}
		found, err := tx.Names(ctx, env, names)
		if err != nil {
			return 0, err
		}
		for _, n := range names {
			if h := found[n].Holder; h != 0 && (holder == 0 || holder == a.ID) {
				holder = h
				break
			}
		}
	}
	return holder, nil
}

// beginZone writes a new zone with its records.
func (r *Runner) beginZone(ctx context.Context, tx Tx, z *zone.Zone, adds *additions) ([]zone.Record, error) {
	if z.Kind == zone.Secondary {
		z.Serial = 0 // until its masters were heard
		return nil, tx.AddZone(ctx, z)
	}
	adds.fillTTL(nil, z.TTL)
	records := r.withApex(adds.records)
	limit, err := r.zoneLimit(len(records))
	if err != nil {
		return nil, err
	}
	if err := checkRecords(z.Origin, nil, records, limit); err != nil {
		return nil, adds.located(err, nil, records)
	}
	if err := tx.AddZone(ctx, z); err != nil {
		return nil, err
	}
	served, err := r.signChange(ctx, tx, *z, zone.Change{Add: records})
	if err != nil {
		return nil, err
	}
	e := zone.Entry{Zone: z.ID, From: z.Serial, To: z.Serial, Change: served}
	if err := tx.ApplyChange(ctx, &e); err != nil {
		return nil, err
	}
	own, _ := e.Change.Split()
	return zone.Sorted(own.Add), nil
}

// withApex adds the platform's name servers where the origin has none.
func (r *Runner) withApex(records []zone.Record) []zone.Record {
	if slices.ContainsFunc(records, isApexNS) {
		return records
	}
	out := slices.Clone(records)
	for _, ns := range r.cfg.Platform.NameServers {
		out = append(out, zone.Record{Name: zone.Apex, Type: "NS", TTL: apexTTL, Data: ns + "."})
	}
	return out
}
