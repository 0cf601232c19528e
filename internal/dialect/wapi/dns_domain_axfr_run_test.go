package wapi

import "testing"

// Primaries are transferred from nobody, and nothing can hurry secondaries yet.
func TestAXFRRun(t *testing.T) {
	t.Parallel()
	_, d := zoned(t)
	wants(t, d, "1000", "dns-domain-add", `{"name":"second.net","type":"secondary","primary_ip":"192.0.2.53"}`)
	for _, c := range []struct{ want, data string }{{"2100", `{}`}, {"2319", `{"name":"example.com"}`}, {"2011", `{"name":"second.net"}`}, {"3222", `{"name":"missing.com"}`}, {"2201", `{"name":"missing.museum"}`}} {
		wants(t, d, c.want, "dns-domain-axfr-run", c.data)
	}
	wants(t, d, "2010", "dns-domain-axfr-tsig", `{"name":"example.com"}`)
}
