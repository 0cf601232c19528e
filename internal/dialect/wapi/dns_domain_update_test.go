package wapi

import "testing"

// Settings that are not given stay; new name servers keep the rows, and what waits still waits.
func TestZoneUpdateKeepsTheRest(t *testing.T) {
	t.Parallel()
	_, d := zoned(t)
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"a","ttl":300,"type":"A","rdata":"192.0.2.1"}`)
	wants(t, d, "1000", "dns-domain-update", `{"name":"example.com","axfr_enabled":1,"axfr_ips":"192.0.2.53"}`)
	wants(t, d, "1000", "dns-domain-update", `{"name":"example.com","ns":["ns1.alpha.example","ns2.alpha.example"]}`)
	wants(t, d, "1000", "dns-domain-update", `{"name":"example.com","axfr_enabled":1}`)
	wants(t, d, "1000", "dns-domain-update", `{"name":"example.com","axfr_ips":["192.0.2.54"]}`)
	z := zoneInfo(t, d)
	if z.Get("axfr_ips").Items[0].Text != "192.0.2.54" || z.Get("ns").Items[0].Text != "ns1.alpha.example" || z.Get("changed").Text != "1" || len(rowsOfZone(t, d)) != 1 {
		t.Error(z)
	}
	wants(t, d, "1000", "dns-domain-update", `{"name":"example.com","axfr_enabled":0}`)
	wants(t, d, "1000", "dns-domain-update", `{"name":"example.com","axfr_ips":["192.0.2.54"]}`)
	if z := zoneInfo(t, d); z.Get("axfr_enabled").Text != "0" {
		t.Error("switched on by addresses alone:", z)
	}
}
