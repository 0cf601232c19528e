package seed_test

import (
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/seed"
)

// TestZoneText tells what is wrong with a zone, by line or by record.
func TestZoneText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "",
		"$TTL 3600\n$ORIGIN example.com.\n@ IN A 192.0.2.1 ; c\n\tIN MX 10 mail\n*.x 5 IN TXT \"a ; b\" \"c\"\nx IN 5 TXT (a\n b )\n": "",
		"@ SOA ns. h.x. (1 2 ; (\n 3 4 5)\r\n_sip._tcp SRV 0 0 5 x\n":                                                                 "",
		"@ NS ns1.elsewhere.test.\n": "",
		"\n$INCLUDE f\n":             "line 2 of the text: $INCLUDE",
		" A 192.0.2.1\n":             "line 1 of the text: there is no name",
		"x A\n":                      "line 1 of the text: A must be",
		"x TXT \"open\n":             "line 1 of the text",
		"x A 192.0.2.1\nx CNAME y\n": "x A: x has a CNAME and other records",
		"@ CNAME y\n":                "@ CNAME: the zone's own name cannot be a CNAME",
	} {
		file := "version: 1\naccounts: [{name: a, currency: EUR}]\nzones:\n  - {name: example.com, account: a, zone: " + quoted(text) + "}\n"
		_, err := seed.Parse([]byte(file), "f.yaml", t0)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), "zones[0]: "+want)) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// quoted is a text in double quotes of YAML.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s) + `"`
}
