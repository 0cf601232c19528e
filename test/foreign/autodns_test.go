package foreign

import "testing"

// TestAutoDNSByCurl: a session at the XML gateway.
func TestAutoDNSByCurl(t *testing.T) {
	t.Parallel()
	need(t, "/usr/bin/curl", "curl")
	need(t, "/usr/bin/xmllint", "libxml2-utils")
	r := setup(t)
	domain := "by-curl-xml.org"
	out := r.client(t, nil, script("autodns.sh"), "alpha", "4", "s3cret-robot", domain)
	wantLines(t, out,
		"contact create: S0301 success ",
		"contact info: S0304 success ",
		"contact: Jane Doe, Berlin",
		"domain create: N0101 notify ",
		"ctid: sh-1",
		"domain create again: E0101 error EF*",
		"domain info: S0105 success ",
		"domain: "+domain+", owner as given, ns1.polyreg.test ns2.polyreg.test",
		"domain list: S0105 success ",
		"listed: "+domain+", total 1",
	)
}
