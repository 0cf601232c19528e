package sim

import (
	"context"
	"errors"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// createDomain registers a name (RFC 5731 §3.2.1).
func (s *Server) createDomain(ctx context.Context, c *call, in *epp.DomainCreate) (*answer, error) {
	name, err := domainName(in.Name)
	if err != nil {
		return nil, err
	}
	tld, ok := s.tldOf(name)
	if !ok {
		return nil, refuse(epp.CodePolicy, ofDomain("name", string(name)), "not a name below a TLD of this registry")
	}
	years, err := tld.years(in.Period)
	if err != nil {
		return nil, err
	}
	d := repo.Domain{Namespace: c.who.Namespace, Name: string(name), Sponsor: c.who.ID, Creator: c.who.ID, Created: c.now}
	if d.Expires, err = tld.extend(c.now, c.now, years); err != nil {
		return nil, err
	}
	if d.NameServers, err = nameServers(in.NS); err != nil {
		return nil, err
	}
	if in.Registrant == "" && tld.RequireRegistrant {
		return nil, refuse(epp.CodeMissingParameter, ofDomain("registrant", ""), "a registrant is needed")
	}
	if d.Contacts, err = contacts(in.Registrant, in.Contacts); err != nil {
		return nil, err
	}
	if d.AuthInfo, err = s.seal(in.AuthInfo.PW, domainAAD(&d), ofDomain("authInfo", "")); err != nil {
		return nil, err
	}
	a := &answer{data: &epp.ResData{DomainCreate: &epp.DomainCreateData{Name: d.Name, CrDate: d.Created, ExDate: d.Expires}}}
	if s.pends(c, "create", &d, nil) {
		a.code = epp.CodePending
	}
	err = s.cfg.Store.InTx(ctx, func(ctx context.Context, tx repo.Tx) error { return tx.InsertDomain(ctx, &d) })
	if errors.Is(err, repo.ErrExists) {
		return nil, refuse(epp.CodeExists, ofDomain("name", string(name)), "in use")
	}
	return a, missing(err)
}

// nameServers reads a list of host objects, in its order and without repeats.
func nameServers(in *epp.NameServers) ([]string, error) {
	if in == nil {
		return nil, nil
	}
	if len(in.HostAttr) > 0 {
		return nil, refuse(epp.CodePolicy, ofDomain("hostAttr", in.HostAttr[0].Name), "name servers are host objects here")
	}
	out := make([]string, 0, len(in.HostObj))
	for _, text := range in.HostObj {
		n, err := hostName(text, ofDomain, "hostObj")
		if err != nil {
			return nil, err
		}
		out = append(out, string(n))
	}
	return out, limited("hostObj", out, objectsPerDomain)
}

// contacts puts the registrant before the others.
func contacts(registrant string, others []epp.DomainContact) ([]repo.DomainContact, error) {
	var out []repo.DomainContact
	if registrant != "" {
		out = append(out, repo.DomainContact{Role: repo.Registrant, Handle: registrant})
	}
	more, err := roles(others)
	return append(out, more...), err
}

func roles(in []epp.DomainContact) ([]repo.DomainContact, error) {
	var out []repo.DomainContact
	for _, ct := range in {
		if ct.Type == "" {
			return nil, refuse(epp.CodeMissingParameter, ofDomain("contact", ct.ID), "attribute type is missing")
		}
		out = append(out, repo.DomainContact{Role: repo.Role(ct.Type), Handle: ct.ID})
	}
	return out, limited("contact", out, 3*contactsPerRole)
}

// limited refuses repeats and long lists.
func limited[T comparable](local string, list []T, most int) error {
	if len(list) > most {
		return refuse(epp.CodePolicy, ofDomain(local, ""), "at most %d", most)
	}
	seen := make(map[T]bool, len(list))
	for _, v := range list {
		if seen[v] {
			return refuse(epp.CodePolicy, ofDomain(local, ""), "repeated")
		}
		seen[v] = true
	}
	return nil
}
