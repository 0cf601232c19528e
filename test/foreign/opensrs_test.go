package foreign

import (
	"testing"
	"time"
)

// TestNetOpenSRS: Debian's libnet-opensrs-perl registers a name, reads it back, logs its registrant in and renews it, on the live host and on Horizon, where
// the account's twin lives and the same name is another one.
func TestNetOpenSRS(t *testing.T) {
	t.Parallel()
	need(t, "/usr/share/perl5/Net/OpenSRS.pm", "libnet-opensrs-perl")
	need(t, "/usr/share/perl5/LWP/Protocol/https.pm", "liblwp-protocol-https-perl")
	r := setup(t)
	for _, c := range []struct{ env, key, balance string }{
		{"live", "0123456789abcdef", "*.*"},
		{"test", "fedcba9876543210", "*.*"},
	} {
		t.Run(c.env, func(t *testing.T) {
			domain := "net-opensrs.com"
			out := r.client(t, nil, "perl", script("opensrs.pl"), c.env, "alphareseller", c.key, domain)
			year, renewed := time.Now().UTC().AddDate(1, 0, 0).Format("2006-"), time.Now().UTC().AddDate(3, 0, 0).Format("2006-")
			wantLines(t, out,
				"is_available before: 210: Domain available",
				"register_domain: 200: Domain registration successfully completed | Domain successfully locked.",
				"is_available after: 211: Domain taken",
				"GET all_info: 200: *",
				"owner: Jane Doe, Example & Sons, Portland US +1.5035551212",
				"expires: "+year+"*",
				"get_cookie: 200: Command Successful",
				"cookie: in form "+year+"*",
				"GET by cookie: 200: *",
				"renew_domain: 200: Command completed successfully",
				"renewed by two years: yes",
				"get_expiring_domains: 200: *",
				"listed: "+domain+" "+renewed+"*",
				"GET_BALANCE: 200: *",
				"balance: "+c.balance,
			)
		})
	}
}
