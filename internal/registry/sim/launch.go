package sim

import (
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// The launch extension (RFC 8334) as a registry in general availability has it: the phases open and claims, no applications
// and no sunrise. Which names have a claim, and its key, is NameRule.Claim.

func ofLaunch(local, value string) element { return element{epp.NSLaunch, local, value} }

// noApplication refuses what asks for a launch application (RFC 8334 §3.2, §3.4, §3.5): there are none.
func noApplication() *refusal {
	return refuse(epp.CodeNotExist, ofLaunch("applicationID", ""), "there are no launch applications here")
}

// inPhase refuses the phases that are over.
func inPhase(p epp.LaunchPhase) error {
	if p.Phase != epp.PhaseClaims && p.Phase != epp.PhaseOpen || p.Name != "" {
		return refuse(epp.CodePolicy, ofLaunch("phase", p.Phase), "the phase is not open")
	}
	return nil
}

// checkClaims answers the claims form of a check (RFC 8334 §3.1.1), which says nothing of availability.
func (s *Server) checkClaims(in *epp.LaunchCheck, texts []string) (*answer, error) {
	if in.Phase.Phase != epp.PhaseClaims {
		return nil, refuse(epp.CodePolicy, ofLaunch("phase", in.Phase.Phase), "a claims check is of the phase claims")
	}
	out := &epp.LaunchChecked{Phase: in.Phase}
	for _, text := range texts {
		item := epp.LaunchClaim{Name: epp.ClaimedName{Name: text}}
		if n, err := dname.Parse(text); err == nil {
			if _, ok := s.tldOf(n); ok {
				if key := s.rule(n).Claim; key != "" {
					item.Name.Exists, item.Keys = true, []epp.LaunchKey{{Key: key}}
				}
			}
		}
		out.Items = append(out.Items, item)
	}
	return &answer{ext: epp.ResponseExt{LaunchCheck: out}}, nil
}

// launched holds a create against the phase that it names, and a name with a claim against its notice (RFC 8334 §3.3.2):
// the notice must be in force and accepted. Its number is not verified, for there is no clearing house here.
func (s *Server) launched(name dname.Name, in *epp.LaunchCreate, now time.Time) error {
	claimed := s.rule(name).Claim != "" && s.offers(epp.NSLaunch)
	if in == nil {
		if claimed {
			return refuse(epp.CodeMissingParameter, ofLaunch("notice", ""), "the name has a trademark claim: its notice must be accepted")
		}
		return nil
	}
	if err := inPhase(in.Phase); err != nil {
		return err
	}
	switch n := in.Notice; {
	case in.Type == "application":
		return refuse(epp.CodePolicy, ofLaunch("create", ""), "there are no launch applications here")
	case len(in.CodeMarks)+len(in.SignedMarks)+len(in.EncodedMarks) > 0:
		return refuse(epp.CodePolicy, ofLaunch("create", ""), "there is no sunrise here")
	case n == nil && claimed:
		return refuse(epp.CodeMissingParameter, ofLaunch("notice", ""), "the name has a trademark claim: its notice must be accepted")
	case n != nil && !n.NotAfter.After(now):
		return refuse(epp.CodePolicy, ofLaunch("notAfter", ""), "the notice is not in force any more")
	case n != nil && n.Accepted.After(now):
		return refuse(epp.CodePolicy, ofLaunch("acceptedDate", ""), "the notice was accepted in the future")
	}
	return nil
}
