package foreign

import (
	"testing"
)

// TestWAPIByCurl: a session in each form, with the hash computed in the shell by the manual's formula.
func TestWAPIByCurl(t *testing.T) {
	t.Parallel()
	need(t, "/usr/bin/curl", "curl")
	need(t, "/usr/bin/sha1sum", "coreutils")
	need(t, "/usr/share/zoneinfo/Europe/Prague", "tzdata")
	r := setup(t)
	for _, form := range []string{"json", "xml"} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			domain := "wapi-" + form + ".info"
			out := r.client(t, nil, script("wapi.sh"), form, "ops@alpha.example", "Wapi-Secret.1", domain)
			wantLines(t, out,
				"ping: 1000 OK sh-ping",
				"credit-info: 1000 OK sh-credit-info",
				"domain-check: 1000 OK sh-domain-check",
				"contact-create: 1000 OK sh-contact-create",
				"domain-create: 1000 OK sh-domain-create",
				"expires: 20*-*-*",
				"domain-check: 3201 Domain is registered sh-domain-check",
				"domain-info: 1000 OK sh-domain-info",
				"domains-list: 1000 OK sh-domains-list",
				"listed: "+domain,
				"credit-info: 1000 OK sh-credit-info",
				"credit: *.* *.*",
				"ping: 2050 Authentication failure sh-ping",
				"no-such-command: 2010 * sh-no-such-command",
			)
		})
	}
}
