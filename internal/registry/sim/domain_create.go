package sim

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// createDomain registers a name (RFC 5731 §3.2.1).
func (s *Server) createDomain(ctx context.Context, c *call, cmd *epp.Command) (*answer, error) {
	d, fee, err := s.newDomain(c, cmd)
	if err != nil {
		return nil, err
	}
	a := &answer{data: &epp.ResData{DomainCreate: &epp.DomainCreateData{Name: d.Name, CrDate: d.Created, ExDate: d.Expires}}}
	if s.pends(c, "create", d, nil) {
		a.code, d.Pending.Fee = epp.CodePending, fee
	}
	var left *int64
	insert := func(ctx context.Context, tx repo.Tx) error {
		if err := tx.InsertDomain(ctx, d); err != nil {
			return err
		}
		var err error
		left, err = c.charge(ctx, tx, fee)
		return err
	}
	err = s.inTx(ctx, insert)
	if errors.Is(err, repo.ErrExists) { // perhaps a name that time has to set free
		if err := s.settleDomain(ctx, d.Namespace, d.Name); err != nil {
			return nil, err
		}
		err = s.inTx(ctx, insert)
	}
	if errors.Is(err, repo.ErrExists) {
		return nil, refuse(epp.CodeExists, ofDomain("name", d.Name), "in use")
	}
	if cmd.Ext.FeeCreate != nil {
		a.ext.FeeCreate = s.charged(epp.FeeForCreate, fee, left, cmd.CreateDomain.Period)
	}
	return a, missing(err)
}

// newDomain reads a create and gives what it costs.
func (s *Server) newDomain(c *call, cmd *epp.Command) (*repo.Domain, int64, error) {
	in := cmd.CreateDomain
	name, err := domainName(in.Name)
	if err != nil {
		return nil, 0, err
	}
	tld, ok := s.tldOf(name)
	if !ok {
		return nil, 0, refuse(epp.CodePolicy, ofDomain("name", string(name)), "not a name below a TLD of this registry")
	}
	if !tld.takes(name) {
		return nil, 0, refuse(epp.CodeValueSyntax, ofDomain("name", string(name)), "characters that are not offered here")
	}
	if s.reserved(name, cmd.Ext.AllocationToken) {
		if cmd.Ext.AllocationToken != nil {
			return nil, 0, refuse(epp.CodeAuthorization, element{epp.NSAllocationToken, "allocationToken", ""}, "not the token of this name")
		}
		return nil, 0, refuse(epp.CodePolicy, ofDomain("name", string(name)), "reserved")
	}
	if err := s.launched(name, cmd.Ext.LaunchCreate, c.now); err != nil {
		return nil, 0, err
	}
	years, err := tld.years(in.Period)
	if err != nil {
		return nil, 0, err
	}
	d := &repo.Domain{Namespace: c.who.Namespace, Name: string(name), Sponsor: c.who.ID, Creator: c.who.ID, Created: c.now}
	if d.Expires, err = tld.extend(c.now, c.now, years); err != nil {
		return nil, 0, err
	}
	if err := tld.delegate(d, cmd); err != nil {
		return nil, 0, err
	}
	if in.Registrant == "" && tld.RequireRegistrant {
		return nil, 0, refuse(epp.CodeMissingParameter, ofDomain("registrant", ""), "a registrant is needed")
	}
	if d.Contacts, err = contacts(in.Registrant, in.Contacts); err != nil {
		return nil, 0, err
	}
	if err := s.withContacts(len(d.Contacts)); err != nil {
		return nil, 0, err
	}
	if d.AuthInfo, err = s.newAuth(in.AuthInfo.PW, domainAAD(d), true); err != nil {
		return nil, 0, err
	}
	if d.DNSSEC, err = signed(cmd.Ext.SecDNSCreate); err != nil {
		return nil, 0, err
	}
	fee, err := s.agree(name, epp.FeeForCreate, years, cmd.Ext.FeeCreate)
	tld.begin(d, epp.RGPAddPeriod, c.now, time.Time{}, fee)
	return d, fee, err
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

// withContacts refuses contacts at a registry that has none (RFC 5731 leaves them out then).
func (s *Server) withContacts(n int) error {
	if n > 0 && !slices.Contains(s.cfg.Objects, epp.NSContact) {
		return refuse(epp.CodePolicy, ofDomain("contact", ""), "domains have no contacts here")
	}
	return nil
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
