package profiles

import (
	"slices"
	"testing"

	"github.com/polyreg/polyreg/internal/registry/epp"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// A profile does not contradict itself.
func TestProfilesAgreeWithThemselves(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		p, ok := Named(name)
		has := func(space string) bool {
			return slices.Contains(p.Objects, space) || slices.Contains(p.Extensions, space)
		}
		if !ok || p.Name != name || p.Description == "" || p.Capabilities.CheckLimit < 1 || !has(wire.NSDomain) {
			t.Errorf("%s: %+v", name, p)
		}
		c := p.Capabilities
		for _, x := range []struct {
			what string
			a, b bool
		}{
			{"contacts", c.Contacts, has(wire.NSContact)}, {"hosts", c.HostObjects, has(wire.NSHost)}, {"rgp", c.RGP, has(wire.NSRGP)},
			{"dnssec", c.DNSSEC && !p.Sets, has(wire.NSSecDNS)}, {"fee", c.Fee, has(wire.NSFee)},
			{"authInfo", c.SecureAuth, has(wire.NSSecureAuthInfo)}, {"secure", c.SecureAuth, p.AuthInfo.Secure},
			{"nsset", p.Sets, has(wire.NSNSSet)}, {"keyset", p.Sets, has(wire.NSKeyset)}, {"sets", p.Sets, has(wire.NSSets)},
			{"server's rgp", c.RGP, !p.Server.NoRGP}, {"sets are no hosts", p.Sets && c.HostObjects, false},
			{"registrant", p.Server.RequireRegistrant && !c.Contacts, false},
		} {
			if x.a != x.b {
				t.Errorf("%s: %s", name, x.what)
			}
		}
	}
	if _, ok := Named("nobody"); ok {
		t.Error("a profile of no name")
	}
}

func TestConfigure(t *testing.T) {
	t.Parallel()
	p, _ := Named("cz")
	var cfg epp.Config
	cfg.Capabilities.CheckLimit = 7
	p.Configure(&cfg)
	if cfg.Capabilities.CheckLimit != 7 || !slices.Equal(cfg.Objects, p.Objects) || len(cfg.SetTLDs) != 1 || cfg.Capabilities.HostObjects {
		t.Errorf("%+v", cfg)
	}
	thin, _ := Named("thin")
	cfg = epp.Config{Extensions: []string{}}
	thin.Configure(&cfg)
	if len(cfg.Extensions) != 0 || cfg.Capabilities.Contacts || cfg.Capabilities.CheckLimit != 50 || cfg.SetTLDs != nil {
		t.Errorf("%+v", cfg)
	}
}
