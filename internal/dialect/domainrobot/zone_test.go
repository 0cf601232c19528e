package domainrobot

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// served is what the core has of a zone, without its name servers.
func served(t *testing.T, w *dialecttest.World, origin string) []string {
	t.Helper()
	v, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.ZoneInfo{Origin: origin})
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, x := range v.Records {
		if !isApexServer(x) {
			out = append(out, fmt.Sprintf("%s %d %s %s", x.Name, x.TTL, x.Type, x.Data))
		}
	}
	return out
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestZonesAreTheCores: what this interface writes is what all others read, and the other way round.
func TestZonesAreTheCores(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	c.want(c.do("POST", "/v1/zone", `{"origin":"core.example","soa":{"ttl":600},"main":{"address":"192.0.2.1"},"resourceRecords":[{"name":"","type":"MX","value":"mx","pref":5}]}`), 200, "S0201")
	same(t, served(t, w, "core.example"), []string{"@ 600 A 192.0.2.1", "@ 600 MX 5 mx.core.example.", "www 600 A 192.0.2.1"})
	_, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.ChangeZone{Origin: "core.example",
		Change: zone.Change{Remove: []zone.Record{{Name: "@", Type: "A", Data: "192.0.2.1"}}, Add: []zone.Record{{Name: "@", Type: "A", Data: "192.0.2.9"}}}})
	if err != nil {
		t.Fatal(err)
	}
	// The main address is another one's doing now: it is told as a record, and so is that of www.
	raw := c.want(c.do("GET", "/v1/zone/core.example", ""), 200, "S0205").raw
	for _, want := range []string{`"wwwInclude":false`, `{"name":"","type":"A","value":"192.0.2.9"}`, `{"name":"www","type":"A","value":"192.0.2.1"}`} {
		if !strings.Contains(raw, want) || strings.Contains(raw, `"main"`) {
			t.Errorf("%s is not in %s", want, raw)
		}
	}
}

// TestZoneReadAndPutBack: a zone that is sent back as it was read stays as it is, records with their numbers.
func TestZoneReadAndPutBack(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	c.do("POST", "/v1/zone", `{"origin":"back.example","main":{"address":"192.0.2.1","ttl":300},"grants":["192.0.2.53"],"resourceRecords":[{"name":"a","type":"TXT","value":"\"x\" \"y\""},
		{"name":"b","type":"TXT","value":"say \"hi\""},{"name":"_s._tcp","type":"SRV","value":"2 3 t.example.","pref":1},{"name":"c","ttl":60,"type":"CAA","value":"0 issue \";\""}]}`)
	numbers := func() []zone.Record {
		v, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.ZoneInfo{Origin: "back.example"})
		if err != nil {
			t.Fatal(err)
		}
		return v.Records
	}
	before, info := numbers(), first(t, c.do("GET", "/v1/zone/back.example/ns1.polyreg.test", "").raw)
	c.want(c.do("PUT", "/v1/zone/back.example/ns1.polyreg.test", info), 200, "S0202")
	same(t, numbers(), before)
	same(t, first(t, c.do("GET", "/v1/zone/back.example/ns1.polyreg.test", "").raw), info)
}

// TestStreamsAtOnce: several clients that add records of one name at the same time all succeed, and so do those that remove them.
func TestStreamsAtOnce(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	c.do("POST", "/v1/zone", `{"origin":"busy.example"}`)
	all := func(what string) {
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				body := fmt.Sprintf(`{%q:[{"name":"_acme-challenge.busy.example.","ttl":600,"type":"TXT","value":"token%d"}]}`, what, i)
				if a := c.do("POST", "/v1/zone/_acme-challenge.busy.example./_stream", body); a.status != 200 {
					t.Errorf("%s %d: %s", what, i, a.raw)
				}
			})
		}
		wg.Wait()
	}
	all("adds")
	if n := len(served(t, w, "busy.example")); n != 8 {
		t.Errorf("%d records", n)
	}
	all("rems")
	same(t, served(t, w, "busy.example"), []string{})
}

// TestZonePatches: each item of a partial update, as the core has the records after it.
func TestZonePatches(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		body string
		want []string
	}{
		"nothing":             {`{}`, []string{"@ 600 A 192.0.2.1", "mail 600 MX 5 a.test.", "t 60 TXT \"x\"", "www 600 A 192.0.2.1"}},
		"no main":             {`{"main":{"address":null}}`, []string{"mail 600 MX 5 a.test.", "t 60 TXT \"x\""}},
		"no www":              {`{"wwwInclude":false}`, []string{"@ 600 A 192.0.2.1", "mail 600 MX 5 a.test.", "t 60 TXT \"x\""}},
		"main of version 6":   {`{"main":{"address":"2001:db8::1","ttl":30}}`, []string{"@ 30 AAAA 2001:db8::1", "mail 600 MX 5 a.test.", "t 60 TXT \"x\"", "www 30 AAAA 2001:db8::1"}},
		"another TTL":         {`{"soa":{"ttl":900}}`, []string{"@ 900 A 192.0.2.1", "mail 900 MX 5 a.test.", "t 60 TXT \"x\"", "www 900 A 192.0.2.1"}},
		"TTL and an addition": {`{"soa":{"ttl":900},"resourceRecordsAdd":[{"name":"mail","type":"MX","value":"b.test.","pref":6}]}`, []string{"@ 900 A 192.0.2.1", "mail 900 MX 5 a.test.", "mail 900 MX 6 b.test.", "t 60 TXT \"x\"", "www 900 A 192.0.2.1"}},
		"addition to a set":   {`{"resourceRecordsAdd":[{"name":"t","type":"TXT","value":"y"}]}`, []string{"@ 600 A 192.0.2.1", "mail 600 MX 5 a.test.", "t 60 TXT \"x\"", "t 60 TXT \"y\"", "www 600 A 192.0.2.1"}},
		"all records":         {`{"resourceRecords":[{"name":"n","type":"A","value":"192.0.2.5"}]}`, []string{"@ 600 A 192.0.2.1", "n 600 A 192.0.2.5", "www 600 A 192.0.2.1"}},
		"no records told":     {`{"resourceRecords":[]}`, []string{"@ 600 A 192.0.2.1", "mail 600 MX 5 a.test.", "t 60 TXT \"x\"", "www 600 A 192.0.2.1"}},
		"a value":             {`{"modifiers":[{"type":"MX","search":"a.test.","replace":"b.test."}]}`, []string{"@ 600 A 192.0.2.1", "mail 600 MX 5 b.test.", "t 60 TXT \"x\"", "www 600 A 192.0.2.1"}},
		"a value goes":        {`{"modifiers":[{"type":"ALL","search":"x","replace":""}]}`, []string{"@ 600 A 192.0.2.1", "mail 600 MX 5 a.test.", "www 600 A 192.0.2.1"}},
		"the main address":    {`{"modifiers":[{"type":"MAIN_IP","search":"192.0.2.1","replace":""}]}`, []string{"mail 600 MX 5 a.test.", "t 60 TXT \"x\""}},
		"a star is a text":    {`{"resourceRecordsAdd":[{"name":"t","type":"TXT","value":"*"}]}`, []string{"@ 600 A 192.0.2.1", "mail 600 MX 5 a.test.", "t 60 TXT \"*\"", "t 60 TXT \"x\"", "www 600 A 192.0.2.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := dialecttest.New(t)
			c := newClient(t, w)
			c.want(c.do("POST", "/v1/zone", `{"origin":"p.example","soa":{"ttl":600},"main":{"address":"192.0.2.1"},"resourceRecords":[{"name":"mail","type":"MX","value":"a.test.","pref":5},{"name":"t","ttl":60,"type":"TXT","value":"x"}]}`), 200, "S0201")
			c.want(c.do("PATCH", "/v1/zone/p.example/ns1.polyreg.test", x.body), 200, "S0202001")
			same(t, served(t, w, "p.example"), x.want)
			for _, star := range []string{"stream", ""} { // a star in a removal is no wildcard
				body := `{"rems":[{"name":"mail","type":"MX","value":"*"}],"resourceRecordsRem":[{"name":"mail","type":"MX","value":"*"}]}`
				if star != "" {
					because(t, c.want(c.do("POST", "/v1/zone/p.example/_stream", body), 400, "E0202002"), "EF02021")
				} else {
					because(t, c.want(c.do("PATCH", "/v1/zone/p.example/ns1.polyreg.test", body), 400, "E0202001"), "EF02021")
				}
			}
		})
	}
}

// TestDryZones: the demo header has everything checked and nothing done.
func TestDryZones(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	dry := c.with("X-Domainrobot-Demo", "true")
	dry.want(dry.do("POST", "/v1/zone", `{"origin":"dry.example"}`), 200, "S0201")
	c.want(c.do("GET", "/v1/zone/dry.example", ""), 404, "E0205")
	c.do("POST", "/v1/zone", `{"origin":"dry.example"}`)
	dry.want(dry.do("PUT", "/v1/zone/dry.example", `{"resourceRecords":[{"name":"a","type":"A","value":"192.0.2.1"}]}`), 200, "S0202")
	dry.want(dry.do("POST", "/v1/zone/dry.example/_stream", `{"adds":[{"name":"a","type":"A","value":"192.0.2.1"}]}`), 200, "S0202002")
	dry.want(dry.do("DELETE", "/v1/zone/dry.example", ""), 200, "S0203")
	same(t, served(t, w, "dry.example"), []string{})
}

// oldServer gives one zone by AXFR.
type oldServer struct{}

func (oldServer) Fetch(_ context.Context, origin dname.Name, from zone.Master) (command.Received, error) {
	if origin != "moved.example" {
		return command.Received{}, errs.E(errs.Forbidden, "refused by %s", from.Addr)
	}
	return command.Received{SOA: zone.SOA{MName: "ns.old.test", RName: "h.old.test", Refresh: 7200, Retry: 3600, Expire: 86400, Minimum: 300, TTL: 300}, Serial: 7,
		Records: []zone.Record{{Name: "@", Type: "NS", TTL: 60, Data: "ns.old.test."}, {Name: "www", Type: "A", TTL: 60, Data: "192.0.2.1"}}}, nil
}

// TestZoneImport: a zone is fetched and made; name servers of the request take the place of the old ones. One that cannot be had is not made.
func TestZoneImport(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	w.Runner.SetTransfers(oldServer{})
	c := newClient(t, w)
	a := c.want(c.do("POST", "/v1/zone/moved.example/ns1.polyreg.test/_import", `{"source":"192.0.2.53:5353","nameServers":[{"name":"ns1.polyreg.test"}]}`), 200, "S0204")
	same(t, served(t, w, "moved.example"), []string{"www 60 A 192.0.2.1"})
	if !strings.Contains(a.raw, `"nameServers":[{"name":"ns1.polyreg.test"}]`) || !strings.Contains(a.raw, `"virtualNameServer":"ns1.polyreg.test"`) {
		t.Error(a.raw)
	}
	because(t, c.want(c.do("POST", "/v1/zone/lost.example/ns1.polyreg.test/_import", `{"source":"192.0.2.53"}`), 400, "E0204"), "EF01000")
	c.want(c.do("GET", "/v1/zone/lost.example", ""), 404, "E0205")
	because(t, c.want(c.do("POST", "/v1/zone/moved.example/a.ns14.net/_import", `{"source":"192.0.2.53"}`), 404, "E0204"), "EF02020")
}

// TestRedirectProvisioning: with keys[]=dnsProvisioning the records that lead to the redirector come and go with the redirect.
func TestRedirectProvisioning(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, func(o *core.Options) {
		o.Platform.Redirect = []netip.Addr{netip.MustParseAddr("198.51.100.7"), netip.MustParseAddr("2001:db8::7")}
	})
	c := newClient(t, w)
	c.do("POST", "/v1/zone", `{"origin":"shop.example","soa":{"ttl":600},"resourceRecords":[{"name":"go","type":"CNAME","value":"www"}]}`)
	body := `{"source":"go.shop.example","target":"www.example.net","type":"DOMAIN","mode":"HTTP"}`
	c.want(c.do("POST", "/v1/redirect?keys[]=dnsProvisioning", body), 200, "S0501")
	same(t, served(t, w, "shop.example"), []string{"go 600 A 198.51.100.7", "go 600 AAAA 2001:db8::7"})
	if f, err := w.Runner.ForwardFor(t.Context(), "go.shop.example"); err != nil || f.Target != "http://www.example.net" {
		t.Error(f, err)
	}
	c.want(c.do("DELETE", "/v1/redirect/go.shop.example?keys[]=dnsProvisioning", ""), 200, "S0503")
	same(t, served(t, w, "shop.example"), []string{})
	c.do("POST", "/v1/zone/shop.example/_stream", `{"adds":[{"name":"go","type":"MX","value":"mx.test."}]}`)
	c.want(c.do("POST", "/v1/redirect", body), 200, "S0501")
	same(t, served(t, w, "shop.example"), []string{"go 600 MX 0 mx.test."})
}
