package sim

import (
	"context"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// updateDomain changes name servers, contacts, statuses, registrant and authInfo (RFC 5731 §3.2.5).
func (s *Server) updateDomain(ctx context.Context, c *call, cmd *epp.Command) (*answer, error) {
	in := cmd.UpdateDomain
	name, err := domainName(in.Name)
	if err != nil {
		return nil, err
	}
	if cmd.Ext.RGP != nil {
		return s.restoreDomain(ctx, c, name, cmd)
	}
	if in.Add == nil && in.Rem == nil && in.Chg == nil && cmd.Ext.SecDNSUpdate == nil && cmd.Ext.SetsUpdate == nil {
		return nil, refuse(epp.CodeMissingParameter, ofDomain("update", ""), "nothing to change")
	}
	var a *answer
	err = s.changeDomain(ctx, c, string(name), func(ctx context.Context, tx repo.Tx, d *repo.Domain) error {
		if err := allowed("Update", d.Statuses, domainStatuses(in.Rem)); err != nil {
			return err
		}
		target, err := s.updated(d, cmd, c.now)
		if err != nil {
			return err
		}
		if cmd.Ext.SecDNSUpdate != nil {
			if target.DNSSEC, err = resigned(d.DNSSEC, cmd.Ext.SecDNSUpdate); err != nil {
				return err
			}
		}
		fee, err := s.agree(name, epp.FeeForUpdate, 0, cmd.Ext.FeeUpdate)
		if err != nil {
			return err
		}
		a = &answer{}
		if s.pends(c, "update", d, target) {
			a.code, d.Pending.Fee = epp.CodePending, fee
		} else {
			apply(d, target)
			d.Updater, d.Updated = c.who.ID, c.now
		}
		if err := tx.UpdateDomain(ctx, d); err != nil || fee == 0 && cmd.Ext.FeeUpdate == nil {
			return err
		}
		left, err := c.charge(ctx, tx, fee)
		if cmd.Ext.FeeUpdate != nil {
			a.ext.FeeUpdate = s.charged(epp.FeeForUpdate, fee, left, nil)
		}
		return err
	})
	return a, missing(err)
}

// updated is what the domain becomes.
func (s *Server) updated(d *repo.Domain, cmd *epp.Command, now time.Time) (*repo.Target, error) {
	in, t := cmd.UpdateDomain, targetOf(d)
	tld, _ := s.tldOf(dname.Name(d.Name))
	var err error
	if t.Statuses, err = changeStatuses("domain", ofDomain, d.Statuses, domainStatuses(in.Add), domainStatuses(in.Rem)); err != nil {
		return nil, err
	}
	if err := tld.redelegate(d, t, cmd); err != nil {
		return nil, err
	}
	addRoles, err := added(in.Add)
	if err != nil {
		return nil, err
	}
	remRoles, err := added(in.Rem)
	if err != nil {
		return nil, err
	}
	byHandle := func(ct repo.DomainContact) element { return ofDomain("contact", ct.Handle) }
	if t.Contacts, err = change(d.Contacts, addRoles, remRoles, byHandle); err != nil {
		return nil, err
	}
	if err := limited("contact", t.Contacts, 3*contactsPerRole+1); err != nil {
		return nil, err
	}
	if err := s.withContacts(len(addRoles)); err != nil {
		return nil, err
	}
	if in.Chg != nil {
		err = s.changed(d, t, in.Chg)
		if in.Chg.AuthInfo != nil {
			t.AuthSet = now
		}
	}
	return t, err
}

// changed takes a new registrant and a new authInfo over into the target.
func (s *Server) changed(d *repo.Domain, t *repo.Target, chg *epp.DomainChange) error {
	if chg.Registrant != nil {
		t.Contacts = slices.DeleteFunc(slices.Clone(t.Contacts), func(ct repo.DomainContact) bool { return ct.Role == repo.Registrant })
		if tld, _ := s.tldOf(dname.Name(d.Name)); *chg.Registrant == "" && tld.RequireRegistrant {
			return refuse(epp.CodeDataPolicy, ofDomain("registrant", ""), "a registrant is needed")
		}
		if *chg.Registrant != "" {
			if err := s.withContacts(1); err != nil {
				return err
			}
			t.Contacts = slices.Insert(t.Contacts, 0, repo.DomainContact{Role: repo.Registrant, Handle: *chg.Registrant})
		}
	}
	var err error
	switch a := chg.AuthInfo; {
	case a == nil:
	case a.Null:
		t.AuthInfo = ""
	default:
		t.AuthInfo, err = s.newAuth(a.PW, domainAAD(d), false)
	}
	return err
}

func added(in *epp.DomainAddRem) ([]repo.DomainContact, error) {
	if in == nil {
		return nil, nil
	}
	return roles(in.Contacts)
}

func domainStatuses(in *epp.DomainAddRem) []string {
	if in == nil {
		return nil
	}
	var out []string
	for _, st := range in.Statuses {
		out = append(out, st.S)
	}
	return out
}
