package dmapi

import (
	"context"
	"net/netip"
	"slices"

	"github.com/polyreg/polyreg/internal/command"
)

// nsModify is ns-modify, also named host-modify (§7.5): an address that is sent replaces those of its kind, "-" takes them away.
func nsModify(ctx context.Context, rq *request) (*reply, error) {
	text, nameErr := rq.hostName()
	v4, v4Err := rq.address("ip")
	v6, v6Err := rq.address("ipv6")
	if rq.form.get("ip") == "" && rq.form.get("ipv6") == "" {
		v4Err = missing("ip")
	}
	if err := join(nameErr, v4Err, v6Err); err != nil {
		return nil, err
	}
	h, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.HostInfo{Name: text})
	if err != nil {
		return nil, err
	}
	addrs := replaceKind(h.Addresses, rq.form.get("ip"), v4, true)
	addrs = replaceKind(addrs, rq.form.get("ipv6"), v6, false)
	if len(addrs) == 0 {
		return nil, param("ip", "public IPv4 address (the host needs one address at least)")
	}
	out, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.UpdateHost{Name: text, Addresses: addrs})
	if err != nil {
		return nil, err
	}
	return accepted(out), nil
}

// replaceKind replaces the addresses of one kind when the parameter was sent.
func replaceKind(have []netip.Addr, sent string, next netip.Addr, v4 bool) []netip.Addr {
	if sent == "" {
		return have
	}
	out := slices.DeleteFunc(slices.Clone(have), func(a netip.Addr) bool { return a.Is4() == v4 })
	if next.IsValid() {
		out = append(out, next)
	}
	return out
}
