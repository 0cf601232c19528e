package opensrs

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/zone"
)

// served reads a zone as every other interface sees it: "name type ttl data" lines, and the numbers of its records by them.
func served(t *testing.T, w *dialecttest.World, origin string) ([]string, map[string]zone.RecordID) {
	t.Helper()
	v, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.ZoneInfo{Origin: origin})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	ids := map[string]zone.RecordID{}
	for _, r := range v.Records {
		line := strings.Join([]string{r.Name, string(r.Type), strconv.Itoa(r.TTL), r.Data}, " ")
		lines, ids[line] = append(lines, line), r.ID
	}
	slices.Sort(lines)
	return lines, ids
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	slices.Sort(want)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

var apexServers = []string{"@ NS 86400 ns1.polyreg.test.", "@ NS 86400 ns2.polyreg.test."}

// What a client cannot see stays when it sends a zone back: other types, times to live, the strings of a text; and so does the
// number of each record.
func TestZoneGoesAndComesBack(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, idle)
	c := newClient(w)
	long := zone.TXT(strings.Repeat("k", 255), strings.Repeat("l", 100))
	foreign := []zone.Record{{Name: "@", Type: "CAA", TTL: 600, Data: `0 issue "ca.example.net"`}, {Name: "sub", Type: "NS", TTL: 700, Data: "ns1.example.net."},
		{Name: "www", Type: "A", TTL: 60, Data: "192.0.2.80"}, {Name: "key._domainkey", Type: "TXT", TTL: 300, Data: long},
		{Name: "odd", Type: "TXT", TTL: 300, Data: `"\000\255 x"`}, {Name: "@", Type: "MX", TTL: 800, Data: "0 ."}}
	if _, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.CreateZone{Origin: "example.com", Records: foreign}); err != nil {
		t.Fatal(err)
	}
	before, numbers := served(t, w, "example.com")
	shown := expect(t, c.do(t, "GET_DNS_ZONE", "DOMAIN", hash("domain", "example.com")), "200", "").get("records")
	if got := keys(shown); !slices.Equal(got, []string{"A", "MX", "TXT"}) {
		t.Fatal(got)
	}
	expect(t, c.do(t, "SET_DNS_ZONE", "DOMAIN", hash("domain", "example.com").set("records", shown)), "200", "Command Successful")
	after, kept := served(t, w, "example.com")
	same(t, after, before...)
	if d := cmp.Diff(numbers, kept); d != "" {
		t.Error(d)
	}
	shown.get("A").elements()[0].set("ip_address", text("192.0.2.81"))
	shown.get("TXT").items = nil
	expect(t, c.do(t, "SET_DNS_ZONE", "DOMAIN", hash("domain", "example.com").set("records", shown)), "200", "Command Successful")
	got, _ := served(t, w, "example.com")
	same(t, got, append([]string{`@ CAA 600 0 issue "ca.example.net"`, "sub NS 700 ns1.example.net.", "www A 60 192.0.2.81", "@ MX 800 0 ."}, apexServers...)...)
	expect(t, c.do(t, "RESET_DNS_ZONE", "DOMAIN", hash("domain", "example.com")), "200", "Command Successful")
	got, _ = served(t, w, "example.com")
	same(t, got, apexServers...)
}

// A refused zone changes nothing, and says which records are meant.
func TestRefusedZoneChangesNothing(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, idle)
	c := newClient(w)
	expect(t, c.do(t, "CREATE_DNS_ZONE", "DOMAIN", hash("domain", "example.com")), "200", "")
	a := func(name, ip string) *value { return hash("subdomain", name, "ip_address", ip) }
	good := hash().set("a", list(a("www", "192.0.2.1"))) // a small letter does no harm
	expect(t, c.do(t, "SET_DNS_ZONE", "DOMAIN", hash("domain", "example.com").set("records", good)), "200", "")
	before, _ := served(t, w, "example.com")
	for problem, records := range map[string]*value{
		"A record 1: is no hash":                                     hash().set("A", list(text("192.0.2.1"))),
		"AAAA record 1: ipv6_address is not an IPv6 address":         hash().set("AAAA", list(hash("subdomain", "x", "ip_address", "::ffff:192.0.2.1"))),
		"SRV record 1: port is not a number up to 65535":             hash().set("SRV", list(hash("subdomain", "_x._tcp", "hostname", "a.example.net", "port", "-1"))),
		"A record 1: subdomain lies outside the zone":                hash().set("A", list(a("www.example.net.", "192.0.2.1"))),
		"CNAME record 1: x has a CNAME and other records":            hash().set("CNAME", list(hash("subdomain", "x", "hostname", "a.example.net"))).set("A", list(a("x", "192.0.2.1"))),
		"A record 1: the same record is given twice":                 hash().set("A", list(a("x", "192.0.2.1"), a("X", "192.0.2.1"))),
		"the type CAA is not one of A, AAAA, CNAME, MX, SRV and TXT": hash().set("CAA", list(hash("subdomain", ""))),
	} {
		got := expect(t, c.do(t, "SET_DNS_ZONE", "DOMAIN", hash("domain", "example.com").set("records", records)), "465", "")
		if e := got.raw("error"); !strings.HasSuffix(e, problem) {
			t.Errorf("%q, want %q", e, problem)
		}
	}
	got, _ := served(t, w, "example.com")
	same(t, got, before...)
}

// A name of the account's that is not registered here has its zone too, and a secondary's records are its masters'.
func TestZonesOfOtherInterfaces(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, idle)
	c := newClient(w)
	if _, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.CreateZone{Origin: "elsewhere.example"}); err != nil {
		t.Fatal(err)
	}
	attrs := expect(t, c.do(t, "GET_DNS_ZONE", "DOMAIN", hash("domain", "Elsewhere.Example")), "200", "")
	if attrs.str("nameservers_ok") != "0" || attrs.get("records").form != assoc {
		t.Error(attrs)
	}
	expect(t, c.as("betareseller", "beta-"+dialecttest.OpenSRSKey).do(t, "GET_DNS_ZONE", "DOMAIN", hash("domain", "elsewhere.example")), "415", "")
	expect(t, c.do(t, "DELETE_DNS_ZONE", "DOMAIN", hash("domain", "elsewhere.example")), "200", "Command Successful")
	expect(t, c.do(t, "DELETE_DNS_ZONE", "DOMAIN", hash("domain", "elsewhere.example")), "415", "")
	secondary := command.CreateZone{Origin: "example.com", Kind: zone.Secondary, Masters: []zone.Master{{Addr: netip.MustParseAddrPort("198.51.100.1:53")}}}
	if _, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), secondary); err != nil {
		t.Fatal(err)
	}
	expect(t, c.do(t, "GET_DNS_ZONE", "DOMAIN", hash("domain", "example.com")), "200", "")
	expect(t, c.do(t, "SET_DNS_ZONE", "DOMAIN", hash("domain", "example.com").set("records", hash())), "405", "the records of example.com come from other servers")
	expect(t, c.do(t, "CREATE_DOMAIN_FORWARDING", "DOMAIN", hash("domain", "example.com")), "405", "the records of example.com come from other servers")
}
