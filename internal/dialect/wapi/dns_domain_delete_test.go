package wapi

import "testing"

// The zone goes with its rows; the registration stays, and a new zone begins empty.
func TestZoneDelete(t *testing.T) {
	t.Parallel()
	_, d := zoned(t)
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"a","ttl":300,"type":"A","rdata":"192.0.2.1"}`)
	wants(t, d, "2100", "dns-domain-delete", `{}`)
	wants(t, d, "1000", "dns-domain-delete", `{"name":"example.com"}`)
	wants(t, d, "3222", "dns-domain-delete", `{"name":"example.com"}`)
	wants(t, d, "1000", "domain-info", `{"name":"example.com"}`)
	wants(t, d, "1000", "dns-domain-add", `{"name":"example.com"}`)
	if rows := rowsOfZone(t, d); len(rows) != 0 {
		t.Error(rows)
	}
}
