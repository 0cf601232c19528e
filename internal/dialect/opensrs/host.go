package opensrs

import (
	"context"
	"net/netip"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
)

// createNameserver is CREATE NAMESERVER (opensrs-commands.md §7.2): a host with addresses below an own domain.
func createNameserver(ctx context.Context, x *call) (*reply, error) {
	name, err := x.hostBelow(ctx, "name")
	if err != nil {
		return nil, err
	}
	var addrs []netip.Addr
	for _, key := range []string{"ipaddress", "ipv6"} {
		some, err := addresses(x.q.attrs, key)
		if err != nil {
			return nil, err
		}
		addrs = append(addrs, some...)
	}
	if len(addrs) == 0 {
		return nil, missing("ip")
	}
	return x.hostAnswer(name, "Nameserver Created", func() (command.Outcome, error) {
		return do(ctx, x, command.CreateHost{Name: string(name), Addresses: addrs})
	})
}

// modifyNameserver is MODIFY NAMESERVER (§7.3). Addresses of one family replace those of that family alone.
func modifyNameserver(ctx context.Context, x *call) (*reply, error) {
	name, err := x.hostBelow(ctx, "name")
	if err != nil {
		return nil, err
	}
	cmd := command.UpdateHost{Name: string(name)}
	if x.q.attrs.str("new_name") != "" {
		to, err := x.hostBelow(ctx, "new_name")
		if err != nil {
			return nil, err
		}
		cmd.NewName = string(to)
	}
	v4, err := addresses(x.q.attrs, "ipaddress")
	if err != nil {
		return nil, err
	}
	v6, err := addresses(x.q.attrs, "ipv6")
	if err != nil {
		return nil, err
	}
	if len(v4)+len(v6) == 0 && cmd.NewName == "" {
		return nil, missing("ip")
	}
	if len(v4)+len(v6) > 0 {
		h, err := do(ctx, x, command.HostInfo{Name: string(name)})
		if err != nil {
			return nil, hostProblem(name, err)
		}
		cmd.Addresses = mergeFamilies(h.Addresses, v4, v6)
	}
	return x.hostAnswer(name, "Command successful", func() (command.Outcome, error) { return do(ctx, x, cmd) })
}

// mergeFamilies replaces the families that are given.
func mergeFamilies(have, v4, v6 []netip.Addr) []netip.Addr {
	var out []netip.Addr
	for _, a := range have {
		if a.Is4() && len(v4) == 0 || !a.Is4() && len(v6) == 0 {
			out = append(out, a)
		}
	}
	return append(append(out, v4...), v6...)
}

// deleteNameserver is DELETE NAMESERVER (§7.4).
func deleteNameserver(ctx context.Context, x *call) (*reply, error) {
	name, err := x.hostBelow(ctx, "name")
	if err != nil {
		return nil, err
	}
	return x.hostAnswer(name, "Nameserver deleted", func() (command.Outcome, error) {
		return do(ctx, x, command.DeleteHost{Name: string(name)})
	})
}

// getNameserver is GET NAMESERVER (§7.5): one host, or all below a domain.
func getNameserver(ctx context.Context, x *call) (*reply, error) {
	info, err := x.own(ctx)
	if err != nil {
		return nil, err
	}
	var hosts []host.Host
	switch given := strings.ToLower(x.q.attrs.str("name")); given {
	case "":
		return nil, missing("name")
	case "all":
		hosts, err = x.hostsBelow(ctx, info)
	default:
		name, bad := x.hostBelow(ctx, "name")
		if bad != nil {
			return nil, bad
		}
		hosts = make([]host.Host, 1)
		hosts[0], err = do(ctx, x, command.HostInfo{Name: string(name)})
		err = hostProblem(name, err)
	}
	if err != nil {
		return nil, err
	}
	rows := make([]*value, len(hosts))
	for i, h := range hosts {
		serves, err := do(ctx, x, command.ListDomains{Query: command.Query{Count: true, Where: command.Where("server", command.Equal, string(h.Name))}})
		if err != nil {
			return nil, err
		}
		rows[i] = hash("can_delete", flag(serves.Total == 0), "name", string(h.Name))
		v4, v6 := families(h.Addresses)
		rows[i].set("ipaddress", text(v4))
		if v6 != "" {
			rows[i].set("ipv6", text(v6))
		}
	}
	return ok("Query Successful", hash().set("nameserver_list", list(rows...))), nil
}

// hostsBelow are the host objects below a domain, and its own servers that came with a delegation.
func (x *call) hostsBelow(ctx context.Context, info command.DomainInfo) ([]host.Host, error) {
	page, err := do(ctx, x, command.ListHosts{Query: command.Query{Limit: -1, Sort: []command.Sort{{Field: "name"}},
		Where: command.Where("name", command.Like, "%."+string(info.Domain.Name))}})
	if err != nil {
		return nil, err
	}
	var out []host.Host
	known := map[dname.Name]bool{}
	for _, h := range page.Hosts {
		if h.Name.Within(info.Domain.Name) { // the underscore of a name is a wildcard to the list
			known[h.Name] = true
			out = append(out, h)
		}
	}
	for _, s := range info.Domain.Servers {
		if s.Name.Within(info.Domain.Name) && !known[s.Name] {
			out = append(out, host.Host{Name: s.Name, Addresses: s.Addresses})
		}
	}
	return out, nil
}

// families are the first addresses of either family.
func families(addrs []netip.Addr) (v4, v6 string) {
	for _, a := range addrs {
		switch {
		case a.Is4() && v4 == "":
			v4 = a.String()
		case a.Is6() && v6 == "":
			v6 = a.String()
		}
	}
	return v4, v6
}

// hostBelow reads a host name that must lie below the domain the command is about.
func (x *call) hostBelow(ctx context.Context, key string) (dname.Name, error) {
	given := x.q.attrs.str(key)
	if given == "" {
		return "", missing(key)
	}
	name, err := hostName(given)
	if err != nil {
		return "", err
	}
	info, err := x.own(ctx)
	if err != nil {
		return "", err
	}
	if name == info.Domain.Name || !name.Within(info.Domain.Name) {
		return "", invalid(key, "is not below "+string(info.Domain.Name))
	}
	return name, nil
}

// addresses reads one parameter of addresses, which may be a list; each must be of its family.
func addresses(a *value, key string) ([]netip.Addr, error) {
	var out []netip.Addr
	for _, s := range a.get(key).words() {
		ip, err := netip.ParseAddr(s)
		if err != nil || ip.Is4() != (key == "ipaddress") || ip.Zone() != "" {
			return nil, refuse(errs.Invalid, 465, "Invalid IP address: "+clip(s, 60))
		}
		out = append(out, ip)
	}
	return out, nil
}

// hostAnswer carries a change of a host out.
func (x *call) hostAnswer(name dname.Name, done string, run func() (command.Outcome, error)) (*reply, error) {
	out, err := run()
	if err != nil {
		return nil, hostProblem(name, err)
	}
	if out.Pending {
		return &reply{code: 250, text: pendingText}, nil
	}
	return ok(done, nil), nil
}

// hostProblem words what is wrong with a host, and not with the domain above it.
func hostProblem(name dname.Name, err error) error {
	e := errs.As(err)
	switch {
	case err == nil:
		return nil
	case e.Kind == errs.Exists || e.Kind == errs.NotAvailable:
		if other, ok := strings.CutPrefix(e.Object, "host "); ok {
			name = dname.Name(other)
		}
		return refuse(e.Kind, 485, "Nameserver "+string(name)+" already exists")
	case e.Kind == errs.InUse:
		return refuse(e.Kind, 485, "Nameserver in use")
	case e.Kind == errs.NotFound && (strings.HasPrefix(e.Object, "host ") || e.Code != 0):
		return refuse(e.Kind, 480, "Nameserver not found")
	case strings.HasPrefix(e.Field, "addresses"):
		return refuse(e.Kind, 465, "Invalid IP address: "+e.Text)
	}
	return err
}
