package command_test

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/zone"
)

// An IPv4 address that is written as an IPv6 one leads to the redirector all the same.
func TestLeads(t *testing.T) {
	p := command.Platform{Redirect: []netip.Addr{netip.MustParseAddr("::ffff:192.0.2.1"), netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("2001:db8::1")}}
	want := []zone.Record{{Name: "www", Type: "A", Data: "192.0.2.1"}, {Name: "www", Type: "A", Data: "192.0.2.2"}, {Name: "www", Type: "AAAA", Data: "2001:db8::1"}}
	if got := p.Leads("www"); !slices.Equal(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
}
