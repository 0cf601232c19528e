package dmapi

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/domain"
)

// TestReadKeys reads both forms (dmapi.md §7.3.8).
func TestReadKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tld, form string
		want      *domain.DNSSEC
		err       string
	}{
		{"com", "", nil, ""},
		{"com", "dnssec=0", &domain.DNSSEC{}, ""},
		{"com", "dnssec=1&ds-1=1:8:2:ab+cd", &domain.DNSSEC{DS: []domain.DS{{KeyTag: 1, Alg: 8, DigestType: 2, Digest: "ABCD"}}}, ""},
		{"com", "dnssec=Y&ds-2=2:8:2:EF&ds-1=1:8:2:AB", &domain.DNSSEC{DS: []domain.DS{{KeyTag: 1, Alg: 8, DigestType: 2, Digest: "AB"}, {KeyTag: 2, Alg: 8, DigestType: 2, Digest: "EF"}}}, ""},
		{"de", "dnssec=1&ds-1=3:13:257:AwE%3D", &domain.DNSSEC{Keys: []domain.Key{{Protocol: 3, Alg: 13, Flags: 257, PubKey: "AwE="}}}, ""},
		{"com", "dnssec=perhaps", nil, "Parameter dnssec: expected: 1 or 0"},
		{"com", "dnssec=1", nil, "Parameter ds-1: expected: non-empty value"},
		{"com", "dnssec=1&ds-2=1:8:2:AB", nil, "Parameter ds-1: expected: non-empty value"},
		{"com", "dnssec=1&ds-1=1:8:2:AB&ds-4=1:8:2:AB", nil, "Parameter ds-2: expected: non-empty value"},
		{"com", "dnssec=1&ds-1=1:8:2:AB&ds-7=1:8:2:AB", nil, "Parameter ds-7: expected: no value (keys are ds-1 to ds-6)"},
		{"com", "dnssec=1&ds-1=99999:8:2:AB", nil, "Parameter ds-1: expected: keytag:algorithm:digest-type:digest"},
		{"de", "dnssec=1&ds-1=3:13:257:", nil, "Parameter ds-1: expected: protocol:algorithm:flags:public-key"},
		{"com", "ds-3=1:8:2:AB", nil, "Parameter dnssec: expected: 1 (together with ds-3)"},
		{"com", "dnssec=0&ds-1=1:8:2:AB", nil, "Parameter ds-1: expected: no value (dnssec is 0)"},
	} {
		rq := requestOf(t, c.form)
		got, err := rq.dnssec(c.tld)
		text := ""
		if err != nil {
			text = strings.Join((&request{d: rq.d}).refusal(err).errors, "|")
			got = nil
		}
		if diff := cmp.Diff(c.want, got); diff != "" || text != c.err {
			t.Errorf("%s %s: %q %s", c.tld, c.form, text, diff)
		}
	}
}

// TestKeyParam: what the core says of a record is said of its parameter.
func TestKeyParam(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{"dnssec": "dnssec", "dnssec.ds[0].digest": "ds-1", "dnssec.key[5].flags": "ds-6"} {
		if got, _ := paramOf(field); got != want {
			t.Errorf("%s: %s", field, got)
		}
	}
}
