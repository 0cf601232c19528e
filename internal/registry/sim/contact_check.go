package sim

import (
	"context"

	"github.com/polyreg/polyreg/internal/wire/epp"
)

// checkContact answers for each id (RFC 5733 §3.1.1).
func (s *Server) checkContact(ctx context.Context, c *call, in *epp.ContactCheck) (*answer, error) {
	if err := s.checkLimit(len(in.IDs)); err != nil {
		return nil, err
	}
	taken, err := s.cfg.Store.TakenContacts(ctx, c.who.Namespace, in.IDs)
	if err != nil {
		return nil, err
	}
	data := &epp.ContactCheckData{}
	for _, id := range in.IDs {
		reason := ""
		switch {
		case taken[id]:
			reason = "in use"
		case !validHandle(id):
			reason = "invalid id"
		}
		data.Items = append(data.Items, epp.ContactChecked{ID: epp.CheckedID{Avail: reason == "", ID: id}, Reason: epp.Because(reason)})
	}
	return &answer{data: &epp.ResData{ContactCheck: data}}, nil
}
