package epp

import (
	"context"
	"net/netip"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// CheckHosts asks in groups of the registry's limit and answers in the order of the names (RFC 5732 §3.1.1).
func (c *Client) CheckHosts(ctx context.Context, names []dname.Name) ([]registry.Availability, error) {
	return c.check(ctx, names, func(ctx context.Context, group []string) ([]checked, error) {
		data, err := c.ask(ctx, &wire.Command{CheckHost: &wire.HostCheck{Names: group}})
		if err != nil || data.HostCheck == nil {
			return nil, err
		}
		var out []checked
		for _, i := range data.HostCheck.Items {
			out = append(out, checked{i.Name, i.Reason})
		}
		return out, nil
	})
}

// InfoHost asks for a host (RFC 5732 §3.1.2). Addresses that cannot be read are left out.
func (c *Client) InfoHost(ctx context.Context, n dname.Name) (registry.Host, error) {
	data, err := c.ask(ctx, &wire.Command{InfoHost: &wire.HostInfo{Name: n.String()}})
	if err != nil {
		return registry.Host{}, err
	}
	i := data.HostInfo
	if i == nil {
		return registry.Host{}, incomplete("host data")
	}
	h := registry.Host{Name: name(i.Name), Sponsor: i.ClID}
	for _, a := range i.Addresses {
		if ip, ok := a.Addr(); ok {
			h.Addresses = append(h.Addresses, ip)
		}
	}
	for _, s := range i.Statuses {
		h.Statuses = append(h.Statuses, s.S)
	}
	return h, nil
}

// CreateHost makes a host (RFC 5732 §3.2.1).
func (c *Client) CreateHost(ctx context.Context, clTRID string, in registry.Host) (registry.Result, error) {
	cmd := &wire.HostCreate{Name: in.Name.String(), Addresses: hostAddrs(in.Addresses)}
	return c.change(ctx, &wire.Command{CreateHost: cmd, ClTRID: clTRID})
}

// UpdateHost changes a host's addresses or name (RFC 5732 §3.2.5). One that would change nothing is refused here with 2003.
func (c *Client) UpdateHost(ctx context.Context, clTRID string, in registry.HostUpdate) (registry.Result, error) {
	cmd := &wire.HostUpdate{Name: in.Name.String()}
	if len(in.Add) > 0 {
		cmd.Add = &wire.HostAddRem{Addresses: hostAddrs(in.Add)}
	}
	if len(in.Rem) > 0 {
		cmd.Rem = &wire.HostAddRem{Addresses: hostAddrs(in.Rem)}
	}
	if in.NewName != "" {
		cmd.Chg = &wire.HostChange{Name: in.NewName.String()}
	}
	if cmd.Add == nil && cmd.Rem == nil && cmd.Chg == nil {
		return registry.Result{}, registry.Refused(wire.CodeMissingParameter, "nothing to change")
	}
	return c.change(ctx, &wire.Command{UpdateHost: cmd, ClTRID: clTRID})
}

// DeleteHost removes a host that no domain uses (RFC 5732 §3.2.2).
func (c *Client) DeleteHost(ctx context.Context, clTRID string, n dname.Name) (registry.Result, error) {
	return c.change(ctx, &wire.Command{DeleteHost: &wire.HostDelete{Name: n.String()}, ClTRID: clTRID})
}

// hostAddrs writes addresses; an IPv4 address in IPv6 clothes is sent as the IPv4 address it is.
func hostAddrs(in []netip.Addr) []wire.HostAddr {
	var out []netip.Addr
	for _, a := range in {
		out = append(out, a.Unmap().WithZone(""))
	}
	return wire.HostAddrs(out...)
}
