package autodns

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// served are the records of a zone as the core has them.
func served(t *testing.T, w *dialecttest.World, origin string) []string {
	t.Helper()
	v, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.ZoneInfo{Origin: origin})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range v.Records {
		out = append(out, fmt.Sprintf("%s %d %s %s", r.Name, r.TTL, r.Type, r.Data))
	}
	return out
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestZonesAreTheCores: what is changed here is in the core, and what others change is shown here.
func TestZonesAreTheCores(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	c.want(c.task(`<code>0201</code><zone><name>example.com</name><main><value>192.0.2.1</value></main><soa><level>3</level></soa></zone>`), "S0201", "")
	c.want(c.task(`<code>0202001</code><default><rr_add><name>mail</name><type>MX</type><pref>10</pref><value>mx.example.net</value></rr_add></default><zone><name>example.com</name></zone>`), "S0202001", "")
	platform := []string{"@ 600 NS ns1.polyreg.test.", "@ 600 NS ns2.polyreg.test."}
	got := served(t, w, "example.com")
	for i := range got[:2] { // the platform decides on their TTL
		got[i] = strings.Replace(got[i], "86400", "600", 1)
	}
	same(t, got, append(platform, "@ 600 A 192.0.2.1", "mail 600 MX 10 mx.example.net.", "www 600 A 192.0.2.1"))
	alpha := w.Caller(t, "alpha")
	_, err := command.Do(t.Context(), w.Runner, alpha, command.ChangeZone{Origin: "example.com", Name: "www", Type: "A", Replace: &[]zone.Record{{Name: "www", Type: "A", TTL: 60, Data: "192.0.2.7"}}})
	if err != nil {
		t.Fatal(err)
	}
	r := c.want(c.task(`<code>0205</code><zone><name>EXAMPLE.com.</name></zone>`), "S0205", "")
	contains(t, r, "<www_include>0</www_include>", "<rr><name>www</name><ttl>60</ttl><type>A</type><value>192.0.2.7</value></rr>", "<main><value>192.0.2.1</value><ttl>600</ttl></main>")
	if _, err := command.Do(t.Context(), w.Runner, alpha, command.DeleteZone{Origin: "example.com"}); err != nil {
		t.Fatal(err)
	}
	c.want(c.task(`<code>0205</code><zone><name>example.com</name></zone>`), "E0205", "EF02020")
}

// TestForeignZonesLookMissing: a zone of another account is answered like none.
func TestForeignZonesLookMissing(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	if _, err := command.Do(t.Context(), w.Runner, w.Caller(t, "beta"), command.CreateZone{Origin: "beta-owned.com"}); err != nil {
		t.Fatal(err)
	}
	c := newClient(t, w)
	for _, task := range []string{"0202", "0202001", "0202002", "0202004", "0203", "0205", "0210"} {
		answers := map[string]bool{}
		for _, name := range []string{"beta-owned.com", "no-such-zone.com"} {
			r := c.want(c.task(`<code>`+task+`</code><zone><name>`+name+`</name><comment>x</comment></zone>`), "E"+task, "EF02020")
			_, rest, _ := strings.Cut(strings.ReplaceAll(r.raw, name, "NAME"), "<result>")
			rest, _, _ = strings.Cut(rest, "<stid>")
			answers[rest] = true
		}
		if len(answers) != 1 {
			t.Errorf("%s: %v", task, answers)
		}
	}
	c.want(c.task(`<code>0201</code><zone><name>beta-owned.com</name></zone>`), "E0201", "EF02019")
	c.want(c.task(`<code>0501</code><redirect><source>go.beta-owned.com</source><target>x.example</target><mode>http</mode></redirect>`), "E0501", "EF02020")
}

// TestZoneListHasOneName: shell clients take every name and system_ns in the answer for the zone's.
func TestZoneListHasOneName(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	c.want(c.task(`<code>0201</code><zone><name>example.com</name><rr><name>www</name><type>A</type><value>192.0.2.1</value></rr></zone>`), "S0201", "")
	r := c.task(`<code>0205</code><view><children>1</children><limit>1</limit></view><where><key>name</key><operator>eq</operator><value>example.com</value></where>`)
	contains(t, r, "<summary>1</summary>", "<type>success</type>", "<system_ns>ns1.polyreg.test</system_ns>")
	if strings.Count(r.raw, "<name>") != 1 || strings.Count(r.raw, "<system_ns>") != 1 {
		t.Error(r.raw)
	}
	r = c.task(`<code>0205</code><where><key>system_ns</key><value>ns1.polyreg.test</value></where><key>rr</key>`)
	contains(t, r, "<summary>1</summary>", "<rr><name>www</name>")
}

// TestBulkAtOnce: changes that several clients make of one zone at the same time are all made.
func TestBulkAtOnce(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	c.want(c.task(`<code>0201</code><zone><name>example.com</name></zone>`), "S0201", "")
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			c.want(c.task(fmt.Sprintf(`<code>0202001</code><default><rr_add><name>_acme-challenge</name><type>TXT</type><ttl>600</ttl><value>token-%d</value></rr_add></default><zone><name>example.com</name></zone>`, i)), "S0202001", "")
		})
	}
	wg.Wait()
	same(t, len(served(t, w, "example.com")), 6)
}

// TestSetsHaveOneTTL: a record that is added with another TTL than those of its name and type brings it to them.
func TestSetsHaveOneTTL(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	c.want(c.task(`<code>0201</code><zone><name>example.com</name><rr><name>a</name><type>TXT</type><ttl>3600</ttl><value>one</value></rr></zone>`), "S0201", "")
	add := func(ttl, value string) {
		t.Helper()
		c.want(c.task(`<code>0202001</code><default><rr_add><name>a</name><type>TXT</type><ttl>`+ttl+`</ttl><value>`+value+`</value></rr_add></default><zone><name>example.com</name></zone>`), "S0202001", "")
	}
	add("600", "two")
	add("0", "three")
	same(t, served(t, w, "example.com")[2:], []string{`a 600 TXT "one"`, `a 600 TXT "three"`, `a 600 TXT "two"`})
}

// TestSignedByTask: the switch dnssec signs a zone, and an inquiry shows it.
func TestSignedByTask(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	c.want(c.task(`<code>0201</code><zone><name>example.com</name><dnssec>1</dnssec></zone>`), "S0201", "")
	contains(t, c.task(`<code>0205</code><zone><name>example.com</name></zone>`), "<dnssec>1</dnssec>")
	state, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.ZoneKeys{Origin: "example.com"})
	if err != nil || !state.Zone.Signing.On || len(state.Keys) == 0 {
		t.Errorf("%+v %v", state, err)
	}
	c.want(c.task(`<code>0202</code><zone><name>example.com</name><dnssec>0</dnssec><rr><name>a</name><type>A</type><value>wrong</value></rr></zone>`), "E00000", "EF01000")
	if state, _ = command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.ZoneKeys{Origin: "example.com"}); state.Leaving {
		t.Error("a refused task has changed the signing")
	}
	c.want(c.task(`<code>0202</code><zone><name>example.com</name><dnssec>0</dnssec></zone>`), "S0202", "")
	state, err = command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.ZoneKeys{Origin: "example.com"})
	if err != nil || !state.Leaving && state.Zone.Signing.On {
		t.Errorf("%+v %v", state, err)
	}
}

// elsewhere is a name server that gives one zone.
type elsewhere struct{ origin dname.Name }

func (e elsewhere) Fetch(_ context.Context, origin dname.Name, _ zone.Master) (command.Received, error) {
	if origin != e.origin {
		return command.Received{}, errors.New("refused")
	}
	return command.Received{Serial: 7, SOA: zone.SOA{MName: "ns.old.test", RName: "host.old.test", Refresh: 900, Retry: 300, Expire: 9000, Minimum: 60, TTL: 60},
		Records: []zone.Record{{Name: "@", Type: "NS", TTL: 60, Data: "ns.old.test."}, {Name: "www", Type: "A", TTL: 60, Data: "192.0.2.1"}}}, nil
}

// TestImportedZone: a zone is taken over and gets the name servers of the task; when it does not come there is none.
func TestImportedZone(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	w.Runner.SetTransfers(elsewhere{"example.com"})
	c := newClient(t, w)
	r := c.want(c.task(`<code>0204</code><zone><name>example.org</name><source>192.0.2.53</source></zone>`), "E00000", "EF01000")
	contains(t, r, "<type>request.task.zone.source</type><value>192.0.2.53</value>")
	c.want(c.task(`<code>0205</code><zone><name>example.org</name></zone>`), "E0205", "EF02020")
	c.want(c.task(`<code>0204</code><zone><name>example.com</name><source>192.0.2.53:5353</source><soa><email>me@example.com</email></soa><nserver><name>ns1.polyreg.test</name></nserver><nserver><name>ns2.polyreg.test</name></nserver></zone>`), "S0204", "")
	same(t, served(t, w, "example.com"), []string{"@ 60 NS ns1.polyreg.test.", "@ 60 NS ns2.polyreg.test.", "www 60 A 192.0.2.1"})
	contains(t, c.task(`<code>0205</code><zone><name>example.com</name></zone>`), "<email>me@example.com</email>", "<system_ns>ns1.polyreg.test</system_ns>")
}

// TestMainAddress: which records a main address makes.
func TestMainAddress(t *testing.T) {
	t.Parallel()
	for inner, want := range map[string][]string{
		`<main><value>192.0.2.1</value></main>`:                                                                                                        {"@ 86400 A 192.0.2.1", "www 86400 A 192.0.2.1"},
		`<main><value>2001:DB8::1</value><ttl>60</ttl></main><www_include>0</www_include>`:                                                             {"@ 60 AAAA 2001:db8::1"},
		`<main><value>192.0.2.1</value></main><rr><name>www</name><type>CNAME</type><value>example.net</value></rr>`:                                   {"@ 86400 A 192.0.2.1", "www 86400 CNAME example.net."},
		`<main><value>192.0.2.1</value></main><www_include>1</www_include><rr><name/><type>A</type><ttl>86400</ttl><value>192.0.2.1</value></rr>`:      {"@ 86400 A 192.0.2.1", "www 86400 A 192.0.2.1"},
		`<main><value></value></main><www_include>1</www_include><rr><name>example.com</name><type>A</type><ttl>60</ttl><value>192.0.2.1</value></rr>`: {"@ 60 A 192.0.2.1"},
	} {
		w := dialecttest.New(t)
		c := newClient(t, w)
		c.want(c.task(`<code>0201</code><zone><name>example.com</name>`+inner+`</zone>`), "S0201", "")
		got := slices.DeleteFunc(served(t, w, "example.com"), func(s string) bool { return strings.Contains(s, " NS ") })
		slices.Sort(got)
		same(t, got, want)
	}
}

func TestZoneCauses(t *testing.T) {
	t.Parallel()
	for _, v := range []struct {
		code, kind, field string
		problem           errs.Kind
		want              string
	}{
		{"0201", "zone", "zone", errs.Exists, "EF02019"}, {"0201", "zone", "zone", errs.NotOwned, "EF02019"}, {"0202", "zone", "zone", errs.NotOwned, "EF02020"},
		{"0202", "zone", "records[3]", errs.Exists, "EF02022"}, {"0202002", "zone", "remove[0]", errs.NotFound, "EF02021"}, {"0202", "zone", "records", errs.QuotaExceeded, "EF01907"},
		{"0202001", "zone", "serial", errs.Conflict, "EF01904"}, {"0202", "zone", "zone", errs.WrongState, "EF01902"}, {"0201", "zone", "soa.refresh", errs.Invalid, "EF01000"},
		{"0501", "redirect", "source", errs.Exists, "EF05902"}, {"0503", "redirect", "source", errs.NotFound, "EF05901"}, {"0501", "redirect", "zone", errs.NotFound, "EF02020"},
	} {
		if got := causeOf(v.code, v.kind, errs.F(v.problem, v.field, "")); got.Code != v.want {
			t.Errorf("%s %s %s: %s, want %s", v.code, v.field, v.problem, got.Code, v.want)
		}
	}
}
