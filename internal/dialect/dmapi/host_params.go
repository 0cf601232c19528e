package dmapi

import (
	"net/netip"

	"github.com/polyreg/polyreg/internal/dname"
)

// noAddress is the value that takes an address away (§7.5).
const noAddress = "-"

// hostName reads the parameter host.
func (rq *request) hostName() (string, error) {
	text, err := rq.form.require("host")
	if err != nil {
		return "", err
	}
	if _, err := dname.ParseHost(text); err != nil {
		return "", param("host", "valid host name")
	}
	return text, nil
}

// address reads ip or ipv6; the zero address stands for an absent parameter and for none.
func (rq *request) address(name string) (netip.Addr, error) {
	s := rq.form.get(name)
	if s == "" || s == noAddress {
		return netip.Addr{}, nil
	}
	a, err := netip.ParseAddr(s)
	v4 := name == "ip"
	if err != nil || a.Zone() != "" || a.Is4() != v4 || !public(a) {
		if v4 {
			return netip.Addr{}, param(name, "public IPv4 address")
		}
		return netip.Addr{}, param(name, "public IPv6 address")
	}
	return a, nil
}

// public reports whether an address can be one of a name server that everybody reaches.
func public(a netip.Addr) bool {
	return a.IsGlobalUnicast() && !a.IsPrivate() && !a.Is4In6()
}
