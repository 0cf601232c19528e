package sim

import (
	"context"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// infoSet shows a set: to its sponsor and to whoever sends its authInfo with the authInfo, to others without.
func (s *Server) infoSet(ctx context.Context, c *call, kind string, in *epp.SetInfo) (*answer, error) {
	at := ofSet(kind)
	set, err := s.cfg.Store.Set(ctx, setKey(c, kind, in.ID))
	if err != nil {
		return nil, absent(err, at("id", in.ID))
	}
	show := set.Sponsor == c.who.ID
	if in.AuthInfo != "" {
		given := epp.Auth(in.AuthInfo)
		if err := s.entitled(&given, set.AuthInfo, setAAD(&set), at("authInfo", "")); err != nil {
			return nil, err
		}
		show = true
	}
	auth := ""
	if show {
		if auth, err = s.open(set.AuthInfo, setAAD(&set)); err != nil {
			return nil, err
		}
	}
	statuses := epp.SetStatuses(linkedStatuses(set.Statuses, set.Linked)...)
	if kind == repo.Keyset {
		out := &epp.KeysetInfoData{ID: set.Handle, ROID: s.roid('K', set.ID), Statuses: statuses, ClID: set.Sponsor, CrID: set.Creator,
			CrDate: set.Created, UpID: set.Updater, UpDate: set.Updated, AuthInfo: auth, Tech: set.Tech}
		for _, k := range set.Keys {
			out.Keys = append(out.Keys, epp.KeyData(k))
		}
		return &answer{data: &epp.ResData{KeysetInfo: out}}, nil
	}
	out := &epp.NSSetInfoData{ID: set.Handle, ROID: s.roid('N', set.ID), Statuses: statuses, ClID: set.Sponsor, CrID: set.Creator,
		CrDate: set.Created, UpID: set.Updater, UpDate: set.Updated, AuthInfo: auth, Tech: set.Tech}
	for _, h := range set.Servers {
		out.Servers = append(out.Servers, epp.SetHostOf(h.Name, h.Addresses...))
	}
	return &answer{data: &epp.ResData{NSSetInfo: out}}, nil
}
