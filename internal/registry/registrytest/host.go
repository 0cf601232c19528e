package registrytest

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
)

var (
	addr4  = netip.MustParseAddr("192.0.2.1")
	addr4b = netip.MustParseAddr("192.0.2.2")
	addr6  = netip.MustParseAddr("2001:db8::1")
)

// hostsFor makes n hosts outside the zone where hosts are objects, else it only draws their names.
func (s *suite) hostsFor(t *testing.T, n int) []dname.Name {
	t.Helper()
	var out []dname.Name
	for range n {
		h := s.outside()
		if s.caps.HostObjects {
			r, err := s.reg.CreateHost(t.Context(), s.trid(), registry.Host{Name: h})
			done(t, "create host", r, err)
		}
		out = append(out, h)
	}
	return out
}

func (s *suite) host(t *testing.T) {
	ctx := t.Context()
	h, free := s.hostsFor(t, 1)[0], s.outside()
	got, err := s.reg.CheckHosts(ctx, []dname.Name{free, h})
	if err != nil {
		t.Fatalf("check: %v", err)
	}
	if len(got) != 2 || got[0].Name != free || !got[0].Available || got[1].Name != h || got[1].Available {
		t.Errorf("check: %+v, want %s free and %s taken", got, free, h)
	}
	info, err := s.reg.InfoHost(ctx, h)
	if err != nil {
		t.Fatalf("info: %v", err)
	}
	if info.Name != h || len(info.Addresses) != 0 || info.Sponsor == "" || !slices.Contains(info.Statuses, "ok") {
		t.Errorf("info: %+v", info)
	}
	_, err = s.reg.CreateHost(ctx, s.trid(), registry.Host{Name: h})
	refused(t, "second create", err, registry.CodeObjectExists)
}

// subordinateHost is about glue: a host below a domain of the registry.
func (s *suite) subordinateHost(t *testing.T) {
	ctx := t.Context()
	d := s.domain()
	h := dname.Name("ns1." + d.String())
	_, err := s.reg.CreateHost(ctx, s.trid(), registry.Host{Name: h, Addresses: []netip.Addr{addr4}})
	refused(t, "create before the domain", err)
	s.register(t, registry.DomainCreate{Name: d, Years: 1})
	r, err := s.reg.CreateHost(ctx, s.trid(), registry.Host{Name: h, Addresses: []netip.Addr{addr4, addr6}})
	done(t, "create", r, err)
	s.addresses(t, h, addr4, addr6)
	r, err = s.reg.UpdateHost(ctx, s.trid(), registry.HostUpdate{Name: h, Add: []netip.Addr{addr4b}, Rem: []netip.Addr{addr4}})
	done(t, "update", r, err)
	s.addresses(t, h, addr4b, addr6)

	r, err = s.reg.UpdateDomain(ctx, s.trid(), registry.DomainUpdate{Name: d, AddNS: []dname.Name{h}})
	done(t, "use as a name server", r, err)
	info, err := s.reg.InfoDomain(ctx, d)
	if err != nil {
		t.Fatalf("info: %v", err)
	}
	if !slices.Contains(info.NameServers, h) || !slices.Contains(info.Hosts, h) {
		t.Errorf("domain shows name servers %v and hosts %v, want %s in both", info.NameServers, info.Hosts, h)
	}
}

func (s *suite) addresses(t *testing.T, h dname.Name, want ...netip.Addr) {
	t.Helper()
	info, err := s.reg.InfoHost(t.Context(), h)
	if err != nil {
		t.Fatalf("info: %v", err)
	}
	slices.SortFunc(info.Addresses, netip.Addr.Compare)
	slices.SortFunc(want, netip.Addr.Compare)
	if !slices.Equal(info.Addresses, want) {
		t.Errorf("addresses %v, want %v", info.Addresses, want)
	}
}

func (s *suite) hostMissing(t *testing.T) {
	h := s.outside()
	_, err := s.reg.InfoHost(t.Context(), h)
	refused(t, "info", err, registry.CodeNotExist)
	_, err = s.reg.UpdateHost(t.Context(), s.trid(), registry.HostUpdate{Name: h, Add: []netip.Addr{addr4}})
	refused(t, "update", err, registry.CodeNotExist)
}
