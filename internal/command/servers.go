package command

import (
	"context"
	"net/netip"
	"slices"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
)

// fieldServers and fieldSet are the error fields of a delegation.
const (
	fieldServers = "name_servers"
	fieldSet     = "ns_set"
)

// resolveServers turns a ServerList into servers and validates them against the TLD. Problems go into l.
func (r *Runner) resolveServers(ctx context.Context, c Caller, s ServerList, tld *catalog.TLD, name dname.Name, l *errs.List) ([]host.Server, string, error) {
	servers, set := s.Servers, ""
	switch {
	case s.NSSet != "" && len(s.Servers) > 0:
		l.Add(errs.F(errs.Invalid, fieldServers, "give either name servers or a set"))
		return nil, "", nil
	case s.NSSet != "":
		found, err := r.findSet(ctx, c, s.NSSet)
		if errs.Is(err, errs.NotFound) {
			l.Add(errs.F(errs.NotFound, fieldSet, "the name-server set %s does not exist", clipText(s.NSSet)).On("nsset", s.NSSet))
			return nil, "", nil
		}
		if err != nil {
			return nil, "", err
		}
		servers, set = found.Servers, found.Handle
	case s.Platform:
		servers, set = r.platformServers(), r.cfg.Platform.NSSet
	}
	servers, err := r.fillGlue(ctx, c, servers, name)
	if err != nil {
		return nil, "", err
	}
	l.Add(checkServers(servers, tld, name))
	return servers, set, nil
}

// fillGlue gives servers below the name itself the addresses of the caller's host objects, where none came along.
func (r *Runner) fillGlue(ctx context.Context, c Caller, servers []host.Server, name dname.Name) ([]host.Server, error) {
	out := slices.Clone(servers)
	for i, s := range out {
		if len(s.Addresses) > 0 || !s.Name.Within(name) {
			continue
		}
		h, err := r.cfg.Store.View().Host(ctx, c.Account.Environment, s.Name)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return nil, err
		}
		if err == nil && h.Account == c.Account.ID {
			out[i].Addresses = h.Addresses
		}
	}
	return out, nil
}

// findSet looks a set up among the caller's own and the platform's.
func (r *Runner) findSet(ctx context.Context, c Caller, handle string) (host.Set, error) {
	if handle == r.cfg.Platform.NSSet && handle != "" {
		return host.Set{Handle: handle, Servers: r.platformServers()}, nil
	}
	if !storable(handle) {
		return host.Set{}, errs.E(errs.NotFound, "the set does not exist")
	}
	return r.cfg.Store.View().NSSet(ctx, c.Account.Environment, c.Account.ID, handle)
}

func (r *Runner) platformServers() []host.Server {
	servers := make([]host.Server, 0, len(r.cfg.Platform.NameServers))
	for _, n := range r.cfg.Platform.NameServers {
		servers = append(servers, host.Server{Name: dname.Name(n)})
	}
	return servers
}

// checkServers applies the count, forbids repeats, and asks for glue below the name itself.
func checkServers(servers []host.Server, tld *catalog.TLD, name dname.Name) *errs.Error {
	var l errs.List
	if n := len(servers); n < tld.MinServers {
		l.Add(errs.F(errs.Missing, fieldServers, "%s needs at least %d name servers", tld.Name, tld.MinServers))
	} else if n > tld.MaxServers {
		l.Add(errs.F(errs.QuotaExceeded, fieldServers, "%s takes at most %d name servers", tld.Name, tld.MaxServers))
	}
	seen := map[dname.Name]bool{}
	for _, s := range servers {
		if seen[s.Name] {
			l.Add(errs.F(errs.Exists, fieldServers, "%s is named twice", s.Name))
		}
		seen[s.Name] = true
		if s.Name.Within(name) && len(s.Addresses) == 0 {
			l.Add(errs.F(errs.Missing, fieldServers, "%s lies below %s and needs an address", s.Name, name))
		}
		for _, a := range s.Addresses {
			if !validGlue(a) {
				l.Add(errs.F(errs.Invalid, fieldServers, "%s is no address for a name server", a))
			}
		}
	}
	err, _ := l.Err().(*errs.Error)
	return err
}

func validGlue(a netip.Addr) bool {
	return a.IsValid() && !a.IsUnspecified() && !a.IsMulticast() && a.Zone() == ""
}

// InfoHost reads a host of the caller, with its glue. Errors: InvalidName, NotFound, NotOwned.
type InfoHost struct{ Name string }

func (InfoHost) need() account.Access { return account.Read }

func (cmd InfoHost) run(ctx context.Context, r *Runner, c Caller) (host.Host, error) {
	name, err := dname.ParseHost(cmd.Name)
	if err != nil {
		return host.Host{}, errs.F(errs.InvalidName, "name", "%q is not a valid host name", clipText(cmd.Name))
	}
	h, err := r.cfg.Store.View().Host(ctx, c.Account.Environment, name)
	switch {
	case errs.Is(err, errs.NotFound):
		return h, errs.F(errs.NotFound, "name", "the host %s does not exist", name).On("host", string(name))
	case err == nil && h.Account != c.Account.ID:
		return host.Host{}, errs.F(errs.NotOwned, "name", "the host %s belongs to another account", name).On("host", string(name))
	}
	return h, err
}

// OnPlatform reports whether a delegation is exactly to the platform's own name servers.
func (r *Runner) OnPlatform(servers []host.Server) bool {
	want := r.cfg.Platform.NameServers
	if len(servers) == 0 || len(servers) != len(want) {
		return false
	}
	return !slices.ContainsFunc(servers, func(s host.Server) bool { return !slices.Contains(want, string(s.Name)) })
}
