package opensrs

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/zone"
)

func setForwards(t *testing.T, w *dialecttest.World, fs ...zone.Forward) {
	t.Helper()
	if _, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.SetForwards{Origin: "example.com", Forwards: fs}); err != nil {
		t.Fatal(err)
	}
}

func forwardsAre(t *testing.T, w *dialecttest.World, want ...zone.Forward) {
	t.Helper()
	got, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.Forwards{Origin: "example.com"})
	if err != nil {
		t.Fatal(err)
	}
	order := cmpopts.SortSlices(func(a, b zone.Forward) bool { return a.Source < b.Source })
	if d := cmp.Diff(want, got, cmpopts.IgnoreFields(zone.Forward{}, "ID", "Zone"), order, cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
}

// Rules are the core's forwards: what this interface sets the others see, and the other way round. Mail and what the interface
// cannot say stays.
func TestForwardingIsShared(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, idle, redirecting)
	c := newClient(w)
	do := func(action, code string, attrs *value) *value {
		t.Helper()
		return expect(t, c.do(t, action, "DOMAIN", attrs), code, "")
	}
	rule := func(sub, url, masked string) *value {
		return hash("subdomain", sub, "destination_url", url, "enabled", "1", "masked", masked, "title", "Shop", "keywords", "a, b")
	}
	set := func(rules ...*value) {
		t.Helper()
		do("SET_DOMAIN_FORWARDING", "200", hash("domain", "example.com").set("forwarding", list(rules...)))
	}
	show := func() (subs []string, rows []*value) {
		t.Helper()
		rows = do("GET_DOMAIN_FORWARDING", "200", hash("domain", "example.com")).get("forwarding").elements()
		for _, r := range rows {
			subs = append(subs, r.str("subdomain")+" "+r.str("destination_url"))
		}
		return subs, rows
	}
	do("CREATE_DNS_ZONE", "200", hash("domain", "example.com"))
	mail := zone.Forward{Kind: zone.Mail, Source: "info@@", Target: "erika@example.net"}
	moved := zone.Forward{Kind: zone.Redirect, Source: "www", Target: "http://one.example.net/", Status: 301}
	setForwards(t, w, mail, moved)
	do("CREATE_DOMAIN_FORWARDING", "485", hash("domain", "example.com")) // it is on by what the other interface did
	set(rule("shop", "http://two.example.net/", "1"), rule("www", "http://one.example.net/", "0"), rule("off", "http://three.example.net/", "0").with("enabled", "0"))
	frame := zone.Forward{Kind: zone.Frame, Source: "shop", Target: "http://two.example.net/", Title: "Shop"}
	forwardsAre(t, w, mail, moved, frame)
	lines, _ := served(t, w, "example.com")
	same(t, lines, append([]string{"shop A 3600 192.0.2.99", "shop AAAA 3600 2001:db8::99", "www A 3600 192.0.2.99", "www AAAA 3600 2001:db8::99"}, apexServers...)...)

	frame.Target = "http://four.example.net/"
	setForwards(t, w, mail, frame, zone.Forward{Kind: zone.Redirect, Source: "new", Target: "http://five.example.net/", Status: 302})
	subs, rows := show()
	if want := []string{"shop http://four.example.net/", "off http://three.example.net/", "new http://five.example.net/"}; !slices.Equal(subs, want) {
		t.Error(subs)
	}
	if rows[0].str("keywords") != "a, b" || rows[0].str("masked") != "1" || rows[1].str("enabled") != "0" {
		t.Error(rows[0], rows[1])
	}
	do("DELETE_DOMAIN_FORWARDING", "200", hash("domain", "example.com"))
	forwardsAre(t, w, mail)
	do("GET_DOMAIN_FORWARDING", "480", hash("domain", "example.com"))
	lines, _ = served(t, w, "example.com") // www was led by nobody at the end, and nobody took its records for the redirector's
	same(t, lines, append([]string{"www A 3600 192.0.2.99", "www AAAA 3600 2001:db8::99"}, apexServers...)...)
}

// A name with an address of its own keeps it; when that goes, the name leads to the redirector.
func TestForwardingBesideRecords(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, idle, redirecting)
	c := newClient(w)
	own := hash().set("A", list(hash("subdomain", "www", "ip_address", "192.0.2.1")))
	expect(t, c.do(t, "CREATE_DNS_ZONE", "DOMAIN", hash("domain", "example.com").set("records", own)), "200", "")
	expect(t, c.do(t, "CREATE_DOMAIN_FORWARDING", "DOMAIN", hash("domain", "example.com")), "200", "")
	rule := hash("subdomain", "www", "destination_url", "http://www.example.net/")
	expect(t, c.do(t, "SET_DOMAIN_FORWARDING", "DOMAIN", hash("domain", "example.com").set("forwarding", rule)), "200", "")
	lines, _ := served(t, w, "example.com")
	same(t, lines, append([]string{"www A 3600 192.0.2.1"}, apexServers...)...)
	attrs := expect(t, c.do(t, "SET_DNS_ZONE", "DOMAIN", hash("domain", "example.com").set("records", hash())), "200", "")
	if a := attrs.get("records").get("A").elements(); len(a) != 1 || a[0].str("ip_address") != "192.0.2.99" {
		t.Error(a)
	}
	f, err := w.Runner.ForwardFor(t.Context(), "www.example.com")
	if err != nil || f.Target != "http://www.example.net/" || f.Status != 302 {
		t.Error(f, err)
	}
	expect(t, c.do(t, "DELETE_DNS_ZONE", "DOMAIN", hash("domain", "example.com")), "200", "")
	expect(t, c.do(t, "GET_DOMAIN_FORWARDING", "DOMAIN", hash("domain", "example.com")), "480", "Domain forwarding not found for domain example.com")
}
