package command_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry/fault"
	"github.com/polyreg/polyreg/internal/store/pgtest"
	"github.com/polyreg/polyreg/internal/zone"
)

// extra are the records of DNSSEC of a zone: "name type", sorted.
func extra(w *zoneWorld, origin string) []string {
	w.t.Helper()
	z := zdo(w, command.ZoneInfo{Origin: origin, Bare: true}).Zone
	list, err := w.Store.View().ExtraRecords(w.t.Context(), z.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, x := range list {
		of := ""
		if x.Type == "RRSIG" {
			of = " " + strings.Fields(x.Data)[0]
		}
		out = append(out, x.Name+" "+string(x.Type)+of)
	}
	slices.Sort(out)
	return out
}

func TestSigning(t *testing.T) {
	t.Parallel()
	onBothZones(t, func(w *zoneWorld) {
		t := w.t
		zdo(w, command.CreateZone{Origin: "signed.example", Records: []zone.Record{{Name: "www", Type: "A", Data: "192.0.2.1"}}})
		zdo(w, command.CreateZone{Origin: "taken.example", Kind: zone.Secondary, Masters: []zone.Master{{Addr: mustAddrPort("192.0.2.53:53")}}})
		refused(w, w.alpha, command.SignZone{Origin: "signed.example", Algorithm: 5}, "invalid algorithm")
		refused(w, w.alpha, command.SignZone{Origin: "none.example"}, "not_found zone")
		refused(w, w.alpha, command.SignZone{Origin: "taken.example"}, "wrong_state zone")
		refused(w, w.beta, command.SignZone{Origin: "signed.example"}, "not_owned zone")
		refused(w, w.beta, command.ZoneKeys{Origin: "signed.example"}, "not_owned zone")
		refused(w, w.alpha, command.RollKey{Origin: "signed.example", Role: zone.ZSK}, "wrong_state zone")
		refused(w, w.alpha, command.ConfirmDS{Origin: "signed.example"}, "wrong_state zone")
		dry := w.alpha
		dry.DryRun = true
		if _, err := command.Do(t.Context(), w.Runner, dry, command.SignZone{Origin: "signed.example"}); err != nil {
			t.Fatal(err)
		}
		if s := zdo(w, command.ZoneKeys{Origin: "signed.example"}); s.Zone.Signing.On || len(s.Keys) > 0 {
			t.Errorf("a dry run signed: %+v", s)
		}

		refused(w, w.alpha, command.CreateZone{Origin: "second.example", Kind: zone.Secondary, Signed: true, Masters: []zone.Master{{Addr: mustAddrPort("192.0.2.53:53")}}}, "invalid signed")
		zdo(w, command.CreateZone{Origin: "begun.example", Signed: true})
		proven(w, "begun.example")

		s := zdo(w, command.SignZone{Origin: "signed.example"})
		if len(s.Keys) != 2 || s.Keys[0].Private != "" || !s.Zone.Signing.On || len(s.Trust) != 1 || s.Next.IsZero() {
			t.Errorf("signed: %+v", s)
		}
		want := []string{"@ CDNSKEY", "@ CDS", "@ DNSKEY", "@ DNSKEY", "@ NSEC", "@ RRSIG CDNSKEY", "@ RRSIG CDS", "@ RRSIG DNSKEY", "@ RRSIG NS", "@ RRSIG NSEC", "@ RRSIG SOA",
			"www NSEC", "www RRSIG A", "www RRSIG NSEC"}
		w.same(extra(w, "signed.example"), want) // nobody has the zone without signatures: its DS is wanted at once
		if v := zdo(w, command.ZoneInfo{Origin: "signed.example"}); len(v.Records) != 3 || v.Count != 3 {
			t.Errorf("the zone's own records: %v", v.Records)
		}
		changed := zdo(w, command.ChangeZone{Origin: "signed.example", Change: zone.Change{Add: []zone.Record{{Name: "mail", Type: "A", Data: "192.0.2.2"}}}})
		if len(changed.Change.Add) != 1 || len(changed.Change.Remove) != 0 {
			t.Errorf("the change tells of more than was changed: %+v", changed.Change)
		}
		if list := extra(w, "signed.example"); !slices.Contains(list, "mail RRSIG A") || !slices.Contains(list, "mail NSEC") {
			t.Errorf("the new record is not signed: %v", list)
		}
		if h := zdo(w, command.ZoneHistory{Origin: "signed.example"}); len(h[0].Change.Add) != 1 {
			t.Errorf("the history tells of signatures: %+v", h[0].Change)
		}
		refused(w, w.alpha, command.SignZone{Origin: "signed.example", Algorithm: zone.Ed25519}, "wrong_state algorithm")
		zdo(w, command.SignZone{Origin: "signed.example", NSEC3: true})
		if list := extra(w, "signed.example"); !slices.Contains(list, "@ NSEC3PARAM") || slices.Contains(list, "www NSEC") {
			t.Errorf("NSEC3: %v", list)
		}
		rows, err := w.Store.Dump(t.Context())
		if err != nil || len(rows["zone_key"]) != 4 || strings.Contains(strings.Join(rows["zone_key"], ""), "Private") {
			t.Errorf("keys as they are kept: %v %v", rows["zone_key"], err)
		}
		zdo(w, command.UnsignZone{Origin: "signed.example", Now: true})
		if list := extra(w, "signed.example"); len(list) > 0 {
			t.Errorf("unsigned, but %v", list)
		}
		if _, err := w.Store.View().Due(t.Context(), command.DueZoneKey, int64(s.Zone.ID)); err == nil {
			t.Error("an unsigned zone has something to be done")
		}
	})
}

// TestSignaturesAreRefreshed: a week before they end, by wall time, whatever the registrar time is.
func TestSignaturesAreRefreshed(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	r, c := newClockedZones(t, func() time.Time { return now })
	if _, err := command.Do(t.Context(), r, c, command.CreateZone{Origin: "signed.example"}); err != nil {
		t.Fatal(err)
	}
	s, err := command.Do(t.Context(), r, c, command.SignZone{Origin: "signed.example"})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []struct {
		after time.Duration
		zones int
	}{{0, 0}, {6 * 24 * time.Hour, 0}, {25 * time.Hour, 1}, {time.Hour, 0}} {
		now = now.Add(d.after)
		n, err := r.ResignZones(t.Context())
		if err != nil || n != d.zones {
			t.Errorf("%v: %d zones, want %d (%v)", now, n, d.zones, err)
		}
	}
	after, err := command.Do(t.Context(), r, c, command.ZoneInfo{Origin: "signed.example", Bare: true})
	if err != nil || after.Zone.Serial == s.Zone.Serial {
		t.Errorf("the serial is still %d (%v)", after.Zone.Serial, err)
	}
}

// plainSealer seals nothing.
type plainSealer struct{}

func (plainSealer) Seal(plain, _ string) (string, error)  { return plain, nil }
func (plainSealer) Open(sealed, _ string) (string, error) { return sealed, nil }

// TestKeysWhileTheRegistryIsDown: the DS gets there once, however often the registry fails meanwhile.
func TestKeysWhileTheRegistryIsDown(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			keysWhileDown(t, engine)
		})
	}
}

// onEngine is a world in which only a move of the clock works the due list off.
func onEngine(t *testing.T, engine string, more ...dialecttest.Option) *zoneWorld {
	t.Helper()
	more = append(more, func(o *core.Options) { o.Timing.Due = time.Hour })
	if engine == "postgres" {
		d := pgtest.Open(t)
		more = append(more, func(o *core.Options) { o.DB = d })
	}
	w := &zoneWorld{World: dialecttest.New(t, more...), t: t}
	w.alpha = w.Caller(t, "alpha")
	return w
}

func keysWhileDown(t *testing.T, engine string) {
	faults := &fault.Set{}
	w := onEngine(t, engine, func(o *core.Options) { o.Wrap = faults.Wrap })
	data := dialecttest.Jane()
	zdo(w, command.RegisterDomain{Name: "keys.com", Years: 2, FillRoles: true, Servers: command.ServerList{Platform: true},
		Contacts: map[domain.Role]command.ContactRef{domain.Registrant: {New: &data}}})
	zdo(w, command.SignZone{Origin: "keys.com"})
	for _, kind := range []fault.Kind{fault.Failed, fault.DropAfter, fault.Down} {
		if _, err := faults.Add(fault.Rule{Kind: kind, Object: "keys.com", On: []string{"domain:update"}}); err != nil {
			t.Fatal(err)
		}
	}
	advance := func(d time.Duration) {
		t.Helper()
		if _, err := w.Core.Lifecycle.Advance(t.Context(), w.Clocks.Registrar().Add(d), nil); err != nil {
			t.Fatal(err)
		}
	}
	for range 12 {
		advance(12 * time.Hour)
		waitForOrders(w)
	}
	s := zdo(w, command.ZoneKeys{Origin: "keys.com"})
	d := zdo(w, command.InfoDomain{Name: "keys.com"})
	if s.Waits || len(s.DS) != 1 || d.Domain.DNSSEC == nil || !d.Domain.DNSSEC.DS[0].Same(s.DS[0]) {
		t.Errorf("waits: %v, wanted %v, there %+v", s.Waits, s.DS, d.Domain.DNSSEC)
	}
	// a name that is gone leaves its zone's keys to themselves
	zdo(w, command.DeleteZone{Origin: "keys.com"})
	advance(100 * 24 * time.Hour)
}

// TestDSFollowsTheName: it goes with the servers, and neither a zone that is deleted nor one that is signed no more leaves one behind.
func TestDSFollowsTheName(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			dsFollows(t, engine)
		})
	}
}

func dsFollows(t *testing.T, engine string) {
	w := onEngine(t, engine)
	register := func() {
		data := dialecttest.Jane()
		zdo(w, command.RegisterDomain{Name: "keys.com", Years: 2, FillRoles: true, Servers: command.ServerList{Platform: true},
			Contacts: map[domain.Role]command.ContactRef{domain.Registrant: {New: &data}}})
	}
	register()
	settled := func(what string, want int, after time.Duration) {
		t.Helper()
		if _, err := w.Core.Lifecycle.Advance(t.Context(), w.Clocks.Registrar().Add(after), nil); err != nil {
			t.Fatal(err)
		}
		waitForOrders(w)
		d, n := zdo(w, command.InfoDomain{Name: "keys.com"}).Domain.DNSSEC, 0
		if d != nil {
			n = len(d.DS) + len(d.Keys)
		}
		if n != want {
			t.Errorf("%s: the registry has %d DS records, want %d", what, n, want)
		}
	}
	zdo(w, command.SignZone{Origin: "keys.com"})
	settled("signed", 1, 3*24*time.Hour)
	zdo(w, command.UpdateDomain{Name: "keys.com", Servers: &command.ServerList{Servers: []host.Server{{Name: "ns1.elsewhere.net"}, {Name: "ns2.elsewhere.net"}}}})
	settled("served elsewhere", 0, time.Hour)
	if s := zdo(w, command.ZoneKeys{Origin: "keys.com"}); !s.Waits {
		t.Errorf("nobody waits for the name to come back: %+v", s)
	}
	settled("still elsewhere", 0, 10*24*time.Hour)
	zdo(w, command.UpdateDomain{Name: "keys.com", Servers: &command.ServerList{Platform: true}})
	settled("back", 1, time.Hour)
	zdo(w, command.UnsignZone{Origin: "keys.com", Now: true})
	settled("unsigned", 0, time.Minute)
	zdo(w, command.SignZone{Origin: "keys.com"})
	settled("signed again", 1, 3*24*time.Hour)
	zdo(w, command.DeleteZone{Origin: "keys.com"})
	settled("without a zone", 0, time.Minute)

	zdo(w, command.CreateZone{Origin: "keys.com"})
	zdo(w, command.SignZone{Origin: "keys.com"})
	settled("a new zone", 1, time.Hour)
	zdo(w, command.DeleteDomain{Name: "keys.com"})
	if _, err := w.Core.Lifecycle.Advance(t.Context(), w.Clocks.Registrar().Add(60*24*time.Hour), nil); err != nil {
		t.Fatal(err)
	}
	register()
	settled("registered anew", 1, time.Hour)
}

// TestDSOfALockedName: a lock on updates does not stop a roll, and is there afterwards.
func TestDSOfALockedName(t *testing.T) {
	t.Parallel()
	w := onEngine(t, "sqlite")
	data := dialecttest.Jane()
	zdo(w, command.RegisterDomain{Name: "keys.com", Years: 2, FillRoles: true, Servers: command.ServerList{Platform: true},
		Contacts: map[domain.Role]command.ContactRef{domain.Registrant: {New: &data}}})
	zdo(w, command.UpdateDomain{Name: "keys.com", Statuses: map[string]bool{domain.ClientUpdateProhibit: true}})
	zdo(w, command.SignZone{Origin: "keys.com"})
	if _, err := w.Core.Lifecycle.Advance(t.Context(), w.Clocks.Registrar().Add(3*24*time.Hour), nil); err != nil {
		t.Fatal(err)
	}
	d := zdo(w, command.InfoDomain{Name: "keys.com"}).Domain
	if d.DNSSEC == nil || !d.Has(domain.ClientUpdateProhibit) {
		t.Errorf("DNSSEC %+v, statuses %v", d.DNSSEC, d.Statuses)
	}
	if s := zdo(w, command.ZoneKeys{Origin: "keys.com"}); s.Waits {
		t.Errorf("the zone still waits: %+v", s)
	}
}

// TestKeysRoll: both keys are replaced as registrar time goes by, changes of the zone go on meanwhile, and the registry is asked once
// for each DS.
func TestKeysRoll(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			keysRoll(t, engine)
		})
	}
}

func keysRoll(t *testing.T, engine string) {
	w := onEngine(t, engine)
	data := dialecttest.Jane()
	zdo(w, command.RegisterDomain{Name: "keys.com", Years: 5, FillRoles: true, Servers: command.ServerList{Platform: true},
		Contacts: map[domain.Role]command.ContactRef{domain.Registrant: {New: &data}}})
	n := 0
	advance := func(d time.Duration) map[zone.KeyRole]int {
		t.Helper()
		if _, err := w.Core.Lifecycle.Advance(t.Context(), w.Clocks.Registrar().Add(d), nil); err != nil {
			t.Fatal(err)
		}
		n++
		zdo(w, command.ChangeZone{Origin: "keys.com", Change: zone.Change{Add: []zone.Record{{Name: fmt.Sprintf("n%d", n), Type: "A", Data: "192.0.2.1"}}}})
		proven(w, "keys.com")
		active := map[zone.KeyRole]int{}
		for _, k := range zdo(w, command.ZoneKeys{Origin: "keys.com"}).Keys {
			if k.State == zone.Active {
				active[k.Role] = k.Tag
			}
		}
		return active
	}
	updates := func() (n int) {
		t.Helper()
		rows, err := w.Store.Dump(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows["reg_order"] {
			if strings.Contains(r, `"`+string(order.UpdateDomain)+`"`) {
				n++
			}
		}
		return n
	}
	parent := func() int {
		t.Helper()
		d := zdo(w, command.InfoDomain{Name: "keys.com"}).Domain.DNSSEC
		if d == nil || len(d.DS) != 1 {
			t.Fatalf("the registry has %+v", d)
		}
		return d.DS[0].KeyTag
	}
	zdo(w, command.SignZone{Origin: "keys.com"})
	first := advance(3 * 24 * time.Hour)
	w.same([]int{updates(), parent()}, []int{1, first[zone.KSK]})
	second := advance(95 * 24 * time.Hour)
	if second[zone.ZSK] == first[zone.ZSK] || second[zone.KSK] != first[zone.KSK] {
		t.Errorf("after a quarter: %v, before %v", second, first)
	}
	w.same(updates(), 1)
	third := advance(2 * 365 * 24 * time.Hour)
	if third[zone.KSK] == first[zone.KSK] {
		t.Errorf("after two years: %v, before %v", third, first)
	}
	w.same([]int{updates(), parent()}, []int{2, third[zone.KSK]})
	zdo(w, command.RollKey{Origin: "keys.com", Role: zone.KSK})
	fourth := advance(5 * 24 * time.Hour)
	w.same([]int{updates(), parent()}, []int{3, fourth[zone.KSK]})
	zdo(w, command.UnsignZone{Origin: "keys.com"})
	if _, err := w.Core.Lifecycle.Advance(t.Context(), w.Clocks.Registrar().Add(5*24*time.Hour), nil); err != nil {
		t.Fatal(err)
	}
	w.same([]int{updates(), len(extra(w, "keys.com"))}, []int{4, 0})
	if d := zdo(w, command.InfoDomain{Name: "keys.com"}).Domain.DNSSEC; d != nil {
		t.Errorf("the registry still has %+v", d)
	}
}

// waitForOrders waits until no order is open.
func waitForOrders(w *zoneWorld) {
	w.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		_, err := w.Store.View().OpenOrder(context.Background(), w.alpha.Account.Environment, "domain", "keys.com")
		if err != nil {
			return
		}
		if time.Now().After(end) {
			w.t.Fatal("an order does not end")
		}
	}
}
