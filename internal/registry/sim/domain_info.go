package sim

import (
	"context"

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
	d, err := s.cfg.Store.Domain(ctx, c.who.Namespace, string(name))
	if err != nil {
		return nil, absent(err, ofDomain("name", string(name)))
	}
	auth, err := s.open(d.AuthInfo, domainAAD(&d))
	if err != nil {
		return nil, err
	}
	show := d.Sponsor == c.who.ID
	if in.AuthInfo != nil {
		if err := entitled(in.AuthInfo, auth, ofDomain("authInfo", "")); err != nil {
			return nil, err
		}
		show = true
	}
	out := s.domainData(&d, in.Name.Hosts)
	if show {
		a := epp.Auth(auth)
		out.AuthInfo = &a
	}
	return &answer{data: &epp.ResData{DomainInfo: out}}, nil
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
		out.NS = epp.HostObjects(d.NameServers...)
	}
	if hosts != "del" && hosts != "none" {
		out.Hosts = d.Hosts
	}
	return out
}
