package wapi

import (
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/zone"
)

// What is made here is what the core has.
func TestZonesReadBack(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	d := New(w.Deps())
	wants(t, d, "1000", "dns-domain-add", `{"name":"first.net","axfr_enabled":true,"axfr_ips":{"ip1":"192.0.2.53","ip2":"2001:db8::53"},"ns":["ns1.alpha.example","ns2.alpha.example"]}`)
	wants(t, d, "1000", "dns-domain-add", `{"name":"second.net","type":"secondary","primary_ip":"192.0.2.53"}`)
	wants(t, d, "1000", "dns-domain-add", `{"name":"third.net","type":"primary","primary_ip":"","axfr_enabled":"0","axfr_ips":[],"ns":""}`)
	read := func(origin string) command.ZoneView {
		v, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.ZoneInfo{Origin: origin})
		must(t, err)
		return v
	}
	if v := read("first.net"); v.Zone.Kind != zone.Primary || len(v.Zone.AllowXFR) != 2 || v.Zone.AllowXFR[1].String() != "2001:db8::53/128" || v.Records[0].Data != "ns1.alpha.example." {
		t.Errorf("%+v", v)
	}
	if v := read("second.net"); v.Zone.Kind != zone.Secondary || len(v.Zone.Masters) != 1 || v.Zone.Masters[0].Addr.String() != "192.0.2.53:53" {
		t.Errorf("%+v", v)
	}
	if v := read("third.net"); v.Zone.Kind != zone.Primary || len(v.Zone.AllowXFR) != 0 || v.Records[0].Data != "ns1.polyreg.test." {
		t.Errorf("%+v", v)
	}
}
