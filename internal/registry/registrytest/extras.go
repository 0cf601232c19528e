package registrytest

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/registry"
)

func ds(tag int) registry.DS {
	return registry.DS{KeyTag: tag, Alg: 13, DigestType: 2, Digest: strings.Repeat("0A", 32)}
}

// signed is DNSSEC data of numbered records, or of keys where those alone are taken.
func (s *suite) signed(numbers ...int) *registry.DNSSEC {
	out := &registry.DNSSEC{}
	for _, n := range numbers {
		if s.caps.DNSSECKeys {
			out.Keys = append(out.Keys, registry.Key{Flags: 257, Protocol: 3, Alg: 13, PubKey: base64.StdEncoding.EncodeToString([]byte{1, 2, 3, byte(n)})})
		} else {
			out.DS = append(out.DS, ds(n))
		}
	}
	return out
}

func (s *suite) dnssec(t *testing.T) {
	ctx := t.Context()
	in := registry.DomainCreate{Name: s.domain(), Years: 1, DNSSEC: s.signed(1, 2)}
	s.register(t, in)
	shows := func(what string, want *registry.DNSSEC) {
		t.Helper()
		same := cmp.Comparer(func(a, b registry.DS) bool { return a.Same(b) })
		if d := cmp.Diff(want, s.info(t, in.Name).DNSSEC, same); d != "" {
			t.Errorf("after %s (-want +got):\n%s", what, d)
		}
	}
	shows("create", in.DNSSEC)
	key := registry.Key{Flags: 257, Protocol: 3, Alg: 13, PubKey: "AQIDBA=="}
	for _, c := range []struct {
		what string
		u    registry.DomainUpdate
		want *registry.DNSSEC
	}{
		{"add and remove", registry.DomainUpdate{RemDNSSEC: s.signed(1), AddDNSSEC: s.signed(3)}, s.signed(2, 3)},
		{"replace all", registry.DomainUpdate{RemAllDNSSEC: true, AddDNSSEC: s.signed(4)}, s.signed(4)},
		{"remove all", registry.DomainUpdate{RemAllDNSSEC: true}, nil},
		{"keys", registry.DomainUpdate{AddDNSSEC: &registry.DNSSEC{Keys: []registry.Key{key}}}, &registry.DNSSEC{Keys: []registry.Key{key}}},
	} {
		c.u.Name = in.Name
		r, err := s.reg.UpdateDomain(ctx, s.trid(), c.u)
		done(t, c.what, r, err)
		shows(c.what, c.want)
	}
	_, err := s.reg.UpdateDomain(ctx, s.trid(), registry.DomainUpdate{Name: in.Name, RemDNSSEC: s.signed(9)})
	refused(t, "removal of what is not there", err)
	if s.caps.DNSSECKeys {
		_, err := s.reg.UpdateDomain(ctx, s.trid(), registry.DomainUpdate{Name: in.Name, RemAllDNSSEC: true, AddDNSSEC: &registry.DNSSEC{DS: []registry.DS{ds(1)}}})
		refused(t, "a DS record where keys are taken", err, registry.CodePolicy)
	}
}

// unoffered demands that what a registry does not offer is refused and changes nothing.
func (s *suite) unoffered(t *testing.T) {
	ctx := t.Context()
	if !s.caps.DNSSEC {
		in := s.filled(t, registry.DomainCreate{Name: s.domain(), Years: 1, DNSSEC: &registry.DNSSEC{DS: []registry.DS{ds(1)}}})
		_, err := s.reg.CreateDomain(ctx, s.trid(), in)
		refused(t, "create with DNSSEC", err, registry.CodeExtension)
		_, err = s.reg.InfoDomain(ctx, in.Name)
		refused(t, "info after the refusal", err, registry.CodeNotExist)
	}
	if !s.caps.Contacts {
		_, err := s.reg.CreateContact(ctx, s.trid(), s.person())
		refused(t, "create contact", err, registry.CodeObjectService)
		_, err = s.reg.InfoContact(ctx, s.contactID())
		refused(t, "info of a contact", err, registry.CodeObjectService)
		in := s.filled(t, registry.DomainCreate{Name: s.domain(), Years: 1, Registrant: s.contactID()})
		s.refusedCreate(t, in, registry.CodePolicy)
	}
	if !s.caps.HostObjects {
		h := s.outside()
		_, err := s.reg.CreateHost(ctx, s.trid(), registry.Host{Name: h})
		refused(t, "create host", err, registry.CodeObjectService)
		_, err = s.reg.CheckHosts(ctx, []dname.Name{h})
		refused(t, "check of a host", err, registry.CodeObjectService)
	}
	if !s.caps.Fee {
		in := s.filled(t, registry.DomainCreate{Name: s.domain(), Years: 1, Fee: money.New(1, "USD")})
		_, err := s.reg.CreateDomain(ctx, s.trid(), in)
		refused(t, "create with a fee", err, registry.CodeExtension)
	}
	if !s.caps.RGP {
		_, err := s.reg.RestoreDomain(ctx, s.trid(), registry.DomainRestore{Name: s.domain()})
		refused(t, "restore", err, registry.CodeExtension)
	}
}

// refusedCreate demands that an order is refused and leaves nothing behind.
func (s *suite) refusedCreate(t *testing.T, in registry.DomainCreate, code int) {
	t.Helper()
	_, err := s.reg.CreateDomain(t.Context(), s.trid(), in)
	refused(t, "create", err, code)
	_, err = s.reg.InfoDomain(t.Context(), in.Name)
	refused(t, "info after the refusal", err, registry.CodeNotExist)
}

func (s *suite) fee(t *testing.T) {
	ctx := t.Context()
	n := s.domain()
	checked, err := s.reg.CheckDomains(ctx, append(s.names(1), n))
	if err != nil || len(checked) != 2 {
		t.Fatalf("check: %+v, %v", checked, err)
	}
	fees := map[string]registry.Fee{}
	for _, command := range []string{registry.FeeCreate, registry.FeeRenew, registry.FeeTransfer} {
		f, ok := checked[1].FeeFor(command)
		if !ok || !f.Amount.Currency.Valid() || f.Amount.Minor < 1 || f.Years < 1 || !f.Standard {
			t.Fatalf("fee of %s: %+v in %+v", command, f, checked[1])
		}
		fees[command] = f
	}
	if checked[1].Class != "" {
		t.Errorf("class %q of a name without one", checked[1].Class)
	}

	in := s.filled(t, registry.DomainCreate{Name: n, Years: fees[registry.FeeCreate].Years, Fee: fees[registry.FeeCreate].Amount})
	low := in
	low.Fee.Minor--
	_, err = s.reg.CreateDomain(ctx, s.trid(), low)
	refused(t, "create for too little", err, registry.CodeRange)
	created, err := s.reg.CreateDomain(ctx, s.trid(), in)
	done(t, "create", created.Result, err)
	if created.Fee != in.Fee {
		t.Errorf("create: charged %v, want %v", created.Fee, in.Fee)
	}
	renew := registry.DomainRenew{Name: n, CurExpiry: created.Expires, Years: fees[registry.FeeRenew].Years, Fee: fees[registry.FeeRenew].Amount}
	renewed, err := s.reg.RenewDomain(ctx, s.trid(), renew)
	done(t, "renew", renewed.Result, err)
	if renewed.Fee != renew.Fee {
		t.Errorf("renew: charged %v, want %v", renewed.Fee, renew.Fee)
	}
	if r, err := s.reg.DeleteDomain(ctx, s.trid(), n); err != nil || r.Fee.Minor > 0 {
		t.Errorf("delete: %+v, %v", r, err)
	}
}
