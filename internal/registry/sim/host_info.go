package sim

import (
	"context"

	"github.com/polyreg/polyreg/internal/wire/epp"
)

// infoHost shows a host to everyone (RFC 5732 §3.1.2).
func (s *Server) infoHost(ctx context.Context, c *call, in *epp.HostInfo) (*answer, error) {
	name, err := hostName(in.Name, ofHost, "name")
	if err != nil {
		return nil, err
	}
	h, err := s.cfg.Store.Host(ctx, c.who.Namespace, string(name))
	if err != nil {
		return nil, absent(err, ofHost("name", string(name)))
	}
	return &answer{data: &epp.ResData{HostInfo: &epp.HostInfoData{Name: h.Name, ROID: s.roid('H', h.ID),
		Statuses: epp.HostStatuses(linkedStatuses(h.Statuses, h.Linked)...), Addresses: epp.HostAddrs(h.Addresses...),
		ClID: h.Sponsor, CrID: h.Creator, CrDate: h.Created, UpID: h.Updater, UpDate: h.Updated}}}, nil
}
