package sim

import (
	"context"
	"net/netip"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// updateHost changes addresses, statuses and the name (RFC 5732 §3.2.5).
func (s *Server) updateHost(ctx context.Context, c *call, in *epp.HostUpdate) (*answer, error) {
	if in.Add == nil && in.Rem == nil && in.Chg == nil {
		return nil, refuse(epp.CodeMissingParameter, ofHost("update", ""), "nothing to change")
	}
	addIPs, addStatuses, err := hostAddRem(in.Add)
	if err != nil {
		return nil, err
	}
	remIPs, remStatuses, err := hostAddRem(in.Rem)
	if err != nil {
		return nil, err
	}
	newName := ""
	if in.Chg != nil {
		n, err := hostName(in.Chg.Name, ofHost, "name")
		if err != nil {
			return nil, err
		}
		newName = string(n)
	}
	err = s.changeHost(ctx, c, in.Name, func(ctx context.Context, tx repo.Tx, h *repo.Host) error {
		if err := allowed("Update", h.Statuses, remStatuses); err != nil {
			return err
		}
		var err error
		if h.Statuses, err = changeStatuses("host", ofHost, h.Statuses, addStatuses, remStatuses); err != nil {
			return err
		}
		byText := func(ip netip.Addr) element { return ofHost("addr", ip.String()) }
		if h.Addresses, err = change(h.Addresses, addIPs, remIPs, byText); err != nil {
			return err
		}
		if len(h.Addresses) > objectsPerDomain {
			return refuse(epp.CodePolicy, ofHost("addr", ""), "at most %d", objectsPerDomain)
		}
		if newName != "" && newName != h.Name {
			if err := rename(ctx, tx, c, h, newName); err != nil {
				return err
			}
		}
		if err := s.place(ctx, tx, c, h); err != nil {
			return err
		}
		h.Updater, h.Updated = c.who.ID, c.now
		return hostFailed(tx.UpdateHost(ctx, h), h.Name)
	})
	return &answer{}, err
}

// rename gives a host its new name. An external host that another's domain is delegated to keeps its name.
func rename(ctx context.Context, tx repo.Tx, c *call, h *repo.Host, to string) error {
	if h.Parent == 0 {
		foreign, err := tx.ForeignLinks(ctx, h.ID, c.who.ID)
		if err != nil {
			return err
		}
		if foreign {
			return refuse(epp.CodeInUse, ofHost("name", h.Name), "a domain of another registrar uses the host")
		}
	}
	h.Name = to
	return nil
}

// changeHost locks a host of the caller and runs fn on it.
func (s *Server) changeHost(ctx context.Context, c *call, text string, fn func(context.Context, repo.Tx, *repo.Host) error) error {
	name, err := hostName(text, ofHost, "name")
	if err != nil {
		return err
	}
	return s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		h, err := tx.LockHost(ctx, c.who.Namespace, string(name))
		if err != nil {
			return absent(err, ofHost("name", string(name)))
		}
		if err := sponsored(c, h.Sponsor); err != nil {
			return err
		}
		return fn(ctx, tx, &h)
	})
}

func hostAddRem(in *epp.HostAddRem) (ips []netip.Addr, statuses []string, err error) {
	if in == nil {
		return nil, nil, nil
	}
	for _, st := range in.Statuses {
		statuses = append(statuses, st.S)
	}
	ips, err = addresses(in.Addresses)
	return ips, statuses, err
}
