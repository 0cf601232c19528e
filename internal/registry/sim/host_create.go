package sim

import (
	"context"
	"errors"
	"net/netip"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// createHost makes a host (RFC 5732 §3.2.1): below a domain of the caller, with or without addresses, or external.
func (s *Server) createHost(ctx context.Context, c *call, in *epp.HostCreate) (*answer, error) {
	name, err := hostName(in.Name, ofHost, "name")
	if err != nil {
		return nil, err
	}
	h := repo.Host{Namespace: c.who.Namespace, Name: string(name), Sponsor: c.who.ID, Creator: c.who.ID, Created: c.now}
	if h.Addresses, err = addresses(in.Addresses); err != nil {
		return nil, err
	}
	err = s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		if err := s.place(ctx, tx, c, &h); err != nil {
			return err
		}
		return tx.InsertHost(ctx, &h)
	})
	return &answer{data: &epp.ResData{HostCreate: &epp.HostCreateData{Name: h.Name, CrDate: h.Created}}}, hostFailed(err, h.Name)
}

func hostFailed(err error, name string) error {
	switch {
	case errors.Is(err, repo.ErrExists):
		return refuse(epp.CodeExists, ofHost("name", name), "in use")
	case errors.Is(err, repo.ErrNotFound): // the domain above went away meanwhile
		return refuse(epp.CodeNotExist, ofHost("name", name), "the domain above the host does not exist")
	}
	return err
}

// place finds the domain that a host lies below, and refuses what may not be there.
func (s *Server) place(ctx context.Context, tx repo.Tx, c *call, h *repo.Host) error {
	if _, served := s.cfg.TLDs[h.Name]; served {
		return refuse(epp.CodePolicy, ofHost("name", h.Name), "a TLD is no host")
	}
	h.Parent = 0
	above := s.superordinate(dname.Name(h.Name))
	if above == "" {
		if len(h.Addresses) > 0 {
			return refuse(epp.CodePolicy, ofHost("addr", ""), "a host outside this registry has no addresses")
		}
		return nil
	}
	d, err := tx.Domain(ctx, h.Namespace, above)
	if s.cfg.OpenHosts && len(h.Addresses) == 0 && (errors.Is(err, repo.ErrNotFound) || err == nil && d.Sponsor != c.who.ID) {
		return nil
	}
	if errors.Is(err, repo.ErrNotFound) {
		return refuse(epp.CodeNotExist, ofHost("name", h.Name), "the domain %s does not exist", above)
	}
	if err != nil {
		return err
	}
	if err := sponsored(c, d.Sponsor); err != nil {
		return err
	}
	if d.Pending != nil && (d.Pending.Op == "create" || d.Pending.Op == "delete") {
		return refuse(epp.CodeStatusProhibits, ofHost("name", h.Name), "the domain %s is pending %s", above, d.Pending.Op)
	}
	if d.Deletion != nil {
		return refuse(epp.CodeStatusProhibits, ofHost("name", h.Name), "the domain %s is pending delete", above)
	}
	h.Parent = d.ID
	return nil
}

// addresses reads addresses that can stand in the DNS.
func addresses(in []epp.HostAddr) ([]netip.Addr, error) {
	if len(in) > objectsPerDomain {
		return nil, refuse(epp.CodePolicy, ofHost("addr", ""), "at most %d", objectsPerDomain)
	}
	var out []netip.Addr
	seen := map[netip.Addr]bool{}
	for _, a := range in {
		ip, ok := a.Addr()
		if !ok {
			return nil, refuse(epp.CodeValueSyntax, ofHost("addr", a.Text), "not an address of that kind")
		}
		if ip.Is4In6() || ip.IsUnspecified() || ip.IsLoopback() || ip.IsMulticast() || ip.IsLinkLocalUnicast() {
			return nil, refuse(epp.CodePolicy, ofHost("addr", a.Text), "not an address of a public name server")
		}
		if seen[ip] {
			return nil, refuse(epp.CodePolicy, ofHost("addr", a.Text), "repeated")
		}
		seen[ip] = true
		out = append(out, ip)
	}
	return out, nil
}
