package wapi

import (
	"errors"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/errs"
)

// No kind is missing from the table, and no code is answered that the vendor's table does not have.
func TestEveryKindHasACode(t *testing.T) {
	t.Parallel()
	cmds := []string{"", "ping"}
	for c := range commands {
		cmds = append(cmds, c)
	}
	for _, k := range errs.Kinds() {
		if _, listed := kindCodes[k]; !listed {
			t.Errorf("%s is not in the table", k)
		}
		for _, cmd := range cmds {
			for _, field := range []string{"", "name", "period", "registrant", "admin.email", "tech", "billing", "name_servers", "ns_set", "contact", "contact.phone",
				"contact.type", "contact.x-de-type", "handle", "tld", "id", "expiry", "idempotency_key", "max_price", "auth_info",
				"zone", "masters", "records", "records[0]", "records[0].name", "records[0].type", "records[0].data", "records[0].ttl", "remove[0]", "serial", "soa.mname", "ttl", "text"} {
				c := codeFor(cmd, errs.F(k, field, "text"))
				if c < 2000 || c.text() == "" {
					t.Errorf("%s/%s/%s: %d", cmd, k, field, c)
				}
			}
		}
	}
	if c := codeFor("domain-info", errs.As(errors.New("boom"))); c != internal {
		t.Error(c)
	}
}

func TestCodesByCommandAndField(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cmd  string
		err  *errs.Error
		want code
	}{
		{"domain-create", errs.E(errs.Busy, ""), 4207},
		{"domain-create", errs.E(errs.RegistryDown, ""), 4207},
		{"domain-create", errs.E(errs.NoFunds, ""), 3002},
		{"domain-create", errs.E(errs.NoPrice, ""), 5002},
		{"domain-create", errs.F(errs.NotAvailable, "name", ""), 3201},
		{"domain-create", errs.F(errs.NotFound, "registrant", ""), 3211},
		{"domain-create", errs.F(errs.Missing, "registrant.phone", ""), 3211},
		{"domain-create", errs.F(errs.NotFound, "ns_set", ""), 3214},
		{"domain-create", errs.F(errs.QuotaExceeded, "name_servers", ""), 2211},
		{"domain-create", errs.F(errs.Exists, "name_servers", ""), 2214},
		{"domain-create", errs.F(errs.Missing, "name_servers", ""), 2210},
		{"domain-create", errs.F(errs.InvalidPeriod, "period", ""), 2203},
		{"domain-renew", errs.F(errs.NotOwned, "name", ""), 3223},
		{"domain-renew", errs.F(errs.NotFound, "name", ""), 3222},
		{"domain-renew", errs.E(errs.WrongState, ""), 3224},
		{"domain-update-ns", errs.E(errs.Locked, ""), 3225},
		{"contact-info", errs.F(errs.NotFound, "contact", ""), 3229},
		{"contact-update", errs.E(errs.Conflict, ""), 3239},
		{"contact-create", errs.F(errs.Exists, "handle", ""), 3231},
		{"domain-check", errs.F(errs.UnsupportedTLD, "name", ""), 2201},
		{"domain-check", errs.E(errs.RegistryDown, ""), 4201},
		{"domain-transfer-check", errs.F(errs.Exists, "name", ""), 3220},
		{"domain-transfer-check", errs.F(errs.Locked, "name", ""), 3218},
		{"domain-transfer-check", errs.E(errs.RegistryDown, ""), 4206},
		{"domain-transfer", errs.F(errs.NotFound, "name", ""), 3226},
		{"domain-transfer", errs.F(errs.Missing, "auth_info", ""), 2215},
		{"domain-transfer", errs.F(errs.Auth, "auth_info", ""), 3227},
		{"domain-transfer", errs.E(errs.Busy, ""), 4209},
		{"domain-transfer", errs.F(errs.Missing, "registrant.phone", ""), 3211},
		{"domain-send-auth-info", errs.F(errs.Locked, "auth_info", ""), 3209},
		{"domain-send-auth-info", errs.E(errs.RegistryDown, ""), 4214},
		{"domain-update-keyset", errs.E(errs.Locked, ""), 3262},
		{"domain-update-keyset", errs.E(errs.RegistryDown, ""), 3258},
		{"dns-domain-info", errs.F(errs.NotFound, "zone", ""), 3222},
		{"dns-domain-info", errs.F(errs.NotOwned, "zone", ""), 3223},
		{"dns-domain-add", errs.F(errs.NotOwned, "zone", ""), 3302},
		{"dns-domain-add", errs.F(errs.Exists, "zone", ""), 3303},
		{"dns-domain-add", errs.F(errs.Invalid, "soa.mname", ""), 2101},
		{"dns-domain-update", errs.E(errs.Conflict, ""), 3304},
		{"dns-domain-delete", errs.E(errs.Busy, ""), 3301},
		{"dns-domain-commit", errs.F(errs.Invalid, "records[0].type", ""), 4001},
		{"dns-row-add", errs.F(errs.Exists, "records[0]", ""), 2316},
		{"dns-row-add", errs.F(errs.Invalid, "records[0].type", ""), 2313},
		{"dns-row-add", errs.F(errs.QuotaExceeded, "records", ""), 2310},
		{"dns-row-add", errs.F(errs.Invalid, "records[0].ttl", ""), 3307},
		{"dns-row-update", errs.F(errs.Invalid, "records[3].data", ""), 2314},
		{"dns-row-delete", errs.F(errs.NotFound, "remove[0]", ""), 3309},
		{"dns-row-delete", errs.E(errs.RegistryDown, ""), 5003},
	} {
		if got := codeFor(c.cmd, c.err); got != c.want {
			t.Errorf("%s %v: %d, want %d", c.cmd, c.err, got, c.want)
		}
	}
	var l errs.List
	l.Add(errs.F(errs.Missing, "contact.postal_code", ""))
	l.Add(errs.F(errs.Invalid, "contact.email", ""))
	l.Add(errs.F(errs.Missing, "contact.last_name", ""))
	if got := codeFor("contact-create", errs.As(l.Err())); got != 2221 {
		t.Errorf("first problem in the order of fields: %d", got)
	}
}

func TestErrorAnswerIsAReply(t *testing.T) {
	t.Parallel()
	for _, k := range errs.Kinds() {
		body := string(bare().ErrorAnswer(errs.E(k, "secret words")))
		if c := codeOf(t, body); c < "2000" || strings.Contains(body, "secret words") {
			t.Error(k, body)
		}
	}
}
