package sim

import (
	"context"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// checkDomain answers for each name as it was sent (RFC 5731 §3.1.1).
func (s *Server) checkDomain(ctx context.Context, c *call, in *epp.DomainCheck) (*answer, error) {
	if err := s.checkLimit(len(in.Names)); err != nil {
		return nil, err
	}
	names := make([]string, len(in.Names)) // empty where there is a reason
	reasons := make([]string, len(in.Names))
	var ask []string
	for i, text := range in.Names {
		n, err := dname.Parse(text)
		if err != nil {
			reasons[i] = "invalid name"
		} else if _, ok := s.tldOf(n); !ok {
			reasons[i] = "not registered here"
		} else {
			names[i] = string(n)
			ask = append(ask, string(n))
		}
	}
	taken, err := s.cfg.Store.TakenDomains(ctx, c.who.Namespace, ask)
	if err != nil {
		return nil, err
	}
	data := &epp.DomainCheckData{}
	for i, text := range in.Names {
		if taken[names[i]] {
			reasons[i] = "in use"
		}
		data.Items = append(data.Items, epp.DomainChecked{Name: epp.CheckedName{Avail: reasons[i] == "", Name: text},
			Reason: epp.Because(reasons[i])})
	}
	return &answer{data: &epp.ResData{DomainCheck: data}}, nil
}

func (s *Server) checkLimit(n int) error {
	if n > s.cfg.Limits.Check {
		return refuse(epp.CodePolicy, element{}, "at most %d in one check", s.cfg.Limits.Check)
	}
	return nil
}
