package sim

import (
	"context"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// updateContact changes a contact (RFC 5733 §3.2.5); what is absent stays.
func (s *Server) updateContact(ctx context.Context, c *call, in *epp.ContactUpdate) (*answer, error) {
	if in.Add == nil && in.Rem == nil && in.Chg == nil {
		return nil, refuse(epp.CodeMissingParameter, ofContact("update", ""), "nothing to change")
	}
	err := s.changeContact(ctx, c, in.ID, func(ctx context.Context, tx repo.Tx, ct *repo.Contact) error {
		if err := allowed("Update", ct.Statuses, contactStatuses(in.Rem)); err != nil {
			return err
		}
		var err error
		if ct.Statuses, err = changeStatuses("contact", ofContact, ct.Statuses, contactStatuses(in.Add), contactStatuses(in.Rem)); err != nil {
			return err
		}
		if in.Chg != nil {
			if err := s.changeFields(ct, in.Chg); err != nil {
				return err
			}
		}
		ct.Updater, ct.Updated = c.who.ID, c.now
		return tx.UpdateContact(ctx, ct)
	})
	return &answer{}, err
}

// changeContact locks a contact of the caller and runs fn on it.
func (s *Server) changeContact(ctx context.Context, c *call, id string, fn func(context.Context, repo.Tx, *repo.Contact) error) error {
	return s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		ct, err := s.lockContact(ctx, tx, c.who.Namespace, id)
		if err != nil {
			return err
		}
		if err := sponsored(c, ct.Sponsor); err != nil {
			return err
		}
		if ct.Transfer.Waits() {
			return refuse(epp.CodeStatusProhibits, ofContact("id", id), "an action is pending: transfer")
		}
		return fn(ctx, tx, &ct)
	})
}

func (s *Server) changeFields(ct *repo.Contact, chg *epp.ContactChange) error {
	for i := range chg.Postal {
		if err := changePostal(ct, &chg.Postal[i]); err != nil {
			return err
		}
	}
	setPhones(ct, chg.Voice, chg.Fax)
	if chg.Email != "" {
		ct.Email = chg.Email
	}
	var err error
	if chg.Disclose != nil {
		if ct.Disclose, err = discloseIn(chg.Disclose); err != nil {
			return err
		}
	}
	if chg.AuthInfo != nil {
		if ct.AuthInfo, err = s.seal(chg.AuthInfo.PW, contactAAD(ct), ofContact("authInfo", "")); err != nil {
			return err
		}
	}
	return valid(ct)
}

// changePostal changes the given parts of an address form; a form that is not there yet needs name and address.
func changePostal(ct *repo.Contact, p *epp.PostalChange) error {
	form := &ct.Int
	if p.Type == "loc" {
		form = &ct.Loc
	}
	if *form == nil {
		if p.Name == nil || p.Addr == nil {
			return refuse(epp.CodeMissingParameter, ofContact("postalInfo", p.Type), "a new address needs name and addr")
		}
		*form = &repo.Postal{}
	}
	next := **form
	if p.Name != nil {
		next.Name = *p.Name
	}
	if p.Org != nil {
		next.Org = *p.Org
	}
	if p.Addr != nil {
		addressIn(&next, p.Addr)
	}
	*form = &next
	return nil
}

func contactStatuses(in *epp.ContactAddRem) []string {
	if in == nil {
		return nil
	}
	var out []string
	for _, st := range in.Statuses {
		out = append(out, st.S)
	}
	return out
}
