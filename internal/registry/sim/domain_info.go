package sim

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// infoDomain shows a domain (RFC 5731 §3.1.2): to its sponsor and to whoever sends its authInfo with the authInfo, to
// others without.
func (s *Server) infoDomain(ctx context.Context, c *call, in *epp.DomainInfo) (*answer, error) {
	name, err := domainName(in.Name.Name)
	if err != nil {
		return nil, err
	}
	d, err := s.domain(ctx, c.who.Namespace, string(name))
	if err != nil {
		return nil, absent(err, ofDomain("name", string(name)))
	}
	show := d.Sponsor == c.who.ID
	if in.AuthInfo != nil {
		if err := s.entitled(in.AuthInfo, s.authOf(&d, c.now), domainAAD(&d), ofDomain("authInfo", "")); err != nil {
			return nil, err
		}
		show = true
	}
	out := s.domainData(&d, in.Name.Hosts)
	if show {
		auth, shown, err := s.shownAuth(d.AuthInfo, domainAAD(&d))
		if err != nil {
			return nil, err
		}
		if a := epp.Auth(auth); shown {
			out.AuthInfo = &a
		}
	}
	return &answer{data: &epp.ResData{DomainInfo: out}, ext: s.domainExt(&d, c.now)}, nil
}

// domainExt is what the extensions tell of a domain; what the session did not announce is taken out later.
func (s *Server) domainExt(d *repo.Domain, now time.Time) epp.ResponseExt {
	var ext epp.ResponseExt
	if s.offers(epp.NSRGP) {
		ext.RGPInfo = epp.RGPStatuses(rgpOf(d, now)...)
	}
	if s.offers(epp.NSSecDNS) {
		ext.SecDNS = signedOut(d.DNSSEC)
	}
	if s.offers(epp.NSSets) {
		ext.Sets = setsOf(d)
	}
	return ext
}

// domainData is a domain as shown to everyone; hosts is "all", "del", "sub" or "none".
func (s *Server) domainData(d *repo.Domain, hosts string) *epp.DomainInfoData {
	out := &epp.DomainInfoData{Name: d.Name, ROID: s.roid('D', d.ID), Statuses: epp.DomainStatuses(statusesOf(d)...),
		ClID: d.Sponsor, CrID: d.Creator, CrDate: d.Created, UpID: d.Updater, UpDate: d.Updated, ExDate: d.Expires,
		TrDate: d.Transferred}
	for _, ct := range d.Contacts {
		if ct.Role == repo.Registrant {
			out.Registrant = ct.Handle
			continue
		}
		out.Contacts = append(out.Contacts, epp.DomainContact{Type: string(ct.Role), ID: ct.Handle})
	}
	if hosts != "sub" && hosts != "none" {
		out.NS = s.delegation(d)
	}
	if hosts != "del" && hosts != "none" {
		out.Hosts = d.Hosts
	}
	return out
}
