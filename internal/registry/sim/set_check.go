package sim

import (
	"context"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// checkSet answers for each id as it was sent.
func (s *Server) checkSet(ctx context.Context, c *call, kind string, in *epp.SetCheck) (*answer, error) {
	if err := s.checkLimit(len(in.IDs)); err != nil {
		return nil, err
	}
	var ask []string
	for _, id := range in.IDs {
		if h, ok := setHandle(id); ok {
			ask = append(ask, h)
		}
	}
	taken, err := s.cfg.Store.TakenSets(ctx, c.who.Namespace, kind, ask)
	if err != nil {
		return nil, err
	}
	data := &epp.SetCheckData{}
	for _, id := range in.IDs {
		h, ok := setHandle(id)
		reason := ""
		switch {
		case !ok:
			reason = "invalid id"
		case taken[h]:
			reason = "in use"
		}
		data.Items = append(data.Items, epp.SetChecked{ID: epp.CheckedSet{Avail: reason == "", ID: id}, Reason: epp.Because(reason)})
	}
	if kind == repo.NSSet {
		return &answer{data: &epp.ResData{NSSetCheck: data}}, nil
	}
	return &answer{data: &epp.ResData{KeysetCheck: data}}, nil
}
