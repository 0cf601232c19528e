package sim

import (
	"context"
	"crypto/subtle"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// checkDomain answers for each name as it was sent (RFC 5731 §3.1.1).
func (s *Server) checkDomain(ctx context.Context, c *call, cmd *epp.Command) (*answer, error) {
	in := cmd.CheckDomain
	if err := s.checkLimit(len(in.Names)); err != nil {
		return nil, err
	}
	if l := cmd.Ext.LaunchCheck; l != nil {
		if l.Type == "claims" {
			return s.checkClaims(l, in.Names)
		}
		if err := inPhase(l.Phase); err != nil {
			return nil, err
		}
	}
	names := make([]dname.Name, len(in.Names)) // empty where there is a reason
	reasons := make([]string, len(in.Names))
	var ask []string
	for i, text := range in.Names {
		n, err := dname.Parse(text)
		if err != nil {
			reasons[i] = "invalid name"
		} else if tld, ok := s.tldOf(n); !ok {
			reasons[i] = "not registered here"
		} else if !tld.takes(n) {
			reasons[i] = "characters not offered"
		} else {
			names[i] = n
			ask = append(ask, string(n))
		}
	}
	taken, err := s.takenDomains(ctx, c.who.Namespace, ask)
	if err != nil {
		return nil, err
	}
	data := &epp.DomainCheckData{}
	for i, text := range in.Names {
		if _, found := taken[string(names[i])]; found {
			reasons[i] = "in use"
		} else if reasons[i] == "" && s.reserved(names[i], cmd.Ext.AllocationToken) {
			reasons[i] = "reserved"
		}
		data.Items = append(data.Items, epp.DomainChecked{Name: epp.CheckedName{Avail: reasons[i] == "", Name: text},
			Reason: epp.Because(reasons[i])})
	}
	a := &answer{data: &epp.ResData{DomainCheck: data}}
	if cmd.Ext.FeeCheck != nil {
		a.ext.FeeCheck = s.feeCheck(cmd.Ext.FeeCheck, names, in.Names)
	}
	return a, nil
}

// reserved reports whether a name is kept back from whoever has this allocation token or none (RFC 8495).
func (s *Server) reserved(name dname.Name, token *string) bool {
	r := s.rule(name)
	if !r.Reserved {
		return false
	}
	return token == nil || r.Token == "" || subtle.ConstantTimeCompare([]byte(*token), []byte(r.Token)) != 1
}

func (s *Server) checkLimit(n int) error {
	if n > s.cfg.Limits.Check {
		return refuse(epp.CodePolicy, element{}, "at most %d in one check", s.cfg.Limits.Check)
	}
	return nil
}
