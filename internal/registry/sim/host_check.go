package sim

import (
	"context"

	"github.com/polyreg/polyreg/internal/wire/epp"
)

// checkHost answers for each name as it was sent (RFC 5732 §3.1.1).
func (s *Server) checkHost(ctx context.Context, c *call, in *epp.HostCheck) (*answer, error) {
	if err := s.checkLimit(len(in.Names)); err != nil {
		return nil, err
	}
	names := make([]string, len(in.Names)) // empty where the name is none
	var ask []string
	for i, text := range in.Names {
		if n, err := hostName(text, ofHost, "name"); err == nil {
			names[i] = string(n)
			ask = append(ask, string(n))
		}
	}
	taken, err := s.cfg.Store.TakenHosts(ctx, c.who.Namespace, ask)
	if err != nil {
		return nil, err
	}
	data := &epp.HostCheckData{}
	for i, text := range in.Names {
		reason := ""
		switch {
		case names[i] == "":
			reason = "invalid name"
		case taken[names[i]]:
			reason = "in use"
		}
		data.Items = append(data.Items, epp.HostChecked{Name: epp.CheckedName{Avail: reason == "", Name: text}, Reason: epp.Because(reason)})
	}
	return &answer{data: &epp.ResData{HostCheck: data}}, nil
}
