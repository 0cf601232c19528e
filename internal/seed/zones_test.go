package seed

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheckZone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"": nil,
		"$TTL 3600\n$ORIGIN example.com.\n@ IN A 192.0.2.1 ; c\n\tIN MX 10 mail\n*.x 5 IN TXT \"a ; b\" \"c\"\nx IN 5 TXT (a\n b )\n": nil,
		"@ SOA ns. h. (1 2 ; (\n 3 4 5)\r\n_sip._tcp SRV 0 0 5 x\n":                                                                   nil,
		"$INCLUDE f\n":           {"$INCLUDE is not offered"},
		" A 192.0.2.1\n":         {"the first record has no owner"},
		"-x A 192.0.2.1\n":       {`"-x" is not an owner name`},
		"x IN 5\n":               {"a record type is missing"},
		"x A\n":                  {"A has no data"},
		"x TXT \"open\n":         {"a quote is not closed"},
		"x TXT a)\n":             {"a closing parenthesis without an opening one"},
		"$TTL 1 2\n$ORIGIN -x\n": {"$TTL needs one number of seconds", "$ORIGIN needs one name"},
	} {
		var got []string
		for _, p := range checkZone(text) {
			got = append(got, p.text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}
