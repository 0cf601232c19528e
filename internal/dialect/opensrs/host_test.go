package opensrs

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/polyreg/polyreg/internal/errs"
)

func TestMergeFamilies(t *testing.T) {
	t.Parallel()
	ips := func(in ...string) (out []netip.Addr) {
		for _, s := range in {
			out = append(out, netip.MustParseAddr(s))
		}
		return out
	}
	have := ips("192.0.2.1", "2001:db8::1", "192.0.2.2")
	for _, c := range []struct{ v4, v6, want []netip.Addr }{
		{nil, nil, have},
		{ips("192.0.2.9"), nil, ips("2001:db8::1", "192.0.2.9")},
		{nil, ips("2001:db8::9"), ips("192.0.2.1", "192.0.2.2", "2001:db8::9")},
		{ips("192.0.2.9"), ips("2001:db8::9"), ips("192.0.2.9", "2001:db8::9")},
	} {
		if got := mergeFamilies(have, c.v4, c.v6); !slices.Equal(got, c.want) {
			t.Errorf("%v + %v %v: %v", have, c.v4, c.v6, got)
		}
	}
	if v4, v6 := families(have); v4 != "192.0.2.1" || v6 != "2001:db8::1" {
		t.Error(v4, v6)
	}
}

// What is wrong with the host has the host's codes, what is wrong with the domain above it the domain's.
func TestHostProblem(t *testing.T) {
	t.Parallel()
	refused := errs.E(errs.NotFound, "the registry refused: x")
	refused.Code = 2303
	for _, c := range []struct {
		err  error
		code int
		text string
	}{
		{errs.F(errs.Exists, "name", "x"), 485, "Nameserver ns1.a.com already exists"},
		{errs.F(errs.Exists, "new_name", "x").On("host", "ns2.a.com"), 485, "Nameserver ns2.a.com already exists"},
		{errs.E(errs.InUse, "x"), 485, "Nameserver in use"},
		{errs.F(errs.NotFound, "name", "x").On("host", "ns1.a.com"), 480, "Nameserver not found"},
		{refused, 480, "Nameserver not found"},
		{errs.F(errs.NotFound, "name", "x").On("domain", "a.com"), 415, "Authentication Error."},
		{errs.F(errs.NotOwned, "name", "x").On("domain", "a.com"), 415, "Authentication Error."},
		{errs.F(errs.Invalid, "addresses[0]", "is bad"), 465, "Invalid IP address: is bad"},
		{errs.E(errs.Busy, "x"), 437, ""},
		{errs.E(errs.RegistryDown, "x"), 705, ""},
	} {
		r := translate("CREATE", hostProblem("ns1.a.com", c.err))
		if r.code != c.code || c.text != "" && r.text != c.text {
			t.Errorf("%v: %d %q", c.err, r.code, r.text)
		}
	}
	if hostProblem("ns1.a.com", nil) != nil {
		t.Error("no error became one")
	}
}
